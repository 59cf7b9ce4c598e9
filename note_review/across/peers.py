"""Who differs from peers, with limits that are fair to those with few notes.

Each clinician is compared with all others of the same discipline. The distance is counted in standard deviations of chance (mid-p
binomial for shares, standard error for means), divided by how much clinicians ordinarily differ beyond chance: the
over-dispersion of Spiegelhalter (2005), from distances winsorized at a tenth. Beyond three such deviations somebody is told.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from note_review.across.finding import AcrossFinding
from note_review.across.rules import PEER_OUTLIER

LIMIT = 3.0
LEAST_NOTES = 20
LEAST_CLINICIANS = 4
WINSORIZED = 0.1
FARTHEST = 12.0


@dataclass(frozen=True, slots=True)
class Count:
    """What is counted of one clinician: ``part`` of ``whole`` notes; for a mean ``part`` is the sum and ``squares`` of squares."""

    metric: str
    group: str
    clinician: str
    part: float
    whole: int
    squares: float | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """A clinician beside peers. ``low`` and ``high`` are the limits for as many notes; ``distance`` is None where too few compare."""

    count: Count
    value: float
    peers_part: float
    peers_whole: int
    peers: float
    spread: float
    distance: float | None
    low: float | None
    high: float | None

    @property
    def direction(self) -> Literal["above", "below"] | None:
        """On which side the limits are passed, None where they are not."""
        if self.distance is None or abs(self.distance) < LIMIT:
            return None
        return "above" if self.distance > 0 else "below"


def compare(counts: Iterable[Count]) -> list[Compared]:
    """Compare each clinician with the others of the same metric and group."""
    groups: dict[tuple[str, str], list[Count]] = {}
    for count in counts:
        groups.setdefault((count.metric, count.group), []).append(count)
    return [compared for _, group in sorted(groups.items()) for compared in _group(sorted(group, key=lambda c: c.clinician))]


def _group(group: Sequence[Count]) -> list[Compared]:
    part, whole = math.fsum(c.part for c in group), sum(c.whole for c in group)
    squares = math.fsum(c.squares or 0.0 for c in group)
    raw = {c.clinician: _distance(c, part, whole, squares) for c in group if c.whole >= LEAST_NOTES and whole > c.whole}
    enough = len(raw) >= LEAST_CLINICIANS
    spread = math.sqrt(max(1.0, _dispersion(list(raw.values())))) if enough else 1.0
    return [_compared(c, part, whole, squares, raw.get(c.clinician) if enough else None, spread) for c in group]


def _compared(c: Count, part: float, whole: int, squares: float, raw: float | None, spread: float) -> Compared:
    others, peers_part = whole - c.whole, part - c.part
    peers = peers_part / others if others else math.nan
    low = high = None
    if raw is not None:
        half = LIMIT * spread * _error(c, part, whole, squares)
        low, high = max(0.0, peers - half), peers + half
        if c.squares is None:
            high = min(1.0, high)
    return Compared(c, c.part / c.whole, peers_part, others, peers, spread, None if raw is None else raw / spread, low, high)


def _distance(c: Count, part: float, whole: int, squares: float) -> float:
    """Return how far a clinician is from the others in deviations of chance, below 0 where below them."""
    if c.squares is not None:
        error = _error(c, part, whole, squares)
        apart = c.part / c.whole - (part - c.part) / (whole - c.whole)
        return max(-FARTHEST, min(FARTHEST, apart / error)) if error else 0.0
    from scipy.stats import binom

    peers, found = _share(part - c.part, whole - c.whole), int(c.part)
    half = float(binom.pmf(found, c.whole, peers)) / 2
    below, above = float(binom.cdf(found, c.whole, peers)) - half, float(binom.sf(found, c.whole, peers)) + half
    if below <= above:
        return max(-FARTHEST, NormalDist().inv_cdf(max(below, 1e-32)))
    return min(FARTHEST, -NormalDist().inv_cdf(max(above, 1e-32)))


def _share(part: float, whole: int) -> float:
    """Return a share that is neither 0 nor 1: half a case is added where peers have none or nothing else."""
    return part / whole if 0 < part < whole else (part + 0.5) / (whole + 1)


def _error(c: Count, part: float, whole: int, squares: float) -> float:
    """Return the standard error of the peers' value for as many notes as the clinician has."""
    others = whole - c.whole
    if c.squares is None:
        share = _share(part - c.part, others)
        return math.sqrt(share * (1 - share) / c.whole)
    mean = (part - c.part) / others
    variance = max(0.0, (squares - c.squares) / others - mean * mean) * others / max(1, others - 1)
    return math.sqrt(variance / c.whole)


def _dispersion(distances: list[float]) -> float:
    """Return the mean square of distances, the outermost tenth on each side drawn in."""
    ordered = sorted(distances)
    cut = math.ceil(WINSORIZED * len(ordered))
    low, high = ordered[cut], ordered[-1 - cut]
    return math.fsum(min(max(d, low), high) ** 2 for d in ordered) / len(ordered)


METRICS = {
    "high_risk": "high risk",
    "reads_otherwise": "reads as another code than billed",
    "units_over": "more units than the minutes support",
    "response_not_measured": "no measured response",
    "carried": "clinical text carried from an earlier note",
    "units_per_note": "timed units a note",
}


def outliers(compared: Iterable[Compared]) -> list[AcrossFinding]:
    """Return a finding for each clinician beyond the limits."""
    found = []
    for c in compared:
        if c.direction is None:
            continue
        what, count = METRICS[c.count.metric], c.count
        if count.squares is None:
            said = f"{what}: {count.part:.0f} of {count.whole} notes ({c.value:.0%}); peers in {count.group}: {c.peers_part:.0f} of {c.peers_whole} ({c.peers:.0%})."
        else:
            said = f"{what}: {c.value:.2f} over {count.whole} notes; peers in {count.group}: {c.peers:.2f} over {c.peers_whole}."
        limits = f" Limits for as many notes: {c.low:.2f} to {c.high:.2f}." if c.low is not None and c.high is not None else ""
        found.append(
            AcrossFinding(PEER_OUTLIER, said + limits, clinician=count.clinician, count=count.whole, value=round(c.value, 4),
                          usual=round(c.peers, 4), direction=c.direction)
        )  # fmt: skip
    return found

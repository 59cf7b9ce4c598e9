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
SMALLEST = 1e-300


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
        """On which side the limits are passed, None where they are not. A low share is no question to anybody; a low mean is."""
        if self.distance is None or abs(self.distance) < LIMIT:
            return None
        if self.distance > 0:
            return "above"
        return None if self.count.squares is None else "below"


def compare(counts: Iterable[Count]) -> list[Compared]:
    """Compare each clinician with the others of the same metric and group."""
    groups: dict[tuple[str, str], list[Count]] = {}
    for count in counts:
        groups.setdefault((count.metric, count.group), []).append(count)
    return [compared for _, group in sorted(groups.items()) for compared in _group(sorted(group, key=lambda c: c.clinician))]


def _group(group: Sequence[Count]) -> list[Compared]:
    part, whole = math.fsum(c.part for c in group), sum(c.whole for c in group)
    squares = math.fsum(c.squares or 0.0 for c in group)
    enough = [c for c in group if c.whole >= LEAST_NOTES]
    if len(enough) < LEAST_CLINICIANS:
        return [_compared(c, _without(c, part, whole, squares), None, 1.0) for c in group]
    spread = math.sqrt(max(1.0, _dispersion(enough)))
    return [
        _compared(c, peers, _distance(c, peers) if c.whole >= LEAST_NOTES else None, spread)
        for c in group
        for peers in [_without(c, part, whole, squares)]
    ]


def _without(c: Count, part: float, whole: int, squares: float) -> Count:
    """Return the counts of all others."""
    rest = None if c.squares is None else squares - c.squares
    return Count(c.metric, c.group, "peers", part - c.part, whole - c.whole, rest)


def _compared(c: Count, peers: Count, raw: float | None, spread: float) -> Compared:
    value = peers.part / peers.whole if peers.whole else math.nan
    low = high = None
    if raw is not None:
        half = LIMIT * spread * _error(c.whole, peers)
        low, high = max(0.0, value - half), value + half
        if c.squares is None:
            high = min(1.0, high)
    distance = None if raw is None else raw / spread
    return Compared(c, c.part / c.whole, peers.part, peers.whole, value, spread, distance, low, high)


def _distance(c: Count, peers: Count) -> float:
    """Return how far a clinician is from peers in deviations of chance, below 0 where below them."""
    if c.squares is not None:
        error = _error(c.whole, peers)
        return (c.part / c.whole - peers.part / peers.whole) / error if error else 0.0
    from scipy.stats import binom

    share, found = _share(peers.part, peers.whole), int(c.part)
    half = float(binom.pmf(found, c.whole, share)) / 2
    below, above = float(binom.cdf(found, c.whole, share)) - half, float(binom.sf(found, c.whole, share)) + half
    if below <= above:
        return NormalDist().inv_cdf(max(below, SMALLEST))
    return -NormalDist().inv_cdf(max(above, SMALLEST))


def _share(part: float, whole: int) -> float:
    """Return a share that is neither 0 nor 1: half a case is added where peers have none or nothing else."""
    return part / whole if 0 < part < whole else (part + 0.5) / (whole + 1)


def _error(notes: int, peers: Count) -> float:
    """Return the standard error of the peers' value for so many notes."""
    if peers.squares is None:
        share = _share(peers.part, peers.whole)
        return math.sqrt(share * (1 - share) / notes)
    mean = peers.part / peers.whole
    variance = max(0.0, peers.squares / peers.whole - mean * mean) * peers.whole / max(1, peers.whole - 1)
    return math.sqrt(variance / notes)


def _dispersion(group: Sequence[Count]) -> float:
    """Return the mean square of the distances from the middle clinicians, the outermost tenth on each side drawn in.

    The middle is that of the clinicians without the outermost tenths, so that an outlier does not widen its own limits.
    """
    cut = math.ceil(WINSORIZED * len(group))
    middle = sorted(group, key=lambda c: (c.part / c.whole, c.clinician))[cut:-cut]
    part, whole = math.fsum(c.part for c in middle), sum(c.whole for c in middle)
    squares = None if group[0].squares is None else math.fsum(c.squares or 0.0 for c in middle)
    typical = Count(group[0].metric, group[0].group, "middle", part, whole, squares)
    ordered = sorted(_distance(c, typical) for c in group)
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

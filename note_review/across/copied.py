"""Carried text: the earlier note that holds most of a section, found by MinHash and measured exactly.

MinHash with locality-sensitive hashing proposes earlier sections; the share is then counted on the runs of four words themselves, so
that it is exact for the notes proposed. The window of earlier notes is bounded, so memory is too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from note_review.across.visit import SPOKEN_SECTIONS, Visit
from note_review.errors import SettingsError

PERMUTATIONS = 64
BANDS = 32
THRESHOLD = 0.2
SEED = 97112
CANDIDATES = 40
LEAST_SHINGLES = 10
PATIENT_WINDOW = 12
CLINICIAN_WINDOW = 1000
Basis = Literal["patient", "clinician"]


@dataclass(frozen=True, slots=True)
class Copy:
    """How much (0..1) of one section of note ``n`` stands in an earlier note; ``other`` is None where nothing alike was found."""

    n: int
    section: str
    size: int
    share: float
    other: int | None
    basis: Basis


class Earlier:
    """The last notes of one patient, or of one clinician, to compare the next with."""

    def __init__(self, basis: Basis, *, window: int) -> None:
        self._basis, self._window, self._rensa = basis, window, _rensa()
        self._visits: deque[Visit] = deque()
        self._by_number: dict[int, tuple[int, Visit]] = {}
        self._taken = 0
        self._index = {
            kind: self._rensa.RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=BANDS)
            for kind in sorted(SPOKEN_SECTIONS)
        }

    def compare(self, visit: Visit) -> Iterator[Copy]:
        """Say how much of each section stands in an earlier note, then take the note in."""
        hashes = {kind: self._hash(shingles) for kind, shingles in visit.shingles.items() if len(shingles) >= LEAST_SHINGLES}
        if self._visits:
            copies = [self._copy(visit, kind, *self._closest(visit, kind, hashed)) for kind, hashed in hashes.items()]
            yield from copies
            yield from self._short(visit, copies)
        for kind, hashed in hashes.items():
            self._index[kind].insert(visit.n, hashed)
        self._visits.append(visit)
        self._taken += 1
        self._by_number[visit.n] = self._taken, visit
        if len(self._visits) > self._window:
            self._forget(self._visits.popleft())

    def _copy(self, visit: Visit, kind: str, share: float, other: int | None) -> Copy:
        return Copy(visit.n, kind, len(visit.shingles[kind]), round(share, 4), other, self._basis)

    def _short(self, visit: Visit, copies: list[Copy]) -> Iterator[Copy]:
        """Compare sections too short for MinHash with the note that most of the rest was found in."""
        lead = max((c for c in copies if c.other is not None), key=lambda c: (c.share * c.size, c.other), default=None)
        for kind, own in visit.shingles.items():
            if len(own) < LEAST_SHINGLES:
                theirs = (
                    self._by_number[lead.other][1].shingles.get(kind, frozenset())
                    if lead and lead.other is not None
                    else frozenset()
                )
                share = len(own & theirs) / len(own)
                yield self._copy(visit, kind, share, lead.other if lead and share else None)

    def _closest(self, visit: Visit, kind: str, hashed: Any) -> tuple[float, int | None]:
        """Return the greatest share and its note, the latest where several have it."""
        own = visit.shingles[kind]
        best: tuple[float, int | None] = (0.0, None)
        proposed = [self._by_number[number] for number in set(self._index[kind].query(hashed))]
        if self._basis == "clinician":
            proposed = [(at, v) for at, v in proposed if v.patient is None or v.patient != visit.patient]
        for _, earlier in sorted(proposed, key=lambda item: -item[0])[:CANDIDATES]:
            share = len(own & earlier.shingles[kind]) / len(own)
            if share > best[0]:
                best = (share, earlier.n)
        return best

    def _forget(self, visit: Visit) -> None:
        del self._by_number[visit.n]
        for index in self._index.values():
            index.remove(visit.n)

    def _hash(self, shingles: frozenset[str]) -> Any:
        made = self._rensa.RMinHash(num_perm=PERMUTATIONS, seed=SEED)
        made.update(sorted(shingles))
        return made


def _rensa() -> Any:
    try:
        return import_module("rensa")
    except ImportError:
        raise SettingsError("comparing notes needs rensa: pip install 'note-review[batch]'") from None

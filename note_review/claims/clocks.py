"""When a visit's services were given by the clock, and what is left of their minutes where each minute counts once.

Source: NCCI Policy Manual 2026 ch. XI P.2: one timed service at a time.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from note_review.encounter import Encounter
from note_review.note import Span
from note_review.reading.clocks import find_clock_spans


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the clock in which a service was given, in minutes after midnight; ``end`` is the first minute after it."""

    code: str
    begin: int
    end: int
    span: Span


@dataclass(frozen=True, slots=True)
class Shared:
    """Minutes of the clock that two services' blocks both claim."""

    one: str
    other: str
    begin: int
    end: int

    def __str__(self) -> str:
        """Say which services overlap, and when: ``97112 and 97110 overlap from 9:15 to 9:25``."""
        codes = self.one if self.one == self.other else f"{self.one} and {self.other}"
        return f"{codes} overlap from {_written(self.begin)} to {_written(self.end)}"


def blocks_of(encounter: Encounter, codes: Iterable[str]) -> tuple[Block, ...]:
    """Return the clock times of the codes' minutes, each stretch of a code once, in text order."""
    wanted = frozenset(codes)
    found: dict[tuple[str, int, int], Block] = {}
    for minutes in encounter.minutes:
        if minutes.scope in wanted:
            for clock in find_clock_spans(encounter.note.text[minutes.span.start : minutes.span.end]):
                block = Block(minutes.scope, clock.start, clock.end, minutes.span)
                found.setdefault((block.code, block.begin, block.end), block)
    return tuple(found.values())


def shared_minutes(blocks: Sequence[Block]) -> Iterator[Shared]:
    """Give the stretches that two blocks both claim."""
    for one, other in itertools.combinations(sorted(blocks, key=lambda block: block.begin), 2):
        begin, end = max(one.begin, other.begin), min(one.end, other.end)
        if begin < end:
            yield Shared(one.code, other.code, begin, end)


def counted_once(minutes: Mapping[str, int], blocks: Sequence[Block], billed: Mapping[str, int | None]) -> dict[str, int]:
    """Return the minutes of each code, each overlapping clock minute counted for one code only: the one billed most, then the earliest.

    Minutes that a code states beyond its clock blocks are kept; where it states fewer, its blocks hold time without treatment.
    """
    left = dict(minutes)
    own = [block for block in blocks if block.code in minutes]
    clocked = {code: sum(block.end - block.begin for block in own if block.code == code) for code in minutes}
    beside = sum(max(0, told - clocked[code]) for code, told in minutes.items())
    taken: set[int] = set()
    excess = sum(minutes.values()) - beside - len(set().union(*(range(block.begin, block.end) for block in own)))
    lost: dict[str, int] = {}
    for block in sorted(own, key=lambda block: (-(billed.get(block.code) or 0), block.begin)):
        stretch = set(range(block.begin, block.end))
        lost[block.code] = lost.get(block.code, 0) + len(stretch & taken)
        taken |= stretch
    for code in reversed(lost):
        cut = max(0, min(excess, lost[code], left[code]))
        left[code] -= cut
        excess -= cut
    return left


def _written(minute: int) -> str:
    hour = minute // 60 % 24
    return f"{hour if hour <= 12 else hour - 12}:{minute % 60:02}"

"""A place in a note that names a billable service."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from note_review.encounter import GivenBy
from note_review.note import Span
from note_review.reading.service_names import UNTIMED_MODALITIES
from note_review.reading.times import Time


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place that names a service.

    ``head`` runs from the first to the last thing that belongs to the name: minutes, units, modifiers.
    ``explicit`` is true where the code itself is written, ``leads`` where it stands first on its line,
    ``last`` where nothing follows on its line, ``written`` where the name is written out.
    ``given_by`` is what stands beside it of who gave it.
    """

    span: Span
    code: str
    explicit: bool
    head: Span
    units: int | None
    modifiers: tuple[str, ...]
    times: tuple[Time, ...]
    leads: bool
    last: bool
    written: bool
    shared: tuple[str, ...] = ()
    given_by: tuple[GivenBy, ...] = ()

    @property
    def untimed_modality(self) -> bool:
        """Whether it is hot, cold or stimulation by its name alone: no service that anybody bills by the minute."""
        return not self.explicit and self.code in UNTIMED_MODALITIES


def anchors_within(anchors: Sequence[Anchor], start: int, end: int) -> Sequence[Anchor]:
    """Return the anchors that begin in a stretch (``anchors`` in text order)."""
    return anchors[bisect_left(anchors, start, key=_start) : bisect_left(anchors, end, key=_start)]


def first_anchors(anchors: Sequence[Anchor], most: int, *, start: int) -> Sequence[Anchor]:
    """Return the first anchors that begin at a place or behind it (``anchors`` in text order)."""
    first = bisect_left(anchors, start, key=_start)
    return anchors[first : first + most]


def last_before(anchors: Sequence[Anchor], offset: int) -> Anchor | None:
    """Return the last anchor that begins before an offset (``anchors`` in text order)."""
    number = bisect_left(anchors, offset, key=_start)
    return anchors[number - 1] if number else None


def _start(anchor: Anchor) -> int:
    return anchor.span.start

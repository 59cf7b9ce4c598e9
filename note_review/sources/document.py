"""What a reader gives: the text, where each stretch of it stands in the raw file, and what was not read."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from note_review.errors import InputError
from note_review.note import Note
from note_review.review import Review, Unread

MAX_BYTES = 10 * 1024 * 1024


class Segment(NamedTuple):
    """From ``start`` on, the text stands at ``place`` of the raw file: ``page 2``, ``table 1 row 3``, ``line 12``."""

    start: int
    place: str


class Gap(NamedTuple):
    """A stretch of the raw file that gave no text, at the position where it would stand."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file as text.

    Parameters
    ----------
    text
        What a person sees, in reading order.
    segments
        Sorted by start; empty where the text is the raw file itself, so that lines are the same.
    warnings
        What a person should know about the reading, without a word of the note.
    gaps
        What was not read.
    """

    text: str
    segments: tuple[Segment, ...] = ()
    warnings: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()

    def place_of(self, offset: int) -> str:
        """Return where in the raw file the character at ``offset`` stands."""
        if not self.segments:
            return f"line {self.text.count(chr(10), 0, offset) + 1}"
        return self.segments[max(0, bisect_right(self.segments, offset, key=lambda s: s.start) - 1)].place


class SourcedNote(Note):
    """A note that knows its file: ``source`` and ``place`` name it in errors, ``gaps`` and ``warnings`` come from its reader.

    ``patient_keys`` and ``clinician_keys`` are all the names and numbers its source has for the two, to join a claim by;
    ``joined`` the numbers of the billed visits that are its own.
    """

    source: str = ""
    place: str = ""
    warnings: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    patient_keys: tuple[str, ...] = ()
    clinician_keys: tuple[str, ...] = ()
    joined: tuple[int, ...] = ()


class UnreadableNote(InputError):
    """An input that gave no note. ``id`` is the note's where it is known."""

    def __init__(self, reason: str, *, source: str = "", place: str = "", id: str | None = None) -> None:
        super().__init__(reason, source=source, place=place)
        self.id = id


Entry = SourcedNote | UnreadableNote


def with_unread(review: Review, note: Note) -> Review:
    """Say in the review what the note's reader could not read, so that no page goes missing in silence."""
    gaps = note.gaps if isinstance(note, SourcedNote) else ()
    if not gaps:
        return review
    unread = [*review.unread, *(Unread(start=g.start, end=g.end, reason=g.reason) for g in gaps)]
    return review.model_copy(update={"unread": sorted(unread, key=lambda u: (u.start, u.end, u.reason))})

"""The number that a draft breaks off in: `Neuro re-ed (97`, `Time in 9:02-0`. It may become any other, so it is not read yet (review contract, ``stage``)."""

from __future__ import annotations

import re

from note_review.note import Note, Span

WHY = "a number still being typed"
_PARTS = "0123456789.,:/–-"
# A full stop or a comma closes a number, a colon a code but no clock time.
_OPEN = re.compile(r"(?:\d|[/–-]|(?<!\d)\d{1,2}:)$")
_WHOLE_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d")


def without_unfinished_number(note: Note) -> tuple[Note, tuple[tuple[Span, str], ...]]:
    """Return a draft as far as it can be read, and what it cannot be read of, with the reason; any other note as it is.

    What is left is the text's beginning, so offsets into it are offsets into the text as given.
    """
    span = unfinished_number(note.text) if note.stage == "draft" else None
    if span is None:
        return note, ()
    return note.model_copy(update={"text": note.text[: span.start]}), ((span, WHY),)


def unfinished_number(text: str) -> Span | None:
    """Return the number, code, date or clock time that a text breaks off in.

    A space behind it does not close it, for what it counts is still to come: `Gait training 12 min: 150 ` goes on with `ft`.
    A date with its whole year needs no more.
    """
    typed = text.rstrip(" \t\xa0")
    number = typed[len(typed.rstrip(_PARTS)) :].lstrip(".,:/–-")
    if not _OPEN.search(number) or _WHOLE_DATE.fullmatch(number):
        return None
    return Span(len(typed) - len(number), len(typed))

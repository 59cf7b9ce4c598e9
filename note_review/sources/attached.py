"""A document inside a message or bundle: which reader it wants, by its content first and its stated kind second."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from note_review.errors import InputError
from note_review.sources.document import Entry, UnreadableNote
from note_review.sources.known import Known, reviewable
from note_review.sources.parcel import Parcel

_SUFFIXES = (
    ("pdf", ".pdf"), ("rtf", ".rtf"), ("wordprocessingml", ".docx"), ("docx", ".docx"), ("html", ".html"), ("msword", ".doc"),
    ("markdown", ".md"), ("text", ".txt"),
)  # fmt: skip


def notes_of_attachment(data: bytes, known: Known, parcel: Parcel, *, kind: str) -> Iterator[Entry]:
    """Give the notes of an attachment.

    Parameters
    ----------
    data
        Its bytes.
    known
        What the carrier says of it.
    parcel
        The carrier, for errors.
    kind
        A MIME type, or what stands for one.

    Yields
    ------
    Entry
        An attachment that cannot be read comes as the error that says so, for the others of its carrier may be readable.
    """
    try:
        if b"<ClinicalDocument" in data[:4096]:
            yield from import_module("note_review.sources.ccda").notes_with(data, parcel, known)
            return
        suffix = next((suffix for word, suffix in _SUFFIXES if word in kind.lower()), "")
        yield from reviewable(data, known, parcel, suffix=suffix)
    except InputError as error:
        place = ", ".join(filter(None, (parcel.place, error.place)))
        yield UnreadableNote(f"the attached document {error.reason}", source=parcel.source, place=place, id=known.id)

"""What a message or bundle knows of a document that it carries, put on the notes that are found in it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from note_review.note import ClaimLine
from note_review.sources.charts import notes_of_chart
from note_review.sources.document import Entry, SourcedNote, UnreadableNote
from note_review.sources.formats import read_document
from note_review.sources.headers import read_header
from note_review.sources.parcel import Parcel

WITHDRAWN = "is marked as cancelled or entered in error: there is no note to review"


@dataclass(frozen=True, slots=True)
class Known:
    """The document's id, day and people; ``withdrawn`` where its sender has taken it back.

    ``day`` is the visit's; ``filed`` when the document was made or sent, which counts only where the text has no day either.
    """

    id: str
    day: datetime.date | None = None
    filed: datetime.date | None = None
    patient: str | None = None
    clinician: str | None = None
    clinic: str | None = None
    discipline: Literal["PT", "OT"] | None = None
    patient_keys: tuple[str, ...] = ()
    clinician_keys: tuple[str, ...] = ()
    claim: tuple[ClaimLine, ...] = ()
    draft: bool = False
    withdrawn: bool = False
    warnings: tuple[str, ...] = ()


def shown(names: tuple[str, ...]) -> str | None:
    """Return what a person would call a clinician: a name before a number, a number before nothing."""
    return next((name for name in names if not any(c.isdigit() for c in name)), names[0] if names else None)


def reviewable(data: bytes, known: Known, parcel: Parcel, *, suffix: str) -> Iterator[Entry]:
    """Give the notes of a document with what is known of it.

    Raises
    ------
    InputError
        The document cannot be read.
    """
    if known.withdrawn:
        yield UnreadableNote(WITHDRAWN, source=parcel.source, place=parcel.place, id=known.id)
        return
    document = read_document(data, source=parcel.source, suffix=suffix)
    for entry in notes_of_chart(document, id=known.id, source=parcel.source):
        yield _with(entry, known, parcel) if isinstance(entry, SourcedNote) else entry


def _with(note: SourcedNote, known: Known, parcel: Parcel) -> SourcedNote:
    split = note.id != known.id
    day = known.day or (None if read_header(note.text).day else known.filed)
    return note.model_copy(
        update={
            # The parts of a chart have days and claims of their own.
            "date_of_service": None if split else day,
            "claim": () if split else known.claim,
            "patient": known.patient or note.patient,
            "clinician": (note.clinician or known.clinician) if split else (known.clinician or note.clinician),
            "clinic": known.clinic or note.clinic,
            "discipline": known.discipline,
            "patient_keys": (*known.patient_keys, *note.patient_keys),
            "clinician_keys": (*note.clinician_keys, *(() if split else known.clinician_keys)),
            "stage": "draft" if known.draft else "final",
            "place": ", ".join(filter(None, (parcel.place, note.place))),
            "warnings": (*known.warnings, *note.warnings),
        }
    )

"""The last step of reading: who and where from the note's own head, and the claim that was billed for the visit."""

from __future__ import annotations

from collections.abc import Iterator

from note_review.note import ClaimLine
from note_review.sources.claims import ClaimBook
from note_review.sources.document import Entry, SourcedNote, UnreadableNote
from note_review.sources.headers import read_header
from note_review.sources.parcel import Parcel

Input = SourcedNote | UnreadableNote | Parcel


class Intake:
    """Makes inputs whole.

    Parameters
    ----------
    claim
        What is billed for notes that neither bring a claim nor find one in the book.
    book
        The claims of 837P files and FHIR claims.
    """

    def __init__(self, claim: tuple[ClaimLine, ...] = (), book: ClaimBook | None = None) -> None:
        self._claim, self._book = claim, book

    def entries(self, input: Input) -> Iterator[Entry]:
        """Give the notes of an input, whole."""
        for entry in input.entries() if isinstance(input, Parcel) else (input,):
            yield self._whole(entry) if isinstance(entry, SourcedNote) else entry

    def _whole(self, note: SourcedNote) -> SourcedNote:
        header = read_header(note.text)
        known: dict[str, object] = {
            "patient": note.patient or header.patient,
            "clinician": note.clinician or header.clinician,
            "clinic": note.clinic or header.clinic,
            "joined": (),
        }
        if self._book is not None:
            patients = (*filter(None, (note.patient,)), *note.patient_keys, *header.patient_keys)
            clinicians = (*filter(None, (note.clinician,)), *note.clinician_keys, *header.clinician_keys)
            found = self._book.claim_for(patients=patients, day=note.date_of_service or header.day, clinicians=clinicians)
            known["joined"] = found.visits
            if not note.claim:
                known |= {"claim": found.lines, "warnings": note.warnings + found.warnings}
        if not note.claim and not known.get("claim"):
            known["claim"] = self._claim
        return note.model_copy(update=known)

"""The services that an EHR may call, as discovery tells them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ORGANISATION = "org.note-review"
NOTES = "DocumentReference?patient={{context.patientId}}&category=clinical-note&status=current&_sort=-date&_count=10"
_NOTE = {
    "note": "DocumentReference/{{context.documentId}}",
    "encounter": "Encounter/{{context.encounterId}}",
    "charges": "ChargeItem?context={{context.encounterId}}",
    "plan": "CarePlan?patient={{context.patientId}}&status=active",
}
_WANTS_NOTE = (
    "Give the note in context.note (text, a FHIR DocumentReference, or a note as POST /v1/review takes it), or by prefetch. "
    "context.plannedCharges may hold ChargeItems, a Claim, or {code, units, modifiers}."
)
_WANTS_NOTES = "Works from prefetch.notes alone: documents are not fetched from the FHIR server."


@dataclass(frozen=True, slots=True)
class Hook:
    """One CDS service.

    Parameters
    ----------
    id, hook
        Its name in the URL, and the hook that calls it.
    title, description, usage
        What discovery says of it.
    prefetch
        The queries that an EHR may run beforehand.
    is_of_one_note
        Whether it is about one note, whose findings come as cards one by one; others give one card to a note.
    is_draft
        Whether that note is still being written.
    is_of_plan
        Whether it is about plan of care and certification alone.
    """

    id: str
    hook: str
    title: str
    description: str
    usage: str
    prefetch: dict[str, str]
    is_of_one_note: bool = False
    is_draft: bool = False
    is_of_plan: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return what discovery tells."""
        return {
            "hook": self.hook, "title": self.title, "description": self.description, "id": self.id, "version": "1.0",
            "prefetch": self.prefetch, "usageRequirements": self.usage,
        }  # fmt: skip


HOOKS = {
    hook.id: hook
    for hook in (
        Hook(
            "note-sign", f"{ORGANISATION}.note-sign", "Therapy note, before it is signed",
            "What a payer would miss in a PT or OT note, what its words read as, and whether units and minutes agree.",
            _WANTS_NOTE, _NOTE, is_of_one_note=True,
        ),
        Hook(
            "note-assist", f"{ORGANISATION}.note-assist", "Therapy note, while it is written",
            "As note-sign, on a draft: what is not there yet is told as pending.",
            _WANTS_NOTE, _NOTE, is_of_one_note=True, is_draft=True,
        ),
        Hook(
            "order-sign", "order-sign", "Therapy order: plan of care",
            "Where a therapy order is signed: what is open on plan of care and certification in the patient's latest notes.",
            _WANTS_NOTES, {"notes": NOTES, "plan": _NOTE["plan"]}, is_of_plan=True,
        ),
        Hook(
            "encounter-discharge", "encounter-discharge", "Therapy notes of an encounter, before discharge",
            "The notes of this encounter that a payer may down-code or deny, and why.",
            _WANTS_NOTES,
            {"notes": "DocumentReference?encounter={{context.encounterId}}", "charges": _NOTE["charges"], "plan": _NOTE["plan"]},
        ),
        Hook(
            "patient-view", "patient-view", "Open findings on a patient's therapy notes",
            "The patient's latest notes that a payer may down-code or deny, and why.",
            _WANTS_NOTES, {"notes": NOTES, "plan": _NOTE["plan"]},
        ),
    )
}  # fmt: skip


def discovery() -> dict[str, Any]:
    """Return the answer of ``GET /cds-services``."""
    return {"services": [hook.as_dict() for hook in HOOKS.values()]}

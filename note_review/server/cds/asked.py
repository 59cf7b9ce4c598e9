"""What a call of a CDS service asks about: its notes, from context or prefetch, with what is billed and known around them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from note_review.errors import InputError
from note_review.note import ClaimLine, Note
from note_review.server.cds.hooks import Hook
from note_review.server.problem import Problem, not_a_note
from note_review.sources import SourcedNote, UnreadableNote, note_from
from note_review.sources.dates import parse_stamp
from note_review.sources.document import Entry
from note_review.sources.fhir_claims import Resource
from note_review.sources.fhir_context import NOTE_TYPES, is_therapy, lines_of_charges, notes_of_resources, plan_of, resources_of

MOST_NOTES = 20


class Missing(Problem):
    """412: the call lacks data that the service cannot do without."""

    def __init__(self, what: str) -> None:
        super().__init__(412, "missing-data", f"the call lacks {what}")


def entries_asked(body: object, hook: Hook) -> list[Note | UnreadableNote]:
    """Return the notes that a call is about; none where there is nothing to review.

    Raises
    ------
    Problem
        400 where it is no call of this hook, 412 where the note is not there, 422 where it is none.
    """
    call = _call(body, hook)
    context, prefetch = _object(call, "context"), _object(call, "prefetch")
    if hook.is_of_one_note:
        return _one(context, prefetch, hook)
    if hook.is_of_plan and not any(map(is_therapy, resources_of(context.get("draftOrders")))):
        return []
    if not _is_found(prefetch.get("notes")):
        raise Missing("prefetch.notes")
    return _several(context, prefetch)


def _call(body: object, hook: Hook) -> Mapping[str, Any]:
    if not isinstance(body, Mapping) or not isinstance(body.get("context"), Mapping):
        raise Problem(400, "not-a-call", "the body is an object with hook, hookInstance and context")
    if body.get("hook") != hook.hook:
        raise Problem(400, "other-hook", f"this service is called by the hook {hook.hook}", place="field hook")
    if not isinstance(body.get("hookInstance"), str) or not body["hookInstance"]:
        raise Problem(400, "not-a-call", "a call has a hookInstance", place="field hookInstance")
    if not isinstance(body.get("prefetch"), Mapping | None):
        raise Problem(400, "not-a-call", "prefetch is an object", place="field prefetch")
    return body


def _is_found(prefetched: object) -> bool:
    """Whether a query was answered: an EHR puts an OperationOutcome, or nothing, in the place of what it could not get."""
    kind = str(prefetched.get("resourceType")) if isinstance(prefetched, Mapping) else ""
    return kind == "Bundle" or kind in NOTE_TYPES


def _one(context: Mapping[str, Any], prefetch: Mapping[str, Any], hook: Hook) -> list[Note | UnreadableNote]:
    given = context.get("note") or prefetch.get("note")
    around = [r for value in prefetch.values() for r in resources_of(value)]
    charges = context.get("plannedCharges")
    claim = lines_of_charges(charges if isinstance(charges, list) else resources_of(charges)) or lines_of_charges(around)
    entry = _note(given, context, around, claim)
    if isinstance(entry, UnreadableNote):
        return [entry]
    known = {"stage": "draft"} if hook.is_draft else {}
    return [entry.model_copy(update=_around(entry, context, around) | known)]


def _note(
    given: Any, context: Mapping[str, Any], around: Iterable[Resource], claim: tuple[ClaimLine, ...]
) -> Note | UnreadableNote:
    document = context.get("documentId")
    default_id = str(document) if isinstance(document, str) and document else "note"
    if isinstance(given, str):
        given = {"text": given}
    if isinstance(given, Mapping) and "resourceType" not in given:
        try:
            note = note_from({"id": default_id, **given})
        except InputError as error:
            raise not_a_note(error) from None
        return note if note.claim else note.model_copy(update={"claim": claim})
    notes = [r for r in resources_of(given) if r.get("resourceType") in NOTE_TYPES]
    if not notes:
        raise Missing("a note in context.note or prefetch.note")
    found = _read(notes[:1], around, claim)
    if not found:
        raise Missing("a note in context.note or prefetch.note")
    first = next((entry for entry in found if isinstance(entry, SourcedNote)), found[0])
    return first.model_copy(update={"id": default_id}) if isinstance(first, SourcedNote) and document else first


def _several(context: Mapping[str, Any], prefetch: Mapping[str, Any]) -> list[Note | UnreadableNote]:
    around = [r for value in prefetch.values() for r in resources_of(value)]
    around += resources_of(context.get("draftOrders"))
    notes = [r for r in resources_of(prefetch["notes"]) if r.get("resourceType") in NOTE_TYPES][:MOST_NOTES]
    # Charges of an encounter with several notes belong to none of them for certain.
    claim = lines_of_charges(around) if len(notes) == 1 else ()
    entries = _read(notes, around, claim)
    return [e.model_copy(update=_around(e, {}, around)) if isinstance(e, SourcedNote) else e for e in entries]


def _read(notes: list[Resource], around: Iterable[Resource], claim: tuple[ClaimLine, ...]) -> list[Entry]:
    if not notes:
        return []
    # What a note refers to comes along; other notes do not, and ChargeItems are read already.
    linked = [r for r in around if r.get("resourceType") == "Binary" or r.get("resourceType") not in (*NOTE_TYPES, "ChargeItem")]
    own = {id(note) for note in notes}
    return notes_of_resources([*notes, *(r for r in linked if id(r) not in own)], claim=claim)


def _around(note: Note, context: Mapping[str, Any], around: Iterable[Resource]) -> dict[str, Any]:
    """Return what the call knows and the note does not."""
    written, discipline = context.get("dateOfService"), context.get("discipline")
    day = parse_stamp(written) if isinstance(written, str) else None
    known = {
        "date_of_service": note.date_of_service or day,
        "discipline": note.discipline or (discipline if discipline in ("PT", "OT") else None),
        "plan_of_care": note.plan_of_care or plan_of(around),
    }
    return {name: value for name, value in known.items() if value is not None}


def _object(call: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = call.get(name)
    return found if isinstance(found, Mapping) else {}

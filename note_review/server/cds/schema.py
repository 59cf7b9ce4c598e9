"""What OpenAPI says of the CDS services: for each its call, its cards, and the feedback on them."""

from __future__ import annotations

from typing import Any

from note_review.server.cds.cards import OVERRIDE_REASONS, REASONS
from note_review.server.cds.feedback import MOST
from note_review.server.cds.hooks import HOOKS, Hook
from note_review.server.fhir_schema import EXAMPLE_CHARGE, EXAMPLE_DOCUMENT, outcomes
from note_review.server.schema import EXAMPLE_NOTE, JSON, Responses, ref
from note_review.sources.fhir_context import NOTE_TYPES

_CARD_ID = "0d6d1f5e-3a53-5c0c-9d53-54c6b34b8f4e"
_WORD: dict[str, Any] = {"type": "string"}
_CONTEXT = {"userId": "Practitioner/1", "patientId": "p1", "encounterId": "e1"}
_ORDER = {
    "resourceType": "ServiceRequest",
    "status": "draft",
    "intent": "order",
    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "91251008"}], "text": "Physical therapy"},
    "subject": {"reference": "Patient/p1"},
}
_FOUND = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": EXAMPLE_DOCUMENT}]}
EXAMPLE_CARDS: dict[str, Any] = {
    "cards": [
        {
            "uuid": _CARD_ID,
            "summary": "The response has no number.",
            "detail": "The response has no number\\.\n\n**What you can do:** Record what was measured, if it was\\.",
            "indicator": "warning",
            "source": {
                "label": "note-review: documentation check, not a coder's decision",
                "topic": {"code": "NR132", "display": "response_not_measured"},
            },
            "overrideReasons": [
                {"code": code, "system": REASONS, "display": words} for code, words in list(OVERRIDE_REASONS.items())[:2]
            ],
        }
    ]
}
_EXAMPLE_FEEDBACK = {
    "feedback": [
        {
            "card": _CARD_ID,
            "outcome": "overridden",
            "overrideReason": {"reason": {"code": "elsewhere", "system": REASONS}},
            "outcomeTimestamp": "2026-05-04T10:00:00Z",
        }
    ]
}
_NOTE = {
    "description": "The note: its text, a Note as POST /v1/review takes it, or a FHIR resource with its document inline.",
    "anyOf": [{"type": "string", "pattern": r"\S"}, ref("Note"), ref("FhirNote")],
}
_PREFETCHED_NOTES = {
    "description": "The notes as FHIR, as a searchset Bundle. 412 where they are absent, null or an OperationOutcome.",
    "type": "object",
    "properties": {"resourceType": {"enum": ["Bundle", *sorted(NOTE_TYPES)]}},
    "required": ["resourceType"],
}


def _of(hook: Hook, *, context: dict[str, Any], prefetch: dict[str, Any], needs: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return one way to call a service."""
    return {
        "type": "object",
        "required": ["hook", "hookInstance", "context", *needs],
        "properties": {
            "hook": {"const": hook.hook},
            "hookInstance": {**_WORD, "minLength": 1, "description": "The call's own id, a UUID."},
            "context": {"type": "object", **context},
            "prefetch": {"type": "object" if needs else ["object", "null"], **prefetch},
        },
    }


def call_of(hook: Hook) -> dict[str, Any]:
    """Return the schema of a service's call."""
    if hook.is_of_one_note:
        charges = {"description": "What is to be billed: ChargeItems, a Claim, or objects with code, units and modifiers."}
        known = {"note": _NOTE, "plannedCharges": charges, "documentId": {}, "dateOfService": {}, "discipline": {}}
        there = _of(hook, context={"required": ["note"], "properties": known}, prefetch={})
        needed = {"required": ["note"], "properties": {"note": _NOTE}}
        without = {"properties": {"note": {"type": "null"}}}
        return {"anyOf": [there, _of(hook, context=without, prefetch=needed, needs=("prefetch",))]}
    notes = {"properties": {"notes": _PREFETCHED_NOTES}}
    if hook.is_of_plan:
        orders = {
            "properties": {"draftOrders": {"description": "A Bundle. Where no order in it is for therapy, there are no cards."}}
        }
        return _of(hook, context=orders, prefetch={})
    return _of(hook, context={}, prefetch={"required": ["notes"], **notes}, needs=("prefetch",))


def takes_call(hook: Hook) -> dict[str, Any]:
    """Return what a service's route says of its body."""
    return _body(ref(_name(hook)), example_call(hook))


def gives_cards() -> Responses:
    """Return what a service's route says of its answers."""
    content = {JSON: {"schema": ref("Cards"), "example": EXAMPLE_CARDS}}
    return {200: {"description": "Cards", "content": content}, **outcomes()}


def takes_feedback() -> dict[str, Any]:
    """Return what a feedback route says of its body."""
    return _body(ref("CardFeedback"), _EXAMPLE_FEEDBACK)


def gives_nothing() -> Responses:
    """Return what a feedback route says of its answers."""
    told = {status: answer for status, answer in outcomes().items() if status not in (412, 422)}
    content = {JSON: {"schema": {"type": "object", "maxProperties": 0}, "example": {}}}
    return {200: {"description": "Kept", "content": content}, **told}


def example_call(hook: Hook) -> dict[str, Any]:
    """Return a call that is answered with cards or none, and is complete."""
    call = {"hook": hook.hook, "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"}
    if hook.is_of_one_note:
        return {**call, "context": {**_CONTEXT, "note": EXAMPLE_NOTE["text"], "plannedCharges": [EXAMPLE_CHARGE]}}
    orders = {"draftOrders": {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": _ORDER}]}}
    return {**call, "context": {**_CONTEXT, **(orders if hook.is_of_plan else {})}, "prefetch": {"notes": _FOUND}}


def _name(hook: Hook) -> str:
    return "CallOf" + hook.id.title().replace("-", "")


def _body(schema: dict[str, Any], example: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {JSON: {"schema": schema, "example": example}}}}


_FEEDBACK = {
    "type": "object",
    "required": ["card", "outcome", "outcomeTimestamp"],
    "properties": {
        "card": {**_WORD, "description": "The card's uuid. Of a card that was not shown nothing is kept."},
        "outcome": {"enum": ["accepted", "overridden"]},
        "acceptedSuggestions": {"description": "A list of {id}."},
        "overrideReason": {
            "description": "{reason: Coding, userComment}; the comment is dropped, a code of another system is other."
        },
        "outcomeTimestamp": {**_WORD, "format": "date-time"},
    },
}
_CARD = {
    "type": "object",
    "required": ["uuid", "summary", "indicator", "source"],
    "properties": {
        "uuid": {**_WORD, "format": "uuid"},
        "summary": {**_WORD, "maxLength": 139},
        "detail": {**_WORD, "description": "Markdown: evidence, fix and source."},
        "indicator": {"enum": ["info", "warning"]},
        "source": {"type": "object", "required": ["label"]},
        "suggestions": {"type": "array"},
        "overrideReasons": {"type": "array"},
        "extension": {"type": "object"},
    },
}
MODELS: dict[str, Any] = {
    **{_name(hook): call_of(hook) for hook in HOOKS.values()},
    "Card": _CARD,
    "Cards": {"type": "object", "required": ["cards"], "properties": {"cards": {"type": "array", "items": ref("Card")}}},
    "CardFeedback": {
        "type": "object",
        "required": ["feedback"],
        "properties": {"feedback": {"type": "array", "maxItems": MOST, "items": _FEEDBACK}},
    },
}

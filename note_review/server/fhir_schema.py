"""What OpenAPI can say of FHIR resources: their kinds and the elements that are read here; the rest is FHIR's own definition."""

from __future__ import annotations

import base64
from typing import Any

from note_review.reports.fhir import RULES, bundle_of, outcome_of
from note_review.server.schema import EXAMPLE_NOTE, JSON, Responses, ref, refusals
from note_review.sources.fhir_context import NOTE_TYPES

FHIR_JSON = "application/fhir+json"
OUTCOME_STATUSES = (400, 408, 412, 413, 415, 422, 500, 503)
# What is answered before a route, or before its body is looked at, is a problem like everywhere.
PROBLEM_STATUSES = (401, 403, 429, 500, 503)
EXAMPLE_DOCUMENT: dict[str, Any] = {
    "resourceType": "DocumentReference",
    "id": "op-017",
    "status": "current",
    "subject": {"reference": "Patient/p1"},
    "content": [
        {
            "attachment": {
                "contentType": "text/plain; charset=utf-8",
                "data": base64.b64encode(EXAMPLE_NOTE["text"].encode()).decode(),
            }
        }
    ],
}
EXAMPLE_CHARGE: dict[str, Any] = {
    "resourceType": "ChargeItem",
    "status": "billable",
    "subject": {"reference": "Patient/p1"},
    "code": {"coding": [{"code": "97112"}]},
    "quantity": {"value": 2},
}
EXAMPLES: dict[str, Any] = {
    "document": {"summary": "One note", "value": EXAMPLE_DOCUMENT},
    "bundle": {
        "summary": "A note with its charges",
        "value": {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [{"resource": EXAMPLE_DOCUMENT}, {"resource": EXAMPLE_CHARGE}],
        },
    },
}
EXAMPLE_ANSWER = bundle_of(
    [
        {
            "fullUrl": "urn:uuid:6f0d6d0c-8a5e-5c55-9a3e-0d4f0b1f6f11",
            "resource": {
                "resourceType": "DetectedIssue",
                "status": "final",
                "code": {
                    "coding": [{"system": RULES, "code": "NR132", "display": "response_not_measured"}],
                    "text": "The response has no number.",
                },
                "severity": "low",
                "implicated": [{"reference": "DocumentReference/op-017"}],
                "detail": "The response has no number.",
            },
        }
    ]
)
_WORD: dict[str, Any] = {"type": "string"}
MODELS: dict[str, Any] = {
    "FhirResource": {
        "type": "object",
        "description": "A FHIR R4 resource that is no Bundle; one without a note is answered so.",
        "required": ["resourceType"],
        "properties": {"resourceType": {**_WORD, "not": {"const": "Bundle"}}},
    },
    "FhirNote": {
        "type": "object",
        "description": "A FHIR R4 resource that holds a note. What cannot be read in it is told in the answer, not refused.",
        "required": ["resourceType"],
        "properties": {
            "resourceType": {"enum": sorted(NOTE_TYPES)},
            "content": {
                "description": "Of a DocumentReference: attachments with contentType and data; addresses are never fetched."
            },
        },
    },
    "FhirBundle": {
        "type": "object",
        "description": "A FHIR R4 Bundle of any type with a resource in it; beside notes, Claims, ChargeItems and CarePlans are used.",
        "required": ["resourceType", "entry"],
        "properties": {
            "resourceType": {"const": "Bundle"},
            "entry": {
                "type": "array",
                "contains": {"type": "object", "required": ["resource"], "properties": {"resource": ref("FhirResource")}},
            },
        },
    },
    "FhirReviews": {
        "type": "object",
        "description": "A Bundle of DetectedIssue, Provenance, Device, the review as Binary, and OperationOutcome for what was not read.",
        "required": ["resourceType", "type", "entry"],
        "properties": {
            "resourceType": {"const": "Bundle"},
            "type": {"const": "collection"},
            "entry": {"type": "array", "items": {"type": "object", "required": ["resource"]}},
        },
    },
    "OperationOutcome": {
        "type": "object",
        "description": "What is wrong with the request; it holds nothing of the request.",
        "required": ["resourceType", "issue"],
        "properties": {
            "resourceType": {"const": "OperationOutcome"},
            "issue": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["severity", "code", "diagnostics"],
                    "properties": {"severity": _WORD, "code": _WORD, "diagnostics": _WORD},
                },
            },
        },
    },
}


def takes_resource() -> dict[str, Any]:
    """Return what the FHIR route says of its body."""
    either = {"schema": {"anyOf": [ref("FhirNote"), ref("FhirBundle"), ref("FhirResource")]}, "examples": EXAMPLES}
    return {"requestBody": {"required": True, "content": {FHIR_JSON: either, JSON: either}}}


def gives_reviews() -> Responses:
    """Return what the FHIR route says of its answers."""
    content = {FHIR_JSON: {"schema": ref("FhirReviews"), "example": EXAMPLE_ANSWER}}
    return {200: {"description": "The reviews as FHIR", "content": content}, **outcomes()}


def outcomes() -> Responses:
    """Return the errors of routes that speak FHIR: OperationOutcomes, and problems where the route was not reached."""
    told = refusals(*PROBLEM_STATUSES, *OUTCOME_STATUSES)
    for status in OUTCOME_STATUSES:
        sample = told[status]["content"]["application/problem+json"]["example"]
        outcome = {FHIR_JSON: {"schema": ref("OperationOutcome"), "example": outcome_of("error", "processing", sample["detail"])}}
        told[status]["content"] = {**outcome, **(told[status]["content"] if status in PROBLEM_STATUSES else {})}
    return told

"""The OpenAPI 3.1 description: the contract's models, and the bodies, headers and problems that the routes share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from note_review.note import Note
from note_review.review import Review
from note_review.server.callers import SCOPES
from note_review.server.problem import PROBLEM_JSON, Problem

JSON = "application/json"
SCHEMAS = "#/components/schemas/"
Responses = dict[int | str, dict[str, Any]]
MOST_NOTES = 1_000
EXAMPLE_NOTE: dict[str, Any] = {
    "id": "op-017",
    "text": "97112 x 23 min: tandem stance on foam, CGA, for delayed R ankle strategy. SLS R 6 s to 11 s after.",
    "claim": [{"code": "97112", "units": 2, "modifiers": ["GP"]}],
}
_REVIEW_EXAMPLE = "review of the example"
_SAMPLES = {
    400: ("not-json", "the body is not JSON in UTF-8"), 401: ("no-credential", "a valid bearer token is needed"),
    403: ("no-scope", "the credential lacks the scope review"), 404: ("no-job", "there is no such job of this tenant, or its time is over"),
    408: ("too-slow", "the body took longer than 60 s"), 412: ("missing-data", "the call lacks prefetch.notes"), 409: ("in-flight", "the first request with this key is being worked on"),
    413: ("too-large", "the body is larger than 10240 KiB"), 415: ("not-json-type", "send application/json in UTF-8"),
    422: ("not-a-note", "Field required"), 429: ("too-many-requests", "over the rate"), 500: ("review-failed", "the note could not be reviewed"),
    503: ("busy", "too many requests are waiting"),
}  # fmt: skip
_WHEN = {
    400: "The body is not JSON, or a header is none", 401: "No valid credential", 403: "The credential lacks a scope",
    404: "There is no such thing of this tenant", 408: "The body took too long", 409: "What is asked for is being worked on",
    412: "The call lacks data that it cannot be answered without", 413: "Too large", 415: "Of another type", 422: "Not what the API describes", 429: "Too many requests",
    500: "The note could not be reviewed", 503: "Busy",
}  # fmt: skip
_RETRY_AFTER = {"Retry-After": {"description": "Seconds until it is worth another try", "schema": {"type": "string"}}}
_KEY_HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Under the same key the same body is done once; another body is refused. Known for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
_ETAG_HEADER = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "An ETag answered before: 304 where note, claim, context and versions are the same.",
    "schema": {"type": "string"},
    "example": '"4b1f3fd06a1bd6b6a4bb6aa4e7f0d5f1"',
}


def takes(name: str, example: Any, *, etag: bool = False) -> dict[str, Any]:
    """Return what a route says of its body (a model by name) and of its headers."""
    content = {JSON: {"schema": {"$ref": SCHEMAS + name}, "example": example}}
    return {"requestBody": {"required": True, "content": content}, "parameters": [_KEY_HEADER, _ETAG_HEADER][: 1 + etag]}


def takes_lines(media_type: str) -> dict[str, Any]:
    """Return what a route says of a body of JSON lines, one note to a line."""
    example = json.dumps(EXAMPLE_NOTE) + "\n"
    lines = {"schema": {"type": "string", "pattern": r"\S"}, "example": example}
    return {"requestBody": {"required": True, "content": {media_type: lines}}, "parameters": [_KEY_HEADER]}


def gives(name: str, example: Any, *, etag: bool = False) -> Responses:
    """Return what a route says of its answers: a model by name, and every problem of a body that is read."""
    ok: dict[str, Any] = {"description": name, "content": {JSON: {"schema": {"$ref": SCHEMAS + name}, "example": example}}}
    tag = {"ETag": {"description": "Belongs to note, claim, context and versions", "schema": {"type": "string"}}}
    unchanged: Responses = {304: {"description": "The review is the one the client has", "headers": tag}}
    if etag:
        ok["headers"] = tag
    return {200: ok, **(unchanged if etag else {}), **refusals(*(status for status in _WHEN if status not in (404, 412)))}


def refusals(*statuses: int) -> Responses:
    """Return what a route says of its problems."""
    return {status: _refusal(status) for status in statuses}


def ref(name: str) -> dict[str, Any]:
    """Return the reference to a model of the description."""
    return {"$ref": SCHEMAS + name}


def openapi_of(app: FastAPI, *, models: Mapping[str, Any], review: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the description of an application's routes.

    Parameters
    ----------
    models
        What routes refer to beside the contract's own models.
    review
        The reviewer's own answer to the example note.
    """
    schema = get_openapi(title=app.title, version=app.version, routes=app.routes, description=_ABOUT)
    _, contract = models_json_schema([(Note, "validation"), (Review, "serialization")], ref_template=SCHEMAS + "{model}")
    components = schema.setdefault("components", {})
    components["schemas"] = {**components.get("schemas", {}), **contract["$defs"], **_shared_models(), **models}
    _tell_what_functions_check(components["schemas"])
    components["schemas"]["Review"]["properties"]["schema"] = {"type": "string", "const": "note-review/1"}
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused, None)
    flow = {"tokenUrl": "/oauth/token", "scopes": SCOPES}
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "An API key, an access token, or the single user's token."},
        "oauth2": {"type": "oauth2", "flows": {"clientCredentials": flow}},
    }
    described = {**schema, "security": [{"bearer": []}, {"oauth2": []}]}
    return described if review is None else _with_review(described, review)


def _tell_what_functions_check(models: dict[str, Any]) -> None:
    """Say what the models check or take by functions of their own."""
    note, line = models["Note"]["properties"], models["ClaimLine"]["properties"]
    note["text"]["pattern"] = r"\S"
    del note["id"]["type"]
    note["claim"] |= {"type": ["array", "null"], "items": ref("ClaimLine"), "default": []}
    note["prior_notes"] |= {"type": ["array", "null"], "items": {"anyOf": [{"type": "string"}, ref("PriorNote")]}, "default": []}
    minutes = {"type": "integer", "minimum": 0}
    note["assistant"] |= {"anyOf": [ref("Assistant"), {"enum": ["PTA", "OTA"]}, minutes, {"type": "null"}], "default": None}
    line["code"]["pattern"] = r"^\s*([0-9]{5}|[A-Za-z][0-9]{4})\s*$"
    line["modifiers"] = {"type": ["array", "null"], "description": "Text each: GP, 59; null where nobody says.", "default": None}


def example_of(name: str) -> Any:
    """Return the example of an answer; the review in it is put there when the description is made."""
    return {"reviews": [_REVIEW_EXAMPLE]} if name == "Reviews" else _REVIEW_EXAMPLE


def _with_review(node: Any, review: Mapping[str, Any]) -> Any:
    if isinstance(node, dict):
        return {name: _with_review(value, review) for name, value in node.items()}
    if isinstance(node, list):
        return [_with_review(value, review) for value in node]
    return review if node == _REVIEW_EXAMPLE else node


def _refusal(status: int) -> dict[str, Any]:
    sample = Problem(status, *_SAMPLES[status]).as_dict()
    told: dict[str, Any] = {
        "description": _WHEN[status],
        "content": {PROBLEM_JSON: {"schema": {"$ref": f"{SCHEMAS}Problem"}, "example": sample}},
    }
    return {**told, "headers": _RETRY_AFTER} if status in (409, 429, 503) else told


def _shared_models() -> dict[str, Any]:
    either = {"anyOf": [{"$ref": f"{SCHEMAS}Review"}, {"$ref": f"{SCHEMAS}Refused"}]}
    anything: dict[str, Any] = {}
    return {
        "Notes": _object(notes={"type": "array", "maxItems": MOST_NOTES, "items": anything, "description": "Of Note each"}),
        "Reviews": _object(reviews={"type": "array", "items": either}),
        "Refused": _object(id={"type": ["string", "integer", "null"]}, error={"$ref": f"{SCHEMAS}Problem"}),
        "Problem": _problem(),
    }


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _problem() -> dict[str, Any]:
    words = {"type": "string"}
    problem = _object(type=words, title=words, status={"type": "integer"}, detail=words)
    problem["properties"]["place"] = {**words, "description": "The field it is about, by the API's own name."}
    return {**problem, "description": "RFC 9457; it holds nothing of the request."}


_ABOUT = (
    "Reviews physical- and occupational-therapy notes before they are billed. Decision support, not a substitute for a certified "
    "coder. Nothing of a note is kept after its answer; a job's reviews are kept for a stated time and deleted on request."
)

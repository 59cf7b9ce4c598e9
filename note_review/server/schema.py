"""The OpenAPI 3.1 description: the contract's models, and the bodies and problems that the routes share."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from note_review.note import Note
from note_review.review import Review
from note_review.server.problem import PROBLEM_JSON

JSON = "application/json"
SCHEMAS = "#/components/schemas/"
Responses = dict[int | str, dict[str, Any]]
MOST_NOTES = 1_000
_PROBLEMS = {
    400: "The body is not JSON", 401: "No valid credential", 403: "The credential lacks a scope", 404: "There is no such thing",
    408: "The body took too long", 409: "The same request is being worked on", 413: "Too large", 415: "Of another type",
    422: "Not what the API describes", 429: "Too many requests: try again after Retry-After",
    503: "Busy: try again after Retry-After",
}  # fmt: skip


def takes(name: str) -> dict[str, Any]:
    """Return what a route says of its body: a model by name."""
    return {"requestBody": {"required": True, "content": {JSON: {"schema": {"$ref": SCHEMAS + name}}}}}


def takes_lines(media_type: str) -> dict[str, Any]:
    """Return what a route says of a body of JSON lines."""
    return {"requestBody": {"required": True, "content": {media_type: {"schema": {"type": "string"}}}}}


def gives(name: str) -> Responses:
    """Return what a route says of its answers: a model by name, and every problem of a body that is read."""
    ok: dict[str, Any] = {"description": name, "content": {JSON: {"schema": {"$ref": SCHEMAS + name}}}}
    return {200: ok, **refusals(*(status for status in _PROBLEMS if status not in (404, 409)))}


def refusals(*statuses: int) -> Responses:
    """Return what a route says of its problems."""
    problem = {PROBLEM_JSON: {"schema": {"$ref": f"{SCHEMAS}Problem"}}}
    return {status: {"description": _PROBLEMS[status], "content": problem} for status in statuses}


def openapi_of(app: FastAPI) -> dict[str, Any]:
    """Return the description of an application's routes."""
    schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
    _, models = models_json_schema([(Note, "validation"), (Review, "serialization")], ref_template=SCHEMAS + "{model}")
    components = schema.setdefault("components", {})
    either = {"anyOf": [{"$ref": f"{SCHEMAS}Review"}, {"$ref": f"{SCHEMAS}Refused"}]}
    components["schemas"] = {
        **components.get("schemas", {}),
        **models["$defs"],
        "Notes": _object(notes={"type": "array", "maxItems": MOST_NOTES, "items": {"$ref": f"{SCHEMAS}Note"}}),
        "Reviews": _object(reviews={"type": "array", "items": either}),
        "Refused": _object(id={"type": ["string", "integer", "null"]}, error={"$ref": f"{SCHEMAS}Problem"}),
        "Problem": _problem(),
    }
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    return {**schema, "security": [{"bearer": []}]}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _problem() -> dict[str, Any]:
    words = {"type": "string"}
    problem = _object(type=words, title=words, status={"type": "integer"}, detail=words)
    problem["properties"]["place"] = {**words, "description": "The field it is about, by the API's own name."}
    return problem

"""The HTTP API of the review contract."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from note_review.batch.worker import ReviewsNotes
from note_review.errors import InputError, SettingsError
from note_review.note import Note
from note_review.review import SCHEMA, Review
from note_review.server import problem
from note_review.server.body import read_json
from note_review.server.desk import Desk
from note_review.server.guard import Guard
from note_review.server.problem import Problem
from note_review.sources import note_from

JSON = "application/json"
SCHEMAS = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may ask: bytes of a note and of many, notes in one request, seconds to send it, threads, places to wait."""

    note_bytes: int = 10 * 1024 * 1024
    notes_bytes: int = 50 * 1024 * 1024
    notes: int = 1_000
    seconds: float = 60.0
    threads: int = 2
    queue: int = 32


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the server tells of rules and policy: functions that return JSON's types. Where one is absent, so is its route."""

    rules: Callable[[], Any] | None = None
    policy: Callable[[], Any] | None = None


def create_app(
    reviewer: ReviewsNotes, *, tokens: Iterable[str], catalogue: Catalogue = Catalogue(), limits: Limits = Limits()
) -> FastAPI:
    """Make the application.

    Parameters
    ----------
    reviewer
        What reviews; called from ``limits.threads`` threads.
    tokens
        The bearer tokens that are let in.
    catalogue
        What ``/v1/rules`` and ``/v1/policy`` answer.
    limits
        What one client may ask.

    Raises
    ------
    SettingsError
        There is no token, or an empty one.
    """
    tokens = tuple(tokens)
    if not tokens or not all(token.strip() for token in tokens):
        raise SettingsError("the server needs a token")
    desk = Desk(reviewer, threads=limits.threads, queue=limits.queue)
    app = FastAPI(
        title="note-review", version=_package_version(), docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan(desk)
    )
    app.add_middleware(Guard, tokens=tokens)
    problem.install(app)
    _add_reviews(app, desk, limits)
    _add_catalogue(app, catalogue)
    _add_state(app, desk, reviewer)
    return app


def _lifespan(desk: Desk) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        warming = asyncio.create_task(desk.warm_up())
        yield
        warming.cancel()
        desk.close()

    return lifespan


def _add_reviews(app: FastAPI, desk: Desk, limits: Limits) -> None:
    @app.post("/v1/review", summary="Review one note", openapi_extra=_takes(f"{SCHEMAS}Note"), responses=_gives("Review"))
    async def review(request: Request) -> Response:
        with desk.place():
            record = await read_json(request, limit=limits.note_bytes, seconds=limits.seconds)
            return Response(await desk.review(_note(record)), media_type=JSON)

    @app.post("/v1/reviews", summary="Review many notes", openapi_extra=_takes(f"{SCHEMAS}Notes"), responses=_gives("Reviews"))
    async def reviews(request: Request) -> Response:
        with desk.place():
            body = await read_json(request, limit=limits.notes_bytes, seconds=limits.seconds)
            records = body.get("notes") if isinstance(body, dict) else None
            if not isinstance(records, list):
                raise Problem(422, "not-notes", "the body is an object with a list of notes", place="field notes")
            if len(records) > limits.notes:
                raise Problem(413, "too-many", f"more than {limits.notes:,} notes", place="field notes")
            # One after the other: a long list leaves the threads to others between its notes.
            answers = [await _in_place(desk, record) for record in records]
            return Response(b'{"reviews":[' + b",".join(answers) + b"]}", media_type=JSON)


def _note(record: object) -> Note:
    try:
        return note_from(record)
    except InputError as error:
        raise problem.not_a_note(error) from None


async def _in_place(desk: Desk, record: object) -> bytes:
    try:
        return await desk.review(_note(record))
    except Problem as error:
        id = record.get("id") if isinstance(record, dict) else None
        said = {"id": id if isinstance(id, str | int) else None, "error": error.as_dict()}
        return json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode()


def _add_catalogue(app: FastAPI, catalogue: Catalogue) -> None:
    for path, told in (("/v1/rules", catalogue.rules), ("/v1/policy", catalogue.policy)):
        if told is not None:
            app.add_api_route(path, _teller(told), methods=["GET"], summary=f"The {path.rpartition('/')[2]} in force")


def _teller(told: Callable[[], Any]) -> Callable[[], Response]:
    def tell() -> Response:
        return Response(json.dumps(told(), ensure_ascii=False, default=str).encode(), media_type=JSON)

    return tell


def _add_state(app: FastAPI, desk: Desk, reviewer: ReviewsNotes) -> None:
    @app.get("/healthz", summary="Whether the process runs")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", summary="Whether notes can be reviewed")
    async def readyz() -> dict[str, str]:
        if not desk.ready:
            raise Problem(503, "not-ready", "the models are being loaded", headers={"Retry-After": "2"})
        return {"status": "ready"}

    @app.get("/version", summary="What reviews here")
    async def told_version() -> dict[str, str]:
        return {"name": "note-review", "version": app.version, "schema": SCHEMA, "reviewer": reviewer.version}

    @app.get("/openapi.json", include_in_schema=False)
    async def openapi() -> dict[str, Any]:
        return _openapi(app)


def _openapi(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
    _, models = models_json_schema([(Note, "validation"), (Review, "serialization")], ref_template=SCHEMAS + "{model}")
    components = schema.setdefault("components", {})
    components["schemas"] = {
        **models["$defs"],
        "Notes": _object_of("notes", {"type": "array", "maxItems": Limits().notes, "items": {"$ref": f"{SCHEMAS}Note"}}),
        "Reviews": _object_of(
            "reviews", {"type": "array", "items": {"anyOf": [{"$ref": f"{SCHEMAS}Review"}, {"type": "object"}]}}
        ),
    }
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    return {**schema, "security": [{"bearer": []}]}


def _object_of(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": [name], "properties": {name: schema}}


def _takes(ref: str) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {JSON: {"schema": {"$ref": ref}}}}}


def _gives(name: str) -> dict[int | str, dict[str, Any]]:
    answers: dict[int | str, dict[str, Any]] = {
        status: {"description": text, "content": {problem.PROBLEM_JSON: {}}} for status, text in _PROBLEMS.items()
    }
    return {200: {"description": name, "content": {JSON: {"schema": {"$ref": SCHEMAS + name}}}}, **answers}


_PROBLEMS = {
    400: "The body is not JSON", 401: "No valid credential", 413: "Too large", 415: "Not JSON by its type", 422: "Not a note",
    503: "Busy: try again after Retry-After",
}  # fmt: skip


def _package_version() -> str:
    try:
        return version("note-review")
    except PackageNotFoundError:
        return "0"

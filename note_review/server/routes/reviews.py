"""One note, or many in one request."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from note_review.errors import InputError
from note_review.note import Note
from note_review.server import problem
from note_review.server.body import read_json
from note_review.server.callers import Caller, needs, set_subject
from note_review.server.idempotency import Once, once
from note_review.server.problem import Problem
from note_review.server.schema import EXAMPLE_NOTE, JSON, example_of, gives, takes
from note_review.server.services import Limits, Services, services_of
from note_review.sources import note_from, refuse_misspelled

router = APIRouter(tags=["review"])
Reviewing = Annotated[Caller, Depends(needs("review"))]


@router.post(
    "/v1/review",
    summary="Review one note",
    openapi_extra=takes("Note", EXAMPLE_NOTE, etag=True),
    responses=gives("Review", example_of("Review"), etag=True),
)
async def review_one(request: Request, caller: Reviewing) -> Response:
    """Review one note; a draft's absences come as ``pending``.

    The answer's ``ETag`` belongs to note, claim, context and versions: sent back as ``If-None-Match`` with the same note, it is
    answered 304 without a review.
    """
    services = services_of(request)
    with services.desk.place():
        async with once(request, caller) as first:
            limits = services.limits
            record = await read_json(request, limit=limits.note_bytes, seconds=limits.seconds, digest=first.body)
            await _settle(services, first)
            note = note_of_record(record)
            set_subject(request, services.audit.fingerprint(note.id, note.text))
            name = services.audit.fingerprint(caller.tenant, note.model_dump_json(), services.version)
            headers = {"ETag": f'"{name}"', **first.headers}
            if _names(request.headers.get("if-none-match", ""), headers["ETag"]):
                return Response(status_code=304, headers=headers)
            if (answer := services.recent.get(name)) is None:
                answer = await services.desk.review(note)
                services.recent.keep(name, answer)
            return Response(answer, media_type=JSON, headers=headers)


@router.post(
    "/v1/reviews",
    summary="Review many notes",
    openapi_extra=takes("Notes", {"notes": [EXAMPLE_NOTE]}),
    responses=gives("Reviews", example_of("Reviews")),
)
async def review_many(request: Request, caller: Reviewing) -> Response:
    """Review up to 1,000 notes in order; a bad one answers in its place."""
    services = services_of(request)
    with services.desk.place():
        async with once(request, caller) as first:
            limits = services.limits
            body = await read_json(request, limit=limits.notes_bytes, seconds=limits.seconds, digest=first.body)
            await _settle(services, first)
            # One after the other: a long list leaves the threads to others between its notes.
            answers = [await _in_place(services, record) for record in _records(body, limits)]
            return Response(b'{"reviews":[' + b",".join(answers) + b"]}", media_type=JSON, headers=first.headers)


def _records(body: object, limits: Limits) -> list[object]:
    try:
        refuse_misspelled(body, ["notes"])
    except InputError as error:
        raise Problem(422, "not-notes", error.reason, place=error.place) from None
    records = body.get("notes") if isinstance(body, dict) else None
    if not isinstance(records, list):
        raise Problem(422, "not-notes", "the body is an object with a list of notes", place="field notes")
    if len(records) > limits.notes:
        raise Problem(413, "too-many", f"more than {limits.notes:,} notes", place="field notes")
    return records


async def _settle(services: Services, first: Once) -> None:
    """Bind the ``Idempotency-Key`` to this body; a review is made again for the same, and is the same."""
    if first.is_keyed:
        first.check()
        await services.database.write(partial(first.settle, answer="review"))


def _names(given: str, etag: str) -> bool:
    return etag in (tag.strip().removeprefix("W/") for tag in given.split(","))


def note_of_record(record: object) -> Note:
    """Return the note of a decoded body.

    Raises
    ------
    Problem
        422: it is no note, or a name in it is misspelled.
    """
    try:
        return note_from(record, is_exact=True)
    except InputError as error:
        raise problem.not_a_note(error) from None


async def _in_place(services: Services, record: object) -> bytes:
    try:
        return await services.desk.review(note_of_record(record))
    except Problem as error:
        return error.in_place(record)

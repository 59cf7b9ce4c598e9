"""One note, or many in one request."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from note_review.errors import InputError
from note_review.note import Note
from note_review.server import problem
from note_review.server.body import read_json
from note_review.server.callers import Caller, needs, set_subject
from note_review.server.problem import Problem
from note_review.server.schema import JSON, gives, takes
from note_review.server.services import Services, services_of
from note_review.sources import note_from

router = APIRouter(tags=["review"])
Reviewing = Annotated[Caller, Depends(needs("review"))]


@router.post("/v1/review", summary="Review one note", openapi_extra=takes("Note"), responses=gives("Review"))
async def review_one(request: Request, caller: Reviewing) -> Response:
    """Review one note; a draft's absences come as ``pending``."""
    services = services_of(request)
    with services.desk.place():
        record = await read_json(request, limit=services.limits.note_bytes, seconds=services.limits.seconds)
        note = note_of_record(record)
        set_subject(request, services.audit.fingerprint(note.id, note.text))
        return Response(await services.desk.review(note), media_type=JSON)


@router.post("/v1/reviews", summary="Review many notes", openapi_extra=takes("Notes"), responses=gives("Reviews"))
async def review_many(request: Request, caller: Reviewing) -> Response:
    """Review up to 1,000 notes in order; a bad one answers in its place."""
    services = services_of(request)
    with services.desk.place():
        body = await read_json(request, limit=services.limits.notes_bytes, seconds=services.limits.seconds)
        records = body.get("notes") if isinstance(body, dict) else None
        if not isinstance(records, list):
            raise Problem(422, "not-notes", "the body is an object with a list of notes", place="field notes")
        if len(records) > services.limits.notes:
            raise Problem(413, "too-many", f"more than {services.limits.notes:,} notes", place="field notes")
        # One after the other: a long list leaves the threads to others between its notes.
        answers = [await _in_place(services, record) for record in records]
        return Response(b'{"reviews":[' + b",".join(answers) + b"]}", media_type=JSON)


def note_of_record(record: object) -> Note:
    """Return the note of a decoded body.

    Raises
    ------
    Problem
        422: it is no note.
    """
    try:
        return note_from(record)
    except InputError as error:
        raise problem.not_a_note(error) from None


async def _in_place(services: Services, record: object) -> bytes:
    try:
        return await services.desk.review(note_of_record(record))
    except Problem as error:
        id = record.get("id") if isinstance(record, dict) else None
        said = {"id": id if isinstance(id, str | int) else None, "error": error.as_dict()}
        return json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode()

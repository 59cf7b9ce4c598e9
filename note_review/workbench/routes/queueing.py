"""The queue and what comes into it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection
from starlette.responses import JSONResponse, Response

from note_review.errors import InputError
from note_review.note import ClaimLine, parse_claim
from note_review.server.body import read_bytes
from note_review.server.callers import set_subject
from note_review.server.problem import Problem
from note_review.server.services import Services, services_of
from note_review.workbench import queue
from note_review.workbench.decisions import count_today
from note_review.workbench.intake import batch_folder, batches_in, read_batch, read_file, read_pasted, together
from note_review.workbench.pages import (
    deciding,
    form_of,
    leading,
    page,
    person_of,
    require_sent_by_page,
    see,
)
from note_review.workbench.parts import Workbench, workbench_of
from note_review.workbench.sessions import ROOT, Person

router = APIRouter(prefix=ROOT, include_in_schema=False)
Signed = Annotated[Person, Depends(person_of)]
Decides = Annotated[Person, Depends(deciding)]
Leads = Annotated[Person, Depends(leading)]
FILE_TYPES = ("application/octet-stream",)
ABOUT = ("patient", "clinician", "clinic", "payer", "date_of_service")


@router.get("")
async def queue_page(request: Request, person: Signed, after: str = "") -> Response:
    """Show a page of the queue, its filters and their counts."""
    workbench = workbench_of(request)
    given = queue.view_of(request.query_params)

    def look(connection: Connection) -> dict[str, Any]:
        kept = workbench.sessions.view(connection, person)
        view = {**given, **({"q": kept["q"]} if kept.get("q") else {})}
        searched = workbench.notes.found_by(view.get("q", ""), tenant=person.tenant)
        found = queue.page(connection, queue.within(view, person, searched), after)
        return {
            "view": view, "kept": kept, "rows": found.rows, "next": found.next, "after": after,
            "labels": {row["number"]: workbench.notes.label(row) for row in found.rows},
            "named": queue.reasons_of(connection, found.rows),
            "counts": queue.counts_by_state(connection, view, person, searched),
            "choices": queue.choices(connection, view, person, searched), "today": count_today(connection, person),
        }  # fmt: skip

    database = services_of(request).database
    shown = await database.read(look)
    if shown["view"] != shown.pop("kept"):
        await database.write(lambda connection: workbench.sessions.keep_view(connection, person, shown["view"]))
    return page(request, "queue.html", states=queue.STATES, **shown)


@router.post("/search")
async def search(request: Request, person: Signed) -> Response:
    """Search words: they may be a patient's name, so they stand in no address and are kept sealed for the session."""
    fields, sessions = await form_of(request), workbench_of(request).sessions

    def keep(connection: Connection) -> None:
        view = {**sessions.view(connection, person), "q": fields.get("q", "").strip()[:200]}
        sessions.keep_view(connection, person, {name: value for name, value in view.items() if value})

    await services_of(request).database.write(keep)
    return see(f"{ROOT}?state=all" if fields.get("q", "").strip() else ROOT)


@router.get("/next")
async def next_note(request: Request, person: Decides, after: str = "") -> Response:
    """Go to the next note of the person's view that nobody else holds."""
    workbench = workbench_of(request)
    found = await services_of(request).database.read(lambda connection: following(connection, workbench, person, after))
    return see(f"{ROOT}/notes/{found}" if found else f"{ROOT}?done=1")


def following(connection: Connection, workbench: Workbench, person: Person, after: str = "") -> str | None:
    """Return the id of the note that is read next by the person's view."""
    view = workbench.sessions.view(connection, person)
    searched = workbench.notes.found_by(view.get("q", ""), tenant=person.tenant)
    where = queue.within({**view, "state": "todo"}, person, searched)
    last = workbench.notes.row(connection, after, tenant=person.tenant) if after else None
    return queue.following(connection, where, person, last)


@router.post("/undo")
async def undo(request: Request, person: Decides) -> Response:
    """Take the person's last decision back and go to its note."""
    await form_of(request)
    decisions = workbench_of(request).decisions
    id = await services_of(request).database.write(lambda connection: decisions.undo(connection, person))
    set_subject(request, id or "")
    return see(f"{ROOT}/notes/{id}?undone=1" if id else f"{ROOT}?nothing=1")


@router.get("/add")
async def add_page(request: Request, person: Decides) -> Response:
    """Show where files are dropped, notes pasted, batches opened."""
    return _add_page(request, person)


def _add_page(
    request: Request, person: Person, *, status: int = 200, wrong: str = "", fields: dict[str, str] | None = None
) -> Response:
    batches = batches_in(workbench_of(request).batches) if person.leads else []
    return page(request, "add.html", status=status, batches=batches, wrong=wrong, fields=fields or {})


@router.post("/files")
async def add_file(request: Request, person: Decides) -> Response:
    """Take one dropped file; its notes are reviewed in the background."""
    require_sent_by_page(request, person)
    services = services_of(request)
    data = await read_bytes(request, types=FILE_TYPES, limit=services.limits.notes_bytes, seconds=services.limits.job_seconds)
    name, claim = unquote(request.headers.get("x-name", "note.txt")), _claim(unquote(request.headers.get("x-claim", "")))
    read = await asyncio.to_thread(read_file, name, data, claim=claim)
    new = await _put(request, person, read.notes, origin="file") if read.notes else 0
    return JSONResponse({"notes": len(read.notes), "new": new, "problems": read.problems[:20]})


@router.post("/paste")
async def paste(request: Request, person: Decides) -> Response:
    """Take a pasted note and go to it once it is reviewed."""
    fields = await form_of(request)
    try:
        about = {name: fields.get(name, "") for name in ABOUT}
        note = read_pasted(fields.get("text", ""), id=fields.get("id", ""), claim=fields.get("claim", ""), about=about)
    except InputError as error:
        return _add_page(request, person, status=422, wrong=str(error), fields=fields)
    await _put(request, person, [note], origin="paste")
    return see(f"{ROOT}?added=1")


@router.post("/batch")
async def open_batch(request: Request, person: Leads) -> Response:
    """Take the notes and reviews of a batch's folder."""
    fields, workbench, database = await form_of(request), workbench_of(request), services_of(request).database
    try:
        if workbench.batches is None:
            raise InputError("the server was started without --batches", source="batch")
        folder = batch_folder(workbench.batches, fields.get("batch", ""))
        chunks = await asyncio.to_thread(read_batch, folder)
        while (some := await asyncio.to_thread(next, chunks, None)) is not None:
            put = partial(workbench.notes.put, arrived=some, tenant=person.tenant, person=person.name, origin="batch")
            await database.write(put)
    except InputError as error:
        return _add_page(request, person, status=422, wrong=str(error), fields=fields)
    return see(f"{ROOT}?added=1")


@router.get("/progress")
async def progress(request: Request, person: Signed) -> Response:
    """Say how many notes are still being reviewed."""
    counts = await services_of(request).database.read(lambda c: queue.counts_by_state(c, {}, person, ()))
    return JSONResponse({name: counts[name] for name in ("waiting", "todo", "failed", "all")})


async def _put(request: Request, person: Person, notes: Sequence[Any], *, origin: str) -> int:
    services: Services = services_of(request)
    workbench, new = workbench_of(request), 0
    arrived = together(notes)
    for begin in range(0, len(arrived), 100):
        put = partial(workbench.notes.put, tenant=person.tenant, person=person.name, origin=origin)
        new += await services.database.write(lambda c, b=begin, p=put: p(c, arrived[b : b + 100]))  # type: ignore[misc]
    workbench.reader.wake()
    return new


def _claim(written: str) -> tuple[ClaimLine, ...]:
    try:
        return parse_claim(written) if written.strip() else ()
    except InputError as error:
        raise Problem(422, "not-a-claim", error.reason, place=error.place) from None

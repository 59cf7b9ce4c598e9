"""The page of a note, the steps by which its reading changes, and the decision."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection
from starlette.responses import JSONResponse, Response

from note_review.server.body import read_json
from note_review.server.callers import set_subject
from note_review.server.problem import Problem
from note_review.server.services import services_of
from note_review.workbench import redo
from note_review.workbench.decisions import final_of
from note_review.workbench.pages import (
    deciding,
    form_of,
    leading,
    page,
    part,
    person_of,
    require_sent_by_page,
    see,
)
from note_review.workbench.parts import Workbench, workbench_of
from note_review.workbench.query import query_for
from note_review.workbench.readings import LABELS, Reading, claim_of
from note_review.workbench.routes.queueing import following
from note_review.workbench.sessions import ROOT, Person
from note_review.workbench.sheet import evidence_of, panel_of
from note_review.workbench.steps import taken
from note_review.workbench.store import Opened, forget
from note_review.workbench.text import changed_lines, lines_of, rendered
from note_review.workbench.vocabulary import ATTRIBUTES

router = APIRouter(prefix=f"{ROOT}/notes", include_in_schema=False)
Signed = Annotated[Person, Depends(person_of)]
Decides = Annotated[Person, Depends(deciding)]
Leads = Annotated[Person, Depends(leading)]


@router.get("/{id}")
async def note_page(request: Request, id: str, person: Signed) -> Response:
    """Show a note: its text with the marks, and beside it what the machine found and what the reader says."""
    set_subject(request, id)
    workbench = workbench_of(request)
    shown = await services_of(request).database.write(lambda connection: _shown(connection, workbench, person, id))
    return page(request, "note.html", **shown)


def _shown(connection: Connection, workbench: Workbench, person: Person, id: str) -> dict[str, Any]:
    row = workbench.notes.row(connection, id, tenant=person.tenant)
    opened, decisions = workbench.notes.opened(row), workbench.decisions
    said, mine = decisions.of(connection, row), decisions.may_read(connection, row, person)
    final = final_of(said) if row["state"] == "decided" else None
    reading, revision = decisions.draft(connection, opened, person)
    if final is not None:
        reading = final.reading
    text = opened.note.text
    return {
        "row": row, "note": opened.note, "text": text, "mine": mine, "held_by": workbench.notes.hold(connection, row, person.name) if mine else None,
        "lines": rendered(text, lines_of(text), reading.marks, evidence_of(opened.review)), "labels": LABELS, "attributes": ATTRIBUTES,
        # A second reader does not see the first; the two stand side by side for who decides between them.
        "said": said if row["state"] in ("decided", "sent_back") or (row["state"] == "conflict" and mine) else [],
        "answered": workbench.answers.of(connection, row), "redo": mine and redo.is_there(connection, row, person, revision=revision + 1),
        "query": query_for(reading, opened.review, day=row["day"]), **panel_of(opened, reading, revision),
    }  # fmt: skip


@router.post("/{id}/step")
async def step(request: Request, id: str, person: Decides) -> Response:
    """Take a step or take one back; the reading is kept before the answer goes out."""
    require_sent_by_page(request, person)
    set_subject(request, id)
    asked = await read_json(request, limit=8192, seconds=10.0)
    if not isinstance(asked, dict) or not isinstance(asked.get("revision"), int) or not isinstance(asked.get("step"), dict):
        raise Problem(422, "no-step", "a step names its revision")
    workbench = workbench_of(request)
    answer = await services_of(request).database.write(lambda connection: _step(connection, workbench, person, id, asked))
    return JSONResponse(answer)


def _step(connection: Connection, workbench: Workbench, person: Person, id: str, asked: dict[str, Any]) -> dict[str, Any]:
    row = workbench.notes.row(connection, id, tenant=person.tenant, lock=True)
    opened, decisions = workbench.notes.opened(row), workbench.decisions
    before, revision = decisions.draft(connection, opened, person)
    do = asked["step"].get("do")
    if do == "undo":
        after, revision = decisions.step_back(connection, opened, person)
        return _changed(opened, before, after, revision, may_redo=True)
    if do == "redo":
        after, revision = decisions.step_again(connection, opened, person)
        return _changed(opened, before, after, revision, may_redo=redo.is_there(connection, row, person, revision=revision + 1))
    if do == "take":
        after = decisions.reading_to_take(connection, opened, person, asked["step"].get("decision"))
    else:
        after = taken(before, asked["step"], text=opened.note.text, claim=claim_of(opened.review))
    if after != before:
        revision = decisions.keep(connection, opened, person, after, revision=asked["revision"])
    may_redo = redo.is_there(connection, row, person, revision=revision + 1)
    return _changed(opened, before, after, revision, may_redo=may_redo)


def _changed(opened: Opened, before: Reading, after: Reading, revision: int, *, may_redo: bool) -> dict[str, Any]:
    """Return what of the page is another: the lines whose marks changed, the panels, and the mark that is now chosen."""
    text = opened.note.text
    lines = changed_lines(lines_of(text), before.marks, after.marks)
    new = sorted(set(after.marks) - set(before.marks), key=lambda mark: mark.start)
    panel = panel_of(opened, after, revision)
    return {
        "revision": revision,
        "redo": may_redo,
        "lines": rendered(text, lines, after.marks, evidence_of(opened.review)),
        "mark": new[0].start if new else None,
        "panels": {
            name: part(f"parts/{name}.html", **panel, mine=True) for name in ("verdict", "elements", "services", "reasons")
        },
        "query": query_for(after, opened.review, day=opened.row["day"]),
    }


@router.post("/{id}/decide")
async def decide(request: Request, id: str, person: Decides) -> Response:
    """Decide by the reading as it stands and go to the next note."""
    set_subject(request, id)
    fields, workbench = await form_of(request), workbench_of(request)
    version = fields.get("version", "")
    if not version.isdecimal():
        raise Problem(422, "no-version", "a decision names the version that was read")

    def work(connection: Connection) -> str | None:
        row = workbench.notes.row(connection, id, tenant=person.tenant, lock=True)
        workbench.decisions.decide(
            connection, workbench.notes.opened(row), person,
            action=fields.get("action", ""), version=int(version), query=fields.get("query", "")[:20_000],
        )  # fmt: skip
        return following(connection, workbench, person, id)

    said = "sent" if fields.get("action") == "send_back" else "decided"
    following_id = await services_of(request).database.write(work)
    return see(f"{ROOT}/notes/{following_id}?{said}=1" if following_id else f"{ROOT}?done=1")


@router.post("/{id}/delete")
async def delete(request: Request, id: str, person: Leads) -> Response:
    """Delete a note with all that was said of it; that it was deleted stays in the audit log."""
    set_subject(request, id)
    await form_of(request)
    database = services_of(request).database
    if not await database.write(lambda connection: forget(connection, tenant=person.tenant, id=id)):
        raise Problem(404, "no-note", "there is no such note")
    await asyncio.to_thread(database.forget_deleted)
    return see(f"{ROOT}?deleted=1")


@router.post("/{id}/reopen")
async def reopen(request: Request, id: str, person: Decides) -> Response:
    """Put an answered or decided note back into the queue."""
    set_subject(request, id)
    await form_of(request)
    workbench = workbench_of(request)

    def work(connection: Connection) -> None:
        row = workbench.notes.row(connection, id, tenant=person.tenant, lock=True)
        workbench.decisions.reopen(connection, workbench.notes.opened(row), person)

    await services_of(request).database.write(work)
    return see(f"{ROOT}/notes/{id}")


@router.post("/{id}/answer")
async def answer(request: Request, id: str, person: Decides) -> Response:
    """Keep what the clinician answered; the note goes back into the queue with it."""
    set_subject(request, id)
    fields, workbench = await form_of(request), workbench_of(request)

    def work(connection: Connection) -> None:
        row = workbench.notes.row(connection, id, tenant=person.tenant, lock=True)
        workbench.answers.receive(connection, workbench.notes.opened(row), person, fields.get("answer", ""))

    await services_of(request).database.write(work)
    return see(f"{ROOT}/notes/{id}?answered=1")

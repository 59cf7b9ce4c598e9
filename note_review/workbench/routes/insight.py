"""What the notes and the decisions add up to: dashboard, calibration, agreement, export."""

from __future__ import annotations

import asyncio
import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection
from starlette.responses import Response

from note_review.encounter import READS_AS
from note_review.server.problem import Problem
from note_review.server.services import services_of
from note_review.workbench import dashboard, learning, queue, thresholds
from note_review.workbench.agreement import agreements, by_readers, pairs
from note_review.workbench.export import AUTHOR, archive, exported
from note_review.workbench.pages import form_of, leading, page, person_of, see
from note_review.workbench.parts import workbench_of
from note_review.workbench.sessions import ROOT, Person
from note_review.workbench.store import relevel

router = APIRouter(prefix=ROOT, include_in_schema=False)
Signed = Annotated[Person, Depends(person_of)]
Leads = Annotated[Person, Depends(leading)]


@router.get("/dashboard")
async def dashboard_page(request: Request, person: Signed) -> Response:
    """Show the work at a glance, narrowed as the queue can be."""
    view = {name: value for name, value in queue.view_of(request.query_params).items() if name not in ("state", "q")}

    def look(connection: Connection) -> dict[str, Any]:
        return {"board": dashboard.board(connection, view, person), "counts": queue.counts_by_state(connection, view, person, ())}

    shown = await services_of(request).database.read(look)
    day = datetime.datetime.now(datetime.UTC).date()
    return page(request, "dashboard.html", view=view, titles=dashboard.GROUPS, codes=READS_AS, day=day, **shown)


@router.get("/calibration")
async def calibration_page(request: Request, person: Signed) -> Response:
    """Show how often the machine was right, and what other lines would do before they are drawn."""
    asked = {name: request.query_params[name] for name in thresholds.DEFAULTS if request.query_params.get(name)}

    def look(connection: Connection) -> dict[str, Any]:
        current, found = thresholds.current(connection, person.tenant), learning.judged(connection, person.tenant)
        wanted = {**current, **_shares(asked)}
        return {
            "standings": learning.standings(connection, person.tenant), "by_lot": learning.standings(connection, person.tenant, random_only=True),
            "bins": learning.reliability(found), "found": found, "current": current, "wanted": wanted,
            "before": learning.effect(found, current), "after": learning.effect(found, wanted),
            "waiting": (learning.waiting_below(connection, person.tenant, current["read_from"]), learning.waiting_below(connection, person.tenant, wanted["read_from"])),
            "history": thresholds.history(connection, person.tenant),
        }  # fmt: skip

    return page(request, "calibration.html", **await services_of(request).database.read(look))


@router.post("/thresholds")
async def move_thresholds(request: Request, person: Leads) -> Response:
    """Draw other lines; levels and open notes follow."""
    fields = await form_of(request)
    values = _shares({name: fields[name] for name in thresholds.DEFAULTS if fields.get(name)})

    def work(connection: Connection) -> None:
        relevel(connection, person.tenant, thresholds.moved(connection, person.tenant, values, person=person.name))

    await services_of(request).database.write(work)
    return see(f"{ROOT}/calibration")


@router.get("/agreement")
async def agreement_page(request: Request, person: Signed) -> Response:
    """Show how far first and second readers agree."""
    found = await services_of(request).database.read(lambda connection: pairs(connection, person.tenant))
    every, by = await asyncio.to_thread(lambda: (agreements(found), by_readers(found)))
    counts = await services_of(request).database.read(lambda c: queue.counts_by_state(c, {}, person, ()))
    return page(request, "agreement.html", count=len(found), counts=counts, agreements=every, by_readers=by)


@router.get("/export")
async def export_page(request: Request, person: Leads) -> Response:
    """Show what an export holds and how training takes it."""
    counts = await services_of(request).database.read(lambda c: queue.counts_by_state(c, {}, person, ()))
    return page(request, "export.html", counts=counts, author=AUTHOR)


@router.get("/export/decisions.zip")
async def export(request: Request, person: Leads, since: str = "") -> Response:
    """Give the decided notes as annotated ones."""
    workbench = workbench_of(request)
    try:
        begin = datetime.datetime.fromisoformat(since).replace(tzinfo=datetime.UTC).timestamp() if since else 0.0
    except ValueError:
        raise Problem(422, "no-day", "a day is written YYYY-MM-DD") from None

    def work(connection: Connection) -> bytes:
        found = exported(connection, workbench.notes, workbench.decisions, tenant=person.tenant, since=begin)
        return archive(found)[0]

    packed = await services_of(request).database.read(work)
    named = {"Content-Disposition": 'attachment; filename="decisions.zip"'}
    return Response(packed, media_type="application/zip", headers=named)


def _shares(given: dict[str, str]) -> dict[str, float]:
    try:
        shares = {name: float(value) for name, value in given.items()}
    except ValueError:
        shares = {"": -1.0}
    if not all(0.0 <= value <= 1.0 for value in shares.values()):
        raise Problem(422, "no-share", "a line is a number from 0 to 1")
    return shares

"""CDS Hooks 2.0: discovery, services, feedback; the labels that come of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from note_review.note import Note
from note_review.review import Review
from note_review.server.body import read_json
from note_review.server.callers import Caller, needs, set_subject
from note_review.server.cds import cards, feedback
from note_review.server.cds.asked import entries_asked
from note_review.server.cds.hooks import HOOKS, Hook, discovery
from note_review.server.cds.schema import gives_cards, gives_nothing, takes_call, takes_feedback
from note_review.server.problem import Problem
from note_review.server.routes.fhir import as_outcome
from note_review.server.schema import JSON, refusals
from note_review.server.services import Services, services_of
from note_review.sources import UnreadableNote, with_unread

router = APIRouter(tags=["cds-hooks"])
Calling = Annotated[Caller, Depends(needs("review"))]
Route = Callable[[Request, Calling], Awaitable[Response]]


@router.get("/cds-services", openapi_extra={"security": []}, summary="CDS Hooks discovery")
async def discover() -> dict[str, Any]:
    """Tell which services there are; open to all, as the standard has it."""
    return discovery()


@router.get("/v1/card-feedback", summary="Cards that were answered, as labels", responses=refusals(401, 403, 422, 429))
async def labels(
    request: Request,
    caller: Annotated[Caller, Depends(needs("labels"))],
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="``next`` of the page before.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """List cards that clinicians accepted or overrode, each with its rule and the keyed fingerprint of the note."""
    work = partial(feedback.page, tenant=caller.tenant, after=after, limit=limit)
    found = await services_of(request).database.read(work)
    return {"labels": found, "next": found[-1]["number"] if len(found) == limit else None}


async def _cards(services: Services, request: Request, caller: Caller, hook: Hook, body: object) -> list[cards.Card]:
    entries = await asyncio.to_thread(entries_asked, body, hook)
    reviewed = [(await _review(services, entry), entry) for entry in entries if isinstance(entry, Note)]
    made, shown = list[cards.Card](), list[feedback.Shown]()
    for review, note in sorted(reviewed, key=lambda pair: -pair[0].risk.score):
        print_of_note = services.audit.fingerprint(note.id, note.text)
        set_subject(request, print_of_note)
        of_note = _cards_of(hook, review, note, _namer(services, caller, hook, print_of_note))
        made += of_note
        shown += [feedback.shown_of(card, note=print_of_note) for card in of_note]
    work = partial(feedback.remember, shown=shown, tenant=caller.tenant, service=hook.id, version=services.version)
    await services.database.write(work)
    unread = [entry for entry in entries if isinstance(entry, UnreadableNote)]
    named = _namer(services, caller, hook, "")
    return [*made, *(cards.card_of_unreadable(e.reason, name=str(number), named=named) for number, e in enumerate(unread))]


async def _review(services: Services, note: Note) -> Review:
    return with_unread(Review.model_validate_json(await services.desk.review(note)), note)


def _cards_of(hook: Hook, review: Review, note: Note, named: cards.Named) -> list[cards.Card]:
    if hook.is_of_one_note:
        return cards.cards_of_note(review, note, named=named)
    card = cards.card_of_plan(review, note, named=named) if hook.is_of_plan else cards.card_of_note(review, note, named=named)
    return [card] if card else []


def _namer(services: Services, caller: Caller, hook: Hook, note: str) -> cards.Named:
    """Return what names the cards of one note: the same finding of the same note has the same card, however often it is shown."""
    return lambda finding: cards.card_id(services.audit.fingerprint("card", caller.tenant, hook.id, note, finding))


def _call_of(hook: Hook) -> Route:
    async def call(request: Request, caller: Calling) -> Response:
        services = services_of(request)
        try:
            with services.desk.place():
                body = await read_json(request, limit=services.limits.note_bytes, seconds=services.limits.seconds)
                shown = await _cards(services, request, caller, hook, body)
                return Response(json.dumps({"cards": shown}, ensure_ascii=False).encode(), media_type=JSON)
        except Problem as problem:
            return as_outcome(problem)

    return call


def _feedback_on(hook: Hook) -> Route:
    async def take_feedback(request: Request, caller: Calling) -> Response:
        services = services_of(request)
        try:
            body = await read_json(request, limit=services.limits.note_bytes, seconds=services.limits.seconds)
            work = partial(feedback.take, told=feedback.told_in(body), tenant=caller.tenant, service=hook.id)
            await services.database.write(work)
            return Response(b"{}", media_type=JSON)
        except Problem as problem:
            return as_outcome(problem)

    return take_feedback


# A route for each service, so that each is described with what it takes.
for _hook in HOOKS.values():
    router.add_api_route(
        f"/cds-services/{_hook.id}",
        _call_of(_hook),
        methods=["POST"],
        name=f"call_{_hook.id}".replace("-", "_"),
        response_class=Response,
        summary=_hook.title,
        description=f"{_hook.description} {_hook.usage}",
        openapi_extra=takes_call(_hook),
        responses=gives_cards(),
    )
    router.add_api_route(
        f"/cds-services/{_hook.id}/feedback",
        _feedback_on(_hook),
        methods=["POST"],
        name=f"feedback_on_{_hook.id}".replace("-", "_"),
        response_class=Response,
        summary=f"What became of the cards of {_hook.id}",
        description="Told as often as it is, it is kept once for each card; what is later by the EHR's clock holds. Comments are dropped.",
        openapi_extra=takes_feedback(),
        responses=gives_nothing(),
    )

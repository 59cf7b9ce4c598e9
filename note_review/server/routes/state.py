"""Whether the process runs, whether notes can be reviewed, what reviews, and the description of all routes."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from note_review.review import SCHEMA
from note_review.server import fhir_schema
from note_review.server.cds import schema as cds_schema
from note_review.server.docs_page import POLICY, docs_page
from note_review.server.problem import Problem
from note_review.server.schema import EXAMPLE_NOTE, openapi_of, refusals
from note_review.server.services import services_of
from note_review.sources import note_from

router = APIRouter(tags=["state"])


@router.get("/healthz", openapi_extra={"security": []}, summary="Whether the process runs")
async def healthz() -> dict[str, str]:
    """Answer as long as the process runs."""
    return {"status": "ok"}


@router.get("/readyz", openapi_extra={"security": []}, summary="Whether notes can be reviewed", responses=refusals(503))
async def readyz(request: Request) -> dict[str, str]:
    """Say ready when the models are loaded and the database answers."""
    services = services_of(request)
    if not services.desk.ready:
        raise Problem(503, "not-ready", "the models are being loaded", headers={"Retry-After": "2"})
    try:
        await services.database.read(lambda connection: connection.execute(text("SELECT 1")))
    except SQLAlchemyError:
        raise Problem(503, "no-database", "the database does not answer", headers={"Retry-After": "5"}) from None
    return {"status": "ready"}


@router.get("/version", openapi_extra={"security": []}, summary="What reviews here")
async def version(request: Request) -> dict[str, str]:
    """Tell the versions of program, schema, model, rules and policy."""
    return {"name": "note-review", "version": request.app.version, "schema": SCHEMA, "reviewer": services_of(request).version}


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> dict[str, Any]:
    """Describe every route."""
    return await _described(request)


@router.get("/docs", include_in_schema=False)
async def docs(request: Request) -> HTMLResponse:
    """Show the description as a page that needs nothing from elsewhere."""
    return HTMLResponse(docs_page(await _described(request)), headers={"Content-Security-Policy": POLICY})


async def _described(request: Request) -> dict[str, Any]:
    """Return the description, made once; its example of a review is what this server's reviewer says of the example note."""
    state = request.app.state
    if not hasattr(state, "described"):
        review = json.loads(await services_of(request).desk.review(note_from(EXAMPLE_NOTE)))
        state.described = openapi_of(request.app, models={**fhir_schema.MODELS, **cds_schema.MODELS}, review=review)
    described: dict[str, Any] = state.described
    return described

"""Whether the process runs, whether notes can be reviewed, what reviews, and the description of all routes."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from note_review.review import SCHEMA
from note_review.server.problem import Problem
from note_review.server.schema import openapi_of, refusals
from note_review.server.services import services_of

router = APIRouter(tags=["state"])


@router.get("/healthz", summary="Whether the process runs")
async def healthz() -> dict[str, str]:
    """Answer as long as the process runs."""
    return {"status": "ok"}


@router.get("/readyz", summary="Whether notes can be reviewed", responses=refusals(503))
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


@router.get("/version", summary="What reviews here")
async def version(request: Request) -> dict[str, str]:
    """Tell the versions of program, schema, model, rules and policy."""
    return {"name": "note-review", "version": request.app.version, "schema": SCHEMA, "reviewer": services_of(request).version}


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> dict[str, Any]:
    """Describe every route."""
    return openapi_of(request.app)

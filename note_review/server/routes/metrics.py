"""The counters, for Prometheus."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from note_review.server.callers import Caller, needs
from note_review.server.schema import refusals
from note_review.server.services import services_of

TEXT = "text/plain; version=0.0.4; charset=utf-8"
router = APIRouter(tags=["state"])


@router.get(
    "/metrics",
    response_class=Response,
    summary="Counters for Prometheus",
    responses={
        200: {"description": "Prometheus's text format", "content": {"text/plain": {"schema": {"type": "string"}}}},
        **refusals(401, 403, 429),
    },
)
async def metrics(request: Request, caller: Annotated[Caller, Depends(needs("metrics"))]) -> Response:
    """Latency by route, status and engine, requests and job notes that wait, webhook deliveries by outcome, HL7 v2 messages by code, versions."""
    services = services_of(request)
    queued = await services.database.read(services.jobs.queued)
    return Response(services.metrics.exposition(queued=queued), media_type=TEXT)

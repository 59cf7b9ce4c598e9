"""A tenant's own audit log."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from note_review.server.callers import Caller, needs
from note_review.server.schema import refusals
from note_review.server.services import services_of

router = APIRouter(tags=["audit"])


@router.get("/v1/audit", summary="The tenant's audit log", responses=refusals(401, 403, 422, 429))
async def audit(
    request: Request,
    caller: Annotated[Caller, Depends(needs("audit"))],
    after: Annotated[int, Query(ge=0, le=2**53, description="The last number already seen.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """List who did what when, oldest first, one page at a time; ``next`` is the ``after`` of the next page, null at the end."""
    log = services_of(request).audit
    entries = await asyncio.to_thread(log.page, tenant=caller.tenant, after=after, limit=limit)
    return {"entries": entries, "next": entries[-1]["number"] if len(entries) == limit else None}

"""The rules and the policy in force."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from note_review.server.callers import Caller, needs
from note_review.server.problem import Problem
from note_review.server.schema import JSON, refusals
from note_review.server.services import services_of

router = APIRouter(tags=["catalogue"])
Reading = Annotated[Caller, Depends(needs("catalogue"))]


@router.get("/v1/rules", summary="The rules", responses=refusals(401, 403, 429))
def rules(request: Request, caller: Reading) -> Response:
    """Every rule with what it means, why payers care, a fix and its source."""
    return _told(services_of(request).catalogue.rules)


@router.get("/v1/policy", summary="The policy in force", responses=refusals(401, 403, 429))
def policy(request: Request, caller: Reading) -> Response:
    """Everything in force with value, source, firmness and dates."""
    return _told(services_of(request).catalogue.policy)


def _told(tell: Callable[[], Any] | None) -> Response:
    if tell is None:
        raise Problem(404, "not-found", "this server tells nothing of it")
    return Response(json.dumps(tell(), ensure_ascii=False, default=str).encode(), media_type=JSON)

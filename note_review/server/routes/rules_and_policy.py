"""The rules and the policy in force."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from note_review.errors import SettingsError
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


@router.get("/v1/policy", summary="The policy in force", responses=refusals(401, 403, 404, 422, 429))
def policy(request: Request, caller: Reading, payer: Annotated[str | None, Query(max_length=64)] = None) -> Response:
    """Everything in force with value, source, firmness and dates, for a payer; without one, for the server's own."""
    tell = services_of(request).catalogue.policy
    try:
        return _told(tell and partial(tell, payer))
    except SettingsError as error:
        raise Problem(404, "no-such-payer", str(error), place="query payer") from None


def _told(tell: Callable[[], Any] | None) -> Response:
    if tell is None:
        raise Problem(404, "not-found", "this server tells nothing of it")
    return Response(json.dumps(tell(), ensure_ascii=False, default=str).encode(), media_type=JSON)

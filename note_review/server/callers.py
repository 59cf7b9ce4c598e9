"""Who calls: a client of a tenant with scopes, and the guard of a route by scope."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.types import Scope

from note_review.server.problem import Problem

SCOPES = {
    "review": "review notes",
    "jobs": "send jobs of many notes, see and delete one's own tenant's",
    "catalogue": "read rules and policy",
    "labels": "read what became of cards: labels for retraining",
    "audit": "read one's own tenant's audit log",
    "metrics": "read the server's metrics",
}
SINGLE_USER = "default"
TENANT = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated client.

    Parameters
    ----------
    tenant
        Whose data it may see: every query is bounded by it.
    client
        The credential's public name: a key's id, or ``token`` for the single user's.
    scopes
        What it may do, of ``SCOPES``.
    rate
        Requests a second it may make; None for the server's own limit.
    """

    tenant: str
    client: str
    scopes: frozenset[str]
    rate: float | None = None


# Answers None where the credential is not its kind, or not valid.
Authenticator = Callable[[str, Scope], Awaitable[Caller | None]]


def caller_of(request: Request) -> Caller:
    """Return who calls; the guard before every route has put it there."""
    caller = request.scope["caller"]
    assert isinstance(caller, Caller)
    return caller


def needs(scope: str) -> Callable[[Request], Awaitable[Caller]]:
    """Return a route's dependency that lets in callers with ``scope``: ``caller: Annotated[Caller, Depends(needs("review"))]``."""
    assert scope in SCOPES, scope

    # A coroutine, so that FastAPI asks it here and not by way of a thread.
    async def allowed(request: Request) -> Caller:
        caller = caller_of(request)
        if scope not in caller.scopes:
            challenge = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'}
            raise Problem(403, "no-scope", f"the credential lacks the scope {scope}", headers=challenge)
        return caller

    return allowed


def set_subject(request: Request, subject: str) -> None:
    """Say what the request is about, for its entry in the audit log: an id of our own making, or a fingerprint."""
    request.scope["audit_subject"] = subject

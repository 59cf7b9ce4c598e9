"""What stands before every route: the credential, the audit log, the headers, the log without a word of the request, the last net for errors."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterable

from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from note_review.batch.worker import why
from note_review.server.audit import Entry
from note_review.server.callers import Authenticator, Caller
from note_review.server.problem import Problem
from note_review.server.services import Services
from note_review.server.tracing import end_span, request_span

# Paths that need no credential, and paths that touch no note and are asked every few seconds.
OPEN = frozenset({"/healthz", "/readyz", "/version", "/openapi.json", "/docs", "/oauth/token", "/cds-services"})
UNAUDITED = frozenset({"/metrics"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
HEADERS = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))
access_log = logging.getLogger("note_review.access")
error_log = logging.getLogger("note_review.server")


class Guard:
    """ASGI middleware round the whole application.

    Parameters
    ----------
    app
        The application.
    services
        Its parts: the audit log is written here, before the answer goes out.
    authenticators
        What is asked in turn who calls; the first that knows, holds.
    is_open
        Whether a path beside ``OPEN`` needs no credential.
    instead
        Where somebody without a credential is sent instead of being refused, if anywhere.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        services: Services,
        authenticators: Iterable[Authenticator],
        is_open: Callable[[str], bool],
        instead: Callable[[Scope], Problem | None],
    ) -> None:
        self._app, self._services, self._authenticators = app, services, tuple(authenticators)
        self._is_open, self._instead = is_open, instead

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        begun, answer, span = time.perf_counter(), _Answer(scope, send, self._services), request_span(scope)
        try:
            await self._pass_on(scope, receive, answer)
        except Exception as error:
            error_log.error("%s", why(error))
            if not answer.status:
                scope.pop("caller", None)
                await _last_word(error).response()(scope, receive, answer)
        finally:
            seconds, (method, route) = time.perf_counter() - begun, _route(scope)
            self._services.metrics.answered(method, route, answer.status, seconds)
            end_span(span, method=method, route=route, status=answer.status)
            access_log.info("%s %s %d %.0f ms", method, route, answer.status, seconds * 1000)

    async def _pass_on(self, scope: Scope, receive: Receive, answer: Send) -> None:
        refusal = None if scope["path"] in OPEN or self._is_open(scope["path"]) else await self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, answer)
        else:
            self._services.metrics.refused(refusal.kind)
            await refusal.response()(scope, receive, answer)

    async def _refusal(self, scope: Scope) -> Problem | None:
        if not await self._knows_caller(scope):
            # RFC 6750: a client renews a token that is told to be invalid.
            challenge = 'Bearer error="invalid_token"' if _bearer(scope) else "Bearer"
            refused = Problem(401, "no-credential", "a valid bearer token is needed", headers={"WWW-Authenticate": challenge})
            return self._instead(scope) or refused
        caller: Caller = scope["caller"]
        wait = self._services.meter.take(f"{caller.tenant}/{caller.client}", rate=caller.rate or self._services.limits.rate)
        if wait:
            # A flood is counted, not written down one by one.
            scope.pop("caller")
            return Problem(429, "too-many-requests", "over the rate", headers={"Retry-After": str(math.ceil(wait))})
        return None

    async def _knows_caller(self, scope: Scope) -> bool:
        credential = _bearer(scope)
        for authenticate in self._authenticators:
            if caller := await authenticate(credential, scope):
                scope["caller"] = caller
                return True
        return False


def _bearer(scope: Scope) -> str:
    """Return the one bearer token of a request, or nothing."""
    given = [value for name, value in scope["headers"] if name == b"authorization"]
    scheme, _, token = given[0].partition(b" ") if len(given) == 1 else (b"", b"", b"")
    return token.strip().decode("latin-1") if scheme.lower() == b"bearer" else ""


def _last_word(error: Exception) -> Problem:
    if isinstance(error, SQLAlchemyError):
        return Problem(503, "no-database", "the database does not answer", headers={"Retry-After": "5"})
    return Problem(500, "internal", "something went wrong here")


class _Answer:
    """Sends an answer on with our headers and remembers its status. What a known caller did is in the audit log before."""

    def __init__(self, scope: Scope, send: Send, services: Services) -> None:
        self._scope, self._send, self._services, self.status = scope, send, services, 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._audit(message["status"])
            self.status = message["status"]
            ours = {name for name, _ in HEADERS}
            kept = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in ours]
            message = {**message, "headers": [*kept, *HEADERS]}
        await self._send(message)

    async def _audit(self, status: int) -> None:
        caller = self._scope.get("caller")
        if not isinstance(caller, Caller) or self._scope["path"] in UNAUDITED:
            return
        method, route = _route(self._scope)
        subject, version = self._scope.get("audit_subject", ""), self._services.version
        await self._services.audit.append(Entry(caller.tenant, caller.client, f"{method} {route}", subject, str(status), version))


def _route(scope: Scope) -> tuple[str, str]:
    """Return method and template of a route: nothing that the caller chose."""
    method = scope["method"] if scope["method"] in METHODS else "OTHER"
    return method, getattr(scope.get("route"), "path", "(no route)")

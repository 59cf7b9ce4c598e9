"""What stands before every route: the credential, the headers, the log without a word of the request, the last net for errors."""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
from collections.abc import Iterable, MutableMapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from note_review.batch.worker import why
from note_review.server.problem import Problem

OPEN = frozenset({"/healthz", "/readyz", "/version", "/openapi.json"})
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
    tokens
        The credentials that are let in; only their digests are kept.
    """

    def __init__(self, app: ASGIApp, *, tokens: Iterable[str]) -> None:
        self._app = app
        self._digests = [_digest(token.encode()) for token in tokens]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        begun, told = time.perf_counter(), _Told(send)
        try:
            if scope["path"] not in OPEN and not self._allowed(scope):
                challenge = {"WWW-Authenticate": "Bearer"}
                await Problem(401, "no-credential", "a valid bearer token is needed", headers=challenge).response()(
                    scope, receive, told
                )
            else:
                await self._app(scope, receive, told)
        except Exception as error:
            error_log.error("%s", why(error))
            if not told.status:
                await Problem(500, "internal", "something went wrong here").response()(scope, receive, told)
        finally:
            _log(scope, told.status, time.perf_counter() - begun)

    def _allowed(self, scope: Scope) -> bool:
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        if len(given) != 1:
            return False
        scheme, _, token = given[0].partition(b" ")
        digest = _digest(token.strip())
        # Every credential is compared, so that the time tells nothing.
        matches = [hmac.compare_digest(digest, known) for known in self._digests]
        return scheme.lower() == b"bearer" and any(matches)


class _Told:
    """Sends an answer on with our headers and remembers its status."""

    def __init__(self, send: Send) -> None:
        self._send, self.status = send, 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            ours = {name for name, _ in HEADERS}
            kept = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in ours]
            message = {**message, "headers": [*kept, *HEADERS]}
        await self._send(message)


def _digest(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()


def _log(scope: MutableMapping[str, Any], status: int, seconds: float) -> None:
    method = scope["method"] if scope["method"] in METHODS else "OTHER"
    route = getattr(scope.get("route"), "path", "(no route)")
    access_log.info("%s %s %d %.0f ms", method, route, status, seconds * 1000)

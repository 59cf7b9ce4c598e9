"""``Idempotency-Key``: the same request sent twice is done once.

Kept are a keyed hash of the body and, for a job, its id: no text. A review sent again is made again, for the same note gives the
same bytes; what the key adds there is that another body under it is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import Column, Connection, Float, String, Table, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from starlette.requests import Request

from note_review.server.callers import Caller
from note_review.server.database import Database, metadata
from note_review.server.problem import Problem
from note_review.server.services import services_of

KEY = re.compile(r"[\x21-\x7e]{1,255}")
KEPT = 86_400.0
STALE = 60.0

requests = Table(
    "idempotent_requests",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("holder", String(32), nullable=False),
    Column("started", Float, nullable=False),
    Column("body", String(64)),
    Column("answer", String(64)),
)


class Once:
    """A request under its key (or under none: then everything is new).

    Parameters
    ----------
    key
        The keyed hash of client, route and key.
    body
        Is fed with the request's body.
    """

    def __init__(self, key: str | None, body: hmac.HMAC) -> None:
        self.body, self.is_keyed = body, key is not None
        self.earlier: str | None = None
        self._key, self._holder = key, secrets.token_hex(16)
        self._known_body: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What tells the client that this is an answer to a request it made before."""
        return {} if self.earlier is None else {"Idempotent-Replayed": "true"}

    def claim(self, connection: Connection) -> None:
        """Take the key, or learn what came of the request that has it.

        Raises
        ------
        Problem
            409: that request is not done.
        """
        if self._key is None:
            return
        now = time.time()
        connection.execute(delete(requests).where(requests.c.started < now - KEPT))
        given_up = and_(requests.c.key == self._key, requests.c.answer.is_(None), requests.c.started < now - STALE)
        connection.execute(delete(requests).where(given_up))
        found = connection.execute(select(requests).where(requests.c.key == self._key)).first()
        if found is None:
            connection.execute(insert(requests).values(key=self._key, holder=self._holder, started=now))
        elif found.answer is None:
            raise _in_flight()
        else:
            self.earlier, self._known_body = found.answer, found.body

    def check(self) -> None:
        """Compare bodies, once this one is wholly read.

        Raises
        ------
        Problem
            409: the key was used for another body.
        """
        if self.earlier is not None and self._known_body != self.body.hexdigest():
            raise Problem(409, "key-reused", "the Idempotency-Key was used for another body")

    def settle(self, connection: Connection, answer: str) -> None:
        """Keep what came of the request, in the transaction that does it.

        Raises
        ------
        Problem
            409: this took so long that another request was given the key.
        """
        if self._key is None or self.earlier is not None:
            return
        mine = and_(requests.c.key == self._key, requests.c.holder == self._holder)
        if not connection.execute(update(requests).where(mine).values(answer=answer, body=self.body.hexdigest())).rowcount:
            raise _in_flight()

    def release(self, connection: Connection) -> None:
        """Give the key back: nothing came of the request."""
        mine = and_(requests.c.key == self._key, requests.c.holder == self._holder, requests.c.answer.is_(None))
        connection.execute(delete(requests).where(mine))


@asynccontextmanager
async def once(request: Request, caller: Caller) -> AsyncIterator[Once]:
    """Run a request under its ``Idempotency-Key``, where it has one.

    Raises
    ------
    Problem
        400 for a key that is none, 409 while the first request is not done.
    """
    database = services_of(request).database
    key = request.headers.get("idempotency-key")
    if key is None:
        yield Once(None, _keyed(database))
        return
    if not KEY.fullmatch(key):
        raise Problem(400, "not-a-key", "an Idempotency-Key is 1 to 255 visible ASCII characters")
    named = _keyed(database)
    named.update("\n".join((caller.tenant, caller.client, request.url.path, key)).encode())
    first = Once(named.hexdigest(), _keyed(database))
    try:
        await database.write(first.claim)
    except IntegrityError:  # another process took the key between the look and the taking
        raise _in_flight() from None
    try:
        yield first
    except BaseException:
        if first.earlier is None:
            await database.write(first.release)
        raise


def _keyed(database: Database) -> hmac.HMAC:
    return hmac.new(database.secret("fingerprint"), digestmod=hashlib.sha256)


def _in_flight() -> Problem:
    return Problem(409, "in-flight", "the first request with this key is being worked on", headers={"Retry-After": "2"})

"""Who is signed in: a random cookie whose digest is kept, an idle and an absolute end, and a token against forged requests."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from starlette.requests import Request, cookie_parser
from starlette.responses import Response
from starlette.types import Scope

from note_review.server.callers import Caller
from note_review.server.database import Database
from note_review.server.problem import Problem
from note_review.server.sealing import Seal
from note_review.workbench.people import Role
from note_review.workbench.tables import sessions, users

ROOT = "/workbench"
COOKIE = "note_review_session"
IDLE = 1800.0
LONGEST = 12 * 3600.0
SEEN_EVERY = 30.0


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks: a user in a session. ``token`` must come with every request that changes something."""

    name: str
    tenant: str
    role: Role
    session: str
    token: str
    shortcuts: bool
    theme: str

    @property
    def decides(self) -> bool:
        """Whether this one may decide."""
        return self.role != "read-only"

    @property
    def leads(self) -> bool:
        """Whether this one may adjudicate, move thresholds, open batches and export."""
        return self.role == "lead"


class Sessions:
    """The sessions of a database.

    Parameters
    ----------
    database, seal
        Where they are, and what closes the words that somebody searches.
    idle
        Seconds without a request after which a session ends.
    """

    def __init__(self, database: Database, seal: Seal, *, idle: float = IDLE) -> None:
        self._database, self._seal, self._idle = database, seal, idle

    def begin(self, connection: Connection, name: str) -> str:
        """Begin a session and return its cookie's value; sessions that have ended go."""
        now, secret = time.time(), secrets.token_urlsafe(32)
        ended = (sessions.c.seen < now - self._idle) | (sessions.c.created < now - LONGEST)
        connection.execute(delete(sessions).where(ended))
        connection.execute(insert(sessions).values(digest=_digest(secret), person=name, created=now, seen=now))
        return secret

    def end(self, connection: Connection, session: str) -> None:
        """End a session now."""
        connection.execute(delete(sessions).where(sessions.c.digest == session))

    async def authenticate(self, credential: str, scope: Scope) -> Caller | None:
        """Return who is signed in; the cookie is good for the workbench alone, so that no page can use it elsewhere."""
        if not scope["path"].startswith(ROOT):
            return None
        secret = _cookie(scope)
        row = await self._database.read(lambda connection: self._find(connection, _digest(secret))) if secret else None
        if row is None:
            return None
        if time.time() - row["seen"] > SEEN_EVERY:
            await self._database.write(lambda connection: self._see(connection, row["digest"]))
        scope["person"] = Person(
            row["name"], row["tenant"], row["role"], row["digest"], self._token(row["digest"]), row["shortcuts"], row["theme"]
        )
        return Caller(row["tenant"], f"user:{row['name']}", frozenset())

    def _find(self, connection: Connection, digest: str) -> Any:
        now = time.time()
        found = select(sessions, users).join(users, users.c.name == sessions.c.person)
        alive = (sessions.c.seen >= now - self._idle) & (sessions.c.created >= now - LONGEST) & users.c.disabled.is_(None)
        return connection.execute(found.where(sessions.c.digest == digest, alive)).mappings().first()

    def _see(self, connection: Connection, digest: str) -> None:
        connection.execute(update(sessions).where(sessions.c.digest == digest).values(seen=time.time()))

    def _token(self, digest: str) -> str:
        return hmac.new(self._database.secret("workbench-csrf"), digest.encode(), hashlib.sha256).hexdigest()

    def view(self, connection: Connection, person: Person) -> dict[str, Any]:
        """Return what the person last filtered and searched the queue by."""
        kept = connection.scalar(select(sessions.c.view).where(sessions.c.digest == person.session))
        found: dict[str, Any] = json.loads(self._seal.open(bytes(kept), place=person.session)) if kept else {}
        return found

    def keep_view(self, connection: Connection, person: Person, view: dict[str, Any]) -> None:
        """Keep what the person filters and searches the queue by, sealed: it may be a patient's name."""
        closed = self._seal.close(json.dumps(view).encode(), place=person.session)
        connection.execute(update(sessions).where(sessions.c.digest == person.session).values(view=closed))


def set_cookie(request: Request, response: Response, secret: str) -> None:
    """Give a session to the browser: not for scripts, not for other sites, over TLS only where there is TLS."""
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, secret, path=ROOT, httponly=True, samesite="strict", secure=secure)


def require_token(person: Person, given: str) -> None:
    """Refuse a change that did not come from a page of this session.

    Raises
    ------
    Problem
        403.
    """
    if not hmac.compare_digest(person.token.encode(), given.encode()):
        raise Problem(403, "forged", "the request did not come from a page of this session; load the page again")


def require_same_site(request: Request) -> None:
    """Refuse a form that another site's page sent.

    Raises
    ------
    Problem
        403.
    """
    site, origin = request.headers.get("sec-fetch-site", "same-origin"), request.headers.get("origin", "")
    host = origin.partition("://")[2]
    if site not in ("same-origin", "none") or (origin and origin != "null" and host != request.headers.get("host")):
        raise Problem(403, "forged", "the request came from another site")


def _cookie(scope: Scope) -> str:
    given = [value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"]
    return cookie_parser(given[0]).get(COOKIE, "") if given else ""


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

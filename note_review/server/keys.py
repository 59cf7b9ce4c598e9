"""API keys: made and shown once, kept as digests, with scopes and an end.

A key is ``nr_ID_SECRET``. The secret is 256 random bits, so a plain SHA-256 of it cannot be guessed back and no slow hash is wanted.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Float, LargeBinary, RowMapping, String, Table, insert, select, update
from starlette.types import Scope

from note_review.errors import SettingsError
from note_review.server.callers import SCOPES, SINGLE_USER, TENANT, Caller
from note_review.server.database import Database, metadata

KEY = re.compile(r"nr_([a-z0-9]{12})_([A-Za-z0-9_-]{43})")
ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("tenant", String(63), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("scopes", String(500), nullable=False),
    Column("rate", Float),
    Column("created", Float, nullable=False),
    Column("expires", Float),
    Column("revoked", Float),
)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret. Times are seconds since 1970, UTC."""

    id: str
    tenant: str
    name: str
    scopes: tuple[str, ...]
    rate: float | None
    created: float
    expires: float | None
    revoked: float | None

    def state(self, now: float) -> str:
        """Return ``active``, ``expired`` or ``revoked``."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if self.expires is not None and self.expires <= now else "active"

    @property
    def caller(self) -> Caller:
        """The client that this key stands for."""
        return Caller(self.tenant, self.id, frozenset(self.scopes), self.rate)


class SingleUser:
    """Tokens that were configured outside the database: one tenant, every scope. Only their digests are kept."""

    def __init__(self, tokens: Iterable[str]) -> None:
        self._digests = [_digest(token) for token in tokens]

    async def authenticate(self, credential: str, scope: Scope) -> Caller | None:
        """Return the single user for one of the tokens."""
        digest = _digest(credential)
        # Every token is compared, so that the time tells nothing.
        matches = [hmac.compare_digest(digest, known) for known in self._digests]
        return Caller(SINGLE_USER, "token", frozenset(SCOPES)) if any(matches) else None


class Keys:
    """The keys of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self, *, tenant: str, name: str, scopes: Iterable[str], seconds: float | None = None, rate: float | None = None
    ) -> tuple[ApiKey, str]:
        """Make a key; return it and its whole text, which is kept nowhere.

        Parameters
        ----------
        seconds
            How long it lasts; None for ever.
        rate
            Requests a second; None for the server's limit.

        Raises
        ------
        SettingsError
            The tenant's name is not lower-case letters, digits, - and _, a scope does not exist, or an amount is not positive.
        """
        scopes = tuple(sorted(set(scopes)))
        _check(tenant, scopes, seconds, rate)
        id, secret, now = "".join(secrets.choice(ALPHABET) for _ in range(12)), secrets.token_urlsafe(32), time.time()
        key = ApiKey(id, tenant, name[:200], scopes, rate, now, None if seconds is None else now + seconds, None)
        row = {field: getattr(key, field) for field in ("id", "tenant", "name", "rate", "created", "expires", "revoked")}
        with self._database.writing() as connection:
            connection.execute(insert(api_keys).values(**row, scopes=" ".join(scopes), digest=_digest(secret)))
        return key, f"nr_{id}_{secret}"

    def list(self) -> list[ApiKey]:
        """Return all keys, oldest first."""
        with self._database.reading() as connection:
            return [_key(row) for row in connection.execute(select(api_keys).order_by(api_keys.c.created)).mappings()]

    def revoke(self, id: str) -> ApiKey:
        """End a key now.

        Raises
        ------
        SettingsError
            There is no such key.
        """
        with self._database.writing() as connection:
            connection.execute(
                update(api_keys).where(api_keys.c.id == id, api_keys.c.revoked.is_(None)).values(revoked=time.time())
            )
            found = connection.execute(select(api_keys).where(api_keys.c.id == id)).mappings().first()
        if found is None:
            raise SettingsError("there is no key of this id; see note-review keys list")
        return _key(found)

    async def authenticate(self, credential: str, scope: Scope) -> Caller | None:
        """Return the client of a valid key."""
        matched = KEY.fullmatch(credential)
        key = await self.with_secret(matched[1], matched[2]) if matched else None
        return key.caller if key else None

    async def with_secret(self, id: str, secret: str) -> ApiKey | None:
        """Return the key of an id if the secret is its own and it is active."""
        found = await self._database.read(lambda connection: _row(connection, id))
        known = bytes(found["digest"]) if found else b""
        if not hmac.compare_digest(_digest(secret), known) or found is None:
            return None
        key = _key(found)
        return key if key.state(time.time()) == "active" else None

    async def active(self, id: str) -> ApiKey | None:
        """Return the key of an id while it is active."""
        found = await self._database.read(lambda connection: _row(connection, id))
        key = _key(found) if found else None
        return key if key and key.state(time.time()) == "active" else None


def _row(connection: Connection, id: str) -> RowMapping | None:
    return connection.execute(select(api_keys).where(api_keys.c.id == id)).mappings().first()


def _key(row: RowMapping) -> ApiKey:
    fields = {name: row[name] for name in ("id", "tenant", "name", "rate", "created", "expires", "revoked")}
    return ApiKey(**fields, scopes=tuple(row["scopes"].split()))


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _check(tenant: str, scopes: tuple[str, ...], seconds: float | None, rate: float | None) -> None:
    if not TENANT.fullmatch(tenant):
        raise SettingsError("a tenant's name is lower-case letters, digits, - and _")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise SettingsError(f"a key has scopes, of {', '.join(SCOPES)}")
    if (seconds is not None and seconds <= 0) or (rate is not None and rate <= 0):
        raise SettingsError("a key's time and rate are above 0")

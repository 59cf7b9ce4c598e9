"""Where webhooks go: addresses that the operator enters, each with a secret of its own."""

from __future__ import annotations

import base64
import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import Column, Connection, Float, LargeBinary, RowMapping, String, Table, delete, insert, select, update

from note_review.errors import SettingsError
from note_review.server.callers import TENANT
from note_review.server.database import Database, metadata
from note_review.server.listening import is_loopback
from note_review.server.sealing import Seal

PREFIX = "whsec_"

endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("tenant", String(63), nullable=False, index=True),
    Column("url", String(2000), nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("created", Float, nullable=False),
    Column("gone", Float),
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address, without its secret. ``gone`` is when it answered 410: it is sent nothing more."""

    id: str
    tenant: str
    url: str
    created: float
    gone: float | None


class Endpoints:
    """The addresses of a database.

    Parameters
    ----------
    database, seal
        Where they are, and what closes their secrets.
    """

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database, self._seal = database, seal

    def add(self, *, tenant: str, url: str) -> tuple[Endpoint, str]:
        """Enter an address; return it and its secret as the receiver's library wants it.

        Raises
        ------
        SettingsError
            It is no https address (http is for loopback alone), or the tenant's name is none.
        """
        if not TENANT.fullmatch(tenant):
            raise SettingsError("a tenant's name is lower-case letters, digits, - and _")
        _require_safe(url)
        id, key = "we_" + secrets.token_hex(8), secrets.token_bytes(32)
        endpoint = Endpoint(id, tenant, url, time.time(), None)
        sealed = self._seal.close(key, place=f"webhook/{id}")
        with self._database.writing() as connection:
            connection.execute(insert(endpoints).values(id=id, tenant=tenant, url=url, secret=sealed, created=endpoint.created))
        return endpoint, PREFIX + base64.b64encode(key).decode()

    def list(self) -> list[Endpoint]:
        """Return all addresses, oldest first."""
        with self._database.reading() as connection:
            return [_endpoint(r) for r in connection.execute(select(endpoints).order_by(endpoints.c.created)).mappings()]

    def remove(self, id: str) -> Endpoint:
        """Take an address out, with all that waits for it.

        Raises
        ------
        SettingsError
            There is no such address.
        """
        from note_review.server.webhooks.outbox import deliveries

        with self._database.writing() as connection:
            found = connection.execute(select(endpoints).where(endpoints.c.id == id)).mappings().first()
            connection.execute(delete(deliveries).where(deliveries.c.endpoint == id))
            connection.execute(delete(endpoints).where(endpoints.c.id == id))
        if found is None:
            raise SettingsError("there is no webhook of this id; see note-review webhooks list")
        return _endpoint(found)

    def address(self, connection: Connection, id: str) -> tuple[str, bytes] | None:
        """Return the URL and key of an address that is in use."""
        c = endpoints.c
        row = connection.execute(select(c.url, c.secret).where(c.id == id, c.gone.is_(None))).first()
        return (row.url, self._seal.open(bytes(row.secret), place=f"webhook/{id}")) if row else None


def forget(connection: Connection, id: str) -> None:
    """Send an address nothing more: it said that it is gone."""
    connection.execute(update(endpoints).where(endpoints.c.id == id).values(gone=time.time()))


def _endpoint(row: RowMapping) -> Endpoint:
    return Endpoint(**{name: row[name] for name in Endpoint.__slots__})


def _require_safe(url: str) -> None:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise SettingsError("the webhook's address is no URL") from None
    if parts.username is not None or len(url) > 2000 or not url.isascii() or not host:
        raise SettingsError("the webhook's address is a plain https URL, without a name or password in it")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise SettingsError("a webhook goes to https; http is for this machine alone")

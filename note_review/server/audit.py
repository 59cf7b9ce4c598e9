"""The audit log: who did what when, in a table that only grows and whose every row carries the hash of the one before. No note text.

One chain runs through all tenants, so that a row cannot be taken out of one tenant's without breaking all. A chain alone does not
show that its end was cut off, or that all of it was written anew: keep the head that ``verify`` prints elsewhere, and give it back
to ``verify`` later.
"""

from __future__ import annotations

import asyncio
import datetime
import hashlib
import hmac
import json
import queue
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, String, Table, event, insert, select, text

from note_review.errors import NoteReviewError
from note_review.server.database import Database, metadata

START = "0" * 64
GROUP = 256
POSTGRES_LOCK = 97112  # names the chain among this database's advisory locks

audit_log = Table(
    "audit_log",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("tenant", String(63), nullable=False, index=True),
    Column("client", String(100), nullable=False),
    Column("action", String(120), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("outcome", String(40), nullable=False),
    Column("version", String(300), nullable=False),
    Column("hash", String(64), nullable=False),
)
_LAST = select(audit_log.c.number, audit_log.c.hash).order_by(audit_log.c.number.desc()).limit(1)
_APPEND = insert(audit_log)
_ONLY_GROWS = {
    "sqlite": [
        f"CREATE TRIGGER audit_log_no_{refused} BEFORE {refused} ON audit_log "
        "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END"
        for refused in ("update", "delete")
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION audit_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log only grows'; END $$",
        "CREATE TRIGGER audit_log_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_log_only_grows()",
    ],
}


@event.listens_for(audit_log, "after_create")
def _let_only_grow(target: Table, connection: Connection, **_: Any) -> None:
    for statement in _ONLY_GROWS[connection.dialect.name]:
        connection.exec_driver_sql(statement)


class AuditBroken(NoteReviewError):
    """The chain does not hold; the message names the first row that does not."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing done.

    Parameters
    ----------
    tenant, client
        Who did it.
    action
        What: ``POST /v1/review`` by its route's template, or ``key.create``.
    subject
        What it was done to: a job's or key's id, or ``AuditLog.fingerprint`` of a note. Never an id that a client chose, never text.
    outcome
        The status that was answered, or ``done``.
    version
        What reviewed: engine, rules and policy.
    """

    tenant: str
    client: str
    action: str
    subject: str = ""
    outcome: str = "done"
    version: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """How many rows the chain has, and its head."""

    rows: int
    head: str


class AuditLog:
    """Writes entries, many in one transaction where many wait.

    Parameters
    ----------
    database
        Where the log is.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: queue.SimpleQueue[tuple[Entry, Future[None]] | None] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None

    async def append(self, entry: Entry) -> None:
        """Write an entry and return when it is committed."""
        if self._writer is None:
            self._writer = threading.Thread(target=self._write_groups, name="audit", daemon=True)
            self._writer.start()
        written: Future[None] = Future()
        self._waiting.put((entry, written))
        await asyncio.wrap_future(written)

    def append_now(self, entry: Entry) -> None:
        """Write an entry from a program without an event loop."""
        self._write([entry])

    def fingerprint(self, *parts: str) -> str:
        """Return a keyed hash by which the same note is known again in this database, and from which nothing can be read."""
        written = json.dumps(parts).encode(errors="surrogatepass")
        return hmac.new(self._database.secret("fingerprint"), written, hashlib.sha256).hexdigest()[:32]

    def page(self, *, tenant: str, after: int, limit: int) -> list[dict[str, Any]]:
        """Return a tenant's entries behind number ``after``, oldest first, at most ``limit``."""
        rows = select(audit_log).where(audit_log.c.tenant == tenant, audit_log.c.number > after).order_by(audit_log.c.number)
        with self._database.reading() as connection:
            return [dict(row) for row in connection.execute(rows.limit(limit)).mappings()]

    def verify(self, *, expected: str | None = None) -> Verified:
        """Walk the whole chain.

        Parameters
        ----------
        expected
            A head that was printed earlier: it must still be in the chain.

        Raises
        ------
        AuditBroken
            A row was changed or taken out, or ``expected`` is not there.
        """
        number, head, seen = 0, START, expected is None
        every = select(audit_log).order_by(audit_log.c.number)
        with self._database.reading() as connection, connection.execution_options(yield_per=1000).execute(every) as rows:
            for row in rows.mappings():
                number, fields = number + 1, dict(row)
                stated = fields.pop("hash")
                if fields["number"] != number or not hmac.compare_digest(stated, _hash(head, fields)):
                    raise AuditBroken(f"audit log: row {number} was changed, or a row before it was taken out")
                head, seen = stated, seen or stated == expected
        if not seen:
            raise AuditBroken(
                f"audit log: the expected head is not among its {number} rows: its end was cut off or it was written anew"
            )
        return Verified(number, head)

    def close(self) -> None:
        """Write what waits, then stop."""
        if self._writer is not None:
            self._waiting.put(None)
            self._writer.join(10)

    def _write_groups(self) -> None:
        while (first := self._waiting.get()) is not None:
            group, last = [first], False
            while len(group) < GROUP and not self._waiting.empty():
                following = self._waiting.get()
                if following is None:
                    last = True
                    break
                group.append(following)
            self._settle(group)
            if last:
                return

    def _settle(self, group: Sequence[tuple[Entry, Future[None]]]) -> None:
        # What a client that hung up had done is written all the same; nobody waits for it any more.
        waited_for = [written for _, written in group if written.set_running_or_notify_cancel()]
        try:
            self._write([entry for entry, _ in group])
        except Exception as error:
            for written in waited_for:
                written.set_exception(error)
        else:
            for written in waited_for:
                written.set_result(None)

    def _write(self, entries: Iterable[Entry]) -> None:
        with self._database.writing() as connection:
            number, head = self._head(connection)
            rows = []
            for entry in entries:
                number += 1
                fields: dict[str, Any] = {"number": number, "at": _now(), **asdict(entry)}
                head = _hash(head, fields)
                rows.append({**fields, "hash": head})
            connection.execute(_APPEND, rows)

    def _head(self, connection: Connection) -> tuple[int, str]:
        if not self._database.is_sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({POSTGRES_LOCK})"))
        last = connection.execute(_LAST).first()
        return (last.number, last.hash) if last else (0, START)


def _hash(before: str, fields: dict[str, Any]) -> str:
    written = json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
    return hashlib.sha256(before.encode() + written).hexdigest()


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")

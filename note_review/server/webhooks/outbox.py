"""What is to be sent: written in the transaction of the event itself, so that neither is ever without the other."""

from __future__ import annotations

import datetime
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    and_,
    delete,
    insert,
    or_,
    select,
    update,
)

from note_review.server.database import Database, metadata
from note_review.server.job_store import Job
from note_review.server.webhooks.endpoints import endpoints

KEEP_DELIVERED = 7 * 86_400.0
KEEP_DEAD = 90 * 86_400.0
JOB_COMPLETED = "job.completed"
WAITING, DELIVERED, DEAD = "waiting", "delivered", "dead"

deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("message", String(40), nullable=False),
    Column("endpoint", String(24), ForeignKey("webhook_endpoints.id", ondelete="CASCADE"), nullable=False),
    Column("tenant", String(63), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created", Float, nullable=False),
    Column("state", String(10), nullable=False),
    Column("due", Float, nullable=False, index=True),
    Column("lease", Float),
    Column("tries", Integer, nullable=False),
    Column("outcome", String(60)),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one address. ``tries`` counts those before this one."""

    number: int
    message: str
    endpoint: str
    tenant: str
    body: bytes
    tries: int


def announce(connection: Connection, job: Job) -> None:
    """Write what the tenant's addresses are to be told of a job's end: its id, and nothing else of it."""
    c = endpoints.c
    receivers = connection.scalars(select(c.id).where(c.tenant == job.tenant, c.gone.is_(None))).all()
    if not receivers:
        return
    now, message = time.time(), "msg_" + secrets.token_hex(16)
    at = datetime.datetime.fromtimestamp(now, datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    body = json.dumps({"type": JOB_COMPLETED, "timestamp": at, "data": {"job": job.id}}, separators=(",", ":")).encode()
    row = {"message": message, "tenant": job.tenant, "body": body, "created": now, "state": WAITING, "due": now, "tries": 0}
    connection.execute(insert(deliveries), [{**row, "endpoint": id} for id in receivers])


def is_due(connection: Connection) -> bool:
    """Say whether anything is to be sent now."""
    return connection.execute(select(deliveries.c.number).where(_due(time.time())).limit(1)).first() is not None


def claim(connection: Connection, *, most: int, lease: float) -> list[Delivery]:
    """Take deliveries that are due, for the time of a lease."""
    now, c = time.time(), deliveries.c
    rows = connection.execute(
        select(deliveries).where(_due(now)).order_by(c.due).limit(most).with_for_update(skip_locked=True)
    ).mappings()
    taken = [Delivery(**{name: row[name] for name in Delivery.__slots__}) for row in rows]
    connection.execute(update(deliveries).where(c.number.in_([d.number for d in taken])).values(lease=now + lease))
    return taken


def settle(connection: Connection, delivery: Delivery, *, state: str, outcome: str, due: float = 0.0) -> None:
    """Write what came of a try."""
    values: dict[str, Any] = {"state": state, "outcome": outcome, "due": due, "lease": None, "tries": delivery.tries + 1}
    connection.execute(update(deliveries).where(deliveries.c.number == delivery.number).values(**values))


def delete_old(connection: Connection) -> None:
    """Delete what was delivered a week ago, and what has been dead for three months."""
    now, c = time.time(), deliveries.c
    delivered = and_(c.state == DELIVERED, c.created < now - KEEP_DELIVERED)
    connection.execute(delete(deliveries).where(or_(delivered, and_(c.state == DEAD, c.created < now - KEEP_DEAD))))


def dead_letters(database: Database) -> list[dict[str, Any]]:
    """Return what could not be delivered, oldest first."""
    c = deliveries.c
    rows = select(c.message, c.endpoint, c.tenant, c.created, c.tries, c.outcome).where(c.state == DEAD).order_by(c.number)
    with database.reading() as connection:
        return [dict(row) for row in connection.execute(rows).mappings()]


def revive(database: Database, message: str | None = None) -> int:
    """Let dead letters be tried again from the start: one message, or all. Return how many."""
    dead = deliveries.c.state == DEAD
    chosen = dead if message is None else and_(dead, deliveries.c.message == message)
    with database.writing() as connection:
        return connection.execute(update(deliveries).where(chosen).values(state=WAITING, due=time.time(), tries=0)).rowcount


def _due(now: float) -> Any:
    c = deliveries.c
    return and_(c.state == WAITING, c.due <= now, or_(c.lease.is_(None), c.lease < now))

"""Jobs in the database: what was sent, what came of it, who works on it. Every query is bounded by the tenant.

A note's text is there only until its review is written; a review until its job's time is over or the job is deleted.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    RowMapping,
    Select,
    String,
    Table,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from note_review.server.database import metadata
from note_review.server.sealing import Seal

TRIES = 3
STALE_LOAD = 3600.0

jobs = Table(
    "jobs",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("tenant", String(63), nullable=False, index=True),
    Column("client", String(100), nullable=False),
    Column("created", Float, nullable=False),
    Column("opened", Boolean, nullable=False),
    Column("notes", Integer, nullable=False),
    Column("reviewed", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("ended", Float),
    Column("expires", Float),
    sqlite_autoincrement=True,
)
job_notes = Table(
    "job_notes",
    metadata,
    Column("job", Integer, ForeignKey("jobs.number", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("note", LargeBinary),
    Column("answer", LargeBinary),
    Column("lease", Float),
    Column("tries", Integer, nullable=False),
)
_unanswered = job_notes.c.answer.is_(None)
Index("job_notes_unanswered", job_notes.c.job, job_notes.c.place, sqlite_where=_unanswered, postgresql_where=_unanswered)

Ended = Callable[[Connection, "Job"], None]


@dataclass(frozen=True, slots=True)
class Job:
    """How a job stands. Times are seconds since 1970, UTC."""

    number: int
    id: str
    tenant: str
    client: str
    created: float
    opened: bool
    notes: int
    reviewed: int
    failed: int
    ended: float | None
    expires: float | None

    @property
    def state(self) -> str:
        """``waiting``, ``running`` or ``done``."""
        if self.ended is not None:
            return "done"
        return "running" if self.reviewed + self.failed else "waiting"


@dataclass(frozen=True, slots=True)
class Sent:
    """One line of a job: a note to be reviewed, or the answer that it can have none."""

    note: bytes | None
    answer: bytes | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A note that this process works on for the time of its lease; one that was tried too often is only to be answered."""

    job: int
    place: int
    note: bytes
    spent: bool


class JobStore:
    """Jobs of a database; every function takes the connection of a transaction.

    Parameters
    ----------
    seal
        What closes stored text.
    keep
        Seconds that reviews are kept after a job's end.
    ended
        Functions called in the transaction that ends a job.
    """

    def __init__(self, seal: Seal, *, keep: float, ended: Sequence[Ended] = ()) -> None:
        self._seal, self.keep, self._ended = seal, keep, tuple(ended)

    def create(self, connection: Connection, *, tenant: str, client: str) -> Job:
        """Make a job that is still being loaded: nobody works on it."""
        row = {"id": secrets.token_hex(12), "tenant": tenant, "client": client, "created": time.time(), "opened": False}
        statement = insert(jobs).values(**row, notes=0, reviewed=0, failed=0).returning(jobs)
        return _job(connection.execute(statement).mappings().one())

    def load(self, connection: Connection, *, job: Job, lines: Sequence[Sent], first: int) -> None:
        """Add lines from place ``first`` on."""
        rows = [
            {
                "job": job.number,
                "place": place,
                "note": None if sent.note is None else self._close(sent.note, job.number, place),
                "answer": None if sent.answer is None else self._close(sent.answer, job.number, place),
                "tries": 0,
            }
            for place, sent in enumerate(lines, first)
        ]
        connection.execute(insert(job_notes), rows)

    def open(self, connection: Connection, job: Job, *, notes: int, failed: int) -> Job:
        """Let the work begin."""
        connection.execute(update(jobs).where(jobs.c.number == job.number).values(opened=True, notes=notes, failed=failed))
        return self._end_if_done(connection, job.number)

    def get(self, connection: Connection, *, tenant: str, id: str) -> Job | None:
        """Return a tenant's job."""
        found = connection.execute(_open_jobs(tenant).where(jobs.c.id == id)).mappings().first()
        return _job(found) if found else None

    def page(self, connection: Connection, *, tenant: str, before: int | None, limit: int) -> list[Job]:
        """Return a tenant's jobs, newest first, made before number ``before``."""
        rows = _open_jobs(tenant).order_by(jobs.c.number.desc()).limit(limit)
        if before is not None:
            rows = rows.where(jobs.c.number < before)
        return [_job(row) for row in connection.execute(rows).mappings()]

    def unfinished(self, connection: Connection, *, tenant: str) -> int:
        """Return how many jobs of a tenant are not done."""
        count = select(func.count()).select_from(jobs).where(jobs.c.tenant == tenant, jobs.c.ended.is_(None))
        return int(connection.execute(count).scalar_one())

    def queued(self, connection: Connection) -> int:
        """Return how many notes of all jobs wait."""
        waiting = jobs.c.notes - jobs.c.reviewed - jobs.c.failed
        return int(connection.scalar(select(func.sum(waiting)).where(jobs.c.ended.is_(None), jobs.c.opened)) or 0)

    def answers(self, connection: Connection, *, job: Job, after: int, limit: int) -> list[tuple[int, bytes]]:
        """Return answers behind place ``after`` with their places, in the order of the notes."""
        c = job_notes.c
        rows = select(c.place, c.answer).where(c.job == job.number, c.place > after, c.answer.is_not(None))
        found = connection.execute(rows.order_by(c.place).limit(limit))
        return [(place, self._open(answer, job.number, place)) for place, answer in found]

    def delete(self, connection: Connection, *, tenant: str, id: str) -> bool:
        """Delete a tenant's job with all notes and reviews; say whether there was one.

        The notes go first, as a worker that writes a review locks the note before its job: the other way round the two could wait for each other.
        """
        number = select(jobs.c.number).where(jobs.c.tenant == tenant, jobs.c.id == id)
        connection.execute(delete(job_notes).where(job_notes.c.job.in_(number)))
        return bool(connection.execute(delete(jobs).where(jobs.c.tenant == tenant, jobs.c.id == id)).rowcount)

    def delete_expired(self, connection: Connection) -> int:
        """Delete jobs whose time is over, and what was never wholly sent."""
        now = time.time()
        over = or_(jobs.c.expires < now, and_(jobs.c.opened.is_(False), jobs.c.created < now - STALE_LOAD))
        return connection.execute(delete(jobs).where(over)).rowcount

    def claim(self, connection: Connection, *, behind: int, most: int, lease: float) -> list[Claimed]:
        """Take notes of one job to work on: of the first job behind number ``behind`` that has any, else of the first.

        A note that was begun before (its process died) is taken alone, so that one that kills takes no other with it.
        """
        now, c = time.time(), job_notes.c
        free = and_(_unanswered, or_(c.lease.is_(None), c.lease < now))
        offered = select(c.job, c.place, c.note, c.tries).join(jobs, jobs.c.number == c.job)
        offered = offered.where(free, jobs.c.opened, jobs.c.ended.is_(None)).order_by(c.job, c.place).limit(most)
        offered = offered.with_for_update(skip_locked=True, of=job_notes)
        rows = connection.execute(offered.where(c.job > behind)).all() or connection.execute(offered).all()
        taken = _together(rows)
        for row in taken:
            here = and_(c.job == row.job, c.place == row.place)
            connection.execute(update(job_notes).where(here).values(lease=now + lease, tries=row.tries + 1))
        return [Claimed(row.job, row.place, self._open(row.note, row.job, row.place), row.tries >= TRIES) for row in taken]

    def renew(self, connection: Connection, claimed: Iterable[Claimed], *, lease: float) -> None:
        """Hold notes for longer; with a lease of 0, give them back untried."""
        until, untried = (time.time() + lease, job_notes.c.tries) if lease else (None, job_notes.c.tries - 1)
        for item in claimed:
            here = and_(job_notes.c.job == item.job, job_notes.c.place == item.place, _unanswered)
            connection.execute(update(job_notes).where(here).values(lease=until, tries=untried))

    def answer(self, connection: Connection, item: Claimed, answer: bytes, *, reviewed: bool) -> None:
        """Write an answer, take the note's text away, and end the job with its last."""
        c = job_notes.c
        here = and_(c.job == item.job, c.place == item.place, _unanswered)
        sealed = self._close(answer, item.job, item.place)
        if connection.execute(update(job_notes).where(here).values(answer=sealed, note=None, lease=None)).rowcount:
            counted = jobs.c.reviewed if reviewed else jobs.c.failed
            connection.execute(update(jobs).where(jobs.c.number == item.job).values({counted.name: counted + 1}))
            self._end_if_done(connection, item.job)

    def _end_if_done(self, connection: Connection, number: int) -> Job:
        now = time.time()
        done = and_(jobs.c.number == number, jobs.c.ended.is_(None), jobs.c.reviewed + jobs.c.failed >= jobs.c.notes)
        ending = connection.execute(update(jobs).where(done).values(ended=now, expires=now + self.keep)).rowcount
        job = _job(connection.execute(select(jobs).where(jobs.c.number == number)).mappings().one())
        for tell in self._ended if ending else ():
            tell(connection, job)
        return job

    def _close(self, data: bytes, job: int, place: int) -> bytes:
        return self._seal.close(data, place=f"{job}/{place}")

    def _open(self, data: bytes, job: int, place: int) -> bytes:
        return self._seal.open(bytes(data), place=f"{job}/{place}")


def _open_jobs(tenant: str) -> Select[Any]:
    return select(jobs).where(jobs.c.tenant == tenant, jobs.c.opened)


def _job(row: RowMapping) -> Job:
    return Job(**{name: row[name] for name in Job.__slots__})


def _together(rows: Sequence[Any]) -> Sequence[Any]:
    """Return the rows of the first job that may be worked on together."""
    first = rows[:1]
    if not first or first[0].tries:
        return first
    return [row for row in rows if row.job == first[0].job and not row.tries]

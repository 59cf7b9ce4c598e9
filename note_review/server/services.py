"""What the routes share, made once for an application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from note_review.batch.worker import ReviewsNotes
from note_review.server.access_tokens import AccessTokens
from note_review.server.audit import AuditLog
from note_review.server.database import Database
from note_review.server.desk import Desk
from note_review.server.job_runner import JobRunner
from note_review.server.job_store import JobStore
from note_review.server.keys import Keys
from note_review.server.meter import Meter
from note_review.server.metrics import Metrics
from note_review.server.recent import Recent
from note_review.server.webhooks.sender import Sender
from note_review.workbench.parts import Workbench


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may ask.

    Parameters
    ----------
    note_bytes, notes_bytes, job_bytes
        The body with one note (or one line of a job), with many, and of a job.
    notes, job_notes
        Notes in one request, and in one job.
    jobs
        Jobs of one tenant that are not done.
    seconds, job_seconds
        How long a body may take to arrive, and a job's.
    threads, queue
        How many reviews run at once in a process, and how many requests may wait besides.
    rate
        Requests a second of one client, where its key says nothing else; twice as many at a stretch.
    keep
        Seconds that the reviews of a job are kept after its end.
    recent
        Seconds that an answer is kept in memory for the same note sent again; 0 for none.
    """

    note_bytes: int = 10 * 1024 * 1024
    notes_bytes: int = 50 * 1024 * 1024
    job_bytes: int = 512 * 1024 * 1024
    notes: int = 1_000
    job_notes: int = 100_000
    jobs: int = 20
    seconds: float = 60.0
    job_seconds: float = 600.0
    threads: int = 2
    queue: int = 32
    rate: float = 100.0
    keep: float = 86_400.0
    recent: float = 60.0


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the server tells of rules and policy: functions that return JSON's types. Where one is absent, so is its route."""

    rules: Callable[[], Any] | None = None
    policy: Callable[[str | None], Any] | None = None


@dataclass(frozen=True, slots=True)
class Services:
    """The parts behind the routes.

    Parameters
    ----------
    reviewer, desk
        What reviews, and the threads it runs in.
    version
        The reviewer's, asked once.
    recent
        Answers of the last seconds.
    database, keys, access_tokens, audit
        What is kept, and who is let in.
    metrics, meter
        What is counted, and how much each client asked.
    jobs, runner, sender
        Jobs, what works on them, and what tells of their end.
    catalogue, limits
        What is told of rules and policy, and what a client may ask.
    workbench
        What stands behind the coder's pages.
    """

    reviewer: ReviewsNotes
    desk: Desk
    recent: Recent
    version: str
    database: Database
    keys: Keys
    access_tokens: AccessTokens
    audit: AuditLog
    metrics: Metrics
    meter: Meter
    jobs: JobStore
    runner: JobRunner
    sender: Sender
    catalogue: Catalogue
    limits: Limits
    workbench: Workbench


def services_of(request: Request) -> Services:
    """Return the application's parts."""
    services = request.app.state.services
    assert isinstance(services, Services)
    return services

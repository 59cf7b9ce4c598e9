"""What the routes share, made once for an application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from note_review.batch.worker import ReviewsNotes
from note_review.server.audit import AuditLog
from note_review.server.database import Database
from note_review.server.desk import Desk
from note_review.server.keys import Keys


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may ask: bytes of a note and of many, notes in one request, seconds to send it, threads, places to wait."""

    note_bytes: int = 10 * 1024 * 1024
    notes_bytes: int = 50 * 1024 * 1024
    notes: int = 1_000
    seconds: float = 60.0
    threads: int = 2
    queue: int = 32


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the server tells of rules and policy: functions that return JSON's types. Where one is absent, so is its route."""

    rules: Callable[[], Any] | None = None
    policy: Callable[[], Any] | None = None


@dataclass(frozen=True, slots=True)
class Services:
    """The parts behind the routes.

    Parameters
    ----------
    reviewer, desk
        What reviews, and the threads it runs in.
    version
        The reviewer's, asked once.
    database, keys, audit
        What is kept.
    catalogue, limits
        What is told of rules and policy, and what a client may ask.
    """

    reviewer: ReviewsNotes
    desk: Desk
    version: str
    database: Database
    keys: Keys
    audit: AuditLog
    catalogue: Catalogue
    limits: Limits


def services_of(request: Request) -> Services:
    """Return the application's parts."""
    services = request.app.state.services
    assert isinstance(services, Services)
    return services

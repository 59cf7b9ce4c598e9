"""The application: its parts made, its routers mounted, its guard put before them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import FastAPI

from note_review.batch.worker import ReviewsNotes
from note_review.server import problem
from note_review.server.audit import AuditLog
from note_review.server.database import Database
from note_review.server.desk import Desk
from note_review.server.guard import Guard
from note_review.server.keys import Keys, SingleUser
from note_review.server.routes import auditing, catalogue, reviews, state
from note_review.server.services import Catalogue, Limits, Services

ROUTERS = (reviews.router, catalogue.router, auditing.router, state.router)


def create_app(
    reviewer: ReviewsNotes,
    *,
    database: Database,
    tokens: Iterable[str] = (),
    catalogue: Catalogue = Catalogue(),
    limits: Limits = Limits(),
) -> FastAPI:
    """Make the application.

    Parameters
    ----------
    reviewer
        What reviews; called from ``limits.threads`` threads.
    database
        Where keys, jobs and the audit log are; closed with the application.
    tokens
        Bearer tokens of the single user, let in beside the database's keys.
    catalogue
        What ``/v1/rules`` and ``/v1/policy`` answer.
    limits
        What one client may ask.
    """
    services = Services(
        reviewer=reviewer,
        desk=Desk(reviewer, threads=limits.threads, queue=limits.queue),
        version=reviewer.version,
        database=database,
        keys=Keys(database),
        audit=AuditLog(database),
        catalogue=catalogue,
        limits=limits,
    )
    app = FastAPI(
        title="note-review",
        version=_package_version(),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan(services),
    )
    app.state.services = services
    authenticators = (SingleUser(tokens).authenticate, services.keys.authenticate)
    app.add_middleware(Guard, services=services, authenticators=authenticators)
    problem.install(app)
    for router in ROUTERS:
        app.include_router(router)
    return app


def _lifespan(services: Services) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        warming = asyncio.create_task(services.desk.warm_up())
        yield
        warming.cancel()
        services.desk.close()
        services.audit.close()
        services.database.close()

    return lifespan


def _package_version() -> str:
    try:
        return version("note-review")
    except PackageNotFoundError:
        return "0"

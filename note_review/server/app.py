"""The application: its parts made, its routers mounted, its guard put before them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from note_review.batch.worker import ReviewsNotes
from note_review.server import problem, tracing
from note_review.server.access_tokens import AccessTokens
from note_review.server.audit import AuditLog
from note_review.server.cds.trust import Trust
from note_review.server.database import Database
from note_review.server.desk import Desk
from note_review.server.guard import Guard
from note_review.server.hl7.exchange import listener_of
from note_review.server.hl7.mllp import Listener, MllpOptions
from note_review.server.job_runner import JobRunner
from note_review.server.job_store import JobStore
from note_review.server.keys import Keys, SingleUser
from note_review.server.meter import Meter
from note_review.server.metrics import Metrics
from note_review.server.recent import Recent
from note_review.server.routes import auditing, cds_hooks, fhir, jobs, reviews, rules_and_policy, state
from note_review.server.routes import metrics as counters
from note_review.server.routes import tokens as access
from note_review.server.sealing import seal_of_environment
from note_review.server.services import Catalogue, Limits, Services
from note_review.server.webhooks import outbox
from note_review.server.webhooks.endpoints import Endpoints
from note_review.server.webhooks.sender import Sender
from note_review.workbench.doorway import is_open, sign_in_instead
from note_review.workbench.pages import problem_page
from note_review.workbench.parts import make_workbench
from note_review.workbench.routes import insight, queueing, reading, signing_in, users
from note_review.workbench.sessions import IDLE

ROUTERS = (
    reviews.router, jobs.router, cds_hooks.router, fhir.router, rules_and_policy.router, auditing.router, counters.router,
    access.router, state.router, signing_in.router, queueing.router, reading.router, users.router,
    insight.router,
)  # fmt: skip


def create_app(
    reviewer: ReviewsNotes,
    *,
    database: Database,
    tokens: Iterable[str] = (),
    catalogue: Catalogue = Catalogue(),
    limits: Limits = Limits(),
    engine: str = "",
    accounts: Path | None = None,
    mllp: MllpOptions | None = None,
    ehrs: Path | None = None,
    batches: Path | None = None,
    idle: float = IDLE,
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
    engine
        The engine's name, for the metrics.
    accounts
        The file in which several processes count each client's requests together.
    mllp
        Where HL7 v2 messages are taken, if they are.
    ehrs
        The list of EHRs whose tokens are believed for CDS Hooks.
    batches
        The folder whose batches may be opened in the workbench.
    idle
        Seconds without a request after which somebody has to sign in again.
    """
    metrics = Metrics(engine=engine, version=reviewer.version)
    desk = Desk(reviewer, threads=limits.threads, queue=limits.queue, watch=metrics.waiting)
    keys = Keys(database)
    seal, audit = seal_of_environment(), AuditLog(database)
    store = JobStore(seal, keep=limits.keep, ended=[outbox.announce])
    services = Services(
        reviewer=reviewer,
        desk=desk,
        recent=Recent(seconds=limits.recent),
        version=reviewer.version,
        database=database,
        keys=keys,
        access_tokens=AccessTokens(database, keys),
        audit=audit,
        metrics=metrics,
        meter=Meter(accounts),
        jobs=store,
        runner=JobRunner(desk, database, store),
        sender=Sender(database, audit, Endpoints(database, seal), watch=metrics.webhook),
        catalogue=catalogue,
        limits=limits,
        workbench=make_workbench(database, seal=seal, audit=audit, desk=desk, batches=batches, idle=idle),
    )
    app = FastAPI(
        title="note-review",
        version=_package_version(),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        generate_unique_id_function=lambda route: route.name,
        lifespan=_lifespan(services, listener_of(services, mllp, is_shared=accounts is not None) if mllp else None),
        # The framework's own traces hold paths and query strings; tracing.py's hold the route's template.
        telemetry={"auto_configure": False, "tracing": False, "metrics": False, "logs": False},
    )
    app.state.services = services
    authenticators = (
        SingleUser(tokens).authenticate,
        keys.authenticate,
        services.access_tokens.authenticate,
        Trust(database, ehrs).authenticate,
        services.workbench.sessions.authenticate,
    )
    app.add_middleware(Guard, services=services, authenticators=authenticators, is_open=is_open, instead=sign_in_instead)
    problem.install(app, ROUTERS, page=problem_page)
    for router in ROUTERS:
        app.include_router(router)
    return app


def _lifespan(services: Services, listener: Listener | None) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if listener is not None:
            await listener.start()
        warming = asyncio.create_task(services.desk.warm_up())
        working = [asyncio.create_task(part.run()) for part in (services.runner, services.sender, services.workbench.reader)]
        yield
        warming.cancel()
        if listener is not None:
            await listener.stop()
        services.runner.stop()
        services.sender.stop()
        services.workbench.reader.stop()
        await asyncio.gather(*working)
        services.desk.close()
        services.audit.close()
        services.database.close()
        services.meter.close()
        tracing.flush()

    return lifespan


def _package_version() -> str:
    try:
        return version("note-review")
    except PackageNotFoundError:
        return "0"

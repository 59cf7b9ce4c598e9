"""How a server is run: what its worker processes are told, and how each makes its application."""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, cast

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field

from note_review.batch.worker import Factory, why
from note_review.catalogue import policy_rows, rule_rows
from note_review.policy import load_fees, load_policy, refuse_unknown
from note_review.server import tracing
from note_review.server.app import create_app
from note_review.server.database import open_database
from note_review.server.hl7.mllp import MllpOptions
from note_review.server.logs import log_to_stderr
from note_review.server.services import Catalogue, Limits
from note_review.settings import DEFAULT_ENGINE, Settings
from note_review.workbench.sessions import IDLE

VARIABLE = "NOTE_REVIEW_DEPLOYMENT"
TOKEN_VARIABLE = "NOTE_REVIEW_TOKEN"
STANDARD = "note_review.batch.worker:standard_reviewer"


class Deployment(BaseModel):
    """What every worker process of a server is told; credentials travel apart, in their own variable.

    Parameters
    ----------
    engine, payer, date, edits, fees
        The reviewer's settings.
    database
        Its URL; else as of ``open_database``.
    workers
        How many processes.
    drain
        Seconds that requests in hand are given to end after SIGTERM.
    accounts
        Where the processes count each client's requests together.
    factory
        What builds the reviewer in each process: ``module:function`` of settings.
    mllp
        Where HL7 v2 messages are taken, if they are.
    ehrs
        The list of EHRs whose tokens are believed for CDS Hooks.
    batches
        The folder whose batches may be opened in the workbench.
    idle
        Seconds after which somebody at the workbench who does nothing has to sign in again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    engine: str = DEFAULT_ENGINE
    payer: str | None = None
    date: datetime.date | None = None
    edits: Path | None = None
    fees: Path | None = None
    database: str | None = None
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    drain: Annotated[int, Field(ge=0, le=3600)] = 30
    limits: Limits = Limits()
    accounts: Path | None = None
    factory: str = STANDARD
    mllp: MllpOptions | None = None
    ehrs: Path | None = None
    batches: Path | None = None
    idle: Annotated[float, Field(gt=0)] = IDLE

    @property
    def settings(self) -> Settings:
        """The reviewer's settings."""
        return Settings(engine=self.engine, payer=self.payer, date=self.date, edits=self.edits, fees=self.fees)

    @property
    def build(self) -> Factory:
        """What builds the reviewer."""
        module, _, name = self.factory.partition(":")
        return cast(Factory, getattr(import_module(module), name))

    def app(self) -> FastAPI:
        """Make the application.

        Raises
        ------
        NoteReviewError
            A model, a policy or the database cannot be opened.
        """
        log_to_stderr()
        # Reviews hold the interpreter; what answers everybody must get it back sooner than in the usual 5 ms.
        sys.setswitchinterval(0.0005)
        tracing.set_up()
        token = os.environ.get(TOKEN_VARIABLE, "").strip()
        return create_app(
            self.build(self.settings),
            database=open_database(self.database),
            tokens=[token] if token else [],
            catalogue=Catalogue(rules=rule_rows, policy=self._policy()),
            limits=self.limits,
            engine=self.engine,
            accounts=self.accounts,
            mllp=self.mllp,
            ehrs=self.ehrs,
            batches=self.batches,
            idle=self.idle,
        )

    def _policy(self) -> Callable[[str | None], Any]:
        fees = load_fees(self.fees) if self.fees else ()
        own = load_policy(payer=self.payer, date=self.date, edits=self.edits, fees=fees)

        @cache
        def rows(payer: str | None) -> Any:
            if payer is None or payer == own.payer:
                return policy_rows(own)
            refuse_unknown(payer, own=own.payer)
            return policy_rows(load_policy(payer=payer, date=self.date, edits=self.edits, fees=fees))

        return rows


def app_of_environment() -> FastAPI:
    """Make the application in a worker process."""
    return Deployment.model_validate_json(os.environ[VARIABLE]).app()


def try_app_of_environment() -> None:
    """Make the application only to see that it can be made; else say why and exit with 1."""
    try:
        app_of_environment()
    except Exception as error:
        raise SystemExit(why(error)) from None

"""The workbench's parts, made once for an application."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request

from note_review.server.audit import AuditLog
from note_review.server.database import Database
from note_review.server.desk import Desk
from note_review.server.sealing import KEY_VARIABLE, Seal
from note_review.workbench.answers import Answers
from note_review.workbench.decisions import Decisions
from note_review.workbench.facts import WordKeys
from note_review.workbench.people import People
from note_review.workbench.reader import Reader
from note_review.workbench.sessions import Sessions
from note_review.workbench.store import Notes


@dataclass(frozen=True, slots=True)
class Workbench:
    """The parts behind the pages.

    Parameters
    ----------
    people, sessions
        Who may sign in, and who is.
    notes, decisions, answers
        What is read, what was decided, and what clinicians answered.
    reader
        What reviews the notes that wait.
    batches
        The folder whose batches a lead may open.
    """

    people: People
    sessions: Sessions
    notes: Notes
    decisions: Decisions
    answers: Answers
    reader: Reader
    batches: Path | None


def make_workbench(
    database: Database, *, seal: Seal, audit: AuditLog, desk: Desk, batches: Path | None, idle: float
) -> Workbench:
    """Make the parts."""
    # A secret is made in a transaction of its own: here, where none is open.
    for name in ("fingerprint", "workbench-csrf"):
        database.secret(name)
    store = os.environ.get(KEY_VARIABLE, "")
    notes = Notes(seal, WordKeys(hashlib.sha256(database.secret("workbench-words") + store.encode()).digest()), audit)
    decisions = Decisions(notes)
    return Workbench(
        people=People(database),
        sessions=Sessions(database, seal, idle=idle),
        notes=notes,
        decisions=decisions,
        answers=Answers(notes, decisions),
        reader=Reader(desk, database, notes),
        batches=batches,
    )


def workbench_of(request: Request) -> Workbench:
    """Return the workbench's parts."""
    workbench = request.app.state.services.workbench
    assert isinstance(workbench, Workbench)
    return workbench

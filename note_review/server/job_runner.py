"""Works on jobs beside live requests, in every worker process: takes notes by lease, answers them one by one, gives way to who waits."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence

from note_review.batch.worker import why
from note_review.errors import NoteReviewError
from note_review.note import Note
from note_review.server.database import Database
from note_review.server.desk import Desk
from note_review.server.job_store import Claimed, JobStore
from note_review.server.problem import Problem, review_failed

LEASE = 20.0
TOGETHER = 8
PAUSE = 0.5
SWEEP = 60.0
log = logging.getLogger("note_review.server")


class JobRunner:
    """The work on jobs.

    Parameters
    ----------
    desk
        Where notes are reviewed.
    database, store
        Where jobs are.
    """

    def __init__(self, desk: Desk, database: Database, store: JobStore) -> None:
        self._desk, self._database, self._store = desk, database, store
        self._work_came, self._stopping = asyncio.Event(), False
        self._behind, self._swept = 0, 0.0

    def wake(self) -> None:
        """Say that there is work."""
        self._work_came.set()

    def stop(self) -> None:
        """Let the loop end after the note at hand; what is not begun is given back."""
        self._stopping = True
        self.wake()

    async def run(self) -> None:
        """Work until stopped; a database that does not answer is asked again."""
        while not self._stopping:
            try:
                worked = await self._some()
                await self._sweep()
            except Exception as error:
                log.error("jobs: %s", why(error))
                worked = False
            if not worked and not self._stopping:
                self._work_came.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._work_came.wait(), PAUSE)

    async def _some(self) -> bool:
        claim, behind = self._store.claim, self._behind
        if not self._desk.ready:
            return False
        claimed = await self._database.write(lambda c: claim(c, behind=behind, most=TOGETHER, lease=LEASE))
        held_since = time.monotonic()
        for place, item in enumerate(claimed):
            self._behind = item.job
            if self._stopping:
                await self._hold(claimed[place:], lease=0)
                break
            if time.monotonic() - held_since > LEASE / 4:
                await self._hold(claimed[place:], lease=LEASE)
                held_since = time.monotonic()
            await self._answer(item)
        if claimed:
            await asyncio.to_thread(self._database.forget_deleted)
        return bool(claimed)

    async def _hold(self, claimed: Sequence[Claimed], *, lease: float) -> None:
        await self._database.write(lambda connection: self._store.renew(connection, claimed, lease=lease))

    async def _answer(self, item: Claimed) -> None:
        note = Note.model_validate_json(item.note)
        try:
            if item.spent:
                raise review_failed()
            answer, reviewed = await self._desk.review_in_background(note), True
        except (Problem, NoteReviewError):
            answer, reviewed = review_failed().in_place({"id": note.id}), False
        await self._database.write(lambda connection: self._store.answer(connection, item, answer, reviewed=reviewed))

    async def _sweep(self) -> None:
        if time.monotonic() - self._swept > SWEEP:
            self._swept = time.monotonic()
            if await self._database.write(self._store.delete_expired):
                await asyncio.to_thread(self._database.forget_deleted)

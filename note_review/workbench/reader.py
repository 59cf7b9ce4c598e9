"""Reviews the notes that wait, beside live requests and in every worker process, by lease."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from note_review.batch.worker import why
from note_review.errors import NoteReviewError
from note_review.review import Review
from note_review.server.database import Database
from note_review.server.desk import Desk
from note_review.server.problem import Problem
from note_review.sources import with_unread
from note_review.workbench.store import Notes, Waiting

LEASE = 60.0
TOGETHER = 4
PAUSE = 0.5
log = logging.getLogger("note_review.workbench")


class Reader:
    """The work on notes that wait.

    Parameters
    ----------
    desk
        Where notes are reviewed.
    database, notes
        Where they are.
    """

    def __init__(self, desk: Desk, database: Database, notes: Notes) -> None:
        self._desk, self._database, self._notes = desk, database, notes
        self._work_came, self._stopping = asyncio.Event(), False

    def wake(self) -> None:
        """Say that there is work."""
        self._work_came.set()

    def stop(self) -> None:
        """Let the loop end after the note at hand; the others' leases run out."""
        self._stopping = True
        self.wake()

    async def run(self) -> None:
        """Work until stopped; a database that does not answer is asked again."""
        while not self._stopping:
            try:
                worked = self._desk.ready and await self._some()
            except Exception as error:
                log.error("workbench: %s", why(error))
                worked = False
            if not worked and not self._stopping:
                self._work_came.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._work_came.wait(), PAUSE)

    async def _some(self) -> bool:
        if not await self._database.read(self._notes.has_waiting):
            return False
        claimed = await self._database.write(lambda connection: self._notes.claim(connection, most=TOGETHER, lease=LEASE))
        for item in claimed:
            if self._stopping:
                break
            review = None if item.spent else await self._reviewed(item)
            await self._database.write(lambda connection, i=item, r=review: self._notes.settle(connection, i, r))  # type: ignore[misc]
        return bool(claimed)

    async def _reviewed(self, item: Waiting) -> bytes | None:
        try:
            answer = await self._desk.review_in_background(item.note)
        except (Problem, NoteReviewError):
            return None
        if not item.note.gaps:
            return answer
        return with_unread(Review.model_validate_json(answer), item.note).as_json().encode()

"""Where reviews are made: a few threads, a queue with an end, and a clear word when it is full."""

from __future__ import annotations

import asyncio
import gc
import logging
import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from note_review.batch.worker import ReviewsNotes, why
from note_review.errors import NoteReviewError
from note_review.note import Note
from note_review.server.problem import Problem, review_failed

WARM_UP = "97112 neuro re-ed x 15 min: single-leg stance on foam for delayed ankle strategy; 6 s to 11 s with CGA."
LONGEST_WAIT = 2.0  # seconds that a request may have to wait for those before it: past that, no is said at once
LEARNING = 0.1
YIELDS = 0.25  # seconds: jobs come to at least four notes a second however busy the desk is
log = logging.getLogger("note_review.server")


class Desk:
    """A reviewer behind threads.

    Parameters
    ----------
    reviewer
        What reviews; it is called from several threads where ``threads`` is above 1.
    threads
        How many reviews run at once.
    queue
        How many requests may wait besides.
    watch
        Is told how many places are taken, whenever that changes.
    """

    def __init__(
        self, reviewer: ReviewsNotes, *, threads: int, queue: int, watch: Callable[[int], None] = lambda _: None
    ) -> None:
        self._reviewer, self._threads, self._places, self._taken = reviewer, threads, threads + queue, 0
        self._typical = 0.05  # seconds of a review, learned from those that were made
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="review")
        self._watch, self.ready = watch, False

    @contextmanager
    def place(self) -> Iterator[None]:
        """Take a place for one request.

        Raises
        ------
        Problem
            503: all are taken, or those before it would keep it waiting for longer than ``LONGEST_WAIT``.
        """
        wait = max(0, self._taken + 1 - self._threads) * self._typical / self._threads
        if self._taken >= self._places or wait > LONGEST_WAIT:
            raise Problem(503, "busy", "too many requests are waiting", headers={"Retry-After": str(max(1, math.ceil(wait)))})
        self._taken += 1
        self._watch(self._taken)
        try:
            yield
        finally:
            self._taken -= 1
            self._watch(self._taken)

    async def review(self, note: Note) -> bytes:
        """Return the review's JSON.

        Raises
        ------
        Problem
            500: the reviewer could not take the note.
        """
        try:
            answer, seconds = await asyncio.get_running_loop().run_in_executor(self._pool, self._timed, note)
        except Exception as error:
            log.error("review failed: %s", why(error))
            raise review_failed() from None
        self._typical += LEARNING * (min(seconds, LONGEST_WAIT) - self._typical)
        return answer

    async def review_in_background(self, note: Note) -> bytes:
        """Return the review's JSON, after those of the requests that wait now: but wait for them no longer than ``YIELDS``.

        Raises
        ------
        Problem
            500: the reviewer could not take the note.
        """
        until = time.monotonic() + YIELDS
        while self._taken and time.monotonic() < until:
            await asyncio.sleep(0.005)
        return await self.review(note)

    def _timed(self, note: Note) -> tuple[bytes, float]:
        begun = time.perf_counter()
        return self._reviewer.review(note).as_json().encode(), time.perf_counter() - begun

    async def warm_up(self) -> None:
        """Review a note of our own, so that the first user does not wait for models; then say ready."""
        try:
            await self.review(Note(text=WARM_UP, id="warm-up"))
            # What is loaded by now stays: the collector need not walk it again and again between requests.
            gc.collect()
            gc.freeze()
            self.ready = True
        except (Problem, NoteReviewError):
            log.error("not ready: the reviewer does not review")

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)

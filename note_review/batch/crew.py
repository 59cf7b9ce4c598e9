"""The workers as one: shards in, the same shards out with every outcome, whatever dies or hangs on the way."""

from __future__ import annotations

import multiprocessing
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import wait
from types import TracebackType

from note_review.batch.progress import Progress
from note_review.batch.shard import Shard, Task
from note_review.batch.worker import ALIVE, BROKEN, READY, REFUSED, REVIEWED, UNPACKED, Orders, unpacked, work
from note_review.errors import ModelError

START_TIMEOUT = 600.0
# A second task waits in the worker's pipe, so that it is never idle; a large one would block whoever writes it.
AHEAD = 2
MAX_AHEAD_BYTES = 16_384
OPEN_SHARDS = 4
DIED = "the worker process died of it, twice"


class _Worker:
    """One process, the tasks it has (the first is being done), and when it has had that for too long."""

    def __init__(self, orders: Orders) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=work, args=(theirs, orders), daemon=True)
        self.process.start()
        theirs.close()
        self.tasks: deque[Task] = deque()
        self.ready = False
        self.deadline = time.monotonic() + START_TIMEOUT

    def hello(self) -> str:
        """Return the version of the worker's reviewer."""
        answer = BROKEN + b"it did not start"
        with suppress(EOFError, OSError):
            if self.connection.poll(START_TIMEOUT):
                answer = self.connection.recv_bytes()
        return self.greeted(answer)

    def greeted(self, answer: bytes) -> str:
        """Take the worker's first word."""
        if not answer.startswith(READY):
            self.stop()
            raise ModelError(f"the reviewer cannot be built: {answer[1:].decode()}")
        self.ready = True
        return answer[1:].decode()

    def stop(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.join()


class Crew:
    """``workers`` processes that read files and review notes.

    Parameters
    ----------
    orders
        What each process is made from.
    workers
        How many processes.
    timeout
        Seconds that reading one file (one page, where it is a scan) or reviewing one note may take.
    """

    def __init__(self, orders: Orders, *, workers: int, timeout: float) -> None:
        self._orders, self._timeout = orders, timeout
        self._workers: list[_Worker] = []
        self._queue: deque[Task] = deque()
        self._opened: list[Shard] = []
        try:
            self._workers = [_Worker(orders) for _ in range(workers)]
            versions = {worker.hello() for worker in self._workers}
        except BaseException:
            self.close()
            raise
        self.version = versions.pop()

    def run(self, shards: Iterator[Shard], progress: Progress) -> Iterator[Shard]:
        """Do all tasks of all shards, and give each shard when it is finished."""
        more = True
        while more or self._opened:
            while more and len(self._opened) < OPEN_SHARDS and len(self._queue) < AHEAD * len(self._workers):
                shard = next(shards, None)
                more = shard is not None
                if shard is not None:
                    self._opened.append(shard)
                    self._queue.extend(shard.begin())
            self._hand_out()
            if any(worker.tasks or not worker.ready for worker in self._workers):
                self._listen(progress)
            for shard in [shard for shard in self._opened if shard.finished]:
                self._opened.remove(shard)
                yield shard

    def _hand_out(self) -> None:
        for turn in range(AHEAD):
            for worker in self._workers:
                if self._queue and worker.ready and len(worker.tasks) == turn:
                    self._hand(worker, self._queue[0])

    def _hand(self, worker: _Worker, task: Task) -> None:
        order = task.order()
        if worker.tasks and (len(order) > MAX_AHEAD_BYTES or task.tries):
            return
        self._queue.popleft()
        if not worker.tasks:
            worker.deadline = time.monotonic() + self._timeout
        worker.tasks.append(task)
        # Where it died idle, its closed pipe tells so at the next wait.
        with suppress(OSError):
            worker.connection.send_bytes(order)

    def _listen(self, progress: Progress) -> None:
        busy = [worker for worker in self._workers if worker.tasks or not worker.ready]
        pause = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
        ready = set(wait([worker.connection for worker in busy], timeout=pause))
        for worker in busy:
            if worker.connection in ready:
                try:
                    self._hear(worker, worker.connection.recv_bytes(), progress)
                except (EOFError, OSError):
                    self._buried(worker, progress)
            elif time.monotonic() >= worker.deadline:
                self._overdue(worker, progress)

    def _hear(self, worker: _Worker, answer: bytes, progress: Progress) -> None:
        if not worker.ready:
            worker.greeted(answer)
            return
        worker.deadline = time.monotonic() + self._timeout
        if answer.startswith(ALIVE):
            return
        task = worker.tasks.popleft()
        if answer.startswith(UNPACKED):
            entries = unpacked(answer[1:])
            tasks = task.shard.unpacked(task, entries)
            self._queue.extendleft(reversed(tasks))
            progress.expect(len(entries) - 1)
            progress.advance(len(entries) - len(tasks))
        elif answer.startswith(REVIEWED):
            known, _, review = answer[1:].partition(b"\n")
            self._settle(task, progress, review=review, known=known)
        else:
            assert answer.startswith(REFUSED)
            self._settle(task, progress, reason=answer[1:].decode())

    def _settle(
        self, task: Task, progress: Progress, *, review: bytes | None = None, reason: str = "", known: bytes = b"{}"
    ) -> None:
        task.shard.settle(task, review=review, reason=reason, known=known)
        progress.advance()

    def _buried(self, worker: _Worker, progress: Progress) -> None:
        """Take over from a worker that died. What it was at gets one more try, for it may have been killed from outside."""
        if not worker.ready:
            raise ModelError("the reviewer cannot be built: a worker that was started again died")
        self._replace(worker)
        if worker.tasks:
            task = worker.tasks[0]
            task.tries += 1
            if task.tries > 1:
                self._settle(worker.tasks.popleft(), progress, reason=DIED)
        self._queue.extendleft(reversed(worker.tasks))

    def _overdue(self, worker: _Worker, progress: Progress) -> None:
        if not worker.ready:
            raise ModelError("the reviewer cannot be built: a worker that was started again did not answer")
        self._replace(worker)
        self._settle(worker.tasks.popleft(), progress, reason=f"took longer than {self._timeout:g} s")
        self._queue.extendleft(reversed(worker.tasks))

    def _replace(self, worker: _Worker) -> None:
        worker.stop()
        self._workers[self._workers.index(worker)] = _Worker(self._orders)

    def close(self) -> None:
        """End every process."""
        for worker in self._workers:
            worker.stop()
        self._workers = []

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

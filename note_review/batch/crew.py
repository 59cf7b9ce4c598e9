"""The workers as one: notes in, outcomes out in the same order, whatever dies or hangs on the way."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import NamedTuple

from note_review.batch.worker import BROKEN, REVIEWED, Factory, work
from note_review.errors import ModelError
from note_review.settings import Settings
from note_review.sources import SourcedNote

START_TIMEOUT = 600.0


class Outcome(NamedTuple):
    """The review's JSON, or why there is none."""

    review: bytes | None
    reason: str = ""


class _Worker:
    """One process, the number of the note it has, and when it has had it for too long."""

    def __init__(self, settings: Settings, factory: Factory) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=work, args=(theirs, settings, factory), daemon=True)
        self.process.start()
        theirs.close()
        self.note: int | None = None
        self.deadline = 0.0

    def hello(self) -> str:
        """Return the version of the worker's reviewer."""
        answer = BROKEN + b"it did not start"
        try:
            if self.connection.poll(START_TIMEOUT):
                answer = self.connection.recv_bytes()
        except (EOFError, OSError):
            pass
        if answer.startswith(BROKEN):
            self.stop()
            raise ModelError(f"the reviewer cannot be built: {answer[1:].decode()}")
        return answer[1:].decode()

    def stop(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.join()


class Crew:
    """``workers`` processes that review notes.

    Parameters
    ----------
    settings, factory
        What each process builds its own reviewer from; the factory is a function of a module, for it goes by name.
    workers
        How many processes.
    timeout
        Seconds that one note may take.
    """

    def __init__(self, settings: Settings, factory: Factory, *, workers: int, timeout: float) -> None:
        self._settings, self._factory, self._timeout = settings, factory, timeout
        self._workers: list[_Worker] = []
        try:
            self._workers = [_Worker(settings, factory) for _ in range(workers)]
            versions = {worker.hello() for worker in self._workers}
        except BaseException:
            self.close()
            raise
        self.version = versions.pop()

    def review(self, notes: Sequence[SourcedNote], done: Callable[[], None]) -> list[Outcome]:
        """Review notes and call ``done`` after each."""
        outcomes: list[Outcome | None] = [None] * len(notes)
        waiting = iter(range(len(notes)))
        for worker in self._workers:
            self._hand(worker, notes, waiting)
        while busy := [worker for worker in self._workers if worker.note is not None]:
            pause = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
            ready = set(wait([worker.connection for worker in busy], timeout=pause))
            for worker in busy:
                if worker.connection in ready or time.monotonic() >= worker.deadline:
                    self._collect(worker, outcomes, answered=worker.connection in ready)
                    done()
            for worker in self._workers:
                if worker.note is None:
                    self._hand(worker, notes, waiting)
        return [outcome for outcome in outcomes if outcome is not None]

    def _hand(self, worker: _Worker, notes: Sequence[SourcedNote], waiting: Iterator[int]) -> None:
        worker.note = next(waiting, None)
        if worker.note is not None:
            worker.deadline = time.monotonic() + self._timeout
            # Where it died idle, its closed pipe tells so at the next wait.
            with suppress(OSError):
                worker.connection.send_bytes(notes[worker.note].model_dump_json().encode())

    def _collect(self, worker: _Worker, outcomes: list[Outcome | None], *, answered: bool) -> None:
        assert worker.note is not None
        outcome = _receive(worker.connection) if answered else Outcome(None, f"took longer than {self._timeout:g} s")
        outcomes[worker.note], worker.note = outcome, None
        if not answered or outcome is DIED:
            self._replace(worker)

    def _replace(self, worker: _Worker) -> None:
        worker.stop()
        fresh = self._workers[self._workers.index(worker)] = _Worker(self._settings, self._factory)
        fresh.hello()

    def close(self) -> None:
        """End every process."""
        for worker in self._workers:
            worker.stop()
        self._workers = []

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


DIED = Outcome(None, "the worker process died of this note")


def _receive(connection: Connection) -> Outcome:
    try:
        answer = connection.recv_bytes()
    except (EOFError, OSError):
        return DIED
    return Outcome(answer[1:]) if answer.startswith(REVIEWED) else Outcome(None, answer[1:].decode())

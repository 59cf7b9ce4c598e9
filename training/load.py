"""Requests on a running server, from a process beside it.

Steady arrivals are an open loop (a slow answer delays no later request), so that waiting is counted. Each is a note of the corpus of about 150 words
with a number of its own, so that none is known already; every third is a draft.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from training.notes import all_notes

CORPUS = Path(__file__).parent.parent / "corpora"
# Notes of about 150 words.
LEAST_WORDS, MOST_WORDS = 135, 165
AT_ONCE = 4
REFUSED_PAUSE = 0.25
START_SECONDS = 180.0
STOP_SECONDS = 45.0
REQUEST_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Sent:
    """One request: its body, and whether its note is a draft."""

    body: bytes
    is_draft: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a request: its status (0: no answer) and its seconds."""

    status: int
    seconds: float
    is_draft: bool


@dataclass(frozen=True, slots=True)
class Target:
    """A server under load: where it is, its token, its process."""

    port: int
    token: str
    process: int

    def mebibytes(self) -> float:
        """Return the resident memory of the server's processes."""
        family = [self.process, *_children(self.process)]
        return sum(_resident(process) for process in family) / 1024


class Connections:
    """As many kept connections as there are requests under way.

    A client library takes more of the processor for a hundred connections than the server does, and would be what is measured.
    """

    def __init__(self, target: Target) -> None:
        self._port, self._idle = target.port, list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]()
        self._head = (
            f"POST /v1/review HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {target.token}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode()

    async def send(self, sent: Sent) -> Answered:
        """Send one request and read its answer."""
        begun = time.perf_counter()
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                status = await self._status(b"%s%d\r\n\r\n%s" % (self._head, len(sent.body), sent.body))
        except (OSError, EOFError, ValueError, TimeoutError):
            status = 0
        return Answered(status, time.perf_counter() - begun, sent.is_draft)

    async def _status(self, request: bytes) -> int:
        kept = self._idle.pop() if self._idle else None
        reader, writer = kept or await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length or 0))
        except BaseException as error:
            writer.close()
            # The server closes connections that were idle for long.
            if kept and isinstance(error, OSError | EOFError):
                return await self._status(request)
            raise
        if b"connection: close" in head:
            writer.close()
        else:
            self._idle.append((reader, writer))
        return int(head.split(b" ", 2)[1])

    async def __aenter__(self) -> Connections:
        return self

    async def __aexit__(self, *raised: object) -> None:
        for _, writer in self._idle:
            writer.close()


@contextmanager
def server(arguments: list[str]) -> Iterator[Target]:
    """Start ``note-review serve``, with a database of its own where the arguments name none, and wait until it is ready.

    Raises
    ------
    SystemExit
        It does not start; its own words are told.
    """
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w+b") as log:
        port, token = _free_port(), secrets.token_urlsafe(24)
        environment = {**os.environ, "NOTE_REVIEW_TOKEN": token, "NOTE_REVIEW_DATABASE": f"sqlite:///{folder}/load.db"}
        command = [sys.executable, "-m", "note_review", "serve", "--port", str(port), *arguments]
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        target = Target(port, token, process.pid)
        try:
            if not _is_ready(target, process):
                raise SystemExit(f"the server did not start:\n{(Path(folder) / 'log').read_text(errors='replace')[-2000:]}")
            yield target
        finally:
            _stop(process)


def requests() -> Iterator[Sent]:
    """Give requests without end: notes of the corpus of about 150 words, each unlike the others.

    Raises
    ------
    SystemExit
        The corpus is not there.
    """
    if not CORPUS.is_dir():
        raise SystemExit("no corpora here: run it in a checkout")
    texts = [n.text for n in all_notes(CORPUS) if LEAST_WORDS <= len(n.text.split()) <= MOST_WORDS]
    number = 0
    while True:
        number += 1
        is_draft = number % 3 == 0
        note = {"id": f"n{number}", "text": f"{texts[number % len(texts)]} {number}", "stage": "draft" if is_draft else "final"}
        yield Sent(json.dumps(note).encode(), is_draft)


async def steady(target: Target, sent: Iterator[Sent], *, rate: float, seconds: float) -> list[Answered]:
    """Send ``rate`` requests a second, at random intervals, for some seconds, whatever becomes of them."""
    answers = list[asyncio.Task[Answered]]()
    async with Connections(target) as kept:
        begun, due = time.perf_counter(), 0.0
        while due < seconds:
            await asyncio.sleep(max(0.0, begun + due - time.perf_counter()))
            answers.append(asyncio.create_task(kept.send(next(sent))))
            due += random.expovariate(rate)
        return list(await asyncio.gather(*answers))


async def flood(target: Target, sent: Iterator[Sent], *, connections: int, seconds: float) -> list[Answered]:
    """Keep ``connections`` requests under way; one that is refused is followed by the next after a short pause."""
    until = time.perf_counter() + seconds
    async with Connections(target) as kept:

        async def keep_on() -> list[Answered]:
            mine = list[Answered]()
            while time.perf_counter() < until:
                mine.append(await kept.send(next(sent)))
                if mine[-1].status != 200:
                    await asyncio.sleep(REFUSED_PAUSE * random.uniform(0.5, 1.5))
            return mine

        return [answer for mine in await asyncio.gather(*(keep_on() for _ in range(connections))) for answer in mine]


async def memory(target: Target, sent: Iterator[Sent], *, count: int) -> AsyncIterator[tuple[int, float]]:
    """Send ``count`` requests, a few at a time; give the server's memory in MiB before them and after each tenth."""
    yield 0, target.mebibytes()
    async with Connections(target) as kept:

        async def some(number: int) -> None:
            for _ in range(number):
                await kept.send(next(sent))

        done = 0
        for tenth in range(1, 11):
            rest = count * tenth // 10 - done
            await asyncio.gather(*(some((rest + place) // AT_ONCE) for place in range(AT_ONCE)))
            done += rest
            yield done, target.mebibytes()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _is_ready(target: Target, process: subprocess.Popen[bytes]) -> bool:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{target.port}/readyz", trust_env=False, timeout=10).status_code == 200:
                return True
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _children(process: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=False).stdout
    return [int(word) for word in found.split()]


def _resident(process: int) -> float:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    return next((float(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0.0)

"""Load on a running server, from a process beside it: latency at a steady rate, overload and recovery, memory.

    python -m training.server_load --engine accurate --rate 30 --seconds 60
    python -m training.server_load --engine fast --memory 100000

Arrivals are an open loop (a slow answer delays no later request), so that waiting is counted. Each note is 150 words of the corpus
with a number of its own; every third is a draft.
"""

from __future__ import annotations

import argparse
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
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

CORPUS = Path(__file__).parent.parent / "corpora" / "notes"
WORDS = 150


@dataclass(frozen=True, slots=True)
class Answered:
    """One request: its status (0: none) and its seconds."""

    status: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Target:
    """A server under load: where it is, its token, its process."""

    url: str
    token: str
    process: int

    def client(self) -> httpx.AsyncClient:
        """Return a client with as many connections as wanted."""
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=256)
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=60, limits=limits, trust_env=False)

    def megabytes(self) -> float:
        """Return the resident memory of the server's processes."""
        family = [self.process, *_children(self.process)]
        return sum(_resident(process) for process in family) / 1024


def notes() -> Iterator[bytes]:
    """Give bodies without end: notes of the corpus cut to 150 words, each unlike the others."""
    texts = [_words(path.read_text(encoding="utf-8")) for path in sorted(CORPUS.glob("a0*/*.txt"))]
    texts = [text for text in texts if text]
    number = 0
    while True:
        number += 1
        note = {
            "id": f"n{number}",
            "text": f"{texts[number % len(texts)]} {number}",
            "stage": "draft" if number % 3 == 0 else "final",
        }
        yield json.dumps(note).encode()


@contextmanager
def server(arguments: list[str]) -> Iterator[Target]:
    """Start ``note-review serve`` and wait until it is ready."""
    with socket.socket() as free, tempfile.TemporaryDirectory() as folder:
        free.bind(("127.0.0.1", 0))
        port, token = free.getsockname()[1], secrets.token_urlsafe(24)
        free.close()
        environment = {**os.environ, "NOTE_REVIEW_TOKEN": token, "NOTE_REVIEW_DATABASE": f"sqlite:///{folder}/load.db"}
        command = [sys.executable, "-m", "note_review", "serve", "--port", str(port), *arguments]
        with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
            target = Target(f"http://127.0.0.1:{port}", token, process.pid)
            try:
                _wait(target, process)
                yield target
            finally:
                process.terminate()


async def steady(target: Target, *, rate: float, seconds: float) -> list[Answered]:
    """Send ``rate`` requests a second for some seconds, whatever becomes of them."""
    bodies, answers = notes(), list[asyncio.Task[Answered]]()
    async with target.client() as client:
        begun, due = time.perf_counter(), 0.0
        while due < seconds:
            await asyncio.sleep(max(0.0, begun + due - time.perf_counter()))
            answers.append(asyncio.create_task(_one(client, next(bodies))))
            due += random.expovariate(rate)
        return list(await asyncio.gather(*answers))


async def flood(target: Target, *, connections: int, seconds: float) -> list[Answered]:
    """Keep ``connections`` requests under way, each sent again as soon as it is answered."""
    bodies, until = notes(), time.perf_counter() + seconds
    async with target.client() as client:

        async def keep_on() -> list[Answered]:
            mine = []
            while time.perf_counter() < until:
                mine.append(await _one(client, next(bodies)))
                await asyncio.sleep(0.01 if mine[-1].status == 200 else 0.1)
            return mine

        return [answer for mine in await asyncio.gather(*(keep_on() for _ in range(connections))) for answer in mine]


async def memory(target: Target, requests: int) -> Iterator[str]:
    """Send many requests a few at a time and tell the server's memory ten times on the way."""
    bodies, told = notes(), [f"  0: {target.megabytes():.0f} MB"]
    async with target.client() as client:

        async def some(count: int) -> None:
            for _ in range(count):
                await _one(client, next(bodies))

        for tenth in range(1, 11):
            await asyncio.gather(*(some(requests // 40) for _ in range(4)))
            told.append(f"  {requests * tenth // 10:,}: {target.megabytes():.0f} MB")
    return iter(told)


def summary(name: str, answers: list[Answered], seconds: float) -> str:
    """Return percentiles by status in one line."""
    parts = [f"{name}: {len(answers) / seconds:.0f} requests/s"]
    for status, count in sorted(Counter(answer.status for answer in answers).items()):
        times = sorted(answer.seconds * 1000 for answer in answers if answer.status == status)
        p50, p99 = times[len(times) // 2], times[min(len(times) - 1, int(len(times) * 0.99))]
        parts.append(f"{count} x {status} p50 {p50:.1f} ms p99 {p99:.1f} ms max {times[-1]:.1f} ms")
    return "; ".join(parts)


async def _one(client: httpx.AsyncClient, body: bytes) -> Answered:
    begun = time.perf_counter()
    try:
        status = (await client.post("/v1/review", content=body, headers={"Content-Type": "application/json"})).status_code
    except httpx.TransportError:
        status = 0
    return Answered(status, time.perf_counter() - begun)


def _wait(target: Target, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        time.sleep(0.2)
        try:
            if httpx.get(f"{target.url}/readyz", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass
        if process.poll() is not None:
            break
    raise SystemExit("the server did not start")


def _words(text: str) -> str:
    """Return the first 150 words with their line breaks, or nothing of a text that is shorter."""
    lines, words = list[str](), 0
    for line in text.splitlines():
        parts = line.split()
        if words + len(parts) >= WORDS:
            return "\n".join([*lines, " ".join(parts[: WORDS - words])])
        lines.append(line)
        words += len(parts)
    return ""


def _children(process: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=False).stdout
    return [int(word) for word in found.split()]


def _resident(process: int) -> float:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    return next((float(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0.0)


async def _load(target: Target, given: argparse.Namespace) -> None:
    await steady(target, rate=min(given.rate, 10), seconds=5)
    for rate in [given.rate] if given.rate else []:
        print(summary(f"steady {rate:g}/s", await steady(target, rate=rate, seconds=given.seconds), given.seconds), flush=True)
    if given.flood:
        print(summary("overload", await flood(target, connections=given.flood, seconds=10), 10), flush=True)
        await asyncio.sleep(2)
        print(summary("after it", await steady(target, rate=5, seconds=5), 5), flush=True)
    if given.memory:
        print("\n".join(await memory(target, given.memory)), flush=True)


def main() -> None:
    """Run the load that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", default="accurate")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--rate", type=float, default=30.0, help="requests a second")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--flood", type=int, default=0, help="connections of the overload; 0: none")
    parser.add_argument("--memory", type=int, default=0, help="requests of the memory run; 0: none")
    given = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{given.engine}, {given.workers} worker(s), {os.cpu_count()} cores, load before {load:.1f}", flush=True)
    with server(["--engine", given.engine, "--workers", str(given.workers), "--rate", "100000"]) as target:
        asyncio.run(_load(target, given))


if __name__ == "__main__":
    main()

"""Measures what the server carries, on the machine it runs on, and writes README's capacity table: ``python -m training.server_load``.

For each engine: latency of single and draft reviews at a steady rate, the greatest rate that is sustained, what overload is answered and
how soon it has passed, and memory. About five minutes for both engines on 2 cores; the load itself takes a part of the same cores.

    python -m training.server_load --engine fast --only-memory --requests 100000

sends as many requests as it says (fast: some 20 to 30 a second, so about an hour) and writes the line on memory alone.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from training.load import Answered, Sent, Target, flood, memory, requests, server, steady
from training.report import write_between

ENGINES = ("accurate", "fast")
README = Path("README.md")
WARM_SECONDS, PROBE_SECONDS, TRIAL_SECONDS, FLOOD_SECONDS, AFTER_SECONDS = 5.0, 6.0, 8.0, 8.0, 4.0
PROBE_CONNECTIONS, FLOOD_CONNECTIONS = 4, 100
# Shares of what a few connections get through that are tried as steady rates, greatest first.
SHARES = (0.95, 0.85, 0.75, 0.6, 0.45)
SUSTAINED_P99 = 1.0
BREATH = 2.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One engine's figures."""

    at_rate: list[Answered]
    sustained: float
    overload: list[Answered]
    after: list[Answered]
    memory: list[tuple[int, float]]


async def measure(target: Target, options: argparse.Namespace) -> Measured:
    """Put one server under every load in turn."""
    sent = requests()
    await steady(target, sent, rate=min(options.rate, 10), seconds=WARM_SECONDS)
    readings = [reading async for reading in memory(target, sent, count=options.requests)]
    at_rate = await steady(target, sent, rate=options.rate, seconds=options.seconds)
    await asyncio.sleep(BREATH)
    sustained = max(await _greatest(target, sent), options.rate if _is_sustained(at_rate) else 0.0)
    overload = await flood(target, sent, connections=FLOOD_CONNECTIONS, seconds=FLOOD_SECONDS)
    await asyncio.sleep(BREATH)
    after = await steady(target, sent, rate=5, seconds=AFTER_SECONDS)
    return Measured(at_rate, sustained, overload, after, readings)


async def _greatest(target: Target, sent: Iterator[Sent]) -> float:
    """Return the greatest steady rate tried that is answered in time and in full; 0 where none is.

    The requests go on from those sent before: one that is sent again within a minute is answered without a review.
    """
    probed = await flood(target, sent, connections=PROBE_CONNECTIONS, seconds=PROBE_SECONDS)
    capacity = sum(answer.status == 200 for answer in probed) / PROBE_SECONDS
    for rate in (round(capacity * share, 1) for share in SHARES):
        if rate and _is_sustained(await steady(target, sent, rate=rate, seconds=TRIAL_SECONDS)):
            return rate
        await asyncio.sleep(BREATH)
    return 0.0


def _is_sustained(answers: Sequence[Answered]) -> bool:
    return all(answer.status == 200 for answer in answers) and percentile(answers, 0.99) < SUSTAINED_P99


def percentile(answers: Sequence[Answered], share: float) -> float:
    """Return the seconds within which a share of requests was answered (the nearest rank); infinite for none."""
    times = sorted(answer.seconds for answer in answers)
    return times[max(0, ceil(share * len(times)) - 1)] if times else float("inf")


def table(measured: dict[str, Measured], options: argparse.Namespace, *, load: float) -> str:
    """Return the figures of all engines as a Markdown table."""
    workers = f"{options.workers} worker{'s' if options.workers > 1 else ''}"
    rows: list[tuple[str, Callable[[Measured], str]]] = [
        (f"single reviews at {options.rate:g}/s, p50 and p99", lambda m: _times(_reviews(m.at_rate, is_draft=False))),
        ("draft reviews among them, p50 and p99", lambda m: _times(_reviews(m.at_rate, is_draft=True))),
        (f"answered with a review at {options.rate:g}/s", lambda m: _share_reviewed(m.at_rate)),
        (f"greatest sustained rate (all reviewed, p99 under {SUSTAINED_P99:g} s)", lambda m: _rate(m.sustained)),
        (f"overload by {FLOOD_CONNECTIONS} connections", lambda m: _overload(m.overload)),
        (f"{BREATH:g} s after it, at 5/s, p50 and p99", lambda m: _times(_reviews(m.after))),
        (f"memory before and after {options.requests:,} requests", lambda m: _memory(m.memory)),
    ]
    head = f"| notes of 150 words, {os.cpu_count()} cores, {workers}, load average {load:.1f} before | {' | '.join(measured)} |"
    lines = [f"| {name} | {' | '.join(tell(m) for m in measured.values())} |" for name, tell in rows]
    return "\n".join([head, "| --- |" + " --- |" * len(measured), *lines])


def memory_line(engine: str, readings: Sequence[tuple[int, float]]) -> str:
    """Return a run's memory in a sentence."""
    later = [mebibytes for _, mebibytes in readings[1:]]
    return (
        f"Memory with `{engine}` over {readings[-1][0]:,} requests: {readings[0][1]:.0f} MiB before, {later[0]:.0f} MiB after a tenth of "
        f"them, {later[-1]:.0f} MiB at the end, {max(later):.0f} MiB at most."
    )


def _reviews(answers: Sequence[Answered], *, is_draft: bool | None = None) -> list[Answered]:
    return [a for a in answers if a.status == 200 and is_draft in (None, a.is_draft)]


def _times(answers: Sequence[Answered]) -> str:
    if not answers:
        return "none answered"
    return f"{statistics.median(a.seconds for a in answers) * 1000:.0f} ms, {percentile(answers, 0.99) * 1000:.0f} ms"


def _share_reviewed(answers: Sequence[Answered]) -> str:
    return f"{100 * len(_reviews(answers)) / len(answers):.0f} % of {len(answers)}" if answers else "none sent"


def _rate(rate: float) -> str:
    return f"{rate:g}/s" if rate else "none of those tried"


def _overload(answers: Sequence[Answered]) -> str:
    told = [f"{len(_reviews(answers)) / FLOOD_SECONDS:.0f} reviews/s"]
    for status in sorted({answer.status for answer in answers} - {200}):
        those = [answer for answer in answers if answer.status == status]
        told.append(f"{len(those)} x {status or 'no answer'} in {_times(those)}")
    return "; ".join(told)


def _memory(readings: Sequence[tuple[int, float]]) -> str:
    return f"{readings[0][1]:.0f} MiB, {readings[-1][1]:.0f} MiB"


async def _only_memory(target: Target, count: int) -> list[tuple[int, float]]:
    sent, readings = requests(), list[tuple[int, float]]()
    await steady(target, sent, rate=10, seconds=WARM_SECONDS)
    async for reading in memory(target, sent, count=count):
        readings.append(reading)
        print(f"  {reading[0]:,}: {reading[1]:.0f} MiB", file=sys.stderr, flush=True)
    return readings


def _serving(engine: str, options: argparse.Namespace) -> list[str]:
    # One client stands for many here: the rate of a client is high, but low enough to be met by the flood.
    return ["--engine", engine, "--workers", str(options.workers), "--rate", f"{max(200.0, 4 * options.rate):g}"]


def main() -> None:
    """Measure, print, and write what was measured into README."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", action="append", choices=ENGINES, help="else each in turn")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--rate", type=float, default=30.0, help="requests a second of the steady load")
    parser.add_argument("--seconds", type=float, default=30.0, help="of the steady load")
    parser.add_argument("--requests", type=int, default=500, help="requests between the two readings of memory")
    parser.add_argument("--only-memory", action="store_true", help="nothing but the readings of memory")
    parser.add_argument("--dry", action="store_true", help="print and leave README as it is")
    options = parser.parse_args()
    if options.requests < 10 or options.rate <= 0 or options.seconds <= 0 or options.workers < 1:
        parser.error("wants 10 requests or more, and a rate, seconds and workers above 0")
    load, measured, lines = os.getloadavg()[0], dict[str, Measured](), list[str]()
    for engine in options.engine or ENGINES:
        print(f"{engine}: load average {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
        with server(_serving(engine, options)) as target:
            if options.only_memory:
                lines.append(memory_line(engine, asyncio.run(_only_memory(target, options.requests))))
            else:
                measured[engine] = asyncio.run(measure(target, options))
    name, written = ("capacity-memory", "\n".join(lines)) if lines else ("capacity", table(measured, options, load=load))
    print(written)
    if not options.dry:
        write_between(README, name, written)


if __name__ == "__main__":
    main()

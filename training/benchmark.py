"""Measures speed, memory and cold start, beside other readers of clinical text: ``python -m training.benchmark --peer medspacy=PYTHON:SCRIPT``.

Whole reviews (reading, judging, JSON) of the same notes in one run: one process on one core, then as many processes as cores. A peer is an
interpreter and a script that reads a JSONL of ``text`` and prints ``notes_per_s``. Machines differ and are noisy, so only speeds of one run compare.
Writes README's speed table.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from training.notes import all_notes
from training.report import write_between

# The shortest and longest note that is measured, in words.
WORDS = (60, 300)
ENGINES = ("accurate", "fast", "cascade")
PROGRAM = """
import json, resource, statistics, sys, time
from note_review import Note, Reviewer, Settings
notes = [Note(text=json.loads(line)["text"]) for line in open(sys.argv[2], encoding="utf-8")]
reviewer = Reviewer(Settings(engine=sys.argv[1]))
for review in reviewer.pipe(notes[:20]): review.model_dump_json()
start = time.perf_counter()
for review in reviewer.pipe(notes): review.model_dump_json()
speed = len(notes) / (time.perf_counter() - start)
alone = []
for note in notes:
    start = time.perf_counter()
    reviewer.review(note).as_json()
    alone.append(1000 * (time.perf_counter() - start))
print(json.dumps([speed, statistics.median(alone), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def sample(corpus: Path, *, count: int) -> list[str]:
    """Return whole notes of ordinary length (:data:`WORDS`), evenly spread over the corpus."""
    whole = [n.text for n in all_notes(corpus) if n.is_whole and not n.is_twin]
    fitting = [t for t in whole if WORDS[0] <= len(t.split()) <= WORDS[1]]
    return [fitting[i * len(fitting) // count] for i in range(min(count, len(fitting)))]


def measure(engine: str, notes: Path, *, processes: int) -> tuple[float, float, float]:
    """Return the notes a second of so many processes together (one thread each), a review's median milliseconds, and the largest's MiB."""
    command = [sys.executable, "-c", PROGRAM, engine, str(notes)]
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    with ThreadPoolExecutor(processes) as pool:
        runs = list(
            pool.map(lambda _: subprocess.run(command, env=env, capture_output=True, text=True, check=True), range(processes))
        )
    answers = [json.loads(run.stdout) for run in runs]
    speeds, alone, memory = zip(*answers, strict=True)
    return sum(speeds), min(alone), max(memory)


def measure_peer(python: str, script: str, notes: Path) -> float:
    """Return the notes a second that a peer's own script prints."""
    run = subprocess.run([python, script, str(notes)], capture_output=True, text=True, check=True)
    match = re.search(r"notes_per_s ([\d.]+)", run.stdout)
    if match is None:
        raise SystemExit(f"{script} printed no notes_per_s")
    return float(match[1])


def cold_start(note: str) -> float:
    """Return the seconds of ``note-review review`` on one note in a new process (the best of three)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "note.txt"
        path.write_text(note, encoding="utf-8")
        taken = []
        for _ in range(3):
            start = time.perf_counter()
            subprocess.run([sys.executable, "-m", "note_review", "review", str(path)], capture_output=True, check=True)
            taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpora"))
    parser.add_argument("--notes", type=int, default=300)
    parser.add_argument("--peer", action="append", default=[], help="NAME=PYTHON:SCRIPT")
    options = parser.parse_args()
    texts = sample(options.corpus, count=options.notes)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    words = sum(len(t.split()) for t in texts) / len(texts)
    rows = [
        f"| whole review, {len(texts)} notes of {words:.0f} words | notes/s, one core | notes/s, {cores} cores | ms for one alone, median | MiB a process |",
        "| --- | --- | --- | --- | --- |",
    ]
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "notes.jsonl"
        notes.write_text("".join(json.dumps({"text": t}) + "\n" for t in texts), encoding="utf-8")
        for engine in ENGINES:
            one, alone, memory = measure(engine, notes, processes=1)
            many, _, _ = measure(engine, notes, processes=cores)
            rows.append(f"| {engine} | {one:.1f} | {many:.1f} | {alone:.1f} | {memory:.0f} |")
        for peer in options.peer:
            name, _, command = peer.partition("=")
            python, _, script = command.rpartition(":")
            rows.append(f"| {name} (its rules, one process) | {measure_peer(python, script, notes):.1f} | | | |")
    rows.append(f"\nCold `note-review review` of one note: {cold_start(texts[0]):.2f} s.")
    table = "\n".join(rows)
    write_between(Path("README.md"), "speed", table)
    print(table)


if __name__ == "__main__":
    main()

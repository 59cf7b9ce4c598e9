"""A batch from its source to its reports. The same command goes on where it was stopped; what is committed is not done again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from note_review.batch.crew import Crew
from note_review.batch.outputs import assemble
from note_review.batch.progress import Progress
from note_review.batch.store import Store
from note_review.batch.worker import Factory, standard_reviewer
from note_review.errors import InputError, SettingsError
from note_review.note import ClaimLine
from note_review.settings import Settings
from note_review.sources import STDIN, SourcedNote, UnreadableNote, expected_notes, open_notes

CHANGED = "The notes, the versions or the settings have changed since the last run: what differs is done again."
MAX_SHARD_CHARACTERS = 8_000_000
Entry = SourcedNote | UnreadableNote


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How a batch runs.

    Parameters
    ----------
    claim
        What is billed for notes that bring no claim.
    columns
        Contract name to the table's column name.
    progress
        Whether a bar is drawn on standard error.
    timeout
        Seconds that one note may take before it is set aside.
    shard
        Notes to a shard: what a kill costs at most.
    factory
        What builds a reviewer in each worker: a function of a module.
    """

    claim: tuple[ClaimLine, ...] = ()
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    progress: bool = True
    timeout: float = 120.0
    shard: int = 500
    factory: Factory = standard_reviewer


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What came of a batch.

    ``resumed`` notes were there from an earlier run; ``redone`` shards were there too, but of another input, version or settings.
    """

    reviewed: int
    failed: int
    resumed: int
    redone: int
    levels: Mapping[str, int]
    out: Path


def run_batch(
    source: Path, out: Path, *, settings: Settings | None = None, workers: int = 1, options: BatchOptions | None = None
) -> BatchResult:
    """Review every note of a source into ``out``.

    Writes ``reviews.jsonl`` (input order), ``errors.jsonl``, ``warnings.jsonl``, ``summary.csv`` and ``summary.html``. They
    depend on the notes, the settings and the versions alone: not on the number of workers, nor on how often the run was stopped.

    Raises
    ------
    InputError
        The source does not exist, or is standard input.
    ModelError
        No reviewer can be built.
    SettingsError
        Another run writes to ``out``, or there is no worker.
    """
    settings, options = settings or Settings(), options or BatchOptions()
    if str(source) == STDIN or not source.exists():
        raise InputError("a batch reads a file or a folder that exists", source=str(source))
    if workers < 1 or options.shard < 1:
        raise SettingsError("a batch needs at least one worker and one note to a shard")
    if source.is_dir() and out.resolve().is_relative_to(source.resolve()):
        raise SettingsError("the results would lie inside the folder that is read: choose another --out")
    store = Store(out)
    total = expected_notes(source) if options.progress else None
    with store.locked(), Crew(settings, options.factory, workers=workers, timeout=options.timeout) as crew:
        with Progress(total, shown=options.progress) as progress:
            run = _Run(store, crew, progress, f"{crew.version}\n{settings!r}".encode())
            shards = 0
            for entries in _shards(source, options):
                run.shard(shards, entries)
                shards += 1
        store.forget_after(shards)
        tally = assemble(store, out, shards=shards)
    return BatchResult(tally.notes, tally.errors, run.resumed, run.redone, dict(tally.levels), out)


def _shards(source: Path, options: BatchOptions) -> Iterator[list[Entry]]:
    entries = open_notes(source, claim=options.claim, columns=options.columns)
    shard, characters = list[Entry](), 0
    for entry in entries:
        shard.append(entry)
        characters += len(entry.text) if isinstance(entry, SourcedNote) else 0
        if len(shard) == options.shard or characters > MAX_SHARD_CHARACTERS:
            yield shard
            shard, characters = [], 0
    if shard:
        yield shard


class _Run:
    """One pass over the shards."""

    def __init__(self, store: Store, crew: Crew, progress: Progress, context: bytes) -> None:
        self._store, self._crew, self._progress, self._context = store, crew, progress, context
        self.resumed = self.redone = 0
        self._known = store.shards

    def shard(self, number: int, entries: list[Entry]) -> None:
        """Review a shard, unless the very same is committed."""
        key = self._key(entries)
        if self._store.has(number, key):
            self.resumed += len(entries)
            self._progress.advance(len(entries), fresh=False)
            return
        if number < self._known:
            self.redone += 1
            if self.redone == 1:
                self._progress.say(CHANGED)
        self._store.commit(number, self._review(entries), {"key": key, "version": self._crew.version})

    def _key(self, entries: list[Entry]) -> str:
        digest = hashlib.sha256(self._context)
        for entry in entries:
            digest.update(hashlib.sha256(_written(entry)).digest())
        return digest.hexdigest()

    def _review(self, entries: list[Entry]) -> dict[str, list[bytes]]:
        notes = [entry for entry in entries if isinstance(entry, SourcedNote)]
        self._progress.advance(len(entries) - len(notes))
        outcomes = iter(self._crew.review(notes, self._progress.advance))
        lines: dict[str, list[bytes]] = {"reviews": [], "errors": [], "warnings": []}
        for entry in entries:
            if isinstance(entry, UnreadableNote):
                lines["errors"].append(_line(entry.id, entry.source, entry.place, entry.reason))
                continue
            lines["warnings"] += [_line(entry.id, entry.source, entry.place, warning) for warning in entry.warnings]
            outcome = next(outcomes)
            if outcome.review is None:
                lines["errors"].append(_line(entry.id, entry.source, entry.place, outcome.reason))
            else:
                lines["reviews"].append(outcome.review + b"\n")
        return lines


def _written(entry: Entry) -> bytes:
    if isinstance(entry, SourcedNote):
        return entry.model_dump_json().encode()
    return _line(entry.id, entry.source, entry.place, entry.reason)


def _line(id: str | None, source: str, place: str, reason: str) -> bytes:
    return json.dumps({"id": id, "source": source, "place": place, "reason": reason}, ensure_ascii=False).encode() + b"\n"

"""A batch from its source to its reports. The same command goes on where it was stopped; what is committed is not done again."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from types import MappingProxyType

from note_review.batch.crew import Crew
from note_review.batch.outputs import assemble
from note_review.batch.progress import Progress
from note_review.batch.shard import Shard
from note_review.batch.store import Store
from note_review.batch.worker import Factory, Orders, standard_reviewer
from note_review.errors import InputError, OutputError, SettingsError
from note_review.note import ClaimLine
from note_review.settings import Settings
from note_review.sources import STDIN, Input, Parcel, SourcedNote, UnreadableNote, expected_notes, ocr, open_inputs
from note_review.sources.claims import collect_claims

CHANGED = "The notes, the claims, the versions or the settings have changed since the last run: what differs is done again."
MAX_SHARD_BYTES = 8_000_000
MAX_SHARD_FILES = 50


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How a batch runs.

    Parameters
    ----------
    claim
        What is billed for notes that bring no claim.
    claims
        An 837P file or a folder of them, beside those in the source.
    columns
        Contract name to the table's column name.
    progress
        Whether a bar is drawn on standard error.
    timeout
        Seconds that one file or note may take before it is set aside.
    shard
        Notes to a shard: what a kill costs at most.
    factory
        What builds a reviewer in each worker: a function of a module.
    """

    claim: tuple[ClaimLine, ...] = ()
    claims: Path | None = None
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

    Writes the files that ``note_review.batch.outputs`` names. They depend on the notes, the settings and the versions alone: not
    on the number of workers, nor on how often the run was stopped.

    Raises
    ------
    InputError
        The source does not exist, or is standard input.
    ModelError
        No reviewer can be built.
    OutputError
        The results cannot be written: the disk is full, or the folder is not ours.
    SettingsError
        Another run writes to ``out``, or there is no worker.
    """
    settings, options = settings or Settings(), options or BatchOptions()
    refuse(source, out, workers, options)
    try:
        store = Store(out)
        with store.locked():
            return _run(source, store, settings, workers, options)
    except (OSError, sqlite3.OperationalError) as error:
        number = getattr(error, "errno", None)
        words = os.strerror(number) if number else type(error).__name__
        raise OutputError(f"the results cannot be written to {out}: {words}; the same command goes on where it was") from None


def refuse(source: Path, out: Path, workers: int, options: BatchOptions) -> None:
    """Refuse what no batch can be made of.

    Raises
    ------
    InputError, SettingsError
        The source or the claims do not exist; there is no worker; the results would lie in what is read.
    """
    if str(source) == STDIN or not source.exists():
        raise InputError("a batch reads a file or a folder that exists", source=str(source))
    if options.claims is not None and not options.claims.exists():
        raise InputError("does not exist", source=str(options.claims))
    if workers < 1 or options.shard < 1:
        raise SettingsError("a batch needs at least one worker and one note to a shard")
    if source.is_dir() and out.resolve().is_relative_to(source.resolve()):
        raise SettingsError("the results would lie inside the folder that is read: choose another --out")


def _run(source: Path, store: Store, settings: Settings, workers: int, options: BatchOptions) -> BatchResult:
    store.claims.unlink(missing_ok=True)
    book, problems = collect_claims(source, beside=options.claims, at=store.claims)
    orders = Orders(settings, options.factory, options.claim, store.claims if book else None)
    total = expected_notes(source) if options.progress else None
    with Crew(orders, workers=workers, timeout=options.timeout) as crew, Progress(total, shown=options.progress) as progress:
        context = [crew.version, repr(settings), repr(options.claim), book.digest() if book else "", ocr.version() or ""]
        todo = _Todo(store, progress, "\n".join(context).encode())
        inputs = chain(problems, open_inputs(source, columns=options.columns))
        for shard in crew.run(todo.of(_shards(inputs, options.shard)), progress):
            store.commit(shard.number, shard.lines(), {"key": todo.key(shard), "input": shard.digest, "version": crew.version})
        store.forget_after(todo.shards)
        about = {
            "version": crew.version,
            "engine": settings.engine,
            "payer": settings.payer,
            "date": settings.date and str(settings.date),
        }
        tally = assemble(store, store.out, shards=todo.shards, about={**about, "source": source.name}, book=book)
    return BatchResult(tally.notes, tally.errors, todo.resumed, todo.redone, dict(tally.levels), store.out)


def _shards(inputs: Iterable[Input], most: int) -> Iterator[Shard]:
    """Cut the inputs into shards: files are fewer to a shard than rows, for they may hold many notes."""
    number, size, files = 0, 0, 0
    held, digest = list[Input](), hashlib.sha256()
    for input in inputs:
        input, written = _hashed(input)
        digest.update(written)
        held.append(input)
        size += len(input.text) if isinstance(input, SourcedNote) else len(input.data) if isinstance(input, Parcel) else 0
        files += isinstance(input, Parcel)
        if len(held) == most or size > MAX_SHARD_BYTES or files == MAX_SHARD_FILES:
            yield Shard(number, digest.hexdigest(), held)
            number, size, files = number + 1, 0, 0
            held, digest = [], hashlib.sha256()
    if held:
        yield Shard(number, digest.hexdigest(), held)


def _hashed(input: Input) -> tuple[Input, bytes]:
    if isinstance(input, Parcel):
        try:
            return input, input.digest()
        except OSError as error:
            input = UnreadableNote(f"cannot be opened ({type(error).__name__})", source=input.source, id=input.stem)
    if isinstance(input, SourcedNote):
        return input, hashlib.sha256(input.model_dump_json().encode()).digest()
    return input, hashlib.sha256(json.dumps([input.id, input.source, input.place, input.reason]).encode()).digest()


class _Todo:
    """The shards that are not committed yet for the same input, versions and settings; counts all of them as they pass."""

    def __init__(self, store: Store, progress: Progress, context: bytes) -> None:
        self._store, self._progress, self._context = store, progress, context
        self._known = store.shards
        self.shards = self.resumed = self.redone = 0

    def key(self, shard: Shard) -> str:
        """Return what a committed shard has to have been made of."""
        return hashlib.sha256(self._context + b"\n" + shard.digest.encode()).hexdigest()

    def of(self, shards: Iterable[Shard]) -> Iterator[Shard]:
        """Give the shards to do."""
        for shard in shards:
            self.shards += 1
            if self._store.has(shard.number, self.key(shard)):
                counts = self._store.counts(shard.number)
                notes = counts["reviews"] + counts["errors"]
                self.resumed += notes
                self._progress.expect(notes - shard.size)
                self._progress.advance(notes, fresh=False)
                continue
            if shard.number < self._known:
                self.redone += 1
                if self.redone == 1:
                    self._progress.say(CHANGED)
            yield shard

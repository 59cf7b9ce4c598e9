"""The folder of a batch: shards that are whole or absent, and the manifest that says which are committed.

A shard's file is written beside its place, forced to disk and renamed; then one line goes to ``manifest.jsonl``. A kill at any
moment leaves at most a file that no line vouches for, which the next run writes again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from note_review.errors import SettingsError
from note_review.reviewed import FORMAT

FILES = ("reviews", "notes", "errors", "warnings")


class Store:
    """Shards and manifest of one batch under ``out/.work``; ``out`` is the folder, ``claims`` where its book of claims lies."""

    def __init__(self, out: Path) -> None:
        self.out, self._work = out, out / ".work"
        self._manifest = self._work / "manifest.jsonl"
        self.claims = self._work / "claims.sqlite"
        self._work.mkdir(parents=True, exist_ok=True)
        self._committed = self._read()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep a second run out of the folder; the system frees the lock of a run that was killed.

        Raises
        ------
        SettingsError
            Another run has it.
        """
        with (self._work / "lock").open("w") as file:
            with suppress(ImportError):
                import fcntl

                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    raise SettingsError(f"another run writes to {self.out}") from None
            yield

    def _read(self) -> dict[int, dict[str, Any]]:
        lines = self._manifest.read_text("utf-8").splitlines(keepends=True) if self._manifest.exists() else []
        self._torn, committed = bool(lines) and not lines[-1].endswith("\n"), {}
        for line in lines:
            # A line cut off by a kill vouches for nothing.
            with suppress(ValueError):
                record = json.loads(line) if line.endswith("\n") else {}
                if record.get("format") == FORMAT:
                    committed[record["shard"]] = record
        return committed

    @property
    def shards(self) -> int:
        """How many shards are committed."""
        return len(self._committed)

    def has(self, shard: int, key: str) -> bool:
        """Whether a shard of exactly this input, version and settings is committed and still whole."""
        record = self._committed.get(shard)
        return record is not None and record["key"] == key and record["sha256"] == self._digest(shard)

    def _path(self, shard: int, kind: str) -> Path:
        return self._work / f"shard-{shard:07d}.{kind}.jsonl"

    def _digest(self, shard: int) -> str | None:
        digest = hashlib.sha256()
        try:
            for kind in FILES:
                digest.update(hashlib.sha256(self._path(shard, kind).read_bytes()).digest())
        except OSError:
            return None
        return digest.hexdigest()

    def commit(self, shard: int, lines: Mapping[str, list[bytes]], about: Mapping[str, Any]) -> None:
        """Write a shard and vouch for it."""
        for kind in FILES:
            write_whole(self._path(shard, kind), lines[kind])
        record = {"format": FORMAT, "shard": shard, **about, "sha256": self._digest(shard)}
        record["counts"] = {kind: len(lines[kind]) for kind in FILES}
        with self._manifest.open("ab") as file:
            file.write(b"\n" * self._torn + json.dumps(record).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._torn, self._committed[shard] = False, record

    def counts(self, shard: int) -> Mapping[str, int]:
        """Return how many lines of each kind a committed shard has."""
        counts: Mapping[str, int] = self._committed[shard]["counts"]
        return counts

    def lines(self, kind: str, *, shards: int) -> Iterator[bytes]:
        """Give the lines of one kind through the first ``shards`` shards, in input order."""
        for shard in range(shards):
            with self._path(shard, kind).open("rb") as file:
                yield from file

    def forget_after(self, shards: int) -> None:
        """Remove shards past the end of an input that has become shorter."""
        for shard in [number for number in self._committed if number >= shards]:
            for kind in FILES:
                self._path(shard, kind).unlink(missing_ok=True)
            del self._committed[shard]


def write_whole(path: Path, lines: Iterable[bytes]) -> None:
    """Write a file so that it is either there with all its lines or as it was before."""
    with whole(path) as file:
        for line in lines:
            file.write(line)


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """Open a file beside its place; it takes that place, forced to disk, when all of it is written, and goes when it cannot be."""
    temporary = path.with_name(f"{path.name}.tmp")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise

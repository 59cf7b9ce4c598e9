"""The tables of a reviewed folder, opened with DuckDB: larger than memory, sorted on disk, given row by row."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any

from note_review.errors import InputError, SettingsError

# What a batch says it is; raised when its tables change, so that those of before are named and not misread.
FORMAT = "note-review-batch/3"
NAMES = ("reviews", "findings", "services", "lines", "notes")
MEMORY = "2GB"
BATCH = 512


class Reviewed:
    """Views over a folder's Parquet tables, each one file or a folder of part files.

    Parameters
    ----------
    folder
        What ``note-review batch --out`` wrote.
    wanted
        The tables that must be there.

    Raises
    ------
    InputError
        A table is not there: the folder holds no finished batch; or the batch is of another format.
    SettingsError
        The extra ``batch`` is not installed.
    """

    def __init__(self, folder: Path, *, wanted: Sequence[str] = NAMES) -> None:
        self.folder = folder
        self._spill = tempfile.TemporaryDirectory(prefix="note-review-")
        # A database on disk, so that tables made on the way need no memory either.
        self.connection = _duckdb().connect(
            str(Path(self._spill.name) / "tables.duckdb"), config={"memory_limit": MEMORY, "temp_directory": self._spill.name}
        )
        if self.run().get("format", FORMAT) != FORMAT:
            self.close()
            raise InputError(
                "was written by another version: run note-review batch again into the same folder", source=str(folder)
            )
        for name in wanted:
            self.view(name, folder / f"{name}.parquet")

    def view(self, name: str, path: Path) -> None:
        """Open one more table under a name."""
        if not path.exists():
            self.close()
            raise InputError("is not there: is this the folder of a finished batch?", source=str(path))
        self.connection.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet('{files_of(path)}')")

    def rows(self, query: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Give the rows of a query, a batch in memory at a time."""
        cursor = self.connection.cursor().execute(query, list(values))
        while batch := cursor.fetchmany(BATCH):
            yield from batch

    def records(self, query: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Return the rows of a query that gives few, as name to value."""
        cursor = self.connection.cursor().execute(query, list(values))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def run(self) -> Mapping[str, Any]:
        """Return what the batch says of itself (``run.json``); nothing where a cluster wrote none."""
        path = self.folder / "run.json"
        found: Mapping[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
        return found

    def close(self) -> None:
        """Close the connection and remove what it spilled."""
        self.connection.close()
        self._spill.cleanup()

    def __enter__(self) -> Reviewed:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def files_of(path: Path) -> str:
    """Return a table's file, or the pattern of its part files where a cluster wrote a folder of them, quoted for SQL."""
    return quoted(path / "*.parquet" if path.is_dir() else path)


def quoted(path: Path) -> str:
    """Return a path as it stands between SQL's quotes."""
    return str(path).replace("'", "''")


def _duckdb() -> Any:
    try:
        return import_module("duckdb")
    except ImportError:
        raise SettingsError("this needs DuckDB: pip install 'note-review[batch]'") from None

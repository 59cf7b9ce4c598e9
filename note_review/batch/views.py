"""A batch's Parquet tables as DuckDB views."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from note_review.errors import SettingsError

if TYPE_CHECKING:
    import duckdb

TABLES = ("reviews", "findings", "services", "lines", "notes")


def script(folder: Path | None = None) -> str:
    """Return the SQL that makes one view for each table; without a folder, for a DuckDB started in the batch's folder."""
    return "".join(f"create or replace view {name} as from read_parquet('{_file(folder, name)}');\n" for name in TABLES)


def _file(folder: Path | None, name: str) -> str:
    if folder is None:
        return f"{name}.parquet"
    file = folder.resolve() / f"{name}.parquet"
    # Spark writes a folder of parts.
    return str(file / "*.parquet" if file.is_dir() else file).replace("'", "''")


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """Open a batch's folder in DuckDB.

    Raises
    ------
    SettingsError
        DuckDB is not installed, or the folder is no batch's.
    """
    try:
        import duckdb
    except ImportError:
        raise SettingsError('queries need DuckDB: pip install "note-review[batch]"') from None
    if not (folder / "reviews.parquet").exists():
        raise SettingsError(f"{folder} holds no finished batch")
    base = duckdb.connect()
    base.execute(script(folder))
    return base

"""A batch's Parquet tables as DuckDB views."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from note_review.errors import SettingsError

if TYPE_CHECKING:
    import duckdb

TABLES = ("reviews", "findings", "services", "lines", "notes")


def script(folder: Path | None = None, *, parts: bool = False) -> str:
    """Return the SQL that makes one view for each table.

    Parameters
    ----------
    folder
        A batch's; without one, the SQL is for a DuckDB started in that folder.
    parts
        Whether the tables are folders of parts there, as Spark writes them.
    """
    files = {name: _file(folder, name) + "/*.parquet" * (parts and folder is None) for name in TABLES}
    return "".join(f"create or replace view {name} as from read_parquet('{file}');\n" for name, file in files.items())


def _file(folder: Path | None, name: str) -> str:
    if folder is None:
        return f"{name}.parquet"
    file = folder.resolve() / f"{name}.parquet"
    # Spark writes a folder of parts.
    return str(file / "*.parquet" if file.is_dir() else file).replace("'", "''")


def answer(folder: Path, sql: str) -> str:
    """Return the rows of a query over a batch's folder as a text table.

    Raises
    ------
    SettingsError
        As ``connect`` does; or the query is none that DuckDB takes, or reads what is not there.
    """
    base = connect(folder)
    import duckdb

    try:
        # The reviews are what is asked about; nothing is changed, and no other file is read.
        found = base.sql(sql)
        return "" if found is None else _shown(found.columns, found.fetchall())
    except (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException) as error:
        raise SettingsError(f"the query cannot be run: {str(error).splitlines()[0]}") from None
    except duckdb.Error as error:
        # Other errors may quote a row.
        raise SettingsError(f"the query cannot be run ({type(error).__name__})") from None


def _shown(columns: list[str], rows: list[tuple[object, ...]]) -> str:
    cells = [columns, *[["" if cell is None else str(cell) for cell in row] for row in rows]]
    widths = [max(len(row[place]) for row in cells) for place in range(len(columns))]
    return "".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n" for row in cells)


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

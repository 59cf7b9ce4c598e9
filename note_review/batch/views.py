"""A batch's Parquet tables under their names: as SQL for DuckDB's own shell, and to ask a question of."""

from __future__ import annotations

from pathlib import Path

from note_review.errors import SettingsError
from note_review.reviewed import NAMES, Reviewed, quoted


def script(*, parts: bool = False) -> str:
    """Return the SQL that makes one view for each table in a DuckDB started in the batch's folder.

    Parameters
    ----------
    parts
        Whether the tables are folders of parts there, as Spark writes them.
    """
    files = {name: f"{name}.parquet" + "/*.parquet" * parts for name in NAMES}
    return "".join(f"create or replace view {name} as from read_parquet('{file}');\n" for name, file in files.items())


def answer(folder: Path, sql: str) -> str:
    """Return the rows of a query over a batch's folder as a text table. It writes nothing and reads nothing outside the folder.

    Raises
    ------
    InputError, SettingsError
        As :class:`Reviewed` does; or the query is no single SELECT that DuckDB takes, or reads what is not there.
    """
    with Reviewed(folder.resolve()) as tables:
        import duckdb

        base = tables.connection
        base.execute(f"SET allowed_directories = ['{quoted(tables.folder)}']")
        base.execute("SET enable_external_access = false; SET lock_configuration = true")
        try:
            asked = base.extract_statements(sql)
            # COPY would write into the folder, and a dynamic PIVOT, which is several statements, may hold one.
            if [statement.type for statement in asked] != [duckdb.StatementType.SELECT]:
                raise SettingsError("the query cannot be run: a question is one SELECT")
            found = base.execute(asked[0])
            return _shown([column[0] for column in found.description], found.fetchall())
        except (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException) as error:
            raise SettingsError(f"the query cannot be run: {str(error).splitlines()[0]}") from None
        except duckdb.PermissionException:
            raise SettingsError("the query cannot be run: it reads outside the batch's folder") from None
        except duckdb.Error as error:
            # Other errors may quote a row.
            raise SettingsError(f"the query cannot be run ({type(error).__name__})") from None


def _shown(columns: list[str], rows: list[tuple[object, ...]]) -> str:
    cells = [columns, *[["" if cell is None else str(cell) for cell in row] for row in rows]]
    widths = [max(len(row[place]) for row in cells) for place in range(len(columns))]
    return "".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n" for row in cells)

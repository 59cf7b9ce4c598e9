"""Excel workbooks: the first sheet with a header that has the text column, row by row."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterator
from itertools import count as numbers
from pathlib import Path
from typing import Any

import python_calamine as calamine

from note_review.errors import InputError
from note_review.sources.rows import Row, Table, require_text_column

MAX_UNPACKED = 512 * 1024 * 1024


def rows(path: Path, table: Table) -> Iterator[Row]:
    """Give each row that has a value.

    Raises
    ------
    InputError
        The file is no workbook, is damaged or locked, unpacks to far more than it is, or no sheet has a text column.
    """
    _refuse_hostile(path, table)
    try:
        workbook = calamine.CalamineWorkbook.from_path(path)
        sheets = [workbook.get_sheet_by_name(name).iter_rows() for name in workbook.sheet_names]
    except Exception as error:
        raise InputError(f"is no workbook, or a damaged or locked one ({type(error).__name__})", source=table.source) from None
    wanted = table.columns.get("text", "text")
    for sheet, cells in enumerate(sheets, 1):
        header = [str(cell).strip() for cell in next(cells, [])]
        if wanted in header or len(sheets) == 1:
            require_text_column(header, table)
            yield from _rows(sheet, header, cells)
            return
    raise InputError(f"no sheet has a column {wanted}", source=table.source, place="header")


def _rows(sheet: int, header: list[str], cells: Iterator[list[Any]]) -> Iterator[Row]:
    for number, row in zip(numbers(2), cells, strict=False):
        record = {name: _value(cell) for name, cell in zip(header, row, strict=False) if name}
        if any(value not in ("", None) for value in record.values()):
            yield Row(number, f"sheet {sheet}, row {number}", record)


def _value(cell: Any) -> Any:
    """Return a cell as the contract has it: spreadsheets hold every number as a decimal fraction."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell.date() if isinstance(cell, datetime.datetime) else cell


def _refuse_hostile(path: Path, table: Table) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
                raise InputError(f"unpacks to more than {MAX_UNPACKED // 1024**2} MB: use CSV or Parquet", source=table.source)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise InputError(f"is no workbook, or a damaged one ({type(error).__name__})", source=table.source) from None


def count(path: Path) -> int:
    """Return how many rows the sheets have."""
    workbook = calamine.CalamineWorkbook.from_path(path)
    return sum(max(0, workbook.get_sheet_by_name(name).total_height - 1) for name in workbook.sheet_names)

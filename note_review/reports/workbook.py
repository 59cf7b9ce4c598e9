"""Spreadsheets for work: filters, a header that stays, and no cell that is taken for a formula or a link."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import count, islice
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from note_review.errors import SettingsError
from note_review.reports.cells import looks_like_formula

ROWS_PER_SHEET = 1_000_000
LONGEST_CELL = 32_000
# A workbook says when it was made; the same batch must give the same bytes.
MADE = datetime.datetime(2000, 1, 1)
_OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading, its width in characters, how its values are shown, and what may be chosen in it."""

    name: str
    width: int
    kind: Literal["text", "money", "share", "wrapped"] = "text"
    choices: tuple[str, ...] = ()


class Workbook:
    """An ``.xlsx`` file written row by row, in place only when it is whole.

    Raises
    ------
    SettingsError
        The extra ``report`` is not installed.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._partial = path, path.with_name(f"{path.name}.tmp")
        self._book = _xlsxwriter().Workbook(str(self._partial), _OPTIONS)
        self._book.set_properties({"created": MADE})
        self._head = self._book.add_format({"bold": True, "bg_color": "#E8EDF2", "bottom": 1, "text_wrap": True, "valign": "top"})
        self._quoted = self._book.add_format({"quote_prefix": True, "valign": "top"})
        self._kinds = {
            "text": self._book.add_format({"valign": "top"}),
            "wrapped": self._book.add_format({"valign": "top", "text_wrap": True}),
            "money": self._book.add_format({"num_format": "$#,##0.00", "valign": "top"}),
            "share": self._book.add_format({"num_format": "0.0%", "valign": "top"}),
        }
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})

    def sheet(self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> None:
        """Add a sheet; what no sheet can hold goes on in ``NAME 2`` and so on."""
        waiting = iter(rows)
        for number in count(1):
            part = list(islice(waiting, 1))
            if number > 1 and not part:
                return
            self._one(name if number == 1 else f"{name} {number}", columns, _chain(part, islice(waiting, ROWS_PER_SHEET - 1)))

    def _one(self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> None:
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
            sheet.write_string(0, number, column.name, self._head)
        last = 0
        for last, row in enumerate(rows, 1):
            for number, (column, cell) in enumerate(zip(columns, row, strict=True)):
                self._cell(sheet, (last, number), column, cell)
        for number, column in enumerate(columns):
            if column.choices and last:
                rule = {"validate": "list", "source": list(column.choices)}
                sheet.data_validation(1, number, last, number, rule)
        sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)

    def _cell(self, sheet: Any, place: tuple[int, int], column: Column, cell: object) -> None:
        if cell is None or cell == "":
            return
        style = self._kinds[column.kind]
        if isinstance(cell, datetime.date):
            sheet.write_datetime(*place, datetime.datetime(cell.year, cell.month, cell.day), self._date)
        elif isinstance(cell, bool):
            sheet.write_string(*place, "yes" if cell else "no", style)
        elif isinstance(cell, int | float):
            sheet.write_number(*place, cell, style)
        else:
            text = _visible(str(cell))[:LONGEST_CELL]
            sheet.write_string(*place, text, self._quoted if looks_like_formula(text) else style)

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._book.close()
        if kind is None:
            self._partial.replace(self._path)
        else:
            self._partial.unlink(missing_ok=True)


def _chain(first: list[Sequence[object]], rest: Iterable[Sequence[object]]) -> Iterable[Sequence[object]]:
    yield from first
    yield from rest


def _visible(text: str) -> str:
    """Return text without the control characters that XML has no place for."""
    return "".join(c if c in "\n\t" or (c >= " " and c not in "\x7f\ufffe\uffff") else "?" for c in text)


def _xlsxwriter() -> Any:
    try:
        return import_module("xlsxwriter")
    except ImportError:
        raise SettingsError("spreadsheets need XlsxWriter: pip install 'note-review[report]'") from None

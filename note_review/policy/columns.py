"""Which cell of a CMS row is which, and what a cell says."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from note_review.errors import PolicyError
from note_review.policy.schema import CODE

_NONE = {"", "*"}


@dataclass(frozen=True, slots=True)
class EditColumns:
    """Places of a PTP row's cells, counted from 0; ``effective`` and ``rationale`` may be left out of a copy."""

    column1: int
    column2: int
    effective: int | None
    deletion: int
    modifier: int
    rationale: int | None


@dataclass(frozen=True, slots=True)
class MueColumns:
    """Places of an MUE row's cells, counted from 0."""

    code: int
    units: int
    indicator: int


def edit_columns(cells: Sequence[Any]) -> EditColumns | None:
    """Return the places where a row is the header of a PTP file, else None.

    Where the header spreads over several lines and names only the first columns, CMS's order of seven columns holds.
    """
    names = _names(cells)
    first = _where(names, lambda n: n in ("column 1", "column1"))
    second = _where(names, lambda n: n in ("column 2", "column2"))
    if first is None or second is None:
        return None
    deletion = _where(names, lambda n: "deletion" in n)
    modifier = _where(names, lambda n: n.startswith("modifier"))
    effective = _where(names, lambda n: "effective" in n)
    rationale = _where(names, lambda n: "rationale" in n)
    if deletion is None or modifier is None:
        return EditColumns(first, second, second + 2, second + 3, second + 4, second + 5)
    return EditColumns(first, second, effective, deletion, modifier, rationale)


def mue_columns(cells: Sequence[Any]) -> MueColumns | None:
    """Return the places where a row is the header of an MUE file, else None."""
    names = _names(cells)
    code = _where(names, lambda n: n.replace(" ", "") in ("hcpcs/cptcode", "hcpcs/cpt", "hcpcscode", "cptcode", "code"))
    units = _where(names, lambda n: "mue value" in n)
    indicator = _where(names, lambda n: "adjudication indicator" in n or n == "mai")
    return None if code is None or units is None or indicator is None else MueColumns(code, units, indicator)


def as_code(cells: Sequence[Any], index: int, place: str) -> str:
    """Return a five-character code; a workbook's number gets its leading zeros back."""
    cell = cells[index] if index < len(cells) else ""
    code = f"{int(cell):05d}" if isinstance(cell, int | float) and cell == int(cell) else str(cell).strip().upper()
    if not CODE.fullmatch(code):
        raise PolicyError(f"{place}: column {index + 1} is no five-character code")
    return code


def as_date(cells: Sequence[Any], index: int, what: str, place: str) -> datetime.date | None:
    """Return a date written YYYYMMDD, as a number, or as a workbook's date; None for ``*`` or an empty cell."""
    cell = cells[index] if index < len(cells) else ""
    if isinstance(cell, datetime.datetime):
        return cell.date()
    if isinstance(cell, datetime.date):
        return cell
    written = str(int(cell)) if isinstance(cell, float) and cell == int(cell) else str(cell).strip()
    if written in _NONE:
        return None
    try:
        if not re.fullmatch(r"\d{8}", written):
            raise ValueError
        return datetime.date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError:
        raise PolicyError(f"{place}: {what} date is written YYYYMMDD or *") from None


def as_whole(cells: Sequence[Any], index: int, what: str, place: str) -> int:
    """Return the whole number a cell is or begins with (``3 Date of Service Edit: Clinical``)."""
    cell = cells[index] if index < len(cells) else ""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and cell == int(cell):
        return int(cell)
    found = re.match(r"(\d{1,6})(?![\w.])", str(cell).strip())
    if found is None:
        raise PolicyError(f"{place}: {what} is no whole number")
    return int(found[1])


def _names(cells: Sequence[Any]) -> list[str]:
    return [" ".join(str(cell).lower().split()) for cell in cells]


def _where(names: Sequence[str], wanted: Callable[[str], bool]) -> int | None:
    return next((i for i, name in enumerate(names) if wanted(name)), None)

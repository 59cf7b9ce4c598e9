"""CMS's quarterly code-pair (PTP) and unit-limit (MUE) files as published, checked row by row.

The header row is found by what it says, since the lines above and below it differ from quarter to quarter. The key of
a pair row is column 1, column 2 and effective date: a pair comes back with new dates and its old rows stay in the file.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from note_review.errors import PolicyError
from note_review.policy.columns import EditColumns, MueColumns, as_code, as_date, as_whole, edit_columns, mue_columns
from note_review.policy.model import Edit, EditTable, Mue, quarter_of
from note_review.policy.schema import QUARTER
from note_review.policy.sheets import Sheet, digest, sheets

# Codes a therapy claim may hold: pairs with one of these are kept, so that 2.5 million rows become some ten thousand.
_THERAPY = (
    "97010 97012 97014 97016 97018 97022 97024 97026 97028 97032 97033 97034 97035 97036 97110 97112 97113 97116 97124 97129 97130 97140 "
    "97150 97161 97162 97163 97164 97165 97166 97167 97168 97530 97533 97535 97537 97542 97545 97546 97550 97551 97552 97597 97598 97602 "
    "97750 97755 97760 97761 97763 95851 95852 95992 98940 98941 98942 98943 20560 20561 G0283"
)
THERAPY = frozenset(_THERAPY.split())
_VERSION = re.compile(r"(?<![a-z])v(\d{2})(\d)r\d", re.IGNORECASE)
_WRITTEN = re.compile(r"(20\d\d)[ _-]?Q([1-4])|(20\d\d)-(\d\d)-(\d\d)|(\d\d)[-/](\d\d)[-/](20\d\d)", re.IGNORECASE)
_INDICATORS = {0, 1, 9}


@dataclass(slots=True)
class _Harvest:
    """What has been read so far; ``places`` remembers where, for the error that names both rows."""

    codes: frozenset[str] | None
    pairs: dict[tuple[str, str], tuple[Edit, ...]] = field(default_factory=dict)
    mues: dict[str, Mue] = field(default_factory=dict)
    places: dict[tuple[str, ...], str] = field(default_factory=dict)
    rows: int = 0
    latest: datetime.date | None = None
    dated: bool = True
    written_quarter: str = ""


def load_edits(path: Path, *, quarter: str | None = None, codes: frozenset[str] | None = THERAPY) -> EditTable:
    """Read CMS's PTP and MUE files.

    Parameters
    ----------
    path
        A zip, xlsx, txt, tsv or csv file as published, or a folder of them.
    quarter
        Like ``2026Q1``; by default from the file's name (``v320r0``, a date), its first lines, or its newest date.
    codes
        Keep pairs that hold one of these codes; None keeps all (some gigabytes for a whole quarter).

    Raises
    ------
    PolicyError
        The file is damaged, has no header row, or a row is wrong; the message names file, line and reason.
    """
    if not path.exists():
        raise PolicyError(f"{path.name}: there is no such file")
    if quarter is not None and not QUARTER.fullmatch(quarter):
        raise PolicyError(f"{path.name}: a quarter is written like 2026Q1")
    harvest = _Harvest(codes)
    for sheet in sheets(path):
        _read(sheet, harvest)
    if not harvest.rows:
        raise PolicyError(f"{path.name}: no row of code pairs or unit limits; is the header row (Column 1, Column 2) there?")
    found = quarter or _quarter_in(path.name) or harvest.written_quarter or (quarter_of(harvest.latest) if harvest.latest else "")
    if not found:
        raise PolicyError(f"{path.name}: the quarter is not to be found; give it, like 2026Q1")
    return EditTable(found, digest(path), f"CMS file {path.name}", "P", harvest.pairs, harvest.mues, harvest.dated)


def _read(sheet: Sheet, harvest: _Harvest) -> None:
    pair: EditColumns | None = None
    limit: MueColumns | None = None
    for number, cells in sheet.rows:
        if pair is not None:
            _pair_row(cells, pair, harvest, f"{sheet.name}: line {number}")
        elif limit is not None:
            _limit_row(cells, limit, harvest, f"{sheet.name}: line {number}")
        else:
            pair, limit = edit_columns(cells), mue_columns(cells)
            if pair is None and limit is None:
                # What the lines above the header state.
                harvest.written_quarter = harvest.written_quarter or _quarter_in(" ".join(str(cell) for cell in cells))
            elif pair is not None and pair.effective is None:
                harvest.dated = False


def _pair_row(cells: list[Any], columns: EditColumns, harvest: _Harvest, place: str) -> None:
    if not any(str(cell).strip() for cell in cells[:2]):
        return
    column1, column2 = as_code(cells, columns.column1, place), as_code(cells, columns.column2, place)
    if column1 == column2:
        raise PolicyError(f"{place}: {column1} is paired with itself")
    deletion = as_date(cells, columns.deletion, "deletion", place)
    effective = None if columns.effective is None else as_date(cells, columns.effective, "effective", place)
    if columns.effective is not None and effective is None:
        raise PolicyError(f"{place}: no effective date")
    if effective and deletion and deletion < effective:
        raise PolicyError(f"{place}: the deletion date lies before the effective date")
    indicator = as_whole(cells, columns.modifier, "modifier indicator", place)
    if indicator not in _INDICATORS:
        raise PolicyError(f"{place}: modifier indicator is 0, 1 or 9, not {indicator}")
    harvest.rows += 1
    harvest.latest = max(filter(None, (harvest.latest, effective)), default=None)
    if harvest.codes is None or column1 in harvest.codes or column2 in harvest.codes:
        why = str(cells[columns.rationale]).strip() if columns.rationale is not None and columns.rationale < len(cells) else ""
        _keep(Edit(column1, column2, effective, deletion, indicator, why), harvest, place)


def _keep(edit: Edit, harvest: _Harvest, place: str) -> None:
    key = (edit.column1, edit.column2)
    rows = harvest.pairs.get(key, ())
    if edit in rows:
        return
    named = (*key, str(edit.effective or edit.deletion))
    if named in harvest.places:
        raise PolicyError(f"{place}: {key[0]}/{key[1]} says otherwise than {harvest.places[named]} for the same date")
    harvest.places[named] = place
    harvest.pairs[key] = (*rows, edit)


def _limit_row(cells: list[Any], columns: MueColumns, harvest: _Harvest, place: str) -> None:
    if not str(cells[columns.code] if columns.code < len(cells) else "").strip():
        return
    code = as_code(cells, columns.code, place)
    units = as_whole(cells, columns.units, "unit limit", place)
    indicator = as_whole(cells, columns.indicator, "adjudication indicator", place)
    if indicator not in (1, 2, 3) or not 0 <= units <= 99_999:
        raise PolicyError(f"{place}: wants a unit limit from 0 and an adjudication indicator 1, 2 or 3")
    harvest.rows += 1
    mue = Mue(code, units, indicator)
    if harvest.mues.get(code, mue) != mue:
        raise PolicyError(f"{place}: {code} has another limit at {harvest.places[code,]}")
    harvest.mues[code] = mue
    harvest.places.setdefault((code,), place)


def _quarter_in(text: str) -> str:
    """Return the quarter a name or heading states: CMS's version (v310 is 2025Q1), a date, or 2025Q1 itself."""
    if version := _VERSION.search(text):
        return f"{1994 + int(version[1])}Q{int(version[2]) + 1}" if int(version[2]) < 4 else ""
    if written := _WRITTEN.search(text):
        if written[1]:
            return f"{written[1]}Q{written[2]}"
        year, month = (int(written[3]), int(written[4])) if written[3] else (int(written[8]), int(written[6]))
        return f"{year}Q{(month + 2) // 3}" if 1 <= month <= 12 else ""
    return ""

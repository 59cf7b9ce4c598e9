"""A fee schedule of one's own: a CSV with a column ``code`` and either ``amount`` or ``work``, ``pe`` and ``mp``."""

from __future__ import annotations

import csv
import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from note_review.errors import PolicyError
from note_review.policy.model import Fee
from note_review.policy.schema import CODE

MAX_BYTES = 64 * 1024 * 1024
_UNITS = ("work", "pe", "mp")


def load_fees(path: Path) -> tuple[Fee, ...]:
    """Read a fee schedule.

    Columns: ``code``; ``amount`` (US dollars a unit) or ``work``, ``pe``, ``mp`` (relative value units), or both, where the
    parts let the multiple-procedure reduction be worked out; ``since`` and ``until`` (ISO dates) are optional.

    Raises
    ------
    PolicyError
        The file cannot be read or a row is wrong; the message names file, line and reason.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PolicyError(f"{path.name}: over {MAX_BYTES // 1024**2} MiB is no fee schedule")
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _read(csv.DictReader(file, restkey="…"), path.name)
    except OSError as error:
        raise PolicyError(f"{path.name}: cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise PolicyError(f"{path.name}: not a CSV in UTF-8: {error}") from None


def _read(rows: csv.DictReader[str], name: str) -> tuple[Fee, ...]:
    columns = {column.strip().lower() for column in rows.fieldnames or () if column}
    if "code" not in columns or not ("amount" in columns or columns.issuperset(_UNITS)):
        raise PolicyError(f"{name}: line 1: wants the columns code and amount, or code, work, pe and mp")
    fees: dict[tuple[str, datetime.date], Fee] = {}
    for row in rows:
        place = f"{name}: line {rows.line_num}"
        cells = {key.strip().lower(): (value or "").strip() for key, value in row.items() if isinstance(value, str)}
        if not any(cells.values()):
            continue
        fee = _fee(cells, place)
        if (fee.code, fee.since) in fees:
            raise PolicyError(f"{place}: {fee.code} has a fee for this day already, at {fees[fee.code, fee.since].origin}")
        fees[fee.code, fee.since] = fee
    return tuple(fees.values())


def _fee(cells: dict[str, str], place: str) -> Fee:
    code = cells["code"].upper()
    if not CODE.fullmatch(code):
        raise PolicyError(f"{place}: code has five characters")
    work, expense, malpractice, amount = (_number(cells.get(key, ""), key, place) for key in (*_UNITS, "amount"))
    if amount is None and None in (work, expense, malpractice):
        raise PolicyError(f"{place}: neither amount nor all of work, pe and mp")
    since = _date(cells.get("since", ""), "since", place) or datetime.date.min
    until = _date(cells.get("until", ""), "until", place)
    return Fee(code, work, expense, malpractice, amount, since, until, f"own fee schedule, {place}", "P", place)


def _number(written: str, key: str, place: str) -> Decimal | None:
    if not written:
        return None
    try:
        value = Decimal(written.replace("$", "").replace(",", ""))
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or not 0 <= value <= 100_000:
        raise PolicyError(f"{place}: {key} is a number from 0 to 100000")
    return value


def _date(written: str, key: str, place: str) -> datetime.date | None:
    if not written:
        return None
    try:
        return datetime.date.fromisoformat(written)
    except ValueError:
        raise PolicyError(f"{place}: {key} is a date: 2026-01-31") from None

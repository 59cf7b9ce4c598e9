"""The sampling frame: every unit that could be drawn, with its stratum, its amount and its random number."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, get_args

from note_review.errors import SettingsError
from note_review.reviewed import Reviewed
from note_review.sampling.draw import PROBE, Allocation, StratumFrame, allocate

Unit = Literal["note", "line"]
UNITS: tuple[Unit, ...] = get_args(Unit)
STRATA = ("clinician", "clinic", "payer", "discipline", "code", "level", "month", "amount")
FILTERS = ("clinician", "clinic", "payer", "discipline", "code", "level", "month")
BANDS = 4
CELLS = 64
_MONTH = "strftime(r.date_of_service, '%Y-%m')"


@dataclass(frozen=True, slots=True)
class Design:
    """How a sample is drawn.

    Parameters
    ----------
    size
        How many units; None: a probe of 30, to plan the real sample by.
    seed
        Any text; stated with the sample.
    by
        What parts the strata, None for no strata: one of :data:`STRATA`.
    allocation
        How the size is shared among strata.
    spares
        How many further units are listed, per stratum, in the order of their random numbers.
    unit
        A ``note`` (the visit's claim) or a claim ``line``.
    only
        Filters: the frame holds only units whose column has the value.
    """

    size: int | None
    seed: str
    by: str | None = None
    allocation: Allocation = "proportional"
    spares: int = 0
    unit: Unit = "note"
    only: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Refuse a design that means nothing.

        Raises
        ------
        SettingsError
            An option is unknown or contradicts another.
        """
        if self.by is not None and self.by not in STRATA:
            raise SettingsError(f"cannot stratify by {self.by}: there are {', '.join(STRATA)}")
        if self.size is None and self.by is not None:
            raise SettingsError("how many units shall be drawn? A probe has no strata")
        if self.size is not None and self.size < 2:
            raise SettingsError("a sample has at least two units")
        if unknown := sorted(set(self.only) - set(FILTERS)):
            raise SettingsError(f"cannot filter by {', '.join(unknown)}: there are {', '.join(FILTERS)}")

    @property
    def method(self) -> Literal["simple", "stratified", "probe"]:
        """How auditors name it."""
        return "stratified" if self.by else "simple" if self.size is not None else "probe"

    @property
    def wanted(self) -> int:
        """How many units are to be drawn."""
        return PROBE if self.size is None else self.size


class FrameUnit(NamedTuple):
    """One unit of the frame. ``order`` counts from 1 in the order of random numbers within its stratum."""

    unit: str
    n: int
    date: Any
    clinician: str | None
    clinic: str | None
    payer: str
    code: str
    units: int | None
    level: str
    amount: float | None
    stratum: str
    number: str
    order: int


class Frame:
    """The units of a folder that a design allows, in their own order."""

    def __init__(self, tables: Reviewed, design: Design) -> None:
        self._tables, self.design = tables, design
        self._query, self._values = _units(design)
        self._banded = self._query
        if design.by == "amount":
            bounds = self._bounds()
            self._banded = f"SELECT * REPLACE ({_bands(bounds)} AS stratum) FROM ({self._query})"
        self.strata = {s.name: s for s in self._strata()}
        if not self.strata:
            raise SettingsError("the frame is empty: no billed note passes the filters")
        self.quota = allocate(self.strata, design.wanted, design.allocation)

    def _strata(self) -> Iterator[StratumFrame]:
        query = (
            "SELECT stratum, count(*), coalesce(stddev_samp(amount), 0), coalesce(sum(amount::DECIMAL(18, 2)), 0),"
            f" count(*) FILTER (amount IS NULL) FROM ({self._banded}) GROUP BY stratum ORDER BY stratum"
        )
        self.amount, self.unpriced = 0.0, 0
        for name, units, deviation, amount, unpriced in self._tables.rows(query, self._values):
            self.amount += float(amount)
            self.unpriced += unpriced
            yield StratumFrame(name, units, round(float(deviation), 6))

    def units(self) -> Iterator[FrameUnit]:
        """Give the whole frame, note by note."""
        query = f"SELECT *, row_number() OVER (PARTITION BY stratum ORDER BY number, n) AS place FROM ({self._banded}) ORDER BY n, unit"
        for row in self._tables.rows(query, self._values):
            yield FrameUnit(*row)

    def _bounds(self) -> list[float]:
        """Return the upper bounds of amount bands by the cumulative square root of frequencies (Dalenius and Hodges)."""
        low, high = next(self._tables.rows(f"SELECT min(amount), max(amount) FROM ({self._query})", self._values))
        if low is None or low == high:
            return []
        width = (high - low) / CELLS
        counts = [0] * CELLS
        query = (
            f"SELECT least(floor((amount - ?) / ?), ?)::INT, count(*) FROM ({self._query}) WHERE amount IS NOT NULL GROUP BY 1"
        )
        for cell, count in self._tables.rows(query, [low, width, CELLS - 1, *self._values]):
            counts[cell] = count
        roots = [math.sqrt(count) for count in counts]
        bounds, running, step = list[float](), 0.0, sum(roots) / BANDS
        for cell, root in enumerate(roots[:-1]):
            running += root
            if running >= step * (len(bounds) + 1) and len(bounds) < BANDS - 1:
                bounds.append(round(low + width * (cell + 1), 2))
        return bounds


def _bands(bounds: list[float]) -> str:
    cases = " ".join(f"WHEN amount <= {bound!r} THEN '{number}: up to ${bound:,.2f}'" for number, bound in enumerate(bounds, 1))
    last = f"'{len(bounds) + 1}: above'" if bounds else "'1: all'"
    return f"CASE WHEN amount IS NULL THEN '0: amount not known' {cases} ELSE {last} END"


def _units(design: Design) -> tuple[str, list[Any]]:
    """Return the query of the frame's units and its values."""
    by_line = design.unit == "line"
    columns = {
        "clinician": "r.clinician", "clinic": "r.clinic", "payer": "r.payer", "discipline": "r.discipline",
        "code": "l.code" if by_line else "r.code", "level": "r.level", "month": _MONTH,
    }  # fmt: skip
    unit = "r.n::VARCHAR || '.' || l.line::VARCHAR" if by_line else "r.n::VARCHAR"
    amount, units = ("l.amount", "l.units") if by_line else ("r.amount", "NULL::BIGINT")
    stratum = "'all'" if design.by in {None, "amount"} else f"coalesce({columns[str(design.by)]}, 'not stated')"
    source = "reviews r" + (" JOIN lines l USING (n)" if by_line else "")
    wheres = ["r.claim_source <> 'none'", *(f"{columns[name]} = ?" for name in sorted(design.only))]
    query = (
        f"SELECT {unit} AS unit, r.n AS n, r.date_of_service AS date, r.clinician, r.clinic, r.payer, {columns['code']} AS code,"
        f" {units} AS units, r.level, {amount} AS amount, {stratum} AS stratum, sha256(? || ':' || {unit}) AS number"
        f" FROM {source} WHERE {' AND '.join(wheres)}"
    )
    return query, [design.seed, *(design.only[name] for name in sorted(design.only))]

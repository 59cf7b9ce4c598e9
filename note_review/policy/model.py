"""Policy as frozen facts: settings with dates and sources, fees, code-pair edits and unit limits."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, cast

Firmness = Literal["P", "S", "D", "G"]
FIRMNESS = {
    "P": "primary text or data read",
    "S": "a secondary source reports it",
    "D": "derived by arithmetic or logic",
    "G": "general knowledge, not yet confirmed",
}
Value = bool | int | Decimal | str | tuple[str, ...] | tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One dated value. ``since`` and ``until`` are both days on which it holds; ``until`` None is open.

    ``origin`` is the file and line it was read from, ``firmness`` a key of :data:`FIRMNESS`.
    """

    name: str
    value: Value
    since: datetime.date
    until: datetime.date | None
    source: str
    firmness: Firmness
    origin: str
    note: str = ""

    def holds(self, day: datetime.date) -> bool:
        """Say whether the value is in force on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Fee:
    """What one unit pays. Relative value units, or an ``amount`` in US dollars where a schedule gives only that."""

    code: str
    work: Decimal | None
    practice_expense: Decimal | None
    malpractice: Decimal | None
    amount: Decimal | None
    since: datetime.date
    until: datetime.date | None
    source: str
    firmness: Firmness
    origin: str

    def holds(self, day: datetime.date) -> bool:
        """Say whether the fee is in force on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Edit:
    """A row of CMS's procedure-to-procedure file: column 1 is paid, column 2 is not unless a modifier allows it.

    ``indicator`` is 0 (no modifier helps), 1 (a modifier may), 9 (never in force). ``effective`` is None where the copy
    at hand leaves it out. Whether the deletion date is the last day in force or the first day out is not settled in
    print: it counts as in force here and :meth:`on_boundary` flags it.
    """

    column1: str
    column2: str
    effective: datetime.date | None
    deletion: datetime.date | None
    indicator: int
    rationale: str

    def in_force(self, day: datetime.date) -> bool:
        """Say whether the edit applies to services of a day."""
        if self.indicator == 9 or (self.deletion is not None and self.deletion == self.effective):
            return False
        return (self.effective is None or self.effective <= day) and (self.deletion is None or day <= self.deletion)

    def on_boundary(self, day: datetime.date) -> bool:
        """Say whether the day is the edit's deletion date."""
        return self.deletion == day and self.indicator != 9


@dataclass(frozen=True, slots=True)
class Mue:
    """Most units of a code a day. ``indicator`` 1 is per line, 2 absolute per day, 3 per day and open to appeal."""

    code: str
    units: int
    indicator: int


@dataclass(frozen=True, slots=True)
class EditTable:
    """Pair edits and unit limits of one quarter (``2024Q3``), with the hash of the file they were read from."""

    quarter: str
    sha256: str
    source: str
    firmness: Firmness
    pairs: Mapping[tuple[str, str], tuple[Edit, ...]]
    mues: Mapping[str, Mue]
    dated: bool = True

    def rows(self, one: str, other: str) -> tuple[Edit, ...]:
        """Return every row on two codes, in either order, in force or not."""
        return self.pairs.get((one, other), ()) + (self.pairs.get((other, one), ()) if one != other else ())

    def between(self, one: str, other: str, *, on: datetime.date) -> tuple[Edit, ...]:
        """Return the rows on two codes that are in force on a day."""
        return tuple(edit for edit in self.rows(one, other) if edit.in_force(on))

    @property
    def first_day(self) -> datetime.date:
        """First day of the quarter."""
        return datetime.date(int(self.quarter[:4]), 3 * int(self.quarter[-1]) - 2, 1)

    def older_than(self, day: datetime.date) -> bool:
        """Say whether a day lies after the table's quarter."""
        return quarter_of(day) > self.quarter


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds for one payer. ``as_of`` is the day it is judged for; every look-up may name another day.

    ``facts`` holds, by name, the dated values in order of precedence: the payer's own first, then what it inherits.
    ``chain`` is the payer and the files it inherits from, nearest first.
    """

    as_of: datetime.date
    payer: str
    title: str
    chain: tuple[str, ...]
    facts: Mapping[str, tuple[Fact, ...]]
    fees: tuple[Fee, ...]
    edits: EditTable

    @property
    def edits_quarter(self) -> str:
        """Quarter of the code-pair edits in use, like ``2024Q3``."""
        return self.edits.quarter

    def on(self, day: datetime.date | None) -> Policy:
        """Return the same policy as of another day (itself where the day is None)."""
        return self if day is None else dataclasses.replace(self, as_of=day)

    def fact(self, name: str, on: datetime.date | None = None) -> Fact | None:
        """Return the fact in force on a day (``as_of`` by default), or None where none is."""
        day = on or self.as_of
        for fact in self.facts.get(name, ()):
            if fact.holds(day):
                return fact
        return None

    def number(self, name: str, on: datetime.date | None = None) -> int | None:
        """Return a whole number in force, or None."""
        fact = self.fact(name, on)
        return None if fact is None else cast(int, fact.value)

    def amount(self, name: str, on: datetime.date | None = None) -> Decimal | None:
        """Return an amount (US dollars, per cent, factor) in force, or None."""
        fact = self.fact(name, on)
        return None if fact is None else Decimal(cast(Decimal, fact.value))

    def flag(self, name: str, on: datetime.date | None = None) -> bool:
        """Return whether something is asked for; what no policy says is not asked for."""
        fact = self.fact(name, on)
        return fact is not None and fact.value is True

    def text(self, name: str, on: datetime.date | None = None) -> str:
        """Return a word in force, or an empty string."""
        fact = self.fact(name, on)
        return "" if fact is None else str(fact.value)

    def codes(self, name: str, on: datetime.date | None = None) -> frozenset[str]:
        """Return a set of codes in force, empty where no policy gives one."""
        fact = self.fact(name, on)
        return frozenset(cast(tuple[str, ...], fact.value)) if fact else frozenset()

    def pairs(self, name: str, on: datetime.date | None = None) -> tuple[tuple[str, str], ...]:
        """Return the pairs of codes in force."""
        fact = self.fact(name, on)
        return cast(tuple[tuple[str, str], ...], fact.value) if fact else ()

    def fee(self, code: str, on: datetime.date | None = None) -> Fee | None:
        """Return what a code pays on a day, or None where no schedule says."""
        day = on or self.as_of
        return next((fee for fee in self.fees if fee.code == code and fee.holds(day)), None)


def quarter_of(day: datetime.date) -> str:
    """Return the calendar quarter of a day, like ``2024Q3``."""
    return f"{day.year:04d}Q{(day.month + 2) // 3}"

"""Units from minutes: Medicare's total-time rule with its allocation, and the per-code midpoint rule.

Sources: Medicare Claims Processing Manual ch. 5, 20.2.C (total time, examples 1 to 4); CPT introduction, Time (midpoint).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Method = Literal["total_time", "midpoint"]
UNIT_MINUTES = 15
FIRST_UNIT_MINUTES = 8


@dataclass(frozen=True, slots=True)
class UnitAnswer:
    """What the minutes support, and every way of putting it on codes that the rule accepts.

    ``base`` is what each code has in every accepted answer; ``tied_units`` further units go to as many of the ``tied``
    codes, one each, whichever the clinician picks. ``allocation`` is one accepted answer. ``lines`` is the arithmetic,
    written to be checked by eye.
    """

    method: Method
    minutes: Mapping[str, int]
    total_minutes: int
    total_units: int
    allocation: Mapping[str, int]
    base: Mapping[str, int]
    tied: tuple[str, ...]
    tied_units: int
    lines: tuple[str, ...]

    def accepts(self, billed: Mapping[str, int]) -> bool:
        """Say whether billed units are one of the accepted answers; a code left out is billed with 0."""
        extra = {code: billed.get(code, 0) - units for code, units in self.base.items()}
        if any(billed[code] for code in billed if code not in self.base):
            return False
        fits = all(units == 0 or (units == 1 and code in self.tied) for code, units in extra.items())
        return fits and sum(extra.values()) == self.tied_units

    def most(self, code: str) -> int:
        """Return the most units any accepted answer gives a code."""
        return self.base.get(code, 0) + (code in self.tied and self.tied_units > 0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both rules side by side. ``more`` names the rule that gives more units, or ``same``."""

    total_time: UnitAnswer
    midpoint: UnitAnswer
    more: Literal["total_time", "midpoint", "same"]
    differ: bool


def units_of(minutes: int, *, unit: int = UNIT_MINUTES, first: int = FIRST_UNIT_MINUTES) -> int:
    """Return the units of a length of time: whole units, and one more where at least ``first`` minutes are left over."""
    return (minutes + unit - first) // unit


def supported_units(
    minutes: Mapping[str, int],
    *,
    method: Method,
    unit: int = UNIT_MINUTES,
    first: int = FIRST_UNIT_MINUTES,
    preferred: Mapping[str, int] | None = None,
) -> UnitAnswer:
    """Return the units that the minutes of a day's timed codes support.

    Parameters
    ----------
    minutes
        Minutes by timed code, whole numbers from 0; the order does not matter.
    method
        ``total_time``: all minutes together fix the number of units, whole quarters of an hour go to their own codes
        and what remains to the largest remainders. ``midpoint``: each code on its own.
    unit, first
        Minutes of one unit and minutes from which a unit is earned.
    preferred
        Billed units; where codes tie, the answer that is billed is the one shown.

    Raises
    ------
    ValueError
        A number of minutes is negative or no whole number, or ``first`` is not from 1 to ``unit``.
    """
    if not 1 <= first <= unit or any(type(m) is not int or m < 0 for m in minutes.values()):
        raise ValueError("minutes are whole numbers from 0, and first lies from 1 to unit")
    ordered = dict(sorted(minutes.items(), key=lambda item: (-item[1], item[0])))
    if method == "midpoint":
        return _midpoint(ordered, unit, first)
    return _total_time(ordered, unit, first, preferred or {})


def compare_methods(minutes: Mapping[str, int], *, unit: int = UNIT_MINUTES, first: int = FIRST_UNIT_MINUTES) -> Comparison:
    """Count by both rules and say which gives more units."""
    total = supported_units(minutes, method="total_time", unit=unit, first=first)
    midpoint = supported_units(minutes, method="midpoint", unit=unit, first=first)
    gap = total.total_units - midpoint.total_units
    differ = gap != 0 or not total.accepts(midpoint.allocation)
    return Comparison(total, midpoint, "same" if gap == 0 else "total_time" if gap > 0 else "midpoint", differ)


def unit_range(units: int, *, unit: int = UNIT_MINUTES, first: int = FIRST_UNIT_MINUTES) -> tuple[int, int]:
    """Return the least and most minutes that are a number of units: 2 is 23 to 37."""
    return max(0, unit * (units - 1) + first), unit * units + first - 1


def _total_time(minutes: dict[str, int], unit: int, first: int, preferred: Mapping[str, int]) -> UnitAnswer:
    total = sum(minutes.values())
    units = units_of(total, unit=unit, first=first)
    whole = {code: m // unit for code, m in minutes.items()}
    left = units - sum(whole.values())
    by_remainder = sorted(minutes, key=lambda code: (-(minutes[code] % unit), code))
    cut = minutes[by_remainder[left - 1]] % unit if left else unit
    sure = [code for code in by_remainder if minutes[code] % unit > cut] if left else []
    tied = tuple(code for code in by_remainder if left and minutes[code] % unit == cut)
    if len(sure) + len(tied) == left:
        sure, tied = [*sure, *tied], ()
    base = {code: units_ + (code in sure) for code, units_ in whole.items()}
    tied_units = left - len(sure)
    chosen = sorted(tied, key=lambda code: (base[code] >= preferred.get(code, 0), code))[:tied_units]
    allocation = {code: units_ + (code in chosen) for code, units_ in base.items()}
    lines = _total_lines(minutes, units, (unit, first), (left, sure, tied))
    return UnitAnswer("total_time", minutes, total, units, allocation, base, tied, tied_units, (*lines, _written(allocation)))


def _midpoint(minutes: dict[str, int], unit: int, first: int) -> UnitAnswer:
    allocation = {code: units_of(m, unit=unit, first=first) for code, m in minutes.items()}
    lines = [f"{code}: {m} min = {m // unit} x {unit} + {m % unit}, {_count(allocation[code])}" for code, m in minutes.items()]
    lines.append(f"each code on its own, a unit from {first} minutes left over: {_count(sum(allocation.values()))}")
    total = sum(allocation.values())
    return UnitAnswer(
        "midpoint", minutes, sum(minutes.values()), total, allocation, allocation, (), 0, (*lines, _written(allocation))
    )


def _total_lines(
    minutes: Mapping[str, int], units: int, rule: tuple[int, int], shares: tuple[int, list[str], tuple[str, ...]]
) -> Iterator[str]:
    (unit, first), (left, sure, tied) = rule, shares
    for code, m in minutes.items():
        yield f"{code}: {m} min = {m // unit} x {unit} + {m % unit}"
    low, high = unit_range(units, unit=unit, first=first)
    sum_ = " + ".join(str(m) for m in minutes.values()) or "0"
    total = f"{sum_} = {sum(minutes.values())}" if len(minutes) > 1 else sum_
    yield f"{total} timed minutes; {low} to {high} minutes are {_count(units)}"
    if not left:
        return
    whole = units - left
    given = [f"{code} ({minutes[code] % unit} min left over)" for code in sure]
    if tied:
        given.append(f"{left - len(sure)} to any of {', '.join(tied)} ({minutes[tied[0]] % unit} min left over each)")
    yield f"{_count(whole)} in whole steps of {unit} minutes, {left} more by largest remainder: {'; '.join(given)}"


def _count(units: int) -> str:
    return "1 unit" if units == 1 else f"{units} units"


def _written(allocation: Mapping[str, int]) -> str:
    return ", ".join(f"{code} x{units}" for code, units in allocation.items())

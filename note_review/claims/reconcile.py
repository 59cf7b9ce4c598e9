"""Units billed against minutes documented, in both directions, with as much as the note makes known and no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from note_review.claims.units import FIRST_UNIT_MINUTES, UNIT_MINUTES, Method, UnitAnswer, supported_units, unit_range, units_of
from note_review.claims.visit import Visit

Direction = Literal["over", "under", "allocation"]


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The outcome. ``answer`` is None where only a total is known; ``least`` and ``most`` bound the day's timed units.

    ``direction`` says how a failing claim is wrong: ``over`` billed, ``under`` billed, or the right number on the wrong
    codes (``allocation``). ``basis`` names the minutes used: services, total_timed, total_treatment or none.
    """

    result: Literal["pass", "fail", "unknown"]
    direction: Direction | None
    basis: Literal["services", "total_timed", "total_treatment", "none"]
    billed: int | None
    least: int | None
    most: int | None
    answer: UnitAnswer | None
    lines: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """How a payer counts: method, minutes of a unit, minutes from which one is earned."""

    method: Method
    unit: int = UNIT_MINUTES
    first: int = FIRST_UNIT_MINUTES


def reconcile(visit: Visit, rule: Rule) -> Reconciliation:
    """Compare the timed units of a claim with what the minutes support."""
    billed = {code: units for code, units in visit.timed_billed.items() if units is not None}
    if not visit.billed:
        return _unknown("there is no claim", answer=answer_of(visit, rule))
    if len(billed) < len(visit.timed_billed):
        return _unknown("a line of the claim has no units", answer=answer_of(visit, rule))
    if not billed and not visit.minutes:
        return _unknown("no timed code is billed")
    answer = answer_of(visit, rule, preferred=billed)
    if answer is not None:
        found = _by_answer(billed, answer, "services" if not visit.unknown else _basis(visit))
        # Blocks of the clock that overlap settle what a total that counts them twice does not.
        return found if visit.unknown or visit.shared else _unless_contradicted(found, visit, rule)
    return _by_total(billed, visit, rule)


def answer_of(visit: Visit, rule: Rule, *, preferred: Mapping[str, int] | None = None) -> UnitAnswer | None:
    """Return the units by code where every timed code's minutes are known, or one timed code stands under a total."""
    minutes = visit.minutes
    if visit.unknown:
        total = _known_total(visit)
        if total is None or any(minutes.values()) or len(visit.unknown) > 1 or not visit.unknown[0]:
            return None
        minutes = {**minutes, visit.unknown[0]: total}
    if not minutes:
        return None
    return supported_units(minutes, method=rule.method, unit=rule.unit, first=rule.first, preferred=preferred)


def _basis(visit: Visit) -> Literal["total_timed", "total_treatment"]:
    return "total_timed" if visit.timed_total is not None else "total_treatment"


def _known_total(visit: Visit) -> int | None:
    if visit.timed_total is not None:
        return visit.timed_total
    return visit.treatment_total if visit.all_timed else None


def _by_answer(
    billed: dict[str, int], answer: UnitAnswer, basis: Literal["services", "total_timed", "total_treatment"]
) -> Reconciliation:
    count = sum(billed.values())
    direction: Direction | None = None
    if not answer.accepts(billed):
        above = any(units > answer.most(code) for code, units in billed.items())
        # Units of a service that took no minutes are unsupported also where another's are left unbilled.
        if count > answer.total_units or any(units and not answer.minutes.get(code) for code, units in billed.items()):
            direction = "over"
        elif count == answer.total_units or above:
            direction = "allocation"
        else:
            direction = "under"
    result: Literal["pass", "fail"] = "fail" if direction else "pass"
    return Reconciliation(result, direction, basis, count, answer.total_units, answer.total_units, answer, answer.lines)


def _unless_contradicted(found: Reconciliation, visit: Visit, rule: Rule) -> Reconciliation:
    """Leave open what services and total judge differently, where the note's own total is not what its services add up to.

    Units that both carry stand, also where the larger would carry more.
    """
    added, total, counted = sum(visit.minutes.values()), _other_total(visit), found.billed or 0
    if total is None or found.direction == "allocation":
        return found
    most, least = _bounds(total, len(visit.minutes), rule)
    by_total: Direction | None = "over" if counted > most else "under" if counted < least else None
    if by_total == found.direction or (found.direction is None and by_total == "under"):
        return found
    units = found.answer.total_units if found.answer else 0
    return _unknown(
        f"the note contradicts itself, its services add up to {added} timed minutes ({_units(units, units)})"
        f" and its total says {total} ({_units(least, most)})"
    )


def _other_total(visit: Visit) -> int | None:
    """Return the total that cannot be true beside the minutes of the services."""
    added = sum(visit.minutes.values())
    if visit.timed_total is not None:
        return visit.timed_total if visit.timed_total != added else None
    return visit.treatment_total if visit.treatment_total is not None and visit.treatment_total < added else None


def _by_total(billed: dict[str, int], visit: Visit, rule: Rule) -> Reconciliation:
    """Compare with a total alone. A treatment total that also holds untimed services still bounds the timed units above."""
    count, total = sum(billed.values()), _known_total(visit)
    upper_only = total is None
    if total is None:
        total = visit.treatment_total
    if total is None:
        missing = ", ".join(code for code in visit.unknown if code)
        return _unknown(f"no minutes are found for {missing}" if missing else "the minutes belong to no code")
    codes = len((set(visit.unknown) | set(visit.minutes)) - set(visit.withheld))
    most, least = _bounds(total, codes, rule)
    basis = _basis(visit)
    lines = (_line(total, basis, least, most, rule), f"billed: {' + '.join(map(str, billed.values())) or '0'} = {count}")
    if count > most or any(billed.get(code) for code in visit.withheld):
        return Reconciliation("fail", "over", basis, count, least, most, None, lines)
    if upper_only:
        return _unknown("the total also holds untimed services")
    if count < least:
        return Reconciliation("fail", "under", basis, count, least, most, None, lines)
    if rule.method == "midpoint" and least != most:
        return _unknown("each code is counted on its own and only a total is given")
    return Reconciliation("pass", None, basis, count, least, most, None, lines)


def _bounds(total: int, codes: int, rule: Rule) -> tuple[int, int]:
    """Return most and least units of a total: one number by total time, a range where each code is counted alone."""
    if rule.method == "total_time":
        units = units_of(total, unit=rule.unit, first=rule.first)
        return units, units
    most = (total + (rule.unit - rule.first) * codes) // rule.unit
    least = max(0, -((codes * (rule.first - 1) - total) // rule.unit))
    return most, least


def _line(total: int, basis: str, least: int, most: int, rule: Rule) -> str:
    name = "timed minutes" if basis == "total_timed" else "minutes of treatment"
    if least != most:
        return f"{total} {name} in all: {_units(least, most)}"
    low, high = unit_range(most, unit=rule.unit, first=rule.first)
    return f"{total} {name} in all; {low} to {high} minutes are {_units(least, most)}"


def _units(least: int, most: int) -> str:
    return f"{least} to {most} units" if least != most else "1 unit" if most == 1 else f"{most} units"


def _unknown(why: str, *, answer: UnitAnswer | None = None) -> Reconciliation:
    return Reconciliation("unknown", None, "none", None, None, None, answer, answer.lines if answer else (), why)

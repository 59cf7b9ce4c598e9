"""Units billed against minutes documented, by the payer's way of counting, with the arithmetic written out."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, cast

from note_review.checks.totals import TIMED_TOTAL_DOCUMENTED, check_totals
from note_review.claims.money import amount_at_stake, schedule_of, stakes
from note_review.claims.reconcile import Reconciliation, answer_of, reconcile
from note_review.claims.reconcile import Rule as Counting
from note_review.claims.units import FIRST_UNIT_MINUTES, UNIT_MINUTES, Method, UnitAnswer, compare_methods, unit_range
from note_review.claims.visit import Visit, visit_of
from note_review.encounter import Encounter
from note_review.findings import Finding, Rule, Severity
from note_review.policy.model import Policy

_COUNTING = "Medicare Claims Processing Manual ch. 5, 20.2.C; CPT introduction, Time, for payers that count by the midpoint"

UNITS_MATCH_MINUTES = Rule(
    code="NR301", name="units_match_minutes", severity="error", source=_COUNTING, reason=False, absence=True,
    summary="The timed units of the claim are compared with the minutes documented.",
    why="Units follow minutes. By total time all timed minutes of the day fix the number of units, which go first to the codes with whole quarters of an hour and then to the largest remainders; by the midpoint each code is counted alone.",
    fix="Were all minutes of direct treatment recorded, and under the right service?",
    example="97112 x2 and 97110 x2 for 24 and 23 minutes: 47 minutes are 3 units by total time.",
)  # fmt: skip
UNIT_TIME_MISMATCH = Rule(
    code="NR302", name="unit_time_mismatch", severity="error", source=_COUNTING, absence=True,
    summary="Billed units and documented minutes do not agree.",
    why="More units than minutes are an overpayment; fewer are work that is not paid. Both are found in audits by the same arithmetic, and the billing guide ranks the mismatch second among denials.",
    fix="Were all minutes of direct treatment recorded, and under the right service?",
    example="97112 x3 for 35 minutes: 23 to 37 minutes are 2 units.",
)  # fmt: skip
COUNTING_METHODS_COMPARED = Rule(
    code="NR304", name="counting_methods_compared", severity="info", source=_COUNTING, reason=False,
    summary="The same minutes counted by total time and by the midpoint of each code.",
    why="Payers differ: Medicare counts total time, others each code alone. Either way may give more units.",
    fix="Which way of counting does this payer's policy name?",
    example="10 + 10 minutes of two codes: 1 unit by total time, 2 by the midpoint.",
)  # fmt: skip
UNTIMED_UNITS = Rule(
    code="NR305", name="untimed_units", severity="error", source="NCCI Policy Manual 2026 ch. I A: the unit follows the code's own meaning; webpt.com, expressmbs.com", reason=False,
    summary="A code that is not timed is billed with one unit.",
    why="Evaluations, supervised modalities and group treatment are one unit whatever the minutes.",
    fix="Was this service given more than once, as its code counts it? Minutes do not multiply it.",
    example="97010 x2 for 20 minutes.",
)  # fmt: skip
MUE = Rule(
    code="NR306", name="mue", severity="error", source="CMS MUE practitioner file; NCCI Policy Manual 2026 ch. I V", reason=False,
    summary="The units of a code are within CMS's limit for a day.",
    why="Units above the limit are denied; a limit of kind 3 can be appealed with records that show the time.",
    fix="Do the documented minutes bear out this many units on one day?",
    example="97112 x5 on one day; the limit is 4.",
)  # fmt: skip
RULES = (UNITS_MATCH_MINUTES, UNIT_TIME_MISMATCH, TIMED_TOTAL_DOCUMENTED, COUNTING_METHODS_COMPARED, UNTIMED_UNITS, MUE)


def check(encounter: Encounter, policy: Policy) -> Iterable[Finding]:
    """Judge the units of a claim."""
    visit = visit_of(encounter, policy)
    counting = counting_of(policy, visit.day)
    yield from _units(visit, policy, counting)
    yield check_totals(visit)
    yield _compared(visit, counting)
    yield from _untimed(visit, policy)
    yield from _limits(visit, policy)


def counting_of(policy: Policy, day: datetime.date) -> Counting:
    """Return how the payer counts on the day of a visit."""
    method = cast(Method, policy.text("counting_method", day) or "total_time")
    unit, first = policy.number("unit_minutes", day), policy.number("first_unit_minutes", day)
    return Counting(method, unit or UNIT_MINUTES, first or FIRST_UNIT_MINUTES)


def supported_units_of(visit: Visit, policy: Policy, answer: UnitAnswer | None) -> dict[str, int]:
    """Return the units by code that the note supports: timed codes by their minutes, untimed codes on the claim one each."""
    untimed = policy.codes("untimed_codes", visit.day)
    return {**(answer.allocation if answer else {}), **{code: 1 for code in visit.billed if code in untimed}}


def _units(visit: Visit, policy: Policy, counting: Counting) -> Iterator[Finding]:
    found = reconcile(visit, counting)
    detail: dict[str, Any] = {
        "method": counting.method,
        "basis": found.basis,
        "billed": dict(visit.timed_billed),
        "minutes": dict(found.answer.minutes if found.answer else visit.minutes),
        "supported_units": supported_units_of(visit, policy, found.answer),
        "least_units": found.least,
        "most_units": found.most,
        "arithmetic": [*map(str, visit.shared), *found.lines],
    }
    if found.answer and found.answer.tied:
        detail["tied"] = {"codes": list(found.answer.tied), "units": found.answer.tied_units}
    message = _units_message(found, visit, counting)
    if visit.withheld:
        message += f" By the note's own words {', '.join(visit.withheld)} was not given."
    if visit.shared:
        message += f" {'; '.join(map(str, visit.shared))}; each minute is counted once."
    if found.result != "fail":
        yield Finding(UNITS_MATCH_MINUTES, message, result=found.result, evidence=visit.evidence, detail=detail)
        return
    detail |= {"direction": found.direction, "codes": _codes(found, visit), "at_stake": _at_stake(found, visit, policy)}
    fix = _units_fix(found)
    severity: Severity = "error" if found.direction == "over" else "warning"
    check_rule, reason = (dataclasses.replace(rule, severity=severity) for rule in (UNITS_MATCH_MINUTES, UNIT_TIME_MISMATCH))
    yield Finding(check_rule, message, evidence=visit.evidence, fix=fix, detail={**detail, "reason": UNIT_TIME_MISMATCH.name})
    yield Finding(reason, message, evidence=visit.evidence, fix=fix, detail=detail)


def _units_message(found: Reconciliation, visit: Visit, counting: Counting) -> str:
    if found.result == "unknown":
        return f"Units cannot be compared with minutes: {found.why}."
    supported = found.answer.total_units if found.answer else found.most if found.direction == "over" else found.least
    how = "by total time" if counting.method == "total_time" else "by the midpoint of each code"
    minutes = (
        found.answer.total_minutes
        if found.answer
        else visit.timed_total
        if visit.timed_total is not None
        else visit.treatment_total
    )
    support = f"{minutes} minutes support {supported} {how}"
    if found.answer and counting.method == "total_time":
        low, high = unit_range(found.answer.total_units, unit=counting.unit, first=counting.first)
        support += f" ({low} to {high} minutes)"
    if found.result == "pass":
        return f"{found.billed} timed {_word(found.billed)} billed; {support}."
    if found.direction == "allocation":
        return f"{found.billed} timed {_word(found.billed)} billed, but not on the codes whose minutes earn them; {support}: {_written(found)}."
    if found.direction == "over":
        return f"Over-billed: {found.billed} timed {_word(found.billed)} billed; {support}."
    return f"Under-billed: {found.billed} timed {_word(found.billed)} billed; {support}; {(found.least or 0) - (found.billed or 0)} left unbilled."


def _units_fix(found: Reconciliation) -> str:
    if found.answer is None:
        return "How many minutes did each timed service take? The total alone does not bear out these units."
    if found.direction == "over":
        return f"Were all minutes of direct treatment recorded? As documented they support {_written(found)}."
    return f"Are the minutes of each service right? If they are, they support {_written(found)}."


def _written(found: Reconciliation) -> str:
    answer = found.answer
    if answer is None:
        return ""
    written = ", ".join(f"{code} x{units}" for code, units in answer.allocation.items() if units) or "no timed unit"
    return written + (f" (or another of the tied codes {', '.join(answer.tied)})" if answer.tied else "")


def _word(units: int | None) -> str:
    return "unit" if units == 1 else "units"


def _codes(found: Reconciliation, visit: Visit) -> list[str]:
    if found.answer is None:
        return sorted(visit.timed_billed)
    billed, answer = visit.timed_billed, found.answer
    return sorted(
        code for code in billed.keys() | answer.allocation.keys() if (billed.get(code) or 0) != answer.allocation.get(code, 0)
    )


def _at_stake(found: Reconciliation, visit: Visit, policy: Policy) -> float | None:
    """Return what billed timed units pay over supported ones, US dollars; below 0 where units are left unbilled."""
    if found.answer is None:
        return None
    lines = [line for line in visit.claim if line.units is not None]
    others = {code: units for code, units in visit.billed.items() if units is not None and code not in visit.timed_codes}
    unsupported = dict.fromkeys(visit.timed_billed, 0)
    supported, schedule = {**others, **unsupported, **found.answer.allocation}, schedule_of(policy, visit.day)
    if found.direction == "over":
        # What is left unbilled beside it does not pay back what is billed without support.
        told = stakes(lines, supported, schedule)
        known = [max(stake, Decimal(0)) for stake in told if stake is not None]
        return float(sum(known, Decimal(0))) if len(known) == len(told) else None
    amount = amount_at_stake(lines, supported, schedule)
    return None if amount is None else float(amount)


def _compared(visit: Visit, counting: Counting) -> Finding:
    answer = answer_of(visit, counting)
    if answer is None:
        return Finding(
            COUNTING_METHODS_COMPARED, "The minutes of each timed code are not known.", result="unknown", detail={"differ": None}
        )
    both = compare_methods(answer.minutes, unit=counting.unit, first=counting.first)
    detail = {
        "total_time": dict(both.total_time.allocation),
        "midpoint": dict(both.midpoint.allocation),
        "differ": both.differ,
        "more": both.more,
        "arithmetic": {"total_time": list(both.total_time.lines), "midpoint": list(both.midpoint.lines)},
    }
    counts = f"{both.total_time.total_units} {_word(both.total_time.total_units)} by total time, {both.midpoint.total_units} by the midpoint of each code"
    return Finding(
        COUNTING_METHODS_COMPARED,
        f"{counts}{'; the two differ' if both.differ else ''}.",
        result="pass",
        evidence=visit.evidence,
        detail=detail,
    )


def _untimed(visit: Visit, policy: Policy) -> Iterator[Finding]:
    untimed = policy.codes("untimed_codes", visit.day)
    for code, units in visit.billed.items():
        if code in untimed:
            detail = {"codes": [code], "billed": units, "most_units": 1}
            if units is None:
                yield Finding(UNTIMED_UNITS, f"{code} is not timed; its units are not given.", result="unknown", detail=detail)
            else:
                message = f"{code} is not timed: {units} {_word(units)} billed, one is counted whatever the minutes."
                yield Finding(UNTIMED_UNITS, message, result="pass" if units <= 1 else "fail", detail=detail)


def _limits(visit: Visit, policy: Policy) -> Iterator[Finding]:
    if not policy.flag("unit_limits", visit.day):
        return
    for code, units in visit.billed.items():
        mue = policy.edits.mues.get(code)
        if mue is None or units is None:
            continue
        detail = {
            "codes": [code],
            "billed": units,
            "limit": mue.units,
            "indicator": mue.indicator,
            "quarter": policy.edits_quarter,
        }
        message = f"{code}: {units} {_word(units)} billed, CMS's limit for a day is {mue.units} ({policy.edits_quarter})."
        if units <= mue.units:
            yield Finding(MUE, message, result="pass", detail=detail)
        else:
            appeal = " It can be appealed with the record." if mue.indicator == 3 else ""
            yield Finding(MUE, message + appeal, detail=detail)

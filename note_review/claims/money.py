"""What lines pay and what is at stake, by a fee schedule, with the multiple-procedure reduction and the assistant's share.

The national figures are before geographic adjustment, sequestration and coinsurance. Sources: Claims Processing Manual ch. 5, 10.7
(reduction); SSA 1834(v), which pays 85 % of what is otherwise paid where an assistant's modifier stands.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from note_review.note import ClaimLine
from note_review.policy.model import Fee, Policy

CENT = Decimal("0.01")
WHOLE = Decimal(100)
ASSISTANT_MODIFIERS = frozenset({"CQ", "CO"})
FeeOf = Callable[[str], Fee | None]


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a payer pays on one day.

    Parameters
    ----------
    fee_of
        Gives a code's fee, or None.
    factor
        US dollars for one relative value unit; None where the schedule gives amounts only.
    expense_percent
        Practice expense (0 to 100) paid for every unit but the one with the highest. A fee that is only an amount is
        not reduced, since its practice expense is not known.
    assistant_percent
        What a line with CQ or CO pays (0 to 100) of what it would pay without.
    """

    fee_of: FeeOf
    factor: Decimal | None
    expense_percent: Decimal = Decimal(50)
    assistant_percent: Decimal = WHOLE


@dataclass(frozen=True, slots=True)
class LineAmount:
    """What the units of a line, or of a code, pay together, US dollars. ``amount`` is None where no schedule knows the code.

    ``reduced_units`` of them are paid with the reduced practice expense.
    """

    code: str
    units: int
    amount: Decimal | None
    reduced_units: int


def schedule_of(policy: Policy, day: datetime.date | None = None) -> Schedule:
    """Return what a policy pays on a day (its own by default)."""
    expense = policy.amount("mppr_practice_expense_percent", day)
    assistant = policy.amount("assistant_payment_percent", day)
    return Schedule(
        fee_of=lambda code: policy.fee(code, day),
        factor=policy.amount("conversion_factor", day),
        expense_percent=WHOLE if expense is None else expense,
        assistant_percent=WHOLE if assistant is None else assistant,
    )


def line_amounts(lines: Sequence[ClaimLine], schedule: Schedule) -> tuple[LineAmount | None, ...]:
    """Return what each line of a day's claim pays, None for a line whose units nobody says.

    The one unit that is paid in full is of the highest practice expense; where lines are alike in that, it is the first one's.
    """
    fees = [schedule.fee_of(line.code) for line in lines]
    expenses = {
        number: fee.practice_expense
        for number, (line, fee) in enumerate(zip(lines, fees, strict=True))
        if fee and line.units and fee.practice_expense is not None
    }
    first = min(expenses, key=lambda number: (-expenses[number], lines[number].code, number), default=None)
    return tuple(
        None if line.units is None else _line(line, line.units, fee, schedule, first_in_full=number == first)
        for number, (line, fee) in enumerate(zip(lines, fees, strict=True))
    )


def code_amounts(lines: Iterable[LineAmount | None]) -> tuple[LineAmount, ...]:
    """Return what each code's lines pay together, by code."""
    by_code: dict[str, LineAmount] = {}
    for line in lines:
        if line is not None:
            by_code[line.code] = _together(by_code[line.code], line) if line.code in by_code else line
    return tuple(by_code[code] for code in sorted(by_code))


def supported_lines(lines: Sequence[ClaimLine], supported: Mapping[str, int]) -> tuple[ClaimLine, ...]:
    """Return the lines with a code's supported units shared among them: each takes what it bills while there is any, the last what is left.

    None for a code that ``supported`` lacks, and where one of several lines does not say its units.
    """
    left, last = dict(supported), {line.code: number for number, line in enumerate(lines)}
    several = Counter(line.code for line in lines)
    unsaid = {line.code for line in lines if line.units is None and several[line.code] > 1}
    shared = []
    for number, line in enumerate(lines):
        units = None
        if line.code in left and line.code not in unsaid:
            units = left[line.code] if number == last[line.code] else min(left[line.code], line.units or 0)
            left[line.code] -= units
        shared.append(line.model_copy(update={"units": units}))
    return tuple(shared)


def stakes(lines: Sequence[ClaimLine], supported: Mapping[str, int], schedule: Schedule) -> tuple[Decimal | None, ...]:
    """Return what each line's billed units pay over its supported ones, US dollars; below 0 where units are left unbilled.

    None where a number of units or the fee of what differs is not known. Where another line's unit comes to be paid in full, or no longer,
    that is told with the first line that differs.
    """
    billed, own = (line_amounts(claim, schedule) for claim in (lines, supported_lines(lines, supported)))
    told = [_over(one, other) for one, other in zip(billed, own, strict=True)]
    differ = [one is not None and other is not None and one.units != other.units for one, other in zip(billed, own, strict=True)]
    moved = sum((stake for stake, differs in zip(told, differ, strict=True) if stake and not differs), Decimal(0))
    told = [stake if differs or stake is None else Decimal(0) for stake, differs in zip(told, differ, strict=True)]
    first = differ.index(True) if any(differ) else None
    if first is not None and (stake := told[first]) is not None:
        told[first] = stake + moved
    return tuple(told)


def amount_at_stake(lines: Sequence[ClaimLine], supported: Mapping[str, int], schedule: Schedule) -> Decimal | None:
    """Return what all billed units pay over the supported ones, those of codes that are not billed with them; None as :func:`stakes`."""
    billed = {line.code for line in lines}
    unbilled = [ClaimLine(code=code, units=0) for code in sorted(supported) if code not in billed]
    told = stakes([*lines, *unbilled], supported, schedule)
    known = [stake for stake in told if stake is not None]
    return sum(known, Decimal(0)) if len(known) == len(told) else None


def _over(billed: LineAmount | None, supported: LineAmount | None) -> Decimal | None:
    if billed is None or supported is None:
        return None
    if billed.amount is None or supported.amount is None:
        return Decimal(0) if billed.units == supported.units else None
    return billed.amount - supported.amount


def _together(one: LineAmount, other: LineAmount) -> LineAmount:
    amount = None if one.amount is None or other.amount is None else one.amount + other.amount
    return LineAmount(one.code, one.units + other.units, amount, one.reduced_units + other.reduced_units)


def _line(line: ClaimLine, units: int, fee: Fee | None, schedule: Schedule, *, first_in_full: bool) -> LineAmount:
    full, reduced = (_unit(fee, schedule.factor, percent) if fee else None for percent in (WHOLE, schedule.expense_percent))
    if full is None or reduced is None:
        return LineAmount(line.code, units, None, 0)
    in_full = min(units, 1) if first_in_full else 0
    amount = in_full * full + (units - in_full) * reduced
    if ASSISTANT_MODIFIERS & set(line.modifiers or ()):
        amount = (amount * schedule.assistant_percent / 100).quantize(CENT, ROUND_HALF_UP)
    return LineAmount(line.code, units, amount, units - in_full if reduced < full else 0)


def _unit(fee: Fee, factor: Decimal | None, percent: Decimal) -> Decimal | None:
    """Return what one unit pays with a share of its practice expense."""
    work, expense, malpractice = fee.work, fee.practice_expense, fee.malpractice
    if work is None or expense is None or malpractice is None:
        return fee.amount
    full = work + expense + malpractice
    rate = fee.amount / full if fee.amount is not None and full else factor
    if rate is None:
        return None
    return (rate * (work + malpractice + expense * percent / 100)).quantize(CENT, ROUND_HALF_UP)

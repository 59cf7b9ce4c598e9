"""What lines pay and what is at stake, by a fee schedule, with the multiple-procedure reduction.

The national figures are before geographic adjustment, sequestration and coinsurance. Source: Claims Processing Manual ch. 5, 10.7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from note_review.policy.model import Fee

CENT = Decimal("0.01")
FeeOf = Callable[[str], Fee | None]


@dataclass(frozen=True, slots=True)
class LineAmount:
    """What a code's units pay together, US dollars. ``amount`` is None where no schedule knows the code.

    ``reduced_units`` of them are paid with the reduced practice expense.
    """

    code: str
    units: int
    amount: Decimal | None
    reduced_units: int


def line_amounts(
    units: Mapping[str, int], *, fee_of: FeeOf, factor: Decimal | None, expense_percent: Decimal = Decimal(50)
) -> tuple[LineAmount, ...]:
    """Return what each code's units of one day pay.

    Parameters
    ----------
    units
        Units by code, from 0.
    fee_of
        Gives a code's fee, or None; usually ``policy.fee``.
    factor
        US dollars for one relative value unit; None where the schedule gives amounts only.
    expense_percent
        Practice expense (0 to 100) paid for every unit but the one with the highest. A fee that is only an amount is
        not reduced, since its practice expense is not known.
    """
    fees = {code: fee_of(code) for code in units}
    expenses = {
        code: fee.practice_expense for code, fee in fees.items() if fee and units[code] and fee.practice_expense is not None
    }
    first = min(expenses, key=lambda code: (-expenses[code], code), default=None)
    return tuple(
        _line(code, count, fees[code], factor=factor, percent=expense_percent, first_in_full=code == first)
        for code, count in sorted(units.items())
    )


def amount_at_stake(
    billed: Mapping[str, int],
    supported: Mapping[str, int],
    *,
    fee_of: FeeOf,
    factor: Decimal | None,
    expense_percent: Decimal = Decimal(50),
) -> Decimal | None:
    """Return what the billed units pay over the supported ones, US dollars; below 0 where units are left unbilled.

    None where a code of either is in no schedule.
    """
    sums = []
    for units in (billed, supported):
        amounts = [
            line.amount
            for line in line_amounts(units, fee_of=fee_of, factor=factor, expense_percent=expense_percent)
            if line.units
        ]
        if any(amount is None for amount in amounts):
            return None
        sums.append(sum((amount for amount in amounts if amount is not None), Decimal(0)))
    return sums[0] - sums[1]


def _line(code: str, units: int, fee: Fee | None, *, factor: Decimal | None, percent: Decimal, first_in_full: bool) -> LineAmount:
    if fee is None:
        return LineAmount(code, units, None, 0)
    full, reduced = _unit(fee, factor, Decimal(100)), _unit(fee, factor, percent)
    if full is None or reduced is None:
        return LineAmount(code, units, None, 0)
    in_full = min(units, 1) if first_in_full else 0
    return LineAmount(code, units, in_full * full + (units - in_full) * reduced, units - in_full if reduced < full else 0)


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

"""Which units carry CQ or CO: the 10 % rule, unit by unit, in CMS's order of work.

Sources: SSA 1834(v); CMS steps as told by casamba.net; examples of therapycomply.com and of CMS's page.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from note_review.claims.units import FIRST_UNIT_MINUTES, UNIT_MINUTES

DE_MINIMIS_PERCENT = Decimal(10)


@dataclass(frozen=True, slots=True)
class AssistantUnits:
    """How many of a code's units carry the assistant's modifier and how many do not; ``lines`` is the work by steps."""

    code: str
    with_modifier: int
    without_modifier: int
    lines: tuple[str, ...]


def exceeds(assistant: int, total: int, *, percent: Decimal = DE_MINIMIS_PERCENT) -> bool:
    """Say whether the assistant alone gave more than the small share of some minutes that goes without a modifier."""
    return assistant * 100 > total * percent


def assistant_units(
    code: str,
    *,
    total: int,
    assistant: int,
    units: int,
    timed: bool = True,
    percent: Decimal = DE_MINIMIS_PERCENT,
    unit: int = UNIT_MINUTES,
    first: int = FIRST_UNIT_MINUTES,
) -> AssistantUnits:
    """Split a code's units by who gave them.

    Parameters
    ----------
    total
        Minutes of the code in the visit, from 0.
    assistant
        Minutes of them that the assistant gave alone, from 0 to ``total``; working together counts as the therapist's.
    units
        Units of the code, as the day's minutes support them.
    timed
        False for a code of one unit whatever the minutes: its whole time is weighed.
    percent
        Share of a unit (0 to 100) up to which no modifier is needed.
    unit, first
        Minutes of one unit and minutes from which a unit is earned.

    Raises
    ------
    ValueError
        The assistant's minutes are negative or more than the code's.
    """
    if not 0 <= assistant <= total or units < 0:
        raise ValueError("the assistant's minutes lie from 0 to the code's minutes")
    therapist = total - assistant
    if not timed or not therapist or not exceeds(assistant, total, percent=percent):
        marked = units if exceeds(assistant, total, percent=percent) else 0
        share = f"{code}: assistant alone {assistant} of {total} min, {'over' if marked else 'not over'} {percent} %"
        return AssistantUnits(code, marked, units - marked, (share,))
    own, helped = therapist // unit, assistant // unit
    lines = [
        f"{code}: therapist {therapist} min = {own} x {unit} + {therapist % unit}; "
        f"assistant {assistant} min = {helped} x {unit} + {assistant % unit}"
    ]
    # Whole units go to whoever gave them; each unit that is left is weighed by itself.
    left = max(0, units - own - helped)
    marked = min(units, helped)
    spare = [therapist % unit, assistant % unit]
    for number in range(1, left + 1):
        needs, why = _one_unit(spare, last=number == left, percent=percent, unit=unit, first=first)
        marked += needs
        lines.append(f"{code}: unit left over: {why}")
    return AssistantUnits(code, marked, units - marked, tuple(lines))


def _one_unit(spare: list[int], *, last: bool, percent: Decimal, unit: int, first: int) -> tuple[bool, str]:
    """Fill one unit from the minutes left over, the therapist's first, and say whether it carries the modifier."""
    therapist = min(spare[0], unit)
    assistant = spare[1] if last else min(spare[1], unit - therapist)
    if therapist >= first:
        # With a second unit to come the assistant's minutes are that unit's; they are not used up here.
        spare[0] -= therapist
        return False, f"the therapist alone gave {therapist} min, at least {first}: no modifier"
    spare[0] -= therapist
    spare[1] -= assistant
    needs = exceeds(assistant, therapist + assistant, percent=percent)
    share = f"assistant {assistant} of {therapist + assistant} min"
    return needs, f"{share}, {'over' if needs else 'not over'} {percent} %: {'modifier' if needs else 'no modifier'}"

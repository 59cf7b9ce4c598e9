"""The facts of a visit that the claim's arithmetic needs: minutes by timed code, totals, and units billed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from note_review.claims.clocks import Shared, blocks_of, counted_once, shared_minutes
from note_review.claims.withheld import withheld
from note_review.encounter import Encounter
from note_review.note import ClaimLine, Span
from note_review.policy.model import Policy


@dataclass(frozen=True, slots=True)
class Visit:
    """Minutes and units of one visit.

    ``minutes`` holds the minutes of the timed codes that are known: overlapping clock minutes (``shared`` lists them) are counted once, and
    codes in ``withheld`` (billed, but not given by the note's own words) have 0. ``unknown`` are timed codes documented or billed without minutes.
    ``timed_total`` and ``treatment_total`` are None where the note gives none or several different ones; ``treatment_time`` is the total,
    else what timed and untimed therapy adds up to, None where some of it has no minutes.
    ``all_timed`` is true where every code documented or billed is timed. ``claim`` holds the lines, ``billed`` the units of each
    code on them, None where a line has no number.
    """

    day: datetime.date
    minutes: Mapping[str, int]
    shared: tuple[Shared, ...]
    withheld: tuple[str, ...]
    unknown: tuple[str, ...]
    timed_total: int | None
    treatment_total: int | None
    treatment_time: int | None
    all_timed: bool
    claim: tuple[ClaimLine, ...]
    billed: Mapping[str, int | None]
    timed_codes: frozenset[str]
    evidence: tuple[Span, ...]

    @property
    def timed_billed(self) -> dict[str, int | None]:
        """Units billed of timed codes."""
        return {code: units for code, units in self.billed.items() if code in self.timed_codes}


def visit_of(encounter: Encounter, policy: Policy) -> Visit:
    """Gather the facts of a visit; codes are timed or not by the policy on the date of service."""
    day = encounter.date_of_service or policy.as_of
    timed = policy.codes("timed_codes", day)
    by_code: dict[str, list[int | None]] = {}
    for service in encounter.services:
        code = service.billed or service.named
        if code is not None or service.minutes is not None:
            by_code.setdefault(code or "", []).append(service.minutes)
    minutes = {
        code: sum(m for m in found if m is not None) for code, found in by_code.items() if code in timed and None not in found
    }
    denied = {code: span for code, span in withheld(encounter).items() if code in timed}
    minutes |= dict.fromkeys(denied, 0)
    billed = billed_units(encounter.claim)
    blocks = blocks_of(encounter, minutes)
    once = counted_once(minutes, blocks, billed)
    documented = set(by_code)
    unknown = {code for code in documented | set(billed) if code not in minutes and (code in timed or not code)}
    timed_total, treatment_total = _total(encounter, "total_timed"), _total(encounter, "total_treatment")
    untimed = (documented | set(billed)) & policy.codes("therapy_codes", day) - timed
    worked_out = _added(
        timed_total if timed_total is not None else None if unknown else sum(once.values()),
        *(value for code in untimed for value in by_code.get(code, [None])),
    )
    return Visit(
        day=day,
        minutes=once,
        shared=tuple(shared_minutes(blocks)) if once != minutes else (),
        withheld=tuple(denied),
        unknown=tuple(sorted(unknown)),
        timed_total=timed_total,
        treatment_total=treatment_total,
        treatment_time=worked_out if treatment_total is None else treatment_total,
        all_timed=all(code in timed for code in documented | set(billed)),
        claim=encounter.claim,
        billed=billed,
        timed_codes=timed,
        evidence=(
            *denied.values(),
            *(m.span for m in encounter.minutes if m.scope in timed or m.scope.startswith("total_")),
        ),
    )


def billed_units(claim: tuple[ClaimLine, ...]) -> dict[str, int | None]:
    """Return the units of each code over all its lines, None where a line of it gives no number."""
    units: dict[str, int | None] = {}
    for line in claim:
        before = units.get(line.code, 0)
        units[line.code] = None if before is None or line.units is None else before + line.units
    return units


def _added(*values: int | None) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) or None if len(known) == len(values) else None


def _total(encounter: Encounter, scope: str) -> int | None:
    values = {m.value for m in encounter.minutes if m.scope == scope}
    return values.pop() if len(values) == 1 else None

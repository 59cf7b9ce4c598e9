"""KX: the amount accrued in the year against the therapy threshold of the year of service."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from note_review.claims.money import line_amounts, schedule_of
from note_review.encounter import Encounter
from note_review.findings import Finding, Rule
from note_review.note import ClaimLine
from note_review.policy.model import Policy

KX_THRESHOLD = Rule(
    code="NR421", name="kx_threshold", severity="error", source="Medicare Claims Processing Manual ch. 5, 10.3.3; Noridian JE; yearly amounts as in the policy", reason=False,
    summary="The amount accrued is compared with the threshold of the year of service.",
    why="Lines above the threshold without KX are denied; KX without any sign that it is reached is misuse.",
    fix="Does the record support that therapy above the threshold is necessary?",
    example="$2,600 accrued in 2026, threshold $2,480, no KX.",
)  # fmt: skip
KX_MISSING = Rule(
    code="NR422", name="kx_missing", severity="error", source=KX_THRESHOLD.source,
    summary="The threshold of the year is passed and a line lacks KX.",
    why="Lines above the threshold without KX are denied; KX states that the record supports the necessity.",
    fix="Does the record support that therapy above the threshold is necessary?",
    example="$2,600 accrued in 2026, threshold $2,480, no KX.",
)  # fmt: skip

# US dollars that no visit comes near: four hours of timed codes, by the built-in fees, pay about that.
_MOST_OF_A_VISIT = Decimal(500)


def check_threshold(encounter: Encounter, policy: Policy) -> Iterator[Finding]:
    """Judge KX where the amount accrued is given, else where the note says that the threshold is passed; it is never guessed."""
    day = encounter.date_of_service or policy.as_of
    threshold, accrued = policy.amount("kx_threshold", day), encounter.note.kx_accrued
    detail: dict[str, Any] = {"accrued": accrued, "threshold": None if threshold is None else float(threshold), "year": day.year}
    if not policy.flag("kx_required", day):
        yield Finding(KX_THRESHOLD, f"{policy.title} has no KX threshold.", result="pass", detail=detail)
        return
    if accrued is None and encounter.flagged("above_threshold"):
        yield from _said_in_the_note(encounter, policy, detail)
        return
    if threshold is None or accrued is None:
        words = (
            f"No threshold of {day.year} is in the policy." if threshold is None else "The amount accrued this year is not given."
        )
        yield Finding(KX_THRESHOLD, words, result="unknown", detail=detail)
        return
    therapy = policy.codes("therapy_codes", day)
    lines = [line for line in encounter.claim if line.code in therapy]
    review = policy.amount("targeted_review_threshold", day)
    detail |= {"targeted_review": review is not None and Decimal(str(accrued)) > review, "this_claim": _pays(lines, policy, day)}
    state = f"${accrued:,.2f} accrued in {day.year}, threshold ${threshold:,}"
    lacking = [line.code for line in lines if line.modifiers is not None and "KX" not in line.modifiers]
    unsaid = not lines or any(line.modifiers is None for line in lines)
    # What is accrued was so before this visit: at the threshold every cent of the visit lies above it.
    over = Decimal(str(accrued)) - threshold
    if over >= 0 and lacking:
        detail |= {"codes": lacking}
        message = f"{state}: {', '.join(dict.fromkeys(lacking))} without KX."
        yield Finding(KX_THRESHOLD, message, detail={**detail, "reason": KX_MISSING.name})
        yield Finding(KX_MISSING, message, detail=detail)
    elif over >= 0:
        yield Finding(
            KX_THRESHOLD,
            f"{state}: {'the modifiers are not given' if unsaid else 'each line carries KX'}.",
            result="unknown" if unsaid else "pass",
            detail=detail,
        )
    else:
        yield _below(state, over, lines, detail=detail)


def _said_in_the_note(encounter: Encounter, policy: Policy, detail: dict[str, Any]) -> Iterator[Finding]:
    """Judge KX where no amount is given but the note itself says that the threshold is passed."""
    evidence = encounter.flagged("above_threshold")
    therapy = policy.codes("therapy_codes", encounter.date_of_service or policy.as_of)
    lines = [line for line in encounter.claim if line.code in therapy]
    lacking = [line.code for line in lines if line.modifiers is not None and "KX" not in line.modifiers]
    if lacking:
        message = f"The note says that the therapy threshold is passed: {', '.join(dict.fromkeys(lacking))} without KX."
        detail = {**detail, "codes": lacking}
        yield Finding(KX_THRESHOLD, message, evidence=evidence, detail={**detail, "reason": KX_MISSING.name})
        yield Finding(KX_MISSING, message, evidence=evidence, detail=detail)
    else:
        known = bool(lines) and all(line.modifiers is not None for line in lines)
        words = "each line carries KX" if known else "the modifiers are not given"
        yield Finding(
            KX_THRESHOLD,
            f"The note says that the therapy threshold is passed: {words}.",
            result="pass" if known else "unknown",
            evidence=evidence,
            detail=detail,
        )


def _below(state: str, over: Decimal, lines: list[ClaimLine], *, detail: dict[str, Any]) -> Finding:
    """Below the threshold: the visit itself may cross it, and KX far below it is misuse."""
    pays = detail["this_claim"]
    carried = any("KX" in (line.modifiers or ()) for line in lines)
    may_cross = pays is not None and over + Decimal(str(pays)) > 0
    if carried and pays is not None and not may_cross:
        rule = dataclasses.replace(KX_THRESHOLD, severity="warning")
        return Finding(
            rule,
            f"{state}: KX is on the claim though the threshold is not reached.",
            fix="Is the amount accrued right? KX belongs to lines above the threshold.",
            detail=detail,
        )
    if may_cross and not carried:
        return Finding(
            KX_THRESHOLD,
            f"{state}: this claim (about ${pays:,.2f}) may pass it, unless the amount already counts it.",
            result="unknown",
            detail=detail,
        )
    if pays is None and lines and over + _MOST_OF_A_VISIT > 0:
        message = f"{state}: what this claim pays is not known, so whether it passes it is not either."
        return Finding(KX_THRESHOLD, message, result="unknown", detail=detail)
    return Finding(KX_THRESHOLD, f"{state}: not passed.", result="pass", detail=detail)


def _pays(lines: list[ClaimLine], policy: Policy, day: datetime.date) -> float | None:
    """Return about what the therapy lines of a claim pay, US dollars; None where the units or the fee of one are not known."""
    amounts = line_amounts(lines, schedule_of(policy, day))
    known = [line.amount for line in amounts if line is not None and line.amount is not None]
    return float(sum(known, Decimal(0))) if known and len(known) == len(amounts) else None

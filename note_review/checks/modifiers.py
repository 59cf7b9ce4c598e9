"""Modifiers of a claim: distinct service, discipline, threshold, assistant."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from note_review.checks.assistants import ASSISTANT_MODIFIER, ASSISTANT_MODIFIER_MISSING, check_assistant
from note_review.claims.distinct import marked_distinct, shown_distinct
from note_review.claims.money import line_amounts
from note_review.encounter import Encounter
from note_review.findings import Finding, Rule
from note_review.note import ClaimLine
from note_review.policy.model import Policy

DISCIPLINES = {"GP", "GO", "GN"}
_BY_DISCIPLINE = {"PT": "GP", "OT": "GO"}
# The guide's reason: 97112 or 97530 beside 97140, whatever the payer.
_GUIDE_PAIRS = (("97112", "97140"), ("97530", "97140"))
_DISTINCT = "billing guide 97112, modifiers; NCCI Policy Manual 2026 ch. I E.1.d, ch. XI P.2; CMS PTP file"
_THERAPY = "Medicare Claims Processing Manual ch. 5, 20.1, 10.3.3"

DISTINCT_SERVICE_MODIFIER = Rule(
    code="NR401", name="distinct_service_modifier", severity="error", source=_DISTINCT, reason=False,
    summary="Where an edit or the payer asks for 59 or an X modifier, the claim carries one.",
    why="Without it the second service of the pair is denied as part of the first.",
    fix="Were the two services given in separate time, to separate regions or for separate purposes? Where is that documented?",
    example="97112 and 97140 for a payer that wants 97140 marked.",
)  # fmt: skip
MODIFIER_59_MISSING = Rule(
    code="NR402", name="modifier_59_missing", severity="error", source=_DISTINCT,
    summary="97112 or 97530 stands beside 97140 without a distinct-service modifier.",
    why="The billing guide ranks it first among denials. CMS's own file has no edit on these pairs, so Medicare does not ask for it; some other payers do.",
    fix="Were the two services given in separate time, to separate regions or for separate purposes? Where is that documented?",
    example="97112 x2 GP, 97140 x1 GP.",
)  # fmt: skip
DISTINCT_SERVICE_SHOWN = Rule(
    code="NR403", name="distinct_service_shown", severity="warning", source=_DISTINCT, reason=False,
    summary="Where the claim says that services are distinct, the note shows it.",
    why="59 and the X modifiers stand for separate time, region or purpose; the record must show whichever is claimed, and a modifier only to get round an edit is misuse.",
    fix="When was each of the two services given, and to which region?",
    example="97140-59 beside 97112 under one total time.",
)  # fmt: skip
THERAPY_MODIFIER = Rule(
    code="NR411", name="therapy_modifier", severity="error", source=_THERAPY, reason=False,
    summary="Each therapy line carries the modifier of its discipline: GP, GO or GN.",
    why="Medicare asks for it on every therapy line, and counts the threshold by it.",
    fix="Under which discipline's plan of care was the service given?",
    example="97112 x2 without a modifier.",
)  # fmt: skip
MODIFIER_GP_GO_MISSING = Rule(
    code="NR412", name="modifier_gp_go_missing", severity="error", source=_THERAPY,
    summary="A therapy line lists modifiers and lacks GP, GO or GN.",
    why="The line is sent back or denied.",
    fix="Under which discipline's plan of care was the service given?",
    example="97112 x2 59, beside 97140 x1 GP.",
)  # fmt: skip
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
RULES = (
    DISTINCT_SERVICE_MODIFIER, MODIFIER_59_MISSING, DISTINCT_SERVICE_SHOWN, THERAPY_MODIFIER, MODIFIER_GP_GO_MISSING, KX_THRESHOLD, KX_MISSING,
    ASSISTANT_MODIFIER, ASSISTANT_MODIFIER_MISSING,
)  # fmt: skip


def check(encounter: Encounter, policy: Policy) -> Iterable[Finding]:
    """Judge the modifiers of a claim."""
    yield from _distinct(encounter, policy)
    yield from _discipline(encounter, policy)
    yield from _threshold(encounter, policy)
    yield from check_assistant(encounter, policy)


def _distinct(encounter: Encounter, policy: Policy) -> Iterator[Finding]:
    day = encounter.date_of_service or policy.as_of
    lines: dict[str, list[ClaimLine]] = {}
    for line in encounter.claim:
        lines.setdefault(line.code, []).append(line)
    pairs = [pair for pair in itertools.combinations(sorted(lines), 2) if _concerns(pair, policy, encounter)]
    for one, other in pairs:
        yield from _pair(one, other, [*lines[one], *lines[other]], encounter, policy)
    marks = policy.codes("distinct_service_modifiers", day)
    for line in encounter.claim:
        carried = sorted(marks & set(line.modifiers or ()))
        if len(carried) > 1:
            detail = {"codes": [line.code], "modifiers": carried}
            yield Finding(
                DISTINCT_SERVICE_MODIFIER,
                f"{line.code} carries {' and '.join(carried)}; one line takes one of them.",
                fix="Which of them fits how the service was distinct?",
                detail=detail,
            )
    if not pairs:
        result = "pass" if lines else "unknown"
        yield Finding(
            DISTINCT_SERVICE_MODIFIER,
            "No pair on the claim asks for a distinct-service modifier.",
            result=result,
            detail={"pairs": []},
        )  # type: ignore[arg-type]


def _asked_by(pair: tuple[str, str], policy: Policy, encounter: Encounter) -> str:
    """Return who asks for a distinct-service modifier on a pair: payer, edit, or nobody (an empty string)."""
    day = encounter.date_of_service or policy.as_of
    if any(set(pair) == set(asked) for asked in policy.pairs("distinct_service_pairs", day)):
        return "payer"
    edits = policy.edits.between(*pair, on=day) if policy.flag("ncci_edits", day) else ()
    return "edit" if any(edit.indicator == 1 for edit in edits) else ""


def _concerns(pair: tuple[str, str], policy: Policy, encounter: Encounter) -> bool:
    return bool(_asked_by(pair, policy, encounter)) or any(set(pair) == set(guide) for guide in _GUIDE_PAIRS)


def _pair(one: str, other: str, lines: list[ClaimLine], encounter: Encounter, policy: Policy) -> Iterator[Finding]:
    day = encounter.date_of_service or policy.as_of
    asked = _asked_by((one, other), policy, encounter)
    in_guide = any({one, other} == set(guide) for guide in _GUIDE_PAIRS)
    marked = marked_distinct(lines, policy.codes("distinct_service_modifiers", day))
    shown = shown_distinct(encounter, one, other)
    who = {
        "payer": f"the payer ({policy.payer}) asks for 59 or an X modifier",
        "edit": f"an NCCI edit ({policy.edits_quarter}) asks for 59 or an X modifier",
    }.get(asked, f"no NCCI edit of {policy.edits_quarter} asks for 59 and {policy.payer} does not either")
    detail: dict[str, Any] = {
        "codes": [one, other],
        "asked_by": asked or None,
        "modifier": marked or None,
        "shown_by": list(shown.by),
        "clock_times_overlap": shown.overlap,
    }
    if marked is None:
        yield Finding(
            DISTINCT_SERVICE_MODIFIER,
            f"{one} with {other}: {who}; the claim's modifiers are not given.",
            result="unknown" if asked else "pass",
            detail=detail,
        )
        return
    if marked:
        carried = f"{one} with {other}: the claim carries {marked}; {who}."
        yield Finding(DISTINCT_SERVICE_MODIFIER, carried, result="pass", detail={**detail, "unneeded": not asked})
        yield _shown(one, other, marked, shown_detail=detail, encounter=encounter)
        return
    reason = {"reason": MODIFIER_59_MISSING.name} if in_guide else {}
    message = f"{one} with {other}: {who}; neither line carries one."
    yield Finding(
        DISTINCT_SERVICE_MODIFIER,
        message,
        result="fail" if asked else "pass",
        evidence=shown.evidence,
        detail={**detail, **(reason if asked else {})},
    )
    if in_guide:
        yield _reason_59(one, other, message, asked=asked, detail=detail, encounter=encounter)


def _reason_59(one: str, other: str, message: str, *, asked: str, detail: dict[str, Any], encounter: Encounter) -> Finding:
    """The guide's reason: an error where the payer or an edit asks for it, information where nobody does."""
    spans = shown_distinct(encounter, one, other).evidence
    if asked:
        return Finding(MODIFIER_59_MISSING, message, evidence=spans, detail=detail)
    rule = dataclasses.replace(MODIFIER_59_MISSING, severity="info")
    return Finding(
        rule,
        f"{message} No hard stop.",
        evidence=spans,
        fix="Does another payer of this claim ask for it? If not, nothing is to be done.",
        detail=detail,
    )


def _shown(one: str, other: str, marked: str, *, shown_detail: dict[str, Any], encounter: Encounter) -> Finding:
    shown = shown_distinct(encounter, one, other)
    if shown.overlap:
        return Finding(
            DISTINCT_SERVICE_SHOWN,
            f"{marked} says that {one} and {other} are distinct, but their clock times overlap.",
            evidence=shown.evidence,
            detail=shown_detail,
        )
    if shown.shown:
        grounds = {"clock": "clock times", "minutes": "minutes of its own for each", "region": "different regions"}
        return Finding(
            DISTINCT_SERVICE_SHOWN,
            f"{one} and {other} are shown as distinct by {', '.join(grounds[g] for g in shown.by)}.",
            result="pass",
            evidence=shown.evidence,
            detail=shown_detail,
        )
    looked_in = ("clock times", "minutes of each service", "regions named in each service")
    return Finding(
        DISTINCT_SERVICE_SHOWN,
        f"{marked} says that {one} and {other} are distinct; the note shows neither separate time nor separate regions.",
        result="unknown",
        looked_in=looked_in,
        detail=shown_detail,
    )


def _discipline(encounter: Encounter, policy: Policy) -> Iterator[Finding]:
    day = encounter.date_of_service or policy.as_of
    therapy = policy.codes("therapy_codes", day)
    lines = [line for line in encounter.claim if line.code in therapy]
    required = policy.flag("therapy_modifier_required", day)
    # Codes without units and without any modifier are a list of codes, not a claim that lacks something.
    if (
        not lines
        or all(line.modifiers is None for line in lines)
        or all(not line.modifiers and line.units is None for line in encounter.claim)
    ):
        words = "No therapy line is billed." if not lines else "The claim's modifiers are not given."
        yield Finding(THERAPY_MODIFIER, words, result="unknown", detail={"required": required})
        return
    given = encounter.note.discipline
    wanted = {_BY_DISCIPLINE[given]} if given else DISCIPLINES
    lacking = [line.code for line in lines if line.modifiers is not None and not wanted & set(line.modifiers)]
    doubled = [line.code for line in lines if len(DISCIPLINES & set(line.modifiers or ())) > 1]
    detail: dict[str, Any] = {"codes": lacking or doubled, "wanted": sorted(wanted), "required": required}
    if lacking:
        message = f"{', '.join(dict.fromkeys(lacking))}: no {' or '.join(sorted(wanted))} on the line."
        severity = {} if required else {"severity": "info"}
        yield Finding(
            dataclasses.replace(THERAPY_MODIFIER, **severity), message, detail={**detail, "reason": MODIFIER_GP_GO_MISSING.name}
        )  # type: ignore[arg-type]
        yield Finding(dataclasses.replace(MODIFIER_GP_GO_MISSING, **severity), message, detail=detail)  # type: ignore[arg-type]
    elif doubled:
        yield Finding(
            THERAPY_MODIFIER,
            f"{', '.join(dict.fromkeys(doubled))}: more than one discipline's modifier on the line.",
            detail=detail,
        )
    elif any(line.modifiers is None for line in lines):
        yield Finding(THERAPY_MODIFIER, "The modifiers of a line are not given.", result="unknown", detail=detail)
    else:
        yield Finding(THERAPY_MODIFIER, "Each therapy line carries a discipline's modifier.", result="pass", detail=detail)


def _threshold(encounter: Encounter, policy: Policy) -> Iterator[Finding]:
    day = encounter.date_of_service or policy.as_of
    threshold, accrued = policy.amount("kx_threshold", day), encounter.note.kx_accrued
    detail: dict[str, Any] = {"accrued": accrued, "threshold": None if threshold is None else float(threshold), "year": day.year}
    if not policy.flag("kx_required", day):
        yield Finding(KX_THRESHOLD, f"{policy.payer} has no KX threshold.", result="pass", detail=detail)
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
    detail |= {"targeted_review": review is not None and Decimal(str(accrued)) > review, "this_claim": _pays(encounter, policy)}
    state = f"${accrued:,.2f} accrued in {day.year}, threshold ${threshold:,}"
    lacking = [line.code for line in lines if line.modifiers is not None and "KX" not in line.modifiers]
    unsaid = not lines or any(line.modifiers is None for line in lines)
    carried = any("KX" in (line.modifiers or ()) for line in lines)
    over = Decimal(str(accrued)) - threshold
    if over > 0 and lacking:
        detail |= {"codes": lacking}
        message = f"{state}: {', '.join(dict.fromkeys(lacking))} without KX."
        yield Finding(KX_THRESHOLD, message, detail={**detail, "reason": KX_MISSING.name})
        yield Finding(KX_MISSING, message, detail=detail)
    elif over > 0:
        yield Finding(
            KX_THRESHOLD,
            f"{state}: {'the modifiers are not given' if unsaid else 'each line carries KX'}.",
            result="unknown" if unsaid else "pass",
            detail=detail,
        )
    else:
        yield _below(state, over, carried=carried, detail=detail)


def _below(state: str, over: Decimal, *, carried: bool, detail: dict[str, Any]) -> Finding:
    """At or below the threshold: the visit itself may cross it, and KX far below it is misuse."""
    pays = detail["this_claim"]
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
    return Finding(KX_THRESHOLD, f"{state}: not passed.", result="pass", detail=detail)


def _pays(encounter: Encounter, policy: Policy) -> float | None:
    """Return about what the claim pays, US dollars, as far as the fee schedule knows its codes."""
    day = encounter.date_of_service or policy.as_of
    units: dict[str, int] = {}
    for line in encounter.claim:
        units[line.code] = units.get(line.code, 0) + (line.units or 0)
    amounts = line_amounts(units, fee_of=lambda code: policy.fee(code, day), factor=policy.amount("conversion_factor", day),
                           expense_percent=policy.amount("mppr_practice_expense_percent", day) or Decimal(100))  # fmt: skip
    known = [line.amount for line in amounts if line.amount is not None]
    return float(sum(known, Decimal(0))) if known else None

"""Modifiers of a claim: distinct service, discipline, threshold, assistant."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from note_review.checks.assistants import ASSISTANT_MODIFIER, ASSISTANT_MODIFIER_MISSING, check_assistant
from note_review.checks.disciplines import MODIFIER_GP_GO_MISSING, THERAPY_MODIFIER, check_discipline
from note_review.checks.threshold import KX_MISSING, KX_THRESHOLD, check_threshold
from note_review.claims.distinct import Distinct, marked_distinct, shown_distinct
from note_review.encounter import Encounter
from note_review.findings import Finding, Result, Rule
from note_review.note import ClaimLine
from note_review.policy.model import Policy

# The guide's reason: 97112 or 97530 beside 97140, whatever the payer.
_GUIDE_PAIRS = (("97112", "97140"), ("97530", "97140"))
_DISTINCT = "billing guide 97112, modifiers; NCCI Policy Manual 2026 ch. I E.1.d, ch. XI P.2; CMS PTP file"

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
RULES = (
    DISTINCT_SERVICE_MODIFIER, MODIFIER_59_MISSING, DISTINCT_SERVICE_SHOWN, THERAPY_MODIFIER, MODIFIER_GP_GO_MISSING, KX_THRESHOLD, KX_MISSING,
    ASSISTANT_MODIFIER, ASSISTANT_MODIFIER_MISSING,
)  # fmt: skip


def check(encounter: Encounter, policy: Policy) -> Iterable[Finding]:
    """Judge the modifiers of a claim."""
    yield from _distinct(encounter, policy)
    yield from check_discipline(encounter, policy)
    yield from check_threshold(encounter, policy)
    yield from check_assistant(encounter, policy)


def _distinct(encounter: Encounter, policy: Policy) -> Iterator[Finding]:
    lines: dict[str, list[ClaimLine]] = {}
    for line in encounter.claim:
        lines.setdefault(line.code, []).append(line)
    pairs = [pair for pair in itertools.combinations(sorted(lines), 2) if _asked_by(pair, policy, encounter) or _in_guide(pair)]
    for one, other in pairs:
        yield from _pair(one, other, [*lines[one], *lines[other]], encounter, policy)
    yield from _reason_59([pair for pair in pairs if _in_guide(pair)], lines, encounter, policy)
    yield from _doubled(encounter, policy)
    if not pairs:
        result: Result = "pass" if lines else "unknown"
        message = "No pair on the claim asks for a distinct-service modifier."
        yield Finding(DISTINCT_SERVICE_MODIFIER, message, result=result, detail={"pairs": []})


def _doubled(encounter: Encounter, policy: Policy) -> Iterator[Finding]:
    marks = policy.codes("distinct_service_modifiers", encounter.date_of_service or policy.as_of)
    for line in encounter.claim:
        carried = sorted(marks & set(line.modifiers or ()))
        if len(carried) > 1:
            message = f"{line.code} carries {' and '.join(carried)}; one line takes one of them."
            fix, detail = "Which of them fits how the service was distinct?", {"codes": [line.code], "modifiers": carried}
            yield Finding(DISTINCT_SERVICE_MODIFIER, message, fix=fix, detail=detail)


def _asked_by(pair: tuple[str, str], policy: Policy, encounter: Encounter) -> str:
    """Return who asks for a distinct-service modifier on a pair: payer, edit, or nobody (an empty string)."""
    day = encounter.date_of_service or policy.as_of
    if any(set(pair) == set(asked) for asked in policy.pairs("distinct_service_pairs", day)):
        return "payer"
    edits = policy.edits.between(*pair, on=day) if policy.flag("ncci_edits", day) else ()
    return "edit" if any(edit.indicator == 1 for edit in edits) else ""


def _in_guide(pair: tuple[str, str]) -> bool:
    return any(set(pair) == set(guide) for guide in _GUIDE_PAIRS)


def _who_asks(asked: str, policy: Policy) -> str:
    if asked == "payer":
        return f"the payer ({policy.title}) asks for 59 or an X modifier"
    if asked == "edit":
        return f"an NCCI edit ({policy.edits_quarter}) asks for 59 or an X modifier"
    return f"no NCCI edit of {policy.edits_quarter} asks for 59 or an X modifier and {policy.title} does not either"


def _pair(one: str, other: str, lines: list[ClaimLine], encounter: Encounter, policy: Policy) -> Iterator[Finding]:
    asked = _asked_by((one, other), policy, encounter)
    marked = marked_distinct(lines, policy.codes("distinct_service_modifiers", encounter.date_of_service or policy.as_of))
    shown = shown_distinct(encounter, one, other)
    detail = _pair_detail(one, other, asked=asked, marked=marked, shown=shown)
    said = f"{one} with {other}: {_who_asks(asked, policy)}"
    result: Result = "pass"
    if marked:
        message = f"{said}; the claim carries {marked}."
        detail["unneeded"] = not asked
    elif marked is None:
        message, result = f"{said}; the claim's modifiers are not given.", "unknown" if asked else "pass"
    else:
        message, result = f"{said}; neither line carries one.", "fail" if asked else "pass"
        if asked and _in_guide((one, other)):
            detail["reason"] = MODIFIER_59_MISSING.name
    yield Finding(DISTINCT_SERVICE_MODIFIER, message, result=result, evidence=shown.evidence, detail=detail)
    if marked:
        yield _shown(one, other, marked, shown_detail=detail, encounter=encounter)


def _pair_detail(one: str, other: str, *, asked: str, marked: str | None, shown: Distinct) -> dict[str, Any]:
    return {
        "codes": [one, other],
        "asked_by": asked or None,
        "modifier": marked or None,
        "shown_by": list(shown.by),
        "clock_times_overlap": shown.overlap,
    }


def _reason_59(
    pairs: list[tuple[str, str]], lines: dict[str, list[ClaimLine]], encounter: Encounter, policy: Policy
) -> Iterator[Finding]:
    """Give the guide's reason once a claim: an error where the payer or an edit asks for it, information where nobody does."""
    marks = policy.codes("distinct_service_modifiers", encounter.date_of_service or policy.as_of)
    bare = [pair for pair in pairs if marked_distinct([*lines[pair[0]], *lines[pair[1]]], marks) == ""]
    if not bare:
        return
    one, other = pair = next((p for p in bare if _asked_by(p, policy, encounter)), bare[0])
    asked, shown = _asked_by(pair, policy, encounter), shown_distinct(encounter, one, other)
    detail = _pair_detail(one, other, asked=asked, marked="", shown=shown) | {"pairs": [list(p) for p in bare]}
    message = f"{one} with {other}: {_who_asks(asked, policy)}; neither line carries one."
    if asked:
        yield Finding(MODIFIER_59_MISSING, message, evidence=shown.evidence, detail=detail)
        return
    rule = dataclasses.replace(MODIFIER_59_MISSING, severity="info")
    fix = "Does another payer of this claim ask for it? If not, nothing is to be done."
    yield Finding(rule, f"{message} No hard stop.", evidence=shown.evidence, fix=fix, detail=detail)


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

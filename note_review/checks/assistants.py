"""CQ and CO: whether a physical or occupational therapy assistant gave enough of a service for its modifier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from note_review.checks.units import counting_of
from note_review.claims.assistant import assistant_units
from note_review.claims.units import supported_units
from note_review.claims.visit import billed_units
from note_review.claims.who_gave import NOT_SAID, Part, parts_of
from note_review.encounter import Encounter
from note_review.findings import Finding, Result, Rule
from note_review.note import ClaimLine
from note_review.policy.model import Policy

_SOURCE = "SSA 1834(v); Medicare Claims Processing Manual ch. 5, 20.1; CMS examples for CQ and CO"
_MODIFIERS = {"PTA": "CQ", "OTA": "CO"}
_BESIDE = {"CQ": "GP", "CO": "GO"}

ASSISTANT_MODIFIER = Rule(
    code="NR431", name="assistant_modifier", severity="error", source=_SOURCE, since="2020-01-01", reason=False,
    summary="Units that an assistant gave in whole or in part carry CQ (PTA) or CO (OTA).",
    why="Such units are paid at 85 %; up to 10 % of a unit's minutes go without the modifier.",
    fix="Who gave which minutes of each service?",
    example="97110 x1: PTA 10 minutes, PT 5 minutes, no CQ.",
)  # fmt: skip
ASSISTANT_MODIFIER_MISSING = Rule(
    code="NR432", name="assistant_modifier_missing", severity="error", source=_SOURCE, since="2020-01-01",
    summary="An assistant gave the service and neither CQ nor CO is on the claim.",
    why="Units that an assistant gave in whole or in part are paid at 85 % and must say so; without the modifier they are overpaid.",
    fix="Who gave which minutes of each service?",
    example="Signed by a PTA; 97112 x2 GP.",
)  # fmt: skip


def check_assistant(encounter: Encounter, policy: Policy) -> Iterator[Finding]:
    """Judge CQ and CO by what is known of the assistant: role, minutes by code (given, or told by the note), minutes of the visit, or nothing."""
    day = encounter.date_of_service or policy.as_of
    if not policy.flag("assistant_modifier_required", day):
        yield Finding(
            ASSISTANT_MODIFIER, f"{policy.title} did not ask for CQ or CO on {day}.", result="pass", detail={"required": False}
        )
        return
    therapy = policy.codes("therapy_codes", day)
    lines = [line for line in encounter.claim if line.code in therapy and line.code not in policy.codes("evaluation_codes", day)]
    role, minutes = _who(encounter)
    carried = sorted({m for line in lines for m in line.modifiers or () if m in _BESIDE})
    detail: dict[str, Any] = {"role": role, "minutes": minutes, "carried": carried}
    if not lines or all(line.modifiers is None for line in lines):
        yield Finding(ASSISTANT_MODIFIER, "No therapy line with modifiers is given.", result="unknown", detail=detail)
    elif wrong := _wrongly_paired(lines, role):
        yield Finding(ASSISTANT_MODIFIER, wrong, evidence=encounter.signature.spans, detail=detail)
    elif role is None and minutes is None:
        words = (
            f"{', '.join(carried)} on the claim; the note names no assistant."
            if carried
            else "Nothing says that an assistant gave the service."
        )
        yield Finding(ASSISTANT_MODIFIER, words, result="unknown" if carried else "pass", detail=detail)
    else:
        yield from _judge(lines, encounter, policy, role=role, detail=detail)


def _who(encounter: Encounter) -> tuple[Literal["PTA", "OTA"] | None, Mapping[str, int] | int | None]:
    """Return role and minutes of the assistant: what is given first, then who the note says treated."""
    given = encounter.note.assistant
    told = {g.by for service in encounter.services for g in service.given_by}
    role = (
        (given.role if given else None)
        or encounter.signature.assistant
        or ("PTA" if "PTA" in told else "OTA" if "OTA" in told else None)
    )
    if given is not None and role is None:
        role = "OTA" if encounter.discipline == "OT" else "PTA" if encounter.discipline == "PT" else None
    return role, given.minutes if given else None


def _wrongly_paired(lines: list[ClaimLine], role: str | None) -> str:
    for line in lines:
        for modifier in set(line.modifiers or ()) & set(_BESIDE):
            if role is not None and modifier != _MODIFIERS[role]:
                return f"{line.code} carries {modifier}; the modifier of a {role} is {_MODIFIERS[role]}."
            others = {"GP", "GO", "GN"} & set(line.modifiers or ())
            if others and _BESIDE[modifier] not in others:
                return (
                    f"{line.code} carries {modifier} with {', '.join(sorted(others))}; {modifier} goes with {_BESIDE[modifier]}."
                )
    return ""


@dataclass(frozen=True, slots=True)
class _Share:
    """How many of a code's units carry the modifier, and how many do (``carrying``); ``lines`` is the arithmetic.

    Where ``why`` says what is open, ``wanted`` is the fewest that must carry it, and None where that does not settle the claim.
    """

    code: str
    units: int
    carrying: int
    wanted: int | None
    why: str = ""
    lines: tuple[str, ...] = ()


def _judge(
    lines: list[ClaimLine], encounter: Encounter, policy: Policy, *, role: str | None, detail: dict[str, Any]
) -> Iterator[Finding]:
    wanted = _MODIFIERS.get(role or "", "CQ or CO")
    shares = _shares(lines, encounter, policy)
    spans = (*encounter.signature.spans, *(g.span for service in encounter.services for g in service.given_by))
    over: list[str] = []
    if isinstance(shares, str):
        short, message, result = _of_verdict(shares, lines, wanted)
    else:
        short, over, result = _compared(shares)
        message = "; ".join(_written(s, wanted) for s in shares) + "."
        detail |= {
            "arithmetic": [line for s in shares for line in s.lines],
            "with_modifier": {s.code: s.wanted for s in shares if s.wanted is not None and not s.why},
        }
    if short:
        detail |= {"codes": short}
        yield Finding(ASSISTANT_MODIFIER, message, evidence=spans, detail={**detail, "reason": ASSISTANT_MODIFIER_MISSING.name})
        yield Finding(ASSISTANT_MODIFIER_MISSING, message, evidence=spans, detail=detail)
    elif over:
        fix = "Are the assistant's minutes right? By them fewer units carry the modifier."
        yield Finding(ASSISTANT_MODIFIER, message, evidence=spans, fix=fix, detail={**detail, "codes": over})
    else:
        yield Finding(ASSISTANT_MODIFIER, message, result=result, evidence=spans, detail=detail)


def _of_verdict(verdict: str, lines: list[ClaimLine], wanted: str) -> tuple[list[str], str, Result]:
    """Return the codes that lack the modifier, and what is said, where the assistant's minutes are known for the visit alone."""
    carrying = [line for line in lines if {"CQ", "CO"} & set(line.modifiers or ())]
    if verdict == "free":
        return [], "The assistant's minutes are within the share that needs no modifier.", "unknown" if carrying else "pass"
    if verdict == "needed" and not carrying:
        return sorted({line.code for line in lines}), f"An assistant gave the service and no line carries {wanted}.", "fail"
    if verdict == "needed" and len(carrying) == len(lines):
        return [], f"An assistant gave the service and the claim carries {wanted}.", "pass"
    return [], "What share of each service the assistant gave is not known.", "unknown"


def _compared(shares: list[_Share]) -> tuple[list[str], list[str], Result]:
    """Return the codes that lack the modifier, those that carry too much of it, and the result where there are none."""
    short = [s.code for s in shares if s.wanted is not None and s.wanted > s.carrying]
    over = [s.code for s in shares if s.wanted is not None and s.wanted < s.carrying]
    left_open = [s for s in shares if s.wanted is None]
    if short or over or not left_open:
        return short, over, "pass"
    if any(s.wanted for s in shares) or any(s.why != NOT_SAID for s in left_open):
        return [], [], "unknown"
    # The assistant's part is among these codes: it is wrong to mark none of them, and right to mark them all.
    if not any(s.carrying for s in left_open):
        return [s.code for s in left_open], [], "fail"
    return [], [], "pass" if all(s.carrying == s.units for s in left_open) else "unknown"


def _written(share: _Share, wanted: str) -> str:
    units = f"{share.units} unit{'s' * (share.units != 1)}"
    if share.wanted is None:
        return f"{share.code}: {share.why}; {share.carrying} of {units} carry {wanted}"
    at_least = f"{share.why}; at least " if share.why else ""
    return f"{share.code}: {at_least}{wanted} belongs on {share.wanted} of {units}, {share.carrying} carry it"


def _units_carrying(lines: list[ClaimLine]) -> dict[str, int]:
    """Return the units of each code on lines with CQ or CO; a line without a number counts as all there could be."""
    carrying: dict[str, int] = {}
    for line in lines:
        if {"CQ", "CO"} & set(line.modifiers or ()):
            carrying[line.code] = carrying.get(line.code, 0) + (line.units if line.units is not None else 999)
    return carrying


def _shares(lines: list[ClaimLine], encounter: Encounter, policy: Policy) -> list[_Share] | Literal["needed", "free", "unknown"]:
    """Split each billed code's units by who gave them; one word where given minutes do not reach that far."""
    day = encounter.date_of_service or policy.as_of
    percent = policy.amount("assistant_de_minimis_percent", day)
    if percent is None:
        return "needed"
    _, given = _who(encounter)
    codes = sorted({line.code for line in lines})
    totals = _minutes_by_code(encounter)
    if given is None:
        parts = parts_of(codes, encounter, totals)
    else:
        if isinstance(given, int):
            if len(codes) > 1 or codes[0] not in totals:
                return _of_visit(given, [totals.get(code) for code in codes], encounter, float(percent))
            given = {codes[0]: given}
        if any(given.get(code, 0) > total for code, total in totals.items()):
            return "needed"
        if any(given.get(code) and code not in totals for code in codes):
            of_codes = sum(given.get(code, 0) for code in codes)
            return _of_visit(of_codes, [totals.get(code) for code in codes], encounter, float(percent))
        parts = {code: Part(given.get(code, 0)) for code in codes}
    units, carrying = _units(codes, totals, encounter, policy), _units_carrying(lines)
    timed, counting = policy.codes("timed_codes", day), counting_of(policy, day)
    shares = []
    for code in codes:
        part, carried, total = parts[code], min(units[code], carrying.get(code, 0)), totals.get(code, 0)
        split = partial(
            assistant_units, code, total=total, units=units[code], timed=code in timed,
            percent=percent, unit=counting.unit, first=counting.first,
        )  # fmt: skip
        if part.assistant is None or (part.why and carried):
            possible = range(part.at_least, total + 1) if part.at_least else ()
            fewest = min((split(assistant=minutes).with_modifier for minutes in possible), default=0)
            shares.append(_Share(code, units[code], carried, fewest if fewest > carried else None, part.why))
        elif isinstance(part.assistant, str):
            shares.append(_Share(code, units[code], carried, units[code] if part.assistant == "all" else 0))
        else:
            found = split(assistant=part.assistant)
            shares.append(_Share(code, units[code], carried, found.with_modifier, lines=found.lines))
    return shares


def _of_visit(
    given: int, minutes: list[int | None], encounter: Encounter, percent: float
) -> Literal["needed", "free", "unknown"]:
    """Weigh the assistant's minutes of the whole visit: free where no service could pass the share, needed where one must."""
    known = [m for m in minutes if m is not None]
    totals = [m.value for m in encounter.minutes if m.scope.startswith("total_")]
    if given == 0 or (len(known) == len(minutes) and given * 100 <= min(known) * percent):
        return "free"
    whole = sum(known) if len(known) == len(minutes) else max(totals, default=None)
    return "needed" if whole is not None and given * 100 > whole * percent else "unknown"


def _minutes_by_code(encounter: Encounter) -> dict[str, int]:
    """Return the minutes of each documented code where all its services have them."""
    found: dict[str, int | None] = {}
    for service in encounter.services:
        code = service.billed or service.named
        if code:
            before = found.get(code, 0)
            found[code] = None if before is None or service.minutes is None else before + service.minutes
    return {code: minutes for code, minutes in found.items() if minutes is not None}


def _units(codes: list[str], totals: Mapping[str, int], encounter: Encounter, policy: Policy) -> dict[str, int]:
    """Return the units to split: as billed where numbers are given, else as the minutes support."""
    day = encounter.date_of_service or policy.as_of
    timed, counting = policy.codes("timed_codes", day), counting_of(policy, day)
    billed = {code: units for code, units in billed_units(encounter.claim).items() if units is not None}
    answer = supported_units(
        {c: m for c, m in totals.items() if c in timed},
        method=counting.method,
        unit=counting.unit,
        first=counting.first,
        preferred=billed,
    )
    return {code: billed.get(code, answer.allocation.get(code, 1)) for code in codes}

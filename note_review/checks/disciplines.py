"""GP, GO and GN: whether each therapy line carries the modifier of the discipline that gave it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from note_review.encounter import Encounter
from note_review.findings import Finding, Rule, Severity
from note_review.note import ClaimLine
from note_review.policy.model import Policy
from note_review.reading import titles

_SOURCE = "Medicare Claims Processing Manual ch. 5, 20.1, 10.3.3; NCCI Policy Manual 2026 ch. XI (who reports which code)"
DISCIPLINES = frozenset({"GP", "GO", "GN"})
_BY_DISCIPLINE = {"PT": "GP", "OT": "GO"}
_CREDENTIALS = {
    "GP": titles.PHYSICAL_THERAPISTS | titles.PHYSICAL_ASSISTANTS | titles.PHYSICAL_STUDENTS,
    "GO": titles.OCCUPATIONAL_THERAPISTS | titles.OCCUPATIONAL_ASSISTANTS,
    "GN": titles.SPEECH_THERAPISTS,
}
_OTHER_SENSES = {"PT", "OT", "PTA"}

THERAPY_MODIFIER = Rule(
    code="NR411", name="therapy_modifier", severity="error", source=_SOURCE, reason=False,
    summary="Each therapy line carries the modifier of its discipline: GP, GO or GN.",
    why="Medicare asks for it on every therapy line, and counts the threshold by it.",
    fix="Under which discipline's plan of care was the service given?",
    example="97112 x2 without a modifier.",
)  # fmt: skip
MODIFIER_GP_GO_MISSING = Rule(
    code="NR412", name="modifier_gp_go_missing", severity="error", source=_SOURCE,
    summary="A therapy line lists modifiers and lacks GP, GO or GN.",
    why="The line is sent back or denied.",
    fix="Under which discipline's plan of care was the service given?",
    example="97112 x2 59, beside 97140 x1 GP.",
)  # fmt: skip


def check_discipline(encounter: Encounter, policy: Policy) -> Iterator[Finding]:
    """Judge GP, GO and GN by code, by the discipline given, and (as a warning) by who signed."""
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
    wanted = {line.code: _wanted(line.code, encounter, policy) for line in lines}
    lacking = [line.code for line in lines if line.modifiers is not None and not wanted[line.code] & set(line.modifiers)]
    doubled = [line.code for line in lines if len(DISCIPLINES & set(line.modifiers or ())) > 1]
    unlike = [line.code for line in lines if _unlike_signature(line, wanted[line.code], encounter)]
    detail: dict[str, Any] = {
        "codes": lacking or doubled or unlike,
        "wanted": sorted(set().union(*(wanted[code] for code in lacking or wanted))),
        "required": required,
    }
    if lacking:
        each = (f"{code}: no {' or '.join(sorted(wanted[code]))} on the line" for code in dict.fromkeys(lacking))
        message = f"{'; '.join(each)}."
        severity: Severity = "error" if required else "info"
        check_rule, reason = (dataclasses.replace(rule, severity=severity) for rule in (THERAPY_MODIFIER, MODIFIER_GP_GO_MISSING))
        yield Finding(check_rule, message, detail={**detail, "reason": reason.name})
        yield Finding(reason, message, detail=detail)
    elif doubled:
        yield Finding(
            THERAPY_MODIFIER,
            f"{', '.join(dict.fromkeys(doubled))}: more than one discipline's modifier on the line.",
            detail=detail,
        )
    elif unlike:
        who = ", ".join(encounter.signature.credentials)
        yield Finding(
            dataclasses.replace(THERAPY_MODIFIER, severity="warning" if required else "info"),
            f"{', '.join(dict.fromkeys(unlike))}: no {''.join(_signed(encounter))} on the line, though {who} signed or treated.",
            evidence=encounter.signature.spans,
            detail=detail,
        )
    elif any(line.modifiers is None for line in lines):
        yield Finding(THERAPY_MODIFIER, "The modifiers of a line are not given.", result="unknown", detail=detail)
    else:
        yield Finding(THERAPY_MODIFIER, "Each therapy line carries a discipline's modifier.", result="pass", detail=detail)


def _wanted(code: str, encounter: Encounter, policy: Policy) -> frozenset[str]:
    """Return the modifiers that stand for a code: its own discipline's, else that of the discipline given, else of any that reports it."""
    day = encounter.date_of_service or policy.as_of
    for own, modifier in (("physical_therapy_codes", "GP"), ("occupational_therapy_codes", "GO")):
        if code in policy.codes(own, day):
            return frozenset({modifier})
    if encounter.note.discipline:
        return frozenset({_BY_DISCIPLINE[encounter.note.discipline]})
    return DISCIPLINES - {"GN"} if code in policy.codes("not_speech_therapy_codes", day) else DISCIPLINES


def _unlike_signature(line: ClaimLine, wanted: frozenset[str], encounter: Encounter) -> bool:
    """Say whether a line that could carry the signing discipline's modifier carries another's, where no discipline is given."""
    signed = _signed(encounter)
    told = bool(signed and line.modifiers) and not encounter.note.discipline
    return told and signed <= wanted and not signed & set(line.modifiers or ())


def _signed(encounter: Encounter) -> frozenset[str]:
    """Return the modifier of the one discipline whose credentials sign or treat; nothing where none or several do.

    What has other senses (the patient, another team, prior to admission) asserts a discipline behind a name's comma only.
    """
    text, spans = encounter.note.text, encounter.signature.spans
    written = {span: titles.standard(text[span.start : span.end]) for span in spans}
    told = set(written.values())
    sure = {title for span, title in written.items() if title not in _OTHER_SENSES or text[: span.start].rstrip().endswith(",")}
    signed = frozenset(modifier for modifier, own in _CREDENTIALS.items() if own & told)
    return signed if len(signed) == 1 and _CREDENTIALS[min(signed)] & sure else frozenset()

"""CMS's code-pair edits in force on the date of service, and how current the edits are that were used."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from note_review.claims.distinct import marked_distinct
from note_review.encounter import Encounter
from note_review.findings import Finding, Rule
from note_review.note import ClaimLine
from note_review.policy.model import Edit, Policy

_SOURCE = "CMS NCCI PTP practitioner file; NCCI Policy Manual 2026 ch. I A, E; ch. XI P"

NCCI_EDITS = Rule(
    code="NR451", name="ncci_edits", severity="error", source=_SOURCE, reason=False,
    summary="Code pairs on the claim are looked up, in both orders, in CMS's edits in force on the day.",
    why="Of a pair with an edit the column 2 code is not paid unless the edit lets a modifier through and the record shows a distinct service.",
    fix="Were the two services given in separate time, to separate regions or for separate purposes? Where is that documented?",
    example="97150 and 97112 on one day without a modifier.",
)  # fmt: skip
EDITS_CURRENT = Rule(
    code="NR452", name="edits_current", severity="warning", source=_SOURCE, reason=False,
    summary="The edits used are of the quarter of service.",
    why="CMS changes the edits every quarter; a pair may have gained or lost its edit since the quarter at hand.",
    fix="Load CMS's file for the quarter of service.",
    example="A visit of 2026 judged by the edits of 2024Q3.",
)  # fmt: skip
RULES = (NCCI_EDITS, EDITS_CURRENT)


def check(encounter: Encounter, policy: Policy) -> Iterable[Finding]:
    """Look up every pair of codes on the claim."""
    day = encounter.date_of_service or policy.as_of
    if not policy.flag("ncci_edits", day):
        yield Finding(
            NCCI_EDITS, "This payer does not use CMS's code-pair edits.", result="pass", detail={"quarter": policy.edits_quarter}
        )
        return
    lines: dict[str, list[ClaimLine]] = {}
    for line in encounter.claim:
        lines.setdefault(line.code, []).append(line)
    found = [
        f for one, other in itertools.combinations(sorted(lines), 2) for f in _pair(lines[one], lines[other], encounter, policy)
    ]
    if found:
        yield from found
    elif len(lines) > 1:
        yield Finding(
            NCCI_EDITS,
            f"No edit of {policy.edits_quarter} pairs the codes of this claim.",
            result="pass",
            detail=_detail(policy, []),
        )
    else:
        words = "One code is billed: there is no pair." if lines else "There is no claim."
        yield Finding(NCCI_EDITS, words, result="pass" if lines else "unknown", detail=_detail(policy, []))
    yield _currency(encounter, policy, pairs=len(lines) > 1)


def _pair(one: list[ClaimLine], other: list[ClaimLine], encounter: Encounter, policy: Policy) -> Iterator[Finding]:
    day = encounter.date_of_service or policy.as_of
    for edit in policy.edits.between(one[0].code, other[0].code, on=day):
        marked = marked_distinct([*one, *other], policy.codes("distinct_service_modifiers", day))
        codes = f"{edit.column2} with {edit.column1}"
        detail = _detail(policy, [edit.column2], edit=edit, boundary=edit.on_boundary(day))
        boundary = (
            " The day is the edit's deletion date, which may be its last day in force or its first day out: ask the payer."
            if edit.on_boundary(day)
            else ""
        )
        if edit.indicator == 0:
            message = f"{codes}: an edit of {policy.edits_quarter} bars the pair and no modifier lifts it; {edit.column2} is not paid.{boundary}"
            yield Finding(
                NCCI_EDITS,
                message,
                result="unknown" if boundary else "fail",
                fix="Which of the two services is to be billed?",
                detail=detail,
            )
        elif marked is None:
            yield Finding(
                NCCI_EDITS,
                f"{codes}: an edit asks for a modifier; the claim's modifiers are not given.{boundary}",
                result="unknown",
                detail=detail,
            )
        elif marked:
            yield Finding(
                NCCI_EDITS,
                f"{codes}: an edit pairs them and the claim carries {marked}; the note must show a distinct service.{boundary}",
                result="pass",
                detail=detail,
            )
        else:
            message = f"{codes}: an edit of {policy.edits_quarter} pays {edit.column1} only, unless a modifier marks {edit.column2} as distinct.{boundary}"
            yield Finding(NCCI_EDITS, message, result="unknown" if boundary else "fail", detail=detail)


def _currency(encounter: Encounter, policy: Policy, *, pairs: bool) -> Finding:
    day, quarter = encounter.date_of_service, policy.edits_quarter
    detail = {"quarter": quarter, "sha256": policy.edits.sha256 or None, "date_of_service": None if day is None else str(day)}
    if day is None:
        return Finding(
            EDITS_CURRENT, f"Edits of {quarter} were used; the date of service is not known.", result="unknown", detail=detail
        )
    if policy.edits.older_than(day):
        message = f"Edits of {quarter} were used; the service is of {day}, a later quarter."
        return Finding(EDITS_CURRENT, message, result="unknown", detail=detail)
    if day < policy.edits.first_day and not policy.edits.dated and pairs:
        message = f"Edits of {quarter} were used without their first days; the service is of {day}, before that quarter."
        return Finding(EDITS_CURRENT, message, result="unknown", detail=detail)
    return Finding(EDITS_CURRENT, f"Edits of {quarter} were used.", result="pass", detail=detail)


def _detail(policy: Policy, codes: list[str], *, edit: Edit | None = None, boundary: bool = False) -> dict[str, Any]:
    detail: dict[str, Any] = {"quarter": policy.edits_quarter}
    if edit is not None:
        detail |= {
            "codes": codes,
            "column1": edit.column1,
            "column2": edit.column2,
            "indicator": edit.indicator,
            "effective": None if edit.effective is None else str(edit.effective),
            "deletion": None if edit.deletion is None else str(edit.deletion),
            "boundary_day": boundary,
        }
    return detail

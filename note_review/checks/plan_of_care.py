"""Plan of care, certification, progress report, and what a treatment note must have, by dates and the policy of the day."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from note_review.checks.treatment_note import PROGRESS_REPORT, SIGNATURE, TREATMENT_NOTE, check_note
from note_review.claims.certification import (
    after,
    covered_until,
    first_due,
    is_awaited,
    is_certified_anew,
    is_excused,
    is_late_or_anew,
    is_within_first,
    may_be_renewed,
)
from note_review.encounter import Encounter, PlanOfCareFacts
from note_review.findings import Finding, Result, Rule
from note_review.policy.model import Policy

_PLAN = "Medicare Benefit Policy Manual ch. 15, 220.1.2, 220.1.3; Noridian JE, Outpatient Therapy Certification Plan of Care"
_LOOKED_IN = ("whole note", "plan_of_care of the note's context")

INITIAL_CERTIFICATION = Rule(
    code="NR501", name="initial_certification", severity="error", source=_PLAN + "; 42 CFR 424 subpart B (89 FR 97710)", reason=False,
    summary="The plan was certified within 30 days of the first treatment, or a signed order and proof of sending stand for it.",
    why="Treatment under a plan that nobody certified is not paid. From 2025 a signed and dated order with proof that the plan was sent within 30 days is enough for the first certification.",
    fix="Was the plan signed? If so, when, and by whom? Is there a signed order, and when was the plan sent?",
    example="First treatment 2 January, certified 20 February.",
)  # fmt: skip
CERTIFICATION_CURRENT = Rule(
    code="NR502", name="certification_current", severity="error", source=_PLAN, reason=False,
    summary="The certification covers the day of service.",
    why="A certification lasts for the plan's duration or 90 days, whichever is less.",
    fix="Is there a recertification that covers the day of service? When was it signed?",
    example="Certified through 31 March, visit on 4 April.",
)  # fmt: skip
RECERTIFICATION = Rule(
    code="NR503", name="recertification", severity="error", source=_PLAN + "; aota.org, Lessons learned from OIG", reason=False,
    summary="A plan that runs past its first 90 days was certified anew, with a signature.",
    why="Recertification is due at least every 90 days; the signed-order exception of 2025 does not reach it.",
    fix="Was the plan recertified? If so, when, and by whom?",
    example="First treatment 2 January, visit on 10 May, no recertification.",
)  # fmt: skip
PLAN_OF_CARE_MISSING = Rule(
    code="NR511", name="plan_of_care_missing", severity="error", source=_PLAN,
    summary="No signed plan of care is on file.",
    why="Outpatient therapy is paid only under a plan of care that a physician or other allowed practitioner certifies.",
    fix="Is there a plan of care, and was it signed? When was it sent?",
    example="POC not yet signed.",
)  # fmt: skip
PLAN_OF_CARE_LAPSED = Rule(
    code="NR512", name="plan_of_care_lapsed", severity="error", source=_PLAN,
    summary="The plan of care or its certification had run out on the day of service.",
    why="Services after the end of the certification are not paid until the plan is certified anew.",
    fix="Is there a recertification that covers the day of service? When was it signed?",
    example="Certified through 31 March, visit on 4 April.",
)  # fmt: skip
RULES = (
    INITIAL_CERTIFICATION, CERTIFICATION_CURRENT, RECERTIFICATION, PROGRESS_REPORT, SIGNATURE, TREATMENT_NOTE, PLAN_OF_CARE_MISSING, PLAN_OF_CARE_LAPSED,
)  # fmt: skip


def check(encounter: Encounter, policy: Policy) -> Iterable[Finding]:
    """Judge plan of care, certification, progress report and the note's own form."""
    day = encounter.date_of_service or policy.as_of
    if policy.flag("plan_of_care_required", day):
        yield from _plan(encounter, policy)
    else:
        yield Finding(CERTIFICATION_CURRENT, f"{policy.title} asks for no certified plan of care.", result="pass")
    yield from check_note(encounter, policy)


def _plan(encounter: Encounter, policy: Policy) -> Iterator[Finding]:
    facts, day = encounter.plan_of_care, encounter.date_of_service
    excused = is_excused(facts, policy, day)
    missing = facts.absent and not (excused and is_within_first(facts, policy, day)) and not is_awaited(facts, policy, day)
    initial = _initial(encounter, policy, excused=excused, missing=missing)
    current = _current(facts, policy, day, told_by=None if missing else PLAN_OF_CARE_LAPSED)
    lapsed = facts.lapsed or current.result == "fail" or (initial.result == "fail" and not missing and facts.certified_on is None)
    if missing:
        yield Finding(
            PLAN_OF_CARE_MISSING, "No signed plan of care is on file.", evidence=facts.evidence, detail=_dates(facts, day)
        )
    elif lapsed:
        message = (
            current.message
            if current.result == "fail"
            else initial.message
            if initial.result == "fail"
            else "The note says that the certification has lapsed."
        )
        yield Finding(PLAN_OF_CARE_LAPSED, message, evidence=facts.evidence, detail=_dates(facts, day))
    yield initial
    yield current
    yield _recertification(facts, policy, day, lapsed=lapsed and not missing)


def _initial(encounter: Encounter, policy: Policy, *, excused: bool, missing: bool) -> Finding:
    facts, day = encounter.plan_of_care, encounter.date_of_service
    first = facts.start or (facts.sent_on if facts.signed is False else None)
    due = None if first is None else first_due(first, policy)
    detail = _dates(facts, day) | {"due": None if due is None else str(due), "signed_order_exception": excused}
    if missing:
        detail |= {"reason": PLAN_OF_CARE_MISSING.name}
        return Finding(
            INITIAL_CERTIFICATION, "No certification is on file.", evidence=facts.evidence, looked_in=_LOOKED_IN, detail=detail
        )
    if due is not None and facts.certified_on is not None and facts.start is not None:
        anew = is_certified_anew(facts, policy) or is_late_or_anew(facts, policy, day)
        result, message = _certified(facts.certified_on, due, anew=anew, excused=excused)
        fix = "Why was the certification late? Is the reason on record?" if result == "fail" else None
        return Finding(INITIAL_CERTIFICATION, message, result=result, evidence=facts.evidence, fix=fix, detail=detail)
    result, message = _uncertified(encounter, due, excused=excused)
    if result == "fail":
        detail |= {"reason": PLAN_OF_CARE_LAPSED.name}
    return Finding(INITIAL_CERTIFICATION, message, result=result, evidence=facts.evidence, looked_in=_LOOKED_IN, detail=detail)


def _certified(on: datetime.date, due: datetime.date, *, anew: bool, excused: bool) -> tuple[Result, str]:
    if on <= due or excused:
        return "pass", f"Certified on {on}; due by {due}."
    if anew:
        return "unknown", f"The date known, {on}, is or may be a later certification's; the first was due by {due}."
    return "fail", f"Certified on {on}, after {due}. A delayed certification is accepted with its reason."


def _uncertified(encounter: Encounter, due: datetime.date | None, *, excused: bool) -> tuple[Result, str]:
    facts, day = encounter.plan_of_care, encounter.date_of_service
    if excused:
        return "pass", f"A signed order of {facts.ordered_on} and sending on {facts.sent_on} stand for the signature."
    if due is None or day is None:
        known = (
            f"Certified on {facts.certified_on}; the first treatment"
            if facts.certified_on
            else "The date of plan or certification"
        )
        return "unknown", f"{known} is not known." if facts.certified_on is None else f"{known}'s date is not known."
    by_therapist = " Its therapist signed the plan; a physician or NPP certifies it." if facts.signed_by_therapist else ""
    if day <= due:
        counted = "" if facts.start else ", counted from the day the plan was sent, as the first treatment is not known"
        return "unknown", f"Certification is due by {due}{counted}; none is known yet.{by_therapist}"
    if not facts.signed and _said_uncertified(encounter):
        return "fail", f"Not certified; it was due by {due}, and no signed order with timely sending stands for it.{by_therapist}"
    return "unknown", f"No date of certification is known; it was due by {due}."


def _said_uncertified(encounter: Encounter) -> bool:
    """Say whether the context itself tells that nobody certified: an explicit null, or order and sending in its place."""
    given, facts = encounter.note.plan_of_care, encounter.plan_of_care
    if facts.signed is False:
        return True
    explicit = given is not None and "certified_on" in given.model_fields_set and given.certified_on is None
    in_its_place = facts.given and (facts.ordered_on is not None or facts.sent_on is not None)
    return explicit or (facts.certified_on is None and in_its_place)


def _current(facts: PlanOfCareFacts, policy: Policy, day: datetime.date | None, *, told_by: Rule | None) -> Finding:
    """Judge the certification on the day; ``told_by`` is the reason that tells its failing."""
    end = covered_until(facts, policy, day)
    detail = _dates(facts, day) | {"covered_until": None if end is None else str(end)}
    told = {"reason": told_by.name} if told_by else {}
    if day is not None and end is not None and day > end:
        message = f"The certification ran to {end}; the service is of {day}."
        return Finding(CERTIFICATION_CURRENT, message, evidence=facts.evidence, detail=detail | told)
    if facts.lapsed:
        return Finding(
            CERTIFICATION_CURRENT,
            "The note says that the certification has lapsed.",
            evidence=facts.evidence,
            detail=detail | told,
        )
    if facts.start is not None and day is not None and day < facts.start:
        return Finding(
            CERTIFICATION_CURRENT,
            f"The service of {day} lies before the plan's start on {facts.start}.",
            evidence=facts.evidence,
            detail=detail,
        )
    if not is_within_first(facts, policy, day) and facts.certified_on is not None and may_be_renewed(facts, policy):
        message = (
            f"Certified on {facts.certified_on}; the note does not say when the later certification that it speaks of was signed."
        )
        return Finding(
            CERTIFICATION_CURRENT, message, result="unknown", evidence=facts.evidence, looked_in=_LOOKED_IN, detail=detail
        )
    if day is None or end is None:
        return Finding(
            CERTIFICATION_CURRENT,
            "The end of the certification or the day of service is not known.",
            result="unknown",
            looked_in=_LOOKED_IN,
            detail=detail,
        )
    if is_late_or_anew(facts, policy, day):
        message = f"Certified on {facts.certified_on}: a late first certification, or a timely later one that runs to {end}."
        return Finding(
            CERTIFICATION_CURRENT, message, result="unknown", evidence=facts.evidence, looked_in=_LOOKED_IN, detail=detail
        )
    last = " This is its last day." if day == end else ""
    return Finding(
        CERTIFICATION_CURRENT,
        f"The certification runs to {end}; the service is of {day}.{last}",
        result="pass",
        evidence=facts.evidence,
        detail=detail,
    )


def _recertification(facts: PlanOfCareFacts, policy: Policy, day: datetime.date | None, *, lapsed: bool) -> Finding:
    detail = _dates(facts, day)
    if facts.start is None or day is None:
        result: Result = "fail" if lapsed else "unknown"
        words = (
            "The note says that the certification has lapsed."
            if lapsed
            else "The plan's start or the day of service is not known."
        )
        return Finding(
            RECERTIFICATION,
            words,
            result=result,
            looked_in=_LOOKED_IN,
            detail=detail | ({"reason": PLAN_OF_CARE_LAPSED.name} if lapsed else {}),
        )
    due = after(facts.start, policy.number("recertification_days", facts.start) or 90)
    if facts.expires_on is not None:
        due = min(due, facts.expires_on)
    detail |= {"due": str(due)}
    if day <= due:
        return Finding(RECERTIFICATION, f"Recertification is due by {due}.", result="pass", detail=detail)
    if not lapsed and may_be_renewed(facts, policy):
        message = f"Recertification was due by {due}; the note does not say when it was signed."
        return Finding(RECERTIFICATION, message, result="unknown", looked_in=_LOOKED_IN, detail=detail)
    if lapsed or facts.certified_on is None:
        order = " A signed order does not stand for it." if facts.ordered_on else ""
        reason = PLAN_OF_CARE_LAPSED if lapsed else PLAN_OF_CARE_MISSING
        return Finding(
            RECERTIFICATION,
            f"Recertification was due by {due}; none is known.{order}",
            evidence=facts.evidence,
            detail=detail | {"reason": reason.name},
        )
    if is_late_or_anew(facts, policy, day):
        message = (
            f"Recertification was due by {due}; that of {facts.certified_on} is a late first certification or a timely later one."
        )
        return Finding(RECERTIFICATION, message, result="unknown", evidence=facts.evidence, looked_in=_LOOKED_IN, detail=detail)
    return Finding(
        RECERTIFICATION, f"Certified anew on {facts.certified_on}.", result="pass", evidence=facts.evidence, detail=detail
    )


def _dates(facts: PlanOfCareFacts, day: datetime.date | None) -> dict[str, Any]:
    names = ("start", "certified_on", "expires_on", "ordered_on", "sent_on")
    dates = {name: getattr(facts, name) for name in names}
    return {"date_of_service": None if day is None else str(day)} | {
        name: None if date is None else str(date) for name, date in dates.items()
    }

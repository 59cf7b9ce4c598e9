"""What a treatment note must have, who signed it, and when a progress report falls due."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from note_review.checks.totals import check_totals
from note_review.claims.visit import visit_of
from note_review.encounter import Encounter, Signature
from note_review.findings import Finding, Result, Rule
from note_review.policy.model import Policy
from note_review.reading import titles

_NOTE = "Medicare Benefit Policy Manual ch. 15, 220.3"
_CANNOT_SIGN_ALONE = titles.PHYSICAL_STUDENTS | {"ATC", "LAT"}
_LOOKED_IN = ("whole note", "plan_of_care of the note's context")

PROGRESS_REPORT = Rule(
    code="NR504", name="progress_report", severity="warning", source=_NOTE + ".D", reason=False,
    summary="A progress report was written within 10 treatment days.",
    why="Reviewers ask for the report of the tenth visit; without it the visits after it are open to denial.",
    fix="Has a progress report been written since? If so, when?",
    example="12 visits since the last progress report.",
)  # fmt: skip
SIGNATURE = Rule(
    code="NR505", name="signature", severity="warning", source=_NOTE + ".E", reason=False, absence=True,
    summary="The note is signed with professional identification.",
    why="Each treatment note carries the signature and professional identification of whoever gave or supervised the service.",
    fix="Who gave the service, and with which credentials?",
    example="A note that ends without name or credentials.",
)  # fmt: skip
TREATMENT_NOTE = Rule(
    code="NR506", name="treatment_note", severity="warning", source=_NOTE + ".E", reason=False, absence=True,
    summary="The note has what each treatment note must have: date, interventions, timed minutes and total, signature.",
    why="A reviewer checks these before anything else.",
    fix="Which of date, interventions, timed minutes, total treatment time and signature were left out, and what are they?",
    example="No date, no total treatment time.",
)  # fmt: skip
_QUESTIONS = {
    "date": "On which day was the service given?",
    "interventions": "Which interventions were given?",
    "timed minutes": "How many minutes did the timed services take?",
    "total treatment time": "How long did the treatment take in all?",
    "signature with credentials": SIGNATURE.fix,
}


def check_note(encounter: Encounter, policy: Policy) -> Iterator[Finding]:
    """Judge progress report, signature and the contents of the treatment note."""
    yield _progress(encounter, policy)
    yield _signature(encounter)
    yield _treatment_note(encounter, policy)


def _progress(encounter: Encounter, policy: Policy) -> Finding:
    day = encounter.date_of_service or policy.as_of
    limit = policy.number("progress_report_treatment_days", day)
    visits = encounter.plan_of_care.visits_since_progress_report
    at_least = "" if visits is not None else "at least "
    visits = visits if visits is not None else _visits_since_report(encounter)
    detail = {"visits": visits, "limit": limit}
    if limit is not None and encounter.plan_of_care.progress_report_overdue and (visits is None or visits > limit):
        message = f"The note says that the progress report is overdue; one is due every {limit} treatment days."
        return Finding(PROGRESS_REPORT, message, evidence=encounter.plan_of_care.evidence, detail=detail)
    if limit is None or visits is None:
        return Finding(
            PROGRESS_REPORT,
            "The number of visits since the last progress report is not known.",
            result="unknown",
            looked_in=_LOOKED_IN,
            detail=detail,
        )
    message = f"{at_least}{visits} treatment days since the last progress report; one is due every {limit}."
    result: Result = "fail" if visits > limit else "unknown" if at_least else "pass"
    return Finding(
        PROGRESS_REPORT, message[:1].upper() + message[1:], result=result, evidence=encounter.plan_of_care.evidence, detail=detail
    )


def _visits_since_report(encounter: Encounter) -> int | None:
    """Count the dated notes after the last report, this one with them: at least so many treatment days have passed."""
    given, day = encounter.note.plan_of_care, encounter.date_of_service
    if given is None or given.last_progress_report is None or day is None:
        return None
    dates = {prior.date_of_service for prior in encounter.note.prior_notes if prior.date_of_service} | {day}
    return sum(given.last_progress_report < date <= day for date in dates)


def _unsupervised(signature: Signature) -> bool:
    """Whether only students and trainers sign, who neither give nor supervise a service (Benefit Policy Manual ch. 15, 220.3.E)."""
    return bool(signature.credentials) and _CANNOT_SIGN_ALONE.issuperset(signature.credentials)


def _signature(encounter: Encounter) -> Finding:
    signature = encounter.signature
    detail = {"credentials": list(signature.credentials)}
    if not signature.credentials:
        return Finding(
            SIGNATURE, "No signature with credentials is found.", looked_in=("last lines", "signature lines"), detail=detail
        )
    if _unsupervised(signature):
        message = f"Signed by {', '.join(signature.credentials)} alone; who supervised does not sign."
        return Finding(SIGNATURE, message, evidence=signature.spans, detail=detail)
    return Finding(
        SIGNATURE,
        f"Signed or treated by {', '.join(signature.credentials)}.",
        result="pass",
        evidence=signature.spans,
        detail=detail,
    )


def _treatment_note(encounter: Encounter, policy: Policy) -> Finding:
    day = encounter.date_of_service or policy.as_of
    timed = policy.codes("timed_codes", day)
    visit = visit_of(encounter, policy)
    scopes = {m.scope for m in encounter.minutes}
    has: dict[str, bool] = {
        "date": encounter.date_of_service is not None,
        "interventions": bool(encounter.present("technique")),
        "timed minutes": bool(scopes & (timed | {"total_timed"})),
        "total treatment time": visit.treatment_time is not None,
        "signature with credentials": bool(encounter.signature.credentials) and not _unsupervised(encounter.signature),
    }
    # A total that the check of totals misses is told there.
    told = {"total treatment time"} if check_totals(visit).result == "fail" else set()
    lacking = [name for name, found in has.items() if not found and name not in told]
    detail: dict[str, Any] = {"has": has}
    if lacking:
        fix = " ".join(_QUESTIONS[name] for name in lacking)
        return Finding(TREATMENT_NOTE, f"Not found: {', '.join(lacking)}.", looked_in=("whole note",), fix=fix, detail=detail)
    return Finding(TREATMENT_NOTE, "Date, interventions, minutes and signature are found.", result="pass", detail=detail)

"""Whether a treatment note tells its timed minutes and total treatment time, and whether what it tells agrees."""

from __future__ import annotations

from dataclasses import replace

from note_review.claims.visit import Visit
from note_review.findings import Finding, Rule

TIMED_TOTAL_DOCUMENTED = Rule(
    code="NR303", name="timed_total_documented", severity="warning", source="Medicare Benefit Policy Manual ch. 15, 220.3.E", reason=False, absence=True,
    summary="The day's timed minutes and total treatment time are in the note.",
    why="Medicare requires total timed-code minutes and total treatment time in each treatment note, and leaves minutes per service optional.",
    fix="How many minutes of timed treatment were given, and how long was treatment in all?",
    example="97112, 97110: no minutes anywhere.",
)  # fmt: skip
_LOOKED_IN = ("headings", "tables", "totals", "clock times")


def check_totals(visit: Visit) -> Finding:
    """Judge the totals: told, or worked out from the services; and none against another."""
    added = sum(visit.minutes.values()) if visit.minutes and not visit.unknown else None
    detail = {
        "total_timed": visit.timed_total,
        "total_treatment": visit.treatment_total,
        "treatment_time": visit.treatment_time,
        "sum_of_services": added,
    }
    if not visit.minutes and not visit.unknown:
        return Finding(TIMED_TOTAL_DOCUMENTED, "No timed service is documented or billed.", result="pass", detail=detail)
    if lacking := _lacking(visit, added):
        return Finding(TIMED_TOTAL_DOCUMENTED, lacking, looked_in=_LOOKED_IN, detail=detail)
    message, fix = _contradiction(visit, added)
    if message:
        # Services that fall short of the total may have others to come; more minutes than the total stay more.
        falls_short = added is not None and visit.timed_total is not None and added < visit.timed_total
        rule = replace(TIMED_TOTAL_DOCUMENTED, absence=falls_short)
        return Finding(rule, message, evidence=visit.evidence, fix=fix, detail=detail)
    return Finding(TIMED_TOTAL_DOCUMENTED, _told(visit, added), result="pass", evidence=visit.evidence, detail=detail)


def _lacking(visit: Visit, added: int | None) -> str:
    if visit.timed_total is None and added is None and not (visit.all_timed and visit.treatment_total is not None):
        return "The total of timed minutes is not documented and cannot be added up."
    if visit.treatment_time is None:
        return "Total treatment time is not documented and cannot be added up: not every service has its minutes."
    return ""


def _contradiction(visit: Visit, added: int | None) -> tuple[str, str]:
    """Return what does not agree and what to ask, empty where all does."""
    if added is not None and visit.timed_total is not None and added != visit.timed_total:
        took = "Counted once, the services took" if visit.shared else "The services add up to"
        overlaps = f" ({', '.join(map(str, visit.shared))})" if visit.shared else ""
        message = f"{took} {added} timed minutes{overlaps}; the total says {visit.timed_total}."
        return message, "Which is right, the total or the minutes of each service?"
    timed = visit.timed_total if visit.timed_total is not None else added
    if timed is not None and visit.treatment_total is not None and timed > visit.treatment_total:
        message = f"{timed} timed minutes are more than the {visit.treatment_total} minutes of treatment in all."
        return message, "Which is right, the timed minutes or the treatment time?"
    return "", ""


def _told(visit: Visit, added: int | None) -> str:
    """Say what the totals are and which of them were worked out; the only service's minutes are the total as they stand."""
    timed = visit.timed_total if visit.timed_total is not None else added if added is not None else visit.treatment_total
    if visit.all_timed and len(visit.minutes) == 1 and timed == visit.treatment_time:
        return f"Timed minutes and total treatment time: {timed}, of the only service."
    worked_out = [total is None for total in (visit.timed_total, visit.treatment_total)]
    marks = [" (worked out)" if out else "" for out in worked_out]
    asked = " The manual asks for the totals themselves." if any(worked_out) else ""
    return f"Timed minutes: {timed}{marks[0]}, total treatment time: {visit.treatment_time}{marks[1]}.{asked}"

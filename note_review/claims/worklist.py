"""The billing guide's five top denial reasons, what is checked for each, and what to mend first.

Source of the ranking: billing guide 97112, "Top 97112 denial reasons". Official data rank medical necessity first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from note_review.findings import Finding, Severity, reason_beside

_SEVERITIES: Mapping[Severity, int] = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Denial:
    """One reason of the guide, by its rank there; ``rules`` are the names of the rules that look for it."""

    rank: int
    title: str
    checked: str
    rules: frozenset[str]


@dataclass(frozen=True, slots=True)
class DenialView:
    """How one note stands with one reason: ``fail`` outranks ``unknown``, ``unknown`` outranks ``pass``."""

    denial: Denial
    result: Literal["pass", "fail", "unknown"]
    findings: tuple[Finding, ...]

    @property
    def pending(self) -> bool:
        """Whether the answer waits for what a draft has yet to say."""
        return self.result == "unknown" and any(f.pending for f in self.findings)


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One thing to mend. ``amount`` is what the lines concerned pay (US dollars), None where no fee schedule says."""

    order: int
    name: str
    severity: Severity
    message: str
    fix: str
    codes: tuple[str, ...]
    amount: Decimal | None
    denial: Denial | None
    pending: bool = False


DENIALS = (
    Denial(1, "No modifier for a distinct service beside 97140",
           "Whether CMS's edits in force on the day or the payer ask for 59 or an X modifier, whether the claim carries it, and whether the note shows a distinct service.",
           frozenset({"modifier_59_missing", "distinct_service_modifier", "distinct_service_shown", "ncci_edits"})),
    Denial(2, "Units and minutes do not agree",
           "Units billed against minutes documented, both ways, by the payer's way of counting; whether the totals are documented; unit limits.",
           frozenset({"unit_time_mismatch", "units_match_minutes", "timed_total_documented", "untimed_units", "mue"})),
    Denial(3, "Medical necessity is not shown",
           "What the note's words read as, the deficit, the technique, the response and the skill of a therapist.",
           frozenset({"reads_as_97112", "reads_as_97110", "reads_as_97530", "reads_as_other", "generic_exercise", "deficit_missing",
                      "deficit_not_specific", "technique_missing", "minutes_missing", "response_missing", "response_not_measured",
                      "skilled_need_missing", "not_one_on_one", "cloned_note"})),
    Denial(4, "Above the therapy threshold without KX",
           "The amount accrued this year, where it is given, against the threshold of the year of service.",
           frozenset({"kx_missing", "kx_threshold"})),
    Denial(5, "Plan of care or certification lapsed",
           "Dates of plan, certification and expiry on the day of service; the signed-order exception of 2025; progress reports.",
           frozenset({"plan_of_care_missing", "plan_of_care_lapsed", "initial_certification", "certification_current", "recertification", "progress_report"})),
)  # fmt: skip


def denial_view(findings: Iterable[Finding]) -> tuple[DenialView, ...]:
    """Return how a note stands with each of the five reasons.

    A failing finding of severity ``info`` fails nothing. Medical necessity has only findings of absence: none is a pass.
    """
    found = tuple(findings)
    views = []
    for denial in DENIALS:
        own = tuple(finding for finding in found if finding.rule.name in denial.rules)
        failing = any(f.result == "fail" and f.rule.severity != "info" for f in own)
        unknown = any(f.result == "unknown" for f in own)
        views.append(DenialView(denial, "fail" if failing else "unknown" if unknown else "pass", own))
    return tuple(views)


def worklist(findings: Iterable[Finding], *, amounts: Mapping[str, Decimal | None] | None = None) -> tuple[WorkItem, ...]:
    """Return what to mend in the order in which it pays: most money first, then severity, then the guide's rank; what is pending comes after that, what is for information last.

    Parameters
    ----------
    findings
        All findings of one review. A check that has a failing reason beside it (``detail["reason"]``) is told once.
    amounts
        What each code's line pays, US dollars (:func:`note_review.claims.line_amounts`). ``detail["at_stake"]`` of a
        finding goes before it; ``detail["codes"]`` says which lines are concerned, all where it is absent.
    """
    told = [f for f in findings if f.counts and not reason_beside(f.detail)]
    items = [_item(finding, amounts or {}) for finding in told]
    items.sort(key=_order)
    return tuple(replace(item, order=number) for number, item in enumerate(items, 1))


def _item(finding: Finding, amounts: Mapping[str, Decimal | None]) -> WorkItem:
    detail = finding.detail or {}
    codes = tuple(detail.get("codes") or sorted(amounts))
    rule = finding.rule
    denial = next((d for d in DENIALS if rule.name in d.rules), None)
    return WorkItem(
        0,
        rule.name,
        rule.severity,
        finding.message,
        finding.fix or rule.fix,
        codes,
        _stake(finding, codes, amounts),
        denial,
        finding.pending,
    )


def _stake(finding: Finding, codes: tuple[str, ...], amounts: Mapping[str, Decimal | None]) -> Decimal | None:
    if finding.rule.severity == "info":
        return Decimal(0)
    stake = (finding.detail or {}).get("at_stake")
    if stake is not None:
        return abs(Decimal(str(stake)))
    known = [amount for code in codes if (amount := amounts.get(code)) is not None]
    return sum(known, Decimal(0)) if known else None


def _order(item: WorkItem) -> tuple[bool, bool, Decimal, int, int, str]:
    rank = item.denial.rank if item.denial else len(DENIALS) + 1
    return item.severity == "info", item.pending, -(item.amount or Decimal(0)), _SEVERITIES[item.severity], rank, item.name

"""What is wrong with a claim is told once, whichever door is asked, and its money and units in one way."""

import pytest

from note_review.batch.tables import rows_of
from note_review.note import Note, parse_claim
from note_review.reports import text, wording
from note_review.reports.fhir import findings_of, name_of
from note_review.reports.summary import failed_checks

TEXT = "97112 x 23 min: tandem stance on foam, CGA, for delayed R ankle strategy. SLS 6 s -> 11 s.\nJane Doe, PT, DPT"
CASES = {
    "97112:3:GP": ("units_match_minutes", "unit_time_mismatch"),
    "97112:2:59": ("therapy_modifier", "modifier_gp_go_missing"),
}


@pytest.fixture(params=CASES)
def told(request, fast_reviewer):
    return fast_reviewer.review(Note(id="a", text=TEXT, claim=parse_claim(request.param))), *CASES[request.param]


def rows(review):
    known = dict.fromkeys(("source", "place", "patient", "clinician", "clinic", "payer", "discipline", "date_of_service"))
    return rows_of(0, known | {"id": review.id, "text": TEXT}, review.as_dict())


def test_the_check_stays_with_the_claim_and_the_reason_with_the_risk(told):
    review, check, reason = told
    failing = [c.check for c in review.claim.checks if c.result == "fail"]
    assert (failing.count(check), failing.count(reason)) == (1, 0)
    assert [r.reason for r in review.risk.reasons].count(reason) == 1
    assert wording.risk_in_words(review).endswith("the claim itself fails 1 check")
    page = text.render(review, TEXT)
    assert (page.count(f" {check}: "), page.count(f"FAIL NR302 {reason}: "), page.count(f" {reason} [error]: ")) == (1, 0, 1)


def test_where_reasons_and_checks_stand_together_only_the_reason_is_told(told):
    review, check, reason = told
    names = [name_of(finding) for finding in findings_of(review)]
    assert (names.count(check), names.count(reason)) == (0, 1)
    assert check not in failed_checks(review.as_dict()["claim"])
    once = [row["finding"] for row in rows(review)["findings"] if row["result"] == "fail" and row["told_by"] is None]
    assert (once.count(check), once.count(reason)) == (0, 1)


def test_a_failed_check_without_a_reason_is_told_on_every_door(fast_reviewer):
    review = fast_reviewer.review(Note(id="a", text=TEXT, claim=parse_claim("97112:2:GP,97010:2:GP")))
    assert "untimed_units" in {name_of(finding) for finding in findings_of(review)}
    assert "untimed_units" in failed_checks(review.as_dict()["claim"])


def test_what_tells_a_check_is_told_itself(fast_reviewer):
    plan = {"start": "2025-10-01"}
    note = Note(
        text=f"No signed plan of care on file.\n{TEXT}",
        claim=parse_claim("97112:2:GP"),
        date_of_service="2026-03-12",
        plan_of_care=plan,
    )
    review = fast_reviewer.review(note)
    reasons = {r.reason for r in review.risk.reasons}
    assert "plan_of_care_missing" in reasons
    assert {row["told_by"] for row in rows(review)["findings"] if row["result"] == "fail" and row["told_by"]} <= reasons
    assert "certification_current" in failed_checks(review.as_dict()["claim"])


def test_a_total_that_is_lacking_is_told_once(fast_reviewer):
    text = f"97161 evaluation: history, tests.\n{TEXT}"
    review = fast_reviewer.review(
        Note(id="a", text=text, claim=parse_claim("97161:1:GP,97112:2:GP"), date_of_service="2026-03-12")
    )
    failed = failed_checks(review.as_dict()["claim"])
    assert ("timed_total_documented" in failed, "treatment_note" in failed) == (True, False)


def test_the_tables_give_a_codes_lines_their_share_and_the_money_of_the_check(fast_reviewer):
    review = fast_reviewer.review(
        Note(id="a", text=TEXT, claim=parse_claim("97112:2:GP,97112:1:GP-59"), date_of_service="2026-03-10")
    )
    check = next(c for c in review.claim.checks if c.check == "units_match_minutes")
    lines = [(row["units"], row["supported_units"], row["at_stake"]) for row in rows(review)["lines"]]
    assert lines == [(2, 2, 0), (1, 0, 24.88)]
    assert check.detail["at_stake"] == pytest.approx(24.88)
    assert [(a.code, a.units, a.amount) for a in review.claim.amounts] == [("97112", 3, pytest.approx(82.49))]


@pytest.mark.parametrize(
    ("body", "claim", "message"),
    [
        ("97112 0 min, held for BP. 97110 30 min: SLR 3x10.", "97112:1:GP,97110:2:GP", "By the note's own words 97112 was not given; it has no minutes."),
        ("97112: tandem stance. 97110 30 min: SLR 3x10.", "97112:1:GP,97110:2:GP", "Minutes are given for other services, none for 97112."),
        ("97112: tandem stance. 97110: SLR 3x10. Total timed minutes: 30.", "97112:1:GP,97110:1:GP", "97112 has no minutes of its own beside the total."),
        ("97112: tandem stance.", "97112:1:GP", "No minutes are given for 97112."),
    ],
)  # fmt: skip
def test_missing_minutes_are_told_as_the_note_has_them(fast_reviewer, body, claim, message):
    review = fast_reviewer.review(Note(text=body, claim=parse_claim(claim)))
    assert [r.message for r in review.risk.reasons if r.reason == "minutes_missing"] == [message]

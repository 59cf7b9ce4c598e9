"""Certification by dates, the signed-order exception of 2025, recertification, progress reports, signature."""

import datetime

import pytest

from note_review.checks import plan_of_care
from note_review.encounter import PlanOfCareFacts, Signature

D = datetime.date.fromisoformat


def facts(**dates):
    """Return facts that are given with the note, unless ``given`` says that the note's words are all there is."""
    return PlanOfCareFacts(**{"given": True} | {k: D(v) if isinstance(v, str) else v for k, v in dates.items()})


@pytest.mark.parametrize(
    ("given", "day", "initial", "current", "reason"),
    [
        (facts(start="2026-01-05", certified_on="2026-01-20"), "2026-03-02", "pass", "pass", None),
        (facts(start="2026-01-05", certified_on="2026-02-20"), "2026-03-02", "fail", "pass", None),
        (facts(start="2026-01-05", certified_on="2026-02-04"), "2026-03-02", "pass", "pass", None),
        (facts(start="2026-01-05", certified_on="2026-01-20"), "2026-04-05", "pass", "pass", None),
        (facts(start="2026-01-05", certified_on="2026-01-20"), "2026-04-06", "pass", "fail", "plan_of_care_lapsed"),
        (facts(start="2026-01-05", expires_on="2026-02-28"), "2026-03-02", "unknown", "fail", "plan_of_care_lapsed"),
        (facts(start="2026-01-05", expires_on="2026-06-30"), "2026-05-02", "unknown", "fail", "plan_of_care_lapsed"),
        (facts(start="2026-01-05", certified_on="2026-04-01", expires_on="2026-06-20"), "2026-05-02", "unknown", "pass", None),
        (facts(expires_on="2026-02-28"), "2026-02-28", "unknown", "pass", None),
        (facts(), "2026-03-02", "unknown", "unknown", None),
        (facts(absent=True), "2026-03-02", "fail", "unknown", "plan_of_care_missing"),
        (facts(lapsed=True), "2026-03-02", "unknown", "fail", "plan_of_care_lapsed"),
        (facts(start="2026-01-05"), "2026-01-20", "unknown", "pass", None),
        (facts(start="2026-01-05", signed=False), "2026-03-02", "fail", "pass", "plan_of_care_lapsed"),
        (facts(start="2026-01-05", certified_on="2026-02-20"), "2026-05-02", "unknown", "unknown", None),
        (facts(start="2026-01-05", certified_on="2026-02-20"), "2026-05-22", "unknown", "fail", "plan_of_care_lapsed"),
        (facts(start="2026-02-01", certified_on="2026-05-01"), "2026-05-04", "unknown", "unknown", None),
        (facts(start="2026-01-05", certified_on="2026-04-08"), "2026-05-02", "unknown", "pass", None),
        (facts(start="2026-02-20", absent=True, signed=False), "2026-03-10", "unknown", "pass", None),
        (facts(sent_on="2026-02-22", absent=True, signed=False), "2026-03-10", "unknown", "unknown", None),
        (facts(sent_on="2026-02-22", absent=True, signed=False), "2026-04-10", "fail", "unknown", "plan_of_care_missing"),
        (facts(start="2026-02-20", absent=True), "2026-03-10", "fail", "pass", "plan_of_care_missing"),
        (facts(start="2026-01-05", certified_on="9999-12-31"), "2026-01-20", "unknown", "pass", None),
        (facts(start="9999-12-01", expires_on="9999-12-31"), "2026-01-20", "unknown", "fail", "plan_of_care_lapsed"),
    ],
)
def test_certification(build, judge, medicare, *, given, day, initial, current, reason):
    found = judge(plan_of_care.check, build("97112:2:GP", plan_of_care=given, date_of_service=D(day)), medicare)
    assert found["initial_certification"].result == initial
    assert found["certification_current"].result == current
    assert {name for name in found if name.startswith("plan_of_care_")} == ({reason} if reason else set())


@pytest.mark.parametrize(
    ("start", "ordered", "sent", "day", "initial"),
    [
        ("2025-01-06", "2025-01-02", "2025-01-20", "2025-03-03", "pass"),
        ("2024-12-20", "2024-12-18", "2025-01-05", "2025-03-03", "fail"),
        ("2024-06-03", "2024-05-30", "2024-06-10", "2024-08-01", "fail"),
        ("2025-01-06", "2025-01-02", "2025-02-20", "2025-03-03", "fail"),
        ("2025-01-06", None, "2025-01-20", "2025-03-03", "fail"),
    ],
)
def test_signed_order_exception_begins_in_2025_and_reaches_the_first_certification_only(
    build, judge, medicare, *, start, ordered, sent, day, initial
):
    given = facts(start=start, sent_on=sent, **({"ordered_on": ordered} if ordered else {}))
    found = judge(plan_of_care.check, build("97112:2:GP", plan_of_care=given, date_of_service=D(day)), medicare)
    assert found["initial_certification"].result == initial
    assert ("plan_of_care_lapsed" in found) == (initial == "fail")


def test_a_plan_out_for_signature_says_when_it_is_due(build, judge, medicare):
    given = facts(sent_on="2026-02-22", absent=True, signed=False)
    found = judge(plan_of_care.check, build(plan_of_care=given, date_of_service=D("2026-03-10")), medicare)
    assert "due by 2026-03-24, counted from the day the plan was sent" in found["initial_certification"].message


def test_a_therapist_s_own_signature_certifies_nothing(build, judge, medicare):
    given = facts(start="2026-01-05", signed=False, signed_by_therapist=True)
    found = judge(plan_of_care.check, build(plan_of_care=given, date_of_service=D("2026-03-02")), medicare)
    assert found["initial_certification"].result == "fail"
    assert "a physician or NPP certifies it" in found["initial_certification"].message


@pytest.mark.parametrize(("absent", "reason"), [(True, "plan_of_care_missing"), (False, "plan_of_care_lapsed")])
def test_nobody_certified_anew_past_ninety_days(build, judge, medicare, absent, reason):
    given = facts(start="2026-01-02", absent=absent)
    found = judge(plan_of_care.check, build(plan_of_care=given, date_of_service=D("2026-05-10")), medicare)["recertification"]
    assert (found.result, found.detail["reason"]) == ("fail", reason)
    assert "none is known" in found.message


def test_an_unsigned_plan_under_the_exception_is_not_missing(build, judge, medicare):
    given = facts(start="2025-01-06", ordered_on="2025-01-02", sent_on="2025-01-20", absent=True)
    found = judge(plan_of_care.check, build(plan_of_care=given, date_of_service=D("2025-03-03")), medicare)
    assert "plan_of_care_missing" not in found


def test_recertification_is_not_excused_by_an_order(build, judge, medicare):
    given = facts(start="2025-01-06", ordered_on="2025-01-02", sent_on="2025-01-20")
    found = judge(plan_of_care.check, build(plan_of_care=given, date_of_service=D("2025-05-01")), medicare)
    assert found["recertification"].result == "fail"
    assert "A signed order does not stand for it." in found["recertification"].message


def test_past_ninety_days_the_order_still_stands_for_the_first_certification(build, judge, medicare):
    given = facts(start="2026-02-02", ordered_on="2026-01-28", sent_on="2026-02-10")
    found = judge(plan_of_care.check, build(plan_of_care=given, date_of_service=D("2026-05-20")), medicare)
    results = [found[name].result for name in ("initial_certification", "certification_current", "recertification")]
    assert results == ["pass", "fail", "fail"]
    assert "plan_of_care_lapsed" in found


@pytest.mark.parametrize(
    ("told", "current", "recertified"),
    [
        (facts(start="2025-11-10", given=False), "unknown", "unknown"),
        (facts(start="2025-11-10", certified_on="2025-11-20", given=False), "fail", "fail"),
        (facts(start="2025-11-10"), "fail", "fail"),
        (facts(start="2025-11-10", ordered_on="2025-11-03", given=False), "unknown", "unknown"),
        (facts(start="2025-11-10", expires_on="2026-04-10", renewed=True, given=False), "pass", "unknown"),
        (facts(start="2025-11-10", expires_on="2026-04-10", given=False), "fail", "fail"),
        (facts(start="2025-11-10", expires_on="2026-02-08", renewed=True, given=False), "fail", "fail"),
        (facts(start="2025-11-10", certified_on="2025-11-20", renewed=True, given=False), "unknown", "unknown"),
        (facts(start="2025-11-10", certified_on="2026-02-12", renewed=True, given=False), "pass", "pass"),
        (facts(start="2025-11-10", signed=False, renewed=True, given=False), "fail", "fail"),
        (facts(start="2026-01-12", certified_on="2026-01-20", renewed=True, given=False), "pass", "pass"),
    ],
)
def test_a_note_that_tells_the_start_alone_says_nothing_of_later_certifications(
    build, judge, medicare, *, told, current, recertified
):
    found = judge(plan_of_care.check, build(plan_of_care=told, date_of_service=D("2026-03-20")), medicare)
    assert (found["certification_current"].result, found["recertification"].result) == (current, recertified)


def test_a_note_that_tells_the_order_alone_does_not_say_that_nobody_certified(build, judge, medicare):
    told = facts(start="2026-02-02", ordered_on="2026-01-28", given=False)
    found = judge(plan_of_care.check, build(plan_of_care=told, date_of_service=D("2026-03-20")), medicare)
    assert found["initial_certification"].result == "unknown"


@pytest.mark.parametrize(("visits", "result"), [(None, "fail"), (13, "fail"), (6, "pass")])
def test_a_progress_report_that_the_note_calls_overdue(build, judge, medicare, visits, result):
    told = facts(progress_report_overdue=True, visits_since_progress_report=visits)
    assert judge(plan_of_care.check, build(plan_of_care=told), medicare)["progress_report"].result == result


def test_an_explicit_null_says_that_nobody_certified(build, judge, medicare):
    given = facts(start="2026-01-05")
    day = D("2026-03-02")
    said = build(plan_of_care=given, date_of_service=day, note={"plan_of_care": {"start": "2026-01-05", "certified_on": None}})
    unsaid = build(plan_of_care=given, date_of_service=day, note={"plan_of_care": {"start": "2026-01-05"}})
    assert judge(plan_of_care.check, said, medicare)["initial_certification"].result == "fail"
    assert judge(plan_of_care.check, unsaid, medicare)["initial_certification"].result == "unknown"


@pytest.mark.parametrize(("visits", "result"), [(None, "unknown"), (9, "pass"), (10, "pass"), (11, "fail")])
def test_progress_report(build, judge, medicare, visits, result):
    given = facts(visits_since_progress_report=visits)
    assert judge(plan_of_care.check, build(plan_of_care=given), medicare)["progress_report"].result == result


def test_progress_report_counted_from_earlier_notes(build, judge, medicare):
    prior = [{"text": "x", "date_of_service": f"2026-02-{day:02d}"} for day in range(2, 13)]
    note = {"plan_of_care": {"last_progress_report": "2026-02-01"}, "prior_notes": prior}
    found = judge(plan_of_care.check, build(note=note), medicare)["progress_report"]
    assert (found.result, found.detail["visits"]) == ("fail", 12)


@pytest.mark.parametrize(
    ("credentials", "result"), [(("PT",), "pass"), ((), "fail"), (("SPT",), "fail"), (("SPT", "DPT"), "pass")]
)
def test_signature(build, judge, medicare, credentials, result):
    visit = build(signature=Signature(credentials, ()))
    found = judge(plan_of_care.check, visit, medicare)
    assert found["signature"].result == result
    assert found["treatment_note"].detail["has"]["signature with credentials"] is (result == "pass")

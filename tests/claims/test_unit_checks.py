"""Units billed against minutes documented, as far as the note makes them known."""

import dataclasses

import pytest

from note_review.checks import plan_of_care, units
from note_review.encounter import Minutes, Service
from note_review.note import Span
from note_review.policy import load_policy

MIDPOINT = load_policy(payer="ama_midpoint")
BOTH_WAYS = ("units_match_minutes", "unit_time_mismatch")


@pytest.mark.parametrize(
    ("claim", "minutes", "direction"),
    [
        ("97112:2:GP", {"97112": 23}, None),
        ("97112:3:GP", {"97112": 35}, "over"),
        ("97112:1:GP", {"97112": 38}, "under"),
        ("97112:2:GP,97110:1:GP", {"97112": 24, "97110": 23}, None),
        ("97112:2:GP,97110:2:GP", {"97112": 24, "97110": 23}, "over"),
        ("97112:1:GP,97110:2:GP", {"97112": 24, "97110": 23}, "allocation"),
        ("97112:1:GP,97110:2:GP", {"97112": 20, "97110": 20}, None),
        ("97110:2:GP,97140:1:GP", {"97110": 33, "97140": 7}, None),
        ("97110:3:GP", {"97110": 33, "97140": 7}, "allocation"),
        ("97112:1:GP,97112:1:GP-59", {"97112": 30}, None),
        ("97112:2:GP,97161:1:GP", {"97112": 30, "97161": 30}, None),
        ("97112:2:GP", {"97112": 30, "97110": 14}, "under"),
        ([{"code": "97112", "units": 0, "modifiers": ["GP"]}], {"97112": 6}, None),
    ],
)
def test_total_time_both_directions(build, judge, medicare, *, claim, minutes, direction):
    found = judge(units.check, build(claim, minutes=minutes), medicare)
    assert found["units_match_minutes"].result == ("fail" if direction else "pass")
    assert ("unit_time_mismatch" in found) == bool(direction)
    if direction:
        assert found["unit_time_mismatch"].detail["direction"] == direction
        assert found["unit_time_mismatch"].rule.severity == ("error" if direction == "over" else "warning")


@pytest.mark.parametrize(
    ("claim", "minutes", "result"),
    [
        ("97112:2:GP,97110:2:GP", {"97112": 24, "97110": 23}, "pass"),
        ("97112:2:GP,97110:1:GP", {"97112": 24, "97110": 23}, "fail"),
        ("97112:2:GP,97110:1:GP", {"97112": 20, "97110": 20}, "fail"),
        ("97110:2:GP,97140:1:GP", {"97110": 33, "97140": 7}, "fail"),
    ],
)
def test_midpoint_payer_counts_each_code_alone(build, judge, claim, minutes, result):
    assert judge(units.check, build(claim, minutes=minutes), MIDPOINT)["units_match_minutes"].result == result


@pytest.mark.parametrize(
    ("claim", "minutes", "totals", "result"),
    [
        ("97112:2:GP,97110:1:GP", {"97112": None, "97110": None}, {"total_timed": 40}, "pass"),
        ("97112:2:GP,97110:2:GP", {"97112": None, "97110": None}, {"total_timed": 40}, "fail"),
        ("97112:1:GP,97110:1:GP", {"97112": None, "97110": None}, {"total_timed": 40}, "fail"),
        ("97112:2:GP,97110:2:GP", {"97112": None, "97110": None}, {"total_treatment": 55}, "pass"),
        ("97112:2:GP,97010:1:GP", {"97112": None, "97010": None}, {"total_treatment": 45}, "unknown"),
        ("97112:4:GP,97010:1:GP", {"97112": None, "97010": None}, {"total_treatment": 45}, "fail"),
        ("97112:2:GP,97110:1:GP", {"97112": None, "97110": None}, {}, "unknown"),
        ("97112:2:GP,97110:1:GP", {"97112": 30}, {}, "unknown"),
        ("97112:2:GP,97110:1:GP", {"97112": 30}, {"total_timed": 45}, "pass"),
        ("97112::GP", {"97112": 30}, {}, "unknown"),
        ("", {"97112": 30}, {}, "unknown"),
        ("97112:2:GP", {}, {"total_treatment": 25}, "pass"),
        ("97112:2:GP", {"97112": 30, "": None}, {}, "pass"),
        ("97112:2:GP", {"97112": 30, "": 10}, {}, "unknown"),
    ],
)
def test_totals_are_used_as_far_as_they_reach(build, judge, medicare, *, claim, minutes, totals, result):
    found = judge(units.check, build(claim, minutes=minutes, totals=totals), medicare)
    assert found["units_match_minutes"].result == result
    assert ("unit_time_mismatch" in found) == (result == "fail")


def test_two_different_totals_are_no_total(build, judge, medicare):
    visit = build("97112:2:GP,97110:1:GP", minutes={"97112": None, "97110": None}, totals={"total_timed": 40})
    other = build("97112:2:GP", totals={"total_timed": 50})
    both = dataclasses.replace(visit, minutes=(*visit.minutes, *other.minutes))
    assert judge(units.check, both, medicare)["units_match_minutes"].result == "unknown"


def clocked(build, claim, *blocks):
    """Return a visit whose services are told by the clock: code, clock times, minutes."""
    text = "; ".join(f"{code} {clock}" for code, clock, _ in blocks)
    minutes, services, start = [], [], 0
    for code, clock, value in blocks:
        start = text.index(clock, start)
        minutes.append(Minutes(Span(start, start + len(clock)), value, code))
        services.append(Service(Span(0, 1), code, value, named=code))
        start += len(clock)
    return dataclasses.replace(build(claim, text=text), minutes=tuple(minutes), services=tuple(services))


OVERLAPPING = (("97112", "9:00-9:25", 25), ("97110", "9:15-9:40", 25))


@pytest.mark.parametrize(
    ("claim", "blocks", "result", "supported"),
    [
        ("97112:1:GP,97110:1:GP", (("97112", "9:00-9:15", 15), ("97110", "9:00-9:15", 15)), "fail", {"97112": 1, "97110": 0}),
        ("97110:1:GP", (("97112", "9:00-9:15", 15), ("97110", "9:00-9:15", 15)), "pass", {"97112": 0, "97110": 1}),
        ("97112:2:GP,97110:2:GP", OVERLAPPING, "fail", {"97112": 2, "97110": 1}),
        ("97112:1:GP,97110:2:GP", OVERLAPPING, "pass", {"97112": 1, "97110": 2}),
        ("97112:2:GP,97110:1:GP", (("97112", "12:50-1:15", 25), ("97110", "1:05-1:20", 15)), "fail", {"97112": 2, "97110": 0}),
        ("97112:1:GP,97110:1:GP", (("97112", "9:00-9:15", 15), ("97110", "9:15-9:30", 15)), "pass", {"97112": 1, "97110": 1}),
        # Only where no half of the day is written is an hour before seven the afternoon's.
        (
            "97112:2:GP,97110:2:GP",
            (("97112", "6:40 am - 7:05 am", 25), ("97110", "6:55 am - 7:20 am", 25)),
            "fail",
            {"97112": 2, "97110": 1},
        ),
        ("97112:2:GP,97110:2:GP", (("97112", "0640-0705", 25), ("97110", "0655-0720", 25)), "fail", {"97112": 2, "97110": 1}),
        (
            "97112:2:GP,97110:2:GP",
            (("97112", "1:10-1:35", 25), ("97110", "1:25 pm-1:50 pm", 25)),
            "fail",
            {"97112": 2, "97110": 1},
        ),
        (
            "97112:1:GP,97110:1:GP",
            (("97112", "6:40-6:55", 15), ("97110", "6:40 am-6:55 am", 15)),
            "pass",
            {"97112": 1, "97110": 1},
        ),
        # 20 minutes somewhere in each half hour can lie apart.
        ("97112:2:GP,97110:1:GP", (("97112", "9:00-9:30", 20), ("97110", "9:10-9:40", 20)), "pass", {"97112": 2, "97110": 1}),
        # A supervised modality may run beside a timed service.
        ("97112:1:GP,97014:1:GP", (("97112", "9:00-9:15", 15), ("97014", "9:00-9:15", 15)), "pass", {"97112": 1, "97014": 1}),
    ],
)
def test_a_minute_of_the_clock_counts_once(build, judge, medicare, *, claim, blocks, result, supported):
    found = judge(units.check, clocked(build, claim, *blocks), medicare)
    assert found["units_match_minutes"].result == result
    assert found["units_match_minutes"].detail["supported_units"] == supported
    assert found.get("unit_time_mismatch", found["units_match_minutes"]).detail.get("direction") == (
        "over" if result == "fail" else None
    )


def test_the_message_says_where_services_overlap(build, judge, medicare):
    found = judge(units.check, clocked(build, "97112:2:GP,97110:2:GP", *OVERLAPPING), medicare)
    assert "97112 and 97110 overlap from 9:15 to 9:25" in found["unit_time_mismatch"].message
    apart = clocked(build, "97112:1:GP,97110:1:GP", ("97112", "9:00-9:15", 15), ("97110", "9:15-9:30", 15))
    assert "overlap" not in judge(units.check, apart, medicare)["units_match_minutes"].message


@pytest.mark.parametrize(
    ("claim", "minutes", "totals", "result"),
    [
        ("97112:2:GP,97110:2:GP", {"97112": 30, "97110": 23}, {"total_timed": 45}, "unknown"),
        ("97112:2:GP,97110:1:GP", {"97112": 25, "97110": 15}, {"total_treatment": 30}, "unknown"),
        ("97112:2:GP,97110:1:GP", {"97112": 30, "97110": 23}, {"total_timed": 45}, "unknown"),
        ("97112:2:GP,97110:1:GP", {"97112": 22, "97110": 8}, {"total_timed": 45}, "unknown"),
        ("97112:2:GP,97110:1:GP", {"97112": 30, "97110": 15}, {"total_timed": 44}, "pass"),
        ("97112:1:GP,97110:1:GP", {"97112": 15, "97110": 15}, {"total_timed": 45}, "pass"),
        ("97112:3:GP,97110:2:GP", {"97112": 30, "97110": 23}, {"total_timed": 45}, "fail"),
        ("97112:1:GP,97110:1:GP", {"97112": 30, "97110": 23}, {"total_timed": 45}, "fail"),
        # Treatment may be longer than its timed services; a timed total that agrees with them outweighs it.
        ("97112:2:GP,97110:2:GP", {"97112": 25, "97110": 15}, {"total_treatment": 60}, "fail"),
        ("97112:2:GP,97110:1:GP", {"97112": 25, "97110": 15}, {"total_timed": 40, "total_treatment": 30}, "pass"),
    ],
)
def test_services_and_a_total_that_contradict_each_other(build, judge, medicare, *, claim, minutes, totals, result):
    found = judge(units.check, build(claim, minutes=minutes, totals=totals), medicare)["units_match_minutes"]
    assert found.result == result
    assert ("the note contradicts itself" in found.message) == (result == "unknown")


@pytest.mark.parametrize(
    ("text", "claim", "result"),
    [
        ("97112 0 min, held for dizziness. 97110 30 min: bridges.", "97112:1:GP,97110:2:GP", "fail"),
        ("97112 was held today.\n97110 30 min: bridges.", "97112:1:GP,97110:2:GP", "fail"),
        ("Neuro re-ed (97112) 0 min today.\n97110 30 min: bridges.", "97112:1:GP,97110:2:GP", "fail"),
        ("Neuro re-ed not done.\n97110 30 min: bridges.", "97112:1:GP,97110:2:GP", "fail"),
        ("97110 30 min: bridges. No 97112 today.", "97112:1:GP,97110:1:GP", "fail"),
        ("97110 30 min: bridges. NMR deferred due to nausea.", "97112:1:GP,97110:2:GP", "fail"),
        ("97112 was held today.\n97110 30 min: bridges.", "97110:2:GP", "pass"),
        ("97112: stick held overhead while stepping.\n97110 30 min: bridges.", "97112:1:GP,97110:2:GP", "unknown"),
        ("97110 30 min: bridges.\nHeld neuro re-ed positions 10 s x 10.", "97112:1:GP,97110:2:GP", "unknown"),
        ("97112: tandem, stairs not done.\n97110 30 min: bridges.", "97112:1:GP,97110:2:GP", "unknown"),
        ("97110 30 min: bridges.", "97112:1:GP,97110:2:GP", "unknown"),
    ],
)
def test_a_service_that_the_note_says_was_not_given_earns_no_unit(build, judge, medicare, *, text, claim, result):
    billed = "97112" in claim
    visit = build(claim, text=text, minutes={"97110": 30, **({"97112": None} if billed else {})})
    found = judge(units.check, visit, medicare)
    assert found["units_match_minutes"].result == result
    if result == "fail":
        assert found["unit_time_mismatch"].detail["supported_units"] == {"97110": 2, "97112": 0}
        assert found["unit_time_mismatch"].detail["direction"] == "over"
        assert "97112 was not given" in found["unit_time_mismatch"].message


def test_a_service_not_given_earns_nothing_of_a_total_either(build, judge, medicare):
    text = "97112: tandem on foam.\n97110: 0 min, held for knee pain.\nTotal timed minutes: 23."
    visit = build("97112:1:GP,97110:1:GP", text=text, minutes={"97112": None, "97110": None}, totals={"total_timed": 23})
    found = judge(units.check, visit, medicare)["units_match_minutes"]
    assert (found.result, found.detail["direction"]) == ("fail", "over")
    assert found.detail["at_stake"] > 0


def test_supported_units_and_money_stand_in_the_detail(build, judge, medicare):
    found = judge(units.check, build("97112:3:GP,97010:1:GP", minutes={"97112": 35, "97010": 10}), medicare)
    detail = found["unit_time_mismatch"].detail
    assert detail["supported_units"] == {"97112": 2, "97010": 1}
    assert detail["at_stake"] == pytest.approx(24.88)
    assert "Over-billed: 3 timed units billed; 35 minutes support 2" in found["unit_time_mismatch"].message
    assert any("23 to 37 minutes are 2 units" in line for line in detail["arithmetic"])


def test_both_ways_of_counting_are_shown_for_every_visit(build, judge, medicare):
    found = judge(units.check, build("97112:2:GP,97110:1:GP", minutes={"97112": 24, "97110": 23}), medicare)
    compared = found["counting_methods_compared"]
    assert compared.result == "pass"
    assert compared.detail["total_time"] == {"97112": 2, "97110": 1}
    assert compared.detail["midpoint"] == {"97112": 2, "97110": 2}
    assert compared.detail["differ"] is True


@pytest.mark.parametrize(
    ("minutes", "totals", "result"),
    [
        ({"97112": 30}, {"total_timed": 30, "total_treatment": 40}, "pass"),
        ({"97112": 30}, {}, "pass"),
        ({"97112": None, "97110": None}, {}, "fail"),
        ({"97112": 30, "97110": 15}, {"total_timed": 40}, "fail"),
        ({"97112": 30}, {"total_treatment": 20}, "fail"),
        ({"97161": 30}, {}, "pass"),
        ({"97161": None, "97112": 10}, {}, "fail"),
        ({"97161": None, "97112": 10}, {"total_treatment": 45}, "pass"),
        ({"97161": 30, "97112": 10}, {}, "pass"),
        ({"97112": 24, "97110": 23}, {}, "pass"),
    ],
)
def test_timed_total(build, judge, medicare, *, minutes, totals, result):
    visit = build(",".join(f"{code}:1:GP" for code in minutes), minutes=minutes, totals=totals)
    assert judge(units.check, visit, medicare)["timed_total_documented"].result == result


@pytest.mark.parametrize(
    ("minutes", "totals", "known"),
    [
        ({"97161": None, "97112": 10}, {}, False),
        ({"97161": None, "97112": 10}, {"total_timed": 10}, False),
        ({"98941": None, "97112": 10}, {}, True),  # spinal manipulation is no therapy
        ({"97161": None, "97112": 10}, {"total_treatment": 45}, True),
        ({"97161": 30, "97112": 10}, {}, True),
        ({"97112": None, "97110": None}, {"total_timed": 40}, True),
        ({"97112": 24, "97110": 23}, {}, True),
    ],
)
def test_total_treatment_time_is_one_truth_for_both_checks(build, judge, medicare, *, minutes, totals, known):
    visit = build(",".join(f"{code}:1:GP" for code in minutes), minutes=minutes, totals=totals)
    note = judge(plan_of_care.check, visit, medicare)["treatment_note"]
    assert note.detail["has"]["total treatment time"] is known
    assert (judge(units.check, visit, medicare)["timed_total_documented"].result == "pass") is known


@pytest.mark.parametrize(
    ("minutes", "totals", "message"),
    [
        ({"97112": 15}, {}, "Timed minutes and total treatment time: 15, of the only service."),
        ({"97112": 24, "97110": 23}, {}, "Timed minutes: 47 (worked out), total treatment time: 47 (worked out). The manual asks for the totals themselves."),
        ({"97112": 24, "97110": 23}, {"total_timed": 47, "total_treatment": 50}, "Timed minutes: 47, total treatment time: 50."),
    ],
)  # fmt: skip
def test_the_message_says_which_totals_are_told(build, judge, medicare, minutes, totals, message):
    visit = build(",".join(f"{code}:1:GP" for code in minutes), minutes=minutes, totals=totals)
    assert judge(units.check, visit, medicare)["timed_total_documented"].message == message


def test_untimed_codes_are_one_unit(build, judge, medicare):
    assert judge(units.check, build("97010:2:GP", minutes={"97010": 30}), medicare)["untimed_units"].result == "fail"
    assert judge(units.check, build("97010:1:GP", minutes={"97010": 30}), medicare)["untimed_units"].result == "pass"


def test_unit_limits_follow_the_payer(build, judge, medicare):
    visit = build("97112:5:GP", minutes={"97112": 75})
    assert judge(units.check, visit, medicare)["mue"].result == "fail"
    assert "mue" not in judge(units.check, visit, load_policy(payer="commercial_example"))


def test_every_message_is_free_of_note_text(build, medicare):
    visit = build("97112:3:GP", minutes={"97112": 35}, text="SECRET words of the note")
    assert not any("SECRET" in f.message + (f.fix or "") for f in units.check(visit, medicare))

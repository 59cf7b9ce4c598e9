"""Who gave which unit, what lines pay, the denial view and the order of work."""

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_review.checks import edits, modifiers, plan_of_care, units
from note_review.claims import (
    amount_at_stake,
    assistant_units,
    code_amounts,
    denial_view,
    line_amounts,
    schedule_of,
    stakes,
    supported_lines,
    supported_units,
    worklist,
)
from note_review.note import parse_claim
from note_review.policy import load_policy

POLICY = load_policy()
SCHEDULE = schedule_of(POLICY)
FAMILIES = (units, modifiers, edits, plan_of_care)


def findings(visit, policy=POLICY):
    return [f for family in FAMILIES for f in family.check(visit, policy)]


@pytest.mark.parametrize(
    ("total", "assistant", "units", "marked"),
    [
        (36, 23, 2, 1),  # CMS's example: the block of 15 is the assistant's, of the rest the therapist gave 13
        (30, 0, 2, 0),
        (15, 10, 1, 1),
        (24, 12, 2, 1),  # 12 and 12: one unit with, one without
        (30, 3, 2, 0),
        (30, 30, 2, 2),
        (10, 3, 1, 1),
        (20, 2, 1, 0),
        (30, 15, 2, 1),
    ],
)
def test_units_of_an_assistant(total, assistant, units, marked):
    split = assistant_units("97110", total=total, assistant=assistant, units=units)
    assert (split.with_modifier, split.without_modifier) == (marked, units - marked)


def test_an_untimed_service_is_weighed_as_a_whole():
    assert assistant_units("97150", total=30, assistant=4, units=1, timed=False).with_modifier == 1
    assert assistant_units("97150", total=30, assistant=3, units=1, timed=False).with_modifier == 0


@given(st.integers(0, 120), st.data())
def test_every_unit_is_with_or_without(total, data):
    assistant = data.draw(st.integers(0, total))
    units = supported_units({"97110": total}, method="total_time").total_units
    split = assistant_units("97110", total=total, assistant=assistant, units=units)
    assert split.with_modifier + split.without_modifier == units
    assert split.with_modifier >= 0
    assert split.without_modifier >= 0
    if assistant * 100 <= total * 10:
        assert split.with_modifier == 0
    if assistant == total:
        assert split.with_modifier == units


def test_units_of_another_length_are_split_by_that_length():
    """Of two units of 30 minutes each gave one; from 16 minutes the therapist alone earns the unit that is left."""
    whole = assistant_units("97110", total=60, assistant=30, units=2, unit=30, first=16)
    assert (whole.with_modifier, whole.without_modifier) == (1, 1)
    assert assistant_units("97110", total=30, assistant=15, units=1, unit=30, first=16).with_modifier == 1
    assert assistant_units("97110", total=30, assistant=14, units=1, unit=30, first=16).with_modifier == 0


def test_every_unit_of_what_the_assistant_gave_alone_is_marked():
    assert assistant_units("97110", total=15, assistant=15, units=2).with_modifier == 2


def test_more_assistant_minutes_than_minutes_are_refused():
    with pytest.raises(ValueError, match="assistant's minutes"):
        assistant_units("97110", total=10, assistant=11, units=1)


@pytest.mark.parametrize(
    ("code", "first", "further"),
    [("97112", "32.73", "24.88"), ("97110", "29.06", "22.21"), ("97530", "35.07", "25.05"), ("97140", "27.72", "21.21")],
)
def test_national_figures_of_2026_and_the_reduction(code, first, further):
    one, two = (paid(f"{code}:{n}:GP")[0] for n in (1, 2))
    assert (one, two - one) == (Decimal(first), Decimal(further))


def paid(claim, schedule=SCHEDULE):
    return [line.amount for line in line_amounts(parse_claim(claim), schedule)]


def test_only_the_unit_of_highest_practice_expense_is_paid_in_full():
    neuro, activities = line_amounts(parse_claim("97112:2:GP,97530:1:GP"), SCHEDULE)
    assert (activities.amount, activities.reduced_units) == (Decimal("35.07"), 0)
    assert (neuro.amount, neuro.reduced_units) == (Decimal("49.76"), 2)


def test_a_code_on_two_lines_has_one_unit_in_full_and_one_amount():
    lines = line_amounts(parse_claim("97112:1:GP,97112:1:GP-59"), SCHEDULE)
    assert [line.amount for line in lines] == [Decimal("32.73"), Decimal("24.88")]
    assert [(code.units, code.amount) for code in code_amounts(lines)] == [(2, Decimal("57.61"))]


@pytest.mark.parametrize(
    ("claim", "amounts"),
    [
        ("97112:2:GP-CQ", ["48.97"]),
        ("97112:2:GO-CO", ["48.97"]),
        ("97112:1:GP,97112:1:GP-CQ", ["32.73", "21.15"]),
        ("97112:1:GP-CQ,97530:1:GP", ["21.15", "35.07"]),  # which unit is paid in full does not hang on who gave it
        ("97112:2:GP", ["57.61"]),
    ],
)
def test_a_line_of_an_assistant_pays_85_per_cent(claim, amounts):
    assert paid(claim) == [Decimal(amount) for amount in amounts]


def test_before_2022_an_assistants_line_pays_in_full():
    before = schedule_of(POLICY, datetime.date(2021, 5, 3))
    assert (before.assistant_percent, SCHEDULE.assistant_percent) == (100, 85)


def test_unknown_codes_have_no_amount():
    claim = parse_claim("99999:1:GP")
    assert line_amounts(claim, SCHEDULE)[0].amount is None
    assert amount_at_stake(claim, {"99999": 0}, SCHEDULE) is None
    assert amount_at_stake(claim, {"99999": 1}, SCHEDULE) == 0


@pytest.mark.parametrize(
    ("claim", "supported", "amount"),
    [
        ("97112:3:GP", {"97112": 2}, "24.88"),
        ("97112:1:GP", {"97112": 2}, "-24.88"),
        ("97112:3:GP-CQ", {"97112": 2}, "21.15"),
        ("97112:2:GP,97112:2:GP-59", {"97112": 3}, "24.88"),
        ("97112:1:GP", {"97112": 1, "97110": 1}, "-22.21"),
    ],
)
def test_amount_at_stake_has_a_sign(claim, supported, amount):
    assert amount_at_stake(parse_claim(claim), supported, SCHEDULE) == Decimal(amount)


@pytest.mark.parametrize(
    ("claim", "supported", "shares"),
    [
        ("97112:2:GP,97112:2:GP-59", 3, [2, 1]),
        ("97112:1:GP,97112:1:GP-59", 3, [1, 2]),
        ("97112:1:GP,97112:2:GP-59", 0, [0, 0]),
        ("97112::GP", 2, [2]),
        ("97112::GP,97112:1:GP-59", 2, [None, None]),
    ],
)
def test_a_codes_lines_share_its_supported_units(claim, supported, shares):
    lines = parse_claim(claim)
    assert [line.units for line in supported_lines(lines, {"97112": supported})] == shares
    assert [line.units for line in supported_lines(lines, {})] == [None] * len(lines)


def test_what_is_over_billed_stands_on_the_line_that_is_over():
    lines = parse_claim("97112:2:GP,97112:2:GP-59,97010:1:GP")
    assert stakes(lines, {"97112": 3, "97010": 1}, SCHEDULE) == (0, Decimal("24.88"), 0)
    # Without 97112 the first unit of 97110 is paid in full.
    assert stakes(parse_claim("97112:1:GP,97110:2:GP"), {"97112": 0, "97110": 2}, SCHEDULE) == (Decimal("25.88"), 0)


def test_denial_view_names_the_five_reasons(build):
    visit = build("97112:3:GP,97140:1:GP", minutes={"97112": 30, "97140": 10}, note={"kx_accrued": 3000})
    views = denial_view(findings(visit))
    assert [v.denial.rank for v in views] == [1, 2, 3, 4, 5]
    assert [v.result for v in views] == ["pass", "fail", "pass", "fail", "unknown"]


def test_worklist_puts_money_first_and_tells_nothing_twice(build):
    visit = build("97112:3:GP,97140:1:GP", minutes={"97112": 30, "97140": 10}, note={"kx_accrued": 3000})
    amounts = {line.code: line.amount for line in line_amounts(visit.claim, SCHEDULE)}
    items = worklist(findings(visit), amounts=amounts)
    names = [item.name for item in items]
    assert names[0] == "kx_missing"
    assert names.index("kx_missing") < names.index("unit_time_mismatch")
    assert names[-1] == "modifier_59_missing"
    assert items[-1].amount == 0
    assert "units_match_minutes" not in names
    assert [item.order for item in items] == list(range(1, len(items) + 1))
    assert items[0].denial.rank == 4


def test_the_worklist_does_not_begin_with_what_is_for_information(build):
    visit = build("97112:3:GP,97140:1:GP", minutes={"97112": 30, "97140": 10}, note={"kx_accrued": 3000})
    items = worklist(replace(f, pending=f.result == "fail" and f.rule.severity != "info") for f in findings(visit))
    assert [item.severity == "info" for item in items] == sorted(item.severity == "info" for item in items)
    assert items[0].pending
    assert items[-1].severity == "info"


def test_two_payers_judge_the_same_visit_differently(build):
    visit = build("97112:2:GP,97140:1:GP", minutes={"97112": 30, "97140": 10})
    before, after = (
        {f.rule.name: (f.result, f.rule.severity) for f in findings(visit, load_policy(payer=payer))}
        for payer in ("medicare", "commercial_example")
    )
    assert (before["modifier_59_missing"], after["modifier_59_missing"]) == (("fail", "info"), ("fail", "error"))
    assert (before["distinct_service_modifier"][0], after["distinct_service_modifier"]) == ("pass", ("fail", "error"))


def test_rules_have_stable_codes_and_names_of_their_own():
    rules = [rule for family in FAMILIES for rule in family.RULES]
    assert len({r.code for r in rules}) == len({r.name for r in rules}) == len(rules)
    reasons = {r.name for r in rules if r.reason}
    assert reasons == {
        "unit_time_mismatch", "modifier_59_missing", "modifier_gp_go_missing", "kx_missing",
        "plan_of_care_missing", "plan_of_care_lapsed", "assistant_modifier_missing",
    }  # fmt: skip
    assert all(r.summary and r.why and r.fix and r.example and r.source for r in rules)

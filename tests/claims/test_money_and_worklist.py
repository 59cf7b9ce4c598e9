"""Who gave which unit, what lines pay, the denial view and the order of work."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_review.checks import edits, modifiers, plan_of_care, units
from note_review.claims import (
    amount_at_stake,
    assistant_units,
    changed_verdicts,
    denial_view,
    line_amounts,
    supported_units,
    worklist,
)
from note_review.policy import load_policy

POLICY = load_policy()
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


def test_more_assistant_minutes_than_minutes_are_refused():
    with pytest.raises(ValueError, match="assistant's minutes"):
        assistant_units("97110", total=10, assistant=11, units=1)


@pytest.mark.parametrize(
    ("code", "first", "further"),
    [("97112", "32.73", "24.88"), ("97110", "29.06", "22.21"), ("97530", "35.07", "25.05"), ("97140", "27.72", "21.21")],
)
def test_national_figures_of_2026_and_the_reduction(code, first, further):
    one, two = (line_amounts({code: n}, fee_of=POLICY.fee, factor=Decimal("33.4009"))[0].amount for n in (1, 2))
    assert (one, two - one) == (Decimal(first), Decimal(further))


def test_only_the_unit_of_highest_practice_expense_is_paid_in_full():
    lines = {line.code: line for line in line_amounts({"97112": 2, "97530": 1}, fee_of=POLICY.fee, factor=Decimal("33.4009"))}
    assert (lines["97530"].amount, lines["97530"].reduced_units) == (Decimal("35.07"), 0)
    assert (lines["97112"].amount, lines["97112"].reduced_units) == (Decimal("49.76"), 2)


def test_unknown_codes_have_no_amount():
    assert line_amounts({"99999": 1}, fee_of=POLICY.fee, factor=Decimal(33))[0].amount is None
    assert amount_at_stake({"99999": 1}, {}, fee_of=POLICY.fee, factor=Decimal(33)) is None


def test_amount_at_stake_has_a_sign():
    def stake(billed, supported):
        return amount_at_stake(billed, supported, fee_of=POLICY.fee, factor=Decimal("33.4009"))

    assert stake({"97112": 3}, {"97112": 2}) == Decimal("24.88")
    assert stake({"97112": 1}, {"97112": 2}) == Decimal("-24.88")


def test_denial_view_names_the_five_reasons(build):
    visit = build("97112:3:GP,97140:1:GP", minutes={"97112": 30, "97140": 10}, note={"kx_accrued": 3000})
    views = denial_view(findings(visit))
    assert [v.denial.rank for v in views] == [1, 2, 3, 4, 5]
    assert [v.result for v in views] == ["pass", "fail", "pass", "fail", "unknown"]


def test_worklist_puts_money_first_and_tells_nothing_twice(build):
    visit = build("97112:3:GP,97140:1:GP", minutes={"97112": 30, "97140": 10}, note={"kx_accrued": 3000})
    amounts = {
        line.code: line.amount for line in line_amounts({"97112": 3, "97140": 1}, fee_of=POLICY.fee, factor=Decimal("33.4009"))
    }
    items = worklist(findings(visit), amounts=amounts)
    names = [item.name for item in items]
    assert names[0] == "kx_missing"
    assert names.index("kx_missing") < names.index("unit_time_mismatch")
    assert names[-1] == "modifier_59_missing"
    assert items[-1].amount == 0
    assert "units_match_minutes" not in names
    assert [item.order for item in items] == list(range(1, len(items) + 1))
    assert items[0].denial.rank == 4


def test_changed_verdicts_between_two_payers(build):
    visit = build("97112:2:GP,97140:1:GP", minutes={"97112": 30, "97140": 10})
    changed = {
        c.check: (c.before, c.after)
        for c in changed_verdicts(findings(visit), findings(visit, load_policy(payer="commercial_example")))
    }
    assert changed["modifier_59_missing"] == ("fail (info)", "fail (error)")
    assert changed["distinct_service_modifier"] == ("pass", "fail (error)")
    assert not changed_verdicts(findings(visit), findings(visit))


def test_rules_have_stable_codes_and_names_of_their_own():
    rules = [rule for family in FAMILIES for rule in family.RULES]
    assert len({r.code for r in rules}) == len({r.name for r in rules}) == len(rules)
    reasons = {r.name for r in rules if r.reason}
    assert reasons == {
        "unit_time_mismatch", "modifier_59_missing", "modifier_gp_go_missing", "kx_missing",
        "plan_of_care_missing", "plan_of_care_lapsed", "assistant_modifier_missing",
    }  # fmt: skip
    assert all(r.summary and r.why and r.fix and r.example and r.source for r in rules)

"""The manual's examples, the comparison of both rules, and properties over random visits."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_review.claims import compare_methods, supported_units
from note_review.claims.units import unit_range, units_of

CODES = ("97110", "97112", "97116", "97140", "97530", "97035")
visits = st.dictionaries(st.sampled_from(CODES), st.integers(0, 140), min_size=1, max_size=6)


@pytest.mark.parametrize(("minutes", "units"), [(0, 0), (7, 0), (8, 1), (22, 1), (23, 2), (37, 2), (38, 3), (52, 3), (53, 4), (67, 4), (68, 5), (82, 5), (83, 6), (97, 6), (98, 7), (112, 7), (113, 8), (127, 8), (128, 9)])  # fmt: skip
def test_the_manuals_table(minutes, units):
    assert units_of(minutes) == units
    low, high = unit_range(units)
    assert low <= minutes <= high


@pytest.mark.parametrize(
    ("minutes", "accepted"),
    [
        ({"97112": 24, "97110": 23}, [{"97112": 2, "97110": 1}]),
        ({"97112": 20, "97110": 20}, [{"97112": 2, "97110": 1}, {"97112": 1, "97110": 2}]),
        ({"97110": 33, "97140": 7}, [{"97110": 2, "97140": 1}]),
        ({"97110": 18, "97140": 13, "97116": 10, "97035": 8}, [{"97110": 1, "97140": 1, "97116": 1, "97035": 0}]),
        ({"97112": 7, "97110": 7, "97140": 7}, [{"97112": 1, "97110": 0, "97140": 0}, {"97112": 0, "97110": 1, "97140": 0}, {"97112": 0, "97110": 0, "97140": 1}]),
        ({"97530": 60}, [{"97530": 4}]),
        ({"97110": 15, "97112": 7}, [{"97110": 1, "97112": 0}]),
        ({"97110": 38, "97112": 7}, [{"97110": 3, "97112": 0}]),
        ({"97110": 23, "97112": 8, "97140": 7}, [{"97110": 2, "97112": 1, "97140": 0}]),
        ({"97110": 16, "97112": 8, "97140": 8}, [{"97110": 1, "97112": 1, "97140": 0}, {"97110": 1, "97112": 0, "97140": 1}]),
        ({"97110": 6, "97112": 5}, [{"97110": 1, "97112": 0}]),
    ],
)  # fmt: skip
def test_the_manuals_examples_and_ties(minutes, accepted):
    answer = supported_units(minutes, method="total_time")
    assert sorted(map(str, map(sorted_items, every_answer(answer)))) == sorted(map(str, map(sorted_items, accepted)))
    for units in itertools.product(range(5), repeat=len(minutes)):
        billed = dict(zip(minutes, units, strict=True))
        assert answer.accepts(billed) == (billed in accepted)


def every_answer(answer):
    """Give every accepted allocation, drawn out one by one."""
    for chosen in itertools.combinations(answer.tied, answer.tied_units):
        yield {code: units + (code in chosen) for code, units in answer.base.items()}


def sorted_items(allocation):
    return sorted(allocation.items())


@pytest.mark.parametrize(
    ("minutes", "total_time", "midpoint"),
    [
        ((24, 23), 3, 4), ((20, 20), 3, 2), ((33, 7), 3, 2), ((18, 13, 10, 8), 3, 4), ((7, 7, 7), 1, 0), ((8, 8), 1, 2),
        ((10, 10), 1, 2), ((12, 10, 8), 2, 3), ((9, 9, 9, 9), 2, 4), ((22, 22), 3, 2), ((6, 5), 1, 0),
    ],
)  # fmt: skip
def test_both_rules_side_by_side(minutes, total_time, midpoint):
    both = compare_methods(dict(zip(CODES, minutes, strict=False)))
    assert (both.total_time.total_units, both.midpoint.total_units) == (total_time, midpoint)
    assert both.differ
    assert both.more == ("total_time" if total_time > midpoint else "midpoint")


@given(st.integers(0, 600))
def test_one_code_counts_the_same_by_both_rules(minutes):
    assert not compare_methods({"97112": minutes}).differ


def test_the_arithmetic_can_be_checked_by_eye():
    lines = supported_units({"97110": 33, "97140": 7}, method="total_time").lines
    assert lines == (
        "97110: 33 min = 2 x 15 + 3",
        "97140: 7 min = 0 x 15 + 7",
        "33 + 7 = 40 timed minutes; 38 to 52 minutes are 3 units",
        "2 units in whole steps of 15 minutes, 1 more by largest remainder: 97140 (7 min left over)",
        "97110 x2, 97140 x1",
    )


def test_the_billed_one_of_tied_answers_is_shown():
    billed = {"97110": 1, "97112": 2}
    assert supported_units({"97110": 20, "97112": 20}, method="total_time", preferred=billed).allocation == billed


@given(visits)
def test_units_never_exceed_the_days_total(minutes):
    answer = supported_units(minutes, method="total_time")
    assert sum(answer.allocation.values()) == answer.total_units == units_of(sum(minutes.values()))


@given(visits)
def test_each_code_lies_at_most_one_above_its_whole_quarters(minutes):
    answer = supported_units(minutes, method="total_time")
    for allocation in itertools.islice(every_answer(answer), 30):
        assert all(minutes[code] // 15 <= units <= minutes[code] // 15 + 1 for code, units in allocation.items())
        assert answer.accepts(allocation)
        assert all(units <= answer.most(code) for code, units in allocation.items())


@given(visits, st.integers(1, 7))
def test_a_service_under_eight_minutes_counts_towards_the_total(minutes, short):
    longer = {**minutes, "97124": short}
    assert supported_units(longer, method="total_time").total_units == units_of(sum(minutes.values()) + short)


@given(visits, st.sampled_from(CODES), st.integers(1, 60))
def test_more_minutes_never_make_fewer_units(minutes, code, more):
    longer = {**minutes, code: minutes.get(code, 0) + more}
    for method in ("total_time", "midpoint"):
        before, after = (supported_units(m, method=method) for m in (minutes, longer))
        assert after.total_units >= before.total_units
    assert max(a[code] for a in every_answer(supported_units(longer, method="total_time"))) >= max(
        (a.get(code, 0) for a in every_answer(supported_units(minutes, method="total_time"))), default=0
    )


@given(visits, st.randoms())
def test_the_order_of_services_does_not_matter(minutes, random):
    shuffled = list(minutes.items())
    random.shuffle(shuffled)
    assert supported_units(dict(shuffled), method="total_time") == supported_units(minutes, method="total_time")


@given(visits)
def test_remainders_decide(minutes):
    """No code without an extra unit has a larger remainder than one with it."""
    allocation = supported_units(minutes, method="total_time").allocation
    extra = [minutes[c] % 15 for c in minutes if allocation[c] > minutes[c] // 15]
    without = [minutes[c] % 15 for c in minutes if allocation[c] == minutes[c] // 15]
    assert min(extra, default=15) >= max(without, default=0)


@pytest.mark.parametrize("minutes", [{"97112": -1}, {"97112": 7.5}, {"97112": True}])
def test_wrong_minutes_are_refused(minutes):
    with pytest.raises(ValueError, match="whole numbers"):
        supported_units(minutes, method="total_time")

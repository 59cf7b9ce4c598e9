"""The arithmetic of samples against worked examples: by hand here, and by exhaustive counting."""

import math
from itertools import combinations
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_review.sampling.draw import StratumFrame, allocate, random_number
from note_review.sampling.estimate import Stratum, cautions, error_rate, total_amount
from note_review.sampling.sizes import size_for_amount, size_for_rate


def stratum(name, units, amounts):
    return Stratum(name, units, tuple(a != 0 for a in amounts), tuple(float(a) for a in amounts))


def test_unstratified_amount_by_hand():
    """N = 200, n = 5, overpayments 10 0 20 0 30: mean 12, s^2 = 170, SE = 200 sqrt(170/5 * 195/200); t(0.95; 4) = 2.131847."""
    found = total_amount([stratum("all", 200, (10, 0, 20, 0, 30))])
    error = 200 * math.sqrt(170 / 5 * 0.975)
    assert found.point == pytest.approx(2400)
    assert found.standard_error == pytest.approx(error)
    assert error == pytest.approx(1151.5207, abs=1e-4)
    assert found.lower == pytest.approx(2400 - 2.131847 * error, abs=0.01)
    assert found.upper == pytest.approx(2400 + 2.131847 * error, abs=0.01)
    assert found.degrees == 4


def test_cochran_s_signatures():
    """Cochran, Sampling Techniques, 2.6: 50 of 676 sheets, sum 1,471, sum of squares 54,497: total 19,888, 80 % limits 18,107 to 21,669."""
    counts = {
        42: 23,
        41: 4,
        36: 1,
        32: 1,
        29: 1,
        27: 2,
        23: 1,
        19: 1,
        16: 2,
        15: 2,
        14: 1,
        11: 1,
        10: 1,
        9: 1,
        7: 1,
        6: 3,
        5: 2,
        4: 1,
        3: 1,
    }
    values = [value for value, times in counts.items() for _ in range(times)]
    assert (len(values), sum(values), sum(v * v for v in values)) == (50, 1471, 54497)
    found = total_amount([stratum("sheets", 676, values)], confidence=0.80)
    assert found.point == pytest.approx(19888, abs=0.5)
    # The book takes the normal deviate 1.28 where this takes t with 49 degrees, 1.299.
    assert 1.28 * found.standard_error == pytest.approx(1781, abs=2)
    assert found.upper - found.point == pytest.approx(1.2991 * found.standard_error, rel=1e-4)


def test_cochran_s_wrong_addresses():
    """Cochran 3.2: 38 of 200 addresses from a list of 3,042 are wrong: about 578 in the list, standard error 81.8."""
    found = error_rate([Stratum("list", 3042, (True,) * 38 + (False,) * 162, (1.0,) * 38 + (0.0,) * 162)])
    assert found.point * 3042 == pytest.approx(578, abs=0.5)
    assert found.standard_error * 3042 == pytest.approx(81.8, abs=0.05)


@pytest.mark.parametrize(("sizes", "error"), [((6, 18), 1372), ((12, 12), 1044)])
def test_cochran_s_cities(sizes, error):
    """Cochran 5.6: 16 large and 48 other cities, S^2 53,843 and 5,581: standard errors 1,372 (proportional) and 1,044 (equal sizes)."""

    def of_variance(count, wanted):
        away = math.sqrt(wanted * (count - 1) / count)
        return [away, -away] * (count // 2)

    cities = [stratum("large", 16, of_variance(sizes[0], 53_843)), stratum("other", 48, of_variance(sizes[1], 5_581))]
    assert total_amount(cities).standard_error == pytest.approx(error, abs=0.6)


def test_strata_by_hand():
    """Two strata: N 100 and 300, n 4 and 5. Means 10 and 4, s^2 200/3 and 20: total 2,200."""
    first, second = stratum("high", 100, (0, 10, 10, 20)), stratum("low", 300, (0, 0, 5, 5, 10))
    found = total_amount([first, second])
    parts = 100 * 96 * (200 / 3) / 4, 300 * 295 * 17.5 / 5
    assert found.point == pytest.approx(100 * 10 + 300 * 4)
    assert found.standard_error == pytest.approx(math.sqrt(sum(parts)))
    assert found.degrees == pytest.approx(sum(parts) ** 2 / (parts[0] ** 2 / 3 + parts[1] ** 2 / 4))


def test_strata_of_rates_by_hand():
    """W = 0.25 and 0.75, p = 3/4 and 3/5: 0.6375; var = sum W^2 (1-f) p q / (n-1)."""
    strata = [stratum("high", 100, (0, 10, 10, 20)), stratum("low", 300, (0, 0, 5, 5, 10))]
    found = error_rate(strata)
    by_hand = 0.25**2 * 0.96 * 0.1875 / 3 + 0.75**2 * (1 - 5 / 300) * 0.24 / 4
    assert found.point == pytest.approx(0.6375)
    assert found.standard_error == pytest.approx(math.sqrt(by_hand))


def test_a_stratified_rate_without_an_error_still_has_an_upper_limit():
    """0 of 40 in strata: 1 - 0.05^(1/40) = 7.216 %, the binomial limit for 40 units."""
    found = error_rate([stratum("a", 300, (0,) * 25), stratum("b", 200, (0,) * 15)])
    assert (found.point, found.lower) == (0, 0)
    assert found.upper == pytest.approx(1 - 0.05 ** (1 / 40))


def test_a_stratified_rate_of_few_errors_takes_the_effective_size():
    """p = 0.1 of 2 in 20 from either half: var = 2 * 0.25 * 0.9 * 0.09 / 9 (n 10 of 100 each); n_eff = 0.09 / var = 20, so 2 of 20."""
    from scipy.stats import beta

    found = error_rate([stratum("a", 100, (1,) + (0,) * 9), stratum("b", 100, (1,) + (0,) * 9)])
    assert found.standard_error**2 == pytest.approx(2 * 0.25 * 0.9 * 0.09 / 9)
    assert found.lower == pytest.approx(beta.ppf(0.05, 2, 19))
    assert found.upper == pytest.approx(beta.ppf(0.95, 3, 18))


def test_exact_limits_by_counting_every_sample():
    """N = 12, n = 4, 1 in error: limits found by listing all 495 samples for each number of errors in the frame."""

    def at_most(errors, x):
        samples = list(combinations(range(12), 4))
        return sum(sum(i < errors for i in s) <= x for s in samples) / len(samples)

    kept_low = [k for k in range(1, 10) if 1 - at_most(k, 0) > 0.05]
    kept_high = [k for k in range(1, 10) if at_most(k, 1) > 0.05]
    found = error_rate([Stratum("all", 12, (True, False, False, False), (1.0, 0, 0, 0))])
    assert (found.lower, found.upper) == (min(kept_low) / 12, max(kept_high) / 12)


def test_exact_limits_approach_clopper_and_pearson():
    """In a frame of a million, 12 errors of 100 have the limits of Clopper and Pearson: 6.9988 % and 18.9064 % (two-sided 90 %)."""
    from scipy.stats import beta

    found = error_rate([Stratum("all", 1_000_000, (True,) * 12 + (False,) * 88, (1.0,) * 12 + (0.0,) * 88)])
    assert found.lower == pytest.approx(beta.ppf(0.05, 12, 89), abs=2e-4)
    assert found.upper == pytest.approx(beta.ppf(0.95, 13, 88), abs=2e-4)


def test_a_frame_taken_whole_has_no_error():
    whole = [stratum("a", 3, (1, 2, 3)), stratum("b", 2, (0, 4))]
    found = total_amount(whole)
    assert (found.point, found.lower, found.upper) == (10, 10, 10)
    rate = error_rate([stratum("a", 3, (1, 0, 3))])
    assert (rate.lower, rate.point, rate.upper) == (2 / 3, 2 / 3, 2 / 3)


def test_what_weakens_an_estimate_is_said():
    assert "No sampled unit" in cautions([stratum("a", 30, (0, 0))])[0]
    assert "Only 1" in cautions([stratum("a", 30, (0, 4))])[0]
    assert "no spread: b" in cautions([stratum("a", 30, (0, 4)), stratum("b", 30, (3,))])[1]


def test_sizes_by_hand():
    """Rate 0.5 within 0.05 at 90 %: n0 = 1.644854^2 * 0.25 / 0.0025 = 270.55; of 1,000: 270.55 / 1.27055 = 212.9."""
    assert size_for_rate(10**9, rate=0.5, half_width=0.05) == 271
    assert size_for_rate(1000, rate=0.5, half_width=0.05) == 213
    first = (NormalDist().inv_cdf(0.95) * 40 / (0.1 * 20)) ** 2
    assert size_for_amount(5000, mean=20, deviation=40, precision=0.1) == math.ceil(first / (1 + first / 5000))
    assert size_for_amount(5000, mean=0, deviation=0, precision=0.1) == 5000


frames = st.dictionaries(
    st.text("abc", min_size=1, max_size=3),
    st.tuples(st.integers(1, 400), st.floats(0, 90)),
    min_size=1,
    max_size=8,
)


@given(frames, st.integers(20, 300), st.sampled_from(["proportional", "equal", "neyman"]))
def test_allocation_gives_the_size_and_never_more_than_there_is(drawn, size, how):
    strata = {name: StratumFrame(name, units, deviation) for name, (units, deviation) in drawn.items()}
    given_ = allocate(strata, size, how)
    assert sum(given_.values()) == min(size, sum(s.units for s in strata.values()))
    assert all(min(2, s.units) <= given_[name] <= s.units for name, s in strata.items())


def test_allocation_follows_its_weights():
    strata = {"a": StratumFrame("a", 900, 1.0), "b": StratumFrame("b", 100, 27.0)}
    assert allocate(strata, 100, "proportional") == {"a": 90, "b": 10}
    assert allocate(strata, 100, "equal") == {"a": 50, "b": 50}
    assert allocate(strata, 100, "neyman") == {"a": 25, "b": 75}


def test_random_numbers_are_anybody_s():
    """``printf %s 20260301:17 | sha256sum``"""
    assert random_number("20260301", "17") == "8e40b7bda491219e363eb04a318c790fc501e6fa2e8436fbc4af26dbadf12fb0"


@given(st.integers(2, 40), st.data())
def test_limits_hold_the_point_and_stay_in_range(units, data):
    sampled = data.draw(st.integers(2, units))
    errors = tuple(data.draw(st.lists(st.booleans(), min_size=sampled, max_size=sampled)))
    found = error_rate([Stratum("a", units, errors, tuple(map(float, errors)))])
    assert 0 <= found.lower <= found.point <= found.upper <= 1
    assert found.lower * units >= sum(errors) - 1e-9

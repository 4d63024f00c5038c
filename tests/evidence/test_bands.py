"""Intervals of published numbers against values printed in textbooks and against definition."""

import pytest
from scipy.stats import binom, poisson

from immunoreset.errors import InvalidValue
from immunoreset.evidence import bands


def test_five_of_five_leaves_48_percent_open():
    low, high = bands.fraction(5, 5)
    assert low == pytest.approx(0.025**0.2)
    assert high == 1


def test_three_of_five_matches_the_published_clopper_pearson_interval():
    assert bands.fraction(3, 5) == pytest.approx((0.1466, 0.9473), abs=5e-5)


@pytest.mark.parametrize(("count", "n"), [(1, 5), (81, 145), (4, 145), (3, 5)])
def test_at_each_limit_of_a_fraction_the_data_have_2_5_percent_tail(count, n):
    low, high = bands.fraction(count, n)
    assert binom.sf(count - 1, n, low) == pytest.approx(0.025)
    assert binom.cdf(count, n, high) == pytest.approx(0.025)


def test_fraction_refuses_more_events_than_patients():
    with pytest.raises(InvalidValue, match="6 of 5"):
        bands.fraction(6, 5)


def test_mean_of_110_with_sd_32_in_five_is_between_70_and_150():
    assert bands.mean(110, 32, 5) == pytest.approx((70.3, 149.7), abs=0.05)


def test_standard_deviation_of_five_is_known_within_factor_three():
    assert bands.standard_deviation(32, 5) == pytest.approx((19.17, 91.95), abs=0.01)


def test_no_relapse_in_49_months_leaves_a_quarter_relapse_free_at_day_540():
    low, high = bands.event_free(0, 49 * 30.44, 540)
    assert high == 1
    assert low == pytest.approx(0.263, abs=0.001)


def test_limits_of_an_event_rate_have_2_5_percent_tail():
    low, high = bands.event_free(3, 1000, 100)
    from math import log

    assert poisson.cdf(3, -log(low) * 10) == pytest.approx(0.025)
    assert poisson.sf(2, -log(high) * 10) == pytest.approx(0.025)

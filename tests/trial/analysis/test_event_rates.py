"""Rates of repeated events: exact answers, recovered truth, and their laws."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.trial.analysis.event_rates import rate_ratio

ARM = np.arange(300) % 2


def flares(seed, ratio):
    rng = np.random.default_rng(seed)
    days = rng.uniform(100, 365, 300)
    return rng.poisson(rng.gamma(2, 0.5, 300) * np.where(ARM, ratio, 1.0) * days / 180), days


def test_poisson_ratio_is_that_of_events_per_day():
    events, days = np.array([1, 0, 2, 5, 3, 1]), np.array([100, 200, 300, 100, 150, 350])
    found = rate_ratio(events, days, [1, 1, 1, 0, 0, 0], family="poisson")
    assert found.ratio == pytest.approx((3 / 600) / (9 / 600))
    assert np.log(found.upper / found.ratio) == pytest.approx(1.959964 * np.sqrt(1 / 3 + 1 / 9), rel=1e-5)


def test_negative_binomial_recovers_ratio_and_dispersion():
    found = [rate_ratio(*flares(seed, 0.5), ARM) for seed in range(40)]
    assert all(one.converged for one in found)
    assert np.mean([np.log(one.ratio) for one in found]) == pytest.approx(np.log(0.5), abs=0.08)
    assert np.mean([one.dispersion for one in found]) == pytest.approx(0.5, abs=0.08)
    assert np.mean([one.lower < 0.5 < one.upper for one in found]) >= 0.85


def test_ignoring_dispersion_gives_an_interval_that_is_too_narrow():
    data = flares(1, 0.5)
    wide, narrow = rate_ratio(*data, ARM), rate_ratio(*data, ARM, family="poisson")
    assert wide.upper / wide.lower > 1.1 * narrow.upper / narrow.lower


def test_swapping_arms_inverts_and_order_does_not_matter():
    events, days = flares(2, 0.7)
    order = np.random.default_rng(3).permutation(300)
    one, swapped = rate_ratio(events, days, ARM), rate_ratio(events, days, 1 - ARM)
    assert one.ratio == pytest.approx(1 / swapped.ratio, rel=1e-4) and one.z == pytest.approx(-swapped.z, rel=1e-3)
    assert rate_ratio(events[order], days[order], ARM[order]).ratio == pytest.approx(one.ratio, rel=1e-4)


def test_less_spread_than_poisson_falls_back_to_it():
    found = rate_ratio([1, 1, 1, 1, 2, 2, 2, 2], [365] * 8, [1] * 4 + [0] * 4)
    assert (found.dispersion, found.converged) == (0, True) and found.ratio == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("events", "days", "message"),
    [
        ([1.5, 1], [10, 10], "events of patient 1 are 1.5"),
        ([1, 1], [10, 0], "follow-up of patient 2 is 0 days"),
        ([0, 1], [10, 10], "nobody in arm '1' had an event"),
        ([[1, 1]], [10, 10], "give one trial"),
    ],
)
def test_bad_input_is_refused(events, days, message):
    with pytest.raises(InvalidValue, match=message):
        rate_ratio(events, days, [1, 0])


def test_an_unknown_family_is_refused():
    with pytest.raises(UnknownName, match="no family 'gamma'"):
        rate_ratio([1, 1], [1, 1], [1, 0], family="gamma")

"""How damage comes: the rate by hand, and counts against the integral of the rate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.disease.lupus.long_term import damage
from immunoreset.disease.lupus.long_term.damage import factors, points, rate, waits

N = 20_000
NEVER, ALWAYS = np.full((N, 1), np.inf), np.zeros((N, 1))
ONE = np.ones((1, 1))


def test_rate_at_stated_values_is_that_by_hand(numbers) -> None:
    found = rate(numbers(damage.MODULE), sledai=6, steroid=10, age=45, ancestry=1.5)
    assert float(found) == pytest.approx(0.055 * 1.5 * np.exp(0.086 * 6 + 0.028 * 10 + 0.03 * 10), rel=1e-12)


def test_remission_without_drugs_has_0_38_fold_the_rate_of_sledai_8_on_10_mg(numbers) -> None:
    my = numbers(damage.MODULE)
    quiet, active = (rate(my, sledai=s, steroid=g, age=35, ancestry=1) for s, g in ((0, 0), (8, 10)))
    assert float(quiet / active) == pytest.approx(0.38, abs=0.005)


def test_men_get_the_first_point_sooner_and_an_antimalarial_slows_later_ones(numbers) -> None:
    first, later = factors(numbers(damage.MODULE), male=[0, 1], antimalarial=[1, 0])
    np.testing.assert_allclose(first, [1, 1.48])
    np.testing.assert_allclose(later, [0.63, 1])


def test_counts_have_the_mean_and_variance_of_the_integral_without_factors() -> None:
    """A Poisson process: mean and variance are the accumulated rate, and increments are independent."""
    accumulated = np.tile([0.0, 0.4, 1.5, 3.0], (N, 1))
    found = points(accumulated, waits(1, "test", np.arange(N)), first=ONE, later=ONE, damaged=NEVER)
    for day, mean in enumerate(accumulated[0]):
        assert found[:, day].mean() == pytest.approx(mean, abs=3 * np.sqrt(mean / N))
        assert found[:, day].var() == pytest.approx(mean, abs=4 * mean * np.sqrt(2 / N))  # kurtosis is near 3
    before, after = found[:, 1], found[:, 3] - found[:, 1]
    assert abs(np.corrcoef(before, after)[0, 1]) < 3 / np.sqrt(N)


def test_factors_act_before_and_after_the_first_point() -> None:
    """Without a point: exp(-first x). With damage from elsewhere: Poisson with the later factor only."""
    accumulated = np.tile([0.0, 1.0], (N, 1))
    between = waits(2, "test", np.arange(N))
    first, later = 1.48 * ONE, 0.63 * ONE
    undamaged = points(accumulated, between, first=first, later=later, damaged=NEVER)[:, 1]
    none = np.exp(-1.48)
    assert (undamaged == 0).mean() == pytest.approx(none, abs=3 * np.sqrt(none * (1 - none) / N))
    mean = 1 - none + 0.63 * (1 - (1 - none) / 1.48)  # first points, and the later rate over the time that is left
    assert undamaged.mean() == pytest.approx(mean, abs=3 * undamaged.std() / np.sqrt(N))
    damaged = points(accumulated, between, first=first, later=later, damaged=ALWAYS)[:, 1]
    assert damaged.mean() == pytest.approx(0.63, abs=3 * np.sqrt(0.63 / N))


def test_damage_of_the_kidney_ends_the_time_without_damage() -> None:
    accumulated = np.tile([0.0, 1.0, 2.0], (N, 1))
    found = points(accumulated, waits(3, "test", np.arange(N)), first=1.5 * ONE, later=0.5 * ONE, damaged=np.full((N, 1), 0.8))
    none = np.exp(-1.5 * 0.8 - 0.5 * 1.2)
    assert (found[:, 2] == 0).mean() == pytest.approx(none, abs=3 * np.sqrt(none * (1 - none) / N))


def test_half_the_rate_never_has_more_points_in_the_same_patient() -> None:
    accumulated = np.linspace(0, 4, 30) * np.ones((500, 1))
    between = waits(4, "after entry", np.arange(500))
    treated, untreated = (points(a, between, first=ONE, later=ONE, damaged=NEVER[:500]) for a in (accumulated / 2, accumulated))
    assert (treated <= untreated).all() and (treated < untreated).any()


@given(st.integers(0, 2**31), st.floats(0.3, 3), st.floats(0.3, 1), st.floats(0, 60))
def test_points_are_whole_never_fall_and_stay_in_the_index(seed: int, first: float, later: float, most: float) -> None:
    rising = np.sort(np.random.default_rng(seed).uniform(0, most, (5, 20)), axis=1)
    found = points(rising, waits(seed, "test", np.arange(5)), first=first * ONE, later=later * ONE, damaged=NEVER[:5])
    assert (np.diff(found, axis=1) >= 0).all()
    assert ((found >= 0) & (found <= damage.MOST_EVENTS) & (found == np.rint(found))).all()

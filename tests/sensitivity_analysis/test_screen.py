"""The screen: known slopes and standard errors, what is noise, and which unknowns go on to total effects."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.sensitivity_analysis.screen import BLOCKS, points_of, screened, strongest

PATIENTS = 256
SLOPES = np.array([[2.0, 0.0], [-0.5, 0.3], [0.02, 0.0], [0.0, 0.0]])


def linear(patients=PATIENTS, seed=1):
    """Two headlines of patients with an intercept (sd 3) and, for the first unknowns, slopes of their own (sd 0.4)."""
    random = np.random.default_rng(seed)
    intercept, own = random.normal(10, 3, (patients, 2)), 0.4 * random.normal(size=(patients, 4, 2)) * (SLOPES != 0)
    points = points_of(4)
    return np.einsum("tk,pkh->tph", points, SLOPES + own) + intercept, intercept, own


def test_a_linear_model_has_its_slopes_and_standard_errors():
    values, intercept, own = linear()
    one = screened(values)
    np.testing.assert_allclose(one.effect, SLOPES + own.mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(one.curvature, 0, atol=1e-12)
    np.testing.assert_allclose(one.mean, intercept.mean(axis=0))
    np.testing.assert_allclose(one.spread, intercept.std(axis=0))
    np.testing.assert_allclose(one.in_spreads, one.effect / one.spread)
    wanted = np.where(SLOPES != 0, 0.4 / np.sqrt(PATIENTS), 0.0)
    np.testing.assert_allclose(one.error, wanted, rtol=0.45, atol=1e-15)  # 15 degrees of freedom


def test_the_standard_error_is_that_of_repeats():
    effects = [screened(linear(seed=seed)[0]) for seed in range(60)]
    spread = np.std([one.effect[0, 0] for one in effects])
    assert np.mean([one.error[0, 0] for one in effects]) == pytest.approx(spread, rel=0.2)


def test_what_is_below_four_standard_errors_is_noise_and_nothing_at_all_is_0():
    one = screened(linear()[0])
    assert one.noise.tolist() == [[False, True], [False, False], [True, True], [True, True]]
    assert one.t[3].tolist() == [0.0, 0.0] and one.effect[3].tolist() == [0.0, 0.0]


def test_patients_who_failed_are_left_out_of_their_block():
    values, _, own = linear()
    values[:, 5] = np.nan
    values[3, 40:56] = np.nan
    one = screened(values)
    kept = np.delete(np.arange(PATIENTS), 5)
    np.testing.assert_allclose(one.effect[0], SLOPES[0] + own[kept, 0].mean(axis=0))
    assert np.isfinite(one.effect).all() and np.isfinite(one.error).all()


def test_an_unknown_without_patients_on_one_side_has_no_effect_and_is_not_chosen():
    values = linear()[0]
    values[1] = np.nan
    one = screened(values)
    assert np.isnan(one.effect[0]).all() and one.noise[0].all()
    assert strongest(one, [1, 2, 3], 4) == [1, 2]


def test_the_strongest_are_those_with_most_of_all_headlines():
    """The second unknown has nearly all of the second headline, the first nearly all of the first; the last does nothing."""
    one = screened(linear()[0])
    assert strongest(one, range(4), 2) == [1, 0] and strongest(one, range(4), 9) == [1, 0, 2]


def test_blocks_are_of_one_size():
    assert PATIENTS % BLOCKS == 0 and points_of(3).shape == (7, 3) and points_of(3).sum() == 0


def test_a_headline_of_which_much_is_left_is_served_before_one_of_which_little_is():
    """Two headlines share their three strongest numbers; the third hangs on ten others of equal strength."""
    slopes = np.zeros((13, 3))
    slopes[:3, :2] = [[2.0], [1.0], [0.9]]
    slopes[3:, 2] = 1.0
    values = np.einsum("tk,kh->th", points_of(13), slopes)[:, None] + np.random.default_rng(1).normal(size=(1, 32, 3))
    chosen = strongest(screened(values), range(13), 8)
    assert chosen[0] == 0 and sum(place >= 3 for place in chosen) >= 5

"""The max-combo test against a numerical normal integral, its level and its power."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.log_rank import compared_sets, joint_statistics, log_rank
from immunoreset.trial.analysis.max_combo import FOUR_WEIGHTS, max_combo


def test_one_weight_is_the_log_rank_test(leukaemia):
    found = max_combo(*leukaemia, weights=[(0, 0)])
    assert found.z == pytest.approx(4.0979191, abs=1e-6) and found.p_one_sided == pytest.approx(norm.sf(found.z), rel=1e-9)


@pytest.mark.parametrize("weights", [((0, 0), (0, 1)), ((0, 1), (1, 1), (1, 0))])
def test_p_agrees_with_the_normal_integral_of_scipy(null_times, weights):
    part = (null_times.time[:6], null_times.event[:6], null_times.arm)
    found = max_combo(*part, weights=weights)
    _, correlation = joint_statistics(compared_sets(*part, stratum=None, treatment=1, control=0), weights)
    for trial in range(6):
        law = multivariate_normal(np.zeros(len(weights)), correlation[trial], seed=1, abseps=1e-7)
        expected = 1 - law.cdf(np.full(len(weights), found.z[trial]))
        assert found.p_one_sided[trial] == pytest.approx(expected, rel=2e-3)


def test_free_weights_agree_with_the_normal_integral(null_times):
    weights = ((0, 0), (0.5, 0), (0, 0.5), (0.5, 0.5))
    part = (null_times.time[0], null_times.event[0], null_times.arm)
    _, correlation = joint_statistics(compared_sets(*part, stratum=None, treatment=1, control=0), weights)
    found = max_combo(*part, weights=weights)
    law = multivariate_normal(np.zeros(4), correlation, allow_singular=True, seed=1, abseps=1e-6)
    assert found.p_one_sided == pytest.approx(1 - law.cdf(np.full(4, found.z)), rel=0.02)


def test_type_i_error(null_times):
    found = max_combo(*null_times)
    assert abs((found.p_one_sided < 0.05).mean() - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 2000) + 0.005


def test_p_lies_between_that_of_the_winner_and_four_times_it(null_times):
    found = max_combo(*null_times)
    alone = norm.sf(found.z)
    assert np.all(found.p_one_sided >= alone * (1 - 2e-3)) and np.all(found.p_one_sided <= 4 * alone + 1e-9)


def test_it_loses_little_power_whichever_way_the_curves_part():
    rng = np.random.default_rng(8)
    early, arm = rng.exponential(100, (200, 200)), np.arange(200) % 2
    late = np.where((early > 60) & (arm == 1), 60 + (early - 60) * 2.2, early)
    event, time = late < 300, np.minimum(late, 300)
    power = (max_combo(time, event, arm).p_one_sided < 0.025).mean()
    plain = (log_rank(time, event, arm).z > norm.isf(0.025)).mean()
    assert power > plain + 0.05


def test_the_same_trial_has_the_same_p_in_any_batch(null_times):
    many = max_combo(null_times.time[:300], null_times.event[:300], null_times.arm)
    alone = max_combo(null_times.time[299], null_times.event[299], null_times.arm)
    assert many.p_one_sided[299] == pytest.approx(float(alone.p_one_sided), rel=1e-12)
    assert many.each.shape == (300, len(FOUR_WEIGHTS))


def test_no_weights_are_refused(leukaemia):
    with pytest.raises(InvalidValue, match="at least one pair"):
        max_combo(*leukaemia, weights=[])

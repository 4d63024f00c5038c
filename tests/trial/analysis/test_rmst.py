"""Restricted means against a step-by-step sum, the truth and their laws."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.piecewise_hazard import PiecewiseHazard
from immunoreset.trial.analysis.rmst import rmst_difference


def step_by_step(time, event, horizon):
    days = np.unique(time[(event == 1) & (time <= horizon)])
    at_risk = np.array([(time >= day).sum() for day in days])
    events = np.array([((time == day) & (event == 1)).sum() for day in days])
    curve = np.concatenate([[1.0], np.cumprod(1 - events / at_risk)])
    pieces = curve * np.diff(np.concatenate([[0.0], days, [horizon]]))
    later = pieces[::-1].cumsum()[::-1][1:]
    left = at_risk > events
    return pieces.sum(), (later[left] ** 2 * events[left] / (at_risk[left] * (at_risk[left] - events[left]))).sum()


@pytest.mark.parametrize("horizon", [10, 22.5, 23])
def test_leukaemia_trial_by_step_by_step_sums(leukaemia, horizon):
    time, event, arm = leukaemia
    found = rmst_difference(*leukaemia, horizon=horizon)
    treated, control = (step_by_step(time[arm == one], event[arm == one], horizon) for one in (1, 0))
    assert (found.treated, found.control) == pytest.approx((treated[0], control[0]))
    assert found.standard_error == pytest.approx(np.sqrt(treated[1] + control[1]))


def test_without_censoring_it_is_the_mean_of_times_cut_at_the_horizon():
    rng = np.random.default_rng(2)
    time, arm = rng.exponential(50, 40), np.arange(40) % 2
    found = rmst_difference(time, np.ones(40), arm, horizon=60)
    cut = np.minimum(time, 60)
    assert found.estimate == pytest.approx(cut[arm == 1].mean() - cut[arm == 0].mean())
    assert found.standard_error == pytest.approx(np.sqrt(cut[arm == 1].var() / 20 + cut[arm == 0].var() / 20))


def test_type_i_error_and_antisymmetry(null_times):
    found = rmst_difference(*null_times, horizon=140)
    swapped = rmst_difference(null_times.time, null_times.event, 1 - null_times.arm, horizon=140)
    assert abs((found.p < 0.05).mean() - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 2000) + 0.005
    assert np.allclose(found.lower, -swapped.upper)


def test_interval_covers_the_truth_when_hazards_cross():
    treated, control = PiecewiseHazard((0.01, 0.003), (60,)), PiecewiseHazard((0.006,))
    draws, arm = np.random.default_rng(3).random((2000, 120)), np.arange(120) % 2
    time = np.where(arm == 1, treated.times(draws), control.times(draws))
    found = rmst_difference(np.minimum(time, 200), time <= 200, arm, horizon=180)
    truth = treated.restricted_mean(180) - control.restricted_mean(180)
    assert abs(((found.lower < truth) & (found.upper > truth)).mean() - 0.95) < 4 * np.sqrt(0.05 * 0.95 / 2000) + 0.005
    assert abs(found.estimate.mean() - truth) < 4 * found.estimate.std() / np.sqrt(2000)


def test_a_horizon_beyond_follow_up_is_refused(leukaemia):
    with pytest.raises(InvalidValue, match="follow-up in arm '1' ends on day 35, before the horizon of 40"):
        rmst_difference(*leukaemia, horizon=40)
    with pytest.raises(InvalidValue, match="horizon 0"):
        rmst_difference(*leukaemia, horizon=0)


def test_an_arm_where_all_had_the_event_is_known_for_ever(leukaemia):
    assert rmst_difference(*leukaemia, horizon=30).control == pytest.approx(8.6666667)


def test_two_arms_without_any_spread_are_not_called_equal():
    apart = rmst_difference([10, 10, 10, 2, 2, 2], [0, 0, 0, 1, 1, 1], [1, 1, 1, 0, 0, 0], horizon=10)
    assert apart.estimate == 8 and np.isnan(apart.p) and np.isnan(apart.z)
    alike = rmst_difference([10, 10, 10, 10], [0, 0, 0, 0], [1, 1, 0, 0], horizon=10)
    assert alike.estimate == 0 and alike.p == 1

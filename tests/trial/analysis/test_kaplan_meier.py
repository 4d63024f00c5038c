"""Kaplan-Meier curves against the leukaemia trial, SciPy and the truth."""

import numpy as np
import pytest
from scipy import stats

from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.trial.analysis.kaplan_meier import kaplan_meier, median_time


def test_leukaemia_trial_as_published(leukaemia):
    # Kleinbaum and Klein 2012, chapter 2: the curve under mercaptopurine; Greenwood's errors and medians from R's survfit
    time, event, arm = leukaemia
    found = kaplan_meier(time, event, days=[6, 7, 10, 13, 16, 22, 23], among=arm == 1)
    assert np.allclose(found.survival, [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], atol=5.1e-4)
    assert np.allclose(found.standard_error, [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346], atol=5.1e-5)
    assert found.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert median_time(time, event, among=arm == 1) == 23 and median_time(time, event, among=arm == 0) == 8


@pytest.mark.parametrize(("interval", "name"), [("log-log", "log-log"), ("plain", "linear")])
def test_intervals_agree_with_scipy(leukaemia, interval, name):
    time, event = leukaemia.time[:21], leukaemia.event[:21]
    curve = stats.ecdf(stats.CensoredData.right_censored(time, event == 0)).sf
    reference = curve.confidence_interval(method=name)
    found = kaplan_meier(time, event, days=curve.quantiles, interval=interval)
    assert np.allclose(found.survival, curve.probabilities)
    assert np.allclose(found.lower, np.clip(reference.low.probabilities, 0, 1), atol=1e-9)
    assert np.allclose(found.upper, np.clip(reference.high.probabilities, 0, 1), atol=1e-9)


def test_without_censoring_the_curve_counts_survivors():
    found = kaplan_meier([5, 3, 9, 3], [1, 1, 1, 1], days=[0, 3, 4, 5, 9, 20])
    assert found.survival.tolist() == [1, 0.5, 0.5, 0.25, 0, 0]


def test_the_curve_is_unknown_after_the_last_censored_patient():
    found = kaplan_meier([5, 3, 9], [1, 1, 0], days=[9, 10])
    assert found.survival[0] == pytest.approx(1 / 3) and np.isnan(found.survival[1]) and np.isnan(found.lower[1])
    assert median_time([5, 6], [0, 0]) == np.inf


@pytest.mark.parametrize("interval", ["log-log", "log"])
def test_intervals_cover_the_truth(null_times, interval):
    rng = np.random.default_rng(1)
    time, until = rng.exponential(100, (3000, 60)), rng.uniform(50, 250, (3000, 60))
    found = kaplan_meier(np.minimum(time, until), time <= until, days=[40, 80], interval=interval)
    covered = (found.lower <= np.exp([-0.4, -0.8])) & (found.upper >= np.exp([-0.4, -0.8]))
    assert np.all(np.abs(covered.mean(axis=0) - 0.95) < 4 * np.sqrt(0.05 * 0.95 / 3000) + 0.01)


def test_trials_and_groups_do_not_mix(null_times):
    time, event, arm = null_times
    together = kaplan_meier(time[:3], event[:3], days=[50, 100], among=np.broadcast_to(arm == 1, (3, 100)))
    alone = kaplan_meier(time[2][arm == 1][::-1], event[2][arm == 1][::-1], days=[50, 100])
    assert np.allclose(together.survival[2], alone.survival) and np.allclose(together.upper[2], alone.upper)


def test_bad_input_is_refused():
    with pytest.raises(InvalidValue, match="no patient in the group"):
        kaplan_meier([1, 2], [1, 1], days=[1], among=[False, False])
    with pytest.raises(InvalidValue, match="days must be"):
        kaplan_meier([1, 2], [1, 1], days=[-1])
    with pytest.raises(UnknownName, match="no interval 'loglog'"):
        kaplan_meier([1, 2], [1, 1], days=[1], interval="loglog")
    with pytest.raises(InvalidValue, match="share 1"):
        median_time([1, 2], [1, 1], share=1)

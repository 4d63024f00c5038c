"""Log-rank tests against the leukaemia trial, SciPy, statsmodels and their laws."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.duration.survfunc import survdiff

from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.trial.analysis.log_rank import log_rank


def test_leukaemia_trial_as_published(leukaemia):
    # Kleinbaum and Klein 2012, chapter 2: 16.793, with 9 relapses under mercaptopurine where 19.25 are expected
    found = log_rank(*leukaemia)
    assert (found.chi_square, found.observed, found.expected) == pytest.approx((16.79294, 9, 19.25050), abs=5e-5)
    assert found.variance == pytest.approx(6.25696, abs=5e-5) and found.z > 0


def test_agrees_with_scipy_and_statsmodels(leukaemia):
    time, event, arm = leukaemia
    groups = [stats.CensoredData.right_censored(time[arm == one], event[arm == one] == 0) for one in (1, 0)]
    assert log_rank(time, event, arm).z == pytest.approx(-stats.logrank(*groups).statistic, rel=1e-10)
    stratum = np.arange(42) % 3
    for rho in (0.0, 0.5, 1.0):
        expected = survdiff(time, event, arm, strata=stratum, weight_type="fh", fh_p=rho)[0]
        assert log_rank(time, event, arm, stratum=stratum, rho=rho).chi_square == pytest.approx(expected, rel=1e-9)


def test_late_weights_by_hand():
    # S before the events 1, 2, 3, 4 is 1, 3/4, 1/2, 1/4; arm 1 has its events on days 2 and 4
    found = log_rank([1, 2, 3, 4], [1, 1, 1, 1], [0, 1, 0, 1], gamma=1)
    assert found.observed == pytest.approx(0.25 + 0.75) and found.expected == pytest.approx(0.25 * 2 / 3 + 0.5 * 0.5 + 0.75)
    assert found.variance == pytest.approx(0.25**2 * 2 / 9 + 0.5**2 / 4)


def test_type_i_error_with_strata(null_times):
    stratum = np.arange(100) // 25
    for weights in ((0, 0), (0, 1), (1, 0)):
        p = log_rank(*null_times, stratum=stratum, rho=weights[0], gamma=weights[1]).p
        assert abs((p < 0.05).mean() - 0.05) < 4 * np.sqrt(0.05 * 0.95 / len(p)) + 0.003


def test_many_trials_equal_each_alone_in_any_order(null_times):
    time, event, arm = (part[:5] if part.ndim > 1 else part for part in null_times)
    together, order = log_rank(time, event, arm), np.random.default_rng(1).permutation(100)
    for trial in range(5):
        alone = log_rank(time[trial][order], event[trial][order], arm[order])
        assert alone.chi_square == pytest.approx(together.chi_square[trial], rel=1e-9)


def test_swapping_arms_turns_z_round(null_times):
    one, other = log_rank(*null_times, gamma=1), log_rank(null_times.time, null_times.event, 1 - null_times.arm, gamma=1)
    assert np.allclose(one.z, -other.z, atol=1e-9)


def test_late_weights_find_a_late_effect_more_often():
    rng = np.random.default_rng(8)
    early = rng.exponential(100, (300, 200))
    arm = np.arange(200) % 2
    time = np.where((early > 60) & (arm == 1), 60 + (early - 60) * 2, early)
    event = time < 300
    time = np.minimum(time, 300)
    assert (log_rank(time, event, arm, gamma=1).p < 0.05).mean() > (log_rank(time, event, arm).p < 0.05).mean() + 0.1


def test_only_those_marked_are_analysed(leukaemia):
    marked = np.arange(42) % 4 > 0
    alone = log_rank(*(part[marked] for part in leukaemia))
    assert log_rank(*leukaemia, among=marked).chi_square == pytest.approx(alone.chi_square)


def test_without_events_nothing_is_shown():
    found = log_rank([1, 2, 3, 4], [0, 0, 0, 0], [1, 1, 0, 0])
    assert (found.z, found.p) == (0, 1)


@pytest.mark.parametrize(
    ("time", "event", "arm", "error", "message"),
    [
        ([-1, 2], [1, 1], [1, 0], InvalidValue, "time of patient 1 is -1"),
        ([1, np.nan], [1, 1], [1, 0], InvalidValue, "time of patient 2 is missing"),
        ([1, 2], [1, 3], [1, 0], InvalidValue, "event of patient 2 is 3"),
        ([1, 2], [1, 1], ["a", "b"], UnknownName, "no arm '1'"),
    ],
)
def test_bad_input_is_refused(time, event, arm, error, message):
    with pytest.raises(error, match=message):
        log_rank(time, event, arm)


def test_weights_below_zero_are_refused():
    with pytest.raises(InvalidValue, match="both must be 0 or more"):
        log_rank([1, 2], [1, 1], [1, 0], rho=-1)

"""Hazards that change: survival times, restricted means and hazard ratios by period."""

import numpy as np
import pytest
from scipy.integrate import quad

from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.cox import cox_regression
from immunoreset.trial.analysis.piecewise_hazard import PiecewiseHazard, hazard_ratio_by_period

LATE = PiecewiseHazard((0.01, 0.002, 0.03), (50, 120))


def test_times_invert_the_survival():
    share = np.linspace(0.001, 0.999, 101)
    assert np.allclose(LATE.survival(LATE.times(share)), share)


def test_who_outlives_a_hazard_of_zero_never_has_the_event():
    cured = PiecewiseHazard((0.01, 0.0), (100,))
    assert np.isinf(cured.times([0.1])[0]) and cured.times([0.9])[0] == pytest.approx(-np.log(0.9) / 0.01)


@pytest.mark.parametrize("horizon", [30, 100, 400])
def test_restricted_mean_is_the_area_under_the_curve(horizon):
    area = quad(lambda day: float(LATE.survival(day)), 0, horizon, points=[50, 120] if horizon > 120 else None)[0]
    assert LATE.restricted_mean(horizon) == pytest.approx(area, rel=1e-6)
    assert PiecewiseHazard((0.0, 0.01), (20,)).restricted_mean(20) == 20


def test_hazard_ratios_by_period_recover_a_late_effect():
    control, treated = PiecewiseHazard((0.01,)), PiecewiseHazard((0.01, 0.004), (60,))
    draws, arm = np.random.default_rng(5).random((400, 300)), np.arange(300) % 2
    time = np.where(arm == 1, treated.times(draws), control.times(draws))
    early, late = hazard_ratio_by_period(np.minimum(time, 300), time <= 300, arm, changes=[60])
    for period, truth in ((early, 1.0), (late, 0.4)):
        covered = (period.fit.lower < truth) & (period.fit.upper > truth)
        assert abs(covered.mean() - 0.95) < 4 * np.sqrt(0.05 * 0.95 / 400)


def test_one_period_is_the_cox_model(leukaemia):
    (only,) = hazard_ratio_by_period(*leukaemia, changes=[])
    assert only.fit.hazard_ratio == pytest.approx(cox_regression(*leukaemia).hazard_ratio)


def test_likelihoods_of_the_periods_add_up_under_no_effect(leukaemia):
    rows = hazard_ratio_by_period(*leukaemia, changes=[6, 12])
    whole = cox_regression(*leukaemia).log_likelihood[0]
    assert sum(row.fit.log_likelihood[0] for row in rows) == pytest.approx(whole)


def test_bad_input_is_refused(leukaemia):
    with pytest.raises(InvalidValue, match="2 rates need 1 changes"):
        PiecewiseHazard((0.1, 0.2))
    with pytest.raises(InvalidValue, match="0 or more"):
        PiecewiseHazard((-0.1,))
    with pytest.raises(InvalidValue, match="20 follows 30"):
        PiecewiseHazard((0.1, 0.2, 0.3), (30, 20))
    with pytest.raises(InvalidValue, match="nobody in arm '0' is still followed"):
        hazard_ratio_by_period(*leukaemia, changes=[24])

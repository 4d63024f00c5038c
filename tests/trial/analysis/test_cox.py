"""Cox regression against the leukaemia trial, statsmodels and its laws."""

import numpy as np
import pytest
from scipy.optimize import linprog
from statsmodels.duration.hazard_regression import PHReg

from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.cox import CoxStatus, cox_regression
from immunoreset.trial.analysis.log_rank import log_rank


def test_leukaemia_trial_as_published(leukaemia):
    # R's coxph with Efron ties of the package survival: 1.5721 (0.4124), likelihood -93.18427 to -85.00842
    fit = cox_regression(*leukaemia)
    assert (fit.coefficients[0], fit.standard_errors[0]) == pytest.approx((-1.5721251, 0.4123967), abs=5e-7)
    assert fit.log_likelihood == pytest.approx((-93.18427, -85.00842), abs=5e-6)
    assert fit.hazard_ratio == pytest.approx(0.2076, abs=5e-5) and fit.z > 0


def test_agrees_with_statsmodels_with_covariates_and_strata(leukaemia):
    time, event, arm = leukaemia
    covariate, stratum = np.random.default_rng(1).normal(5, 2, 42), np.arange(42) % 3
    fit = cox_regression(time, event, arm, covariates=[covariate], stratum=stratum)
    reference = PHReg(time, np.column_stack([arm, covariate]), status=event, ties="efron", strata=stratum).fit()
    assert np.allclose(fit.coefficients, reference.params, rtol=1e-6)
    assert np.allclose(fit.standard_errors, reference.bse, rtol=1e-6)
    assert fit.log_likelihood[1] == pytest.approx(reference.llf, rel=1e-10)


def test_without_ties_the_score_test_is_the_log_rank_test():
    rng = np.random.default_rng(2)
    time, event, arm = rng.exponential(10, (20, 60)), rng.random((20, 60)) < 0.7, np.arange(60) % 2
    stratum = np.arange(60) % 4 // 2
    assert np.allclose(
        cox_regression(time, event, arm, stratum=stratum).score, log_rank(time, event, arm, stratum=stratum).chi_square, rtol=1e-9
    )


def test_level_coverage_and_antisymmetry(null_times):
    null = cox_regression(*null_times)
    assert abs((null.p < 0.05).mean() - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 2000)
    swapped = cox_regression(null_times.time, null_times.event, 1 - null_times.arm)
    assert np.allclose(null.hazard_ratio, 1 / swapped.hazard_ratio)
    rng = np.random.default_rng(3)
    time = rng.exponential(100, (2000, 100)) / np.where(null_times.arm == 1, 0.6, 1.0)
    fit = cox_regression(np.minimum(time, 150), time <= 150, null_times.arm)
    assert abs(((fit.lower < 0.6) & (fit.upper > 0.6)).mean() - 0.95) < 4 * np.sqrt(0.05 * 0.95 / 2000)


def test_order_of_patients_and_company_of_other_trials_do_not_matter(null_times):
    time, event, arm = (part[:4] if part.ndim > 1 else part for part in null_times)
    order = np.random.default_rng(4).permutation(100)
    together, alone = cox_regression(time, event, arm), cox_regression(time[3][order], event[3][order], arm[order])
    assert alone.hazard_ratio == pytest.approx(together.hazard_ratio[3], rel=1e-9)


def test_trials_without_a_finite_estimate_have_a_status(leukaemia):
    time = np.array([[1, 2, 3, 4], [1, 2, 3, 4], [1, 3, 2, 4]])
    event = np.array([[1, 1, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1]])
    fit = cox_regression(time, event, [0, 0, 1, 1])
    assert fit.status.tolist() == [CoxStatus.NO_MAXIMUM, CoxStatus.NO_EVENT, CoxStatus.FITTED]
    assert np.isnan(fit.hazard_ratio[:2]).all() and np.isfinite(fit.hazard_ratio[2])
    assert cox_regression(*leukaemia, covariates=[leukaemia.arm]).status == CoxStatus.COLLINEAR
    assert "log_rank" in CoxStatus.NO_MAXIMUM.message


def test_a_patient_in_no_risk_set_does_not_matter():
    time, event, arm = [0.5, 3, 4, 5, 6, 7, 8, 9, 10, 11], [0] + [1] * 9, [0, 1] * 5
    covariate = [40, 1.2, 2.0, 0.7, 1.1, 0.4, 0.9, 1.6, 0.3, 0.8]
    fit = cox_regression(time, event, arm, covariates=[covariate])
    assert fit.status == CoxStatus.FITTED
    assert fit.coefficients == pytest.approx([-0.467228, 0.915894], abs=1e-6)  # statsmodels 0.15 PHReg, ties by Efron
    assert fit.standard_errors == pytest.approx([0.76629, 0.772113], abs=1e-5)


@pytest.mark.parametrize("outlier", [40.0, 4000.0, -4000.0])
def test_the_unit_and_the_outliers_of_a_covariate_decide_nothing(outlier):
    rng = np.random.default_rng(5)
    time, event, arm = np.ceil(rng.exponential(50, 40)), (rng.random(40) < 0.7).astype(int), np.arange(40) % 2
    covariate, stratum = np.round(rng.normal(size=40), 1), np.arange(40) % 3
    covariate[0], time[0], event[0] = outlier, 500, 0
    design = np.column_stack([arm, covariate])
    expected = PHReg(time, design, status=event, ties="efron", strata=stratum).fit()
    fit = cox_regression(time, event, arm, covariates=[covariate], stratum=stratum)
    assert fit.coefficients == pytest.approx(expected.params, abs=1e-6)
    scaled = cox_regression(time, event, arm, covariates=[covariate * 1e6], stratum=stratum)
    assert scaled.coefficients[1] * 1e6 == pytest.approx(fit.coefficients[1], rel=1e-6)


def test_no_maximum_is_said_exactly_where_there_is_none():
    """A direction in which no event loses against its risk set, and one wins, lets the likelihood rise for ever."""
    rng, seen = np.random.default_rng(8), []
    for _ in range(150):
        n = int(rng.integers(4, 9))
        time, event = rng.integers(1, 6, n), rng.integers(0, 2, n)
        arm, covariate = np.arange(n) % 2, np.round(rng.normal(size=n), 1)
        fit = cox_regression(time, event, arm, covariates=[covariate])
        if fit.status in (CoxStatus.NO_EVENT, CoxStatus.COLLINEAR):
            continue
        matrix = np.column_stack([arm, covariate])
        gains = np.array([matrix[i] - matrix[j] for i in range(n) if event[i] for j in range(n) if time[j] >= time[i]])
        best = linprog(
            -gains.sum(axis=0), A_ub=np.vstack([-gains, gains]), b_ub=np.repeat([0.0, 1.0], len(gains)), bounds=(-1e4, 1e4)
        )
        seen.append((best.fun < -1e-6, fit.status == CoxStatus.NO_MAXIMUM))
    assert all(rises == said for rises, said in seen)
    assert 20 < sum(said for _, said in seen) < len(seen) - 20


def test_bad_input_is_refused():
    with pytest.raises(InvalidValue, match="trial 1, patient 2 is -3"):
        cox_regression([[1, -3], [1, 2]], [1, 1], [1, 0])
    with pytest.raises(InvalidValue, match="covariate 1 of patient 1"):
        cox_regression([1, 3], [1, 1], [1, 0], covariates=[[np.nan, 1]])

"""Logistic regression against statsmodels, exact answers, and separation."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import linprog
from scipy.special import expit

from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.logistic import FitStatus, logistic_regression

TRIALS, PATIENTS = 1500, 120
RNG = np.random.default_rng(21)
AGE = RNG.normal(40, 12, (TRIALS, PATIENTS))
SITE = RNG.integers(0, 3, (TRIALS, PATIENTS))
ARM = np.arange(PATIENTS) % 2


def responses(effect):
    chance = expit(-0.5 + effect * ARM + 0.04 * (AGE - 40) + 0.3 * (SITE == 1))
    return (np.random.default_rng(22).random((TRIALS, PATIENTS)) < chance).astype(int)


def test_thousands_of_trials_agree_with_statsmodels_one_by_one():
    answer = responses(0.7)
    found = logistic_regression(answer, ARM, covariates=[AGE], stratum=SITE)
    for trial in (0, 700, 1499):
        columns = np.column_stack([np.ones(PATIENTS), ARM, AGE[trial], SITE[trial] == 1, SITE[trial] == 2]).astype(float)
        fit = sm.Logit(answer[trial], columns).fit(disp=0, tol=1e-12)
        assert np.allclose(found.coefficients[trial], fit.params, rtol=1e-8)
        assert np.allclose(found.standard_errors[trial], fit.bse, rtol=1e-8)
        assert found.p[trial] == pytest.approx(fit.pvalues[1], rel=1e-8)


def test_coverage_and_type_i_error():
    noise = 4 * np.sqrt(0.05 * 0.95 / TRIALS)
    null = logistic_regression(responses(0.0), ARM, covariates=[AGE], stratum=SITE)
    assert abs((null.p < 0.05).mean() - 0.05) < noise + 0.005
    found = logistic_regression(responses(0.7), ARM, covariates=[AGE], stratum=SITE)
    covered = (found.lower < np.exp(0.7)) & (found.upper > np.exp(0.7))
    assert abs(covered.mean() - 0.95) < noise + 0.005


def test_swapping_arms_inverts_and_order_does_not_matter():
    answer, order = responses(0.7)[:20], RNG.permutation(PATIENTS)
    one = logistic_regression(answer, ARM, covariates=[AGE[:20]])
    swapped = logistic_regression(answer, 1 - ARM, covariates=[AGE[:20]])
    shuffled = logistic_regression(answer[:, order], ARM[order], covariates=[AGE[:20, order]])
    assert np.allclose(one.odds_ratio, 1 / swapped.odds_ratio) and np.allclose(one.lower, 1 / swapped.upper)
    assert np.allclose(one.odds_ratio, shuffled.odds_ratio, rtol=1e-9)


def test_two_by_two_gives_the_cross_ratio():
    found = logistic_regression([1] * 7 + [0] * 3 + [1] * 4 + [0] * 6, [1] * 10 + [0] * 10)
    assert found.odds_ratio == pytest.approx(7 * 6 / (3 * 4))
    assert found.standard_errors[1] == pytest.approx(np.sqrt(1 / 7 + 1 / 3 + 1 / 4 + 1 / 6))


def test_separation_has_a_status_and_no_numbers():
    all_respond = logistic_regression([1, 1, 1, 1, 0, 0, 1, 0], [1] * 4 + [0] * 4)
    assert all_respond.status == FitStatus.SEPARATED and np.isnan(all_respond.odds_ratio)
    assert "separate" in FitStatus(int(all_respond.status)).message
    everybody = logistic_regression([1] * 8, [1] * 4 + [0] * 4)
    assert everybody.status == FitStatus.SEPARATED
    by_age = logistic_regression([0, 0, 0, 1, 1, 1], [0, 1, 0, 1, 0, 1], covariates=[[20, 25, 30, 40, 50, 60]])
    assert by_age.status == FitStatus.SEPARATED


def test_a_separated_trial_leaves_its_neighbours_alone():
    answer, arm = np.array([[1, 1, 1, 1, 0, 0, 1, 0], [1, 1, 0, 1, 0, 0, 1, 0]]), [1] * 4 + [0] * 4
    found = logistic_regression(answer, arm)
    assert found.status.tolist() == [FitStatus.SEPARATED, FitStatus.FITTED] and found.odds_ratio[1] == pytest.approx(9)


def test_firth_adds_half_a_patient_to_each_cell_of_a_two_by_two_table():
    found = logistic_regression([1, 1, 1, 1, 0, 0, 1, 0], [1] * 4 + [0] * 4, firth=True)
    assert found.odds_ratio == pytest.approx((4.5 / 0.5) / (1.5 / 3.5), rel=1e-6) and found.status == FitStatus.FITTED


@pytest.mark.parametrize("outlier", [40.0, 300.0, -300.0])
def test_the_unit_and_the_outliers_of_a_covariate_decide_nothing(outlier):
    response, arm = [0, 1, 1, 0, 1, 0, 0, 1, 1, int(outlier > 0), 0, 1], np.array([0, 1] * 6)
    covariate = np.array([0.1, 0.5, 0.2, -0.3, 0.7, 0.2, -0.1, 0.9, 0.3, outlier, 0.8, -0.4])
    expected = sm.Logit(response, np.column_stack([np.ones(12), arm, covariate])).fit(disp=0, maxiter=500)
    fit = logistic_regression(response, arm, covariates=[covariate])
    assert fit.coefficients == pytest.approx(expected.params, abs=1e-6)
    assert fit.standard_errors == pytest.approx(expected.bse, rel=1e-5)


@pytest.mark.parametrize("firth", [False, True])
def test_a_covariate_far_from_zero_is_no_repeated_column(firth):
    response, arm, day = [0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1], [0, 1] * 6, np.array([i * i % 7 for i in range(12)])
    near, far = (logistic_regression(response, arm, covariates=[day + start], firth=firth) for start in (0, 738_000_000))
    assert far.status == FitStatus.FITTED
    assert far.coefficients[1:] == pytest.approx(near.coefficients[1:], rel=1e-6)
    assert far.standard_errors[1:] == pytest.approx(near.standard_errors[1:], rel=1e-6)


def test_separation_is_said_exactly_where_there_is_one():
    rng, seen = np.random.default_rng(4), []
    for _ in range(150):
        n = int(rng.integers(5, 12))
        response, arm, covariate = rng.integers(0, 2, n), np.arange(n) % 2, np.round(rng.normal(size=n), 1)
        matrix = np.column_stack([np.ones(n), arm, covariate])
        gains = np.where(response == 1, 1, -1)[:, None] * matrix
        best = linprog(-gains.sum(axis=0), A_ub=np.vstack([-gains, gains]), b_ub=np.repeat([0.0, 1.0], n), bounds=(-1e4, 1e4))
        status = logistic_regression(response, arm, covariates=[covariate]).status
        seen.append((best.fun < -1e-6, status == FitStatus.SEPARATED))
    assert all(rises == said for rises, said in seen)
    assert 20 < sum(said for _, said in seen) < len(seen) - 20


def test_repeated_columns_have_a_status():
    found = logistic_regression([1, 1, 0, 1, 0, 0, 1, 0], [1] * 4 + [0] * 4, covariates=[[1] * 4 + [0] * 4])
    assert found.status == FitStatus.COLLINEAR and np.isnan(found.odds_ratio)


def test_bad_input_is_refused():
    with pytest.raises(InvalidValue, match="response of patient 1 is 2"):
        logistic_regression([2, 0], [1, 0])
    with pytest.raises(InvalidValue, match="covariate 1 of patient 2 is missing"):
        logistic_regression([1, 0], [1, 0], covariates=[[1, np.nan]])

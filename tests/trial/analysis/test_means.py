"""Means against SciPy and statsmodels, with their laws."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.trial.analysis.means import ancova, t_test

RNG = np.random.default_rng(31)
ARM = np.repeat([1, 0], [30, 20])
BASELINE = RNG.normal(10, 3, (2000, 50))
SITE = RNG.integers(0, 2, (2000, 50))
OUTCOME = 0.8 * BASELINE + RNG.normal(0, 2, (2000, 50))


@pytest.mark.parametrize("variances", ["equal", "unequal"])
def test_t_test_agrees_with_scipy(variances):
    found = t_test(OUTCOME, ARM, variances=variances)
    for trial in (0, 999):
        reference = stats.ttest_ind(OUTCOME[trial, ARM == 1], OUTCOME[trial, ARM == 0], equal_var=variances == "equal")
        assert found.t[trial] == pytest.approx(reference.statistic) and found.p[trial] == pytest.approx(reference.pvalue)
        low, high = reference.confidence_interval()
        assert (found.lower[trial], found.upper[trial]) == pytest.approx((low, high))


def test_ancova_agrees_with_least_squares_of_statsmodels():
    found = ancova(OUTCOME, ARM, covariates=[BASELINE], stratum=SITE)
    for trial in (3, 1500):
        columns = np.column_stack([np.ones(50), ARM, BASELINE[trial], SITE[trial]]).astype(float)
        fit = sm.OLS(OUTCOME[trial], columns).fit()
        assert found.estimate[trial] == pytest.approx(fit.params[1]) and found.p[trial] == pytest.approx(fit.pvalues[1])
        assert (found.lower[trial], found.upper[trial]) == pytest.approx(tuple(fit.conf_int()[1]))


def test_a_covariate_far_from_zero_keeps_its_digits():
    near, far = (ancova(OUTCOME, ARM, covariates=[BASELINE + shift]) for shift in (0, 1e7))
    assert np.allclose(near.estimate, far.estimate, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("analysis", [t_test, ancova])
def test_level_coverage_and_antisymmetry(analysis):
    found, swapped = analysis(OUTCOME, ARM), analysis(OUTCOME, 1 - ARM)
    assert abs((found.p < 0.05).mean() - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 2000)
    assert np.allclose(found.lower, -swapped.upper) and np.allclose(found.z, -swapped.z)
    assert np.allclose(2 * stats.norm.sf(np.abs(found.z)), found.p)


def test_adjusting_for_baseline_gives_a_smaller_error():
    assert ancova(OUTCOME, ARM, covariates=[BASELINE]).standard_error.mean() < 0.8 * t_test(OUTCOME, ARM).standard_error.mean()


def test_bad_input_is_refused():
    with pytest.raises(InvalidValue, match="arm '1' has fewer than two patients"):
        t_test([1, 2, 3], [1, 0, 0])
    with pytest.raises(InvalidValue, match="outcome of patient 2 is missing"):
        t_test([1, np.nan, 3, 4], [1, 1, 0, 0])
    with pytest.raises(InvalidValue, match="columns that repeat"):
        ancova([1, 2, 3, 4, 5], [1, 1, 0, 0, 0], covariates=[[1, 1, 0, 0, 0]])
    with pytest.raises(UnknownName, match="no assumption on variances 'welch'"):
        t_test([1, 2, 3, 4], [1, 1, 0, 0], variances="welch")

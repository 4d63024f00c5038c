"""Cochran-Mantel-Haenszel against the Berkeley admissions, statsmodels and its laws."""

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable

from immunoreset.trial.analysis.cmh import breslow_day, cmh_test, common_odds_ratio, common_risk_difference
from immunoreset.trial.analysis.tables import tables

# admitted and applied, men then women, departments A to F: Bickel, Hammel and O'Connell 1975; R's UCBAdmissions
BERKELEY = tables(
    [512, 353, 120, 138, 53, 22], [825, 560, 325, 417, 191, 373], [89, 17, 202, 131, 94, 24], [108, 25, 593, 375, 393, 341]
)


def null_tables(trials=4000, seed=3):
    rng = np.random.default_rng(seed)
    patients = rng.integers(12, 25, (2, trials, 3))
    responders = rng.binomial(patients, [0.2, 0.4, 0.7])
    return tables(responders[0], patients[0], responders[1], patients[1])


def test_berkeley_admissions_as_published():
    # R's mantelhaen.test(UCBAdmissions): 1.4269 with correction, p 0.2323, common odds ratio 0.9047 (0.7719 to 1.0603)
    found, ratio = cmh_test(BERKELEY, correction=True), common_odds_ratio(BERKELEY)
    assert found.chi_square == pytest.approx(1.4269, abs=5e-5) and found.p == pytest.approx(0.2323, abs=5e-5)
    assert np.allclose([ratio.estimate, ratio.lower, ratio.upper], [0.9046968, 0.7719074, 1.0603298], atol=1e-7)


def test_agrees_with_statsmodels():
    parts = [np.array([[a, n - a], [c, m - c]]) for a, n, c, m in zip(*BERKELEY, strict=True)]
    reference = StratifiedTable(parts)
    assert cmh_test(BERKELEY).chi_square == pytest.approx(reference.test_null_odds().statistic, rel=1e-12)
    assert common_odds_ratio(BERKELEY).standard_error == pytest.approx(reference.logodds_pooled_se, rel=1e-12)
    assert breslow_day(BERKELEY).chi_square == pytest.approx(reference.test_equal_odds(adjust=True).statistic, rel=1e-10)
    assert breslow_day(BERKELEY).p == pytest.approx(reference.test_equal_odds(adjust=True).pvalue, rel=1e-8)


def test_swapping_arms_turns_the_effect_round():
    data = null_tables(200)
    assert np.allclose(cmh_test(data).z, -cmh_test(data.swapped).z)
    assert np.allclose(common_odds_ratio(data).estimate, 1 / common_odds_ratio(data.swapped).estimate)
    one, other = common_risk_difference(data), common_risk_difference(data.swapped)
    assert np.allclose(one.lower, -other.upper)
    assert np.allclose(breslow_day(data).chi_square, breslow_day(data.swapped).chi_square)


def test_type_i_error_is_alpha_within_monte_carlo_error():
    p = cmh_test(null_tables()).p
    assert abs((p < 0.05).mean() - 0.05) < 4 * np.sqrt(0.05 * 0.95 / len(p))
    assert (cmh_test(null_tables(), correction=True).p < 0.05).mean() < 0.05


def test_intervals_cover_a_shared_effect():
    rng = np.random.default_rng(5)
    control = np.array([0.2, 0.4, 0.6])
    patients = np.full((4000, 3), 40)
    noise = 4 * np.sqrt(0.05 * 0.95 / 4000)
    shifted = tables(rng.binomial(patients, control + 0.15), patients, rng.binomial(patients, control), patients)
    found = common_risk_difference(shifted)
    assert abs(((found.lower < 0.15) & (found.upper > 0.15)).mean() - 0.95) < noise + 0.005
    odds = 2 * control / (1 - control)
    multiplied = tables(rng.binomial(patients, odds / (1 + odds)), patients, rng.binomial(patients, control), patients)
    ratio = common_odds_ratio(multiplied)
    assert abs(((ratio.lower < 2) & (ratio.upper > 2)).mean() - 0.95) < noise + 0.005
    assert abs((breslow_day(multiplied).p < 0.05).mean() - 0.05) < noise + 0.005


def test_no_response_at_all_says_nothing():
    data = tables([0, 0], [5, 5], [0, 0], [5, 5])
    assert cmh_test(data).z == 0 and cmh_test(data).p == 1
    assert np.isnan(common_odds_ratio(data).estimate) and common_risk_difference(data).estimate == 0


def test_a_stratum_with_one_arm_changes_nothing():
    data = tables([5, 2], [10, 4], [3, 0], [10, 0])
    alone = tables(5, 10, 3, 10)
    assert cmh_test(data).z == pytest.approx(float(cmh_test(alone).z))
    assert common_risk_difference(data).estimate == pytest.approx(0.2)

"""Pearson's and Fisher's tests against SciPy."""

import numpy as np
import pytest
from scipy import stats

from immunoreset.trial.analysis.tables import tables
from immunoreset.trial.analysis.two_by_two import chi_square, fisher_exact

RNG = np.random.default_rng(4)
PATIENTS = RNG.integers(2, 30, (2, 40, 1))
RESPONDERS = RNG.binomial(PATIENTS, 0.4)
DATA = tables(RESPONDERS[0], PATIENTS[0], RESPONDERS[1], PATIENTS[1])


def square(trial):
    x, n, y, m = (part[trial, 0] for part in DATA)
    return np.array([[x, n - x], [y, m - y]])


@pytest.mark.parametrize("trial", range(40))
def test_fisher_agrees_with_scipy(trial):
    found = fisher_exact(DATA)
    for alternative, p in (("two-sided", found.p), ("greater", found.p_more), ("less", found.p_fewer)):
        assert p[trial] == pytest.approx(stats.fisher_exact(square(trial), alternative=alternative).pvalue, rel=1e-9)


@pytest.mark.parametrize("correction", [False, True])
def test_chi_square_agrees_with_scipy(correction):
    found = chi_square(DATA, correction=correction)
    for trial in range(40):
        if square(trial).sum(axis=0).all():
            expected = stats.chi2_contingency(square(trial), correction=correction)
            assert found.p[trial] == pytest.approx(expected.pvalue, rel=1e-9)


def test_fisher_keeps_its_level_on_null_data():
    rng = np.random.default_rng(6)
    null = tables(rng.binomial(20, 0.3, (4000, 1)), 20, rng.binomial(20, 0.3, (4000, 1)), 20)
    assert (fisher_exact(null).p < 0.05).mean() < 0.05
    assert abs((chi_square(null).p < 0.05).mean() - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 4000) + 0.01


def test_strata_are_pooled():
    assert fisher_exact(tables([1, 2], [2, 2], [0, 1], [2, 2])).p == fisher_exact(tables(3, 4, 1, 4)).p


def test_nothing_to_compare_gives_p_of_one():
    assert chi_square(tables(0, 5, 0, 7)).p == 1 and fisher_exact(tables(5, 5, 7, 7)).p == 1

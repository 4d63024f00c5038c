"""Intervals of the risk difference against Newcombe's published table, a numerical likelihood and their laws."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from statsmodels.stats.proportion import confint_proportions_2indep

from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.trial.analysis.cmh import cmh_test
from immunoreset.trial.analysis.risk_difference import miettinen_nurminen, newcombe, restricted_rates
from immunoreset.trial.analysis.tables import tables

# Newcombe 1998, table II: counts, then method 5 (Mee), 6 (Miettinen-Nurminen) and 10 (score intervals of each arm)
PUBLISHED = [
    ((56, 70, 48, 80), (0.0533, 0.3377), (0.0528, 0.3382), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1821, 0.8370), (0.1700, 0.8406), (0.1705, 0.8090)),
    ((6, 7, 2, 7), (0.0544, 0.8478), (0.0342, 0.8534), (0.0582, 0.8062)),
    ((5, 56, 0, 29), (-0.0313, 0.1926), (-0.0326, 0.1933), (-0.0381, 0.1926)),
    ((0, 10, 0, 20), (-0.1611, 0.2775), (-0.1658, 0.2844), (-0.1611, 0.2775)),
    ((0, 10, 0, 10), (-0.2775, 0.2775), (-0.2879, 0.2879), (-0.2775, 0.2775)),
    ((10, 10, 0, 20), (0.7225, 1.0000), (0.7156, 1.0000), (0.6791, 1.0000)),
    ((10, 10, 0, 10), (0.6777, 1.0000), (0.6636, 1.0000), (0.6075, 1.0000)),
]


@pytest.mark.parametrize(("counts", "mee", "score", "hybrid"), PUBLISHED)
def test_intervals_match_newcombe_1998_table_2(counts, mee, score, hybrid):
    data = tables(*counts)
    for found, expected in (
        (miettinen_nurminen(data, correction=False), mee),
        (miettinen_nurminen(data), score),
        (newcombe(data), hybrid),
    ):
        assert (found.lower, found.upper) == pytest.approx(expected, abs=5.1e-5)


def test_newcombe_agrees_with_statsmodels():
    for counts in ((12, 40, 7, 33), (1, 9, 8, 15)):
        found = newcombe(tables(*counts))
        assert (found.lower, found.upper) == pytest.approx(confint_proportions_2indep(*counts, method="newcomb"), abs=1e-12)


@pytest.mark.parametrize("difference", [-0.6, -0.1, 0.0, 0.25, 0.9])
def test_restricted_rates_maximise_the_likelihood(difference):
    x, n, y, m = 7, 12, 5, 20
    low, high = max(0.0, -difference), min(1.0, 1 - difference)

    def against(rate):
        top = np.clip(rate + difference, 1e-15, 1 - 1e-15)
        return -(x * np.log(top) + (n - x) * np.log(1 - top) + y * np.log(rate) + (m - y) * np.log(1 - rate))

    best = minimize_scalar(against, bounds=(low + 1e-12, high - 1e-12), method="bounded", options={"xatol": 1e-12}).x
    treated, control = restricted_rates(tables(x, n, y, m), np.array([difference]))
    assert control[0] == pytest.approx(best, abs=1e-6) and treated[0] - control[0] == pytest.approx(difference)


def test_with_mantel_haenszel_weights_the_test_of_no_difference_is_cochran_mantel_haenszel():
    rng = np.random.default_rng(7)
    patients = rng.integers(5, 40, (2, 50, 4))
    responders = rng.binomial(patients, 0.4)
    data = tables(responders[0], patients[0], responders[1], patients[1])
    assert np.allclose(miettinen_nurminen(data).z, cmh_test(data).z, atol=1e-10)


def test_swapping_arms_turns_the_interval_round():
    data = tables([5, 9], [11, 20], [3, 4], [9, 21])
    for weights in ("mh", "ssize", "equal"):
        one, other = miettinen_nurminen(data, weights=weights), miettinen_nurminen(data.swapped, weights=weights)
        assert (one.lower, one.upper, one.z) == pytest.approx((-other.upper, -other.lower, -other.z))


def test_the_limits_are_where_the_test_of_a_margin_turns():
    data = tables([5, 9], [11, 20], [3, 4], [9, 21])
    found = miettinen_nurminen(data)
    assert miettinen_nurminen(data, margin=float(found.lower)).p == pytest.approx(0.05, abs=1e-9)
    assert miettinen_nurminen(data, margin=float(found.upper)).p == pytest.approx(0.05, abs=1e-9)


@pytest.mark.parametrize("weights", ["mh", "ssize"])
def test_stratified_interval_covers_a_shared_difference(weights):
    rng = np.random.default_rng(9)
    control, patients = np.array([0.1, 0.3, 0.5]), np.full((2000, 3), 20)
    data = tables(rng.binomial(patients, control + 0.2), patients, rng.binomial(patients, control), patients)
    found = miettinen_nurminen(data, weights=weights)
    assert abs(((found.lower < 0.2) & (found.upper > 0.2)).mean() - 0.95) < 4 * np.sqrt(0.05 * 0.95 / 2000) + 0.005


def test_newcombe_covers_in_small_samples():
    rng = np.random.default_rng(10)
    data = tables(rng.binomial(15, 0.8, (4000, 1)), 15, rng.binomial(15, 0.4, (4000, 1)), 15)
    found = newcombe(data)
    assert 0.93 < ((found.lower < 0.4) & (found.upper > 0.4)).mean() < 0.98


def test_a_stratum_with_one_arm_is_counted_as_left_out():
    found = miettinen_nurminen(tables([5, 2], [10, 4], [3, 0], [10, 0]), weights="ssize")
    assert found.strata_left_out == 1 and found.estimate == pytest.approx(0.2)


def test_bad_input_is_refused():
    data = tables(5, 10, 3, 10)
    with pytest.raises(UnknownName, match="no weights of strata 'ms'"):
        miettinen_nurminen(data, weights="ms")
    with pytest.raises(InvalidValue, match="level 95"):
        miettinen_nurminen(data, level=95)
    with pytest.raises(InvalidValue, match="margin -1"):
        miettinen_nurminen(data, margin=-1)
    with pytest.raises(InvalidValue, match="no stratum has patients in both arms"):
        miettinen_nurminen(tables([5, 0], [10, 0], [0, 3], [0, 10]))

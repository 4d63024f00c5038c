"""Bands of single rows: each kind of statistic, tolerances, steps away, and the chance of a small simulated cohort."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm, poisson

from immunoreset.errors import InvalidValue
from immunoreset.evidence import Statistic, band, bands, evidence, predictive, steps_away
from immunoreset.evidence.rows import Tolerance

ROW = replace(evidence().row("mueller-2024/b-cell-return-mean"), tolerance=None)


def of(kind, **numbers):
    return replace(ROW, statistic=Statistic(kind, **numbers))


def limits(row, **more):
    found = band(row, **more)
    assert found is not None
    return found.low, found.high


def test_difference_matches_the_example_of_newcombe():
    """Newcombe 1998, Stat Med 17:873, table II, method 10: 56/70 - 48/80 and 9/10 - 3/10."""
    assert bands.difference(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert bands.difference(9, 10, 3, 10) == pytest.approx((0.1705, 0.8090), abs=5e-5)


def test_rate_has_2_5_percent_tail_at_each_limit():
    low, high = bands.rate(7, 1000)
    assert poisson.sf(6, low * 1000) == pytest.approx(0.025)
    assert poisson.cdf(7, high * 1000) == pytest.approx(0.025)


def test_median_between_quartiles_holds_the_median_of_a_normal_sample_with_at_least_95_percent():
    """A bell is steeper in its middle than the line to the quartile, so that the interval is on the wide side."""
    quartiles = np.quantile(np.random.default_rng(1).normal(0, 1, (4000, 101)), [0.25, 0.5, 0.75], axis=1).T
    found = [bands.median_between_quartiles(middle, (low, high), 101) for low, middle, high in quartiles]
    assert 0.95 <= np.mean([low <= 0 <= high for low, high in found]) < 0.99


def test_mean_from_a_standard_error_and_from_a_published_interval():
    assert limits(of("mean", value=-3.7, se=0.7)) == pytest.approx((-3.7 - 0.7 * norm.ppf(0.975), -3.7 + 0.7 * norm.ppf(0.975)))
    assert limits(of("mean", value=2.3, n=102, interval=(1.5, 3.1))) == (1.5, 3.1)


def test_geometric_mean_is_symmetric_in_logs():
    low, high = limits(of("geometric mean", value=100, cv=0.5, n=30))
    assert low * high == pytest.approx(100**2)


WITHOUT = {
    "range of many": of("median", value=2, n=108, range=(1, 12)),
    "single value": of("value", value=3),
    "words": of("text", text="x"),
    "bound": of("share", value=0.01, of=140, limit="<"),
}


@pytest.mark.parametrize("row", WITHOUT.values(), ids=WITHOUT)
def test_what_leaves_no_uncertainty_has_no_band(row):
    assert band(row) is None


def test_tolerance_of_ours_stands_before_the_computed_band_and_says_so():
    found = band(replace(ROW, tolerance=Tolerance(30, 60, "acceptance limits")))
    assert found is not None and found.ours and (found.low, found.high) == (30, 60)
    assert found.how == "tolerance chosen by us: acceptance limits"


def test_each_step_away_widens_the_band_by_half_and_shares_stay_shares():
    assert steps_away(ROW, disease="lymphoma", product="dual") == 2
    near, far = limits(ROW), limits(ROW, steps=2)
    assert far[1] - far[0] == pytest.approx(2.25 * (near[1] - near[0]))
    assert limits(of("share", count=12, of=15), steps=3)[1] == 1


def test_predictive_band_holds_the_share_of_a_small_cohort_with_95_percent():
    """The truth is drawn as the published 12 of 15 leave it (Jeffreys), the simulated 20 patients from the truth."""
    random = np.random.default_rng(2)
    found = predictive(of("share", count=12, of=15), 20)
    assert found is not None
    shares = random.binomial(20, random.beta(12.5, 3.5, 20_000)) / 20
    assert 0.95 <= np.mean((shares >= found.low) & (shares <= found.high)) < 0.99


def test_predictive_band_of_a_mean_is_students_and_shrinks_to_the_band_with_many_patients():
    small, large = predictive(ROW, 15), predictive(ROW, 10_000_000)
    assert small is not None and large is not None
    near = limits(ROW)
    assert small.high - small.low == pytest.approx(2**0.5 * (near[1] - near[0]))
    assert (large.low, large.high) == pytest.approx(near, rel=1e-4)
    with pytest.raises(InvalidValue, match="0 simulated patients"):
        predictive(ROW, 0)

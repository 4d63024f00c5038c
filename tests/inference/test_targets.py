"""Published rows as observations: their scale, their likelihood, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from immunoreset.errors import InvalidValue
from immunoreset.evidence import Statistic, calibration_rows, evidence
from immunoreset.evidence.rows import Tolerance
from immunoreset.inference.laws import Law, signed_root
from immunoreset.inference.targets import blocks, target_of

ROW = evidence().row("pooled-sle-2025/crs-any")


def row(**statistic):
    return replace(ROW, statistic=Statistic(**statistic), tolerance=None)


def test_every_calibration_row_becomes_a_target_with_a_width():
    for one in calibration_rows():
        target = target_of(one)
        assert np.isfinite(target.value) and 0 < target.sd < np.inf
        assert target.ours == (one.tolerance is not None)


@pytest.mark.parametrize(
    ("statistic", "law", "mu", "reference"),
    [
        ({"kind": "share", "count": 8, "of": 8}, "binomial", 1.3, lambda m: stats.binom.logpmf(8, 8, 1 / (1 + np.exp(-m)))),
        ({"kind": "rate", "events": 0, "patient_days": 900.0}, "poisson", -7, lambda m: stats.poisson.logpmf(0, 900 * np.exp(m))),
        (
            {"kind": "mean", "value": 112.0, "sd": 47.0, "n": 15},
            "student",
            99,
            lambda m: stats.t.logpdf((112 - m) * 15**0.5 / 47, 14),
        ),
        (
            {"kind": "sd", "value": 47.0, "n": 15},
            "chi-square",
            3.7,
            lambda m: stats.chi2.logpdf(14 * 47**2 / np.exp(2 * m), 14) - 2 * m,
        ),
        (
            {"kind": "free", "events": 2, "patient_days": 1500.0, "horizon_days": 540.0},
            "free",
            0.9,
            lambda m: stats.poisson.logpmf(2, -np.log(1 / (1 + np.exp(-m))) * 1500 / 540),
        ),
    ],
)
def test_likelihood_of_counts_and_spreads_is_the_exact_one(statistic, law, mu, reference):
    target = target_of(row(**statistic))
    assert target.law.kind == law
    at = np.array([mu, mu + 0.3])
    ours, exact = target.law.log_likelihood(at), reference(at)
    assert ours[1] - ours[0] == pytest.approx(exact[1] - exact[0], rel=1e-9)


def test_all_of_all_patients_pulls_no_share_that_is_high_already():
    start, step, root = signed_root(Law("binomial", 8, 8), extra=0.0)
    mu = start + step * np.arange(len(root))
    np.testing.assert_allclose(root, np.sqrt(16 * np.logaddexp(0, -mu)), atol=0.02)  # deviance -2 x 8 log p
    assert abs(root[-1]) < 0.05


def test_blurred_likelihood_is_the_beta_like_integral():
    law, extra = Law("binomial", 3, 40), 0.6
    start, step, root = signed_root(law, extra)
    nodes = np.linspace(-8, 8, 4001)
    at = start + step * np.array([150, 250, 350])
    exact = np.log(np.exp(law.log_likelihood(at[:, None] + extra * nodes)) @ np.exp(-0.5 * nodes**2))
    half = -0.5 * root[[150, 250, 350]] ** 2
    np.testing.assert_allclose(np.diff(half), np.diff(exact), rtol=1e-4, atol=1e-4)
    assert (np.diff(root) < 0).all()  # data lie further above, the lower the model


def test_median_is_known_by_its_quartiles_and_in_logs_where_it_spans_a_factor_of_two():
    narrow = target_of(row(kind="median", value=6.0, n=578, iqr=(4.0, 10.0)))
    assert narrow.scale == "as it is" and narrow.sd == pytest.approx(3 * 2 / 578**0.5, rel=0.01)
    wide = target_of(replace(row(kind="median", value=38.3), tolerance=Tolerance(25.0, 65.0, "assays differ")))
    assert (wide.scale, wide.ours) == ("log", True)
    assert wide.value == pytest.approx(np.log(25 * 65) / 2) and wide.sd == pytest.approx(np.log(65 / 25) / 3.92, rel=1e-3)


def test_each_step_away_widens_one_and_a_half_times():
    near, far = target_of(ROW), target_of(ROW, steps=2)
    assert far.sd == pytest.approx(2.25 * near.sd)
    assert np.ptp(far.law.log_likelihood(np.array([0.0, 1.0]))) * 2.25**2 == pytest.approx(
        np.ptp(near.law.log_likelihood(np.array([0.0, 1.0])))
    )


@pytest.mark.parametrize(
    ("statistic", "why"),
    [
        ({"kind": "median", "value": 3.0}, "has no width"),
        ({"kind": "share", "value": 0.5}, "has no width"),
        ({"kind": "ratio", "value": 2.0, "interval": (1.0, 4.0)}, "no statistic of simulated patients"),
        ({"kind": "share", "value": 0.05, "interval": (0.0, 0.2)}, "has no logit"),
        ({"kind": "mean", "value": 5.0, "interval": (5.0, 5.0)}, "no width"),
    ],
)
def test_row_without_a_width_is_refused_by_its_name(statistic, why):
    with pytest.raises(InvalidValue, match=f"{ROW.id}.*{why}"):
        target_of(row(**statistic))


@pytest.mark.parametrize(
    "law",
    [
        Law("binomial", 0, 30),
        Law("poisson", 0, 20.0),
        Law("free", 0, 12.0),
        Law("student", 0.0, 0.3, 14),
        Law("chi-square", 0.0, 1.0, 14),
        Law("normal", 0.0, 0.3, width=1.5),
        Law("student", 0.0, 0.3, 14, 1.5),
        Law("binomial", 0, 200, width=1.5),
    ],
    ids=str,
)
def test_drawn_data_scatter_as_the_law_says(law):
    rng = np.random.default_rng(1)
    mu = np.full(40_000, 0.4)
    drawn = law.observed(law.draw(mu, rng.standard_normal(mu.shape), rng.standard_normal(mu.shape)))
    assert drawn.mean() == pytest.approx(0.4, abs=0.1)
    assert drawn.std() == pytest.approx(float(law.spread(0.4)), rel=0.1)


def test_rows_that_share_patients_also_through_a_third_have_one_block():
    found = evidence()
    rows = [found.row(f"{name}") for name in ("mackensen-2022/doris-day90", "mueller-2024/doris-day180", "zuma-1/crs-any")]
    of = blocks(rows, found.cohorts)
    assert of[rows[0].id] == of[rows[1].id] != of[rows[2].id]
    chained = blocks(calibration_rows(), found.cohorts)
    assert chained["mackensen-2022/doris-day90"] == chained["pooled-sle-2025/crs-any"]

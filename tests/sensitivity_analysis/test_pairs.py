"""Total effects from few patients a row, against a function whose effects are known, and SciPy where there is no noise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import sobol_indices, uniform

from immunoreset.inference.points import normal_points
from immunoreset.sensitivity_analysis.design import OTHERS, ends, factors_of, mixed
from immunoreset.sensitivity_analysis.pairs import effects, pair_means

SLOPES = np.array([1.0, 0.7, 0.5, 0.2, 0.1, 0.0])
NAMES = tuple(f"x{place}" for place in range(1, 7))
SINGLY = factors_of(NAMES, NAMES)


def uniformly(z):
    """Coordinates that are uniform between -1 and 1."""
    return 2 * ndtr(z) - 1


def design(factors, rows, seed):
    """A, B, and A with each factor from B: (rows, 2 + K, 6)."""
    both = ends(factors, rows, seed)
    return np.concatenate([both, mixed(factors, both)], axis=1)


def expected(x):
    """The mean over patients of the test function, at points (..., 6)."""
    return x @ SLOPES + 0.5 * x[..., 0] * x[..., 1]


def true_total():
    """x1 and x2 share the interaction 0.5 x1 x2, whose variance is 0.25 / 9."""
    parts = SLOPES**2 / 3
    both = 0.25 / 9
    total = parts + both * (np.arange(6) < 2)
    return total / (parts.sum() + both), parts / (parts.sum() + both)


def noisy(points, seed, patients=8):
    """The function at (N, points, 6) for patients (N, points, n, 1): each has an intercept and slopes of his own in his row."""
    x = uniformly(points)
    of_patient = np.random.default_rng(seed).normal(size=(len(x), 1, patients, 7))
    mean = expected(x)[:, :, None]
    return (mean + 1.5 * of_patient[..., 0] + np.einsum("rki,rkpi->rkp", x, of_patient[..., 1:] + 0 * x[:, :, None]))[..., None]


def found(rows=512, seed=1, *, factors=SINGLY, **more):
    y = noisy(design(factors, rows, seed), seed, **more)
    return effects(y[:, 0], y[:, 1], y[:, 2:], seed=seed)


def test_known_effects_are_as_published():
    total, _ = true_total()
    np.testing.assert_allclose(total, [0.578, 0.306, 0.133, 0.021, 0.005, 0.0], atol=6e-4)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pairs_of_patients_find_the_known_effects_and_the_usual_estimator_fails(seed):
    total, first = true_total()
    one = found(seed=seed)
    assert np.all(np.abs(one.total.value[:, 0] - total) < 3 * one.total.error[:, 0])
    assert np.all(np.abs(one.first.value[:, 0] - first) < 3 * one.first.error[:, 0])
    usual, error = one.single.value[:, 0] / one.single.value[:, 0].sum(), one.single.error[:, 0]
    assert np.sum(np.abs(usual - total / total.sum()) > 3 * error) >= 4
    assert usual[0] < 0.85 * total[0] and usual[5] > 0.03, "it hides the largest, and sees one that has none"


def test_intervals_hold_the_truth_as_often_as_they_say():
    """40 repeats of six effects: 95 % intervals hold it in 90 to 99 %."""
    total, _ = true_total()
    held = []
    for seed in range(40):
        one = found(rows=128, seed=seed).total
        held.append((one.low[:, 0] <= total) & (total <= one.high[:, 0]))
    assert 0.90 <= np.mean(held) <= 0.99


def test_patients_carry_the_rest_of_the_variance_of_single_ones():
    """The intercept has 2.25; each slope of his own 1/3 of the square of x."""
    mean, own = (SLOPES**2 / 3).sum() + 0.25 / 9, 2.25 + 6 / 3
    one = found(rows=1024)
    assert one.patients.value[0] == pytest.approx(own / (own + mean), abs=0.02)
    assert one.variance.value[0] == pytest.approx(mean, rel=0.15)
    assert one.single_variance.value[0] == pytest.approx(own + mean, rel=0.05)


def test_scipy_finds_the_same_without_patient_noise():
    """No patients: all of a row say the same, and only the design differs."""
    y = np.repeat(expected(uniformly(design(SINGLY, 2048, seed=5)))[:, :, None, None], 2, axis=2)
    ours = effects(y[:, 0], y[:, 1], y[:, 2:])
    theirs = sobol_indices(
        func=lambda x: expected(x.T), n=2048, dists=[uniform(loc=-1, scale=2)] * 6, rng=np.random.default_rng(5)
    )
    np.testing.assert_allclose(ours.total.value[:, 0], theirs.total_order, atol=0.01)
    np.testing.assert_allclose(ours.first.value[:, 0], theirs.first_order, atol=0.03)


def test_a_group_has_the_effect_of_its_members_together():
    """x2 to x6 in one group: all but what is of x1 alone."""
    factors = factors_of(NAMES, ("x1",))
    assert factors.names == ("x1", OTHERS) and factors.columns[1] == (1, 2, 3, 4, 5)
    one = found(factors=factors, rows=1024)
    total, first = true_total()
    wanted = np.array([total[0], 1 - first[0]])
    assert np.all(np.abs(one.total.value[:, 0] - wanted) < 3 * one.total.error[:, 0])


def test_the_mean_over_pairs_is_that_of_all_pairs_and_leaves_the_failed_out():
    random = np.random.default_rng(3)
    one, other = random.normal(size=(2, 4, 5, 2))
    one[0, 2, 0] = other[1, 0, 1] = np.nan
    one[3, 1:, 1] = np.nan
    for row in range(4):
        for h in range(2):
            known = [p for p in range(5) if np.isfinite(one[row, p, h] + other[row, p, h])]
            pairs = [one[row, p, h] * other[row, q, h] for p in known for q in known if p != q]
            wanted = np.mean(pairs) if pairs else np.nan
            np.testing.assert_allclose(pair_means(one, other)[row, h], wanted)


def test_rows_without_patients_change_neither_the_effects_nor_stop_them():
    y = noisy(design(SINGLY, 512, seed=1), seed=1)
    y[::7, 3] = np.nan
    y[5, 0] = np.nan
    one = effects(y[:, 0], y[:, 1], y[:, 2:])
    total, _ = true_total()
    assert one.rows[1] == 512 - 74 - 1 and one.rows[0] == 511
    assert np.all(np.abs(one.total.value[:, 0] - total) < 3 * one.total.error[:, 0])


def test_what_does_not_vary_has_no_effects():
    one = effects(np.ones((16, 4, 1)), np.ones((16, 4, 1)), np.ones((16, 3, 4, 1)))
    assert np.isnan(one.total.value).all() and np.isnan(one.total.low).all() and np.isnan(one.patients.value).all()


def test_a_design_changes_one_factor_at_a_time_and_fills_space():
    factors = factors_of(NAMES, ("x4", "x1"))
    points = design(factors, 1024, seed=2)
    a, b = points[:, 0], points[:, 1]
    assert factors.names == ("x4", "x1", OTHERS)
    for place, columns in enumerate(factors.columns, start=2):
        kept = [column for column in range(6) if column not in columns]
        assert np.array_equal(points[:, place, columns], b[:, columns]) and np.array_equal(points[:, place, kept], a[:, kept])
    both = np.concatenate([a, b], axis=1)
    np.testing.assert_allclose(np.corrcoef(both.T), np.eye(12), atol=0.1)
    np.testing.assert_allclose(both.mean(axis=0), 0, atol=0.02)
    assert normal_points(256, 12, seed=2).std() == pytest.approx(1, abs=0.02)

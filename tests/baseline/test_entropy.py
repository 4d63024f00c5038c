"""Entropy balancing recovers known weights, agrees with a second method, and is the same on any number of threads."""

import os
import subprocess
import sys

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, minimize

from immunoreset.baseline.entropy import balance
from immunoreset.baseline.sampling import alike_together, drawn_by_weight

EXACT = 1e-12


def test_recovers_the_tilt_of_a_normal_pool():
    """A normal pool tilted to another mean has weights exp(shift x) up to a factor: the shift is that of the mean."""
    pool = np.random.default_rng(1).normal(size=200_000)
    found = balance(pool[None], np.array([0.5]), np.array([EXACT]))
    weighted = np.sum(found.weights * pool)
    slope = np.polyfit(pool, np.log(found.weights), 1)[0]
    assert weighted == pytest.approx(0.5, abs=1e-6)
    assert slope == pytest.approx(0.5, abs=0.01)
    assert found.effective == pytest.approx(np.exp(-(0.5**2)), rel=0.02)  # of a normal tilted by 0.5 SD


def test_agrees_with_the_primal_problem_solved_by_another_method():
    rng = np.random.default_rng(2)
    x = rng.gamma(2.0, size=(2, 30))
    targets, variances = np.array([2.4, 1.7]), np.array([0.02, 0.05])

    def primal(w):
        apart = x @ w - targets
        return np.sum(w * np.log(30 * w)) + np.sum(apart**2 / (2 * variances))

    whole = LinearConstraint(np.ones((1, 30)), 1, 1)
    other = minimize(
        primal,
        np.full(30, 1 / 30),
        method="SLSQP",
        bounds=[(1e-9, 1)] * 30,
        constraints=[whole],
        options={"ftol": 1e-14, "maxiter": 2000},
    )
    assert other.success
    found = balance(x, targets, variances)
    assert found.weights == pytest.approx(other.x, abs=2e-5)
    assert found.apart == pytest.approx((x @ other.x - targets) / np.sqrt(variances), abs=1e-3)


def test_moments_of_the_pool_itself_give_equal_weights():
    x = np.random.default_rng(3).normal(size=(4, 500))
    found = balance(x, x.mean(axis=1), np.full(4, 0.01))
    assert found.weights == pytest.approx(np.full(500, 1 / 500), rel=1e-6)
    assert found.effective == pytest.approx(1)


def test_a_wider_published_number_pulls_less():
    x = np.random.default_rng(4).normal(size=(1, 2000))
    apart = [abs(np.sum(balance(x, np.array([1.0]), np.array([v])).weights * x[0]) - 1.0) for v in (1e-4, 0.1, 1.0)]
    assert apart == sorted(apart)
    assert apart[0] < 1e-3 and apart[2] > 0.3


def test_a_feature_without_spread_changes_nothing():
    x = np.random.default_rng(5).normal(size=(2, 300))
    x[1] = 7.0
    alone = balance(x[:1], np.array([0.3]), np.array([0.01]))
    assert np.array_equal(alone.weights, balance(x, np.array([0.3, 7.0]), np.array([0.01, 1.0])).weights)


def test_patients_are_different_and_drawn_as_often_as_their_weights_say():
    rng = np.random.default_rng(6)
    weights = rng.gamma(2.0, size=400)
    weights /= weights.sum()
    order = alike_together(rng.normal(size=(3, 400)))
    counts, n, draws = np.zeros(400), 40, 4000
    for seed in range(draws):
        drawn = drawn_by_weight(weights, n, seed=seed, order=order)
        assert len(np.unique(drawn)) == n
        counts[drawn] += 1
    expected = n * weights
    errors = (counts / draws - expected) / np.sqrt(expected * (1 - expected) / draws)
    assert np.abs(errors).max() < 4.5


def test_nobody_is_taken_twice():
    weights = np.full(100, 0.5 / 99)
    weights[0] = 0.5
    assert drawn_by_weight(weights, 3, seed=1, order=np.arange(100)) is None


def test_order_makes_the_drawn_patients_like_the_pool():
    x = np.random.default_rng(7).normal(size=(2, 4000))
    weights = np.full(4000, 1 / 4000)
    errors = {}
    for name, order in {"alike": alike_together(x), "as they come": np.arange(4000)}.items():
        means = [x[:, drawn_by_weight(weights, 100, seed=seed, order=order)].mean(axis=1) for seed in range(60)]
        errors[name] = np.std(means, axis=0)
    assert (errors["alike"] < 0.7 * errors["as they come"]).all()


CODE = """
import hashlib, numpy as np
from immunoreset.baseline.entropy import balance
x = np.random.default_rng(8).normal(size=(6, 40_000))
print(hashlib.sha256(balance(x, np.full(6, 0.2), np.full(6, 1e-4)).weights.tobytes()).hexdigest())
"""


def test_weights_are_the_same_on_any_number_of_threads():
    found = set()
    for threads in ("1", "4"):
        environment = os.environ | {"OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
        done = subprocess.run([sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, check=True)
        found.add(done.stdout)
    assert len(found) == 1

"""Draws of a posterior, against posteriors that are known, and the alarm of chains that have not met."""

import os
import subprocess
import sys

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.inference.slice_sampler import r_hat, sample

RNG = np.random.default_rng(11)
MATRIX = RNG.standard_normal((8, 6)) * [2, 1, 1, 0.5, 0.3, 0.0]
DATA = MATRIX @ RNG.standard_normal(6) + 0.5 * RNG.standard_normal(8)


def gaussian(z):
    return -0.5 * ((z @ MATRIX.T - DATA) ** 2).sum(axis=1) / 0.25


def test_linear_model_has_its_known_posterior():
    precision = np.eye(6) + MATRIX.T @ MATRIX / 0.25
    mean, covariance = np.linalg.solve(precision, MATRIX.T @ DATA / 0.25), np.linalg.inv(precision)
    found = sample(gaussian, 6, seed=1)
    sd = np.sqrt(np.diag(covariance))
    assert (np.abs(found.z.mean(axis=0) - mean) / sd < 0.03).all()
    np.testing.assert_allclose(np.cov(found.z.T) / np.outer(sd, sd), covariance / np.outer(sd, sd), atol=0.04)
    assert found.r_hat.max() < 1.02 and found.draws.shape == (300, 96, 6)


def test_bent_posterior_is_that_of_brute_force():
    def bent(z):
        rate = np.exp(0.6 * z[:, 0] + 0.3 * z[:, 1] ** 2 - z[:, 2])
        share = 1 / (1 + np.exp(-z[:, 1] - 0.5 * z[:, 2]))
        return 3 * np.log(rate) - 2 * rate + 8 * np.log(share)

    found = sample(bent, 3, seed=2).z
    prior = np.random.default_rng(3).standard_normal((400_000, 3))
    weights = np.exp(bent(prior) - bent(prior).max())
    weights /= weights.sum()
    mean = weights @ prior
    sd = np.sqrt(weights @ (prior - mean) ** 2)
    np.testing.assert_allclose((found.mean(axis=0) - mean) / sd, 0, atol=0.04)
    np.testing.assert_allclose(found.std(axis=0), sd, rtol=0.03)
    for level in (0.05, 0.5, 0.95):
        limits = np.quantile(found, level, axis=0)
        np.testing.assert_allclose([weights @ (prior[:, k] < limits[k]) for k in range(3)], level, atol=0.02)


def test_chains_that_do_not_meet_are_refused_by_the_name_of_the_unknown():
    def two_peaks(z):
        return np.logaddexp(-2000 * (z[:, 1] - 1.5) ** 2, -2000 * (z[:, 1] + 1.5) ** 2)

    with pytest.raises(InvalidValue, match=r"have not met.*growth \(\d\.\d\d\).*; take more steps"):
        sample(two_peaks, 2, seed=1, names=["peak", "growth"], steps=60, longest=60)
    assert sample(two_peaks, 2, seed=1, steps=60, check=False).r_hat[1] > 1.05


def test_few_draws_are_of_all_chains():
    found = sample(gaussian, 6, seed=1, chains=12, pilot=20, steps=24, check=False)
    chain = {value: place for place, values in enumerate(found.draws[:, :, 0].T) for value in values}
    few = found.thinned(24)[:, 0]
    assert len(set(few)) == 24 and {chain[value] for value in few} == set(range(12))


def test_r_hat_sees_chains_that_differ_in_place_or_in_width():
    draws = np.random.default_rng(4).standard_normal((200, 8, 3))
    draws[:, 0, 1] += 1.5
    draws[:, 0, 2] *= 4
    found = r_hat(draws)
    assert found[0] < 1.01 and found[1] > 1.05 and found[2] > 1.05


def test_nan_of_the_likelihood_is_no_place_to_be():
    found = sample(lambda z: np.where(z[:, 0] > 0, np.nan, 0.0), 1, seed=1, check=False, chains=400)
    assert found.z.max() < 3 and (found.z[-400:] <= 0).mean() > 0.99


PROBLEM = """
import hashlib, numpy as np
from immunoreset.inference.emulator import fit
from immunoreset.inference.laws import Law
from immunoreset.inference.likelihood import Likelihood
from immunoreset.inference.slice_sampler import sample
from immunoreset.inference.targets import Target
rng = np.random.Generator(np.random.Philox(1))
z = rng.standard_normal((900, 8))
y = z @ rng.standard_normal((8, 40)) + 0.2 * rng.standard_normal((900, 40))
y[:40, 3] = y[5, 4] = y[9:20, 5] = np.nan
rho = 0.4 + 0.6 * np.eye(40)
rows = [Target(str(i), "share", "logit", Law("binomial", i % 9, 9), ("c",), (9,), "c", "s", "f", "a") for i in range(40)]
emulator = fit(z, y)
found = Likelihood.of(rows, emulator, correlation=rho, emulator=emulator.left_out, between=np.full(40, 0.3))
draws = sample(found, 8, seed=1, steps=30, pilot=30, check=False).draws
data = found.draw(y[:50], rng)
print(*(hashlib.sha256(part.tobytes()).hexdigest() for part in (emulator.coefficients, draws, data)))
"""


def test_same_seed_gives_the_same_bytes_on_one_and_two_threads():
    def run(threads):
        env = {**os.environ, **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), threads)}
        return subprocess.run([sys.executable, "-c", PROBLEM], env=env, capture_output=True, text=True, check=True).stdout

    assert run("1") == run("2") != ""
    assert not np.array_equal(sample(gaussian, 6, seed=1, check=False).draws, sample(gaussian, 6, seed=2, check=False).draws)

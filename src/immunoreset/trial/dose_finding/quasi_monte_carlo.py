"""Averages over many parameters at once: fixed, evenly spread points placed around the most probable values.

The points are the same for every trial and every run. They are drawn from a bell shape with heavy tails fitted to each trial, and
each is weighted by how much more probable it is than that shape says.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.special import expit, gammaln, stdtrit
from scipy.stats.qmc import Sobol

from immunoreset.errors import InvalidValue
from immunoreset.trial.dose_finding.quadrature import Floats
from immunoreset.trial.outcomes import Counts

TAIL_DEGREES = 5.0
_NEWTON_STEPS, _HALVINGS = 30, 30
_SETTLED = 1e-10  # of a prior standard deviation: the error that is left is about the square of it


@lru_cache(maxsize=8)
def heavy_points(power: int, dimensions: int) -> tuple[Floats, Floats]:
    """2 ** power Sobol points (P, K) with independent Student coordinates, and the logarithm of their density, (P,).

    Source: Joe and Kuo 2008, doi:10.1137/070709359, for the Sobol directions in SciPy.
    """
    if not 4 <= power <= 20:
        raise InvalidValue(f"2 to the power {power} points: give a power from 4 to 20")
    count = 2**power
    even = Sobol(dimensions, scramble=False).random_base2(power) + 0.5 / count
    points = stdtrit(TAIL_DEGREES, even)
    half = (TAIL_DEGREES + 1) / 2
    constant = gammaln(half) - gammaln(TAIL_DEGREES / 2) - np.log(TAIL_DEGREES * np.pi) / 2
    return points, (constant - half * np.log1p(points**2 / TAIL_DEGREES)).sum(axis=1)


def logistic_peak(covariates: Floats, patients: Counts, events: Counts, *, mean: Floats, sd: Floats) -> tuple[Floats, Floats]:
    """Most probable coefficients (T, K) of logistic regressions with normal priors, and a root (T, K, K) of the covariance.

    `covariates` is (D, K); `patients` and `events` are (T, D). The problem has one peak, which damped Newton steps reach.

    >>> peak, root = logistic_peak(np.ones((1, 1)), np.array([[10]]), np.array([[5]]), mean=np.zeros(1), sd=np.ones(1))
    >>> peak.tolist(), root.round(3).tolist()
    ([[0.0]], [[[0.535]]])
    """
    precision = np.diag(1 / sd**2)
    found = np.broadcast_to(mean, (len(patients), len(mean))).copy()
    moving = np.arange(len(found))
    for _ in range(_NEWTON_STEPS):
        counts = patients[moving], events[moving]
        moved = _uphill(found[moving], covariates, counts, mean=mean, sd=sd)
        still = (np.abs(moved - found[moving]) <= _SETTLED * sd).all(axis=1)
        found[moving], moving = moved, moving[~still]
        if not len(moving):
            break
    _, curvature = _derivatives(found, covariates, patients, events)
    root: Floats = np.linalg.cholesky(np.linalg.inv(curvature + precision)).astype(np.float64)
    return found, root


def _uphill(at: Floats, covariates: Floats, counts: tuple[Counts, Counts], *, mean: Floats, sd: Floats) -> Floats:
    """Coefficients (T, K) after a Newton step, shortened where it would lead down."""
    patients, events = counts

    def height(tried: Floats) -> Floats:
        odds = _linear(tried, covariates)
        fit = events * -np.logaddexp(0.0, -odds) + (patients - events) * -np.logaddexp(0.0, odds)
        return fit.sum(axis=1) - (((tried - mean) / sd) ** 2).sum(axis=1) / 2

    best = height(at)
    slope, curvature = _derivatives(at, covariates, patients, events)
    step = np.linalg.solve(curvature + np.diag(1 / sd**2), (slope - (at - mean) / sd**2)[:, :, None])[:, :, 0]
    share = np.ones(len(at))
    for _ in range(_HALVINGS):
        worse = height(at + share[:, None] * step) < best - 1e-12 * np.abs(best)
        if not worse.any():
            break
        share = np.where(worse, share / 2, share)
    return at + share[:, None] * step


def _linear(coefficients: Floats, covariates: Floats) -> Floats:
    return np.einsum("tk,dk->td", coefficients, covariates, optimize=False)


def _derivatives(at: Floats, covariates: Floats, patients: Counts, events: Counts) -> tuple[Floats, Floats]:
    """Slope (T, K) and negative curvature (T, K, K) of the logistic likelihood."""
    odds = _linear(at, covariates)
    rate = expit(odds)
    slope = np.einsum("td,dk->tk", events - patients * rate, covariates, optimize=False)
    curvature = np.einsum("td,dk,dl->tkl", patients * rate * (1 - rate), covariates, covariates, optimize=False)
    return slope, curvature

"""Entropy balancing (Hainmueller 2012, 10.1093/pan/mpr025): the weights nearest to equal ones that have given moments.

The weights w of N patients minimise sum w log(N w) + sum (m - t)^2 / (2 v), where m are the weighted means of the features, t
their targets and v the sampling variances of the targets (the ridge). Its dual has one unknown per moment, no bounds and one
minimum; w is exp(lambda x) up to a factor.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import InvalidValue

Floats = NDArray[np.float64]

STILL = 1e-7  # of the gradient, where each feature has an SD of 1
MOST_STEPS = 500


class Weights(NamedTuple):
    """Weights (N,) that add up to 1, and what is left between moments and targets (K,), in standard errors of the targets."""

    weights: Floats
    apart: Floats

    @property
    def effective(self) -> float:
        """The effective size of Kish as a share of the patients: 1 where all weights are equal."""
        return float(1 / (len(self.weights) * np.sum(self.weights**2)))


def balance(features: Floats, targets: Floats, variances: Floats) -> Weights:
    """The weights of N patients whose K `features` (K, N) should have the means `targets`, known within `variances` (K,).

    Sums are taken in an order that no number of threads changes. A feature that is the same in all patients is left out.
    Raises InvalidValue when no minimum is found.

    >>> found = balance(np.array([[0.0, 0.0, 1.0, 1.0]]), np.array([0.75]), np.array([1e-9]))
    >>> found.weights.round(3), round(found.effective, 3)
    (array([0.125, 0.125, 0.375, 0.375]), 0.8)
    """
    from scipy.optimize import minimize

    scale = features.std(axis=1)
    told = scale > 0
    x = (features[told] - targets[told, None]) / scale[told, None]
    ridge = variances[told] / scale[told] ** 2

    def dual(multipliers: Floats) -> tuple[float, Floats]:
        weights, logarithm = _tilted(x, multipliers)
        value = logarithm + 0.5 * float(np.sum(ridge * multipliers**2))
        return value, (x * weights).sum(axis=1) + ridge * multipliers

    multipliers = np.zeros(len(x))
    if len(x):
        found = minimize(dual, multipliers, jac=True, method="BFGS", options={"gtol": STILL, "maxiter": MOST_STEPS})
        multipliers = found.x
        if not np.abs(dual(multipliers)[1]).max() < 100 * STILL:  # BFGS may end at the limits of its arithmetic
            raise InvalidValue("no weights were found that bring the patients to the table; leave out rows that say the same")
    weights, _ = _tilted(x, multipliers) if len(x) else (np.full(features.shape[1], 1 / features.shape[1]), 0.0)
    means = (features * weights).sum(axis=1)
    return Weights(weights, (means - targets) / np.sqrt(variances))


def _tilted(x: Floats, multipliers: Floats) -> tuple[Floats, float]:
    """exp(multipliers x) made to add up to 1, and the logarithm of its mean."""
    exponent = (x * multipliers[:, None]).sum(axis=0)
    highest = float(exponent.max())
    raw = np.exp(exponent - highest)
    total = float(raw.sum())
    return raw / total, highest + float(np.log(total / len(raw)))

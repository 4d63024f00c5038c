"""The statistics of rows as smooth functions of z: ridge regression on 1, z, z^2 - 1 and, where points allow, products.

The features are Hermite polynomials: independent of each other under the prior of z.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import InvalidValue
from immunoreset.inference.fixed_order import inverse_of_root, root

Floats = NDArray[np.float64]
PER_TERM = 20
"""Points per term from which on products of unknowns come in."""
RIDGES = tuple(10.0**power for power in range(-4, 4))


@dataclass(frozen=True, eq=False)
class Emulator:
    """Statistics of R rows at any z (M, K).

    `coefficients` (R, F), `left_out` (R,) mean squared error at points left out one by one, `checked` (R,) at check points (nan
    where there were none), `r2` (R,) share of the variance explained at points left out, `points` (R,) that had the statistic.
    """

    unknowns: int
    products: bool
    coefficients: Floats
    left_out: Floats
    checked: Floats
    r2: Floats
    points: NDArray[np.int64]

    def __call__(self, z: Floats) -> Floats:
        """The statistics (M, R) at z (M, K)."""
        return np.einsum("mf,rf->mr", features(z, self.products), self.coefficients)

    @property
    def variance(self) -> Floats:
        """What joins the likelihood (R,): the larger of the errors left out and at check points."""
        return np.fmax(self.left_out, self.checked)

    def weak(self, own_variance: Floats) -> NDArray[np.bool_]:
        """Rows (R,) that need more patients, or go: R2 below one half, and an error above the row's own."""
        return (self.r2 < 0.5) & (self.variance > own_variance)


def features(z: Floats, products: bool = False) -> Floats:
    """1, z, (z^2 - 1) / sqrt 2 and with `products` all z_i z_j: (M, F)."""
    parts = [np.ones((len(z), 1)), z, (z * z - 1) / np.sqrt(2)]
    if products and z.shape[1] > 1:
        i, j = np.array(list(combinations(range(z.shape[1]), 2))).T
        parts.append(z[:, i] * z[:, j])
    return np.concatenate(parts, axis=1)


def fit(z: Floats, statistics: Floats, *, weights: Floats | None = None, names: Sequence[str] = ()) -> Emulator:
    """The emulator of `statistics` (M, R), nan where a point has none, at points z (M, K) with `weights` (M,).

    Products of unknowns come in from 20 points per term. The ridge of each row is the one with the least error left out.
    Raises InvalidValue, with the names of rows, where fewer points than 1 + 2 K have the statistic.
    """
    m, k = z.shape
    if statistics.shape[0] != m or not np.isfinite(z).all():
        raise InvalidValue(f"{m} points and statistics of {statistics.shape[0]}; give one for each, and points that are numbers")
    w = np.ones(m) if weights is None else np.asarray(weights, dtype=float) * (m / np.sum(weights))
    has = np.isfinite(statistics)
    points = has.sum(axis=0)
    few = [names[row] if names else str(row) for row in range(len(points)) if points[row] < 2 * k + 2]
    if few:
        raise InvalidValue(f"fewer than {2 * k + 2} of {m} points have the statistic of {', '.join(few)}; leave these rows out")
    products = k > 1 and points.min() >= PER_TERM * (1 + 2 * k + k * (k - 1) // 2)
    x = features(z, products)
    r = statistics.shape[1]
    coefficients, left_out, r2 = np.zeros((r, x.shape[1])), np.zeros(r), np.zeros(r)
    patterns, of = np.unique(has, axis=1, return_inverse=True)
    for pattern in range(patterns.shape[1]):
        rows, at = np.flatnonzero(of == pattern), patterns[:, pattern]
        coefficients[rows], left_out[rows], r2[rows] = _ridge(x[at], statistics[np.ix_(at, rows)], w[at])
    return Emulator(k, bool(products), coefficients, left_out, np.full(r, np.nan), r2, points)


def _ridge(x: Floats, y: Floats, w: Floats) -> tuple[Floats, Floats, Floats]:
    """Coefficients (R, F), error left out (R,) and R2 (R,) of rows that have the same points; the constant is not shrunk."""
    w = w / w.sum()
    mean_x, mean_y = np.einsum("m,mf->f", w, x[:, 1:]), np.einsum("m,mr->r", w, y)
    dx, dy = x[:, 1:] - mean_x, y - mean_y
    gram = np.einsum("mf,mg->fg", dx * w[:, None], dx)
    against = np.einsum("mf,mr->fr", dx * w[:, None], dy)
    best = np.full(y.shape[1], np.inf)
    slopes = np.zeros((y.shape[1], dx.shape[1]))
    for ridge in RIDGES:
        inverse = inverse_of_root(root(gram + ridge * np.eye(len(gram))))
        white = np.einsum("mf,gf->mg", dx, inverse)
        moved = np.einsum("gf,fr->gr", inverse, against)
        leverage = w * (1 + np.einsum("mg,mg->m", white, white))
        residual = dy - np.einsum("mg,gr->mr", white, moved)
        error = np.einsum("m,mr->r", w, (residual / np.maximum(1 - leverage, 1e-9)[:, None]) ** 2)
        better = error < best
        best[better] = error[better]
        slopes[better] = np.einsum("gf,gr->rf", inverse, moved)[better]
    spread = np.einsum("m,mr->r", w, dy * dy)
    constant = mean_y - np.einsum("rf,f->r", slopes, mean_x)
    r2 = np.where(spread > 0, 1 - best / np.where(spread > 0, spread, 1.0), 1.0)
    return np.column_stack([constant, slopes]), best, r2


def checked(emulator: Emulator, z: Floats, statistics: Floats, variance: Floats | None = None) -> Emulator:
    """The emulator with its error at check points z (M, K) whose `statistics` (M, R) come from other patients.

    `variance` (M, R) is the sampling variance of these statistics, which is not the emulator's fault and is taken away.
    """
    error = (emulator(z) - statistics) ** 2 - (0.0 if variance is None else variance)
    known = np.isfinite(error)
    n = known.sum(axis=0)
    mean = np.where(known, error, 0.0).sum(axis=0) / np.maximum(n, 1)
    return replace(emulator, checked=np.where(n > 0, np.maximum(mean, 0.0), np.nan))


def anchored(emulator: Emulator, few: Floats, many: Floats) -> Emulator:
    """The emulator moved to the whole population: `few` (R,) are the statistics at z = 0 of the patients that the points have in
    common, `many` (R,) those of thousands. A row without either stays where it is.
    """
    moved = emulator.coefficients.copy()
    shift = np.asarray(many, dtype=float) - np.asarray(few, dtype=float)
    moved[:, 0] += np.where(np.isfinite(shift), shift, 0.0)
    return replace(emulator, coefficients=moved)

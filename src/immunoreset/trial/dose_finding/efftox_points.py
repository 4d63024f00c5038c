"""The sums of EffTox over its points: for each trial the weight of every point, and what the weighted points say of each dose.

A trial has thousands of points and each point two rates at every dose, so the loops over points are compiled; each of them is
plain arithmetic, which becomes vector code. A trial gets the same bits alone or among thousands.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from immunoreset.engine.loop_math import exponential, logarithm, wide_vectors

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

_TINY = float(np.finfo(float).tiny)
_STEEPEST = 350.0  # logarithm of the odds beyond which a rate, below 1e-152, is not told apart


@numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _place(points: Floats, curve: tuple[Floats, Floats], prior: tuple[Floats, Floats], out: Floats, height: Floats) -> None:
    """Coefficients (K, P) of a curve at the points, around its peak (K,) with the root (K, K) of its covariance.

    Adds the logarithm of their normal prior, up to a constant, to the height.
    """
    wide_vectors()
    peak, root = curve
    mean, sd = prior
    for row in range(len(peak)):
        per_sd = 1.0 / sd[row]
        for i in range(points.shape[1]):
            value = peak[row] + root[row, 0] * points[0, i]
            if row > 0:
                value += root[row, 1] * points[1, i]
            if row > 1:
                value += root[row, 2] * points[2, i]
            out[row, i] = value
            score = (value - mean[row]) * per_sd
            height[i] -= 0.5 * score * score


@numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _rates(values: Floats, dose: float, harm: Floats, benefit: Floats) -> None:
    """Rates of toxicity and benefit (P,) at a dose, from their coefficients (5, P); one division serves both."""
    wide_vectors()
    for i in range(len(harm)):
        safe = 1.0 + exponential(min(-(values[0, i] + dose * values[1, i]), _STEEPEST))
        useless = 1.0 + exponential(min(-(values[2, i] + dose * (values[3, i] + dose * values[4, i])), _STEEPEST))
        share = 1.0 / (safe * useless)
        harm[i], benefit[i] = useless * share, safe * share


@numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _add_likelihood(height: Floats, harm: Floats, benefit: Floats, strength: Floats, seen: Counts) -> None:
    """Add the logarithm of the chance of the outcomes at one dose: `seen` counts both, toxicity, benefit and neither alone."""
    wide_vectors()
    for outcome in range(4):
        patients = float(seen[outcome])
        if patients == 0.0:
            continue
        for i in range(len(height)):
            bad, good = harm[i], benefit[i]
            joint = bad * good
            joint += strength[i] * joint * (1.0 - bad) * (1.0 - good)
            chance = 1.0 - bad - good + joint
            if outcome == 0:
                chance = joint
            elif outcome == 1:
                chance = bad - joint
            elif outcome == 2:
                chance = good - joint
            height[i] += patients * logarithm(max(chance, _TINY))


@numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _weights(height: Floats, top: float) -> None:
    """Heights to weights, of which the largest is 1."""
    wide_vectors()
    for i in range(len(height)):
        height[i] = exponential(height[i] - top) if height[i] > -np.inf else 0.0


@numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract", "reassoc", "nsz"})
def _add_sums(sums: Floats, weight: Floats, harm: Floats, benefit: Floats, limits: tuple[float, float]) -> None:
    """Add the weighted sums of benefit, of harm, and of either being within its limit."""
    wide_vectors()
    good = bad = useful = tolerable = 0.0
    for i in range(len(weight)):
        good += weight[i] * benefit[i]
        bad += weight[i] * harm[i]
        useful += weight[i] if benefit[i] > limits[0] else 0.0
        tolerable += weight[i] if harm[i] < limits[1] else 0.0
    sums[0] += good
    sums[1] += bad
    sums[2] += useful
    sums[3] += tolerable


@numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract", "reassoc", "nsz"})
def _totals(weight: Floats) -> tuple[float, float]:
    """The sum of the weights and that of their squares."""
    wide_vectors()
    total = squares = 0.0
    for i in range(len(weight)):
        total += weight[i]
        squares += weight[i] * weight[i]
    return total, squares


@numba.njit(cache=True, nogil=True, error_model="numpy")
def averages(
    fixed: tuple[Floats, Floats, Floats],
    doses: Floats,
    seen: Counts,
    toxic: tuple[Floats, Floats],
    effective: tuple[Floats, Floats],
    prior: tuple[Floats, Floats],
    limits: tuple[float, float],
    rising: bool,
) -> tuple[Floats, Floats]:
    """Posterior means (n, D, 4) of benefit, toxicity, and of either within its `limits`; and the effective points, (n,).

    `fixed` has, in B blocks of P points, standardised points (B, 5, P), the logarithm (B, P) of what each weighs before data and
    placing, and the association (B, P). `seen` is (n, D, 4): patients with both, toxicity, benefit and neither alone. `toxic` and
    `effective` are peaks (n, K) and roots (n, K, K), `prior` means and standard deviations of the five coefficients. nan where
    the outcomes are impossible at every point. Sums are in units of the weight of the heaviest point so far.
    """
    wide_vectors()
    points, base, strength = fixed
    count, levels = base.shape[1], len(doses)
    found, number = np.zeros((len(seen), levels, 4)), np.empty(len(seen))
    values, height = np.empty((5, count)), np.empty(count)
    harm, benefit = np.empty((levels, count)), np.empty((levels, count))
    for trial in range(len(seen)):
        top, total, squares = -np.inf, 0.0, 0.0
        for block in range(len(base)):
            height[:] = base[block]
            _place(points[block, :2], (toxic[0][trial], toxic[1][trial]), (prior[0][:2], prior[1][:2]), values[:2], height)
            _place(
                points[block, 2:], (effective[0][trial], effective[1][trial]), (prior[0][2:], prior[1][2:]), values[2:], height
            )
            for level in range(levels):
                _rates(values, doses[level], harm[level], benefit[level])
                _add_likelihood(height, harm[level], benefit[level], strength[block], seen[trial, level])
            if rising:
                for i in range(count):
                    height[i] = height[i] if values[1, i] > 0 else -np.inf
            highest = height.max()
            if highest > top:
                shrink = np.exp(top - highest)
                found[trial] *= shrink
                total, squares, top = total * shrink, squares * shrink * shrink, highest
            if top == -np.inf:
                continue
            _weights(height, top)
            added = _totals(height)
            total, squares = total + added[0], squares + added[1]
            for level in range(levels):
                _add_sums(found[trial, level], height, harm[level], benefit[level], limits)
        found[trial] /= total if np.isfinite(top) else np.nan
        number[trial] = total * total / squares
    return found, number

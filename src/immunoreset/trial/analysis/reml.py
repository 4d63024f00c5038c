"""Repeated measurements with any covariance between visits, fitted by restricted maximum likelihood (REML).

Each patient contributes the visits that were seen. The covariance has a free entry for every pair of visits (unstructured) and
is found by Fisher scoring.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.design_matrix import inverse, solve
from immunoreset.trial.analysis.patients import Floats
from immunoreset.trial.analysis.visit_patterns import Patterns, gather, moments, visit_spread, weights

_ROUNDS = 200
_CLOSE = 1e-13  # of the expected gain in log likelihood


class RemlFit(NamedTuple):
    """Coefficients (p,) and their variance, covariance of visits (V, V), and what Kenward and Roger need of the fit.

    The covariance has m = V (V + 1) / 2 parameters, with variance (m, m) by the observed information; `slopes` (m, p, p) are the
    derivatives of the inverse variance of the coefficients, `bias` (p, p) the part of the adjustment that comes from the
    curvature.
    """

    coefficients: Floats
    variance: Floats
    covariance: Floats
    parameter_variance: Floats
    slopes: Floats
    bias: Floats
    minus_two_log_likelihood: float
    converged: bool


class _State(NamedTuple):
    covariance: Floats
    objective: float
    coefficients: Floats  # on top of least squares
    variance: Floats
    score: Floats
    information: Floats
    slopes: Floats
    turned: Floats  # (G, m, V, V): W E W for each entry E of the covariance


def fit_unstructured(outcome: Floats, matrix: Floats) -> RemlFit:
    """Fit outcome (n, V), not a number where missing, on the columns of matrix (n, V, p).

    >>> rng = np.random.default_rng(1)
    >>> fit = fit_unstructured(rng.normal(size=(50, 2)), np.broadcast_to(np.eye(2), (50, 2, 2)))
    >>> fit.converged, fit.coefficients.shape
    (True, (2,))

    Raises InvalidValue when two visits are never seen in the same patient or columns repeat one another.
    Source: Patterson and Thompson 1971; Jennrich and Schluchter 1986.
    """
    patterns = gather(outcome, matrix)
    units = _units(outcome.shape[1])
    state = _evaluate(patterns, np.diag(visit_spread(patterns)), units)
    if state is None:
        raise InvalidValue("mixed model: an outcome never varies at a visit, or columns repeat one another")
    converged = False
    for _ in range(_ROUNDS):
        step, good = solve(state.information, state.score)
        gain = float(step @ state.score)
        if not good or gain < _CLOSE:
            converged = bool(good)
            break
        better = _improve(patterns, units, state=state, step=np.tensordot(step, units, axes=1))
        if better is None:
            converged = gain < 1e-8
            break
        state = better
    return _finish(patterns, state, converged=converged)


def _units(visits: int) -> Floats:
    """The derivative (m, V, V) of the covariance with respect to each of its free entries."""
    units = []
    for one in range(visits):
        for other in range(one + 1):
            unit = np.zeros((visits, visits))
            unit[one, other] = unit[other, one] = 1.0
            units.append(unit)
    return np.array(units)


def _by_entry(values: Floats) -> Floats:
    """Matrices (G, m, V, V) as rows (m, G V V)."""
    return np.swapaxes(values, 0, 1).reshape(values.shape[1], -1)


def _evaluate(patterns: Patterns, covariance: Floats, units: Floats) -> _State | None:
    """REML and its derivatives at a covariance; W is its inverse, E a unit. None where it is not positive."""
    found = weights(patterns, covariance)
    if found is None:
        return None
    weight, determinant = found
    columns, size = len(patterns.shift), len(units)
    squares, row = patterns.squares.reshape(-1, columns * columns), weight.reshape(-1)
    normal = (row @ squares).reshape(columns, columns)
    coefficients, good = solve(normal, row @ patterns.crosses.reshape(-1, columns))
    if not good:
        return None
    variance, moment = inverse(normal), moments(patterns, coefficients)
    turned = weight[:, None] @ units @ weight[:, None]
    entries, flat = _by_entry(turned), units.reshape(size, -1)
    slopes = -(entries @ squares).reshape(size, columns, columns)
    spread = variance @ slopes
    traces = flat @ np.tensordot(patterns.number, weight, axes=1).reshape(-1) + np.einsum("kpp->k", spread)
    leverage = (squares @ variance.reshape(-1)).reshape(weight.shape)
    information = 0.5 * np.tensordot(patterns.number, turned, axes=1).reshape(size, -1) @ flat.T
    information -= _by_entry(turned @ covariance) @ _by_entry(leverage[:, None] @ turned).T
    information += 0.5 * spread.reshape(size, -1) @ np.swapaxes(spread, 1, 2).reshape(size, -1).T
    constant = (patterns.observations - columns) * np.log(2 * np.pi)
    objective = constant + determinant + np.linalg.slogdet(normal)[1] + (weight * moment).sum()
    score = 0.5 * (entries @ moment.reshape(-1) - traces)
    return _State(covariance, float(objective), coefficients, variance, score, information, slopes, turned)


def _improve(patterns: Patterns, units: Floats, *, state: _State, step: Floats) -> _State | None:
    """The longest of the halved steps that does not make the fit worse; None when even a tiny one does."""
    share = 1.0
    while share > 1e-8:
        found = _evaluate(patterns, state.covariance + share * step, units)
        if found is not None and found.objective <= state.objective + 1e-12 * abs(state.objective):
            return found
        share /= 2
    return None


def _finish(patterns: Patterns, state: _State, *, converged: bool) -> RemlFit:
    parameter_variance = inverse(_observed_information(patterns, state))
    turned, slopes, columns = state.turned, state.slopes, len(patterns.shift)
    mixed = np.moveaxis(np.tensordot(parameter_variance, turned, axes=(1, 1)), 0, 1)
    joined = (turned @ state.covariance @ mixed).sum(axis=1)
    curvature = (joined.reshape(-1) @ patterns.squares.reshape(-1, columns * columns)).reshape(columns, columns)
    bent = (slopes @ state.variance @ np.tensordot(parameter_variance, slopes, axes=1)).sum(axis=0)
    return RemlFit(
        patterns.shift + state.coefficients,
        state.variance,
        state.covariance,
        parameter_variance,
        slopes,
        curvature - bent,
        state.objective,
        converged and bool(np.isfinite(parameter_variance).all()),
    )


def _observed_information(patterns: Patterns, state: _State) -> Floats:
    # the second derivative of the likelihood itself, not its average: with missing visits the average is optimistic
    moment = moments(patterns, state.coefficients)
    quadratic = _by_entry(state.turned @ state.covariance) @ _by_entry(moment[:, None] @ state.turned).T
    left = patterns.crosses - patterns.squares @ state.coefficients
    linear = _by_entry(state.turned) @ left.reshape(-1, left.shape[-1])
    return (quadratic + quadratic.T) / 2 - linear @ state.variance @ linear.T - state.information

"""Repeated measurements with any covariance between visits, fitted by restricted maximum likelihood (REML).

Each patient contributes the visits that were seen. The covariance has a free entry for every pair of visits (unstructured). It
is found by Fisher scoring; patients with the same visits are handled together.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.design_matrix import inverse, solve
from immunoreset.trial.analysis.patients import Floats

_ROUNDS = 200
_CLOSE = 1e-13  # of the expected gain in log likelihood


class Pattern(NamedTuple):
    """Patients with the same visits: who is seen when (V,), their outcomes (n, V), columns (n, V, p), and sums of X X'."""

    seen: NDArray[np.bool_]
    outcome: Floats
    matrix: Floats
    squares: Floats  # (V, V, p, p)


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
    objective: float
    coefficients: Floats
    variance: Floats
    score: Floats
    information: Floats
    slopes: Floats
    weights: list[Floats]  # by pattern, W (V, V)


def fit_unstructured(outcome: Floats, matrix: Floats) -> RemlFit:
    """Fit outcome (n, V), not a number where missing, on the columns of matrix (n, V, p).

    >>> rng = np.random.default_rng(1)
    >>> fit = fit_unstructured(rng.normal(size=(50, 2)), np.broadcast_to(np.eye(2), (50, 2, 2)))
    >>> fit.converged, fit.coefficients.shape
    (True, (2,))

    Raises InvalidValue when two visits are never seen in the same patient or columns repeat one another.
    Source: Patterson and Thompson 1971; Jennrich and Schluchter 1986.
    """
    patterns = _patterns(outcome, matrix)
    _check_pairs(patterns)
    units = _units(outcome.shape[1])
    covariance = _start(patterns)
    state = _evaluate(patterns, covariance, units)
    if state is None:
        raise InvalidValue("mixed model: columns repeat one another, or patients are too few; leave out a covariate")
    converged = False
    for _ in range(_ROUNDS):
        step, good = solve(state.information, state.score)
        if not good:
            break
        if float(step @ state.score) < _CLOSE:
            converged = True
            break
        moved = _improve(patterns, covariance, units, state=state, step=np.tensordot(step, units, axes=1))
        if moved is None:
            converged = float(step @ state.score) < 1e-8
            break
        covariance, state = moved
    return _finish(patterns, covariance, state, converged)


def _patterns(outcome: Floats, matrix: Floats) -> list[Pattern]:
    seen = np.isfinite(outcome)
    found = []
    for shape in np.unique(seen, axis=0):
        if shape.any():
            who = (seen == shape).all(axis=1)
            columns = np.where(shape[:, None], matrix[who], 0.0)
            squares = np.einsum("iap,ibq->abpq", columns, columns, optimize=True)
            found.append(Pattern(shape, np.where(shape, outcome[who], 0.0), columns, squares))
    return found


def _check_pairs(patterns: list[Pattern]) -> None:
    together = sum((len(one.outcome) * np.outer(one.seen, one.seen) for one in patterns), start=np.zeros((1, 1)))
    if np.any(together < 2):
        first, second = (int(place) + 1 for place in np.argwhere(together < 2)[0])
        raise InvalidValue(
            f"mixed model: visits {first} and {second} are seen together in fewer than two patients; drop one visit"
        )


def _units(visits: int) -> Floats:
    """The derivative (m, V, V) of the covariance with respect to each of its free entries."""
    units = []
    for one in range(visits):
        for other in range(one + 1):
            unit = np.zeros((visits, visits))
            unit[one, other] = unit[other, one] = 1.0
            units.append(unit)
    return np.array(units)


def _start(patterns: list[Pattern]) -> Floats:
    normal = sum(np.einsum("aapq->pq", one.squares) for one in patterns)
    right = sum(np.einsum("iap,ia->p", one.matrix, one.outcome) for one in patterns)
    coefficients, _ = solve(np.asarray(normal), np.asarray(right))
    squares = sum((_residuals(one, coefficients) ** 2).sum(axis=0) for one in patterns)
    number = sum(len(one.outcome) * one.seen for one in patterns)
    return np.diag(np.maximum(np.asarray(squares) / np.asarray(number), 1e-300))


def _residuals(pattern: Pattern, coefficients: Floats) -> Floats:
    return np.where(pattern.seen, pattern.outcome - pattern.matrix @ coefficients, 0.0)


def _weight(pattern: Pattern, covariance: Floats) -> tuple[Floats, float] | None:
    """The inverse covariance of the visits seen, in a (V, V) array, and the log determinant; None if not positive."""
    places = np.ix_(pattern.seen, pattern.seen)
    part = covariance[places]
    eigen = np.linalg.eigvalsh(part)
    if not eigen[0] > 1e-14 * eigen[-1]:
        return None
    weight = np.zeros(covariance.shape)
    weight[places] = np.linalg.inv(part)
    return weight, float(np.log(eigen).sum())


def _evaluate(patterns: list[Pattern], covariance: Floats, units: Floats) -> _State | None:
    weighed = [_weight(one, covariance) for one in patterns]
    weights = [one[0] for one in weighed if one is not None]
    if len(weights) < len(patterns):
        return None
    determinant = sum(len(one.outcome) * part[1] for one, part in zip(patterns, weighed, strict=True) if part is not None)
    pairs = list(zip(patterns, weights, strict=True))
    normal = np.asarray(sum(np.einsum("ab,abpq->pq", weight, one.squares) for one, weight in pairs))
    right = np.asarray(sum(np.einsum("iap,ab,ib->p", one.matrix, weight, one.outcome, optimize=True) for one, weight in pairs))
    coefficients, good = solve(normal, right)
    if not good:
        return None
    variance = inverse(normal)
    size = len(units)
    slopes = np.zeros((size, *normal.shape))
    score, information, fit = np.zeros(size), np.zeros((size, size)), 0.0
    for one, weight in pairs:
        residuals = _residuals(one, coefficients)
        moment, number = residuals.T @ residuals, len(residuals)
        turned = weight @ units @ weight
        slopes -= np.einsum("kab,abpq->kpq", turned, one.squares, optimize=True)
        leverage = np.einsum("abpq,qp->ab", one.squares, variance)
        score += 0.5 * (np.einsum("kab,ba->k", turned, moment) - number * np.einsum("ab,kba->k", weight, units))
        bent = turned @ covariance
        information += 0.5 * number * np.einsum("kab,lba->kl", turned, units)
        information -= np.einsum("kab,lbc,ac->kl", bent, turned, leverage, optimize=True)
        fit += float((weight * moment).sum())
    spread = variance @ slopes
    score -= 0.5 * np.einsum("kpp->k", spread)
    information += 0.5 * np.einsum("kpq,lqp->kl", spread, spread)
    observations = sum(int(one.seen.sum()) * len(one.outcome) for one in patterns)
    constant = (observations - len(normal)) * np.log(2 * np.pi)
    objective = float(constant + determinant + np.linalg.slogdet(normal)[1] + fit)
    return _State(objective, coefficients, variance, score, information, slopes, weights)


def _improve(patterns: list[Pattern], covariance: Floats, units: Floats, *, state: _State, step: Floats):
    """The longest of the halved steps that does not make the fit worse; None when even a tiny one does."""
    share = 1.0
    while share > 1e-8:
        tried = covariance + share * step
        found = _evaluate(patterns, tried, units)
        if found is not None and found.objective <= state.objective + 1e-9 * abs(state.objective) * (share < 1e-3):
            return tried, found
        share /= 2
    return None


def _finish(patterns: list[Pattern], covariance: Floats, state: _State, converged: bool) -> RemlFit:
    units = _units(len(covariance))
    parameter_variance = inverse(_observed_information(patterns, covariance, state, units))
    curvature = np.zeros(state.variance.shape)
    for one, weight in zip(patterns, state.weights, strict=True):
        turned = weight @ units @ weight
        joined = np.einsum("kl,kab,bc,lcd->ad", parameter_variance, turned, covariance, turned, optimize=True)
        curvature += np.einsum("ab,abpq->pq", joined, one.squares)
    slopes, variance = state.slopes, state.variance
    bent = np.einsum("kl,kpq,qr,lrs->ps", parameter_variance, slopes, variance, slopes, optimize=True)
    return RemlFit(
        state.coefficients,
        variance,
        covariance,
        parameter_variance,
        slopes,
        curvature - bent,
        state.objective,
        converged and bool(np.isfinite(parameter_variance).all()),
    )


def _observed_information(patterns: list[Pattern], covariance: Floats, state: _State, units: Floats) -> Floats:
    # the second derivative of the likelihood itself, not its average: with missing visits the average is optimistic
    size = len(units)
    quadratic, linear = np.zeros((size, size)), np.zeros((size, len(state.coefficients)))
    for one, weight in zip(patterns, state.weights, strict=True):
        residuals = _residuals(one, state.coefficients)
        turned = weight @ units @ weight
        bent = turned @ covariance
        quadratic += np.einsum("kab,lbc,ca->kl", bent, turned, residuals.T @ residuals, optimize=True)
        linear += np.einsum("iap,kab,ib->kp", one.matrix, turned, residuals, optimize=True)
    return (quadratic + quadratic.T) / 2 - linear @ state.variance @ linear.T - state.information

"""Cox regression: the hazard ratio of two arms, adjusted for covariates and strata, ties by Efron's method.

Newton's method runs on all trials at once. A trial whose likelihood has no maximum, such as one without an event in one arm, is
reported with a status, never with a huge number.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, ndtr

from immunoreset.trial.analysis.design_matrix import ARM, design_matrix, inverse, solve
from immunoreset.trial.analysis.newton import ROUNDS, uphill
from immunoreset.trial.analysis.patients import Compared, Flags, Floats, Label, compare, level_quantile, ratio_or
from immunoreset.trial.analysis.risk_sets import Times, between, counted, sort_times, to_end

_CLOSE = 1e-8  # of any log hazard
_LEAST = -700.0  # log hazard relative to the largest, below which a number holds nothing


class CoxStatus(IntEnum):
    """How the fit of a trial ended."""

    FITTED = 0
    NO_MAXIMUM = 1
    NO_EVENT = 2
    COLLINEAR = 3

    @property
    def message(self) -> str:
        return (
            "fitted",
            "no finite estimate: one arm, or one side of a covariate, has no event while the other is at risk; use log_rank",
            "nobody had the event",
            "columns repeat one another; leave out a covariate",
        )[self]


class CoxFit(NamedTuple):
    """Hazard ratio of treatment over control with interval, z above 0 when the treatment has fewer events, two-sided p.

    Coefficients and standard errors are (..., p), the arm first; `score` is the score test of no effect of any column, its p
    in `score_p`; `log_likelihood` (..., 2) is without and with effects.
    """

    hazard_ratio: Floats
    lower: Floats
    upper: Floats
    z: Floats
    p: Floats
    coefficients: Floats
    standard_errors: Floats
    score: Floats
    score_p: Floats
    log_likelihood: Floats
    status: NDArray[np.int64]


class _Sorted(NamedTuple):
    times: Times
    counted: Flags  # who is in the risk set of an event
    matrix: Floats  # (..., n, p), centred
    share: Floats  # of Efron: events of the same time taken before this one, over all of them


def cox_regression(
    time: ArrayLike,
    event: ArrayLike,
    arm: ArrayLike,
    *,
    covariates: Sequence[ArrayLike] = (),
    stratum: ArrayLike | None = None,
    treatment: Label = 1,
    control: Label = 0,
    among: ArrayLike | None = None,
    level: float = 0.95,
) -> CoxFit:
    """Fit times to event (..., n) on arm and covariates, each (..., n), with a baseline hazard for each stratum.

    `among` (..., n) marks those who are analysed.

    >>> fit = cox_regression([6, 7, 9, 10, 1, 2, 3, 8], [1, 0, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0, 0, 0])
    >>> round(float(fit.hazard_ratio), 3), CoxStatus(int(fit.status)).message
    (0.127, 'fitted')

    Raises as `log_rank` does, and InvalidValue for a missing covariate. Source: Cox 1972; Efron 1977.
    """
    quantile = level_quantile(level)
    arms = compare(arm, treatment=treatment, control=control, among=among)
    data = _sorted(time, event, arms, covariates=covariates, stratum=stratum)
    return _report(_fit(data), quantile=quantile)


def _sorted(time: ArrayLike, event: ArrayLike, arms: Compared, *, covariates: Sequence[ArrayLike], stratum) -> _Sorted:
    times = sort_times(time, event, used=arms.used, stratum=stratum)
    matrix = design_matrix(arms, covariates=covariates)[..., ARM:]
    matrix = np.broadcast_to(matrix, (*times.time.shape, matrix.shape[-1]))
    matrix = np.take_along_axis(matrix, times.order[..., None], axis=-2)
    counts = counted(times)
    used = counts[..., None]
    number = np.maximum(used.sum(axis=-2, keepdims=True), 1)
    matrix = np.where(used, matrix - (matrix * used).sum(axis=-2, keepdims=True) / number, 0)
    seen = times.event.astype(float)
    before = between(seen, times.first, np.broadcast_to(np.arange(seen.shape[-1]), seen.shape)) - seen
    return _Sorted(times, counts, matrix, before * seen / np.maximum(between(seen, times.first, times.last), 1))


class _AtRisk(NamedTuple):
    hazard: Floats  # (..., n), relative to the largest
    zeroth: Floats  # its sum over the risk set of each event, (..., n)
    likelihood: Floats


def _over_risk_set(data: _Sorted, values: Floats) -> Floats:
    """Sums of values (..., n) over the risk set of each event, less Efron's share of those tied with it."""
    times = data.times
    total = np.take_along_axis(to_end(values, times), times.first, axis=-1)
    ties = to_end(values * times.event, times)
    after = np.take_along_axis(ties, np.minimum(times.last + 1, values.shape[-1] - 1), axis=-1)
    tied = np.take_along_axis(ties, times.first, axis=-1) - np.where(times.last == times.end, 0, after)
    return total - data.share * tied


def _at_risk(data: _Sorted, coefficients: Floats) -> _AtRisk:
    """Hazards and log partial likelihood (...), minus infinity where a whole risk set has no hazard that a number can hold."""
    members, seen = data.counted, data.times.event
    log_hazard = (data.matrix @ coefficients[..., None])[..., 0]
    log_hazard = log_hazard - np.where(members, log_hazard, -np.inf).max(axis=-1, keepdims=True, initial=0)
    hazard = np.where(members, np.exp(np.maximum(log_hazard, _LEAST)), 0)
    zeroth = np.where(seen, _over_risk_set(data, hazard), 1.0)
    empty = zeroth <= np.exp(_LEAST / 2)
    zeroth = np.where(empty, 1.0, zeroth)
    likelihood = np.where(seen, log_hazard - np.log(zeroth), 0).sum(axis=-1)
    return _AtRisk(hazard, zeroth, np.where(empty.any(axis=-1), -np.inf, likelihood))


def _derivatives(data: _Sorted, coefficients: Floats) -> tuple[Floats, Floats, Floats]:
    """Log partial likelihood (...), its gradient (..., p) and information (..., p, p)."""
    matrix, seen = data.matrix, data.times.event
    hazard, zeroth, likelihood = _at_risk(data, coefficients)
    columns = matrix.shape[-1]
    means = np.stack([_over_risk_set(data, matrix[..., one] * hazard) / zeroth for one in range(columns)], axis=-1)
    gradient = np.where(seen[..., None], matrix - means, 0).sum(axis=-2)
    information = np.empty((*gradient.shape, columns))
    for one in range(columns):
        for other in range(one + 1):
            second = _over_risk_set(data, matrix[..., one] * matrix[..., other] * hazard) / zeroth
            entry = np.where(seen, second - means[..., one] * means[..., other], 0).sum(axis=-1)
            information[..., one, other] = information[..., other, one] = entry
    return likelihood, gradient, information


class _Found(NamedTuple):
    coefficients: Floats
    information: Floats
    score: Floats
    log_likelihood: Floats
    status: NDArray[np.int64]


def _fit(data: _Sorted) -> _Found:
    coefficients = np.zeros((*data.times.time.shape[:-1], data.matrix.shape[-1]))
    likelihood, gradient, information = _derivatives(data, coefficients)
    start, first = likelihood, solve(information, gradient)
    score = (gradient * first[0]).sum(axis=-1)
    status = np.where(data.times.event.any(axis=-1), int(CoxStatus.NO_MAXIMUM), int(CoxStatus.NO_EVENT))
    status = np.where((status == CoxStatus.NO_MAXIMUM) & ~first[1], int(CoxStatus.COLLINEAR), status)
    for _ in range(ROUNDS):
        step, good = solve(information, gradient)
        near = np.abs((data.matrix @ step[..., None])[..., 0]).max(axis=-1) < _CLOSE
        running = (status == CoxStatus.NO_MAXIMUM) & good
        status = np.where(running & near, int(CoxStatus.FITTED), status)
        running = running & ~near
        if not running.any():
            break
        coefficients = uphill(lambda at: _at_risk(data, at).likelihood, coefficients, np.where(running[..., None], step, 0))
        likelihood, gradient, information = _derivatives(data, coefficients)
    return _Found(coefficients, information, score, np.stack([start, likelihood], axis=-1), status)


def _report(found: _Found, *, quantile: float) -> CoxFit:
    bad = (found.status != CoxStatus.FITTED)[..., None]
    coefficients = np.where(bad, np.nan, found.coefficients)
    errors = np.where(bad, np.nan, np.sqrt(np.diagonal(inverse(found.information), axis1=-2, axis2=-1)))
    effect, error = coefficients[..., 0], errors[..., 0]
    z, reach = ratio_or(-effect, error, otherwise=np.nan), quantile * error
    return CoxFit(
        np.exp(effect),
        np.exp(effect - reach),
        np.exp(effect + reach),
        z,
        2 * ndtr(-np.abs(z)),
        coefficients,
        errors,
        found.score,
        chdtrc(coefficients.shape[-1], found.score),
        found.log_likelihood,
        found.status,
    )

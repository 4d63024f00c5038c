"""Logistic regression: the odds of response in two arms, adjusted for covariates, by Newton's method on all trials at once.

When a covariate or the arm tells responders from non-responders without error, the likelihood has no maximum ("separation").
Such a trial is reported with a status, never with a huge number; Firth's penalty gives it a finite answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, log_expit, ndtr

from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.design_matrix import ARM, cross_products, design_matrix, inverse, solve
from immunoreset.trial.analysis.newton import ROUNDS, uphill
from immunoreset.trial.analysis.patients import Floats, Label, compare, finite, level_quantile, place, ratio_or

_CLOSE = 1e-8  # of any linear predictor; Newton doubles the correct digits: the next step would be below rounding


class FitStatus(IntEnum):
    """How the fit of a trial ended."""

    FITTED = 0
    SEPARATED = 1
    COLLINEAR = 2

    @property
    def message(self) -> str:
        return (
            "fitted",
            "no finite estimate: arm or covariates separate responders from the others; use firth=True or an exact test",
            "columns repeat one another, or a stratum is empty; leave out a covariate or pool strata",
        )[self]


class LogisticFit(NamedTuple):
    """Odds ratio of treatment over control with its interval, z, two-sided p; all coefficients (..., p); status per trial."""

    odds_ratio: Floats
    lower: Floats
    upper: Floats
    z: Floats
    p: Floats
    coefficients: Floats
    standard_errors: Floats
    status: NDArray[np.int64]


def logistic_regression(
    response: ArrayLike,
    arm: ArrayLike,
    *,
    covariates: Sequence[ArrayLike] = (),
    stratum: ArrayLike | None = None,
    treatment: Label = 1,
    control: Label = 0,
    firth: bool = False,
    level: float = 0.95,
) -> LogisticFit:
    """Fit response (..., n) of 0 and 1 on intercept, arm, covariates (each (..., n)) and strata; Wald intervals.

    Numbers of a trial that could not be fitted are not numbers; `FitStatus(status).message` says why.

    >>> fit = logistic_regression([1, 1, 0, 1, 0, 0, 1, 0], [1, 1, 1, 1, 0, 0, 0, 0])
    >>> round(float(fit.odds_ratio), 3), FitStatus(int(fit.status)).message
    (9.0, 'fitted')

    Raises InvalidValue for a response that is not 0 or 1, a missing covariate or an empty arm; UnknownName for an unknown arm.
    Source: Firth 1993 and Heinze and Schemper 2002 for the penalty.
    """
    quantile = level_quantile(level)
    arms = compare(arm, treatment=treatment, control=control)
    answer = finite(response, what="response", among=arms.used)
    wrong = (answer != 0) & (answer != 1) & arms.used
    if wrong.any():
        raise InvalidValue(f"response of {place(wrong)} is {answer[wrong][0]:g}; give 1 for a response and 0 for none")
    matrix = design_matrix(arms, covariates=covariates, stratum=stratum)
    lead = np.broadcast_shapes(matrix.shape[:-1], answer.shape)
    matrix = np.broadcast_to(matrix, (*lead, matrix.shape[-1]))
    answer, used = np.broadcast_to(answer, lead), np.broadcast_to(arms.used, lead).astype(float)
    matrix, back = _centred(matrix, used)
    coefficients, status = _newton(answer, matrix, used, firth=firth)
    chance = expit(_predictor(matrix, coefficients))
    variance = back @ inverse(cross_products(matrix, used * chance * (1 - chance))) @ np.swapaxes(back, -1, -2)
    coefficients = _predictor(back, coefficients)
    bad = (status != FitStatus.FITTED)[..., None]
    coefficients = np.where(bad, np.nan, coefficients)
    errors = np.where(bad, np.nan, np.sqrt(np.diagonal(variance, axis1=-2, axis2=-1)))
    effect, error = coefficients[..., ARM], errors[..., ARM]
    z, reach = ratio_or(effect, error, otherwise=np.nan), quantile * error
    return LogisticFit(
        np.exp(effect),
        np.exp(effect - reach),
        np.exp(effect + reach),
        z,
        2 * ndtr(-np.abs(z)),
        coefficients,
        errors,
        status,
    )


def _predictor(matrix: Floats, coefficients: Floats) -> Floats:
    return (matrix @ coefficients[..., None])[..., 0]


def _centred(matrix: Floats, used: Floats) -> tuple[Floats, Floats]:
    """Columns after the arm less their mean, for they may be far from 0, and what leads their coefficients back (..., p, p)."""
    centre = (used[..., None] * matrix).sum(axis=-2) / used.sum(axis=-1)[..., None]
    centre[..., : ARM + 1] = 0
    back = np.broadcast_to(np.eye(matrix.shape[-1]), (*centre.shape, matrix.shape[-1])).copy()
    back[..., 0, :] -= centre
    return matrix - centre[..., None, :], back


def _likelihood(answer: Floats, matrix: Floats, used: Floats, coefficients: Floats, *, firth: bool) -> Floats:
    predictor = _predictor(matrix, coefficients)
    plain = (used * log_expit(np.where(answer > 0.5, predictor, -predictor))).sum(axis=-1)
    if not firth:
        return plain
    chance = expit(predictor)
    sign, size = np.linalg.slogdet(cross_products(matrix, used * chance * (1 - chance)))
    return np.where(sign > 0, plain + 0.5 * size, -np.inf)


def _newton(answer: Floats, matrix: Floats, used: Floats, *, firth: bool) -> tuple[Floats, NDArray[np.int64]]:
    """Where no step is left to go there is a maximum; where a step is left after every round, the likelihood rises for ever."""
    coefficients = np.zeros((*answer.shape[:-1], matrix.shape[-1]))
    status = np.full(answer.shape[:-1], int(FitStatus.SEPARATED))
    for round_ in range(ROUNDS):
        predictor = _predictor(matrix, coefficients)
        chance = expit(predictor)
        weight = used * chance * (1 - chance)
        information = cross_products(matrix, weight)
        residual = used * (answer - chance)
        if firth:
            leverage = weight * np.einsum("...ni,...ij,...nj->...n", matrix, np.nan_to_num(inverse(information)), matrix)
            residual = residual + leverage * (0.5 - chance)
        step, good = solve(information, (residual[..., None, :] @ matrix)[..., 0, :])
        if round_ == 0:
            status = np.where(good, status, int(FitStatus.COLLINEAR))
        running = (status == FitStatus.SEPARATED) & good
        near = np.abs(_predictor(matrix, step) * used).max(axis=-1) < _CLOSE
        status = np.where(running & near, int(FitStatus.FITTED), status)
        running = running & ~near
        if not running.any():
            break
        coefficients = uphill(
            lambda at: _likelihood(answer, matrix, used, at, firth=firth), coefficients, np.where(running[..., None], step, 0)
        )
    return coefficients, status

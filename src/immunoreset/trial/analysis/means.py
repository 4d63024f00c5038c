"""The difference of two means: t tests, and analysis of covariance, which adjusts for baseline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtr, stdtrit

from immunoreset import errors
from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.design_matrix import ARM, cross_products, design_matrix, inverse, solve
from immunoreset.trial.analysis.patients import Flags, Floats, Label, compare, finite, level_quantile, ratio_or, where


class MeanDifference(NamedTuple):
    """Treatment minus control with standard error, t, degrees of freedom, two-sided p and interval.

    z is the normal score with the same p, for monitoring.
    """

    estimate: Floats
    standard_error: Floats
    t: Floats
    freedom: Floats
    p: Floats
    lower: Floats
    upper: Floats
    z: Floats


def difference(estimate: Floats, standard_error: Floats, freedom: ArrayLike, *, level: float) -> MeanDifference:
    """Everything that follows from an estimate, its standard error and the degrees of freedom.

    >>> float(difference(np.array(2.0), np.array(1.0), 10, level=0.95).p.round(4))
    0.0734
    """
    level_quantile(level)
    degrees = np.broadcast_to(np.asarray(freedom, dtype=float), np.shape(estimate))
    t = ratio_or(estimate, standard_error, otherwise=np.nan)
    tail = stdtr(degrees, -np.abs(t))
    reach = stdtrit(degrees, 0.5 + level / 2) * standard_error
    with np.errstate(divide="ignore"):  # a tail too small for a number has an infinite normal score
        z = -np.sign(t) * ndtri(tail)
    return MeanDifference(estimate, standard_error, t, degrees, 2 * tail, estimate - reach, estimate + reach, z)


def t_test(
    outcome: ArrayLike,
    arm: ArrayLike,
    *,
    treatment: Label = 1,
    control: Label = 0,
    variances: str = "equal",
    level: float = 0.95,
) -> MeanDifference:
    """Compare the means of outcome (..., n); `variances` is "equal" (Student) or "unequal" (Welch).

    >>> float(t_test([5, 6, 7, 1, 2, 3], [1, 1, 1, 0, 0, 0]).t.round(3))
    4.899

    Raises InvalidValue for a missing outcome or an arm with fewer than two patients.
    """
    if variances not in ("equal", "unequal"):
        raise errors.unknown("assumption on variances", variances, ("equal", "unequal"))
    arms = compare(arm, treatment=treatment, control=control)
    values = finite(outcome, what="outcome", among=arms.used)
    treated, control_arm = _moments(values, arms.treated, treatment), _moments(values, arms.used & ~arms.treated, control)
    (n, mean_1, variance_1), (m, mean_0, variance_0) = treated, control_arm
    if variances == "equal":
        freedom = n + m - 2.0
        pooled = ((n - 1) * variance_1 + (m - 1) * variance_0) / freedom
        square = pooled * (1 / n + 1 / m)
    else:
        parts = variance_1 / n, variance_0 / m
        square = parts[0] + parts[1]
        freedom = ratio_or(square**2, parts[0] ** 2 / (n - 1) + parts[1] ** 2 / (m - 1), otherwise=np.nan)
    return difference(mean_1 - mean_0, np.sqrt(square), freedom, level=level)


def _moments(values: Floats, members: Flags, name: Label) -> tuple[Floats, Floats, Floats]:
    number = np.asarray(members.sum(axis=-1), dtype=float)
    few = number < 2
    if few.any():
        raise InvalidValue(f"{where(np.asarray(few))}arm '{name}' has fewer than two patients; its spread is unknown")
    mean = (values * members).sum(axis=-1) / number
    centred = np.where(members, values - mean[..., None], 0)
    return number, mean, (centred**2).sum(axis=-1) / (number - 1)


def ancova(
    outcome: ArrayLike,
    arm: ArrayLike,
    *,
    covariates: Sequence[ArrayLike] = (),
    stratum: ArrayLike | None = None,
    treatment: Label = 1,
    control: Label = 0,
    level: float = 0.95,
) -> MeanDifference:
    """Compare the means of outcome (..., n) adjusted for covariates, each (..., n), and strata, by least squares.

    >>> found = ancova([5.1, 6.2, 7.3, 1.0, 2.1, 3.3], [1, 1, 1, 0, 0, 0], covariates=[[0, 1, 2, 0, 1, 2]])
    >>> float(found.estimate.round(3)), float(found.freedom)
    (4.067, 3.0)

    Raises InvalidValue for a missing value, and when columns repeat one another or patients are too few.
    """
    arms = compare(arm, treatment=treatment, control=control)
    values = finite(outcome, what="outcome", among=arms.used)
    matrix = design_matrix(arms, covariates=covariates, stratum=stratum)
    lead = np.broadcast_shapes(matrix.shape[:-1], values.shape)
    used = np.broadcast_to(arms.used, lead).astype(float)
    matrix = np.broadcast_to(matrix, (*lead, matrix.shape[-1]))
    centre = (used[..., None] * matrix).sum(axis=-2, keepdims=True) / used.sum(axis=-1)[..., None, None]
    centre[..., : ARM + 1] = 0  # covariates are centred, for they may be far from 0
    matrix = matrix - centre
    products = cross_products(matrix, used)
    coefficients, good = solve(products, ((used * values)[..., None, :] @ matrix)[..., 0, :])
    freedom = used.sum(axis=-1) - matrix.shape[-1]
    wrong = np.asarray(~good | (freedom < 1))
    if wrong.any():
        raise InvalidValue(f"{where(wrong)}analysis of covariance: too few patients, or columns that repeat one another")
    residual = used * (values - (matrix @ coefficients[..., None])[..., 0])
    spread = (residual**2).sum(axis=-1) / freedom
    error = np.sqrt(spread * inverse(products)[..., ARM, ARM])
    return difference(coefficients[..., ARM], error, freedom, level=level)

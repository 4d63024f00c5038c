"""The difference of two response rates with an interval that can be trusted in small samples, within strata or pooled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from immunoreset import errors
from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.patients import Floats, level_quantile, ratio_or
from immunoreset.trial.analysis.tables import Tables

Numbers = NDArray[np.float64]
Weights = Literal["mh", "ssize", "equal"]
_HALVINGS = 46  # of an interval of width 2: exact to 3e-14


class RiskDifference(NamedTuple):
    """Treatment minus control rate, its interval, and z and two-sided p of the test that it equals the margin."""

    estimate: Numbers
    lower: Numbers
    upper: Numbers
    z: Numbers
    p: Numbers
    strata_left_out: NDArray[np.int64]


def miettinen_nurminen(
    data: Tables, *, weights: Weights = "mh", level: float = 0.95, margin: float = 0.0, correction: bool = True
) -> RiskDifference:
    """The score interval of the common risk difference, with the variance of each stratum restricted to the difference tested.

    Strata are weighted by n1 n0 / (n1 + n0) (mh), by patients (ssize) or equally; those without a patient in one arm cannot be
    compared and are counted in `strata_left_out`. `margin` is the difference that z and p test, such as -0.1 for
    non-inferiority. `correction` is the factor N / (N - 1) of the variance; without it a single table gives Mee's interval.

    >>> from immunoreset.trial.analysis.tables import tables
    >>> found = miettinen_nurminen(tables(56, 70, 48, 80))
    >>> print(f"{found.estimate:.4f} ({found.lower:.4f} to {found.upper:.4f})")
    0.2000 (0.0528 to 0.3382)

    Raises UnknownName for other weights, InvalidValue for a level or margin out of range or when no stratum has both arms.
    Source: Miettinen and Nurminen 1985, section 3 and appendix I; the example is Newcombe 1998, table II (a), method 6.
    """
    quantile = level_quantile(level)
    if not -1 < margin < 1:
        raise InvalidValue(f"margin {margin:g}: give a difference of rates between -1 and 1")
    share, left_out = _shares(data, weights)
    estimate = (share * _differences(data)).sum(axis=-1)

    def score(difference: Floats) -> Floats:
        return _score(data, share, difference, estimate=estimate, correction=correction)

    z = score(np.full(estimate.shape, float(margin)))
    lower = _crossing(score, quantile, estimate=estimate)
    upper = _crossing(score, -quantile, estimate=estimate)
    return RiskDifference(estimate, lower, upper, z, 2 * ndtr(-np.abs(z)), left_out)


def newcombe(data: Tables, *, level: float = 0.95) -> RiskDifference:
    """The difference of the pooled rates with Newcombe's interval, built from the Wilson interval of each arm.

    z and p are those of the unpooled difference from 0 by Pearson's chi-square. Strata are ignored.

    >>> from immunoreset.trial.analysis.tables import tables
    >>> found = newcombe(tables(56, 70, 48, 80))
    >>> print(f"{found.estimate:.4f} ({found.lower:.4f} to {found.upper:.4f})")
    0.2000 (0.0524 to 0.3339)

    Source: Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I, method 10, table II (a).
    """
    pooled = data.pooled
    x, n, y, m = (part[..., 0] for part in pooled)
    quantile = level_quantile(level)
    treated, control = _wilson(x, n, quantile=quantile), _wilson(y, m, quantile=quantile)
    estimate = x / n - y / m
    down = np.hypot(x / n - treated[0], control[1] - y / m)
    up = np.hypot(treated[1] - x / n, y / m - control[0])
    share = (x + y) / (n + m)
    z = ratio_or(estimate, np.sqrt(share * (1 - share) * (1 / n + 1 / m)), otherwise=0)
    none = np.zeros(estimate.shape, dtype=np.int64)
    return RiskDifference(estimate, estimate - down, estimate + up, z, 2 * ndtr(-np.abs(z)), none)


def _wilson(responders: Floats, patients: Floats, *, quantile: float) -> tuple[Floats, Floats]:
    rate, square = responders / patients, quantile**2
    centre = (rate + square / (2 * patients)) / (1 + square / patients)
    reach = quantile * np.sqrt(rate * (1 - rate) / patients + (square / patients**2) / 4) / (1 + square / patients)
    return centre - reach, centre + reach


def _differences(data: Tables) -> Floats:
    treated = ratio_or(data.treated_responders, data.treated, otherwise=0)
    return treated - ratio_or(data.control_responders, data.control, otherwise=0)


def _shares(data: Tables, weights: str) -> tuple[Floats, NDArray[np.int64]]:
    both = (data.treated > 0) & (data.control > 0)
    if weights == "mh":
        weight = ratio_or(data.treated * data.control, data.patients, otherwise=0)
    elif weights == "ssize":
        weight = data.patients
    elif weights == "equal":
        weight = np.ones(data.patients.shape)
    else:
        raise errors.unknown("weights of strata", weights, ("mh", "ssize", "equal"))
    weight = np.where(both, weight, 0.0)
    total = weight.sum(axis=-1, keepdims=True)
    if np.any(total == 0):
        raise InvalidValue("risk difference: no stratum has patients in both arms; use fewer strata")
    return weight / total, ((data.patients > 0) & ~both).sum(axis=-1)


def _score(data: Tables, share: Floats, difference: Floats, *, estimate: Floats, correction: bool) -> Floats:
    treated, control = restricted_rates(data, difference[..., None])
    variance = ratio_or(treated * (1 - treated), data.treated, otherwise=0)
    variance = variance + ratio_or(control * (1 - control), data.control, otherwise=0)
    if correction:
        variance = variance * ratio_or(data.patients, data.patients - 1, otherwise=1)
    spread = np.sqrt(np.maximum((share**2 * variance).sum(axis=-1), 0))
    excess = np.where(np.abs(estimate - difference) < 1e-14, 0.0, estimate - difference)
    certain = np.where(excess == 0, 0.0, np.where(excess > 0, np.inf, -np.inf))
    return np.where(spread > 0, ratio_or(excess, spread, otherwise=0), certain)


def restricted_rates(data: Tables, difference: Floats) -> tuple[Floats, Floats]:
    """The most likely rates of treatment and control (..., S) whose difference is as given.

    >>> from immunoreset.trial.analysis.tables import tables
    >>> treated, control = restricted_rates(tables(56, 70, 48, 80), np.array([0.0]))
    >>> treated.round(4), control.round(4)
    (array([0.6933]), array([0.6933]))

    Source: Miettinen and Nurminen 1985, appendix I: the root of a cubic in closed form.
    """
    total = np.where(data.patients > 0, data.patients, 1)
    x, y, control = data.treated_responders, data.control_responders, data.control
    square = ((data.treated + 2 * control) * difference - total - x - y) / (3 * total)
    linear = ((control * difference - total - 2 * y) * difference + x + y) / (3 * total)
    constant = y * difference * (1 - difference) / (2 * total)
    half = square**3 - 1.5 * linear * square + constant
    size = np.where(half < 0, -1.0, 1.0) * np.sqrt(np.maximum(square**2 - linear, 0))
    angle = (np.pi + np.arccos(np.clip(ratio_or(half, size**3, otherwise=0), -1, 1))) / 3
    rate = 2 * size * np.cos(angle) - square
    rate = np.clip(rate, np.maximum(-difference, 0), np.minimum(1 - difference, 1))
    return np.clip(rate + difference, 0, 1), rate


def _crossing(score: Callable[[Floats], Floats], target: float, *, estimate: Floats) -> Floats:
    """The difference at which the falling score passes the target, by halving."""
    low = np.full(estimate.shape, -1.0) if target > 0 else estimate.copy()
    high = estimate.copy() if target > 0 else np.full(estimate.shape, 1.0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        above = score(middle) > target
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return (low + high) / 2

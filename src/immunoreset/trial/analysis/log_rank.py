"""Log-rank tests of two arms: plain, stratified, and weighted for effects that come late or fade."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.patients import Floats, Label, compare, ratio_or
from immunoreset.trial.analysis.risk_sets import RiskSets, risk_sets, sort_times

Weight = tuple[float, float]


class LogRank(NamedTuple):
    """z is above 0 when the treatment arm has its events later; p is two-sided.

    `observed`, `expected` and `variance` are of the events in the treatment arm (weighted, where weights are used).
    """

    z: Floats
    chi_square: Floats
    p: Floats
    observed: Floats
    expected: Floats
    variance: Floats


def log_rank(
    time: ArrayLike,
    event: ArrayLike,
    arm: ArrayLike,
    *,
    stratum: ArrayLike | None = None,
    rho: float = 0.0,
    gamma: float = 0.0,
    treatment: Label = 1,
    control: Label = 0,
    among: ArrayLike | None = None,
) -> LogRank:
    """Compare times to event (..., n); weights are S**rho (1 - S)**gamma of the pooled Kaplan-Meier S just before each event.

    rho=1 stresses early differences, gamma=1 late ones. `among`
    (..., n) marks those who are analysed. Without any event z is 0 and p is 1.

    >>> found = log_rank([6, 7, 9, 1, 2, 3], [1, 0, 1, 1, 1, 1], [1, 1, 1, 0, 0, 0])
    >>> round(float(found.chi_square), 3), round(float(found.expected), 3)
    (5.052, 3.85)

    Raises InvalidValue for negative times, events other than 0 and 1, or an empty arm; UnknownName for an unknown arm.
    Source: Fleming and Harrington 1991, chapter 7.
    """
    sets = compared_sets(time, event, arm, stratum=stratum, treatment=treatment, control=control, among=among)
    weight = fleming_harrington(sets, (rho, gamma))
    observed, expected = (weight * sets.events_treated).sum(axis=-1), (weight * _expected(sets)).sum(axis=-1)
    variance = (weight**2 * _variance(sets)).sum(axis=-1)
    z = ratio_or(expected - observed, np.sqrt(variance), otherwise=0)
    return LogRank(z, z**2, 2 * ndtr(-np.abs(z)), observed, expected, variance)


def compared_sets(
    time: ArrayLike,
    event: ArrayLike,
    arm: ArrayLike,
    *,
    stratum: ArrayLike | None,
    treatment: Label,
    control: Label,
    among: ArrayLike | None = None,
) -> RiskSets:
    """Risk sets of two arms from the patients' own data."""
    arms = compare(arm, treatment=treatment, control=control, among=among)
    return risk_sets(sort_times(time, event, used=arms.used, stratum=stratum), arms.treated)


def fleming_harrington(sets: RiskSets, weight: Weight) -> Floats:
    """The weights (..., n) of one member (rho, gamma) of the family."""
    rho, gamma = weight
    if not (0 <= rho < np.inf and 0 <= gamma < np.inf):
        raise InvalidValue(f"weights rho {rho:g} and gamma {gamma:g}: both must be 0 or more")
    return sets.survival_before**rho * np.maximum(1 - sets.survival_before, 0) ** gamma


def _expected(sets: RiskSets) -> Floats:
    return ratio_or(sets.events * sets.at_risk_treated, sets.at_risk, otherwise=0)


def _variance(sets: RiskSets) -> Floats:
    share = ratio_or(sets.at_risk_treated, sets.at_risk, otherwise=0)
    return sets.events * share * (1 - share) * ratio_or(sets.at_risk - sets.events, sets.at_risk - 1, otherwise=0)


def joint_statistics(sets: RiskSets, weights: Sequence[Weight]) -> tuple[Floats, Floats]:
    """z (..., K) of several weightings and their correlation (..., K, K) under no effect."""
    tried = [fleming_harrington(sets, weight) for weight in weights]
    difference = _expected(sets) - sets.events_treated
    variance = _variance(sets)
    excess = np.stack([(weight * difference).sum(axis=-1) for weight in tried], axis=-1)
    rows = [np.stack([(one * other * variance).sum(axis=-1) for other in tried], axis=-1) for one in tried]
    covariance = np.stack(rows, axis=-2)
    spread = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    correlation = ratio_or(covariance, spread[..., :, None] * spread[..., None, :], otherwise=0)
    identity = np.eye(len(tried), dtype=bool)
    return ratio_or(excess, spread, otherwise=0), np.where(identity, 1.0, np.clip(correlation, -1, 1))

"""Restricted mean survival time: the mean number of days without the event up to a horizon, compared between arms.

It keeps its meaning when hazards are not proportional, and is in days.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.kaplan_meier import curve_sets, step_values
from immunoreset.trial.analysis.patients import Flags, Floats, Label, compare, level_quantile, ratio_or, where


class RestrictedMean(NamedTuple):
    """Treatment minus control, in days, with interval, z above 0 when treatment has more days, two-sided p; both means.

    Where each arm is all alike and the means differ, the spread is unknown: z and p are no numbers.
    """

    estimate: Floats
    standard_error: Floats
    lower: Floats
    upper: Floats
    z: Floats
    p: Floats
    treated: Floats
    control: Floats


def rmst_difference(
    time: ArrayLike,
    event: ArrayLike,
    arm: ArrayLike,
    *,
    horizon: float,
    treatment: Label = 1,
    control: Label = 0,
    level: float = 0.95,
) -> RestrictedMean:
    """Compare the mean days without event up to `horizon`, from times (..., n), by the area under Kaplan-Meier curves.

    >>> found = rmst_difference([6, 7, 9, 12, 1, 2, 3, 12], [1, 0, 1, 0, 1, 1, 1, 0], [1, 1, 1, 1, 0, 0, 0, 0], horizon=10)
    >>> float(found.treated.round(2)), float(found.control.round(2))
    (8.62, 4.0)

    Raises InvalidValue when follow-up of an arm ends before the horizon without an event, so that its mean is unknown.
    Source: Royston and Parmar 2013; Uno et al. 2014.
    """
    if not 0 < horizon < np.inf:
        raise InvalidValue(f"horizon {horizon:g}: give a number of days above 0")
    quantile = level_quantile(level)
    arms = compare(arm, treatment=treatment, control=control)
    mean_1, variance_1 = _area(time, event, among=arms.treated, horizon=horizon, name=treatment)
    mean_0, variance_0 = _area(time, event, among=arms.used & ~arms.treated, horizon=horizon, name=control)
    estimate, error = mean_1 - mean_0, np.sqrt(variance_1 + variance_0)
    z = ratio_or(estimate, error, otherwise=np.nan)
    z = np.where((error == 0) & (estimate == 0), 0.0, z)  # nobody had an event in either arm
    reach = quantile * error
    return RestrictedMean(estimate, error, estimate - reach, estimate + reach, z, 2 * ndtr(-np.abs(z)), mean_1, mean_0)


def _area(time: ArrayLike, event: ArrayLike, *, among: Flags, horizon: float, name: Label) -> tuple[Floats, Floats]:
    sets, last = curve_sets(time, event, among=np.broadcast_to(among, np.broadcast_shapes(np.shape(time), among.shape)))
    curve, _ = step_values(sets)
    short = (last < horizon) & (curve[..., -1] > 0)
    if short.any():
        raise InvalidValue(
            f"{where(np.asarray(short))}follow-up in arm '{name}' ends on day {float(last[short].min()):g}, before the "
            f"horizon of {horizon:g}; give an earlier horizon"
        )
    days = np.minimum(sets.time, horizon)
    edges = np.concatenate([days, np.full((*days.shape[:-1], 1), float(horizon))], axis=-1)
    pieces = curve * np.diff(edges, axis=-1)
    beyond = np.cumsum(pieces[..., ::-1], axis=-1)[..., ::-1]  # area from each entry to the horizon
    terms = ratio_or(sets.events, sets.at_risk * (sets.at_risk - sets.events), otherwise=0)
    variance = np.where(sets.time <= horizon, beyond**2 * terms, 0).sum(axis=-1)
    return edges[..., 0] + beyond[..., 0], variance

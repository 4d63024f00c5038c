"""Kaplan-Meier curves: the share still without the event by day, with intervals, and the day when half have had it."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from immunoreset import errors
from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.patients import Flags, Floats, Ints, level_quantile, ratio_or
from immunoreset.trial.analysis.risk_sets import RiskSets, risk_sets, sort_times

Interval = Literal["log-log", "log", "plain"]


class Survival(NamedTuple):
    """The curve at the days asked for, (..., K), its standard error by Greenwood, interval and patients at risk.

    After the last patient's follow-up ended without an event the curve is unknown: not a number.
    """

    survival: Floats
    standard_error: Floats
    lower: Floats
    upper: Floats
    at_risk: Floats


def kaplan_meier(
    time: ArrayLike,
    event: ArrayLike,
    *,
    days: ArrayLike,
    among: ArrayLike | None = None,
    interval: Interval = "log-log",
    level: float = 0.95,
) -> Survival:
    """Share without the event at `days` (K,), from times (..., n) of the patients `among` (..., n), for instance one arm.

    >>> found = kaplan_meier([6, 6, 6, 6, 7, 9, 10, 10], [1, 1, 1, 0, 1, 0, 1, 0], days=[6, 7])
    >>> found.survival.round(3), found.lower.round(3)
    (array([0.625, 0.469]), array([0.229, 0.12 ]))

    Raises InvalidValue for bad times or days, UnknownName for another interval. Source: Kalbfleisch and Prentice 2002, 1.4.
    """
    wanted = _days(days)
    quantile = level_quantile(level)
    sets, last = curve_sets(time, event, among=among)
    at = _count_until(sets.time, wanted)
    curve, variance = step_values(sets)
    curve, variance = _read(curve, at, before=1.0), _read(variance, at, before=0.0)
    known = (wanted <= last[..., None]) | (curve == 0)
    curve = np.where(known, curve, np.nan)
    error = np.where(curve == 0, 0.0, curve * np.sqrt(np.where(curve == 0, 0.0, variance)))
    lower, upper = _interval(curve, np.where(curve == 0, 0.0, variance), quantile=quantile, interval=interval)
    here = sets.time[..., None, :] >= wanted[:, None]
    at_risk = (here & _patients(sets)[..., None, :]).sum(axis=-1)
    return Survival(curve, error, lower, upper, at_risk.astype(float))


def median_time(time: ArrayLike, event: ArrayLike, *, among: ArrayLike | None = None, share: float = 0.5) -> Floats:
    """The first day on which the share without the event is at most `share`; infinite when that is not reached.

    >>> float(median_time([1, 2, 3, 4], [1, 1, 1, 1]))
    2.0
    """
    if not 0 < share < 1:
        raise InvalidValue(f"share {share:g}: give a share of patients between 0 and 1")
    sets, _ = curve_sets(time, event, among=among)
    curve, _ = step_values(sets)
    low = (curve <= share + 1e-12) & _patients(sets)
    first = np.take_along_axis(sets.time, low.argmax(axis=-1)[..., None], axis=-1)[..., 0]
    return np.where(low.any(axis=-1), first, np.inf)


def curve_sets(time: ArrayLike, event: ArrayLike, *, among: ArrayLike | None) -> tuple[RiskSets, Floats]:
    """Risk sets of one group of patients, who sort before all others, and the last day of its follow-up (...)."""
    who: Flags = np.ones(np.shape(time), dtype=bool) if among is None else np.asarray(among, dtype=bool)
    if who.ndim == 0 or not who.any(axis=-1).all():
        raise InvalidValue("Kaplan-Meier: no patient in the group, in at least one trial")
    times = sort_times(time, event, used=who)
    sets = risk_sets(times, np.ones(times.time.shape, dtype=bool))
    days = np.where(times.used, times.time, np.inf)
    return sets._replace(time=days), np.where(times.used, times.time, 0).max(axis=-1)


def step_values(sets: RiskSets) -> tuple[Floats, Floats]:
    """The curve after each entry (..., n), and Greenwood's sum: the variance of its log, infinite once the curve is 0."""
    curve = np.cumprod(1 - ratio_or(sets.events, sets.at_risk, otherwise=0), axis=-1)
    terms = ratio_or(sets.events, sets.at_risk * (sets.at_risk - sets.events), otherwise=0)
    gone = (sets.events == sets.at_risk) & (sets.events > 0)
    return np.asarray(curve, dtype=float), np.cumsum(np.where(gone, np.inf, terms), axis=-1)


def _patients(sets: RiskSets) -> Flags:
    return np.isfinite(sets.time)


def _days(days: ArrayLike) -> Floats:
    wanted = np.atleast_1d(np.asarray(days, dtype=float))
    if wanted.ndim != 1 or not np.all(np.isfinite(wanted) & (wanted >= 0)):
        raise InvalidValue("Kaplan-Meier: days must be a list of finite numbers, 0 or more")
    return wanted


def _count_until(time: Floats, days: Floats) -> Ints:
    return (time[..., None, :] <= days[:, None]).sum(axis=-1)


def _read(steps: Floats, at: Ints, *, before: float) -> Floats:
    begun = np.concatenate([np.full((*steps.shape[:-1], 1), before), steps], axis=-1)
    return np.take_along_axis(begun, at, axis=-1)


def _interval(curve: Floats, variance: Floats, *, quantile: float, interval: str) -> tuple[Floats, Floats]:
    reach = quantile * np.sqrt(variance)
    inner = (curve > 0) & (curve < 1)
    safe = np.where(inner, curve, 0.5)
    if interval == "plain":
        low, high = safe - safe * reach, safe + safe * reach
    elif interval == "log":
        low, high = safe * np.exp(-reach), safe * np.exp(reach)
    elif interval == "log-log":
        spread = np.exp(reach / np.abs(np.log(safe)))
        low, high = safe**spread, safe ** (1 / spread)
    else:
        raise errors.unknown("interval", interval, ("log-log", "log", "plain"))
    edge = np.where(np.isnan(curve), np.nan, curve)
    return np.where(inner, np.maximum(low, 0), edge), np.where(inner, np.minimum(high, 1), edge)

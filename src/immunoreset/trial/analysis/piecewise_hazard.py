"""Hazards that change on given days: survival times that follow them, and the hazard ratio of each period.

A treatment that works late, or one whose effect fades, has no single hazard ratio; the periods show it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.cox import CoxFit, cox_regression
from immunoreset.trial.analysis.patients import Floats, Label, finite


@dataclass(frozen=True)
class PiecewiseHazard:
    """A hazard per day that is constant within periods; `changes` are the days on which the next of `rates` begins.

    >>> late = PiecewiseHazard(rates=(0.01, 0.002), changes=(100,))
    >>> late.survival([100, 200]).round(3), late.times([0.5, 0.2]).round(1)
    (array([0.368, 0.301]), array([ 69.3, 404.7]))

    Raises InvalidValue for rates below 0, or days that do not rise.
    """

    rates: tuple[float, ...]
    changes: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if len(self.rates) != len(self.changes) + 1:
            raise InvalidValue(f"hazard: {len(self.rates)} rates need {len(self.rates) - 1} changes; {len(self.changes)} given")
        if not all(0 <= rate < np.inf for rate in self.rates):
            raise InvalidValue("hazard: every rate must be a finite number per day, 0 or more")
        check_changes(self.changes)

    def cumulative(self, days: ArrayLike) -> Floats:
        """The hazard added up from day 0, at any days."""
        day = np.asarray(days, dtype=float)[..., None]
        begins = np.array((0.0, *self.changes))
        ends = np.array((*self.changes, np.inf))
        return (np.clip(np.minimum(day, ends) - begins, 0, None) * np.array(self.rates)).sum(axis=-1)

    def survival(self, days: ArrayLike) -> Floats:
        """The share still without the event."""
        return np.exp(-self.cumulative(days))

    def times(self, uniform: ArrayLike) -> Floats:
        """The day of the event of patients with random numbers between 0 and 1; infinite for those who never have it."""
        wanted = -np.log(np.asarray(uniform, dtype=float))
        begins = np.array((0.0, *self.changes))
        reached = self.cumulative(begins)
        period = np.searchsorted(reached, wanted, side="right") - 1
        rate = np.array(self.rates)[period]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(rate > 0, begins[period] + (wanted - reached[period]) / rate, np.inf)

    def restricted_mean(self, horizon: float) -> float:
        """The mean number of days without the event up to the horizon.

        >>> round(PiecewiseHazard((0.01,)).restricted_mean(100), 3)
        63.212
        """
        edges = [0.0, *(day for day in self.changes if day < horizon), float(horizon)]
        area = 0.0
        for (begin, end), rate in zip(pairwise(edges), self.rates, strict=False):
            share = float(self.survival(begin))
            area += share * ((end - begin) if rate == 0 else float(-np.expm1(-rate * (end - begin))) / rate)
        return area


class Period(NamedTuple):
    """The hazard ratio of the days after `begin` up to and including `end`."""

    begin: float
    end: float
    fit: CoxFit


def check_changes(changes: Sequence[float]) -> None:
    """Refuse days of change that do not rise from above 0."""
    for earlier, later in pairwise((0.0, *changes)):
        if not earlier < later < np.inf:
            raise InvalidValue(f"days of change: {later:g} follows {earlier:g}; give rising days above 0")


def hazard_ratio_by_period(
    time: ArrayLike,
    event: ArrayLike,
    arm: ArrayLike,
    *,
    changes: Sequence[float],
    stratum: ArrayLike | None = None,
    treatment: Label = 1,
    control: Label = 0,
    level: float = 0.95,
) -> list[Period]:
    """Cox hazard ratios of the periods that `changes` (days) divide times (..., n) into; who is past a period left it unharmed.

    >>> rows = hazard_ratio_by_period([2, 5, 8, 9, 1, 3, 4, 7], [1, 1, 1, 0, 1, 1, 1, 1], [1] * 4 + [0] * 4, changes=[4])
    >>> [(row.begin, row.end, round(float(row.fit.hazard_ratio), 2)) for row in rows]
    [(0.0, 4.0, 0.28), (4.0, inf, 0.41)]

    Raises InvalidValue for days of change that do not rise, or a period that nobody of an arm reaches.
    """
    check_changes(changes)
    labels = np.asarray(arm)
    days = finite(time, what="time", among=np.ones(labels.shape, dtype=bool))
    seen = np.asarray(event, dtype=float)
    periods = []
    for begin, end in pairwise((0.0, *map(float, changes), np.inf)):
        left = days > begin if begin > 0 else np.ones(days.shape, dtype=bool)
        _check_reached(left, labels, begin=begin, names=(treatment, control))
        fit = cox_regression(
            np.minimum(days, end),
            np.where(days <= end, seen, 0),
            labels,
            stratum=stratum,
            treatment=treatment,
            control=control,
            among=left,
            level=level,
        )
        periods.append(Period(begin, end, fit))
    return periods


def _check_reached(left, labels, *, begin: float, names: tuple[Label, Label]) -> None:
    for name in names:
        if not np.all((left & (labels == name)).any(axis=-1)):
            raise InvalidValue(f"period after day {begin:g}: nobody in arm '{name}' is still followed; give an earlier day")

"""Events and patients needed to compare two survival curves with proportional hazards."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from immunoreset import errors
from immunoreset.errors import InvalidValue
from immunoreset.plain_numbers import plain_number
from immunoreset.trial.sample_size.sizes import SampleSize, checked_errors, checked_ratio, checked_size, checked_totals, split

Formula = Literal["schoenfeld", "freedman"]


class Schedule(NamedTuple):
    """When patients come and how long they are watched, in the time unit of the hazards: steady accrual, then follow-up.

    `dropout` is the hazard of being lost.
    """

    accrual: float
    follow_up: float
    dropout: float = 0.0


def hazard_of_median(median: float) -> float:
    """The constant hazard for a median survival time; InvalidValue unless the median is above 0."""
    if not 0 < median < np.inf:
        raise InvalidValue(f"survival: the median is {median:g}; it must be above 0")
    return float(np.log(2)) / median


def event_probability(hazard: float, schedule: Schedule) -> float:
    """Share of patients with an event by the end of the study, for a constant hazard.

    >>> round(event_probability(hazard_of_median(12), Schedule(accrual=24, follow_up=12)), 4)
    0.7295

    Raises InvalidValue for a negative accrual, follow-up, dropout or hazard, or a study of no length.
    """
    accrual, follow_up, dropout = schedule
    if not hazard > 0 or min(schedule) < 0 or not 0 < accrual + follow_up < np.inf:
        raise InvalidValue(f"survival: hazard {hazard:g} with {schedule} cannot give events; give positive times and hazards")
    leaving = hazard + dropout
    # the mean of exp(-leaving * watched) over patients who come evenly during accrual
    still = np.exp(-leaving * follow_up) * (-np.expm1(-leaving * accrual) / (leaving * accrual) if leaving * accrual > 0 else 1.0)
    return float(hazard / leaving * (1 - still))


def _drift_per_root_event(hazard_ratio: float, ratio: float, formula: str) -> float:
    hazard_ratio = plain_number("hazard ratio", hazard_ratio)
    if not 0 < hazard_ratio < np.inf or hazard_ratio == 1:
        raise InvalidValue(f"survival: the hazard ratio is {hazard_ratio:g}; it must be above 0 and not 1")
    checked_ratio(ratio)
    if formula == "schoenfeld":
        return abs(float(np.log(hazard_ratio))) * float(np.sqrt(ratio)) / (1 + ratio)
    if formula == "freedman":
        return abs(1 - hazard_ratio) * float(np.sqrt(ratio)) / (1 + ratio * hazard_ratio)
    raise errors.unknown("event formula", formula, ("schoenfeld", "freedman"))


def events_needed(
    hazard_ratio: float,
    *,
    alpha: float = 0.025,
    power: float = 0.8,
    sides: int = 1,
    ratio: float = 1,
    formula: Formula = "schoenfeld",
) -> float:
    """Events for the log-rank test; a hazard ratio below 1 favours the treatment, `ratio` is treated patients per control.

    >>> round(events_needed(0.5), 3), round(events_needed(0.5, formula="freedman"), 3)
    (65.346, 70.64)

    Raises InvalidValue for a hazard ratio of 1 or not above 0. Source: Schoenfeld 1981; Freedman 1982.
    """
    risks = checked_errors(alpha, power, sides)
    return checked_size(((risks.z_alpha + risks.z_power) / _drift_per_root_event(hazard_ratio, ratio, formula)) ** 2)


def sample_size_survival(
    hazard_ratio: float,
    control_median: float,
    schedule: Schedule,
    *,
    alpha: float = 0.025,
    power: float = 0.8,
    sides: int = 1,
    ratio: float = 1,
    formula: Formula = "schoenfeld",
) -> SampleSize:
    """Events and patients for the log-rank test with exponential survival.

    >>> size = sample_size_survival(0.5, 12, Schedule(accrual=24, follow_up=12))
    >>> round(size.events, 3), round(size.total, 3)
    (65.346, 107.175)
    """
    events = events_needed(hazard_ratio, alpha=alpha, power=power, sides=sides, ratio=ratio, formula=formula)
    per_patient = mean_event_probability(hazard_ratio, control_median, schedule, ratio=ratio)
    return SampleSize(*split(checked_size(events / per_patient if per_patient > 0 else np.inf), ratio), events)


def mean_event_probability(hazard_ratio: float, control_median: float, schedule: Schedule, *, ratio: float = 1) -> float:
    """Share of all patients, over both arms, with an event by the end of the study."""
    control = hazard_of_median(control_median)
    treated = event_probability(control * hazard_ratio, schedule)
    return (ratio * treated + event_probability(control, schedule)) / (1 + ratio)


def power_survival(
    hazard_ratio: float,
    events: ArrayLike,
    *,
    alpha: float = 0.025,
    sides: int = 1,
    ratio: float = 1,
    formula: Formula = "schoenfeld",
) -> NDArray[np.float64]:
    """Power of the log-rank test by number of events (n,), for a claim in the direction of the effect.

    >>> power_survival(0.5, [40, 65.3456592588709]).round(3)
    array([0.592, 0.8  ])

    Raises InvalidValue for a number of events that is not above 0, and as `events_needed` does.
    """
    risks = checked_errors(alpha, (1 + alpha) / 2, sides)
    seen = checked_totals(events, what="events")
    return ndtr(np.sqrt(seen) * _drift_per_root_event(hazard_ratio, ratio, formula) - risks.z_alpha)

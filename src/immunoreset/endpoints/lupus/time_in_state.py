"""How long a patient stays in remission or low activity: sustained states, share of visits and of days, and the first day.

The long table has one entry per visit: the visits of a patient stand together, in the order of their days. A visit whose state is
not known widens the result.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.endpoints.known import Answer, Booleans, Floats, Range
from immunoreset.errors import InvalidValue

DAYS_IN_WEEK = 7
PERCENT = 100.0


class TimeInState(NamedTuple):
    """One entry per patient, in the order of the table; shares in percent."""

    patient: NDArray
    ever: Answer
    share_of_visits: Range
    share_of_days: Range
    first_day: Range


def time_in_state(patient: ArrayLike, day: ArrayLike, held: Answer) -> TimeInState:
    """The share of each patient's visits and days in a state, whether it was ever reached and when first.

    `patient`, `day` and `held` have one entry per visit. A state counts from its visit to the next one; days after the last
    visit do not count, and a patient with a single visit has no days (0 to 100 %). `first_day` is infinite for never. Raises
    InvalidValue unless patients stand together with rising days.

    >>> months = time_in_state(["a", "a", "a", "b"], [0, 30, 90, 0], Answer.of([1, 0, 1, np.nan]))
    >>> months.share_of_visits.low.round(1).tolist(), months.share_of_days.low.round(1).tolist()
    ([66.7, 0.0], [33.3, 0.0])
    >>> months.ever, months.first_day
    (Answer([ 1. nan]), Range([0. 0.] to [ 0. inf]))
    """
    names, days, starts = _grouped(patient, day, held)
    last = np.append(starts[1:], len(days)) - 1
    until_next = np.append(np.diff(days), 0.0)
    until_next[last] = 0.0
    visits = np.add.reduceat(np.ones(len(days)), starts)
    followed = days[last] - days[starts]
    yes, possible = held.yes, ~held.no
    return TimeInState(
        patient=names[starts],
        ever=Answer(np.logical_or.reduceat(yes, starts), ~np.logical_or.reduceat(possible, starts)),
        share_of_visits=Range(*(np.add.reduceat(known.astype(float), starts) / visits * PERCENT for known in (yes, possible))),
        share_of_days=Range(
            _percent(np.add.reduceat(yes * until_next, starts), followed, 0.0),
            _percent(np.add.reduceat(possible * until_next, starts), followed, PERCENT),
        ),
        first_day=Range(*(np.minimum.reduceat(np.where(known, days, np.inf), starts) for known in (possible, yes))),
    )


def sustained(patient: ArrayLike, day: ArrayLike, held: Answer, *, weeks: float) -> Answer:
    """At each visit, whether the state was held at every visit of at least `weeks` up to it.

    `patient`, `day` and `held` as for `time_in_state`. Raises InvalidValue unless patients stand together with rising days.

    >>> sustained(["a"] * 4, [0, 84, 168, 252], Answer.of([1, 1, 1, 0]), weeks=24).values.tolist()
    [0.0, 0.0, 1.0, 0.0]
    >>> sustained(["a"] * 3, [0, 84, 168], Answer.of([1, np.nan, 1]), weeks=24).values.tolist()
    [0.0, 0.0, nan]
    """
    _, days, starts = _grouped(patient, day, held)
    first = np.zeros(len(days), dtype=np.intp)
    first[starts] = starts
    first = np.maximum.accumulate(first)
    needed = weeks * DAYS_IN_WEEK
    return Answer(_days_held(days, first, held.yes) >= needed, ~(_days_held(days, first, ~held.no) >= needed))


def _days_held(days: Floats, first: NDArray[np.intp], held: Booleans) -> Floats:
    """Days since the state began, by visit; -1 where it is not held."""
    places = np.arange(len(days))
    broken = np.maximum.accumulate(np.where(held, -1, places))
    begun = np.minimum(np.maximum(broken + 1, first), places)
    return np.where(held, days - days[begun], -1.0)


def _percent(part: Floats, whole: Floats, if_none: float) -> Floats:
    return np.divide(part * PERCENT, whole, out=np.full(len(whole), if_none), where=whole > 0)


def _grouped(patient: ArrayLike, day: ArrayLike, held: Answer) -> tuple[NDArray, Floats, NDArray[np.intp]]:
    """Patients, days and the place of each patient's first visit."""
    names, days = np.asarray(patient), np.asarray(day, dtype=float)
    if names.ndim != 1 or not names.shape == days.shape == held.yes.shape:
        shapes = f"{names.shape}, {days.shape} and {held.yes.shape}"
        raise InvalidValue(f"patient, day and state need one entry per visit each, not shapes {shapes}")
    if not len(names):
        raise InvalidValue("time in a state needs at least one visit")
    same = names[1:] == names[:-1]
    starts = np.concatenate([[0], np.flatnonzero(~same) + 1])
    if len(np.unique(names[starts])) < len(starts):
        raise InvalidValue("the visits of a patient must stand together: sort the table by patient and day")
    if (wrong := np.flatnonzero(same & ~(np.diff(days) > 0))).size:
        where = f"patient {names[wrong[0]]}: day {days[wrong[0] + 1]:g} follows day {days[wrong[0]]:g}"
        raise InvalidValue(f"{where}; days must rise within a patient")
    return names, days, starts

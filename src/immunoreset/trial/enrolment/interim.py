"""When the interim analyses of a trial take place: after so many patients, after so many events, or on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.errors import InvalidValue
from immunoreset.trial.enrolment.fixed_size import FixedSizeTrials

Floats = NDArray[np.float64]


class Trigger(Protocol):
    """What decides on the day of an analysis."""

    def day(self, trials: FixedSizeTrials, event: Floats) -> Floats:
        """Days (T,), infinite for never; `event` is (T, N), the day on which an event is known, infinite for none."""
        ...


@dataclass(frozen=True)
class AfterPatients:
    """Once `n` patients were randomised at least `followed` days ago, or have left before."""

    n: int
    followed: float = 0.0

    def day(self, trials: FixedSizeTrials, event: Floats) -> Floats:
        patients = trials.randomised.shape[1]
        if not 1 <= self.n <= patients or not 0 <= self.followed < np.inf:
            raise InvalidValue(f"analysis after {self.n} patients of {patients}, followed {self.followed:g} days: give 1 to all")
        left = np.where(np.isfinite(trials.left), trials.left, np.inf)
        ready = np.minimum(trials.randomised + self.followed, np.maximum(left, trials.randomised))
        return np.sort(ready, axis=1)[:, self.n - 1]


@dataclass(frozen=True)
class AfterEvents:
    """Once `n` events are known; never where the trial has fewer."""

    n: int

    def day(self, trials: FixedSizeTrials, event: Floats) -> Floats:
        if self.n < 1:
            raise InvalidValue(f"analysis after {self.n} events: give at least 1")
        if self.n > event.shape[1]:
            return np.full(len(event), np.inf)
        return np.sort(event, axis=1)[:, self.n - 1]


@dataclass(frozen=True)
class OnDay:
    """On a calendar day, counted from the start of the trial."""

    calendar_day: float

    def day(self, trials: FixedSizeTrials, event: Floats) -> Floats:
        if not 0 < self.calendar_day < np.inf:
            raise InvalidValue(f"analysis on day {self.calendar_day:g}: give a day after the start of the trial")
        return np.full(len(event), float(self.calendar_day))


class Analyses(NamedTuple):
    """L analyses in each of T trials, each field (T, L)."""

    day: Floats
    """Infinite for an analysis that is never reached."""
    randomised: NDArray[np.int64]
    """Patients randomised by then."""
    treated: NDArray[np.int64]
    completed: NDArray[np.int64]
    """Patients whose follow-up has ended and is known."""
    events: NDArray[np.int64]

    def duration(self, stopped: ArrayLike, trials: FixedSizeTrials) -> Floats:
        """Days that the trials take, (T,), when they stop at the analysis `stopped` (T,), counted from 1; 0 runs to the end.

        Raises InvalidValue for an analysis that there is not.
        """
        look = np.broadcast_to(np.asarray(stopped, dtype=np.int64), self.day.shape[:1])
        if (look < 0).any() or (look > self.day.shape[1]).any():
            raise InvalidValue(f"stop at analysis {int(look.max())} of {self.day.shape[1]}: count from 1, 0 for no stop")
        day = np.take_along_axis(self.day, np.maximum(look, 1)[:, None] - 1, axis=1)[:, 0]
        full = trials.calendar.duration
        return np.where(look > 0, np.minimum(day, full), full)


def analyses(trials: FixedSizeTrials, triggers: Sequence[Trigger], event_days: ArrayLike | None = None) -> Analyses:
    """The days of the analyses of each trial and what is known by then.

    `event_days` (T, N) are days from randomisation to each patient's event, infinite for none; events after the end of follow-up
    do not count, and each is known as late as the patient's outcomes are reported. An analysis is never before the one listed
    before it. Raises InvalidValue for no trigger, or for events of another shape than the patients.

    >>> from immunoreset.trial.enrolment.description import Enrolment
    >>> from immunoreset.trial.enrolment.fixed_size import enrol
    >>> from immunoreset.trial.enrolment.sites import Site
    >>> made = enrol(Enrolment((Site("Erlangen", 10.0),)), 20, trials=1, seed=1, follow_up=180)
    >>> looks = analyses(made, [AfterPatients(10), OnDay(500)])
    >>> looks.randomised.tolist(), looks.completed[:, 1].tolist()
    ([[10, 20]], [20])
    """
    if not triggers:
        raise InvalidValue("no analysis: give at least one trigger, the last for the final analysis")
    shape = trials.randomised.shape
    days = np.full(shape, np.inf) if event_days is None else np.asarray(event_days, dtype=float)
    if days.shape != shape:
        raise InvalidValue(f"event days {days.shape}: give one for each of {shape[0]} x {shape[1]} patients")
    happened = trials.randomised + days
    event = np.where(happened <= trials.end, happened + (trials.known - trials.end), np.inf)
    day = np.stack([trigger.day(trials, event) for trigger in triggers], axis=1)
    day = np.maximum.accumulate(day, axis=1)

    def by_then(step: Floats) -> NDArray[np.int64]:
        return (step[:, None, :] <= day[:, :, None]).sum(axis=2)

    return Analyses(day, by_then(trials.randomised), by_then(trials.treated), by_then(trials.known), by_then(event))

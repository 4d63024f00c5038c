"""Daily medicine: parameters that change in steps, not doses that are swallowed one by one; the model sees their mean effect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from immunoreset.engine import Scheduled, set_parameter
from immunoreset.therapy.drug import Event
from immunoreset.therapy.language.items import Course, Item
from immunoreset.therapy.recipients import Recipients, Value, per_dose

Effect = Callable[[Course, float], Value]
"""What a daily dose of a course comes to, one number or one per patient."""


def steps(
    parameter: str, drug: str, items: Sequence[Item], recipients: Recipients, effect: Effect, *, highest: Value
) -> tuple[Event, ...]:
    """The parameter set, on each day that a course changes, to the sum of what the courses come to, at most `highest`."""
    days, found = levels(items, recipients, effect)
    return (set_parameter(parameter, days, np.minimum(found, per_dose(highest)), name=drug),) if len(days) else ()


def levels(items: Sequence[Item], recipients: Recipients, effect: Effect) -> tuple[np.ndarray, np.ndarray]:
    """Days (m,) and the sum of all courses from each day on, (m,) or (n, m); days before the start count as the start."""
    courses = [item for item in items if isinstance(item, Course)]
    days = np.unique([max(day, recipients.start) for course in courses for day, _ in course.steps])
    total: Any = np.zeros(len(days))
    for course in courses:
        for (day, amount), end in zip(course.steps, [*(later for later, _ in course.steps[1:]), np.inf], strict=True):
            given = (days >= day) & (days < end)
            total = total + per_dose(effect(course, amount)) * given
    return days, total


def added_up(drug: str, items: Sequence[Item], recipients: Recipients, daily: Effect, add: Any) -> tuple[Event, ...]:
    """The action `add` with each change of what the courses come to, so that rescue on top of a course is not overwritten."""
    days, doses = levels(items, recipients, daily)
    return (Scheduled(drug, days, add, np.diff(doses, axis=-1, prepend=0.0)),) if len(days) else ()


def since_entry(
    drug: str, items: Sequence[Item], recipients: Recipients, effect: Effect, begin: Any, *, highest: Value = np.inf
) -> tuple[Event, ...]:
    """The action `begin` on the first simulated day, with what a course that is taken since entry comes to, if there is one."""
    taken = [item for item in items if isinstance(item, Course) and item.since_entry]
    return tuple(
        Scheduled(drug, recipients.start, begin, per_dose(np.minimum(effect(course, course.steps[0][1]), highest)))
        for course in taken
    )


def share_taken(course: Course) -> float:
    """The share of doses taken, all of them when nothing else is said."""
    return 1.0 if course.adherence is None else course.adherence


def milligrams(recipients: Recipients, course: Course, amount: float) -> Value:
    """What a course comes to in mg a day."""
    return recipients.total(amount, course.unit) * (course.times_a_day * share_taken(course))


def in_proportion(parameter: str, drug: str, full_dose: float) -> Callable[[Sequence[Item], Recipients], tuple[Event, ...]]:
    """Events that set the parameter to the daily dose taken as a share of the full one, at most 1."""

    def effect(course: Course, amount: float) -> Value:
        return share_taken(course) * amount * course.times_a_day / full_dose

    def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
        return steps(parameter, drug, items, recipients, effect, highest=1.0)

    return events

"""Daily medicine: glucocorticoid, mycophenolate, voclosporin, and background care as a whole.

These are parameters that change in steps, not doses that are swallowed one by one: the model sees their mean effect.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from immunoreset.engine import Scheduled, set_parameter
from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.items import Course, Item
from immunoreset.therapy.recipients import Recipients, Value, per_dose
from immunoreset.therapy.units import OWN

# Model specification section 4 (tuned or chosen there; standing assumed), except the full doses, which are the trial doses.
MYCOPHENOLATE_FULL_EFFECT = 0.72
MYCOPHENOLATE_FULL_DOSE = 2000.0
MYCOPHENOLATE_MEDIAN_ADHERENCE = 0.625
VOCLOSPORIN_FULL_DOSE = 47.4


def add_glucocorticoid(t: Any, s: Any, p: Any, dose: Any) -> dict[str, Any]:
    """Raise the daily glucocorticoid above the entry dose by so many mg of prednisolone (lower it when negative)."""
    del t, s
    return {"steroid.dose": p.steroid.dose + dose}


def glucocorticoid_courses(drug: str, factor: float) -> Callable[[Sequence[Item], Recipients], tuple[Event, ...]]:
    """What courses of a glucocorticoid do; `factor` is its strength against prednisolone."""

    def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
        def daily(course: Course, amount: float) -> Value:
            taken = 1.0 if course.adherence is None else course.adherence
            return recipients.total(amount, course.unit) * (course.times_a_day * factor * taken)

        days, doses = _levels(items, recipients, daily)
        if not len(days):
            return ()
        changes = np.diff(doses, axis=-1, prepend=0.0)  # changes add up, so rescue on top of a taper is not overwritten
        return (Scheduled(drug, days, add_glucocorticoid, changes),)

    return events


def _mycophenolate(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    def effect(course: Course, amount: float) -> Value:
        share_of_full_dose = min(amount * course.times_a_day / MYCOPHENOLATE_FULL_DOSE, 1.0)
        own = recipients.covariate("mycophenolate_adherence", MYCOPHENOLATE_MEDIAN_ADHERENCE)
        adherence = own if course.adherence is None else course.adherence
        return MYCOPHENOLATE_FULL_EFFECT * share_of_full_dose * adherence

    return _steps("background.mycophenolate", "mycophenolate", items, recipients, effect, highest=MYCOPHENOLATE_FULL_EFFECT)


def _voclosporin(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    def effect(course: Course, amount: float) -> Value:
        taken = 1.0 if course.adherence is None else course.adherence
        return taken * amount * course.times_a_day / VOCLOSPORIN_FULL_DOSE

    return _steps("background.calcineurin_inhibitor", "voclosporin", items, recipients, effect, highest=1.0)


def _background_care(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    def effect(course: Course, amount: float) -> Value:
        if course.unit == OWN:
            return amount * recipients.covariate("background_response", 0.0)
        return amount / 100

    return _steps("background.care", "background-care", items, recipients, effect, highest=1.0)


def _steps(
    parameter: str,
    drug: str,
    items: Sequence[Item],
    recipients: Recipients,
    effect: Callable[[Course, float], Value],
    *,
    highest: float,
) -> tuple[Event, ...]:
    days, levels = _levels(items, recipients, effect)
    return (set_parameter(parameter, days, np.minimum(levels, highest), name=drug),) if len(days) else ()


def _levels(
    items: Sequence[Item], recipients: Recipients, effect: Callable[[Course, float], Value]
) -> tuple[np.ndarray, np.ndarray]:
    """Days (m,) and the sum of all courses from each day on, (m,) or (n, m); days before the start count as the start."""
    courses = [item for item in items if isinstance(item, Course)]
    days = np.unique([max(day, recipients.start) for course in courses for day, _ in course.steps])
    total: Any = np.zeros(len(days))
    for course in courses:
        for (day, amount), end in zip(course.steps, [*(later for later, _ in course.steps[1:]), np.inf], strict=True):
            given = (days >= day) & (days < end)
            total = total + per_dose(effect(course, amount)) * given
    return days, total


BACKGROUND_DRUGS = (
    Drug(
        name="prednisolone",
        meaning="glucocorticoid above the dose at entry",
        units=("mg", "mg/kg"),
        forms=(Course,),
        example="20 mg daily from 0, 10 from 28 until 56",
        events=glucocorticoid_courses("prednisolone", 1.0),
    ),
    Drug(
        name="mycophenolate",
        meaning="lowers T-cell help to autoreactive B cells; full effect at 2 g a day, in proportion below",
        units=("mg",),
        forms=(Course,),
        example="1 g twice daily from 0 until 364",
        events=_mycophenolate,
    ),
    Drug(
        name="voclosporin",
        meaning="calcineurin inhibitor; full effect at 23.7 mg twice daily, in proportion below",
        units=("mg",),
        forms=(Course,),
        example="23.7 mg twice daily from 0 until 364",
        events=_voclosporin,
    ),
    Drug(
        name="background-care",
        meaning="all other care: as good as it is in each patient, or lowering the drive of inflammation by so many percent",
        units=(OWN, "%"),
        forms=(Course,),
        example="from 0 until 364",
        events=_background_care,
    ),
)

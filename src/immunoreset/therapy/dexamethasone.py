"""Dexamethasone, a strong glucocorticoid: treats neurotoxicity."""

from __future__ import annotations

from collections.abc import Sequence

from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.families.glucocorticoid import (
    CLASS,
    MODULE,
    add_glucocorticoid,
    glucocorticoid_courses,
    lower_glucocorticoid,
)
from immunoreset.therapy.families.rescue import courses_if
from immunoreset.therapy.language.items import Course, Item, Rescue
from immunoreset.therapy.recipients import Recipients, Value

PREDNISOLONE_PER_DEXAMETHASONE = 6.7  # model specification section 4
_courses = glucocorticoid_courses("dexamethasone", PREDNISOLONE_PER_DEXAMETHASONE)


def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    """Courses, and rescue: a course that begins once a grade is reached and ends after its days."""

    def daily(item: Rescue) -> Value:
        return recipients.total(item.amount, item.unit) * (item.times_a_day * PREDNISOLONE_PER_DEXAMETHASONE)

    rescue = courses_if(items, recipients, daily, add_glucocorticoid, lower_glucocorticoid)
    return (*_courses(items, recipients), *rescue)


DRUG = Drug(
    name="dexamethasone",
    meaning="strong glucocorticoid, counted as 6.7 times prednisolone; treats ICANS",
    units=("mg", "mg/kg"),
    forms=(Course, Rescue),
    example="10 mg twice daily if ICANS grade >= 2 for 3 days",
    events=events,
    module=MODULE,
    kind=CLASS,
)

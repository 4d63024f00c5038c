"""What a clinic sees at visits: the organs of a course as an examiner and a laboratory read them, each time with their noise.

At entry nobody errs, since it decided enrolment. The noise of one reading depends on the study seed, the patient, the item and
the day only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from immunoreset.endpoints import items as endpoint_items
from immunoreset.endpoints.items import items
from immunoreset.engine import random
from immunoreset.errors import InvalidValue, unknown
from immunoreset.patient.course import Course
from immunoreset.patient.signs import column

Floats = NDArray[np.float64]


class Item(NamedTuple):
    """What is written down of one item: values (n, k) in the item's standard unit, and the laboratory's upper limit."""

    values: Floats
    upper: float = np.nan


@dataclass(frozen=True)
class Look:
    """Visits of `twins` on the stored days at these places (k,); without `noise` they show the state itself."""

    course: Course
    places: NDArray[np.int64]
    twins: slice = field(default_factory=lambda: slice(None))
    noise: bool = True

    @property
    def days(self) -> Floats:
        """The days of the visits, (k,)."""
        return self.course.days[self.places]

    def state(self, name: str) -> Floats:
        """A followed quantity, (n, k)."""
        if name not in self.course.curves:
            raise unknown("followed quantity", name, self.course.curves)
        return np.asarray(self.course.curves[name][self.twins][:, self.places], dtype=float)

    def number(self, name: str) -> Floats:
        """A number of the patients, by flat name: () or (n, 1). Raises InvalidValue where anybody's is below zero."""
        if name not in self.course.parameters:
            raise unknown("number", name, self.course.parameters)
        value = np.asarray(self.course.parameters[name], dtype=float)
        if np.any(value < 0):
            raise InvalidValue(f"parameter '{name}' is {value.min():g}, with which no visit can be written; give 0 or more")
        return column(value[self.twins] if value.ndim else value)

    def read(self, item: str, true: Floats, sd: Floats | float, *, digits: int = 0) -> Floats:
        """The true values times the reader's error, whose logarithm has this sd, to so many digits, within what is possible."""
        return possible(item, true * np.exp(sd * self._deviates(item)), digits=digits)

    def shifted(self, item: str, true: Floats, sd: Floats | float, *, digits: int = 0) -> Floats:
        """The same with an error that is added."""
        return possible(item, true + sd * self._deviates(item), digits=digits)

    def expectation(self, points: Floats) -> Floats:
        """Points by which a patient's own judgement falls in a trial, whatever is given; it builds up after entry."""
        after = np.maximum(self.days, 0.0) / self.number("autoimmune_entry.expectation_days")
        return points * (1 - np.exp(-after))

    def _deviates(self, item: str) -> Floats:
        """Standard normal deviates, (n, k); 0 up to the first treatment."""
        ids = self.course.ids_of(self.twins)
        found = np.zeros((len(ids), len(self.places)))
        for place, day in enumerate(self.days if self.noise else ()):
            if day > 0:
                found[:, place] = random.normal(self.course.seed, f"visit: {item} on day {day + 0.0:g}", ids)[:, 0]
        return found


def possible(item: str, values: Floats, *, digits: int = 0) -> Floats:
    """The values to so many digits, within what is possible of an item of the endpoint library."""
    known = known_item(item)
    return np.round(np.clip(values, known.lowest, known.highest), digits)


def known_item(code: str) -> endpoint_items.Item:
    """The item of the endpoint library of this code. Raises UnknownName."""
    if code not in items():
        raise unknown("item", code, items(), "`immunoreset score --items` lists all.")
    return items()[code]


def partly(stays: Floats | float, active: Floats) -> Floats:
    """What is found, fold of entry, when a share of it stays without activity and the rest follows it."""
    return stays + (1 - stays) * active


Chart: TypeAlias = Callable[[Look], Mapping[str, Item]]
"""What is written down at visits, by code of the endpoint library."""

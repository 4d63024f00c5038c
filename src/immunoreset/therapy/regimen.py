"""A regimen: everything that is given to a patient, as a value that can be added, repeated, shifted, compared and printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from immunoreset.errors import InvalidRegimen
from immunoreset.therapy.catalogue import DRUGS, find_drug
from immunoreset.therapy.drug import Event
from immunoreset.therapy.items import MOST_DOSES, Dose, Item, canonical
from immunoreset.therapy.language import read_items
from immunoreset.therapy.parameter_sets import apply_set
from immunoreset.therapy.printing import print_items
from immunoreset.therapy.recipients import Patients, Recipients
from immunoreset.therapy.units import finite


@dataclass(frozen=True)
class Regimen:
    """Items in order of time. Two regimens are equal when they give the same, however they were written.

    >>> a = Regimen.parse("rituximab 1 g on day 0")
    >>> print(a + a.shift(14))
    rituximab 1000 mg on days 0 14
    >>> a.repeat(2, every_days=14) == Regimen.parse("rituximab 1000 mg on days 0 14")
    True
    """

    items: tuple[Item, ...] = ()

    def __post_init__(self) -> None:
        items = canonical(replace(item, drug=find_drug(item.drug).name) for item in self.items)
        families: dict[str, str] = {}
        for item in items:
            drug = DRUGS[item.drug]
            drug.check(item)
            other = families.setdefault(drug.family, drug.name) if drug.family else drug.name
            if other != drug.name:
                raise InvalidRegimen(f"{other} and {drug.name} in one regimen; give one {drug.family} only")
        object.__setattr__(self, "items", items)

    @classmethod
    def parse(cls, text: str) -> Regimen:
        """The regimen that a text describes (language.py has the grammar); `str` writes it back."""
        return cls(tuple(read_items(text)))

    def __str__(self) -> str:
        return print_items(self.items)

    def __add__(self, other: Regimen) -> Regimen:
        if not isinstance(other, Regimen):
            return NotImplemented
        return Regimen(self.items + other.items)

    def shift(self, days: float) -> Regimen:
        """The same, so many days later (earlier when negative); rescue stays with the infusion."""
        shift = finite(days, "the shift of a regimen in days")
        return Regimen(tuple(item.shift(shift) for item in self.items))

    def repeat(self, times: int, every_days: float) -> Regimen:
        """The same `times` over, each `every_days` after the one before."""
        if isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= MOST_DOSES:
            raise InvalidRegimen(f"a regimen cannot be repeated {times!r} times; write a whole number from 1 to {MOST_DOSES}")
        step = finite(every_days, "the interval of a repeated regimen in days")
        if step <= 0:
            raise InvalidRegimen(f"a regimen cannot be repeated every {step:g} days; write an interval above 0")
        return Regimen(tuple(item.shift(k * step) for k in range(times) for item in self.items))

    @property
    def drugs(self) -> tuple[str, ...]:
        """Names of the drugs, in order of first use."""
        return tuple(dict.fromkeys(item.drug for item in self.items))

    @property
    def first_day(self) -> float:
        """The earliest day on which anything is given; day 0 when nothing is."""
        days = [item.first_day for item in self.items if np.isfinite(item.first_day)]
        return min(days, default=0.0)

    @property
    def infusion_days(self) -> tuple[float, ...]:
        """Days of CAR-T infusion."""
        doses = [item for item in self.items if isinstance(item, Dose) and DRUGS[item.drug].family == "CAR-T product"]
        return tuple(sorted(day for item in doses for day in item.days))

    def events(self, patients: Patients, *, founder_noise: bool = True, start: float = -np.inf) -> tuple[Event, ...]:
        """What the engine must do to these patients.

        `founder_noise=False` gives every patient the expected graft, as the typical patient has. `start` is the first
        simulated day: a course that began before counts from there, a single dose before it is an error.
        """
        recipients = Recipients(
            parameters=patients.parameters,
            ids=np.asarray(patients.ids),
            seed=patients.seed,
            covariates=patients.covariates,
            founder_noise=founder_noise,
            infusion_days=self.infusion_days,
            start=start,
        )
        events: list[Event] = []
        for drug in self.drugs:
            events += DRUGS[drug].events([item for item in self.items if item.drug == drug], recipients)
        return tuple(events)

    def parameter_changes(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters (flat names) that differ from `parameters` for as long as this regimen lasts, by product or antibody."""
        changes: dict[str, Any] = {}
        for drug in self.drugs:
            name = DRUGS[drug].parameter_set
            if name is not None:
                changes |= apply_set(name, parameters)
        return changes

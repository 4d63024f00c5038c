"""A regimen: everything that is given to a patient, as a value that can be added, repeated, shifted, compared and printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from immunoreset.errors import InvalidRegimen
from immunoreset.patient.module import AnyModule
from immunoreset.patient.spreads import read_spread
from immunoreset.patient.theta import Theta
from immunoreset.therapy.catalogue import DRUGS, Formulary
from immunoreset.therapy.drug import ANY_CAR, IN_VIVO_CAR, Event
from immunoreset.therapy.families.car_t_product import CLASS as CAR_T
from immunoreset.therapy.families.engager import CLASS as ENGAGER
from immunoreset.therapy.language.items import MOST_DOSES, Course, Dose, Item, canonical
from immunoreset.therapy.language.printing import print_items
from immunoreset.therapy.language.reading import read_items
from immunoreset.therapy.language.units import finite
from immunoreset.therapy.recipients import Patients, Recipients

CONDITIONED_WITHIN = 14  # days before an infusion


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
    formulary: Formulary = field(default=DRUGS, compare=False, repr=False)

    def __post_init__(self) -> None:
        items = canonical(self.formulary.find(item.drug).prescribed(item) for item in self.items)
        for item in items:
            self.formulary[item.drug].check(item)
        _refuse_two_doses_of_entry(items)
        object.__setattr__(self, "items", items)

    @classmethod
    def parse(cls, text: str, formulary: Formulary = DRUGS) -> Regimen:
        """The regimen that a text describes (language/reading.py has the grammar); `str` writes it back.

        `formulary` holds the drugs that the text may name.
        """
        return cls(tuple(read_items(text, formulary)), formulary)

    def __str__(self) -> str:
        return print_items(self.items)

    def __add__(self, other: Regimen) -> Regimen:
        if not isinstance(other, Regimen):
            return NotImplemented
        return Regimen(self.items + other.items, self._larger(other))

    def shift(self, days: float) -> Regimen:
        """The same, so many days later (earlier when negative); rescue stays with the infusion."""
        shift = finite(days, "the shift of a regimen in days")
        return Regimen(tuple(item.shift(shift) for item in self.items), self.formulary)

    def repeat(self, times: int, every_days: float) -> Regimen:
        """The same `times` over, each `every_days` after the one before."""
        if isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= MOST_DOSES:
            raise InvalidRegimen(f"a regimen cannot be repeated {times!r} times; write a whole number from 1 to {MOST_DOSES}")
        step = finite(every_days, "the interval of a repeated regimen in days")
        if step <= 0:
            raise InvalidRegimen(f"a regimen cannot be repeated every {step:g} days; write an interval above 0")
        return Regimen(tuple(item.shift(k * step) for k in range(times) for item in self.items), self.formulary)

    @property
    def given(self) -> tuple[Item, ...]:
        """The items without those of no cells, which change nothing."""
        return tuple(item for item in self.items if not (isinstance(item, Dose) and item.amount == 0))

    @property
    def drugs(self) -> tuple[str, ...]:
        """Names of the drugs, in order of first use."""
        return tuple(dict.fromkeys(item.drug for item in self.given))

    @property
    def first_day(self) -> float:
        """The earliest day on which anything is given; day 0 when nothing is."""
        days = [item.first_day for item in self.items if np.isfinite(item.first_day)]
        return min(days, default=0.0)

    @property
    def infusion_days(self) -> tuple[float, ...]:
        """Days of CAR-T infusion, and of what makes CAR-T cells in the patient."""
        doses = [item for item in self.given if isinstance(item, Dose) and self.formulary[item.drug].kind in (CAR_T, IN_VIVO_CAR)]
        return tuple(sorted(day for item in doses for day in item.days))

    @property
    def releasing_days(self) -> tuple[float, ...]:
        """Days of CAR-T infusion and of engagers, on which cytokines may be released."""
        engaged = [item for item in self.given if self.formulary[item.drug].kind == ENGAGER]
        days = [day for item in engaged if isinstance(item, Dose) for day in item.days]
        days += [day for item in engaged if isinstance(item, Course) for day, amount in item.steps if amount > 0]
        return tuple(sorted([*self.infusion_days, *days]))

    def events(self, patients: Patients, *, founder_noise: bool = True, start: float = -np.inf) -> tuple[Event, ...]:
        """What the engine must do to these patients.

        `founder_noise=False` gives every patient the expected graft, as the typical patient has. `start` is the first
        simulated day: a course that began before counts from there, a single dose before it is an error.
        """
        self._refuse_too_close()
        theta = patients.theta
        recipients = Recipients(
            parameters={**patients.parameters, **theta.values_for(self.own_modules, patients.parameters)},
            ids=np.asarray(patients.ids),
            seed=patients.seed,
            covariates=patients.covariates,
            founder_noise=founder_noise,
            infusion_days=self.infusion_days,
            releasing_days=self.releasing_days,
            start=start,
        )
        events: list[Event] = []
        for drug in self.drugs:
            events += self.formulary[drug].events([item for item in self.given if item.drug == drug], recipients)
        return tuple(events)

    @property
    def own_modules(self) -> tuple[AnyModule, ...]:
        """What the drugs add to the patient, each once."""
        taken = {item.drug for item in self.items if isinstance(item, Course) and item.since_entry}
        modules = (module for drug in self.drugs for module in self.formulary[drug].modules(drug in taken))
        return tuple(dict.fromkeys(modules))

    def modules(self, parameters: Mapping[str, Any], theta: Theta) -> tuple[AnyModule, ...]:
        """What the drugs add to patients with these numbers; and daily medicine that was given to everybody as a number."""
        taken = [module for module in self._daily if _is_changed(module, parameters, theta)]
        return tuple(dict.fromkeys((*self.own_modules, *taken)))

    @property
    def _daily(self) -> list[AnyModule]:
        """Modules of daily medicine, whose dose is a number."""
        return [drug.module for drug in self.formulary.values() if not drug.module.fields]

    def missing(self) -> str:
        """What a switch of the regimen would switch and is not given, in one line; empty where nothing is missing."""
        for name in self.drugs:
            switches = self.formulary[name].switches
            cells = ANY_CAR in switches and self.infusion_days
            if switches and not cells and not set(switches) & set(self.drugs):
                wanted = ANY_CAR if ANY_CAR in switches else " or ".join(switches)
                return f"{name} only switches {wanted}, which this regimen does not give; give them too, or leave {name} out"
        return ""

    def warnings(self) -> list[str]:
        """What a reader of this regimen should be told: a later product without conditioning, and what its drugs say."""
        conditioning = [d for item in self.items if self._is_conditioning(item) for d in item.days]  # type: ignore[union-attr]
        days = sorted(set(self.infusion_days))
        bare = [
            day
            for day in days[1:]
            if self._conditioned_on(day) and not any(0 <= day - other <= CONDITIONED_WITHIN for other in conditioning)
        ]
        found = [f"CAR-T cells on day {day:g} without conditioning in the {CONDITIONED_WITHIN} days before" for day in bare]
        found += [f"{cells} does nothing without {drug}, which is not given" for cells, drug in self._idle()]
        for name in self.drugs:
            drug = self.formulary[name]
            found += [caution.says for caution in drug.cautions if set(caution.drugs) <= set(self.drugs)]
            found += drug.remarks([item for item in self.given if item.drug == name])
        return found

    def _refuse_too_close(self) -> None:
        """Raise where a drug follows another that it must not follow so soon."""
        days = {name: sorted(day for item in self._doses(name) for day in item.days) for name in self.drugs}
        for name in self.drugs:
            for apart in self.formulary[name].apart:
                for day in days[name]:
                    later = [other for other in days.get(apart.drug, []) if day < other < day + apart.days]
                    later += [day] if (days.get(apart.drug, []).count(day) > (apart.drug == name)) else []
                    if later:
                        asked = f"{apart.drug} on day {min(later):g} follows {name} of day {day:g}"
                        raise InvalidRegimen(f"{asked}: {apart.why}")

    def _doses(self, name: str) -> list[Dose]:
        return [item for item in self.given if isinstance(item, Dose) and item.drug == name]

    def _idle(self) -> list[tuple[str, str]]:
        """Products that work only with a drug that is not given, and that drug."""
        needs = {name: self.formulary[name].needs for name in self.drugs}
        return [(name, need) for name, need in needs.items() if need and need not in self.drugs]

    def _conditioned_on(self, day: float) -> bool:
        """Whether a product that follows lymphodepletion is infused on a day."""
        return any(isinstance(item, Dose) and day in item.days and self.formulary[item.drug].conditioned for item in self.given)

    def _is_conditioning(self, item: Item) -> bool:
        return isinstance(item, Dose) and self.formulary[item.drug].kind == "chemotherapy"

    def _larger(self, other: Regimen) -> Formulary:
        own, others = self.formulary, other.formulary
        if len(own) >= len(others):
            return own.with_drugs(drug for name, drug in others.items() if name not in own)
        return others.with_drugs(drug for name, drug in own.items() if name not in others)


def _refuse_two_doses_of_entry(items: Sequence[Item]) -> None:
    """What is taken since entry has one dose there."""
    taken = [item.drug for item in items if isinstance(item, Course) and item.since_entry]
    for drug in taken:
        if taken.count(drug) > 1:
            raise InvalidRegimen(
                f"{drug} is taken 'since entry' at two doses; write one course, whose dose may change from a day on"
            )


def _is_changed(module: AnyModule, parameters: Mapping[str, Any], theta: Theta) -> bool:
    """Whether the patients have other numbers of a module than the published ones of the typical patient.

    Numbers that every patient draws do not count: they are how a drug would act, not that it is given.
    """
    published = theta.published.table
    names = [f"{module.name}.{number}" for number in module.number_names]
    names = [name for name in names if name in published and read_spread(published[name].spread) is None]
    return any(name in parameters and np.any(np.asarray(parameters[name]) != published[name].value) for name in names)

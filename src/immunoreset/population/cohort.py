"""A cohort: patients with their parameters, numbers and covariates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from immunoreset.catalogue import Catalogue, Theta, built_in
from immunoreset.disease.disease import Disease
from immunoreset.errors import InvalidValue
from immunoreset.patient.compose import compose
from immunoreset.patient.host import HOST
from immunoreset.patient.possible import refuse_impossible, refuse_restless


@dataclass(frozen=True)
class Cohort:
    """Patients `ids` of one study `seed`.

    `parameters` maps flat names to one number for all patients or an array (n,); `covariates` maps names to arrays (n,):
    age, sex, height_cm, nephritis, sledai_2k, anti_dsdna_reading, mycophenolate_adherence, background_response, attempts.
    """

    parameters: Mapping[str, Any]
    ids: np.ndarray
    seed: int
    population: str
    covariates: Mapping[str, np.ndarray]
    catalogue: Catalogue = field(default_factory=built_in, repr=False)

    def __repr__(self) -> str:
        return f"<Cohort of {len(self):,} patients of population '{self.population}', seed {self.seed}>"

    @property
    def illness(self) -> Disease:
        """The disease of these patients."""
        return self.catalogue.population(self.population)[0]

    @property
    def theta(self) -> Theta:
        """The numbers of all modules, for those that nobody has of his own."""
        return self.catalogue.theta

    def __len__(self) -> int:
        return len(self.ids)

    def select(self, which: np.ndarray) -> Cohort:
        """The patients that a mask or an array of positions picks, in that order."""

        def pick(value: Any) -> Any:
            return value[which] if np.ndim(value) else value

        return replace(
            self,
            parameters={name: pick(value) for name, value in self.parameters.items()},
            ids=self.ids[which],
            covariates={name: pick(value) for name, value in self.covariates.items()},
        )

    def batches(self, size: int) -> Iterator[Cohort]:
        """The cohort in parts of at most `size` patients."""
        for start in range(0, len(self), size):
            yield self.select(np.arange(start, min(start + size, len(self))))

    def with_parameters(self, changes: Mapping[str, Any]) -> Cohort:
        """The same patients with other values of some parameters (flat names), as they are."""
        return replace(self, parameters={**self.parameters, **changes})

    def with_values(self, values: Mapping[str, float], *, beyond_bounds: bool = False) -> Cohort:
        """Everybody with these numbers, given by flat name, symbol or earlier name.

        Raises UnknownName for a number that does not exist; InvalidValue for one outside its bounds, unless `beyond_bounds`, and
        for one with which there is no such untreated patient.
        """
        for name, value in values.items():
            self.theta.check(name, value, self.illness.name, beyond_bounds=beyond_bounds)
        flat = {self.theta.find(name): float(value) for name, value in values.items()}
        changed = self.with_parameters({**self.illness.follows(flat), **flat})
        if values:
            changed.check_possible(", ".join(f"{name} = {value:g}" for name, value in values.items()))
        return changed

    def with_factors(self, factors: Mapping[str, float], *, beyond_bounds: bool = False) -> Cohort:
        """Each patient with these numbers multiplied, given by flat name, symbol or earlier name.

        Raises as `with_values` does, also for a factor that is not above zero or finite, or that takes anybody out of the bounds.
        """
        changed: dict[str, Any] = {}
        for name, factor in factors.items():
            if not (np.isfinite(factor) and factor >= 0):
                raise InvalidValue(f"factor {factor:g} on '{name}'; give a finite factor of 0 or more")
            flat = self.theta.find(name)
            changed[flat] = np.asarray(changed.get(flat, self._value(flat)), dtype=float) * factor
            if not beyond_bounds:
                self.theta.check(name, changed[flat], self.illness.name)
        found = self.with_parameters({**self.illness.follows(changed), **changed})
        if factors:
            found.check_possible(", ".join(f"{name} times {factor:g}" for name, factor in factors.items()))
        return found

    def _value(self, flat: str) -> Any:
        return self.parameters[flat] if flat in self.parameters else self.theta.parameter(flat).value

    def check_possible(self, why: str) -> None:
        """Raise InvalidValue unless each untreated patient is possible: at rest, and nothing below zero."""
        patient = compose(*HOST, *self.illness.modules)
        values = self.theta.values_for(patient.modules, self.parameters)
        refuse_impossible(patient, values, len(self), why)
        refuse_restless(patient, values, len(self), why)


def join(cohorts: Sequence[Cohort]) -> Cohort:
    """All patients of several cohorts of one study, in order; their numbers must differ."""
    if not cohorts:
        raise InvalidValue("no cohort to join; give at least one")
    first = cohorts[0]
    ids = np.concatenate([cohort.ids for cohort in cohorts])
    if len(np.unique(ids)) != len(ids):
        raise InvalidValue("the cohorts share patient numbers; draw them with different numbers")
    if any(cohort.seed != first.seed for cohort in cohorts):
        raise InvalidValue("the cohorts have different seeds; draw them with one seed")

    def together(values: Sequence[Any]) -> Any:
        if not any(np.ndim(value) for value in values) and len(set(values)) == 1:
            return values[0]
        return np.concatenate([np.broadcast_to(value, (len(cohort),)) for value, cohort in zip(values, cohorts, strict=True)])

    return Cohort(
        {name: together([cohort.parameters[name] for cohort in cohorts]) for name in first.parameters},
        ids,
        first.seed,
        first.population,
        {name: together([cohort.covariates[name] for cohort in cohorts]) for name in first.covariates},
        first.catalogue,
    )

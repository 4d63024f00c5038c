"""The patients of many thetas as one cohort, so that one call of the engine solves them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from immunoreset.followed import readouts
from immunoreset.patient.compose import compose
from immunoreset.patient.host import HOST
from immunoreset.population import Cohort
from immunoreset.therapy import Regimen


@dataclass(frozen=True)
class Stack:
    """Patients of one form, theta by theta in the order of `places`, each with all numbers of his own theta."""

    places: np.ndarray
    cohort: Cohort

    def chunks(self, size: int) -> Iterator[np.ndarray]:
        """Positions in the cohort, at most `size` at a time."""
        for first in range(0, len(self.cohort), size):
            yield np.arange(first, min(first + size, len(self.cohort)))


def stacks(cohorts: Mapping[int, Cohort], regimen: Regimen) -> list[Stack]:
    """The cohorts, by the place of their theta, stacked under a treatment: those together whose patients have one form.

    The form is what the patient is composed of and what is read from him. What differs between thetas is a number of each
    patient, whichever thetas a chunk holds, so that every chunk is solved by the same code.
    """
    forms: dict[Any, list[int]] = {}
    for place, cohort in cohorts.items():
        modules = (*HOST, *cohort.illness.modules, *regimen.modules(cohort.parameters, cohort.theta))
        forms.setdefault((compose(*modules), tuple(readouts(cohort.theta).values())), []).append(place)
    return [_stack(patient.modules, {place: cohorts[place] for place in places}) for (patient, _), places in forms.items()]


def _stack(modules: Sequence[Any], cohorts: Mapping[int, Cohort]) -> Stack:
    numbers = [{**one.parameters, **one.theta.values_for(modules, one.parameters)} for one in cohorts.values()]
    first = next(iter(cohorts.values()))
    count, thetas = len(first), len(cohorts)
    cohort = Cohort(
        {name: _together([one[name] for one in numbers], count) for name in numbers[0]},
        np.tile(first.ids, thetas),
        first.seed,
        first.population,
        {name: np.concatenate([one.covariates[name] for one in cohorts.values()]) for name in first.covariates},
        first.catalogue,
    )
    return Stack(np.fromiter(cohorts, dtype=np.int64), cohort)


def _together(values: Sequence[Any], count: int) -> Any:
    """One number where all have the same, else one per patient, (thetas x count,)."""
    if not any(np.ndim(value) for value in values) and len(set(values)) == 1:
        return values[0]
    return np.concatenate([np.broadcast_to(value, (count,)) for value in values])

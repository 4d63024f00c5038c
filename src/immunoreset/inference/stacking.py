"""The patients of many thetas as cohorts that one call of the engine solves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from immunoreset.catalogue import Catalogue
from immunoreset.disease.facts import Facts
from immunoreset.errors import InvalidValue
from immunoreset.followed import readouts
from immunoreset.patient.compose import compose
from immunoreset.patient.draws import Source
from immunoreset.patient.host import HOST
from immunoreset.patient.side_by_side import kind, picked, side_by_side
from immunoreset.patient.theta import Theta
from immunoreset.population import Cohort
from immunoreset.population.many import Drawn, sample_many
from immunoreset.population.twins import TWINS_OF, twins_of_all
from immunoreset.therapy import Regimen

DRAWN_AT_ONCE = 8192
"""Patients who are drawn together, which bounds memory and changes no number."""


@dataclass(frozen=True)
class Stack:
    """Patients of one form, theta by theta in the order of `places`, each with all numbers of his own theta."""

    places: NDArray[np.int64]
    cohort: Cohort

    def chunks(self, size: int) -> Iterator[np.ndarray]:
        """Positions in the cohort, at most `size` at a time."""
        for first in range(0, len(self.cohort), size):
            yield np.arange(first, min(first + size, len(self.cohort)))


@dataclass(frozen=True)
class Many:
    """Patients under many thetas, drawn; `refused` says, by place, which thetas have none, and why."""

    thetas: Sequence[Theta]
    parts: Sequence[Drawn]
    refused: Mapping[int, str]
    catalogue: Catalogue

    def stacks(self, regimen: Regimen) -> Iterator[Stack]:
        """The patients stacked under a treatment: those together who have one form.

        The form is what the patient is composed of and what is read from him. What differs between thetas is a number of each
        patient, whichever thetas a chunk holds, so that every chunk is solved by the same code.
        """
        for part in self.parts:
            for (modules, _), chosen in self._forms(part, regimen).items():
                yield self._stack(part, np.array(chosen), modules)

    def _forms(self, part: Drawn, regimen: Regimen) -> Mapping[Any, list[int]]:
        """Places within a part, by form."""
        assert part.cohort is not None
        always = (*HOST, *part.cohort.illness.modules)
        of_all = {module.name for module in always}
        common = {name: value for name, value in part.cohort.parameters.items() if name not in part.theta.changed}
        added: dict[Any, tuple[Any, ...]] = {}
        forms: dict[Any, list[int]] = {}
        for place, index in enumerate(part.places):
            theta = self.thetas[index]
            own = tuple(item for item in theta.changed.items() if item[0].partition(".")[0] not in of_all)
            if own not in added:
                added[own] = regimen.modules({**common, **theta.changed}, theta)
            forms.setdefault(((*always, *added[own]), tuple(readouts(theta).values())), []).append(place)
        return forms

    def _stack(self, part: Drawn, chosen: np.ndarray, modules: Sequence[Any]) -> Stack:
        assert part.cohort is not None
        count = len(part.cohort) // len(part.places)
        rows = (chosen[:, None] * count + np.arange(count)).ravel()
        cohort, theta = part.cohort.select(rows), picked(part.theta, rows)
        patient, places = compose(*modules), part.places[chosen]
        numbers = {**cohort.parameters, **theta.values_for(patient.modules, cohort.parameters)}
        first = self.catalogue.with_theta(self.thetas[places[0]])
        return Stack(places, replace(cohort, parameters=numbers, catalogue=first))


def draw_stacks(
    population: str, ids: NDArray[np.int64], thetas: Sequence[Theta], *, seed: int, catalogue: Catalogue, source: Source
) -> Many:
    """Patients `ids` (T, P) of a population, each row under the theta of that place."""
    kinds: dict[frozenset[str], list[int]] = {}
    for place, theta in enumerate(thetas):
        kinds.setdefault(kind(theta), []).append(place)
    parts: list[Drawn] = []
    refused: dict[int, str] = {}
    size = max(1, DRAWN_AT_ONCE // ids.shape[1])
    for places in kinds.values():
        for first in range(0, len(places), size):
            some = np.array(places[first : first + size], dtype=np.int64)
            drawn = sample_many(
                population, ids[some], [thetas[place] for place in some], seed=seed, catalogue=catalogue, source=source
            )
            refused |= {int(some[place]): why for place, why in drawn.refused.items()}
            if drawn.cohort is not None:
                parts.append(replace(drawn, places=some[drawn.places]))
    return Many(thetas, parts, refused, catalogue)


def twin_stacks(
    facts: Sequence[Facts],
    each: int,
    thetas: Sequence[Theta],
    *,
    seed: int,
    catalogue: Catalogue,
    population: str = TWINS_OF,
) -> Many:
    """`each` twins of every one of the known patients under each theta, patient by patient; theta by theta, since the facts
    decide which candidates they are."""
    parts: list[Drawn] = []
    refused: dict[int, str] = {}
    for place, theta in enumerate(thetas):
        try:
            cohort = twins_of_all(facts, each, seed=seed, population=population, catalogue=catalogue, theta=theta)
        except InvalidValue as fault:
            refused[place] = str(fault)
            continue
        parts.append(Drawn(np.array([place]), cohort, side_by_side([theta], len(cohort)), {}))
    return Many(thetas, _joined(parts), refused, catalogue)


def _joined(parts: Sequence[Drawn]) -> list[Drawn]:
    """Patients of many thetas as one cohort for each kind of theta."""
    kinds: dict[frozenset[str], list[Drawn]] = {}
    for part in parts:
        kinds.setdefault(kind(part.theta), []).append(part)
    found = []
    for alike in kinds.values():
        cohorts = [part.cohort for part in alike if part.cohort is not None]
        first, count = cohorts[0], len(cohorts[0])
        cohort = replace(
            first,
            parameters={n: _together([one.parameters[n] for one in cohorts], count) for n in first.parameters},
            ids=np.concatenate([one.ids for one in cohorts]),
            covariates={n: np.concatenate([one.covariates[n] for one in cohorts]) for n in first.covariates},
        )
        places = np.concatenate([part.places for part in alike])
        found.append(Drawn(places, cohort, side_by_side([part.theta for part in alike], count), {}))
    return found


def _together(values: Sequence[Any], count: int) -> Any:
    """One number where all have the same, else one per patient."""
    if not any(np.ndim(value) for value in values) and len(set(values)) == 1:
        return values[0]
    return np.concatenate([np.broadcast_to(value, (count,)) for value in values])

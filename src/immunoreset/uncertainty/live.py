"""Which unknown numbers reach the patients of a study: only these are drawn, so that what is counted is what counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from immunoreset.catalogue import Catalogue, Theta
from immunoreset.disease.disease import Disease, Population
from immunoreset.disease.facts import NOTHING_KNOWN
from immunoreset.errors import InvalidValue
from immunoreset.inference.unknowns import SPREAD, theta_of
from immunoreset.patient.compose import compose
from immunoreset.patient.draws import Draws, hashed, remembered
from immunoreset.patient.host import HOST
from immunoreset.patient.module import AnyModule
from immunoreset.population import Cohort
from immunoreset.population.sample import A_FEW, draw
from immunoreset.therapy import Regimen

NUDGE = 0.01
"""How far a number is moved to see whether that reaches anybody: a share of the way to the further of its bounds."""


@dataclass(frozen=True)
class Live:
    """Names of unknowns that reach the patients, and of those that cannot be drawn since a population has them from elsewhere."""

    names: tuple[str, ...]
    from_elsewhere: tuple[str, ...]


@dataclass(frozen=True)
class _Seen:
    """A few patients of a population and what is composed of them."""

    disease: Disease
    population: Population
    modules: tuple[AnyModule, ...]
    cohort: Cohort
    numbers: Mapping[str, Any]


def live_numbers(names: Iterable[str], patients: Mapping[str, Sequence[Regimen]], catalogue: Catalogue) -> Live:
    """Those of the unknowns `names` that change what the solver is given of patients, or what is known of them at entry.

    `patients` are the treatments by population. A number that the patients of one population draw by a rule of their own, or
    that follows from others, cannot be changed in them and is told apart.
    """
    draws = Draws(0, np.arange(A_FEW), source=remembered(hashed))
    seen = [_seen(name, regimens, catalogue, draws) for name, regimens in patients.items()]
    live, elsewhere = [], []
    for name in names:
        moved = _moved(name, catalogue.theta)
        reached = [_reached(name, one, catalogue.with_theta(moved), draws) for one in seen]
        if None in reached:
            elsewhere.append(name)
        elif any(reached):
            live.append(name)
    return Live(tuple(live), tuple(elsewhere))


def _seen(population: str, regimens: Sequence[Regimen], catalogue: Catalogue, draws: Draws) -> _Seen:
    disease, group = catalogue.population(population)
    cohort, _ = draw(disease, group, draws, NOTHING_KNOWN, catalogue)
    given = [module for regimen in regimens for module in regimen.modules(cohort.parameters, catalogue.theta)]
    modules = compose(*HOST, *disease.modules, *dict.fromkeys(given)).modules
    return _Seen(disease, group, modules, cohort, catalogue.theta.values_for(modules, cohort.parameters))


def _moved(name: str, theta: Theta) -> Theta:
    """The numbers with this one alone moved a little."""
    if name.startswith(SPREAD):
        flat = theta.find(name.removeprefix(SPREAD))
        return theta_of({name: theta.spread(flat) * (1 + NUDGE)}, theta)
    own = theta.parameter(name)
    low, high = own.bounds
    further = high if high - own.value >= own.value - low else low
    return theta_of({name: own.value + NUDGE * (further - own.value)}, theta)


def _reached(name: str, seen: _Seen, moved: Catalogue, draws: Draws) -> bool | None:
    """Whether the change reaches these patients; None where they have the number from elsewhere."""
    cohort, _ = draw(seen.disease, seen.population, draws, NOTHING_KNOWN, moved)
    own = cohort.parameters.get(name)
    if own is not None and np.array_equal(own, seen.cohort.parameters[name]):
        return None
    numbers = moved.theta.values_for(seen.modules, cohort.parameters)
    return any(not np.array_equal(value, seen.numbers[key]) for key, value in numbers.items()) or any(
        not np.array_equal(value, seen.cohort.covariates[key]) for key, value in cohort.covariates.items()
    )


def check_any(live: Live, source: str) -> None:
    """Raise InvalidValue where nothing that is drawn reaches anybody."""
    if not live.names:
        raise InvalidValue(f"nothing in {source} reaches the patients of this document; there is nothing to be unsure of")

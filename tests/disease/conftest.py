"""Numbers of the core on which the diseases other than lupus were set up, and how their tests simulate patients."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from immunoreset.catalogue import built_in
from immunoreset.followed import days_to_store, followed
from immunoreset.patient import course
from immunoreset.patient.course import Course
from immunoreset.population import Cohort
from immunoreset.population.sample import sample
from immunoreset.therapy import STANDARD, Regimen

DATA = Path(__file__).parents[1] / "patient" / "data"


@pytest.fixture(scope="session")
def values_of_0_2() -> dict[str, float]:
    """Numbers by flat name with which the equations are those of version 0.2."""
    found: dict[str, float] = {}
    for version in ("0.3", "0.2"):
        lines = [line for line in (DATA / f"values_{version}.csv").read_text().splitlines() if not line.startswith("#")]
        found |= {row["name"]: float(row["value"]) for row in csv.DictReader(lines)}
    return found


@pytest.fixture(scope="session")
def courses() -> Callable[..., Course]:
    """Solves patients under a treatment from day -7 to day `stop`, with `changed` numbers, by flat name, in everybody."""

    def solved(cohort: Cohort, treatment: str, stop: float, *, changed: dict[str, float] | None = None, **how: bool) -> Course:
        one = replace(cohort, parameters={**cohort.parameters, **(changed or {})})
        ready = course.prepare(one, Regimen.parse(treatment, one.catalogue.drugs), start=-7.0, stop=stop, **how)
        days = days_to_store(-7.0, stop)
        return course.solve(ready, one, outputs=followed(one.illness), readouts={}, grid=days, rtol=1e-5)[0]

    return solved


class Arms:
    """Courses of the same patients under treatments, with numbers of some modules changed."""

    def __init__(self) -> None:
        self.kept: dict[object, course.Course] = {}

    def course(
        self, population: str, treatment: str, days: Sequence[float], *, n: int = 100, seed: int = 5, **changed: float
    ) -> course.Course:
        """What is stored on these days; a number is changed by its flat name with two underscores for the dot."""
        asked = (population, treatment, tuple(days), n, seed, tuple(changed.items()))
        if asked not in self.kept:
            catalogue = built_in()
            disease, _ = catalogue.population(population)
            numbers = {name.replace("__", "."): value for name, value in changed.items()}
            cohort = sample(population, n, seed=seed).with_parameters(numbers)
            regimen = Regimen.parse(STANDARD.get(treatment, treatment), catalogue.drugs)
            ready = course.prepare(cohort, regimen, start=-7.0, stop=float(max(days)))
            grid = np.union1d(np.asarray(days, dtype=float), [-7.0])
            solved, _, why = course.solve(
                ready, cohort, outputs=(*disease.followed, "prednisolone"), readouts={}, grid=grid, rtol=1e-4
            )
            assert not why
            self.kept[asked] = solved
        return self.kept[asked]

    def score(self, name: str, population: str, treatment: str, day: float, **changed: Any) -> np.ndarray:
        """A score of everybody at the visit on one day."""
        found = self.course(population, treatment, (day,), **changed)
        disease, _ = built_in().population(population)
        return disease.visits(found, np.array([day]))[name][:, 0]


@pytest.fixture(scope="session")
def arms() -> Arms:
    return Arms()


@pytest.fixture(scope="session")
def errors_apart() -> Callable[[np.ndarray, np.ndarray], float]:
    """By how many Monte Carlo errors the second of two paired results is lower than the first."""

    def apart(first: np.ndarray, second: np.ndarray) -> float:
        difference = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
        error = np.std(difference, ddof=1) / np.sqrt(len(difference))
        return float(np.mean(difference) / error) if error else float(np.sign(np.mean(difference)) * np.inf)

    return apart

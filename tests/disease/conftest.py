"""Numbers of the core on which the diseases other than lupus were set up, and how their tests simulate patients."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from immunoreset.followed import days_to_store, followed
from immunoreset.patient import course
from immunoreset.patient.course import Course
from immunoreset.population import Cohort
from immunoreset.therapy import Regimen

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

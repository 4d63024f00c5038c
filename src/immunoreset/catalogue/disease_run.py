"""Tries a user's disease before it is used: what it names is there, and untreated patients are drawn, solved and scored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from immunoreset.catalogue.catalogue import Catalogue
from immunoreset.disease.disease import Disease, Population
from immunoreset.disease.facts import NOTHING_KNOWN
from immunoreset.errors import InvalidValue, unknown
from immunoreset.followed import days_to_store, followed, readouts
from immunoreset.patient import course
from immunoreset.patient.compose import compose
from immunoreset.patient.course import Course
from immunoreset.patient.draws import Draws
from immunoreset.patient.host import HOST
from immunoreset.patient.outcome import Panel
from immunoreset.patient.theta import Theta
from immunoreset.therapy.regimen import Regimen

PATIENTS, LAST_DAY, RTOL = 2, 366.0, 1e-3
Checked = Callable[[Callable[[], Any]], Any]
"""Runs a part of the work, and says what goes wrong in it in one line with its file."""


@dataclass(frozen=True)
class _Drawn:
    """Patients of one population, typical but for what their disease draws."""

    parameters: dict[str, Any]
    ids: np.ndarray
    seed: int
    theta: Theta
    illness: Disease
    covariates: dict[str, np.ndarray]


def check_names(disease: Disease, catalogue: Catalogue) -> None:
    """Raise UnknownName or InvalidValue for a drug, a reading or a number that the disease names and that there is not."""
    for drug in disease.refuses:
        if drug not in catalogue.drugs:
            raise unknown("drug to be refused", drug, catalogue.drugs)
    outputs = compose(*HOST, *disease.modules).outputs
    for name in disease.followed:
        if name not in outputs:
            raise unknown("reading to be followed", name, outputs)
    for population in disease.populations:
        wanted = {*population.wider_numbers, *([population.care_median] if population.care_median else [])}
        for number in sorted(wanted):
            if number not in catalogue.theta.table:
                raise unknown(f"number that population '{population.name}' names", number, catalogue.theta.table)
    if not disease.populations:
        raise InvalidValue(f"disease '{disease.name}' has no population; give one, so that patients with it can be drawn")


def check_patients(disease: Disease, catalogue: Catalogue, checked: Checked) -> None:
    """Draw some patients of each population, solve a year without treatment, and read all that a clinic is shown of them."""
    for population in disease.populations:
        drawn = checked(lambda population=population: _draw(disease, population, catalogue))
        solved = checked(lambda drawn=drawn: _solve(drawn))
        for read in _readings(disease, solved, drawn):
            checked(read)
        lines = checked(lambda solved=solved: {**disease.scored_curves(solved), **disease.organ_activity(solved)})
        checked(lambda solved=solved, lines=lines: _check_panels(disease, {*solved.curves, *lines}))


def _draw(disease: Disease, population: Population, catalogue: Catalogue) -> _Drawn:
    """Typical numbers of this host, and those that the disease draws for the population."""
    theta, draws = catalogue.theta, Draws(1, np.arange(PATIENTS))
    values: dict[str, Any] = dict(theta.typical(*([disease.name] if disease.host else [])))
    entry = disease.hooks.present(population, draws, NOTHING_KNOWN, theta)
    values |= entry.values
    values |= disease.hooks.settle(population, values, draws, theta)
    if not np.any(disease.hooks.admits(population, values, entry, NOTHING_KNOWN)):
        raise InvalidValue(f"population '{population.name}': none of {PATIENTS} typical patients meets its entry criteria")
    covariates = {
        "age": np.full(PATIENTS, population.age_median),
        "sex": np.array(["F", "M"]),
        "nephritis": entry.nephritis,
        "sledai_2k": entry.score,
        **entry.covariates,
    }
    return _Drawn(values, draws.ids, draws.seed, theta, disease, covariates)


def _solve(drawn: _Drawn) -> Course:
    """Their year, with the curves that a study keeps."""
    arm = course.prepare(drawn, Regimen(), start=0.0, stop=LAST_DAY)
    asked = {"outputs": followed(drawn.illness), "readouts": readouts(drawn.theta), "grid": days_to_store(0.0, LAST_DAY)}
    solved, _, failures = course.solve(arm, drawn, **asked, rtol=RTOL, threads=1)
    if failures:
        raise InvalidValue(f"untreated patients of '{drawn.illness.name}' cannot be simulated: {', '.join(failures)}")
    return solved


def _readings(disease: Disease, solved: Course, drawn: _Drawn) -> Iterator[Callable[[], Any]]:
    """Everything that is read of solved courses."""
    yield lambda: disease.read_outcomes(solved)
    yield lambda: disease.visits(solved, solved.days[solved.days > 0])
    notes = disease.notes
    if notes is not None:
        yield lambda: [list(notes(solved, place, drawn.covariates)) for place in (0, len(solved.days) - 1)]
    yield lambda: disease.deaths(solved)


def _check_panels(disease: Disease, shown: set[str]) -> None:
    """Every panel draws a curve that is kept."""
    for panel in (*disease.panels, *disease.organ_panels):
        _check_panel(panel, shown)


def _check_panel(panel: Panel, shown: set[str]) -> None:
    if panel.output not in shown:
        raise unknown("curve for a panel", panel.output, sorted(shown))

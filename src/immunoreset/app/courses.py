"""What the Patient page shows of a treatment: curves, events and outcomes, read as `study.run` reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from immunoreset import outcomes as listed
from immunoreset.app.answers import number, numbers
from immunoreset.app.diseases import panels_drawn
from immunoreset.app.warm_engine import solve
from immunoreset.disease.disease import Disease
from immunoreset.engine import Solution
from immunoreset.evidence import compare, numbers_of
from immunoreset.followed import days_to_store
from immunoreset.outcomes import Outcomes, expected_infections, read_outcomes
from immunoreset.patient import signs
from immunoreset.patient.course import Course, prepare
from immunoreset.population import Cohort
from immunoreset.results import QUANTILES, quantiles_of, summarise
from immunoreset.therapy import Regimen

SCALED = frozenset({"infections_year"})  # read-outs that an outcome of the same name scales


@dataclass(frozen=True)
class Span:
    """The simulated days."""

    start: float
    stop: float

    @property
    def days(self) -> np.ndarray:
        return days_to_store(self.start, self.stop)


@dataclass(frozen=True)
class Solved:
    """Solved courses, what the engine found, how many failed for which reason, and the disease."""

    course: Course
    solution: Solution
    failures: dict[str, int]
    disease: Disease


def treat(cohort: Cohort, regimen: Regimen, span: Span, *, typical: bool, threads: int, cancel: np.ndarray) -> Solved:
    """The courses of a cohort under a treatment. `typical` leaves out chance: no flares, the expected graft.

    Raises InvalidRegimen for a regimen that cannot be given on these days.
    """
    arm = prepare(cohort, regimen, start=span.start, stop=span.stop, chance=not typical)
    course, solution, failures = solve(arm, cohort, threads=threads, cancel=cancel)
    return Solved(course, solution, failures, cohort.illness)


def one_course(solved: Solved, *, judged: bool) -> dict[str, Any]:
    """Curves, the score by organ, events and outcomes of a single patient; responses and remission only when `judged`."""
    course, solution = solved.course, solved.solution
    found = read_outcomes(course, solved.disease) if judged else read_in_passing(course, solved.disease)
    crs, icans = grades(course)
    shown = shown_curves(solved) | {"crs_grade": crs, "icans_grade": icans}
    rows = numbers(np.stack([values[0] for values in shown.values()]).astype(np.float32))
    organs = solved.disease.points_by_organ(course)
    return {
        "curves": dict(zip(shown, rows, strict=True)),
        "sledai_domains": {organ: [int(value) for value in points[0]] for organ, points in organs.items() if np.any(points > 0)},
        "events": [
            {"day": number(day), "what": solution.event_names[what], "value": number(value)}
            for day, what, value in zip(*(solution.events[key].tolist() for key in ("day", "what", "value")), strict=True)
        ],
        "outcomes": {name: number(float(values[0])) for name, values in found.items()},
        "failed": next(iter(solved.failures), None) if course.failed[0] else None,
    }


def shown_curves(solved: Solved) -> dict[str, np.ndarray]:
    """What the page draws, twins x days: readings, what a clinic scores, and the activity of organs.

    What is followed of a disease for its scores alone is left out.
    """
    drawn = {panel.output for panel in panels_drawn(solved.disease)}
    hidden = set(solved.disease.followed) - drawn
    curves = {name: values for name, values in solved.course.curves.items() if name not in hidden}
    return curves | solved.disease.scored_curves(solved.course) | solved.disease.organ_activity(solved.course)


def read_in_passing(course: Course, disease: Disease) -> dict[str, np.ndarray]:
    """The outcomes that the solver has read on its way, which cost nothing."""
    infused = course.readouts["car_t_peak"] > 0
    about = listed.outcomes_of(disease)
    found = {name: values for name, values in course.readouts.items() if name in about and name not in SCALED}
    of_cells = {name: np.where(infused | (not name.startswith("car_t")), values, np.nan) for name, values in found.items()}
    return of_cells | expected_infections(course)


def grades(course: Course) -> tuple[np.ndarray, np.ndarray]:
    """Grade of CRS and of ICANS, twins x stored days."""
    crs = signs.crs_grade(course.curves["crs_signal"], course.parameters)
    icans = signs.icans_grade(course.curves["icans_signal"], course.parameters)
    return crs.values, icans.values


def outcomes_of(solved: Solved) -> Outcomes:
    """The outcomes of twins of one patient."""
    count, failed = len(solved.course.failed), solved.course.failed
    return Outcomes(np.zeros(count, dtype=int), np.arange(count), failed, read_outcomes(solved.course, solved.disease))


def bands(solved: Solved) -> dict[str, Any]:
    """5, 25, 50, 75 and 95 % of the twins on each day, by output."""
    alive, shown = ~solved.course.failed, shown_curves(solved)
    if not alive.any():
        return {name: numbers(np.full((len(QUANTILES), len(solved.course.days)), np.nan)) for name in shown}
    curves = np.empty((len(shown), int(alive.sum()), len(solved.course.days)), dtype=np.float32)
    for place, values in enumerate(shown.values()):
        curves[place] = values if alive.all() else values[alive]
    found = quantiles_of(curves)
    return {name: numbers(found[:, place]) for place, name in enumerate(shown)}


def published_beside(outcomes: Outcomes, disease: Disease, regimen: Regimen) -> list[dict[str, Any]]:
    """The published numbers of the same disease and kind of treatment, each with the simulated one and its outcome."""
    arm = "car-t" if regimen.infusion_days else "rituximab" if regimen.drugs == ("rituximab",) else ""
    numbers = numbers_of({arm: [disease.name]})
    about = {number.quantity: number.outcome for number in numbers}
    return [{**row.as_dict(), "outcome": about[row.quantity]} for row in compare({arm: outcomes}, numbers)]


def outcome_rows(outcomes: Outcomes, disease: Disease, regimen: Regimen) -> list[dict[str, Any]]:
    """The outcome table: each outcome summarised over the twins, with the published numbers to be set beside it."""
    rows, published = [], published_beside(outcomes, disease, regimen)
    known = listed.outcomes_of(disease)
    for name, values in outcomes.values.items():
        about = known[name]
        found = summarise(name, values, known)
        summary = {key: number(value) if isinstance(value, float) else value for key, value in found.items()}
        beside = [row for row in published if row["outcome"] == name]
        rows.append({"name": name, "label": about.label, "share": about.share, **summary, "published": beside})
    return rows

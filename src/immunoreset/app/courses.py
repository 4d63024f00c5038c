"""What the Patient page shows of a treatment: curves, events and outcomes, read as `study.run` reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from immunoreset.app.answers import number, numbers
from immunoreset.app.warm_engine import solve
from immunoreset.course import FOLLOWED, days_to_store, natural_events
from immunoreset.engine import Shock, Solution
from immunoreset.errors import InvalidRegimen
from immunoreset.evidence import compare
from immunoreset.evidence.published import published_numbers
from immunoreset.outcomes import OUTCOMES, Course, Outcomes, read_outcomes, sledai_curve
from immunoreset.patient import chart
from immunoreset.population import Cohort
from immunoreset.results import QUANTILES, summarise
from immunoreset.therapy import Regimen

SHOWN = tuple(name for name in FOLLOWED if name != "sledai_items")


@dataclass(frozen=True)
class Span:
    """The simulated days."""

    start: float
    stop: float

    @property
    def days(self) -> np.ndarray:
        return days_to_store(self.start, self.stop)


def treat(
    cohort: Cohort, regimen: Regimen, span: Span, *, typical: bool, threads: int, cancel: np.ndarray
) -> tuple[Course, Solution]:
    """The courses of a cohort under a treatment. `typical` leaves out chance: no flares, the expected graft.

    Raises InvalidRegimen for a regimen that cannot be given on these days.
    """
    for item in regimen.items:
        if span.stop < item.first_day < np.inf:
            late = f"{item.drug} from day {item.first_day:g} comes after the last simulated day, {span.stop:g}"
            raise InvalidRegimen(f"{late}; stop later, or shift the regimen")
    treated = cohort.with_parameters(regimen.parameter_changes(cohort.parameters))
    by_nature = natural_events(span.start, span.stop)
    if typical:
        by_nature = tuple(event for event in by_nature if not isinstance(event, Shock))
    events = [*by_nature, *regimen.events(treated, founder_noise=not typical, start=span.start)]
    solution = solve(treated, events, start=span.start, stop=span.stop, seed=cohort.seed, threads=threads, cancel=cancel)
    failed = np.asarray(solution.failed, dtype=bool)
    return Course(solution.days, solution.outputs, solution.readouts, treated.parameters, failed), solution


def one_course(course: Course, solution: Solution, *, judged: bool) -> dict[str, Any]:
    """Curves, SLEDAI-2K by organ, events and outcomes of a single patient; responses and remission only when `judged`."""
    score = chart.sledai_score(course.curves["sledai_items"][0])
    organs = {organ: points.values for organ, points in score.organs.items() if np.any(points.values > 0)}
    found = read_outcomes(course) if judged else read_in_passing(course)
    table = np.stack([*(course.curves[name][0] for name in SHOWN), score.total.values, *grades(course)])
    rows = numbers(table.astype(np.float32))
    return {
        "curves": dict(zip((*SHOWN, "sledai_2k", "crs_grade", "icans_grade"), rows, strict=True)),
        "sledai_domains": {organ: [int(value) for value in points] for organ, points in organs.items()},
        "events": [
            {"day": number(day), "what": solution.event_names[what], "value": number(value)}
            for day, what, value in zip(*(solution.events[key].tolist() for key in ("day", "what", "value")), strict=True)
        ],
        "outcomes": {name: number(float(values[0])) for name, values in found.items()},
        "failed": solution.message(0) if course.failed[0] else None,
    }


def read_in_passing(course: Course) -> dict[str, np.ndarray]:
    """The outcomes that the solver has read on its way, which cost nothing."""
    infused = course.readouts["car_t_peak"] > 0
    found = {name: values for name, values in course.readouts.items() if name in OUTCOMES}
    return {name: np.where(infused | (not name.startswith("car_t")), values, np.nan) for name, values in found.items()}


def grades(course: Course) -> tuple[np.ndarray, np.ndarray]:
    """Grade of CRS and of ICANS of the first patient on each stored day."""
    crs = chart.crs_grade(course.curves["crs_signal"], course.parameters)
    icans = chart.icans_grade(course.curves["icans_signal"], course.parameters)
    return crs.values[0], icans.values[0]


def outcomes_of(course: Course) -> Outcomes:
    """The outcomes of twins of one patient."""
    count = len(course.failed)
    return Outcomes(np.zeros(count, dtype=int), np.arange(count), course.failed, read_outcomes(course))


def bands(course: Course) -> dict[str, Any]:
    """5, 25, 50, 75 and 95 % of the twins on each day, by output."""
    alive = ~course.failed
    shown = {name: course.curves[name] for name in SHOWN} | {"sledai_2k": sledai_curve(course)}
    if not alive.any():
        return {name: numbers(np.full((len(QUANTILES), len(course.days)), np.nan)) for name in shown}
    found = quantiles(np.stack([values[alive] for values in shown.values()]).astype(np.float32))
    return {name: numbers(found[:, place]) for place, name in enumerate(shown)}


def quantiles(values: np.ndarray) -> np.ndarray:
    """The quantiles of outputs x twins x days over the twins, as quantiles x outputs x days."""
    return np.quantile(values, QUANTILES, axis=1)


def published_beside(outcomes: Outcomes, regimen: Regimen) -> list[dict[str, Any]]:
    """The published numbers of the same kind of treatment, each with the simulated one and the outcome that it is about."""
    arm = "car-t" if regimen.infusion_days else "rituximab" if regimen.drugs == ("rituximab",) else ""
    about = {number.quantity: number.outcome for number in published_numbers()}
    return [{**row.as_dict(), "outcome": about[row.quantity]} for row in compare({arm: outcomes})]


def outcome_rows(outcomes: Outcomes, regimen: Regimen) -> list[dict[str, Any]]:
    """The outcome table: each outcome summarised over the twins, with the published numbers to be set beside it."""
    rows, published = [], published_beside(outcomes, regimen)
    for name, values in outcomes.values.items():
        about = OUTCOMES[name]
        summary = {key: number(value) if isinstance(value, float) else value for key, value in summarise(name, values).items()}
        beside = [row for row in published if row["outcome"] == name]
        rows.append({"name": name, "label": about.label, "share": about.share, **summary, "published": beside})
    return rows

"""What benchmarks/tolerance.py solves: every arm of the examples, and every standard treatment in every population."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from immunoreset.app.courses import grades
from immunoreset.catalogue import built_in, catalogue_of
from immunoreset.followed import days_to_store, followed, readouts
from immunoreset.outcomes import outcomes_of, read_outcomes
from immunoreset.patient import course
from immunoreset.population import Cohort, sample
from immunoreset.study import draw_twins
from immunoreset.study_document import Patients, Study
from immunoreset.therapy import Regimen
from immunoreset.therapy.standard import STANDARD
from immunoreset.virtual_trial.document import TrialDocument
from immunoreset.virtual_trial.phase_1 import definition_of
from immunoreset.virtual_trial.phase_1_document import Phase1
from immunoreset.virtual_trial.potential_outcomes import DEPLETED_BY, PotentialTable, potential_outcomes
from immunoreset.virtual_trial.run import draw_cohort
from immunoreset.virtual_trial.single_arm_document import Phase2
from immunoreset.virtual_trial.single_arm_trials import ARM, visits_of

EXAMPLES = Path(__file__).parent.parent / "examples"
SEED = 7
GROWS = ("lymphoma", "leukaemia")  # untreated, these grow: their days begin a week before the infusion
CODED = ("sledai_items", "immunosuppressed", "node_cleared")  # curves that jump
AMOUNTS = ("upcr", "igg_percent")  # of visits; the others are scores and responses
DAYS_ARE = ("b_cell_return_day",)  # of a trial's table; its other days are days of visits


@dataclass
class Found:
    """What one arm shows at one tolerance; arrays have the twins first."""

    readings: dict[str, np.ndarray]
    outcomes: dict[str, np.ndarray]
    numbers: dict[str, np.ndarray]
    days: dict[str, np.ndarray]
    failed: np.ndarray
    solver: Clock


@dataclass
class Clock:
    """CPU seconds of the solver, and steps that it tried."""

    seconds: float = 0.0
    steps: int = 0

    def solve(self, *arm: Any, **how: Any) -> Any:
        """`course.solve`, timed."""
        began = time.process_time()
        found = _solve(*arm, **how)
        self.seconds += time.process_time() - began
        self.steps += int(found[1].steps.sum()) + int(found[1].rejected_steps.sum())
        return found


_solve = course.solve


@dataclass(frozen=True)
class Case:
    """One arm that is solved at every tolerance."""

    group: str
    name: str
    cohort: Cohort
    solve: Callable[[Cohort, float], Found]


def of_course(regimen: Regimen, start: float, stop: float, cohort: Cohort, rtol: float) -> Found:
    """An arm as a study reads it."""
    ready = course.prepare(cohort, regimen, start=start, stop=stop)
    disease = cohort.illness
    clock = Clock()
    solved, _, _ = clock.solve(
        ready,
        cohort,
        outputs=followed(disease),
        readouts=readouts(cohort.theta),
        grid=days_to_store(start, stop),
        rtol=rtol,
        threads=1,
    )
    about = outcomes_of(disease)
    crs, icans = grades(solved)
    found = read_outcomes(solved, disease)
    readings = {name: values for name, values in solved.curves.items() if name in CODED} | disease.scored_curves(solved)
    readings |= {"crs grade": crs, "icans grade": icans}
    shares = {name: values for name, values in found.items() if about[name].share}
    others = {name: values for name, values in found.items() if not about[name].share}
    occurred = {f"{name} occurs": np.isfinite(values) for name, values in others.items()}
    return Found(
        readings,
        shares | occurred,
        {name: values for name, values in solved.curves.items() if name not in CODED}
        | {name: values for name, values in others.items() if about[name].unit != "day"},
        {name: values for name, values in others.items() if about[name].unit == "day"},
        solved.failed,
        clock,
    )


def of_table(solve: Callable[..., PotentialTable], cohort: Cohort, rtol: float) -> Found:
    """An arm as a trial sees it."""
    clock = Clock()
    course.solve = clock.solve
    try:
        table = solve(cohort, rtol=rtol)
    finally:
        course.solve = _solve
    once = {name: values for name, values in table.once.items() if name not in DAYS_ARE}
    occurred = {f"{name} occurs": np.isfinite(values) for name, values in table.once.items()}
    return Found(
        {f"visit {name}": values for name, values in table.visits.items() if name not in AMOUNTS},
        once | occurred,
        {f"visit {name}": values for name, values in table.visits.items() if name in AMOUNTS},
        {name: values for name, values in table.once.items() if name in DAYS_ARE},
        table.failed[:, 0],
        clock,
    )


def cases_of_studies(patients: int) -> Iterator[Case]:
    """Every arm of the study documents of the examples, with so many patients or twins in all."""
    for file in sorted((*EXAMPLES.glob("*.toml"), *EXAMPLES.glob("own-drug/after*.toml"))):
        study = Study.read(file)
        within = catalogue_of(study)
        for arm in study.arms:
            who = study.patients_of(arm)
            size = {"n": patients} if who.population else {"twins": max(1, patients // 5)}
            cohort = draw_twins(Patients.model_validate(who.model_dump(exclude_unset=True) | size), study, within).cohort
            regimen = Regimen.parse(study.arms[arm].treatment, within.drugs)
            yield Case(f"study {file.stem}", arm, cohort, partial(of_course, regimen, study.start, study.stop))


def cases_of_trials(patients: int) -> Iterator[Case]:
    """Every dose or arm of the trial documents of the examples."""
    for file in sorted((EXAMPLES / "trials").glob("*.toml")):
        trial = TrialDocument.read(file).changed(patients=patients)
        if trial.drawn is None:
            continue
        cohort = draw_cohort(trial.drawn, seed=trial.seed)
        regimens, days = _arms_and_visits(trial)
        definition = definition_of(trial) if isinstance(trial, Phase1) else None
        for arm, text in regimens.items():
            table = partial(potential_outcomes, regimens={arm: text}, days=days, definition=definition, threads=1)
            yield Case(f"trial {file.stem}", arm, cohort, partial(of_table, table))


def _arms_and_visits(trial: Any) -> tuple[dict[str, str], list[float]]:
    match trial:
        case Phase1():
            return trial.doses, [DEPLETED_BY, trial.benefit.day]
        case Phase2():
            return {ARM: trial.treatment}, visits_of(trial.visits, trial.endpoint.day)
        case _:
            return trial.arms, visits_of(trial.visits, trial.endpoint.day)


def cases_of_diseases(patients: int) -> Iterator[Case]:
    """Every standard treatment in every population of every disease; with CAR-T cells, the drugs that none of them has."""
    within = built_in()
    others = {name: f"{name} {drug.example}" for name, drug in within.drugs.items() if name not in " ".join(STANDARD.values())}
    treatments = STANDARD | {f"car-t-cd28 and {name}": f"{STANDARD['car-t-cd28']}; {given}" for name, given in others.items()}
    for disease in within.diseases.values():
        start, stop = (-7.0, 365.0) if disease.name in GROWS else (-35.0, 730.0)
        for population in disease.populations:
            cohort = sample(population.name, patients, seed=SEED)
            for name, text in treatments.items():
                solve = partial(of_course, Regimen.parse(text, within.drugs), start, stop)
                yield Case(f"{disease.name}: {population.name}", name, cohort, solve)

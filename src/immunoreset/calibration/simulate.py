"""What patients of an arm show under many thetas: one value per reading, theta and patient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from immunoreset.calibration.plan import Plan, PlannedArm
from immunoreset.calibration.readings import Reading
from immunoreset.errors import InvalidValue
from immunoreset.followed import days_to_store, followed, readouts
from immunoreset.inference.stacking import Many, draw_stacks, twin_stacks
from immunoreset.outcomes import read_outcomes
from immunoreset.patient import course
from immunoreset.patient.quasi import sobol
from immunoreset.patient.theta import Theta
from immunoreset.patient.tolerance import tolerance_of
from immunoreset.population import Cohort
from immunoreset.population.cohort_file import mackensen_2022
from immunoreset.virtual_trial.observation import RandomisedObservation, observe
from immunoreset.virtual_trial.potential_outcomes import potential_outcomes

Floats = NDArray[np.float64]
AT_ONCE = 2048
"""Courses whose trajectories are held at a time; changes no bit."""


def values_of(
    plan: Plan, arm: PlannedArm, thetas: Sequence[Theta], ids: Sequence[int], *, threads: int | None
) -> dict[str, Floats]:
    """The readings of an arm, each (T, P), nan where a patient has no value or a theta no patients.

    `ids` are the numbers of the patients, the same under every theta; of twins, their count is shared by the five patients.
    """
    who = np.broadcast_to(np.asarray(ids, dtype=np.int64), (len(thetas), len(ids)))
    if arm.arm.listed:
        each = max(1, len(ids) // len(mackensen_2022()))
        many = twin_stacks(mackensen_2022(), each, thetas, seed=plan.document.seed + int(ids[0]), catalogue=plan.catalogue)
        count = each * len(mackensen_2022())
    else:
        many = draw_stacks(arm.arm.population, who, thetas, seed=plan.document.seed, catalogue=plan.catalogue, source=sobol)
        count = len(ids)
    found = {reading.text: np.full((len(thetas), count), np.nan) for reading in arm.readings}
    for places, rows, cohort in _pieces(many, arm):
        for name, values in _read(plan, arm, cohort, threads).items():
            found[name][places[rows // count], rows % count] = values
    return found


def _pieces(many: Many, arm: PlannedArm) -> Iterator[tuple[np.ndarray, np.ndarray, Cohort]]:
    for stack in many.stacks(arm.regimen):
        for rows in stack.chunks(AT_ONCE):
            yield stack.places, rows, stack.cohort.select(rows)


def _read(plan: Plan, arm: PlannedArm, cohort: Cohort, threads: int | None) -> dict[str, Floats]:
    """One value per reading and patient."""
    shown: dict[str, object] = {"entry": cohort}
    asked = {reading.kind for reading in arm.readings}
    if asked & {"visit", "table"}:
        table = potential_outcomes(cohort, {arm.name: arm.regimen}, arm.arm.visits, seed=plan.document.seed, threads=threads,
                                   rtol=tolerance_of("rows").rtol)  # fmt: skip
        seen = observe(table, RandomisedObservation(), seed=plan.document.seed)
        shown |= {"visit": seen, "table": seen}
    if asked & {"outcome", "course"}:
        solved = _solve(arm, cohort, threads)
        shown |= {"outcome": read_outcomes(solved, cohort.illness), "course": solved}
    return {reading.text: np.asarray(reading.of(shown[reading.kind]), dtype=float) for reading in arm.readings}


def _solve(arm: PlannedArm, cohort: Cohort, threads: int | None) -> course.Course:
    own: Mapping[str, Reading] = {reading.text: reading for reading in arm.readings}
    start, stop = arm.arm.start, arm.arm.stop
    days = np.array([day for reading in own.values() for day in reading.days if day <= stop])
    outputs = tuple(dict.fromkeys((*followed(cohort.illness), *(name for reading in own.values() for name in reading.curves))))
    more = {text: reading.readout for text, reading in own.items() if reading.readout is not None}
    solved, _, _ = course.solve(
        course.prepare(cohort, arm.regimen, start=start, stop=stop),
        cohort,
        outputs=outputs,
        readouts={**readouts(cohort.theta), **more},
        grid=np.union1d(days_to_store(start, stop), days),
        rtol=tolerance_of("rows").rtol,
        threads=threads,
    )
    return solved


def check_readings(plan: Plan, *, threads: int | None = None) -> None:
    """Try every arm on a few patients, so that what cannot be read is said before hours are spent. Raises an ImmunoresetError."""
    for arm in (*plan.arms.values(), *plan.watched_arms.values()):
        late = [day for reading in arm.readings for day in reading.days if day > arm.arm.stop and not arm.arm.visits]
        if late and any(reading.kind == "course" and "CRS" not in reading.text for reading in arm.readings):
            raise InvalidValue(f"arm '{arm.name}' ends on day {arm.arm.stop:g}, before day {late[0]:g} that a row reads")
        for reading in arm.readings:
            if reading.kind in ("visit", "table") and reading.days[0] not in arm.arm.visits:
                raise InvalidValue(
                    f"arm '{arm.name}' has no visit on day {reading.days[0]:g}, which a row reads; add it to 'visits'"
                )
            if reading.kind == "visit" and not arm.arm.visits:
                raise InvalidValue(f"arm '{arm.name}' has no visits, which '{reading.text}' needs")
        values_of(plan, arm, [plan.base], range(8), threads=threads)

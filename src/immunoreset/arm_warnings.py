"""What a reader of an arm should be told: drugs that do nothing in this model, cells given in spite of failing kidneys."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from immunoreset.disease.judged import judged_by
from immunoreset.patient import course
from immunoreset.patient.course import Course
from immunoreset.patient.module import AnyModule
from immunoreset.patient.reach import Reach
from immunoreset.population import Cohort
from immunoreset.therapy import Regimen

LEAST_EGFR = 30.0  # mL/min/1.73 m2: trials of CAR-T cells exclude patients below


def warnings_of(regimen: Regimen, arm: course.Arm, cohort: Cohort, solved: Course) -> tuple[str, ...]:
    """Each in one line; `solved` are courses of patients of the arm."""
    return (*regimen.warnings(), *_without_effect(regimen, arm, cohort, solved), *_failing_kidneys(regimen, cohort))


def _without_effect(regimen: Regimen, arm: course.Arm, cohort: Cohort, solved: Course) -> Iterator[str]:
    """Treatments, but not rescue, of which the outcomes of the disease hear nothing."""
    given = [drug for drug in regimen.drugs if any(item.drug == drug and math.isfinite(item.first_day) for item in regimen.given)]
    if not given:
        return
    illness = cohort.illness
    judged = judged_by(illness, solved)
    for drug in given:
        module = regimen.formulary[drug].module
        asked = [Reach(arm.patient, module, values) for values in _in_full(arm.numbers, module, cohort)]
        if not any(reach.moves(judged) for reach in asked):
            elsewhere = "; it acts on the rest of the body alone" if any(reach.states for reach in asked) else ""
            yield f"{drug} has no modelled effect in {illness.title}{elsewhere}"


def _in_full(numbers: Mapping[str, Any], drug: AnyModule, cohort: Cohort) -> Iterator[dict[str, float]]:
    """The numbers of the average patient; the inputs of daily medicine, zero until it is given, at their upper bounds.

    First all of them, then each alone, since a dose and that at entry cancel.
    """
    average = {name: float(np.mean(value)) for name, value in numbers.items()}
    inputs = {f"{drug.name}.{number}": number for number in drug.number_names if not drug.fields}
    highest = {
        name: cohort.theta.owner(drug.name, number).bounds[1] for name, number in inputs.items() if not np.any(numbers[name])
    }
    yield average | highest
    if len(highest) > 1:
        yield from (average | {name: value} for name, value in highest.items())


def _failing_kidneys(regimen: Regimen, cohort: Cohort) -> Iterator[str]:
    """CAR-T cells for patients whom trials exclude for their filtration at entry."""
    filtration = np.broadcast_to(cohort.parameters.get("body.egfr", np.inf), len(cohort))
    failing = int((filtration < LEAST_EGFR).sum())
    if regimen.infusion_days and failing:
        who = f"{failing} of {len(cohort)} patients" if len(cohort) > 1 else "a patient"
        yield f"CAR-T cells are given to {who} with an eGFR below {LEAST_EGFR:g} mL/min/1.73 m2 at entry, whom trials exclude"

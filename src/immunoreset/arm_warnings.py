"""What a reader of an arm should be told: drugs that do nothing in this model, cells given in spite of failing kidneys."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from immunoreset.disease.judged import judged_by
from immunoreset.patient import course
from immunoreset.patient.course import Course
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
    illness, values = cohort.illness, _in_full(arm.numbers, regimen, cohort)
    judged = judged_by(illness, solved)
    for drug in given:
        reach = Reach(arm.patient, regimen.formulary[drug].module, values)
        if not reach.moves(judged):
            elsewhere = "; it acts on the rest of the body alone" if reach.states else ""
            yield f"{drug} has no modelled effect in {illness.title}{elsewhere}"


def _in_full(numbers: Mapping[str, Any], regimen: Regimen, cohort: Cohort) -> dict[str, float]:
    """The numbers of the average patient; the inputs of daily medicine, zero until it is given, at their upper bounds."""
    found = {name: float(np.mean(value)) for name, value in numbers.items()}
    for module in regimen.own_modules:
        for number in module.number_names if not module.fields else ():
            name = f"{module.name}.{number}"
            if not np.any(numbers[name]):
                found[name] = cohort.theta.owner(module.name, number).bounds[1]
    return found


def _failing_kidneys(regimen: Regimen, cohort: Cohort) -> Iterator[str]:
    """CAR-T cells for patients whom trials exclude for their filtration at entry."""
    filtration = np.broadcast_to(cohort.parameters.get("body.egfr", np.inf), len(cohort))
    failing = int((filtration < LEAST_EGFR).sum())
    if regimen.infusion_days and failing:
        who = f"{failing} of {len(cohort)} patients" if len(cohort) > 1 else "a patient"
        yield f"CAR-T cells are given to {who} with an eGFR below {LEAST_EGFR:g} mL/min/1.73 m2 at entry, whom trials exclude"

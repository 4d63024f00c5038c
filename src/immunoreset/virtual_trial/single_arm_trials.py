"""Phase 2 documents: the designs of a single arm on the same virtual patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import InvalidValue
from immunoreset.trial.enrolment.fixed_size import enrol
from immunoreset.virtual_trial.observation import Observed, observe
from immunoreset.virtual_trial.potential_outcomes import PotentialTable
from immunoreset.virtual_trial.single_arm import Harm, Safety, SingleArm, SingleArmResult, run_single_arm
from immunoreset.virtual_trial.single_arm_document import Phase2, Planned, planned
from immunoreset.virtual_trial.tables import build

ARM = "treatment"
DAYS_OF_MONTH = 365.25 / 12
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Phase2Result:
    """The designs of a phase 2 document by name: their stopping tables and their simulated trials."""

    document: Phase2
    observed: Observed
    plans: dict[str, Planned]
    found: dict[str, SingleArmResult]


def visits_of(visits: Sequence[float], day: float) -> list[float]:
    """All days on which patients are seen; that of the endpoint is one of them."""
    return sorted({*visits, day})


def names_of(labels: Sequence[str]) -> list[str]:
    """The names of the designs. Raises InvalidValue when two are the same."""
    for label in labels:
        if list(labels).count(label) > 1:
            raise InvalidValue(f"two designs are called '{label}': give each a label of its own")
    return list(labels)


def plans_of(document: Phase2) -> dict[str, Planned]:
    """The stopping tables of a document by name. Raises InvalidValue for a design that cannot be, or a name used twice."""
    labels = names_of([chosen.label or chosen.kind for chosen in document.design])
    return {label: planned(chosen) for label, chosen in zip(labels, document.design, strict=True)}


def run_phase_2(document: Phase2, table: PotentialTable) -> Phase2Result:
    """Simulate the trials of every design. Raises InvalidValue for a design or rule that cannot be."""
    observed = observe(table, build(document.observation), seed=document.seed)
    plans = plans_of(document)
    safety = None
    if document.safety is not None:
        safety = Safety(Harm(document.safety.harm, document.safety.at_least), document.safety.table())
    rescue = None if document.rescue is None else build(document.rescue)
    found = {}
    largest = max(plan.stopping.looks[-1] for plan in plans.values())
    entry = None if document.enrolment is None else _entry(document, largest)
    for label, plan in plans.items():
        trial = SingleArm(ARM, build(document.endpoint), plan.stopping, safety=safety, rescue=rescue)
        size = plan.stopping.looks[-1]
        days = None if entry is None else entry[:, :size]
        found[label] = run_single_arm(trial, observed, trials=document.repeats, seed=document.seed, entry=days)
    return Phase2Result(document, observed, plans, found)


def _entry(document: Phase2, patients: int) -> Floats:
    """Days of infusion of the first patients of every trial, in rising order."""
    days = enrol(
        build(document.enrolment), patients, trials=document.repeats, seed=document.seed, follow_up=document.endpoint.day
    )
    return np.sort(np.where(np.isfinite(days.treated), days.treated, days.randomised), axis=1)

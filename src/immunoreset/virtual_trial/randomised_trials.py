"""Phase 3 and power documents: randomised trials on the same virtual patients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import ImmunoresetError, InvalidValue
from immunoreset.trial.enrolment.fixed_size import enrol
from immunoreset.trial.group_sequential.design import GroupSequential
from immunoreset.virtual_trial.observation import Observed, observe
from immunoreset.virtual_trial.potential_outcomes import PotentialTable
from immunoreset.virtual_trial.power import PowerCurves, power_curves
from immunoreset.virtual_trial.randomised import Randomised, run_randomised
from immunoreset.virtual_trial.randomised_document import Looks, Phase3, Power
from immunoreset.virtual_trial.randomised_result import RandomisedResult
from immunoreset.virtual_trial.single_arm_trials import names_of
from immunoreset.virtual_trial.tables import build

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Phase3Result:
    """The tests of a phase 3 document by name, with the effect of the table, and under no effect where asked for."""

    document: Phase3
    observed: Observed
    found: dict[str, RandomisedResult]
    null: dict[str, RandomisedResult]


@dataclass(frozen=True, eq=False)
class PowerResult:
    """Power by number of patients."""

    document: Power
    observed: Observed
    curves: PowerCurves


def run_phase_3(document: Phase3, table: PotentialTable) -> Phase3Result:
    """Simulate the trials of every test. Raises InvalidValue for a test or number of patients that cannot be."""
    observed = observe(table, build(document.observation), seed=document.seed)
    trials = trials_of(document)
    entry = None if document.enrolment is None else _entry(document)
    found, null = {}, {}
    for label, trial in trials.items():
        found[label] = run_randomised(trial, observed, trials=document.repeats, seed=document.seed, entry=entry)
        if document.null:
            null[label] = run_randomised(
                trial, observed, trials=document.repeats, seed=document.seed, null="control", entry=entry
            )
    return Phase3Result(document, observed, found, null)


def trials_of(document: Phase3) -> dict[str, Randomised]:
    """The trials of a document by name. Raises InvalidValue for a test or number of patients that cannot be."""
    labels = names_of([chosen.label or chosen.kind for chosen in document.design])
    return {label: _trial(document, chosen, label) for label, chosen in zip(labels, document.design, strict=True)}


def _trial(document: Phase3, chosen: Looks, label: str) -> Randomised:
    try:
        return Randomised(
            document.treatment, document.control, document.read_endpoint(), document.patients, plan=chosen.plan(),
            ratio=document.ratio, factors=document.read_factors(), method=document.method,
            rescue=None if document.rescue is None else build(document.rescue),
        )  # fmt: skip
    except ImmunoresetError as error:
        raise InvalidValue(f"design '{label}': {error}") from None


def _entry(document: Phase3) -> Floats:
    """Days of the start of treatment, or of randomisation for those who never start, in rising order."""
    names = document.product_arms if document.product_arms is not None else (document.treatment,)
    products = [int(name == document.treatment) for name in names if name in (document.treatment, document.control)]
    share = document.ratio[0] / sum(document.ratio)
    made = enrol(
        build(document.enrolment), document.patients, trials=document.repeats, seed=document.seed,
        follow_up=document.endpoint.day, product_arms=products,
        assign=lambda site: np.broadcast_to(_alternating(site.shape[1], share), site.shape),
    )  # fmt: skip
    return np.sort(np.where(np.isfinite(made.treated), made.treated, made.randomised), axis=1)


def _alternating(patients: int, share: float) -> NDArray[np.int64]:
    """Arms spread as evenly as the ratio allows, for the calendar."""
    steps = np.floor(share * np.arange(1, patients + 1) + 1e-9)
    return np.diff(steps, prepend=0).astype(np.int64)


def treatments_of(document: Power) -> tuple[str, ...]:
    """The arms under test."""
    return document.treatments or tuple(name for name in document.arms if name != document.control)


def trial_of(document: Power) -> Randomised:
    """The largest trial of the first treatment. Raises InvalidValue for a test that cannot be."""
    plan = document.design[0].plan() if document.design else GroupSequential("none", looks=1)
    return Randomised(
        treatments_of(document)[0], document.control, document.read_endpoint(), max(document.totals), plan=plan,
        ratio=document.ratio, factors=document.read_factors(), method=document.method,
        rescue=None if document.rescue is None else build(document.rescue),
    )  # fmt: skip


def run_power(document: Power, table: PotentialTable) -> PowerResult:
    """Power of every treatment at every number of patients."""
    observed = observe(table, build(document.observation), seed=document.seed)
    curves = power_curves(
        trial_of(document), observed, document.totals, treatments=treatments_of(document), trials=document.repeats,
        seed=document.seed, wanted=document.wanted,
    )  # fmt: skip
    return PowerResult(document, observed, curves)

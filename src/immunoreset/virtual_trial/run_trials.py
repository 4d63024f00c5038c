"""Many trials of one design on one table: look-ups, whatever the design and wherever the outcomes come from."""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import InvalidValue, unknown
from immunoreset.trial.decision import Design
from immunoreset.trial.outcome_sources import ObservedOutcomes, OutcomeSource, PotentialOutcomes, RateTable
from immunoreset.trial.scenarios import OperatingCharacteristics, operating_characteristics
from immunoreset.virtual_trial.observation import Observation, Observed, observe
from immunoreset.virtual_trial.potential_outcomes import PotentialTable
from immunoreset.virtual_trial.randomised import Randomised, run_randomised
from immunoreset.virtual_trial.randomised_result import RandomisedResult
from immunoreset.virtual_trial.single_arm import SingleArm, SingleArmResult, run_single_arm

EVERYTHING = Observation()  # every visit seen, nobody leaves, nothing late
Outcomes = PotentialTable | RateTable | PotentialOutcomes | ObservedOutcomes


@overload
def run_trials(design: SingleArm, table: PotentialTable | Observed, repeats: int, *, seed: int = 0) -> SingleArmResult: ...
@overload
def run_trials(design: Randomised, table: PotentialTable | Observed, repeats: int, *, seed: int = 0) -> RandomisedResult: ...
@overload
def run_trials(
    design: Design,
    table: Outcomes,
    repeats: int,
    *,
    seed: int = 0,
    benefit: str = "",
    day: float | None = None,
    target: float | None = None,
    cohort: int = 3,
    max_cohorts: int = 10,
) -> OperatingCharacteristics: ...
def run_trials(
    design: Design | SingleArm | Randomised,
    table: Outcomes | Observed,
    repeats: int,
    *,
    seed: int = 0,
    benefit: str = "",
    day: float | None = None,
    target: float | None = None,
    cohort: int = 3,
    max_cohorts: int = 10,
) -> OperatingCharacteristics | SingleArmResult | RandomisedResult:
    """Run a design so many times on the patients of a table and say what it does on average.

    A dose-finding design takes a table of potential outcomes, rates by dose (`RateTable`) or real outcomes
    (`ObservedOutcomes`); `benefit` names what counts as benefit, an event of the table such as "depleted" or a result of a
    visit with its `day` such as "doris". Single-arm and randomised trials take a table as it is or as a trial sees it
    (`observe`). Raises UnknownName for a benefit that the table does not have and InvalidValue where design and table do not
    fit.

    >>> from immunoreset.trial.dose_finding.boin import BOIN
    >>> found = run_trials(BOIN(3, target=0.25), RateTable((0.05, 0.25, 0.5)), 400, seed=1, target=0.25)
    >>> int(found.selected.argmax())
    2
    """
    if isinstance(design, SingleArm | Randomised):
        if not isinstance(table, PotentialTable | Observed):
            raise InvalidValue("single-arm and randomised trials need a table of potential outcomes, not rates or real outcomes")
        seen = observe(table, EVERYTHING, seed=seed) if isinstance(table, PotentialTable) else table
        if isinstance(design, SingleArm):
            return run_single_arm(design, seen, trials=repeats, seed=seed)
        return run_randomised(design, seen, trials=repeats, seed=seed)
    if isinstance(table, Observed):
        raise InvalidValue("dose finding sees toxicity day by day, not by visit: give the table of potential outcomes itself")
    source: OutcomeSource = _doses(table, benefit, day) if isinstance(table, PotentialTable) else table
    return operating_characteristics(
        design, source, trials=repeats, seed=seed, target=target, cohort=cohort, max_cohorts=max_cohorts
    )


def _doses(table: PotentialTable, benefit: str, day: float | None) -> PotentialOutcomes:
    """The patients whose simulation succeeded at every dose: their toxicity and benefit."""
    whole = ~table.failed.any(axis=1)
    if not whole.any():
        raise InvalidValue("the simulation of every patient failed at some dose: there is nobody to treat")
    good = _benefit(table, benefit, day) if benefit else None
    return PotentialOutcomes(table.once["dlt"][whole] == 1, None if good is None else good[whole])


def _benefit(table: PotentialTable, benefit: str, day: float | None) -> NDArray[np.bool_]:
    if benefit in table.once and day is None:
        return table.once[benefit] == 1
    if benefit in table.visits:
        if day is None:
            raise InvalidValue(f"benefit '{benefit}' is read at a visit: say on which day")
        return table.visit(benefit, day) == 1
    raise unknown("benefit", benefit, [*table.once, *table.visits])

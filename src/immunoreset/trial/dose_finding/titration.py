"""Accelerated titration: single patients at rising doses until the first toxicity, then the design in full cohorts.

It spares patients doses that do nothing. At the first toxicity the cohort at that dose is filled up, and the other design
takes over. Simon's rules also end the single patients at a second moderate toxicity, which the outcome letters do not carry.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Decision, Design, Why
from immunoreset.trial.outcomes import Outcomes


@dataclass(frozen=True)
class AcceleratedTitration:
    """One patient per dose while no one has had a toxicity, then `design`, filling cohorts up to `cohort_size`.

    >>> from immunoreset.trial.dose_finding.three_plus_three import ThreePlusThree
    >>> design = AcceleratedTitration(ThreePlusThree(5))
    >>> design.decide(Outcomes.read("1N 2N", doses=5)).explain()
    'dose 3: one patient per dose until the first toxicity'
    >>> design.decide(Outcomes.read("1N 2N 3T", doses=5)).cohort.tolist()
    [2]

    Source: Simon 1997, doi:10.1093/jnci/89.15.1138, design 2 without intermediate toxicities.
    """

    design: Design
    cohort_size: int = 3

    def __post_init__(self) -> None:
        if self.cohort_size < 1:
            raise InvalidValue(f"cohorts of {self.cohort_size}: give at least 1 patient")

    @property
    def doses(self) -> int:
        return self.design.doses

    @property
    def question(self) -> str:
        return "No toxicity so far?"

    @property
    def answer(self) -> str:
        return "one patient at the next dose"

    def decide(self, outcomes: Outcomes) -> Decision:
        now = self.design.decide(outcomes)
        single = (outcomes.toxic.sum(axis=1) == 0) & (outcomes.enrolled <= 1).all(axis=1)
        waiting = outcomes.pending.sum(axis=1) > 0
        above = np.minimum(outcomes.current, self.doses - 1)
        open_above = now.admissible[np.arange(outcomes.trials), above] & (outcomes.current < self.doses)
        rising = single & ~waiting & ~now.stop & open_above & (outcomes.current > 0)
        first = single & (outcomes.current == 0) & ~now.stop

        here = outcomes.at(outcomes.enrolled)
        titrated = (outcomes.enrolled == 1).any(axis=1) & ~rising
        may_stay = outcomes.at(now.admissible).astype(bool) & ~now.stop
        filling = titrated & (here > 0) & (here < self.cohort_size) & may_stay
        missing = self.cohort_size - here
        dose = np.where(rising, outcomes.current + 1, np.where(filling, outcomes.current, now.dose))
        why = np.where(rising, Why.TITRATION, np.where(filling, Why.COHORT_INCOMPLETE, now.why))
        cohort = np.where(rising | first, 1, np.where(filling, missing, now.cohort))
        below = titrated & ~filling & ~now.stop
        there = outcomes.at(outcomes.enrolled, dose)
        cohort = np.where(below & (there > 0) & (there < self.cohort_size), self.cohort_size - there, cohort)
        return now._replace(dose=dose, why=why, cohort=cohort)

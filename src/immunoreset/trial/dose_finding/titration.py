"""Accelerated titration: single patients at rising doses until the first toxicity, then the design in full cohorts.

It spares patients doses that do nothing. At the first toxicity the cohort at that dose is filled up, and the other design
takes over. Simon's rules also end the single patients at a second moderate toxicity, which the outcome letters do not carry.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from immunoreset.trial.decision import Decision, Design, Why
from immunoreset.trial.outcomes import Outcomes
from immunoreset.trial.settled import settled
from immunoreset.whole_numbers import set_whole


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
        set_whole(self, cohort_size="cohorts of")

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
        current, here = outcomes.current, outcomes.at(outcomes.enrolled)
        single = (outcomes.toxic.sum(axis=1) == 0) & (outcomes.enrolled <= 1).all(axis=1) & ~now.stop
        wait = single & (outcomes.pending.sum(axis=1) > 0)
        above = now.admissible[np.arange(outcomes.trials), np.minimum(current, self.doses - 1)] & (current < self.doses)
        rising = single & ~wait & above & (current > 0)
        titrated = (outcomes.enrolled == 1).any(axis=1) & ~rising & ~now.stop & ~wait
        filling = titrated & (here < self.cohort_size) & outcomes.at(now.admissible).astype(bool)
        if filling.any():
            filling &= ~settled(self.design, outcomes, now, missing=np.where(filling, self.cohort_size - here, 0))
        dose = np.where(rising, current + 1, np.where(filling | wait, current, now.dose))
        there = outcomes.at(outcomes.enrolled, dose)
        begun = titrated & (there > 0) & (there < self.cohort_size)
        alone = rising | wait | (single & (current == 0))
        return now._replace(
            dose=dose,
            why=np.where(wait, Why.PENDING, np.where(rising, Why.TITRATION, np.where(filling, Why.COHORT_INCOMPLETE, now.why))),
            wait=now.wait | wait,
            cohort=np.where(alone, 1, np.where(begun, self.cohort_size - there, now.cohort)),
        )

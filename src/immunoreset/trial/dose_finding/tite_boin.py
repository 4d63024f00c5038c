"""TITE-BOIN: BOIN that need not wait for every patient to finish the toxicity window.

A patient still watched counts for the share of the window that has passed. When more than half of the patients at the current
dose are still watched, the trial waits rather than guess; so it does when it would go down from the lowest dose.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from immunoreset.plain_numbers import set_numbers
from immunoreset.trial.decision import Decision, Why, decision
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.checking import check_share
from immunoreset.trial.dose_finding.decision_table import Letter, most_at_a_dose
from immunoreset.trial.outcomes import Outcomes


@dataclass(frozen=True)
class TiteBOIN:
    """BOIN for late toxicities; `max_pending` is the largest share of patients at a dose that may still be watched.

    The share of toxicities is y / (patients fully watched + windows watched of the others). A dose is closed as in BOIN, counting
    every patient. As published it waits for more than that share also where the toxicities already mean to go down.

    >>> design = TiteBOIN(BOIN(3, 0.3))
    >>> design.decide(Outcomes.from_counts([2, 0, 0], [0, 0, 0], pending=[4, 0, 0], followed=[1.5, 0, 0])).explain()
    'wait, then dose 1: too many patients are still in follow-up'

    Source: Yuan 2018, doi:10.1158/1078-0432.CCR-18-0246; Lin and Yuan 2020 for the estimate.
    """

    boin: BOIN
    max_pending: float = 0.5

    def __post_init__(self) -> None:
        set_numbers(self)
        check_share("max_pending", self.max_pending)

    @property
    def doses(self) -> int:
        return self.boin.doses

    def decide(self, outcomes: Outcomes) -> Decision:
        boin, current, first = self.boin, outcomes.current, outcomes.current == 0
        letters = boin.letters(most_at_a_dose(outcomes))
        closed = np.logical_or.accumulate(letters[outcomes.enrolled, outcomes.toxic] == Letter.DU, axis=1)
        pending, known = outcomes.at(outcomes.pending), outcomes.at(outcomes.treated) + outcomes.at(outcomes.followed)
        toxic, here = outcomes.at(outcomes.toxic), outcomes.at(outcomes.enrolled)
        up, down = (toxic <= boin.lambda_e * known) & (here > 0), (toxic >= boin.lambda_d * known) & (toxic > 0)
        top = current == self.doses
        next_closed = closed[np.arange(outcomes.trials), np.minimum(current, self.doses - 1)]
        shut = outcomes.at(closed).astype(bool)
        wait = ((pending > self.max_pending * here) | (down & (current == 1) & (pending > 0))) & ~shut
        move = np.where(up & ~top & ~next_closed, 1, 0) - np.where(down & (current > 1), 1, 0)
        why = np.where(up, np.where(top, Why.HIGHEST_DOSE, np.where(next_closed, Why.NEXT_DOSE_CLOSED, Why.ESCALATE)), Why.STAY)
        why = np.where(down, np.where(current > 1, Why.DEESCALATE, Why.LOWEST_DOSE), why)
        made = decision(
            outcomes,
            dose=np.where(first, boin.start, current + np.where(wait, 0, move)),
            why=np.where(first, Why.START, np.where(wait, Why.PENDING, why)),
            recommended=current,
            admissible=~closed,
            wait=wait,
        )
        return boin.complete(made, outcomes)

"""U-BOIN: first find out by BOIN which doses can be borne, then give the one worth most to a patient.

In the first stage only toxicity counts. Once enough patients were treated at one dose, every further cohort gets the open dose
with the highest mean utility, except that a highest dose tried without much toxicity leads on to the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from immunoreset.trial.decision import Decision, Why, decision
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.checking import check_design
from immunoreset.trial.dose_finding.desirability import USUAL, Limits, Utility, best_dose, check_utility, most
from immunoreset.trial.dose_finding.quadrature import Floats
from immunoreset.trial.outcomes import Outcomes

_PRIOR_PATIENTS = 1.0


@dataclass(frozen=True)
class UBOIN:
    """The two-stage utility design of Zhou and colleagues.

    Stage one ends once `stage_one` patients were treated at some dose. `phi_t` is the highest toxicity rate that can be borne and
    the target of BOIN, `phi_e` the lowest rate of benefit of interest; doses are closed above the confidence `c_t` or `c_e`, in
    stage one for toxicity only. The four outcomes of a patient have a Dirichlet prior worth one patient, equally spread.
    Raises InvalidValue for a rate outside (0, 1) or scores in the wrong order.

    >>> design = UBOIN(3, stage_one=6)
    >>> design.decide(Outcomes.read("1NNN 2NEE 2NTE", doses=3)).explain()
    'dose 3: few toxicities: escalate'
    >>> design.decide(Outcomes.read("1NEE 2NEE 2NTE 3NTT", doses=3)).explain()
    'dose 1: dose with the best balance of benefit and toxicity'

    Source: Zhou 2019, doi:10.1002/sim.8361, section 2.
    """

    doses: int
    phi_t: float = 0.35
    phi_e: float = 0.25
    utility: Utility = USUAL
    stage_one: int = 12
    c_t: float = 0.95
    c_e: float = 0.9
    close_after: int = 3
    start: int = 1
    weighs_benefit: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_design(self)
        self.limits.check()
        check_utility(self.utility)

    @property
    def limits(self) -> Limits:
        return Limits(self.phi_t, self.phi_e, self.c_t, self.c_e, self.close_after)

    @cached_property
    def boin(self) -> BOIN:
        """The design of the first stage."""
        return BOIN(self.doses, self.phi_t, cutoff_eli=self.c_t, start=self.start)

    def mean_utility(self, outcomes: Outcomes) -> Floats:
        """Posterior mean utility of each dose, (T, D), 0 to 100.

        >>> UBOIN(1).mean_utility(Outcomes.read("1EEN", doses=1)).tolist()
        [[72.5]]
        """
        before = sum(self.utility) / len(self.utility) * _PRIOR_PATIENTS
        return (100 * self.utility.total(outcomes) + before) / (outcomes.treated + _PRIOR_PATIENTS)

    def decide(self, outcomes: Outcomes) -> Decision:
        first_stage = outcomes.enrolled.max(axis=1) < self.stage_one
        now = self.boin.decide(outcomes)
        worth = self.mean_utility(outcomes)
        tolerable, useful = self.limits.tolerable(outcomes), self.limits.useful(outcomes)
        highest = outcomes.highest_tried
        toxic, patients = outcomes.at(outcomes.toxic, highest), outcomes.at(outcomes.treated, highest)
        above = np.minimum(highest, self.doses - 1)
        open_above = (tolerable & useful)[np.arange(outcomes.trials), above] & (highest < self.doses)
        onward = (toxic <= self.boin.lambda_e * patients) & open_above
        tried = np.arange(1, self.doses + 1) <= highest[:, None]
        dose = np.where(onward, highest + 1, most(worth, tolerable & useful & tried))
        best = best_dose(outcomes, worth, self.limits)
        return decision(
            outcomes,
            dose=np.where(first_stage, now.dose, dose),
            stop=first_stage & now.stop,
            why=np.where(first_stage, now.why, np.where(onward, Why.ESCALATE, Why.DESIRABLE)),
            recommended=best,
            admissible=np.where(first_stage[:, None], now.admissible, tolerable & useful),
        )

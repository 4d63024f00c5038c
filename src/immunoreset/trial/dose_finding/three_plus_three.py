"""3+3: three patients at a dose; none with toxicity, go up; one, three more; two, the dose is too toxic,
also before the cohort is complete.

The rule has been written down in several ways that differ in whether patients are added at the dose below and in how many
patients the recommended dose needs. The variant is therefore part of the design's name here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

import numpy as np

from immunoreset.errors import unknown
from immunoreset.trial.decision import Decision, Flags, Why, decision, highest_open
from immunoreset.trial.dose_finding.checking import check_design
from immunoreset.trial.outcomes import Counts, Outcomes

Variant = Literal["no_deescalation", "deescalation", "six_at_mtd"]
"""`no_deescalation`: at two toxicities the trial ends and the dose below is recommended, with 3 or 6 patients.
`deescalation`: the dose below is first filled up to 6 patients; the highest dose may be recommended with 3.
`six_at_mtd`: as before, and the highest dose too needs 6 patients with at most one toxicity."""


@dataclass(frozen=True)
class ThreePlusThree:
    """The 3+3 design in one of its variants.

    Two toxicities at a dose settle it before its cohort is complete, for no further patient can make it tolerable;
    `settle=False` treats the whole cohort all the same, as the R package escalation does. Raises UnknownName for another variant.

    >>> ThreePlusThree(5).decide(Outcomes.read("1NNN 2NTT", doses=5)).explain()
    'stop, recommended dose 1: maximum tolerated dose found'
    >>> ThreePlusThree(5, "deescalation").decide(Outcomes.read("1NNN 2NTT", doses=5)).explain()
    'dose 1: many toxicities: de-escalate'

    Source: Storer 1989, doi:10.2307/2531693, design C; Korn 1994, doi:10.1002/sim.4780131802, for de-escalation.
    """

    doses: int
    variant: Variant = "no_deescalation"
    start: int = 1
    settle: bool = True
    plans_cohorts: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_design(self)
        if self.variant not in get_args(Variant):
            raise unknown("variant of 3+3", self.variant, get_args(Variant))

    def decide(self, outcomes: Outcomes) -> Decision:
        patients, toxic, current = outcomes.treated, outcomes.toxic, outcomes.current
        complete = (patients == 3) | (patients >= 6)
        settled = self.settle & (6 * toxic > np.maximum(outcomes.enrolled, 6))
        toxic_dose = (complete & np.where(patients == 3, toxic >= 2, 6 * toxic > patients)) | settled
        closed = _closed(toxic_dose, safe_dose=complete & ~toxic_dose & (patients >= 6))
        here, seen, ready = outcomes.at(patients), outcomes.at(toxic), outcomes.at(complete).astype(bool)
        too_toxic = outcomes.at(closed if self.settle else toxic_dose).astype(bool)
        safe = ready & ~too_toxic & ((here >= 6) | (seen == 0))

        top = current == self.doses
        above = np.where(top, False, closed[np.arange(outcomes.trials), np.minimum(current, self.doses - 1)])
        at_end = safe & (top | above)
        needs_six = at_end & (here < 6) & np.where(top, self.variant == "six_at_mtd", self.variant != "no_deescalation")
        found = at_end & ~needs_six
        below = highest_open(~closed, current - 1)
        filled = outcomes.at(patients, below) >= 6
        ends = too_toxic & ((below == 0) | filled | (self.variant == "no_deescalation"))
        best = self._recommended(outcomes, closed)
        stop = found | ends
        dose = np.where(safe & ~at_end, current + 1, np.where(too_toxic, below, current))
        why = np.where(safe, Why.ESCALATE, np.where(too_toxic, Why.DEESCALATE, np.where(ready, Why.STAY, Why.COHORT_INCOMPLETE)))
        why = np.where(stop, np.where(best > 0, Why.MTD_FOUND, Why.TOO_TOXIC), np.where(needs_six, Why.STAY, why))
        first = current == 0
        dose = np.where(first, self.start, np.where(stop, 0, dose))
        return decision(
            outcomes,
            dose=dose,
            why=np.where(first, Why.START, why),
            recommended=best,
            stop=stop & ~first,
            admissible=~closed,
            cohort=np.where(stop, 0, 3 - outcomes.at(outcomes.enrolled, dose) % 3),
        )

    def _recommended(self, outcomes: Outcomes, closed: Flags) -> Counts:
        """Highest open dose with patients enough: 6, or 3 where the variant is content with 3."""
        patients = outcomes.treated
        enough = (patients >= 6) | ((patients == 3) & (outcomes.toxic == 0))
        if self.variant == "six_at_mtd":
            enough = patients >= 6
        elif self.variant == "deescalation":
            enough = (patients >= 6) | (enough & (np.arange(self.doses) == self.doses - 1))
        level = np.arange(1, self.doses + 1)
        return np.where(enough & ~closed, level, 0).max(axis=1)


def _closed(toxic_dose: Flags, safe_dose: Flags) -> Flags:
    """Doses that are too toxic and those above them, up to a dose that six patients have tolerated."""
    closed = toxic_dose.copy()
    for dose in range(1, closed.shape[1]):
        closed[:, dose] |= closed[:, dose - 1] & ~safe_dose[:, dose]
    return closed

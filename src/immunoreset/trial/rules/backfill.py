"""Backfilling: more patients at doses already found safe, while the trial moves on above them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from immunoreset.plain_numbers import set_numbers
from immunoreset.trial.decision import Decision, Design, highest_open
from immunoreset.trial.dose_finding.checking import check_share
from immunoreset.trial.outcomes import Outcomes
from immunoreset.whole_numbers import set_whole


@dataclass(frozen=True)
class Backfill:
    """Offer up to `patients` more patients, after each cohort, at the highest open dose below the next one.

    A lower dose is open when it was given to someone, is admissible, has fewer than `most` patients, shows a share of toxicities
    of at most `limit`, and, with `response`, when someone responded at it or below.
    Raises InvalidValue for a limit outside (0, 1).

    >>> from immunoreset.trial.dose_finding.boin import BOIN
    >>> design = Backfill(BOIN(4, 0.3), limit=0.3)
    >>> design.decide(Outcomes.read("1NNN 2NNE", doses=4)).backfill.tolist()
    [[0, 3, 0, 0]]

    Source: Zhao 2024, doi:10.1158/1078-0432.CCR-23-2585 (BF-BOIN), for the conditions.
    """

    design: Design
    limit: float
    patients: int = 3
    most: int = 12
    response: bool = False

    def __post_init__(self) -> None:
        set_numbers(self)
        check_share("limit", self.limit)
        set_whole(self, patients="backfill of", most="backfill up to")

    @property
    def doses(self) -> int:
        return self.design.doses

    @property
    def weighs_benefit(self) -> bool:
        return self.response or getattr(self.design, "weighs_benefit", False)

    @property
    def question(self) -> str:
        return f"Lower dose open, with fewer than {self.most} patients?"

    @property
    def answer(self) -> str:
        return f"offer it to {self.patients} more"

    def decide(self, outcomes: Outcomes) -> Decision:
        now = self.design.decide(outcomes)
        patients = outcomes.enrolled
        open_doses = (outcomes.treated > 0) & now.admissible & (patients < self.most)
        open_doses &= outcomes.toxic <= self.limit * outcomes.treated
        if self.response:
            open_doses &= np.logical_or.accumulate(outcomes.effective > 0, axis=1)
        best = highest_open(open_doses, now.dose - 1)
        chosen = (np.arange(1, self.doses + 1) == best[:, None]) & ~now.stop[:, None]
        offered = np.minimum(self.patients, self.most - patients)
        return now._replace(backfill=np.where(chosen, offered, now.backfill))

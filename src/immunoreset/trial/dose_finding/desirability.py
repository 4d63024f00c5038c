"""What a dose is worth to a patient: a score for each pair of toxicity and benefit, and the doses that are open at all.

Shared by designs that look for the best dose rather than the highest one that can be borne.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import betainc

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Flags, highest_open
from immunoreset.trial.dose_finding.checking import check_share
from immunoreset.trial.dose_finding.decision_table import chance_above
from immunoreset.trial.dose_finding.isotonic import select_mtd
from immunoreset.trial.dose_finding.quadrature import Floats
from immunoreset.trial.outcomes import Counts, Outcomes


class Utility(NamedTuple):
    """Scores from 0 to 100 of the four outcomes of a patient."""

    benefit: float = 100.0
    """Benefit without toxicity."""
    neither: float = 40.0
    both: float = 60.0
    toxicity: float = 0.0
    """Toxicity without benefit."""

    def total(self, outcomes: Outcomes) -> Floats:
        """Sum of the scores of the patients by dose, (T, D), in units of the best score."""
        both, toxic, effective = outcomes.both, outcomes.toxic, outcomes.effective
        neither = outcomes.treated - toxic - effective + both
        scores = self.benefit * (effective - both) + self.neither * neither + self.both * both + self.toxicity * (toxic - both)
        return scores / 100

    def expected(self, toxic: float, effective: float) -> float:
        """Mean score, 0 to 100, where toxicity and benefit are independent with these rates."""
        return (
            self.benefit * effective * (1 - toxic)
            + self.neither * (1 - effective) * (1 - toxic)
            + self.both * effective * toxic
            + self.toxicity * (1 - effective) * toxic
        )


USUAL = Utility()
"""The scores of Lin 2020."""


def check_utility(utility: Utility) -> None:
    """Raises InvalidValue unless benefit scores 100, toxicity 0 and the others lie between.

    >>> check_utility(Utility(neither=120))
    Traceback (most recent call last):
    immunoreset.errors.InvalidValue: utility 100, 120, 60, 0: give 100 for benefit alone, 0 for toxicity alone, others between
    """
    middle = (utility.neither, utility.both)
    if utility.benefit != 100 or utility.toxicity != 0 or not all(0 <= score <= 100 for score in middle):
        shown = ", ".join(f"{score:g}" for score in utility)
        raise InvalidValue(f"utility {shown}: give 100 for benefit alone, 0 for toxicity alone, others between")


class Limits(NamedTuple):
    """When a dose is closed, as too toxic or as of too little use."""

    toxic: float
    """Highest toxicity rate that can be borne."""
    effective: float
    """Lowest rate of benefit of interest."""
    toxic_confidence: float
    """Close a dose and all above it when the posterior probability of a higher toxicity rate is above this."""
    effective_confidence: float
    """Close a dose when the posterior probability of a lower rate of benefit is above this."""
    least: int
    """Patients at a dose before it may be closed."""

    def check(self) -> None:
        """Raises InvalidValue for a rate or confidence outside (0, 1)."""
        for name, value in zip(self._fields[:4], self[:4], strict=True):
            check_share(name, value)

    def tolerable(self, outcomes: Outcomes) -> Flags:
        """Doses not closed as too toxic, (T, D); Beta(1, 1) prior."""
        chance = chance_above(self.toxic, outcomes.treated, outcomes.toxic)
        return ~np.logical_or.accumulate((outcomes.treated >= self.least) & (chance > self.toxic_confidence), axis=1)

    def useful(self, outcomes: Outcomes) -> Flags:
        """Doses not closed as of too little use, (T, D); Beta(1, 1) prior."""
        missed = outcomes.treated - outcomes.effective
        chance = betainc(1.0 + outcomes.effective, 1.0 + missed, self.effective)
        return ~((outcomes.treated >= self.least) & (chance > self.effective_confidence))


def best_dose(outcomes: Outcomes, worth: Floats, limits: Limits) -> Counts:
    """Dose (T,) worth most, of the open ones that were tried, up to the maximum tolerated dose; 0 for none.

    The maximum tolerated dose is that of `select_mtd` with the limit of toxicity as target. Ties go to the higher dose.
    """
    tolerable = limits.tolerable(outcomes)
    highest = select_mtd(outcomes, limits.toxic, open_doses=tolerable)
    level = np.arange(1, outcomes.doses + 1)
    open_doses = tolerable & limits.useful(outcomes) & (outcomes.treated > 0) & (level <= highest[:, None])
    return most(worth, open_doses)


def most(worth: Floats, among: Flags) -> Counts:
    """Dose (T,) with the highest worth among the flagged ones; ties go to the higher dose, 0 for none.

    >>> most(np.array([[1.0, 2.0, 2.0]]), np.array([[True, True, True]])).tolist()
    [3]
    """
    top = np.where(among, worth, -np.inf).max(axis=1, keepdims=True)
    return highest_open(among & (worth >= top), np.full(len(worth), worth.shape[1]))

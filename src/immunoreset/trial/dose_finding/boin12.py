"""BOIN12: find the dose with the best balance of benefit and toxicity, by a score of desirability from a fixed table.

Toxicity at the current dose decides, as in BOIN, which of the neighbouring doses come into question; of these the most desirable
one is given. Untried doses have a score as well, so that the trial explores.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, NamedTuple

import numpy as np
from scipy.special import betaincc
from scipy.stats import rankdata

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Decision, Flags, Why, decision, highest_open
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.checking import check_design
from immunoreset.trial.dose_finding.desirability import USUAL, Limits, Utility, best_dose, check_utility, most
from immunoreset.trial.dose_finding.quadrature import Floats
from immunoreset.trial.outcomes import Counts, Outcomes


class Scores(NamedTuple):
    """A table of rank-based desirability scores, one entry for each result, each (R,)."""

    patients: Counts
    toxic: Counts
    effective: Counts
    score: Floats
    """Rank of the desirability among all admissible results of the table, ties averaged; NaN where not admissible."""


@dataclass(frozen=True)
class BOIN12:
    """The design of Lin and colleagues for benefit and toxicity together.

    `phi_t` is the highest toxicity rate that can be borne, `phi_e` the lowest rate of benefit of interest. With at least `n_star`
    patients at the current dose and toxicity between the boundaries of BOIN, the next dose up is no longer considered. From
    `explore_from` patients on, an untried next dose is given whenever toxicity is below the upper boundary. A dose is closed
    above the confidence `c_t` (too toxic) or `c_e` (too little benefit), from `close_after` patients on. At the end the dose
    with the highest mean utility is recommended, up to the maximum tolerated one.
    Raises InvalidValue for a rate outside (0, 1) or scores in the wrong order.

    >>> design = BOIN12(5)
    >>> design.decide(Outcomes.read("1NNN 2ENT 3ETT 2EEN", doses=5)).explain()
    'dose 2: dose with the best balance of benefit and toxicity'

    Source: Lin 2020, doi:10.1200/PO.20.00257, Table 2 and page 1396.
    """

    doses: int
    phi_t: float = 0.35
    phi_e: float = 0.25
    utility: Utility = USUAL
    n_star: int = 6
    c_t: float = 0.95
    c_e: float = 0.9
    close_after: int = 3
    explore_from: int = 9
    prior: tuple[float, float] = (1.0, 1.0)
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
        """The toxicity boundaries."""
        return BOIN(self.doses, self.phi_t)

    @property
    def benchmark(self) -> float:
        """Utility halfway from the least acceptable dose to the best possible, as a share.

        >>> round(BOIN12(5).benchmark, 4)
        0.705
        """
        least = self.utility.expected(self.phi_t, self.phi_e) / 100
        return (1 + least) / 2

    def desirability(self, outcomes: Outcomes) -> Floats:
        """Posterior probability that the utility of each dose exceeds the benchmark, (T, D)."""
        return self._chance(self.utility.total(outcomes), outcomes.treated)

    def scores(self, sizes: tuple[int, ...]) -> Scores:
        """The table of rank-based desirability scores for the numbers of patients in `sizes`.

        Raises InvalidValue where benefit and toxicity do not simply add up in the utility, as the table then needs their overlap.

        >>> found = BOIN12(5).scores((0, 3, 6))
        >>> len(found.score), float(found.score[0])
        (66, 30.0)
        """
        score = self.utility
        if abs(score.benefit + score.toxicity - score.neither - score.both) > 1e-9:
            raise InvalidValue(
                "scores that do not add up (benefit + toxicity is not neither + both): compare desirability instead"
            )
        grid = [np.indices((size + 1, size + 1)).reshape(2, -1) for size in sizes]
        toxic, effective = np.concatenate(grid, axis=1)
        patients = np.repeat(np.array(sizes), [part.shape[1] for part in grid])
        total = (score.neither * patients + (100 - score.neither) * effective - score.neither * toxic) / 100
        overlap = np.maximum(toxic + effective - patients, 0)
        seen = Outcomes.from_counts(
            patients[:, None], toxic[:, None], effective[:, None], both=overlap[:, None], current=np.ones_like(patients)
        )
        admissible = (self.limits.tolerable(seen) & self.limits.useful(seen))[:, 0]
        rank = np.full(len(patients), np.nan)
        rank[admissible] = rankdata(np.round(self._chance(total, patients)[admissible], 12))
        return Scores(patients, toxic, effective, rank)

    def decide(self, outcomes: Outcomes) -> Decision:
        tolerable = self.limits.tolerable(outcomes)
        admissible = tolerable & self.limits.useful(outcomes)
        first, current = outcomes.current == 0, outcomes.current
        patients, toxic = outcomes.at(outcomes.treated), outcomes.at(outcomes.toxic)
        high, low = toxic >= self.boin.lambda_d * patients, toxic <= self.boin.lambda_e * patients
        high &= patients > 0
        above = np.minimum(current, self.doses - 1)
        rows = np.arange(outcomes.trials)
        open_above = admissible[rows, above] & (current < self.doses)
        explore = (patients >= self.explore_from) & ~high & open_above & (outcomes.enrolled[rows, above] == 0)
        upward = low | (patients < self.n_star)
        choice = self._among(outcomes, admissible, upward)
        choice = np.where((choice == 0) & open_above, current + 1, choice)
        dose = np.where(explore, current + 1, np.where(high, _down(admissible, current), choice))
        why = np.where(
            explore, Why.ESCALATE, np.where(high, np.where(current > 1, Why.DEESCALATE, Why.LOWEST_DOSE), Why.DESIRABLE)
        )
        return decision(
            outcomes,
            dose=np.where(first, self.start, dose),
            why=np.where(first, Why.START, why),
            recommended=best_dose(outcomes, self._mean_utility(outcomes), self.limits),
            admissible=admissible,
        )

    def _among(self, outcomes: Outcomes, admissible: Flags, upward: Flags) -> Counts:
        """Most desirable admissible dose among the one below, the current one and, where `upward`, the one above."""
        away = np.arange(1, self.doses + 1) - outcomes.current[:, None]
        near = (np.abs(away) <= 1) & ((away < 1) | upward[:, None])
        return most(self.desirability(outcomes), admissible & near)

    def _mean_utility(self, outcomes: Outcomes) -> Floats:
        alpha, beta = self.prior
        return (self.utility.total(outcomes) + alpha) / (outcomes.treated + alpha + beta)

    def _chance(self, total: Floats, patients: Counts) -> Floats:
        alpha, beta = self.prior
        return betaincc(alpha + total, beta + patients - total, self.benchmark)


def _down(admissible: Flags, current: Counts) -> Counts:
    """Highest admissible dose below the current one (T,), else the current one."""
    lower = highest_open(admissible, current - 1)
    return np.where(lower > 0, lower, current)

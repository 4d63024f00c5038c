"""BOIN: compare the observed share of toxicities at the current dose with two fixed boundaries.

Below the lower boundary go up, above the upper one go down, in between stay. The boundaries make wrong moves least likely,
whatever the number of patients, so that the whole design fits in one small table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from math import log

import numpy as np

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Decision, Flags, Why, halt, restrict
from immunoreset.trial.dose_finding.checking import check_design, check_share
from immunoreset.trial.dose_finding.decision_table import (
    Letters,
    chance_above,
    decide_distinct,
    follow_table,
    letters_from,
    most_at_a_dose,
)
from immunoreset.trial.dose_finding.isotonic import select_mtd
from immunoreset.trial.dose_finding.titration import AcceleratedTitration
from immunoreset.trial.outcomes import Outcomes

_LEAST_TO_CLOSE = 3


@dataclass(frozen=True)
class BOIN:
    """The Bayesian optimal interval design.

    `p_saf` and `p_tox` are the highest rate judged too low and the lowest judged too high, by default 0.6 and 1.4 times the
    target. A dose and those above it are closed once the posterior probability that its rate exceeds the target is above
    `cutoff_eli`, from 3 patients on; `cutoff_eli=1` closes nothing. `extrasafe` stops the trial already at
    `cutoff_eli - offset` for the lowest dose. `bound_mtd` recommends only a dose estimated below the upper boundary.
    `n_earlystop` ends the trial when so many were treated at a dose and the answer is to stay there. `titration` begins with
    single patients and fills up to `cohort_size` at the first toxicity.
    Raises InvalidValue for a target outside (0, 1) or boundaries in the wrong order.

    >>> design = BOIN(5, 0.3)
    >>> design.decide(Outcomes.read("1NNN 2NTT", doses=5)).explain()
    'dose 1: many toxicities: de-escalate'

    Source: Liu and Yuan 2015, doi:10.1111/rssc.12089; options as in the R package BOIN.
    """

    doses: int
    target: float
    p_saf: float | None = None
    p_tox: float | None = None
    cutoff_eli: float = 0.95
    extrasafe: bool = False
    offset: float = 0.05
    bound_mtd: bool = False
    n_earlystop: int | None = None
    titration: bool = False
    cohort_size: int = 3
    start: int = 1

    def __post_init__(self) -> None:
        check_design(self)
        check_share("target", self.target)
        if not 0 < self.safe < self.target < self.toxic < 1:
            raise InvalidValue(
                f"p_saf {self.safe:g}, target {self.target:g}, p_tox {self.toxic:g}: give them in rising order within 0 to 1"
            )
        if not 0.5 < self.cutoff_eli <= 1 or not 0 <= self.offset < 0.5:
            raise InvalidValue(
                f"cutoff_eli {self.cutoff_eli:g}, offset {self.offset:g}: give a cutoff of 0.5 to 1 and an offset below 0.5"
            )

    @property
    def safe(self) -> float:
        return 0.6 * self.target if self.p_saf is None else self.p_saf

    @property
    def toxic(self) -> float:
        return 1.4 * self.target if self.p_tox is None else self.p_tox

    @property
    def lambda_e(self) -> float:
        """Escalate when the share of toxicities is at most this.

        >>> round(BOIN(5, 0.3).lambda_e, 3)
        0.236
        """
        target, safe = self.target, self.safe
        return log((1 - safe) / (1 - target)) / log(target * (1 - safe) / (safe * (1 - target)))

    @property
    def lambda_d(self) -> float:
        """De-escalate when the share of toxicities is at least this.

        >>> round(BOIN(5, 0.3).lambda_d, 3)
        0.359
        """
        target, toxic = self.target, self.toxic
        return log((1 - target) / (1 - toxic)) / log(toxic * (1 - target) / (target * (1 - toxic)))

    def letters(self, patients: int) -> Letters:
        return _letters(self.lambda_e, self.lambda_d, target=self.target, cutoff=self.cutoff_eli, patients=patients)

    def decide(self, outcomes: Outcomes) -> Decision:
        if self.titration:
            return AcceleratedTitration(replace(self, titration=False), self.cohort_size).decide(outcomes)
        letters = self.letters(most_at_a_dose(outcomes))
        return decide_distinct(lambda seen: self.complete(follow_table(seen, letters, start=self.start), seen), outcomes)

    def complete(self, made: Decision, outcomes: Outcomes) -> Decision:
        """A decision with the options of the design: extra safety, early stop and the dose to recommend."""
        if self.extrasafe:
            made = restrict(made, ~self._unsafe_lowest(outcomes)[:, None])
        limit = self.lambda_d if self.bound_mtd else None
        made = made._replace(recommended=select_mtd(outcomes, self.target, open_doses=made.admissible, highest_rate=limit))
        if self.n_earlystop is not None:
            enough = (outcomes.at(outcomes.treated) >= self.n_earlystop) & (made.dose == outcomes.current) & ~made.wait
            made = halt(made, enough, why=Why.ENOUGH_AT_DOSE)
        return made

    def _unsafe_lowest(self, outcomes: Outcomes) -> Flags:
        patients, toxic = outcomes.treated[:, 0], outcomes.toxic[:, 0]
        chance = chance_above(self.target, patients, toxic)
        return (patients >= _LEAST_TO_CLOSE) & (chance > self.cutoff_eli - self.offset)


@lru_cache(maxsize=256)
def _letters(lambda_e: float, lambda_d: float, *, target: float, cutoff: float, patients: int) -> Letters:
    treated, toxic = np.indices((patients + 1, patients + 1))
    eliminated = (treated >= _LEAST_TO_CLOSE) & (chance_above(target, treated, toxic) > cutoff)
    return letters_from(toxic <= lambda_e * treated, toxic >= lambda_d * treated, eliminated)

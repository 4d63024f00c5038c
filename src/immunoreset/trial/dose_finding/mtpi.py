"""TPI and mTPI: let the posterior for the toxicity rate vote between too low, right and too high.

TPI compares the probabilities of the three ranges; the modified design (mTPI) divides each by the width of its range.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Decision
from immunoreset.trial.dose_finding.checking import check_design, check_share
from immunoreset.trial.dose_finding.decision_table import Letters, chance_above, decide_by_table, letters_from
from immunoreset.trial.outcomes import Outcomes


def check_interval(target: float, below: float, above: float) -> None:
    """Raises InvalidValue unless the target and its interval lie within 0 to 1."""
    check_share("target", target)
    if not (below >= 0 and above >= 0 and below + above > 0) or not 0 < target - below < target + above < 1:
        raise InvalidValue(f"interval {target:g} - {below:g} to {target:g} + {above:g}: give one around the target within 0 to 1")


@dataclass(frozen=True)
class MTPI:
    """The modified toxicity probability interval design.

    The right range is from `target - epsilon1` to `target + epsilon2`. A dose and those above it are closed once the posterior
    probability that its rate exceeds the target is above `exclusion_certainty`, from `close_after` patients on.
    Raises InvalidValue for a target or range outside (0, 1).

    >>> MTPI(5, 0.3).decide(Outcomes.read("1NNN 1NNT", doses=5)).explain()
    'dose 2: few toxicities: escalate'

    Source: Ji 2010, doi:10.1177/1740774510382799.
    """

    doses: int
    target: float
    epsilon1: float = 0.05
    epsilon2: float = 0.05
    exclusion_certainty: float = 0.95
    prior: tuple[float, float] = (1.0, 1.0)
    close_after: int = 1
    start: int = 1

    def __post_init__(self) -> None:
        check_design(self)
        check_interval(self.target, self.epsilon1, self.epsilon2)

    def letters(self, patients: int) -> Letters:
        return _mtpi_letters(
            self.target,
            (self.epsilon1, self.epsilon2),
            self.prior,
            (self.exclusion_certainty, self.close_after),
            patients=patients,
        )

    def decide(self, outcomes: Outcomes) -> Decision:
        return decide_by_table(self, outcomes, target=self.target, start=self.start)


@dataclass(frozen=True)
class TPI:
    """The toxicity probability interval design.

    The right range is the target less `k2` and plus `k1` posterior standard deviations of the rate.
    Raises InvalidValue for a target outside (0, 1).

    >>> TPI(5, 0.3).decide(Outcomes.read("1NNN 1NNT", doses=5)).explain()
    'dose 1: toxicity near the target: stay'

    Source: Ji 2007, doi:10.1177/1740774507079442.
    """

    doses: int
    target: float
    k1: float = 1.0
    k2: float = 1.5
    exclusion_certainty: float = 0.95
    prior: tuple[float, float] = (0.005, 0.005)
    close_after: int = 1
    start: int = 1

    def __post_init__(self) -> None:
        check_design(self)
        check_share("target", self.target)
        if not (0 < self.k1 < np.inf and 0 < self.k2 < np.inf):
            raise InvalidValue(f"k1 {self.k1:g}, k2 {self.k2:g}: give numbers above 0")

    def letters(self, patients: int) -> Letters:
        return _tpi_letters(
            self.target, (self.k1, self.k2), self.prior, (self.exclusion_certainty, self.close_after), patients=patients
        )

    def decide(self, outcomes: Outcomes) -> Decision:
        return decide_by_table(self, outcomes, target=self.target, start=self.start)


def eliminated_by(
    target: float, prior: tuple[float, float], closing: tuple[float, int], counts: tuple[NDArray, NDArray]
) -> NDArray[np.bool_]:
    """Where the rate is above the target with the certainty, and from the number of patients, in `closing`."""
    certainty, after = closing
    treated, toxic = counts
    return (treated >= after) & (chance_above(target, treated, toxic, prior) > certainty)


@lru_cache(maxsize=256)
def _mtpi_letters(
    target: float, margins: tuple[float, float], prior: tuple[float, float], closing: tuple[float, int], *, patients: int
) -> Letters:
    treated, toxic = np.indices((patients + 1, patients + 1))
    low, high = target - margins[0], target + margins[1]
    below = betainc(prior[0] + toxic, prior[1] + np.maximum(treated - toxic, 0), low)
    up_to = betainc(prior[0] + toxic, prior[1] + np.maximum(treated - toxic, 0), high)
    votes = np.stack([(up_to - below) / (high - low), below / low, (1 - up_to) / (1 - high)])
    winner = votes.argmax(axis=0)
    return letters_from(winner == 1, winner == 2, eliminated_by(target, prior, closing, (treated, toxic)))


@lru_cache(maxsize=256)
def _tpi_letters(
    target: float, spreads: tuple[float, float], prior: tuple[float, float], closing: tuple[float, int], *, patients: int
) -> Letters:
    treated, toxic = np.indices((patients + 1, patients + 1))
    alpha, beta = prior[0] + toxic, prior[1] + np.maximum(treated - toxic, 0)
    total = alpha + beta
    deviation = np.sqrt(alpha * beta / (total**2 * (total + 1)))
    below = betainc(alpha, beta, np.maximum(target - spreads[1] * deviation, 0.0))
    up_to = betainc(alpha, beta, np.minimum(target + spreads[0] * deviation, 1.0))
    winner = np.stack([up_to - below, below, 1 - up_to]).argmax(axis=0)
    return letters_from(winner == 1, winner == 2, eliminated_by(target, prior, closing, (treated, toxic)))

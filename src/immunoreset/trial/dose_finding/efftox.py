"""EffTox: curves of benefit and of toxicity by dose are fitted together, and the dose with the best trade-off is given.

The trade-off is a family of contours through pairs of rates that a physician holds to be equally good. A dose must be likely
enough to be tolerable and of use, and no untried dose is skipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from immunoreset.errors import InvalidValue
from immunoreset.plain_numbers import set_numbers
from immunoreset.trial.decision import Decision, Why, decision
from immunoreset.trial.dose_finding.checking import check_amounts, check_design, check_share
from immunoreset.trial.dose_finding.desirability import most
from immunoreset.trial.dose_finding.distinct import for_distinct
from immunoreset.trial.dose_finding.quadrature import Floats
from immunoreset.trial.dose_finding.quasi_monte_carlo import heavy_points, logistic_peak
from immunoreset.trial.outcomes import Counts, Outcomes

_TOXIC, _EFFECTIVE, _LINK = slice(0, 2), slice(2, 5), 5
_BLOCK = 512  # points worked on at a time: what the first-level cache holds
_MOST_POWER = 20  # a million points


class EffToxPrior(NamedTuple):
    """Independent normal priors: means and standard deviations of the six parameters, in this order.

    Intercept and slope of toxicity; intercept, slope and curvature of benefit; association of the two in a patient.
    """

    mean: tuple[float, float, float, float, float, float]
    sd: tuple[float, float, float, float, float, float]


THALL_2014 = EffToxPrior((-7.9593, 1.5482, 0.7367, 3.4181, 0.0, 0.0), (3.5487, 3.5018, 2.5423, 2.4406, 0.2, 1.0))
"""Prior of the example of Thall 2014, doi:10.1177/1740774514547397, for doses 1, 2, 4, 6.6 and 10."""


@dataclass(frozen=True)
class Contour:
    """The trade-off through three pairs of rates that are worth the same.

    Benefit `effective` without toxicity, certain benefit with toxicity `toxic`, and one pair between, (benefit, toxicity).
    Raises InvalidValue unless the pair lies between the other two.

    >>> contour = Contour(0.5, 0.65, (0.7, 0.25))
    >>> round(contour.power, 3), contour.desirability([0.6, 0.8], [0.1, 0.3]).round(2).tolist()
    (0.977, [0.04, 0.12])

    Source: Thall and Cook 2004, doi:10.1111/j.0006-341X.2004.00218.x; Thall 2006 for the L-p norm.
    """

    effective: float
    toxic: float
    between: tuple[float, float]

    def __post_init__(self) -> None:
        set_numbers(self)
        for name, value in (("effective", self.effective), ("toxic", self.toxic)):
            check_share(f"contour, {name}", value)
        if not self.effective < self.between[0] < 1 or not 0 < self.between[1] < self.toxic:
            raise InvalidValue(
                f"contour pair {self.between[0]:g}, {self.between[1]:g}: give benefit between {self.effective:g} and 1 and "
                f"toxicity between 0 and {self.toxic:g}"
            )

    @cached_property
    def power(self) -> float:
        """Power of the norm: 1 is a straight contour, above 1 it bends outwards."""
        lost, harm = (1 - self.between[0]) / (1 - self.effective), self.between[1] / self.toxic

        def excess(power: float) -> float:
            return lost**power + harm**power - 1

        highest = 1.0
        while excess(highest) > 0:  # the shares fall from 2 towards 0, slowly for a pair next to a corner
            highest *= 2
        return float(brentq(excess, 0.0, highest, xtol=1e-12))  # pyright: ignore[reportArgumentType]

    def desirability(self, effective: ArrayLike, toxic: ArrayLike) -> Floats:
        """1 for certain benefit without toxicity, 0 on the contour, below 0 worse than it."""
        lost, harm = (1 - np.asarray(effective)) / (1 - self.effective), np.asarray(toxic) / self.toxic
        return 1 - (lost**self.power + harm**self.power) ** (1 / self.power)


class EffToxFit(NamedTuple):
    """What EffTox believes of each dose, (T, D)."""

    effective: Floats
    """Posterior mean rate of benefit."""
    toxic: Floats
    """Posterior mean rate of toxicity."""
    useful: Floats
    """Probability that benefit exceeds its limit."""
    tolerable: Floats
    """Probability that toxicity is below its limit."""
    desirability: Floats
    """Trade-off at the mean rates."""
    share: Floats
    """Effective share of the points, (T,): the larger, the smaller the error."""


@dataclass(frozen=True)
class EffTox:
    """The design of Thall and Cook.

    `amounts` are the doses in their unit. A dose is open when benefit exceeds `effective_limit` with posterior probability above
    `effective_chance`, and toxicity is below `toxic_limit` with probability above `toxic_chance`; with `explore`, the lowest
    untried dose need only be tolerable. Averages run over 2 ** `power` fixed points; with the default the error of a
    probability is about 0.002, and at most 0.006 in 60 random trials of up to 60 patients (measured against 2 ** 17).
    Raises InvalidValue for doses that do not rise and for a share outside (0, 1).

    >>> contour = Contour(0.5, 0.65, (0.7, 0.25))
    >>> design = EffTox((1, 2, 4, 6.6, 10), THALL_2014, contour, effective_limit=0.5, toxic_limit=0.3)
    >>> design.decide(Outcomes.read("1NNN 2ENN", doses=5)).explain()
    'dose 3: dose with the best balance of benefit and toxicity'

    Source: Thall and Cook 2004, doi:10.1111/j.0006-341X.2004.00218.x; Thall 2014, doi:10.1177/1740774514547397.
    """

    amounts: tuple[float, ...]
    prior: EffToxPrior
    contour: Contour
    effective_limit: float
    toxic_limit: float
    effective_chance: float = 0.1
    toxic_chance: float = 0.1
    explore: bool = True
    rising: bool = False
    power: int = 13
    start: int = 1
    weighs_benefit: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_design(self)
        check_amounts(self.amounts)
        if (
            len(self.prior.mean) != _LINK + 1
            or len(self.prior.sd) != _LINK + 1
            or not np.all(np.isfinite(self.prior.mean))
            or not all(0 < sd < np.inf for sd in self.prior.sd)
        ):
            raise InvalidValue("EffTox prior: give six finite means and six standard deviations above 0")
        if self.power > _MOST_POWER:
            raise InvalidValue(f"power {self.power} of the number of points: give {_MOST_POWER} at most")
        for name in ("effective_limit", "toxic_limit", "effective_chance", "toxic_chance"):
            check_share(name, getattr(self, name))

    @property
    def doses(self) -> int:
        return len(self.amounts)

    @cached_property
    def scaled(self) -> tuple[float, ...]:
        """Logarithm of dose, less the mean over the doses."""
        logs = np.log(np.array(self.amounts))
        return tuple((logs - logs.mean()).tolist())

    def fit(self, outcomes: Outcomes) -> EffToxFit:
        """Posterior of every dose."""
        states = np.concatenate([outcomes.treated, outcomes.toxic, outcomes.effective, outcomes.both], axis=1)
        means = for_distinct(states.T, lambda rows: self._averages(outcomes.take(rows)))
        effective, toxic, useful, tolerable, share = means
        return EffToxFit(effective, toxic, useful, tolerable, self.contour.desirability(effective, toxic), share)

    def decide(self, outcomes: Outcomes) -> Decision:
        fit, first = self.fit(outcomes), outcomes.current == 0
        level, highest = np.arange(1, self.doses + 1), outcomes.highest_tried[:, None]
        tolerable = fit.tolerable > self.toxic_chance
        acceptable = tolerable & (fit.useful > self.effective_chance)
        if self.explore:
            acceptable |= tolerable & (level == highest + 1)
        admissible = acceptable & (level <= highest + 1) | (first[:, None] & (level == self.start))
        dose = most(fit.desirability, admissible)
        return decision(
            outcomes,
            dose=np.where(first, self.start, dose),
            why=np.where(first, Why.START, Why.DESIRABLE),
            recommended=most(fit.desirability, admissible & (outcomes.treated > 0)),
            admissible=admissible,
        )

    def _averages(self, outcomes: Outcomes) -> tuple[Floats, ...]:
        """Posterior means (n, D) of benefit, toxicity, and of either within its limit, and the effective share of points (n,)."""
        from immunoreset.trial.dose_finding.efftox_points import averages

        mean, sd, doses = np.array(self.prior.mean), np.array(self.prior.sd), np.array(self.scaled)
        covariates = np.stack([np.ones_like(doses), doses, doses**2], axis=1)
        fixed = _fixed_points(self.power, self.prior.mean[_LINK], self.prior.sd[_LINK])
        toxic = _placed(covariates[:, :2], outcomes, outcomes.toxic, mean=mean[_TOXIC], sd=sd[_TOXIC])
        effective = _placed(covariates, outcomes, outcomes.effective, mean=mean[_EFFECTIVE], sd=sd[_EFFECTIVE])
        both = outcomes.both
        alone = (outcomes.toxic - both, outcomes.effective - both, outcomes.treated - outcomes.toxic - outcomes.effective + both)
        seen = np.stack([both, *alone], axis=2)
        prior, limits = (mean[:_LINK], sd[:_LINK]), (self.effective_limit, self.toxic_limit)
        means, points = averages(fixed, doses, seen, toxic, effective, prior, limits, self.rising)
        if np.isnan(means).any():
            raise InvalidValue("outcomes that the model holds to be impossible: widen the prior")
        return *np.moveaxis(means, 2, 0), points / fixed[1].size


@lru_cache(maxsize=8)
def _fixed_points(power: int, mean: float, sd: float) -> tuple[Floats, Floats, Floats]:
    """What is the same for every trial, as `averages` takes it."""
    points, log_density = heavy_points(power, _LINK + 1)
    blocks = points.reshape(-1, min(len(points), _BLOCK), _LINK + 1)
    link = blocks[:, :, _LINK]
    base = -log_density.reshape(link.shape) - link**2 / 2
    return np.ascontiguousarray(np.moveaxis(blocks[:, :, :_LINK], 2, 1)), base, np.tanh((mean + sd * link) / 2)


def _placed(covariates: Floats, outcomes: Outcomes, events: Counts, *, mean: Floats, sd: Floats) -> tuple[Floats, Floats]:
    """Peak (n, K) and root (n, K, K) of a curve in each trial, found once for equal patients and events."""
    columns = (*outcomes.treated.T, *events.T)
    return for_distinct(columns, lambda rows: logistic_peak(covariates, outcomes.treated[rows], events[rows], mean=mean, sd=sd))

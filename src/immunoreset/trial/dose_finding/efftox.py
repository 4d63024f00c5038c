"""EffTox: curves of benefit and of toxicity by dose are fitted together, and the dose with the best trade-off is given.

The trade-off is a family of contours through pairs of rates that a physician holds to be equally good. A dose must be likely
enough to be tolerable and of use, and no untried dose is skipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import expit

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Decision, Why, decision
from immunoreset.trial.dose_finding.checking import check_amounts, check_design, check_share
from immunoreset.trial.dose_finding.desirability import most
from immunoreset.trial.dose_finding.distinct import for_distinct
from immunoreset.trial.dose_finding.quadrature import Floats, weigh
from immunoreset.trial.dose_finding.quasi_monte_carlo import heavy_points, logistic_peak, normal_log_density
from immunoreset.trial.outcomes import Outcomes

_TOXIC, _EFFECTIVE, _LINK = slice(0, 2), slice(2, 5), 5
_CHUNK = 8


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

        return float(brentq(excess, 1e-3, 1e3, xtol=1e-12))  # pyright: ignore[reportArgumentType]

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
            or not all(0 < sd < np.inf for sd in self.prior.sd)
        ):
            raise InvalidValue("EffTox prior: give six means and six standard deviations above 0")
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
        means = for_distinct(states.T, lambda rows: self._averages(outcomes.take(rows)), chunk=_CHUNK)
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
        mean, sd = np.array(self.prior.mean), np.array(self.prior.sd)
        doses = np.array(self.scaled)
        covariates = np.stack([np.ones_like(doses), doses, doses**2], axis=1)
        points, log_density = heavy_points(self.power, _LINK + 1)
        toxic, effective = covariates[:, :2], covariates
        spread = np.ascontiguousarray(points.T)
        parts = []
        for design, events, place in ((toxic, outcomes.toxic, _TOXIC), (effective, outcomes.effective, _EFFECTIVE)):
            peak, root = logistic_peak(design, outcomes.treated, events, mean=mean[place], sd=sd[place])
            parts.append(peak[:, :, None] + _combined(root, np.broadcast_to(spread[place], (*peak.shape, len(points)))))
        link = np.broadcast_to(mean[_LINK] + sd[_LINK] * spread[_LINK], (outcomes.trials, 1, len(points)))
        log_prior = normal_log_density(np.concatenate([*parts, link], axis=1), mean, sd)
        harm, benefit = (expit(_combined(design[None], part)) for part, design in zip(parts, (toxic, effective), strict=True))
        if self.rising:
            log_prior = np.where(parts[0][:, 1] > 0, log_prior, -np.inf)
        height = log_prior - log_density + _log_likelihood(outcomes, harm, benefit, link[:, 0])
        weight, _ = weigh(np.zeros(len(points)), height)
        averages = [
            np.einsum("tp,tdp->td", weight, part.astype(float), optimize=False)
            for part in (benefit, harm, benefit > self.effective_limit, harm < self.toxic_limit)
        ]
        return *averages, 1 / (weight**2).sum(axis=1) / len(points)


def _combined(weights: Floats, values: Floats) -> Floats:
    """Sums (n, L, P) of the rows of `values` (n, K, P) with `weights` (n or 1, L, K), in a fixed order."""
    total = np.zeros((len(values), weights.shape[1], values.shape[2]))
    for row in range(values.shape[1]):
        total += weights[:, :, row, None] * values[:, None, row]
    return total


def _log_likelihood(outcomes: Outcomes, harm: Floats, benefit: Floats, link: Floats) -> Floats:
    """Logarithm of the likelihood (n, P) of the four outcomes at rates (n, D, P) with association `link` (n, P)."""
    both, toxic, effective = outcomes.both, outcomes.toxic - outcomes.both, outcomes.effective - outcomes.both
    neither = outcomes.treated - toxic - effective - both
    total, strength = np.zeros(link.shape), np.tanh(link / 2)
    for dose in np.flatnonzero(outcomes.treated.any(axis=0)).tolist():
        bad, good = harm[:, dose], benefit[:, dose]
        joint = bad * good
        joint += strength * joint * (1 - bad) * (1 - good)
        chances = ((both, joint), (toxic, bad - joint), (effective, good - joint), (neither, 1 - bad - good + joint))
        for patients, chance in chances:
            seen = np.flatnonzero(patients[:, dose])
            total[seen] += patients[seen, dose, None] * np.log(np.maximum(chance[seen], np.finfo(float).tiny))
    return total

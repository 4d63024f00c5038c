"""BLRM: Bayesian logistic regression of toxicity on the dose, with escalation under overdose control.

For every dose the model gives the probability that its toxicity is too low, on target, or too high. Doses with too great a
probability of being too toxic are closed; of the others the one most likely to be on target is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Decision, Why, decision
from immunoreset.trial.dose_finding.checking import check_amounts, check_design, check_share
from immunoreset.trial.dose_finding.quadrature import Floats
from immunoreset.trial.dose_finding.toxicity_curves import TwoParameterLogistic
from immunoreset.trial.dose_finding.toxicity_posterior import Posterior, grid_weights, posterior
from immunoreset.trial.outcomes import Outcomes

_QUANTILE_HALVINGS = 30


class Belief(NamedTuple):
    """What the regression says of every dose."""

    mean: Floats
    """Posterior mean chance of toxicity, (T, D)."""
    sd: Floats
    """Posterior standard deviation of that chance, (T, D)."""
    under: Floats
    """Probabilities of the intervals of toxicity, (T, D): under the target, on it, excessive, unacceptable."""
    target: Floats
    excessive: Floats
    unacceptable: Floats
    weight: Floats
    """Posterior weights of the components of the prior, (T, M)."""

    @property
    def over(self) -> Floats:
        """Probability of toxicity above the target interval, (T, D)."""
        return self.excessive + self.unacceptable


@dataclass(frozen=True)
class BLRM:
    """The Bayesian logistic regression model: log odds of toxicity log a + b log(dose / reference).

    `amounts` are the doses in their unit, `prior` is bivariate normal for (log a, log b), or several of them with `weights`, a
    mixture. `target` is the interval of toxicity aimed at; above it is excessive, above `unacceptable` worse. A dose is closed
    when its probability of being above the target interval reaches `ewoc`; the trial stops when all are. The next dose is the
    open one most likely on target, or, with `losses` for the four intervals, the one with the least expected loss.
    Raises InvalidValue for doses that do not rise, intervals in the wrong order, or weights that do not add up to 1.

    >>> prior = TwoParameterLogistic((-0.847, 0.381), (2.015, 1.027))
    >>> design = BLRM((1, 2.5, 5, 10, 15), 10, prior)
    >>> design.decide(Outcomes.read("1NNN 2NNN", doses=5)).explain()
    'dose 3: dose chosen by the model'

    Source: Neuenschwander 2008, doi:10.1002/sim.3230; Babb 1998 for overdose control; intervals 0.16 to 0.33 of the former.
    """

    amounts: tuple[float, ...]
    reference: float
    prior: TwoParameterLogistic | tuple[TwoParameterLogistic, ...]
    weights: tuple[float, ...] = (1.0,)
    target: tuple[float, float] = (0.16, 0.33)
    unacceptable: float = 0.6
    ewoc: float = 0.25
    losses: tuple[float, float, float, float] | None = None
    start: int = 1

    def __post_init__(self) -> None:
        check_design(self)
        check_amounts(self.amounts, self.reference)
        check_share("ewoc", self.ewoc)
        low, high = self.target
        if not 0 < low < high <= self.unacceptable <= 1 or high == 1:
            raise InvalidValue(
                f"target {low:g} to {high:g}, unacceptable from {self.unacceptable:g}: give them in rising order within 0 to 1"
            )
        if not isinstance(self.prior, TwoParameterLogistic):
            object.__setattr__(self, "prior", tuple(self.prior))
        if (
            len(self.weights) != len(self.components)
            or not all(weight > 0 for weight in self.weights)
            or abs(sum(self.weights) - 1) > 1e-9
        ):
            raise InvalidValue(
                f"{len(self.weights)} weights for {len(self.components)} priors: give one each, above 0, that add up to 1"
            )
        losses = self.losses
        if losses is not None and not (len(losses) == 4 and all(0 <= loss < np.inf for loss in losses) and any(losses)):
            raise InvalidValue(
                f"losses {', '.join(f'{loss:g}' for loss in losses)}: give four of 0 or more, for toxicity under the target, on "
                "it, excessive and unacceptable"
            )

    @property
    def doses(self) -> int:
        return len(self.amounts)

    @property
    def components(self) -> tuple[TwoParameterLogistic, ...]:
        return (self.prior,) if isinstance(self.prior, TwoParameterLogistic) else self.prior

    @cached_property
    def scaled(self) -> tuple[float, ...]:
        """Logarithm of dose over reference."""
        return tuple(np.log(np.array(self.amounts) / self.reference).tolist())

    def belief(self, outcomes: Outcomes) -> Belief:
        """Posterior of every dose, to about 1e-6."""
        low, high = self.target
        made, weight = self._posteriors(outcomes, (low, high, self.unacceptable))
        mean, above = (_mixed(weight, [getattr(part, name) for part in made]) for name in ("mean", "above"))
        square = _mixed(weight, [part.sd**2 + part.mean**2 for part in made])
        return Belief(
            mean,
            np.sqrt(np.maximum(square - mean**2, 0.0)),
            1 - above[:, 0],
            above[:, 0] - above[:, 1],
            above[:, 1] - above[:, 2],
            above[:, 2],
            weight,
        )

    def quantile(self, outcomes: Outcomes, share: float) -> Floats:
        """Quantile of the chance of toxicity by dose, (T, D), to about 1e-6; for a few trials, as it is slow.

        Raises InvalidValue for a share outside (0, 1).
        """
        check_share("share", share)
        scaled = np.array(self.scaled)
        found = np.zeros((outcomes.trials, self.doses))
        for trial in range(outcomes.trials):
            one = outcomes.take(np.array([trial]))
            parts = [grid_weights(part, self.scaled, one) for part in self.components]
            weight = self._component_weights([evidence for _, evidence in parts])
            low, high = np.zeros(self.doses), np.ones(self.doses)
            for _ in range(_QUANTILE_HALVINGS):
                middle = (low + high) / 2
                above = np.zeros(self.doses)
                for number, (component, (points, _)) in enumerate(zip(self.components, parts, strict=True)):
                    above += weight[0, number] * (component.above(scaled, middle) * points).sum(axis=1)
                low, high = np.where(above > 1 - share, middle, low), np.where(above > 1 - share, high, middle)
            found[trial] = (low + high) / 2
        return found

    def decide(self, outcomes: Outcomes) -> Decision:
        belief, first = self.belief(outcomes), outcomes.current == 0
        level = np.arange(1, self.doses + 1)
        admissible = (belief.over < self.ewoc) | (first[:, None] & (level == self.start))
        merit = belief.target if self.losses is None else -self.expected_loss(belief)
        dose = np.where(admissible, merit, -np.inf).argmax(axis=1) + 1
        return decision(
            outcomes,
            dose=np.where(first, self.start, dose),
            why=np.where(first, Why.START, Why.MODEL),
            recommended=np.where(first, self.start, dose),
            admissible=admissible,
        )

    def expected_loss(self, belief: Belief) -> Floats:
        """Expected loss of each dose, (T, D). Raises InvalidValue for a design without losses."""
        if self.losses is None:
            raise InvalidValue("no losses: give one each for toxicity under the target, on it, excessive and unacceptable")
        parts = (belief.under, belief.target, belief.excessive, belief.unacceptable)
        return np.stack([loss * part for loss, part in zip(self.losses, parts, strict=True)]).sum(axis=0)

    def _posteriors(self, outcomes: Outcomes, limits: tuple[float, ...]) -> tuple[list[Posterior], Floats]:
        """The posterior of each component and its posterior weight, (T, M)."""
        made = [posterior(part, self.scaled, outcomes, limits=limits) for part in self.components]
        return made, self._component_weights([part.log_evidence for part in made])

    def _component_weights(self, evidence: list[Floats]) -> Floats:
        """Posterior weights (T, M) of the components from the logarithms (T,) of their evidence."""
        height = np.log(self.weights) + np.stack(evidence, axis=1)
        weight = np.exp(height - height.max(axis=1, keepdims=True))
        return weight / weight.sum(axis=1, keepdims=True)


def _mixed(weight: Floats, parts: list[Floats]) -> Floats:
    """Mean over components with weights (T, M) of arrays (T, ...)."""
    total = np.zeros_like(parts[0])
    for number, part in enumerate(parts):
        total += weight[:, number].reshape(-1, *(1,) * (part.ndim - 1)) * part
    return total

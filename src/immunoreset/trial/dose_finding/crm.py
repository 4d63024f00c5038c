"""CRM, the continual reassessment method: a curve of toxicity by dose is fitted after every cohort, and the next patients get the
dose whose estimated toxicity lies nearest to the target.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from immunoreset.errors import InvalidValue, unknown
from immunoreset.plain_numbers import set_numbers
from immunoreset.trial.decision import Decision, Flags, Why, decision, restrict
from immunoreset.trial.dose_finding.checking import check_design, check_share
from immunoreset.trial.dose_finding.maximum_likelihood import inverse_information, likelihood_has_peak, most_likely
from immunoreset.trial.dose_finding.quadrature import Floats
from immunoreset.trial.dose_finding.skeleton import check_skeleton
from immunoreset.trial.dose_finding.toxicity_curves import Empiric, ToxicityCurve
from immunoreset.trial.dose_finding.toxicity_posterior import Watched, posterior
from immunoreset.trial.outcomes import Counts, Outcomes

_METHODS = ("bayes", "ml")
_ESTIMATES = ("plug_in", "mean")
_POWER_MODEL = Empiric()


class Fit(NamedTuple):
    """What the CRM estimates from the outcomes."""

    parameters: Floats
    """Posterior means of the K parameters, or the most likely values, (T, K)."""
    variance: Floats
    """Posterior variances of the parameters, (T, K)."""
    toxic: Floats
    """Estimated chance of toxicity by dose, (T, D)."""
    sd: Floats
    """Posterior standard deviation of that chance, (T, D); NaN under maximum likelihood."""
    above_target: Floats
    """Posterior probability that each dose is more toxic than the target, (T, D)."""


@dataclass(frozen=True)
class CRM:
    """The continual reassessment method.

    `skeleton` holds the first guesses of toxicity by dose. `method` is bayes, or ml for maximum likelihood, which goes up by one
    dose after each cohort without toxicity, and down by one while all had it, until both have been seen. `estimate` is plug_in,
    the curve at the posterior mean of its parameters, or mean, the posterior mean of the curve. `coherent` never goes up straight
    after a cohort with a share of toxicities at or above the target; it needs the patients one by one. The trial stops when the
    lowest dose exceeds the target with posterior probability above `stop_confidence`; None never stops.
    Raises InvalidValue for a target outside (0, 1) or a skeleton that does not rise, UnknownName for an unknown option.

    >>> design = CRM((0.05, 0.1, 0.25, 0.4, 0.6), 0.25)
    >>> design.decide(Outcomes.read("1NNN 2NTT", doses=5)).explain()
    'dose 1: dose chosen by the model'

    Source: O'Quigley 1990, doi:10.2307/2531628; O'Quigley and Shen 1996, doi:10.2307/2532905 (ml); Cheung 2005,
    doi:10.1111/j.1541-0420.2005.00382.x (coherence).
    """

    skeleton: tuple[float, ...]
    target: float
    model: ToxicityCurve = _POWER_MODEL
    method: str = "bayes"
    estimate: str = "plug_in"
    coherent: bool = False
    stop_confidence: float | None = 0.95
    start: int = 1

    def __post_init__(self) -> None:
        set_numbers(self)
        check_skeleton(self.skeleton)
        check_design(self)
        check_share("target", self.target)
        if self.method not in _METHODS:
            raise unknown("CRM method", self.method, _METHODS)
        if self.estimate not in _ESTIMATES:
            raise unknown("CRM estimate", self.estimate, _ESTIMATES)
        if self.stop_confidence is not None:
            check_share("stop_confidence", self.stop_confidence)
        self.model.scale(self.skeleton)

    @property
    def doses(self) -> int:
        return len(self.skeleton)

    @cached_property
    def scaled(self) -> tuple[float, ...]:
        """The doses on the scale of the model, from the skeleton."""
        return self.model.scale(self.skeleton)

    def fit(self, outcomes: Outcomes, *, watched: Watched | None = None) -> Fit:
        """Estimates from the outcomes; posterior integrals to about 1e-8, maximum likelihood to about 1e-7.

        Under maximum likelihood the variance is the inverse of the observed information, for one parameter (NaN for two).

        >>> CRM((0.1, 0.3), 0.3).fit(Outcomes.read("1NNN 2NTT", doses=2)).toxic.round(3).tolist()
        [[0.186, 0.415]]
        """
        doses = np.array(self.scaled)
        made = posterior(self.model, self.scaled, outcomes, limits=(self.target,), watched=watched)
        above = made.above[:, 0]
        if self.method == "bayes":
            toxic = made.mean if self.estimate == "mean" else self.model.plug_in(made.parameters, doses)
            return Fit(made.parameters, made.variance, toxic, made.sd, above)
        best = most_likely(self.model, self.scaled, outcomes, watched=watched)
        variance = inverse_information(self.model, self.scaled, outcomes, best=best, watched=watched)
        return Fit(best, variance, self.model.plug_in(best, doses), np.full(made.sd.shape, np.nan), above)

    def interval(self, fit: Fit, *, level: float = 0.9) -> tuple[Floats, Floats]:
        """Lower and upper chance of toxicity by dose (T, D): the curve at the ends of a normal interval for its one parameter."""
        check_share("level", level)
        half = ndtri(0.5 + level / 2) * np.sqrt(fit.variance)
        ends = [self.model.plug_in(fit.parameters + sign * half, np.array(self.scaled)) for sign in (1, -1)]
        return ends[0], ends[1]

    def decide(self, outcomes: Outcomes) -> Decision:
        return self.choose(outcomes, self.fit(outcomes))

    def choose(self, outcomes: Outcomes, fit: Fit) -> Decision:
        """The decision that follows from estimates."""
        first = outcomes.current == 0
        dose = np.abs(fit.toxic - self.target).argmin(axis=1) + 1
        if self.method == "ml":
            dose = np.where(likelihood_has_peak(outcomes), dose, self._without_peak(outcomes))
        if self.coherent:
            dose = np.where(_latest_share(outcomes) >= self.target, np.minimum(dose, outcomes.current), dose)
        made = decision(outcomes, dose=np.where(first, self.start, dose), why=np.where(first, Why.START, Why.MODEL))
        unsafe = self._too_toxic(outcomes, fit)
        made = restrict(made, ~unsafe[:, None])
        return made._replace(why=np.where(unsafe, Why.TOO_TOXIC, made.why))

    def _without_peak(self, outcomes: Outcomes) -> Counts:
        """The next dose while all patients or none have had toxicity."""
        step = np.where(outcomes.toxic.sum(axis=1) > 0, -1, 1)
        return np.clip(outcomes.current + step, 1, self.doses)

    def _too_toxic(self, outcomes: Outcomes, fit: Fit) -> Flags:
        if self.stop_confidence is None:
            return np.zeros(outcomes.trials, dtype=bool)
        return (fit.above_target[:, 0] > self.stop_confidence) & (outcomes.enrolled.sum(axis=1) > 0)


def _latest_share(outcomes: Outcomes) -> Floats:
    """Share of toxicities in the latest cohort, (T,)."""
    seen = outcomes.patients
    if seen is None and outcomes.enrolled.any():
        raise InvalidValue("a coherent CRM asks for the latest cohort, but only counts are known: give the patients one by one")
    if seen is None:
        return np.zeros(outcomes.trials)
    used = seen.dose > 0
    latest = used & (seen.cohort == np.where(used, seen.cohort, -1).max(axis=1, initial=-1)[:, None])
    return (latest & (seen.outcome % 2 == 1)).sum(axis=1) / np.maximum(latest.sum(axis=1), 1)

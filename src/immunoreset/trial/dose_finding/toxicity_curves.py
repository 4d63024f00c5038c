"""How toxicity rises with dose, in models with one or two unknown parameters, and what is believed of these beforehand.

Each model places the doses on its own scale, gives the chance of toxicity for any values of its parameters, and says for which
values a dose is more toxic than some limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, gammainccinv, gammaincinv, gammaln, logit

from immunoreset.errors import InvalidValue
from immunoreset.plain_numbers import set_numbers
from immunoreset.trial.dose_finding.quadrature import Floats, Nodes, below, line, plane

PRIOR_SD = float(np.sqrt(1.34))
_TAIL = 1e-14
_GAMMA_POINTS = 1201


@runtime_checkable
class ToxicityCurve(Protocol):
    """A model of toxicity by dose with a prior; frozen and hashable."""

    def scale(self, guesses: tuple[float, ...]) -> tuple[float, ...]:
        """The doses on the scale of the model, from guesses of their toxicity."""
        ...

    def nodes(self) -> Nodes:
        """Grid over the prior."""
        ...

    def log_rates(self, scaled: Floats, parameters: Floats) -> tuple[Floats, Floats]:
        """Logarithms of the chances of toxicity and of none, (..., D), for parameters (..., K) and doses (D,)."""
        ...

    def above(self, scaled: Floats, limit: float | Floats) -> Floats:
        """Weights (D, G) that add up to the probability that each dose is more toxic than `limit`, one for all or (D,)."""
        ...

    def plug_in(self, parameters: Floats, scaled: Floats) -> Floats:
        """Chances of toxicity (T, D) at parameters (T, K)."""
        ...


class Curve(NamedTuple):
    """A model worked out at every dose and every point of its grid."""

    nodes: Nodes
    toxic: Floats
    """Chance of toxicity, (D, G)."""
    log_toxic: Floats
    log_safe: Floats


@dataclass(frozen=True)
class Empiric:
    """Toxicity is the guess to the power exp(b), b normal: the power model.

    Raises InvalidValue for a prior standard deviation that is not positive.

    Source: O'Quigley 1990, doi:10.2307/2531628; standard deviation of Cheung 2011.
    """

    sd: float = PRIOR_SD
    mean: float = 0.0

    def __post_init__(self) -> None:
        set_numbers(self)
        _check_sd("empiric", self.sd)
        _check_finite("mean", self.mean)

    def scale(self, guesses: tuple[float, ...]) -> tuple[float, ...]:
        return guesses

    def nodes(self) -> Nodes:
        return line(self.mean, self.sd)

    def log_rates(self, scaled: Floats, parameters: Floats) -> tuple[Floats, Floats]:
        log_toxic = np.exp(parameters[..., :1]) * np.log(scaled)
        return log_toxic, np.log(-np.expm1(log_toxic))

    def plug_in(self, parameters: Floats, scaled: Floats) -> Floats:
        return np.exp(self.log_rates(scaled, parameters)[0])

    def above(self, scaled: Floats, limit: float | Floats) -> Floats:
        score = (np.log(np.log(limit) / np.log(scaled)) - self.mean) / self.sd
        return below(self.nodes(), score[:, None])


@dataclass(frozen=True)
class Logistic:
    """The log odds of toxicity are `intercept` + exp(b) x, with x below 0 at every dose and b normal.

    Raises InvalidValue for a standard deviation that is not positive, and for an intercept too low for the guesses.

    Source: Cheung 2011, Dose finding by the continual reassessment method, section 3.2; R package dfcrm.
    """

    intercept: float = 3.0
    sd: float = PRIOR_SD
    mean: float = 0.0

    def __post_init__(self) -> None:
        set_numbers(self)
        _check_sd("logistic", self.sd)
        _check_finite("intercept and mean", self.intercept, self.mean)

    def scale(self, guesses: tuple[float, ...]) -> tuple[float, ...]:
        return _below_intercept(guesses, self.intercept, float(np.exp(self.mean)))

    def nodes(self) -> Nodes:
        return line(self.mean, self.sd)

    def log_rates(self, scaled: Floats, parameters: Floats) -> tuple[Floats, Floats]:
        return _of_log_odds(self.intercept + np.exp(parameters[..., :1]) * scaled)

    def plug_in(self, parameters: Floats, scaled: Floats) -> Floats:
        return expit(self.intercept + np.exp(parameters[..., :1]) * scaled)

    def above(self, scaled: Floats, limit: float | Floats) -> Floats:
        turn = (logit(limit) - self.intercept) / scaled
        score = (np.log(np.maximum(turn, np.finfo(float).tiny)) - self.mean) / self.sd
        return np.where(turn[:, None] > 0, below(self.nodes(), score[:, None]), 0.0)


@dataclass(frozen=True)
class LogisticGamma:
    """The log odds of toxicity are `intercept` + b x, with b gamma of a shape and a rate; the grid is over log b.

    Raises InvalidValue for a shape or rate that is not positive, and for an intercept too low for the guesses.

    Source: O'Quigley and Chevret 1991, doi:10.1002/sim.4780101104, for the one-parameter logistic model.
    """

    intercept: float = 3.0
    shape: float = 1.0
    rate: float = 1.0

    def __post_init__(self) -> None:
        set_numbers(self)
        _check_sd("gamma shape", self.shape)
        _check_sd("gamma rate", self.rate)
        _check_finite("intercept", self.intercept)

    def scale(self, guesses: tuple[float, ...]) -> tuple[float, ...]:
        return _below_intercept(guesses, self.intercept, self.shape / self.rate)

    def nodes(self) -> Nodes:
        ends = np.log(gammaincinv(self.shape, _TAIL)), np.log(gammainccinv(self.shape, _TAIL))
        scores, step = np.linspace(*ends, _GAMMA_POINTS, retstep=True)
        height = self.shape * scores - np.exp(scores) - gammaln(self.shape)
        height -= np.log(np.exp(height).sum())
        return Nodes((scores - np.log(self.rate))[None, :], height, scores, float(step))

    def log_rates(self, scaled: Floats, parameters: Floats) -> tuple[Floats, Floats]:
        return _of_log_odds(self.intercept + np.exp(parameters[..., :1]) * scaled)

    def plug_in(self, parameters: Floats, scaled: Floats) -> Floats:
        return expit(self.intercept + np.exp(parameters[..., :1]) * scaled)

    def above(self, scaled: Floats, limit: float | Floats) -> Floats:
        turn = (logit(limit) - self.intercept) / scaled
        score = np.log(np.maximum(turn, np.finfo(float).tiny) * self.rate)
        return np.where(turn[:, None] > 0, below(self.nodes(), score[:, None]), 0.0)


@dataclass(frozen=True)
class TwoParameterLogistic:
    """The log odds of toxicity are a + exp(b) x, with (a, b) bivariate normal: intercept and log slope.

    `mean` and `sd` are those of the two, `correlation` between them. Raises InvalidValue for a standard deviation that is not
    positive or a correlation outside (-1, 1).

    Source: Neuenschwander 2008, doi:10.1002/sim.3230, section 4, with x the logarithm of the dose.
    """

    mean: tuple[float, float] = (-2.0, 0.0)
    sd: tuple[float, float] = (1.0, 1.0)
    correlation: float = 0.0

    def __post_init__(self) -> None:
        set_numbers(self)
        if not len(self.mean) == len(self.sd) == 2:
            raise InvalidValue("logistic prior: give two means and two standard deviations, of intercept and log slope")
        _check_finite("means of intercept and log slope", *self.mean)
        for name, sd in zip(("intercept", "log slope"), self.sd, strict=True):
            _check_sd(name, sd)
        if not -1 < self.correlation < 1:
            raise InvalidValue(f"correlation {self.correlation:g} of intercept and log slope: give one between -1 and 1")

    @classmethod
    def from_covariance(cls, mean: tuple[float, float], covariance: tuple[float, float, float, float]) -> TwoParameterLogistic:
        """The prior from a covariance matrix, row by row.

        >>> TwoParameterLogistic.from_covariance((0.0, 0.0), (4.0, 1.0, 1.0, 1.0)).correlation
        0.5
        """
        first, second = float(np.sqrt(covariance[0])), float(np.sqrt(covariance[3]))
        return cls(mean, (first, second), covariance[1] / (first * second))

    def scale(self, guesses: tuple[float, ...]) -> tuple[float, ...]:
        slope = np.exp(self.mean[1])
        return tuple(((logit(np.array(guesses)) - self.mean[0]) / slope).tolist())

    def nodes(self) -> Nodes:
        return plane(self.mean, self.sd, self.correlation)

    def log_rates(self, scaled: Floats, parameters: Floats) -> tuple[Floats, Floats]:
        return _of_log_odds(parameters[..., :1] + np.exp(parameters[..., 1:]) * scaled)

    def plug_in(self, parameters: Floats, scaled: Floats) -> Floats:
        return expit(parameters[..., :1] + np.exp(parameters[..., 1:]) * scaled)

    def above(self, scaled: Floats, limit: float | Floats) -> Floats:
        nodes = self.nodes()
        slope = nodes.values[1]
        centre = self.mean[0] + self.correlation * self.sd[0] / self.sd[1] * (slope - self.mean[1])
        spread = self.sd[0] * np.sqrt(1 - self.correlation**2)
        turn = np.reshape(logit(limit), (-1, 1)) - np.exp(slope) * scaled[:, None]
        return 1.0 - below(nodes, (turn - centre) / spread)


@lru_cache(maxsize=32)
def curve_of(model: ToxicityCurve, scaled: tuple[float, ...]) -> Curve:
    """The model at the doses `scaled` and at every point of its grid."""
    nodes = model.nodes()
    log_toxic, log_safe = (np.ascontiguousarray(part.T) for part in model.log_rates(np.array(scaled), nodes.values.T))
    return Curve(nodes, np.exp(log_toxic), log_toxic, log_safe)


@lru_cache(maxsize=64)
def chance_weights(model: ToxicityCurve, scaled: tuple[float, ...], limit: float) -> Floats:
    """`model.above`, kept for the next call; 0 and 1 as limits stand for always and never."""
    if limit <= 0 or limit >= 1:
        return np.full((len(scaled), len(model.nodes().scores)), float(limit <= 0))
    return model.above(np.array(scaled), limit)


def _of_log_odds(log_odds: NDArray[np.float64]) -> tuple[Floats, Floats]:
    return -np.logaddexp(0.0, -log_odds), -np.logaddexp(0.0, log_odds)


def _below_intercept(guesses: tuple[float, ...], intercept: float, slope: float) -> tuple[float, ...]:
    scaled = (logit(np.array(guesses)) - intercept) / slope
    if (scaled >= 0).any():
        raise InvalidValue(
            f"intercept {intercept:g} of the logistic model: the guess {guesses[-1]:g} lies above it; give a higher intercept"
        )
    return tuple(scaled.tolist())


def _check_sd(name: str, value: float) -> None:
    if not (value > 0 and np.isfinite(value)):
        raise InvalidValue(f"{name} prior: {value:g} is no spread; give a positive number")


def _check_finite(name: str, *values: float) -> None:
    if not np.all(np.isfinite(values)):
        raise InvalidValue(f"{name} of the prior: {', '.join(f'{value:g}' for value in values)}; give finite numbers")

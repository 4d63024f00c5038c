"""What is known about a rate: a mixture of beta distributions, brought up to date with responses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import betaincc, betaln

from immunoreset.errors import InvalidValue
from immunoreset.plain_numbers import set_numbers

Floats = NDArray[np.float64]


class BetaPosteriors(NamedTuple):
    """One beta mixture for each of Y results: weights, first and second parameters, all (Y, K)."""

    weights: Floats
    a: Floats
    b: Floats

    def above(self, rate: ArrayLike) -> Floats:
        """Probability that the rate is above each value (G,), shape (Y, G)."""
        values = np.clip(np.atleast_1d(np.asarray(rate, dtype=float)), 0.0, 1.0)
        total = np.zeros((len(self.a), len(values)))
        for weights, a, b in zip(self.weights.T, self.a.T, self.b.T, strict=True):
            total += weights[:, None] * betaincc(a[:, None], b[:, None], values[None, :])
        return total


@dataclass(frozen=True)
class BetaMixture:
    """A mixture of K beta distributions with weights that sum to 1.

    >>> BetaMixture((1.0,), (11.0,), (32.0,)).posterior(2, 6).mean
    0.2653061224489796

    Raises InvalidValue for weights that are negative or do not sum to 1, and parameters at or below 0.
    """

    weights: tuple[float, ...]
    a: tuple[float, ...]
    b: tuple[float, ...]

    def __post_init__(self) -> None:
        set_numbers(self)
        if not len(self.weights) == len(self.a) == len(self.b) > 0:
            raise InvalidValue("beta mixture: give one weight, one a and one b for each component")
        if not all(weight >= 0 for weight in self.weights) or abs(sum(self.weights) - 1) > 1e-9:
            raise InvalidValue(f"beta mixture: weights {self.weights} must be 0 or more and sum to 1")
        if not all(0 < value < np.inf for value in (*self.a, *self.b)):
            raise InvalidValue(f"beta mixture: parameters {self.a} and {self.b} must be above 0")

    @property
    def mean(self) -> float:
        """The mean rate."""
        return float(np.dot(self.weights, self._means()))

    @property
    def sd(self) -> float:
        """The standard deviation of the rate."""
        means, sizes = self._means(), np.add(self.a, self.b)
        second = means * (1 - means) / (sizes + 1) + means**2
        return float(np.sqrt(np.dot(self.weights, second) - self.mean**2))

    def _means(self) -> Floats:
        return np.divide(self.a, np.add(self.a, self.b))

    def above(self, rate: float) -> float:
        """Probability that the rate is above a value.

        >>> round(BetaMixture((1.0,), (1.0,), (1.0,)).above(0.3), 6)
        0.7
        """
        return float(np.dot(self.weights, betaincc(self.a, self.b, np.clip(rate, 0.0, 1.0))))

    def quantile(self, probability: float) -> float:
        """The rate below which the probability lies, good to 1e-12."""
        if not 0 < probability < 1:
            raise InvalidValue(f"beta mixture: quantile of {probability:g}; give a probability between 0 and 1")
        return float(brentq(lambda rate: 1 - self.above(rate) - probability, 0.0, 1.0, xtol=1e-12))  # pyright: ignore[reportArgumentType]

    def posteriors(self, responses: ArrayLike, patients: ArrayLike) -> BetaPosteriors:
        """The posterior after each number of responses (Y,) among so many patients, (Y,) or one number."""
        seen = np.atleast_1d(np.asarray(responses, dtype=float))[:, None]
        missed = np.broadcast_to(np.atleast_1d(np.asarray(patients, dtype=float)), (len(seen),))[:, None] - seen
        if not (np.all(seen >= 0) and np.all(missed >= 0)):
            raise InvalidValue("beta mixture: responses must be between 0 and the number of patients")
        a, b = np.asarray(self.a) + seen, np.asarray(self.b) + missed
        evidence = betaln(a, b) - betaln(self.a, self.b)
        weights = np.asarray(self.weights) * np.exp(evidence - evidence.max(axis=1, keepdims=True))
        return BetaPosteriors(weights / weights.sum(axis=1, keepdims=True), a, b)

    def posterior(self, responses: int, patients: int) -> BetaMixture:
        """The mixture after `responses` of `patients`."""
        found = self.posteriors([responses], patients)
        return BetaMixture(*(tuple(map(float, part[0])) for part in found))

    def robust(self, weight: float, mean: float = 0.5) -> BetaMixture:
        """The mixture with a vague component added, worth two patients around `mean`: uniform when that is one half.

        >>> BetaMixture((1.0,), (11.0,), (32.0,)).robust(0.2).weights
        (0.8, 0.2)

        Source: Schmidli et al. 2014, section 3.
        """
        if not 0 < weight < 1 or not 0 < mean < 1:
            raise InvalidValue(f"robust component: weight {weight:g} and mean {mean:g} must be between 0 and 1")
        kept = (*((1 - weight) * part for part in self.weights), weight)
        return BetaMixture(kept, (*self.a, 2 * mean), (*self.b, 2 * (1 - mean)))


def beta_prior(a: float, b: float) -> BetaMixture:
    """A single beta distribution."""
    return BetaMixture((1.0,), (a,), (b,))


def power_prior(responses: int, patients: int, *, weight: float, start: BetaMixture | None = None) -> BetaMixture:
    """History of `responses` of `patients` counted at `weight` from 0 (ignored) to 1 (in full), on top of `start`, Beta(1, 1).

    >>> power_prior(20, 80, weight=0.5)
    BetaMixture(weights=(1.0,), a=(11.0,), b=(31.0,))

    Raises InvalidValue for a weight outside [0, 1] or more responses than patients. Source: Ibrahim & Chen 2000.
    """
    if not 0 <= weight <= 1:
        raise InvalidValue(f"power prior: weight {weight:g} must be from 0 to 1")
    if not 0 <= responses <= patients:
        raise InvalidValue(f"power prior: {responses} responses of {patients} patients cannot be")
    found = (start or beta_prior(1, 1)).posteriors([weight * responses], weight * patients)
    return BetaMixture(*(tuple(map(float, part[0])) for part in found))

"""Random draws of virtual patients, named by what is drawn, and the spreads that tables of numbers describe in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import betaincinv

from immunoreset.engine import random
from immunoreset.patient.birth_certificates import Parameter
from immunoreset.patient.theta import Theta

_NUMBER = r"([0-9.eE+-]+)"
_LOGNORMAL = re.compile(rf"lognormal(?: median {_NUMBER})?(?: cv {_NUMBER})?(?: sd {_NUMBER})?(?: cap {_NUMBER})?")
_SHARED = re.compile(rf"shared (\w+) cv {_NUMBER}(?: power {_NUMBER})?(?: own cv {_NUMBER})?")
_LOGUNIFORM = re.compile(rf"loguniform {_NUMBER} {_NUMBER} share {_NUMBER}")


@dataclass(frozen=True)
class Lognormal:
    """Log-normal between patients: `median` (None: the typical value), `sd` of the logarithm, and the highest value."""

    median: float | None
    sd: float
    cap: float = np.inf


@dataclass(frozen=True)
class Shared:
    """A factor that several parameters share, to a power, times a factor of the parameter's own; sds of the logarithm."""

    factor: str
    sd: float
    power: float
    own_sd: float


@dataclass(frozen=True)
class Rare:
    """Typical in all but a share of patients, in whom it is log-uniform between two values."""

    low: float
    high: float
    share: float


def log_sd(cv: float) -> float:
    """Standard deviation of the logarithm of a log-normal with this coefficient of variation."""
    return float(np.sqrt(np.log1p(cv * cv)))


@cache
def read_spread(text: str) -> Lognormal | Shared | Rare | None:
    """The spread that the text describes; None when it is not drawn by rule.

    >>> read_spread("lognormal median 0.17 sd 0.5 cap 0.6")
    Lognormal(median=0.17, sd=0.5, cap=0.6)
    """
    if found := _LOGNORMAL.fullmatch(text):
        median, cv, sd, cap = (None if group is None else float(group) for group in found.groups())
        return Lognormal(median, sd if cv is None else log_sd(cv), np.inf if cap is None else cap)  # type: ignore[arg-type]
    if found := _SHARED.fullmatch(text):
        factor, cv, power, own = found.groups()
        return Shared(factor, log_sd(float(cv)), float(power or 1), log_sd(float(own or 0)))
    if found := _LOGUNIFORM.fullmatch(text):
        return Rare(*(float(group) for group in found.groups()))
    return None


@dataclass(frozen=True)
class Draws:
    """Draws for patients `ids`: the same for a patient whoever else is drawn. Each `attempt` at a patient draws anew."""

    seed: int
    ids: np.ndarray
    attempt: int = 0

    def _purpose(self, name: str) -> str:
        return f"virtual patient: {name}, attempt {self.attempt}"

    def uniform(self, name: str) -> np.ndarray:
        """Uniform between 0 and 1, shape (n,)."""
        return random.uniform(self.seed, self._purpose(name), self.ids)[:, 0]

    def normal(self, name: str) -> np.ndarray:
        """Standard normal, shape (n,)."""
        return random.normal(self.seed, self._purpose(name), self.ids)[:, 0]

    def logistic(self, name: str) -> np.ndarray:
        """Standard logistic, shape (n,)."""
        u = self.uniform(name)
        return np.log(u / (1 - u))

    def lognormal(self, name: str, median: float, sd: float) -> np.ndarray:
        """Log-normal with this median and sd of the logarithm, shape (n,)."""
        return median * np.exp(sd * self.normal(name))

    def happens(self, name: str, share: float | np.ndarray) -> np.ndarray:
        """True in this share of patients, shape (n,)."""
        return self.uniform(name) < share

    def beta(self, name: str, a: float, b: float) -> np.ndarray:
        """Beta distributed, shape (n,)."""
        return betaincinv(a, b, self.uniform(name))


def measured(known: float, assay: str, draws: Draws, theta: Theta) -> np.ndarray:
    """True values that agree with a known measurement: the assay's log-normal noise around it."""
    return draws.lognormal(f"error of {assay}", known, theta.table[f"assay.noise_{assay}"].value)


def within_bounds(parameter: Parameter, values: np.ndarray) -> np.ndarray:
    """The values, held inside the bounds of the parameter."""
    return np.clip(values, *parameter.bounds)

"""Random draws of virtual patients, named by what is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import betaincinv, ndtri

from immunoreset.engine import random
from immunoreset.patient.birth_certificates import Parameter
from immunoreset.patient.spreads import Lognormal
from immunoreset.patient.theta import Theta

Source = Callable[[int, str, int, np.ndarray], np.ndarray]
"""Where draws come from: (seed, name, attempt, ids (n,)) -> numbers strictly between 0 and 1, (n,)."""


def hashed(seed: int, name: str, attempt: int, ids: np.ndarray) -> np.ndarray:
    """The draws of studies: independent of each other, the same for a patient for ever."""
    return random.uniform(seed, f"virtual patient: {name}, attempt {attempt}", ids)[:, 0]


def remembered(source: Source) -> Source:
    """The same draws, each made once, for those who draw the same patients many times."""
    known: dict[tuple[int, str, int, bytes], np.ndarray] = {}

    def draw(seed: int, name: str, attempt: int, ids: np.ndarray) -> np.ndarray:
        asked = (seed, name, attempt, ids.tobytes())
        if asked not in known:
            known[asked] = source(seed, name, attempt, ids)
        return known[asked]

    return draw


@dataclass(frozen=True)
class Draws:
    """Draws for patients `ids`: the same for a patient whoever else is drawn. Each `attempt` at a patient draws anew."""

    seed: int
    ids: np.ndarray
    attempt: int = 0
    source: Source = hashed

    def uniform(self, name: str) -> np.ndarray:
        """Uniform between 0 and 1, shape (n,)."""
        return self.source(self.seed, name, self.attempt, self.ids)

    def normal(self, name: str) -> np.ndarray:
        """Standard normal, shape (n,), by inversion."""
        return ndtri(self.uniform(name))

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


def lognormal_within_bounds(
    parameter: Parameter, spread: Lognormal, median: Any, draws: Draws, *, middle: Any = None, wider: float = 1.0
) -> np.ndarray:
    """A number drawn about its typical value `median`, or `middle` if given, (n,); bounds give way to the typical value."""
    drawn = draws.lognormal(parameter.drawn_as, median if middle is None else middle, spread.sd * wider)
    return bounded(parameter, np.minimum(drawn, spread.cap), median)


def bounded(parameter: Parameter, drawn: np.ndarray, median: Any) -> np.ndarray:
    """What was drawn, inside the bounds of the number, or between them and its typical value where that lies beyond."""
    low, high = parameter.bounds
    return np.clip(drawn, np.minimum(low, median), np.maximum(high, median))

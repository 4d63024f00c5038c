"""What the model expects a row to be, by the prior or by the posterior: which rows it cannot say, and how many lie inside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from immunoreset.inference.likelihood import Likelihood

Floats = NDArray[np.float64]
REACH = 0.999
"""A row outside this central part of the prior predictive is one that the model cannot say."""
LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class Expected:
    """Per row (R,), on its scale: the observed value, median and limits of what was expected, and its tail.

    `tail` is the two-sided chance of a value as far out as the observed one, which counts half of those equal to it. `z` is the
    same as a standard normal number, positive where the observed value lies above. A statistic of fit is no test: n is chosen.
    """

    names: tuple[str, ...]
    observed: Floats
    median: Floats
    low: Floats
    high: Floats
    tail: Floats
    z: Floats

    @property
    def inside(self) -> NDArray[np.bool_]:
        return (self.low <= self.observed) & (self.observed <= self.high)


def expected(likelihood: Likelihood, mu: Floats, rng: np.random.Generator, *, level: float = LEVEL) -> Expected:
    """What rows are expected to be where the statistics of the population are mu (M, R), with every error of a row drawn in."""
    return of_draws(likelihood, likelihood.on_scale(likelihood.draw(mu, rng)), level=level)


def of_draws(likelihood: Likelihood, drawn: Floats, *, level: float = LEVEL) -> Expected:
    """The same from data sets on the scales of rows (M, R)."""
    from scipy.special import ndtri

    observed = np.array([target.value for target in likelihood.targets])
    below = ((drawn < observed).sum(axis=0) + 0.5 * (drawn == observed).sum(axis=0) + 0.5) / (len(drawn) + 1)
    low, median, high = np.quantile(drawn, [(1 - level) / 2, 0.5, (1 + level) / 2], axis=0)
    return Expected(likelihood.names, observed, median, low, high, 2 * np.minimum(below, 1 - below), ndtri(below))


def reach(likelihood: Likelihood, mu: Floats, rng: np.random.Generator, *, replicates: int = 8) -> tuple[str, ...]:
    """Names of the rows that the model cannot say, whatever its unknowns: they stay out, and the mechanism is to be changed.

    `mu` (M, R) are statistics at points of the prior, nan where a point has none; each is seen `replicates` times. A row is out
    of reach where it lies outside the central 99.9 %, or has no statistic at any point.
    """
    many = np.tile(mu, (replicates, 1))
    filled = np.where(np.isfinite(many), many, 0.0)
    drawn = np.where(np.isfinite(many), likelihood.on_scale(likelihood.draw(filled, rng)), np.nan)
    tail = (1 - REACH) / 2
    out = []
    for row, target in enumerate(likelihood.targets):
        known = drawn[np.isfinite(drawn[:, row]), row]
        inside = len(known) > 0 and np.quantile(known, tail) <= target.value <= np.quantile(known, 1 - tail)
        if not inside:
            out.append(target.name)
    return tuple(out)


@dataclass(frozen=True)
class Inside:
    """How many rows lie inside their 95 % intervals, and how many would if the model were right (5 to 95 %)."""

    inside: int
    rows: int
    low: int
    high: int

    def __str__(self) -> str:
        return f"{self.inside} of {self.rows}; {self.low} to {self.high} expected"


def inside(likelihood: Likelihood, mu: Floats, rng: np.random.Generator, *, level: float = LEVEL) -> tuple[Inside, Expected]:
    """Rows inside of what the statistics mu (M, R) let expect, and how many other data sets from the same mu have inside."""
    drawn = likelihood.on_scale(likelihood.draw(mu, rng))
    found = of_draws(likelihood, drawn, level=level)
    counts = ((found.low <= drawn) & (drawn <= found.high)).sum(axis=1)
    low, high = np.quantile(counts, [0.05, 0.95], method="nearest")
    return Inside(int(found.inside.sum()), len(found.names), int(low), int(high)), found


def contraction(z: Floats) -> Floats:
    """By how much each unknown (K,) is better known than a priori: 1 - variance of its draws (M, K), the prior's being 1."""
    return 1 - z.var(axis=0, ddof=1)

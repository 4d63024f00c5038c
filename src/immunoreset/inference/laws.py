"""How a published number comes about from the truth of a population: binomial, Poisson, Student, chi-square or normal.

A law knows its observed value and how likely that is at a value mu of the model, mu being on the scale of the emulator: as it
is, logarithm or logit. Counts keep their exact likelihood, so that 8 of 8 is as good as any number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Kind = Literal["normal", "student", "chi-square", "binomial", "poisson", "free"]


@dataclass(frozen=True)
class Law:
    """One observation and its likelihood.

    | kind | mu is | value | size | df |
    |---|---|---|---|---|
    | normal | anything | observed | sd | |
    | student | a mean | observed | standard error | n - 1 |
    | chi-square | log of an SD | log of the observed SD | | n - 1 |
    | binomial | logit of a share | count | n | |
    | poisson | log of a rate | events | exposure | |
    | free | logit of the share free of an event at a horizon | events | exposure in horizons | |

    `width` divides every distance between data and model: 1.5 for each step away.
    """

    kind: Kind
    value: float
    size: float = 1.0
    df: float = 0.0
    width: float = 1.0

    def observed(self, value: Floats | float | None = None) -> Floats:
        """The observed value (or other values, in the unit of `value`) on the scale of mu; counts with a half added."""
        y = np.asarray(self.value if value is None else value, dtype=float)
        match self.kind:
            case "binomial":
                return np.log((y + 0.5) / (self.size - y + 0.5))
            case "poisson":
                return np.log((y + 0.5) / self.size)
            case "free":
                return -np.log(np.expm1((y + 0.5) / self.size))
            case _:
                return y

    def spread(self, mu: Floats | float) -> Floats:
        """SD of the observation about mu, on its scale, widened; counts with half an event added, so that it stays finite."""
        mu = np.asarray(mu, dtype=float)
        match self.kind:
            case "binomial":
                share = 1 / (1 + np.exp(-mu))
                own = 1 / (self.size * share + 0.5) + 1 / (self.size * (1 - share) + 0.5)
            case "poisson":
                own = 1 / (self.size * np.exp(mu) + 0.5)
            case "free":
                rate = np.logaddexp(0, -mu)
                own = (rate / -np.expm1(-rate)) ** 2 / (self.size * rate + 0.5)  # d logit / d log rate, squared
            case "chi-square":
                own = np.full(mu.shape, 0.5 / self.df)
            case "student":
                own = np.full(mu.shape, self.size**2 * (self.df / (self.df - 2) if self.df > 4 else 2.0))
            case _:
                own = np.full(mu.shape, self.size**2)
        return self.width * np.sqrt(own)

    def log_likelihood(self, mu: Floats) -> Floats:
        """Log of the likelihood at mu, of any shape, up to a constant."""
        y = self.value
        match self.kind:
            case "binomial":
                found = -y * np.logaddexp(0, -mu) - (self.size - y) * np.logaddexp(0, mu)
            case "poisson":
                found = y * mu - self.size * np.exp(mu)
            case "free":
                rate = np.logaddexp(0, -mu)
                found = (y * np.log(rate) if y else 0.0) - self.size * rate
            case "chi-square":
                found = -self.df * mu - self.df / 2 * np.exp(2 * (y - mu))
            case "student":
                found = -(self.df + 1) / 2 * np.log1p(((y - mu) / self.size) ** 2 / self.df)
            case _:
                found = -0.5 * ((y - mu) / self.size) ** 2
        return found / self.width**2

    def draw(self, mu: Floats, score: Floats, more: Floats) -> Floats:
        """Observations at mu, in the unit of `value`, from standard normal scores (and `more`, used where the row is widened)."""
        from scipy.special import chdtri, ndtr, stdtrit

        if self.kind == "normal":
            return mu + self.width * self.size * score
        if self.width > 1:
            mu = mu + math.sqrt(1 - self.width**-2) * self.spread(mu) * more
        chance = np.clip(ndtr(score), 1e-12, 1 - 1e-12)
        match self.kind:
            case "binomial":
                from scipy.stats import binom

                return binom.ppf(chance, max(1, round(self.size)), 1 / (1 + np.exp(-mu)))
            case "poisson" | "free":
                from scipy.stats import poisson

                return poisson.ppf(chance, self.size * (np.exp(mu) if self.kind == "poisson" else np.logaddexp(0, -mu)))
            case "chi-square":
                return mu + 0.5 * np.log(chdtri(self.df, 1 - chance) / self.df)
            case _:
                return mu + self.size * stdtrit(self.df, chance)

    def seen(self, value: float) -> Law:
        """The same law with another observation."""
        return replace(self, value=value)


def signed_root(law: Law, extra: float, points: int = 513) -> tuple[float, float, Floats]:
    """How far data and model lie apart, in standard normal units, on an even grid of mu: its start, its step, the distances.

    Half the square of the distance is the fall of the log-likelihood from its best (signed root of the deviance, Barndorff-
    Nielsen 1986), after mu was blurred by a normal of sd `extra`: what the model may be off besides (emulator, studies,
    discrepancy). It is positive where the data lie above the model.
    """
    middle = float(law.observed())
    own = float(law.spread(middle))
    reach = 10 * math.hypot(own, extra)
    grid = np.linspace(middle - reach, middle + reach, points)
    step = float(grid[1] - grid[0])
    if law.kind == "normal":
        return float(grid[0]), step, (law.value - grid) / math.hypot(law.width * law.size, extra)
    fall = law.log_likelihood(grid)
    if extra > 0:
        nodes = np.linspace(-6, 6, int(np.clip(24 * extra / own, 41, 801)) | 1)
        weights = np.exp(-0.5 * nodes**2)
        at = law.log_likelihood(grid[:, None] + extra * nodes)
        top = at.max(axis=1)
        fall = top + np.log(np.einsum("gn,n->g", np.exp(at - top[:, None]), weights / weights.sum()))
    best = int(fall.argmax())
    highest, where = float(fall[best]), float(grid[best])
    if 0 < best < points - 1:  # the top between three points, by a parabola
        left, right = fall[best - 1] - highest, fall[best + 1] - highest
        bend = left + right
        if bend < 0:
            shift = 0.5 * (left - right) / bend
            highest -= 0.125 * (left - right) ** 2 / bend
            where += shift * step
    elif best == 0:
        where = -math.inf
    else:
        where = math.inf
    return float(grid[0]), step, np.sign(where - grid) * np.sqrt(2 * np.maximum(0.0, highest - fall))

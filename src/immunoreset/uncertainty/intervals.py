"""How sure a number of an arm is: between patients, from what is not known of the numbers, and what a trial would report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEVEL = 0.90
TRIALS = 4000
VALUES_AT_ONCE = 4_000_000
"""Patients of all simulated trials together; trials of many patients are simulated less often."""


class Ends(NamedTuple):
    """The ends of an interval; nan where there is none."""

    low: float
    high: float


class Intervals(NamedTuple):
    """A number with its intervals, which answer different questions and are never added up.

    `value` is the share, or the median of those who have the outcome, with the numbers of the model as they are. `patients` is
    where the patients lie with these numbers (nan for a share: a patient has it or not). `numbers` is where the value lies over
    the draws of the numbers. `trial` is what a trial of `n` patients would report: numbers, patients and chance together.
    """

    value: float
    patients: Ends
    numbers: Ends
    trial: Ends
    n: int


@dataclass(frozen=True, eq=False)
class Spread:
    """The patients of one arm under every draw: `outcomes` (D, P) by name; `curves` (D, quantiles, days) over the patients.

    `trial_size` are the patients of the next trial, and `seed` names the chance of the trials that are simulated.
    """

    outcomes: Mapping[str, Floats]
    curves: Mapping[str, NDArray[np.float32]]
    trial_size: int
    seed: int

    def statistics(self, outcome: str, *, share: bool) -> Floats:
        """The share, or the median, under every draw, (D,)."""
        return statistic(self.outcomes[outcome], share=share)

    def numbers(self, outcome: str, level: float = LEVEL, *, share: bool) -> Ends:
        """Where the share or median lies over the draws."""
        return ends(self.statistics(outcome, share=share), level)

    def trial(self, outcome: str, level: float = LEVEL, *, share: bool, n: int | None = None) -> Ends:
        """What a trial of `n` patients would report."""
        values = self.outcomes[outcome]
        picked = _picked(*values.shape, n or self.trial_size, self.seed)
        draw = np.arange(len(picked)) % len(values)
        return ends(statistic(values[draw[:, None], picked], share=share), level)

    def band(self, curve: str, level: float = LEVEL) -> Floats:
        """Where the median of the patients lies on each day over the draws: low and high, (2, days)."""
        medians = self.curves[curve][:, self.curves[curve].shape[1] // 2]
        return np.quantile(medians.astype(float), [(1 - level) / 2, (1 + level) / 2], axis=0)


def statistic(values: Floats, *, share: bool) -> Floats:
    """The share, or the median, over the last axis, of those who have a value; nan where nobody has one."""
    nobody = np.logical_and.reduce(~np.isfinite(values), axis=-1, keepdims=True)
    held = np.where(nobody, 0.0, values)
    return np.where(nobody[..., 0], np.nan, np.nanmean(held, axis=-1) if share else np.nanmedian(held, axis=-1))


def ends(values: Floats, level: float) -> Ends:
    """The middle `level` of the values that there are."""
    known = values[np.isfinite(values)]
    if not len(known):
        return Ends(np.nan, np.nan)
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Ends(float(low), float(high))


@lru_cache(maxsize=4)
def _picked(draws: int, patients: int, n: int, seed: int) -> NDArray[np.int64]:
    """The patients of trials of `n`, (trials, n), by Polya's urn; as many trials of each draw.

    The patients that were simulated are a sample themselves: each one picked is put back with another like him, which makes
    trials vary as if patients were drawn from the population.
    """
    trials = draws * max(1, min(TRIALS, VALUES_AT_ONCE // n) // draws)
    chance = np.random.default_rng([seed, patients, n])
    picked = np.empty((trials, n), dtype=np.int64)
    everyone = np.arange(trials)
    for place in range(n):
        urn = chance.integers(0, patients + place, size=trials)
        again = urn >= patients
        picked[:, place] = urn
        picked[again, place] = picked[everyone[again], urn[again] - patients]
    picked.flags.writeable = False
    return picked

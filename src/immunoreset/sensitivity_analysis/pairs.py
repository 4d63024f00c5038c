"""Total effects on the number of a cohort, from few patients a row: by pairs of different patients, so that noise cancels.

A row is a point A of all unknowns, a second one B, and for each factor i the point AB_i, which is A with that factor from B. All
points of a row are simulated on the same few patients, other rows on others. With d = y(A) - y(AB_i) of a patient,

    total_i = mean over rows and pairs p != q of d_p d_q / 2 V,      V = mean over rows and pairs of (yA - yB)_p (yA - yB)_q / 2

estimates the share of the variance of the *expected* outcome that vanishes once all but factor i are known: patients p and q are
independent, so that what is particular to a patient drops out of the mean. The usual estimator (Jansen 1999,
doi:10.1016/S0010-4655(98)00154-4) takes p = q. It says how much a factor has to do with the outcome of a *single* patient; taken
for the cohort it calls patient noise sensitivity. First effects likewise (Saltelli 2010, doi:10.1016/j.cpc.2009.09.018).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DRAWS = 500
"""Resamples of rows for an interval."""
LEVEL = 0.95
ROUNDING = 1e-9
"""Of the standard deviation of single patients: a smaller difference of a patient under two points is none."""


@dataclass(frozen=True)
class Estimate:
    """Values (...) with standard errors and the ends of 95 % intervals; nan where there is nothing to estimate from."""

    value: Floats
    error: Floats
    low: Floats
    high: Floats
    draws: Floats
    """The same from resampled rows, (draws, ...)."""

    @classmethod
    def of(cls, value: Floats, draws: Floats) -> Estimate:
        tail = 50 * (1 - LEVEL)
        known = np.isfinite(draws).any(axis=0)
        kept = np.where(known, draws, 0.0)
        low, high = np.nanpercentile(kept, [tail, 100 - tail], axis=0)
        blank = np.where(known, 0.0, np.nan)
        return cls(value, np.nanstd(kept, axis=0, ddof=1) + blank, low + blank, high + blank, draws)


@dataclass(frozen=True)
class Effects:
    """`total` and `first` (K, H) of K factors on H numbers of the cohort; `single` (K, H) the usual estimator, and `patients`
    (H,), both shares of the variance of single patients. `variance` (H,) is that of the number of the cohort, `single_variance`
    (H,) that of single patients. `rows` (K,) counts the rows that each factor was estimated from."""

    total: Estimate
    first: Estimate
    single: Estimate
    patients: Estimate
    variance: Estimate
    single_variance: Estimate
    rows: NDArray[np.int64]


def pair_means(one: Floats, other: Floats) -> Floats:
    """Mean of one_p other_q over pairs p != q of patients, along the axis before the last; nan for fewer than two patients."""
    known = np.isfinite(one) & np.isfinite(other)
    first, second = np.where(known, one, 0.0), np.where(known, other, 0.0)
    count = known.sum(axis=-2)
    pairs = first.sum(axis=-2) * second.sum(axis=-2) - (first * second).sum(axis=-2)
    return np.where(count > 1, pairs / np.maximum(count * (count - 1), 1), np.nan)


def _patient_means(values: Floats) -> Floats:
    known = np.isfinite(values)
    count = known.sum(axis=-2)
    return np.where(count > 0, np.where(known, values, 0.0).sum(axis=-2) / np.maximum(count, 1), np.nan)


class _Rows:
    """Means over rows, and over rows drawn with replacement."""

    def __init__(self, rows: int, seed: int) -> None:
        chance = np.full(rows, 1.0 / rows)
        drawn = np.random.default_rng(seed).multinomial(rows, chance, size=DRAWS)
        self.weights = np.vstack([np.ones(rows), drawn])

    def means(self, values: Floats) -> Floats:
        """(1 + draws, ...) of values (rows, ...), over the rows that have one."""
        known = np.isfinite(values).reshape(len(values), -1)
        filled = np.where(known, values.reshape(len(values), -1), 0.0)
        sums, counts = self.weights @ filled, self.weights @ known
        found = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
        return found.reshape(-1, *values.shape[1:])


def _estimate(values: Floats) -> Estimate:
    return Estimate.of(values[0], values[1:])


def _share(part: Floats, whole: Floats) -> Estimate:
    """A ratio, nan where the whole is not above 0."""
    return _estimate(np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), np.nan))


def effects(a: Floats, b: Floats, mixed: Floats, *, seed: int = 0) -> Effects:
    """The effects of K factors from rows `a` and `b` (N, n, H) and `mixed` (N, K, n, H) of n patients; nan where there is none.

    `seed` draws the resampled rows for the intervals. Needs two or more patients a row.
    """
    rows = _Rows(len(a), seed)
    both = np.concatenate([a, b], axis=1)
    centre = np.nan_to_num(rows.means(_patient_means(both))[0])
    single_variance = rows.means(_patient_means((both - centre) ** 2)) - rows.means(_patient_means(both - centre)) ** 2
    twice = rows.means(pair_means(a - b, a - b))
    change = a[:, None] - mixed
    rounding = ROUNDING * np.sqrt(np.maximum(np.nan_to_num(single_variance[0]), 0.0))
    change = np.where(np.abs(change) <= rounding, 0.0, change)
    total = rows.means(pair_means(change, change))
    first = rows.means(pair_means(np.broadcast_to((b - centre)[:, None], mixed.shape), -change))
    within = (_variances_within(a) + _variances_within(b)) / 2
    return Effects(
        total=_share(total, twice[:, None]),
        first=_share(2 * first, twice[:, None]),
        single=_share(rows.means(_patient_means(change**2)) / 2, single_variance[:, None]),
        patients=_share(rows.means(within), single_variance),
        variance=_estimate(twice / 2),
        single_variance=_estimate(single_variance),
        rows=np.isfinite(pair_means(change, change)).any(axis=2).sum(axis=0),
    )


def _variances_within(values: Floats) -> Floats:
    """The variance between patients of a row: half the mean squared difference of two different ones."""
    return _patient_means(values**2) - pair_means(values, values)

"""Patients drawn by their weights: systematic sampling of a pool that is ordered by what the table tells (Madow 1949).

Neighbours in that order are alike, so that the patients drawn have the weighted shares and means of the pool nearly without
the chance that drawing one by one would add.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from immunoreset.engine.random import uniform

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
FEW, BINS = 12, 4  # a feature of more values than a few is ordered by quarters
_ROUNDING = 1e-9


def drawn_by_weight(weights: Floats, n: int, *, seed: int, order: Places) -> Places | None:
    """Places of `n` different patients, in rising order, each taken with probability n w; w (N,) adds up to 1.

    `order` (N,) is the one in which the pool is walked along. None where a weight is above 1 / n, so that somebody would be
    taken twice.

    >>> drawn_by_weight(np.full(6, 1 / 6), 3, seed=1, order=np.arange(6)).tolist() in ([0, 2, 4], [1, 3, 5])
    True
    """
    if n * float(weights.max()) > 1 - _ROUNDING:
        return None
    begin = float(uniform(seed, "baseline: systematic sampling", [0])[0, 0])
    ends = np.cumsum(weights[order])
    places = np.searchsorted(ends * (n / ends[-1]), begin + np.arange(n), side="right")
    return np.sort(order[np.minimum(places, len(order) - 1)])


def alike_together(features: Floats) -> Places:
    """An order of the patients (N,) in which neighbours have similar `features` (K, N): those of fewest values first."""
    keys = sorted(((len(np.unique(values)), values) for values in features), key=lambda one: one[0])
    coarse = [values if different <= FEW else _quarters(values) for different, values in keys]
    return np.lexsort((keys[-1][1], *reversed(coarse)))


def _quarters(values: Floats) -> Floats:
    limits = np.quantile(values, np.arange(1, BINS) / BINS)
    return np.searchsorted(limits, values).astype(float)

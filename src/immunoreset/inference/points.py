"""Quasi-random points of unknowns: standard normal coordinates that fill space evenly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def normal_points(n: int, dimensions: int, seed: int) -> NDArray[np.float64]:
    """`n` points (n, dimensions), standard normal: a Sobol sequence scrambled by the seed.

    >>> normal_points(4, 2, seed=1).shape
    (4, 2)
    """
    from scipy.special import ndtri
    from scipy.stats import qmc

    power = max(1, int(np.ceil(np.log2(n))))
    points = qmc.Sobol(dimensions, scramble=True, bits=52, rng=np.random.default_rng(seed)).random_base2(power)[:n]
    return ndtri(points + 0.5 * 2.0**-52)

"""The power of a t test, from the noncentral t distribution.

The library's distribution function gives no number once the mean of t is above about 36; there the power is integrated.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammainc, gammaincc, gammainccinv, gammaincinv, nctdtr, ndtr, stdtrit

Floats = NDArray[np.float64]

_LIBRARY_UP_TO = 30.0  # mean of t
_REACH = 9.0  # standard deviations beyond which nothing is left to integrate
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(256)
_NORMAL = _REACH * _NODES
_MASS = _REACH * _WEIGHTS * np.exp(-0.5 * _NORMAL**2) / np.sqrt(2 * np.pi)


def t_power(freedom: ArrayLike, drift: ArrayLike, *, tail: float) -> Floats:
    """Chance (n,) that t with `freedom` degrees and mean `drift`, both (n,), is above its critical value of the upper `tail`.

    >>> t_power([7.0, 198.0], [2.0, 40.0], tail=0.025).round(6)
    array([0.407937, 1.      ])

    Source: Johnson, Kotz & Balakrishnan 1995, chapter 31.
    """
    degrees, means = np.broadcast_arrays(np.asarray(freedom, dtype=float), np.asarray(drift, dtype=float))
    critical = stdtrit(degrees, 1 - tail)
    usual = means <= np.where(critical > 0, _LIBRARY_UP_TO, 5.0)
    found = 1 - nctdtr(degrees, np.where(usual, means, 0.0), critical)
    return np.where(usual, found, _integrated(degrees, means, critical)) if not np.all(usual) else found


def _integrated(degrees: Floats, means: Floats, critical: Floats) -> Floats:
    half, mean, bound = (part[..., None] for part in (degrees / 2, means, critical))
    # over the estimated deviation where it is sure, over the estimated mean where it is not: so both integrands are smooth
    ratio = np.where(
        _NORMAL < 0, gammaincinv(half, ndtr(np.minimum(_NORMAL, 0))), gammainccinv(half, ndtr(-np.maximum(_NORMAL, 0)))
    )
    by_deviation = ndtr(mean - bound * np.sqrt(ratio / half)) @ _MASS
    share = half * ((_NORMAL + mean) / np.where(bound > 0, bound, 1.0)) ** 2
    by_mean = np.where(share < half, gammainc(half, share), 1 - gammaincc(half, share)) @ _MASS
    found = np.where(critical > np.sqrt(2 * degrees), by_mean, by_deviation)
    return np.minimum(found, 1.0)

"""Two response rates without strata: Pearson's chi-square and Fisher's exact test."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, gammaln

from immunoreset.trial.analysis.patients import Floats, ratio_or
from immunoreset.trial.analysis.tables import Tables

Numbers = NDArray[np.float64]
_SAME = 1 + 1e-7  # tables this close in probability count as equally likely


class ChiSquare(NamedTuple):
    """Pearson's test; z is above 0 when the treatment arm responds more; p is two-sided."""

    z: Numbers
    chi_square: Numbers
    p: Numbers


class FisherTest(NamedTuple):
    """Exact p: two-sided, and one-sided for more responses under treatment and for fewer."""

    p: Numbers
    p_more: Numbers
    p_fewer: Numbers


def chi_square(data: Tables, *, correction: bool = False) -> ChiSquare:
    """Pearson's chi-square of the pooled table, with Yates' correction on request; p is 1 when all or none respond.

    >>> from immunoreset.trial.analysis.tables import tables
    >>> round(float(chi_square(tables(12, 20, 5, 20)).p), 4)
    0.0252
    """
    x, n, y, m = (part[..., 0] for part in data.pooled)
    total, cross = n + m, x * (m - y) - y * (n - x)
    if correction:
        cross = np.sign(cross) * np.maximum(np.abs(cross) - total / 2, 0)
    z = ratio_or(cross * np.sqrt(total), np.sqrt(n * m * (x + y) * (total - x - y)), otherwise=0)
    return ChiSquare(z, z**2, chdtrc(1, z**2))


def fisher_exact(data: Tables) -> FisherTest:
    """Fisher's exact test of the pooled table; the two-sided p adds all tables that are not more likely than the one seen.

    >>> from immunoreset.trial.analysis.tables import tables
    >>> round(float(fisher_exact(tables(3, 4, 1, 4)).p), 4)
    0.4857

    Source: Fisher 1935, the lady tasting tea; Agresti 2013, section 3.5.
    """
    x, n, y, m = (part[..., 0] for part in data.pooled)
    possible = np.arange(int(np.max(np.minimum(n, x + y), initial=0)) + 1)
    chances = _chances(possible, n[..., None], m[..., None], (x + y)[..., None])
    seen = np.take_along_axis(chances, x[..., None].astype(np.int64), axis=-1)
    two_sided = np.where(chances <= seen * _SAME, chances, 0).sum(axis=-1)
    more = np.where(possible >= x[..., None], chances, 0).sum(axis=-1)
    fewer = np.where(possible <= x[..., None], chances, 0).sum(axis=-1)
    return FisherTest(*(np.minimum(part, 1.0) for part in (two_sided, more, fewer)))


def _chances(x: NDArray[np.int64], n: Floats, m: Floats, yes: Floats) -> Floats:
    """Hypergeometric probability of x responders among n treated, given the margins; 0 where x is impossible."""

    def log_choose(total: Floats, chosen: Floats) -> Floats:
        return gammaln(total + 1) - gammaln(chosen + 1) - gammaln(total - chosen + 1)

    able = (x <= n) & (x <= yes) & (yes - x <= m)
    inside = np.where(able, x, np.maximum(yes - m, 0))
    return np.where(able, np.exp(log_choose(n, inside) + log_choose(m, yes - inside) - log_choose(n + m, yes)), 0.0)

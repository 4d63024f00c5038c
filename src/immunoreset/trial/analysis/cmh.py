"""Cochran-Mantel-Haenszel: response rates of two arms compared within strata, and the effect that the strata share."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from immunoreset.trial.analysis.patients import Floats, level_quantile, ratio_or
from immunoreset.trial.analysis.tables import Tables

Numbers = NDArray[np.float64]


class CMHTest(NamedTuple):
    """The test of no effect in any stratum; z is above 0 when the treatment arm responds more; p is two-sided."""

    z: Numbers
    chi_square: Numbers
    p: Numbers


class CommonEffect(NamedTuple):
    """An effect shared by the strata, its standard error (of the log for a ratio) and interval."""

    estimate: Numbers
    standard_error: Numbers
    lower: Numbers
    upper: Numbers


class Homogeneity(NamedTuple):
    """Breslow-Day test, with Tarone's correction, that the strata have one odds ratio; p has S - 1 degrees of freedom."""

    chi_square: Numbers
    p: Numbers


def cmh_test(data: Tables, *, correction: bool = False) -> CMHTest:
    """Test of the treatment effect adjusted for strata; `correction` takes 0.5 off the difference of counts.

    A trial where nobody or everybody responds says nothing: z is 0 and p is 1.

    >>> from immunoreset.trial.analysis.tables import tables
    >>> round(float(cmh_test(tables([10, 8], [20, 20], [5, 4], [20, 20])).p), 4)
    0.035

    Source: Mantel and Haenszel 1959; Agresti 2013, section 6.4.
    """
    total, yes = data.patients, data.responders
    expected = ratio_or(data.treated * yes, total, otherwise=0)
    spread = ratio_or(data.treated * data.control * yes * (total - yes), total**2 * (total - 1), otherwise=0)
    difference = (data.treated_responders - expected).sum(axis=-1)
    if correction:
        difference = np.sign(difference) * np.maximum(np.abs(difference) - 0.5, 0)
    z = ratio_or(difference, np.sqrt(spread.sum(axis=-1)), otherwise=0)
    return CMHTest(z, z**2, chdtrc(1, z**2))


def common_odds_ratio(data: Tables, *, level: float = 0.95) -> CommonEffect:
    """The Mantel-Haenszel odds ratio of treatment over control; not a number where it cannot be estimated.

    >>> from immunoreset.trial.analysis.tables import tables
    >>> round(float(common_odds_ratio(tables([10, 8], [20, 20], [5, 4], [20, 20])).estimate), 3)
    2.837

    Source: Robins, Breslow and Greenland 1986 for the variance of its log.
    """
    total = data.patients
    a, c = data.treated_responders, data.control_responders
    b, d = data.treated - a, data.control - c
    ad, bc = ratio_or(a * d, total, otherwise=0), ratio_or(b * c, total, otherwise=0)
    agree, differ = ratio_or(a + d, total, otherwise=0), ratio_or(b + c, total, otherwise=0)
    above, below = ad.sum(axis=-1), bc.sum(axis=-1)
    variance = (
        ratio_or((agree * ad).sum(axis=-1), 2 * above**2, otherwise=np.nan)
        + ratio_or((agree * bc + differ * ad).sum(axis=-1), 2 * above * below, otherwise=np.nan)
        + ratio_or((differ * bc).sum(axis=-1), 2 * below**2, otherwise=np.nan)
    )
    ratio, error = ratio_or(above, below, otherwise=np.nan), np.sqrt(variance)
    reach = np.exp(level_quantile(level) * error)
    return CommonEffect(ratio, error, ratio / reach, ratio * reach)


def common_risk_difference(data: Tables, *, level: float = 0.95) -> CommonEffect:
    """The Mantel-Haenszel risk difference, treatment minus control, with Sato's variance, right for few and for many strata.

    >>> from immunoreset.trial.analysis.tables import tables
    >>> round(float(common_risk_difference(tables([10, 8], [20, 20], [5, 4], [20, 20])).estimate), 3)
    0.225

    Source: Greenland and Robins 1985; Sato 1989.
    """
    total, treated, control = data.patients, data.treated, data.control
    x, y = data.treated_responders, data.control_responders
    weight = ratio_or(treated * control, total, otherwise=0).sum(axis=-1)
    estimate = ratio_or(ratio_or(x * control - y * treated, total, otherwise=0).sum(axis=-1), weight, otherwise=np.nan)
    slope = treated**2 * y - control**2 * x + treated * control * (control - treated) / 2
    slope = ratio_or(slope, total**2, otherwise=0).sum(axis=-1)
    level_part = ratio_or(x * (control - y) + y * (treated - x), 2 * total, otherwise=0).sum(axis=-1)
    error = np.sqrt(ratio_or(estimate * slope + level_part, weight**2, otherwise=np.nan))
    reach = level_quantile(level) * error
    return CommonEffect(estimate, error, estimate - reach, estimate + reach)


def breslow_day(data: Tables) -> Homogeneity:
    """Test that the odds ratio is the same in every stratum; strata where all or none respond are left out.

    >>> from immunoreset.trial.analysis.tables import tables
    >>> round(float(breslow_day(tables([10, 8], [20, 20], [5, 4], [20, 20])).chi_square), 4)
    0.014

    Source: Breslow and Day 1980, section 4.4; Tarone 1985.
    """
    ratio = common_odds_ratio(data).estimate[..., None]
    total, yes = data.patients, data.responders
    informative = (data.treated > 0) & (data.control > 0) & (yes > 0) & (yes < total)
    expected = _expected_responders(data, ratio)
    cells = (expected, data.treated - expected, yes - expected, data.control - yes + expected)
    inverse = sum((ratio_or(1, cell, otherwise=np.inf) for cell in cells), start=np.zeros_like(expected))
    excess = np.where(informative, data.treated_responders - expected, 0)
    variance = np.where(informative, ratio_or(1, inverse, otherwise=np.nan), 0)
    parts = ratio_or(excess**2, variance, otherwise=0).sum(axis=-1)
    tarone = ratio_or(excess.sum(axis=-1) ** 2, variance.sum(axis=-1), otherwise=0)
    statistic, freedom = parts - tarone, informative.sum(axis=-1) - 1
    p = np.where(freedom > 0, chdtrc(np.maximum(freedom, 1), np.maximum(statistic, 0)), np.nan)
    return Homogeneity(statistic, p)


def _expected_responders(data: Tables, ratio: Floats) -> Floats:
    """Treated responders (..., S) when every stratum has the common odds ratio and the margins that it has."""
    treated, yes, total = data.treated, data.responders, data.patients
    second = 1 - ratio
    first = total - treated - yes + ratio * (treated + yes)
    last = -ratio * treated * yes
    root = np.sqrt(np.maximum(first**2 - 4 * second * last, 0))
    return ratio_or(-2 * last, first + root, otherwise=np.nan)

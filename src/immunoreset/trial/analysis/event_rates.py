"""The ratio of two rates of repeated events, such as flares per year, by negative binomial or Poisson regression."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from immunoreset import errors
from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.design_matrix import ARM, design_matrix
from immunoreset.trial.analysis.patients import Label, compare, finite, level_quantile, place

Family = Literal["negative binomial", "poisson"]


class RateRatio(NamedTuple):
    """Rate of treatment over control with interval, z above 0 when the treatment has fewer events, two-sided p.

    `dispersion` is the extra variance between patients, 0 for Poisson; numbers are not to be used unless converged.
    """

    ratio: float
    lower: float
    upper: float
    z: float
    p: float
    dispersion: float
    converged: bool


def rate_ratio(
    events: ArrayLike,
    days: ArrayLike,
    arm: ArrayLike,
    *,
    covariates: Sequence[ArrayLike] = (),
    stratum: ArrayLike | None = None,
    family: Family = "negative binomial",
    treatment: Label = 1,
    control: Label = 0,
    level: float = 0.95,
) -> RateRatio:
    """Compare events (n,) during `days` of follow-up (n,) in one trial, adjusted for covariates and strata.

    >>> found = rate_ratio([0, 1, 0, 1, 2, 3, 1, 4], [365] * 8, [1, 1, 1, 1, 0, 0, 0, 0], family="poisson")
    >>> round(found.ratio, 3), round(found.p, 3)
    (0.2, 0.038)

    Raises InvalidValue for counts that are not whole, follow-up of 0 days, or an arm without any event.
    """
    if family not in ("negative binomial", "poisson"):
        raise errors.unknown("family", family, ("negative binomial", "poisson"))
    quantile = level_quantile(level)
    arms = compare(arm, treatment=treatment, control=control)
    counts, exposure = finite(events, what="events", among=arms.used), finite(days, what="days", among=arms.used)
    if counts.ndim != 1:
        raise InvalidValue(f"events have shape {counts.shape}; give one trial, one number per patient")
    if np.any(wrong := arms.used & ((counts < 0) | (counts != np.floor(counts)))):
        raise InvalidValue(f"events of {place(wrong)} are {counts[wrong][0]:g}; give a whole number, 0 or more")
    if np.any(short := arms.used & (exposure <= 0)):
        raise InvalidValue(f"follow-up of {place(short)} is {exposure[short][0]:g} days; leave out patients without follow-up")
    for members, name in ((arms.treated, treatment), (arms.used & ~arms.treated, control)):
        if not counts[members].any():
            raise InvalidValue(f"nobody in arm '{name}' had an event; a ratio of rates cannot be estimated")
    columns = design_matrix(arms, covariates=covariates, stratum=stratum)[arms.used]
    effect, error, dispersion, converged = _fit(counts[arms.used], columns, exposure[arms.used], family)
    z, reach = -effect / error, quantile * error
    low, high = float(np.exp(effect - reach)), float(np.exp(effect + reach))
    return RateRatio(float(np.exp(effect)), low, high, float(z), float(2 * ndtr(-abs(z))), dispersion, converged)


def _fit(counts, columns, exposure, family: str) -> tuple[float, float, float, bool]:
    from statsmodels.discrete.discrete_model import NegativeBinomial, Poisson

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what they say is in `converged`
        plain = Poisson(counts, columns, exposure=exposure).fit(disp=0, maxiter=200)
        spread = float((((counts - plain.predict()) ** 2) / plain.predict()).sum() / max(len(counts) - columns.shape[1], 1))
        if family == "poisson" or spread <= 1:  # no more spread than Poisson: the dispersion is at its limit, 0
            return float(plain.params[ARM]), float(plain.bse[ARM]), 0.0, bool(plain.mle_retvals["converged"])
        start = np.append(plain.params, max(spread - 1, 0.1) / max(float(np.mean(counts)), 0.1))
        model = NegativeBinomial(counts, columns, exposure=exposure)
        found = model.fit(start_params=start, disp=0, method="bfgs", maxiter=500)
    return float(found.params[ARM]), float(found.bse[ARM]), float(found.params[-1]), bool(found.mle_retvals["converged"])

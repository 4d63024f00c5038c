"""Patients needed to compare two means, by the t test or with a known standard deviation."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import ndtr

from immunoreset import errors
from immunoreset.errors import InvalidValue
from immunoreset.plain_numbers import plain_number
from immunoreset.trial.sample_size.sizes import SampleSize, checked_errors, checked_ratio, checked_size, checked_totals, split
from immunoreset.trial.sample_size.t_power import t_power

SMALLEST_DIFFERENCE, LARGEST_DIFFERENCE = 1e-9, 1e9  # in standard deviations
_FEWEST = 2.1  # patients: with fewer, the critical value of t is beyond every number

Test = Literal["t", "z"]


def _check(difference: float, sd: float, test: str) -> float:
    difference, sd = plain_number("difference", difference), plain_number("sd", sd)
    if not np.isfinite(difference) or difference == 0:
        raise InvalidValue(f"sample size: the difference in means is {difference:g}; it must be a number other than 0")
    if not 0 < sd < np.inf:
        raise InvalidValue(f"sample size: the standard deviation is {sd:g}; it must be above 0")
    if test not in ("t", "z"):
        raise errors.unknown("test of means", test, ("t", "z"))
    standardised = abs(difference) / sd
    if not SMALLEST_DIFFERENCE < standardised < LARGEST_DIFFERENCE:
        wrong = f"a difference of {standardised:g} standard deviations"
        raise InvalidValue(f"sample size: {wrong}; give an effect that a trial could meet")
    return standardised


def sample_size_means(
    difference: float,
    sd: float,
    *,
    alpha: float = 0.025,
    power: float = 0.8,
    sides: int = 1,
    ratio: float = 1,
    test: Test = "t",
) -> SampleSize:
    """Patients to show a difference of two means with a common standard deviation; `ratio` is treated patients per control.

    >>> round(sample_size_means(0.5, 1).total, 3), round(sample_size_means(0.5, 1, test="z").total, 3)
    (127.532, 125.582)

    Raises InvalidValue for a difference of 0, a standard deviation at or below 0, or a power that every t test has.
    Source: Julious 2010, chapter 3.
    """
    risks = checked_errors(alpha, power, sides)
    standardised = _check(difference, sd, test)
    per_patient = checked_ratio(ratio) / (1 + ratio) ** 2
    total = checked_size(((risks.z_alpha + risks.z_power) / standardised) ** 2 / per_patient)
    if test == "t":

        def excess(patients: float) -> float:
            return float(power_means(difference, sd, patients, alpha=alpha, sides=sides, ratio=ratio)) - power

        if excess(_FEWEST) >= 0:
            raise InvalidValue(
                f"sample size: every t test has power {power:g} at alpha {alpha:g}; wish for more, or give test='z'"
            )
        high = max(2 * total, 4.0)
        while excess(high) < 0:
            high *= 2
        total = float(brentq(excess, _FEWEST, high, xtol=1e-9))  # pyright: ignore[reportArgumentType]
    return SampleSize(*split(total, ratio))


def power_means(
    difference: float,
    sd: float,
    total: ArrayLike,
    *,
    alpha: float = 0.025,
    sides: int = 1,
    ratio: float = 1,
    test: Test = "t",
) -> NDArray[np.float64]:
    """Power by total number of patients (n,), for a claim in the direction of the effect.

    >>> power_means(0.5, 1, [60, 127.5316]).round(3)
    array([0.478, 0.8  ])

    Raises InvalidValue for a total that is not above 2, or 0 with a known standard deviation.
    """
    risks = checked_errors(alpha, (1 + alpha) / 2, sides)
    standardised = _check(difference, sd, test)
    patients = checked_totals(total, what="patients", above=2.0 if test == "t" else 0.0)
    drift = standardised * np.sqrt(patients * checked_ratio(ratio)) / (1 + ratio)
    if test == "z":
        return ndtr(drift - risks.z_alpha)
    return t_power(patients - 2, drift, tail=alpha / sides)

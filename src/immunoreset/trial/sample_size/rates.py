"""Patients needed to compare two response rates, and the power that a number of patients gives."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from immunoreset import errors
from immunoreset.errors import InvalidValue
from immunoreset.trial.sample_size.sizes import (
    SampleSize,
    checked_errors,
    checked_rate,
    checked_ratio,
    checked_size,
    checked_sum,
    checked_totals,
)

Variance = Literal["pooled", "unpooled"]


def _spreads(treatment: float, control: float, *, ratio: float, variance: str) -> tuple[float, float]:
    # standard deviation times sqrt(controls) of the difference in rates, without and with the effect
    effect = treatment * (1 - treatment) / ratio + control * (1 - control)
    if variance == "unpooled":
        return float(np.sqrt(effect)), float(np.sqrt(effect))
    if variance != "pooled":
        raise errors.unknown("variance", variance, ("pooled", "unpooled"))
    mean = (ratio * treatment + control) / (1 + ratio)
    return float(np.sqrt(mean * (1 - mean) * (1 + 1 / ratio))), float(np.sqrt(effect))


def sample_size_rates(
    treatment: float,
    control: float,
    *,
    alpha: float = 0.025,
    power: float = 0.8,
    sides: int = 1,
    ratio: float = 1,
    variance: Variance = "pooled",
) -> SampleSize:
    """Patients to show a difference of two rates by the normal approximation; `ratio` is treated patients per control.

    The variance under no effect is that of the pooled rate, or as under the effect when unpooled.

    >>> round(sample_size_rates(0.5, 0.35).total, 3)
    338.623

    Raises InvalidValue for rates outside (0, 1) or equal. Source: Fleiss, Levin & Paik 2003, section 4.2.
    """
    risks = checked_errors(alpha, power, sides)
    checked_rate(treatment, of="the treatment arm")
    checked_rate(control, of="the control arm")
    checked_ratio(ratio)
    if treatment == control:
        raise InvalidValue(f"sample size: both rates are {treatment:g}; no number of patients shows a difference")
    null, effect = _spreads(treatment, control, ratio=ratio, variance=variance)
    wished = checked_sum(risks.z_alpha * null + risks.z_power * effect)
    controls = checked_size((wished / (treatment - control)) ** 2)
    return SampleSize(ratio * controls, controls)


def power_rates(
    treatment: float,
    control: float,
    total: ArrayLike,
    *,
    alpha: float = 0.025,
    sides: int = 1,
    ratio: float = 1,
    variance: Variance = "pooled",
) -> NDArray[np.float64]:
    """Power by total number of patients (n,), for a claim in the direction of the effect.

    >>> power_rates(0.5, 0.35, [100, 338.622742839338]).round(3)
    array([0.327, 0.8  ])

    Raises InvalidValue for a total that is not above 0, and as `sample_size_rates` does.
    """
    risks = checked_errors(alpha, (1 + alpha) / 2, sides)
    checked_rate(treatment, of="the treatment arm")
    checked_rate(control, of="the control arm")
    null, effect = _spreads(treatment, control, ratio=checked_ratio(ratio), variance=variance)
    controls = checked_totals(total, what="patients") / (1 + ratio)
    return ndtr((abs(treatment - control) * np.sqrt(controls) - risks.z_alpha * null) / effect)

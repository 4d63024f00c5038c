"""A sample size by arm, and the checks that every sample size calculation shares."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from immunoreset.errors import InvalidValue
from immunoreset.plain_numbers import plain_number

SMALLEST, LARGEST = 1e-9, 1e15
MOST_UNEQUAL = 1e6


class SampleSize(NamedTuple):
    """Patients of the treatment and control arm, not yet rounded, and events where the endpoint counts them."""

    treatment: float
    control: float
    events: float = math.nan

    @property
    def total(self) -> float:
        """Patients of both arms together, not rounded."""
        return self.treatment + self.control

    @property
    def whole(self) -> tuple[int, int]:
        """Whole patients of treatment and control, rounded up.

        >>> SampleSize(61.6, 30.0000000001).whole
        (62, 30)
        """
        return math.ceil(self.treatment - 1e-6), math.ceil(self.control - 1e-6)


class Errors(NamedTuple):
    """What the test risks: alpha, its sides, and the power that is wanted."""

    alpha: float = 0.025
    power: float = 0.8
    sides: int = 1

    @property
    def z_alpha(self) -> float:
        """The critical value."""
        return float(-ndtri(self.alpha / self.sides))

    @property
    def z_power(self) -> float:
        """The quantile of the power."""
        return float(ndtri(self.power))


def checked_errors(alpha: float, power: float, sides: int) -> Errors:
    """Error rates that can be used; InvalidValue says which cannot."""
    if sides not in (1, 2):
        raise InvalidValue(f"sample size: sides is {sides}; give 1 or 2")
    alpha, power = plain_number("alpha", alpha), plain_number("power", power)
    if not 0 < alpha < 1:
        raise InvalidValue(f"sample size: alpha is {alpha:g}; it must be between 0 and 1")
    if not alpha < power < 1:
        raise InvalidValue(f"sample size: power is {power:g}; it must be between alpha ({alpha:g}) and 1")
    return Errors(alpha, power, sides)


def checked_ratio(ratio: float) -> float:
    """The number of treated patients per control; InvalidValue unless it is above 0, and no more unequal than arms can be."""
    ratio = plain_number("ratio", ratio)
    if not 0 < ratio < math.inf:
        raise InvalidValue(f"sample size: ratio of treatment to control is {ratio:g}; it must be above 0")
    if not 1 / MOST_UNEQUAL <= ratio <= MOST_UNEQUAL:
        raise InvalidValue(
            f"sample size: ratio of treatment to control is {ratio:g}; give {1 / MOST_UNEQUAL:g} to {MOST_UNEQUAL:g}"
        )
    return ratio


def checked_rate(rate: float, *, of: str) -> float:
    """A rate strictly between 0 and 1."""
    rate = plain_number(f"the rate of {of}", rate)
    if not 0 < rate < 1:
        raise InvalidValue(f"sample size: the rate of {of} is {rate:g}; it must be between 0 and 1")
    return rate


def checked_totals(totals: ArrayLike, *, what: str, above: float = 0.0) -> NDArray[np.float64]:
    """Numbers of patients or events (n,); InvalidValue unless each is finite and above a limit."""
    given = np.asarray(totals, dtype=float)
    wrong = ~(np.isfinite(given) & (given > above))
    if wrong.any():
        raise InvalidValue(f"sample size: {given[wrong].flat[0]:g} {what}; give more than {above:g}")
    return given


def checked_size(total: float) -> float:
    """A number of patients or events that can be; InvalidValue where the effect is too small or too large for a number."""
    if not SMALLEST < total < LARGEST:
        raise InvalidValue(f"sample size: {total:g} patients or events; give an effect that a trial could meet")
    return total


def checked_sum(z: float) -> float:
    """The sum of critical value and power quantile in units of the effect; InvalidValue where it is not above 0."""
    if not z > 0:
        raise InvalidValue("sample size: the power wished is reached without any patient; lower alpha or wish for more power")
    return z


def split(total: float, ratio: float) -> tuple[float, float]:
    """A total shared out as `ratio` treated patients for each control.

    >>> split(90, 2)
    (60.0, 30.0)
    """
    control = total / (1 + ratio)
    return ratio * control, control

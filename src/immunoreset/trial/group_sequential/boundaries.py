"""A group-sequential test worked out: bounds, error spent, power by look, inflation and average sample number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from immunoreset.errors import InvalidValue
from immunoreset.trial.group_sequential.critical_values import critical_values, null_rejection
from immunoreset.trial.group_sequential.design import BetaSpending, FutilityBounds, GroupSequential
from immunoreset.trial.group_sequential.futility import find_drift, fixed_drift, join
from immunoreset.trial.group_sequential.integration import Crossing, crossing

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Boundaries:
    """The bounds of a design by look (K,) and what they lead to; sample numbers are relative to a trial without looks.

    `drift` is the mean of Z at the last look under the effect that the power is for, `rejection` the power won at each look;
    h0, h01 and h1 stand for no effect, half of it and all of it. `futility` has K - 1 bounds, or none.
    """

    design: GroupSequential
    critical: tuple[float, ...]
    futility: tuple[float, ...]
    stage_levels: tuple[float, ...]
    alpha_spent: tuple[float, ...]
    beta_spent: tuple[float, ...]
    drift: float
    rejection: tuple[float, ...]
    asn_h0: float
    asn_h01: float
    asn_h1: float

    @property
    def shift(self) -> float:
        """The drift squared: information times squared effect."""
        return self.drift**2

    @property
    def inflation(self) -> float:
        """The largest sample size relative to that of a trial without looks."""
        return self.shift / fixed_drift(self.design) ** 2


class Reading(NamedTuple):
    """What the looks say of each trial (T,): the look it stops at, from 1, and whether it claims an effect."""

    look: NDArray[np.int64]
    rejected: NDArray[np.bool_]


def boundaries(design: GroupSequential) -> Boundaries:
    """Work out a group-sequential design.

    >>> plan = boundaries(GroupSequential("OF", looks=2, beta=0.1))
    >>> [round(bound, 6) for bound in plan.critical], round(plan.inflation, 6), round(plan.asn_h1, 6)
    ([2.79651, 1.977431], 1.007126, 0.851094)

    Raises InvalidValue when a futility bound is not below the critical value of its look. Source: Jennison & Turnbull 2000;
    Wassmer & Brannath 2016.
    """
    looks, futility = len(design.information), design.futility
    never = [-np.inf] * looks
    beta_spent: Floats = np.zeros(0)
    if isinstance(futility, BetaSpending):
        critical, bounds, beta_spent, drift = join(design, futility)
        lower = [*bounds, -np.inf]
    else:
        lower = [*futility.z, -np.inf] if isinstance(futility, FutilityBounds) else never
        critical = critical_values(design, lower if futility is not None and futility.binding else None)
        _check_order(lower, critical)
        drift = find_drift(
            lambda effect: 1 - design.beta - _cross(design, lower, critical, effect).upper.sum(), fixed_drift(design)
        )
        if isinstance(futility, FutilityBounds):
            beta_spent = _cross(design, lower, critical, drift).lower[:-1].cumsum()
            beta_spent = np.append(beta_spent, design.beta)
    binding = futility is not None and futility.binding
    spent = null_rejection(design, critical, lower if binding else never).cumsum()
    inflation = (drift / fixed_drift(design)) ** 2
    sizes = [inflation * _expected(design, lower, critical, effect) for effect in (0.0, drift / 2, drift)]
    return Boundaries(
        design,
        tuple(map(float, critical)),
        tuple(map(float, lower[:-1])) if futility is not None else (),
        tuple(map(float, ndtr(-np.asarray(critical)))),
        tuple(map(float, spent)),
        tuple(map(float, beta_spent)),
        drift,
        tuple(map(float, _cross(design, lower, critical, drift).upper)),
        *sizes,
    )


def _check_order(lower: list[float], critical: Floats) -> None:
    for look, (low, high) in enumerate(zip(lower[:-1], critical[:-1], strict=True), start=1):
        if low >= high:
            raise InvalidValue(f"look {look}: the futility bound {low:g} is not below the critical value {high:.4g}; lower it")


def _cross(design: GroupSequential, lower: list[float], critical: Floats, drift: float) -> Crossing:
    low = list(-np.asarray(critical)) if design.sides == 2 else lower
    return crossing(design.information, lower=low, upper=list(critical), drift=drift)


def _expected(design: GroupSequential, lower: list[float], critical: Floats, drift: float) -> float:
    found = _cross(design, lower, critical, drift)
    stops = (found.upper + found.lower)[:-1]
    rates = np.asarray(design.information)
    return float(stops @ rates[:-1] + 1 - stops.sum())


def crossing_probabilities(plan: Boundaries, drift: float) -> Crossing:
    """Probability of stopping at each look for benefit (upper) and, before the last, for futility or harm (lower).

    >>> plan = boundaries(GroupSequential("asOF", looks=2))
    >>> round(float(crossing_probabilities(plan, plan.drift).upper.sum()), 6)
    0.8
    """
    lower = [*plan.futility, -np.inf] if plan.futility else [-np.inf] * len(plan.critical)
    return _cross(plan.design, lower, np.asarray(plan.critical), drift)


def expected_information(plan: Boundaries, drift: float) -> float:
    """Average share of the planned information that is used when the drift is so large."""
    lower = [*plan.futility, -np.inf] if plan.futility else [-np.inf] * len(plan.critical)
    return _expected(plan.design, lower, np.asarray(plan.critical), drift)


def power(plan: Boundaries, drift: float) -> float:
    """Probability of claiming a benefit when the mean of Z at the last look is `drift`; a claim of harm is not counted.

    >>> plan = boundaries(GroupSequential("P", looks=2, alpha=0.05, sides=2))
    >>> round(power(plan, 0.0), 5)
    0.025
    """
    return float(crossing_probabilities(plan, drift).upper.sum())


def read_looks(plan: Boundaries, z: ArrayLike) -> Reading:
    """Where each trial stops, from its statistic at every look, `z` (T, K); positive favours the treatment.

    >>> plan = boundaries(GroupSequential("P", looks=2))
    >>> read_looks(plan, [[2.5, 0.0], [1.0, 2.2], [1.0, 1.0]])
    Reading(look=array([1, 2, 2]), rejected=array([ True,  True, False]))

    Raises InvalidValue when the number of looks differs.
    """
    seen = np.atleast_2d(np.asarray(z, dtype=float))
    if seen.shape[1] != len(plan.critical):
        raise InvalidValue(f"statistics of {seen.shape[1]} looks, but the design has {len(plan.critical)}; give one per look")
    crossed = (np.abs(seen) if plan.design.sides == 2 else seen) >= np.asarray(plan.critical)
    stopped = crossed.copy()
    if plan.futility:
        stopped[:, :-1] |= seen[:, :-1] < np.asarray(plan.futility)
    stopped[:, -1] = True
    look = stopped.argmax(axis=1)
    return Reading(look + 1, crossed[np.arange(len(seen)), look])

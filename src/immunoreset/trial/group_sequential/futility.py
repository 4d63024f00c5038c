"""Futility bounds from a beta spending function, with the drift that they and the critical values need together.

The type II error spent by look k is fixed beforehand (Pampallona, Tsiatis & Kim 2001); the drift is the one for which the last
futility bound meets the last critical value. Binding bounds lower the critical values, non-binding ones leave them alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtri

from immunoreset.errors import InvalidValue
from immunoreset.trial.group_sequential.critical_values import critical_values, cumulative_alpha, lower_bound, upper_bound
from immunoreset.trial.group_sequential.design import BetaSpending, GroupSequential
from immunoreset.trial.group_sequential.integration import begin, below, carry
from immunoreset.trial.group_sequential.spending import check_spent, spend

Floats = NDArray[np.float64]
_TINY = 1e-290
_LEAST_STEP = 1e-16
_HIGHEST = 100.0  # of a drift


class Joined(NamedTuple):
    """Critical values (K,), futility bounds (K - 1,), beta spent (K,) and the drift that gives the power."""

    critical: Floats
    futility: Floats
    beta_spent: Floats
    drift: float


def fixed_drift(design: GroupSequential) -> float:
    """The drift that a single analysis would need."""
    return float(-ndtri(design.alpha / design.sides) - ndtri(design.beta))


def find_drift(excess: Callable[[float], float], start: float) -> float:
    """The drift at which a decreasing function is 0, sought from `start` outwards."""
    low, high = start, 1.1 * start
    while excess(low) < 0:
        low, high = low / 2, low
        if low < _LEAST_STEP:
            raise InvalidValue("group-sequential test: the power is reached without an effect; lower alpha or beta")
    while excess(high) > 0:
        low, high = high, high * 1.3
        if high > _HIGHEST:
            raise InvalidValue("group-sequential test: no effect reaches the power; lower the futility bounds")
    return float(brentq(excess, low, high, xtol=1e-12, rtol=1e-13))  # pyright: ignore[reportArgumentType]


def cumulative_beta(design: GroupSequential, futility: BetaSpending) -> Floats:
    """Type II error spent by each look, (K,)."""
    if futility.kind == "bsUser":
        return check_spent(futility.spent, len(design.information), design.beta)
    return spend(futility.kind.removeprefix("bs"), design.information, design.beta, parameter=futility.parameter)


def join(design: GroupSequential, futility: BetaSpending) -> Joined:
    """Critical values and futility bounds that together spend alpha and beta as wished.

    >>> found = join(GroupSequential("asOF", looks=2, beta=0.1), BetaSpending("bsP", binding=True))
    >>> found.critical.round(6), found.futility.round(6)
    (array([2.962588, 1.891888]), array([0.86944]))
    """
    rates = design.information
    alpha_steps = np.diff(cumulative_alpha(design), prepend=0.0)
    beta_spent = cumulative_beta(design, futility)
    beta_steps = np.diff(beta_spent, prepend=0.0)
    fixed = None if futility.binding else critical_values(design)
    critical, bounds = np.empty(len(rates)), np.empty(len(rates) - 1)

    def left_over(drift: float) -> float:
        null, effect = begin(), begin()
        for look, at in enumerate(rates):
            critical[look] = upper_bound(null, at, error=alpha_steps[look]) if fixed is None else fixed[look]
            if look + 1 == len(rates):
                break
            bounds[look] = min(lower_bound(effect, at, error=beta_steps[look], drift=drift), critical[look])
            until, low, high = rates[look + 1], bounds[look], critical[look]
            effect = carry(effect, at, until=until, lower=low, upper=high, drift=drift)
            if fixed is None:
                null = carry(null, at, until=until, lower=low, upper=high)
        missed = below(effect, rates[-1], bound=critical[-1], drift=drift)
        return float(np.log(max(missed, _TINY)) - np.log(max(beta_steps[-1], _TINY)))

    if beta_steps[-1] < _LEAST_STEP:
        raise InvalidValue(f"beta spending {futility.kind}: nothing is left for the last look; spend less before it")
    drift = find_drift(left_over, fixed_drift(design))
    left_over(drift)
    if np.isneginf(critical).any():
        look = int(np.isneginf(critical).argmax()) + 1
        raise InvalidValue(f"look {look}: binding futility has ended all trials that could spend alpha; spend beta later")
    return Joined(critical, bounds, beta_spent, drift)

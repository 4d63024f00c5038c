"""Critical values of a group-sequential test: how large Z must be at each look for the trial to stop with a claim."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from immunoreset.errors import InvalidValue
from immunoreset.trial.group_sequential.design import GroupSequential
from immunoreset.trial.group_sequential.integration import Running, above, begin, below, carry, crossing
from immunoreset.trial.group_sequential.spending import check_spent, spend

Floats = NDArray[np.float64]

HAYBITTLE_PETO = 3.0
_LOWEST, _HIGHEST = -20.0, 38.0
_TINY = 1e-290
_NEVER = 1e-15  # error too small to be found beside the rounding of the rest


def _solve(function: Callable[[float], float], low: float, high: float) -> float:
    return float(brentq(function, low, high, xtol=1e-12, rtol=1e-14))  # pyright: ignore[reportArgumentType]


def upper_bound(now: Running, at: float, *, error: float, drift: float = 0.0) -> float:
    """The bound that running trials cross from below with probability `error`; infinite when there is none to spend."""
    return _bound(lambda z: above(now, at, bound=z, drift=drift), error, never=np.inf)


def lower_bound(now: Running, at: float, *, error: float, drift: float = 0.0) -> float:
    """The bound that running trials fall below with probability `error`; minus infinity when there is none to spend."""
    return _bound(lambda z: below(now, at, bound=z, drift=drift), error, never=-np.inf)


def _bound(crossed: Callable[[float], float], error: float, *, never: float) -> float:
    if error < _NEVER:
        return never
    target = np.log(error)

    def excess(z: float) -> float:
        return float(np.log(max(crossed(z), _TINY)) - target)

    if excess(_LOWEST) * excess(_HIGHEST) > 0:  # fewer trials still run than should stop: all of them do
        return -never
    return _solve(excess, _LOWEST, _HIGHEST)


def cumulative_alpha(design: GroupSequential) -> Floats:
    """Alpha spent by each look, both sides together, of a spending design."""
    if design.kind == "asUser":
        return check_spent(design.spent, len(design.information), design.alpha)
    kind = design.kind.removeprefix("as")
    return design.sides * spend(kind, design.information, design.alpha / design.sides, parameter=design.parameter)


def spending_critical_values(design: GroupSequential, lower: Sequence[float]) -> Floats:
    """Critical values look by look, so that the alpha spent at each is what the spending function allows."""
    rates = design.information
    wanted = np.diff(cumulative_alpha(design), prepend=0.0) / design.sides
    found = np.empty(len(rates))
    now = begin()
    for look, at in enumerate(rates):
        found[look] = upper_bound(now, at, error=wanted[look])
        if look + 1 < len(rates):
            low = -found[look] if design.sides == 2 else lower[look]
            now = carry(now, at, until=rates[look + 1], lower=low, upper=found[look])
    return found


def shaped_critical_values(design: GroupSequential, lower: Sequence[float]) -> Floats:
    """Critical values c t^(shape - 1/2) (Wang & Tsiatis 1987): shape 0 is O'Brien-Fleming, 0.5 Pocock."""
    shape = {"OF": 0.0, "P": 0.5}.get(design.kind, design.parameter or 0.0)
    curve = np.asarray(design.information) ** (shape - 0.5)
    return curve * _constant(design, lower, lambda constant: constant * curve)


def haybittle_peto_critical_values(design: GroupSequential, lower: Sequence[float]) -> Floats:
    """One high bound at every interim look; the last takes what alpha is left (Haybittle 1971; Peto 1976)."""
    interim = np.full(len(design.information), design.parameter or HAYBITTLE_PETO)

    def with_last(last: float) -> Floats:
        interim[-1] = last
        return interim.copy()

    return with_last(_constant(design, lower, with_last))


def _constant(design: GroupSequential, lower: Sequence[float], curve: Callable[[float], Floats]) -> float:
    def excess(constant: float) -> float:
        return float(np.log(null_rejection(design, curve(constant), lower).sum() / design.alpha))

    if excess(1e-3) < 0:
        raise InvalidValue(f"boundary {design.kind}: alpha {design.alpha:g} is more than any bound above 0 spends; lower it")
    if excess(_HIGHEST / 4) > 0:
        raise InvalidValue(
            f"boundary {design.kind}: the interim looks alone spend more than alpha {design.alpha:g}; raise their bound"
        )
    return _solve(excess, 1e-3, _HIGHEST / 4)


def null_rejection(design: GroupSequential, critical: Sequence[float] | Floats, lower: Sequence[float]) -> Floats:
    """Probability under no effect of a claim at each look, (K,), both sides together."""
    upper = np.asarray(critical, dtype=float)
    if design.sides == 2:
        return 2 * crossing(design.information, lower=list(-upper), upper=list(upper)).upper
    return crossing(design.information, lower=lower, upper=list(upper)).upper


def critical_values(design: GroupSequential, lower: Sequence[float] | None = None) -> Floats:
    """Critical values of the design, (K,); `lower` (K,) are bounds for futility that must be obeyed.

    >>> critical_values(GroupSequential("P", looks=3)).round(4)
    array([2.2895, 2.2895, 2.2895])

    Raises InvalidValue when the interim looks of Haybittle-Peto alone spend alpha. Source: Jennison & Turnbull 2000, tables
    2.1, 2.3.
    """
    low = [-np.inf] * len(design.information) if lower is None else lower
    if design.kind == "HP":
        return haybittle_peto_critical_values(design, low)
    if design.kind in ("OF", "P", "WT", "none"):
        return shaped_critical_values(design, low)
    return spending_critical_values(design, low)

"""Spending functions: how much of the error may be used up by the time a share of the information is in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from immunoreset import errors
from immunoreset.errors import InvalidValue

Floats = NDArray[np.float64]


def obrien_fleming(information: Floats, total: float, parameter: float) -> Floats:
    """Little early, most at the end (Lan & DeMets 1983, first function); takes no parameter."""
    return 2 * ndtr(ndtri(total / 2) / np.sqrt(information))


def pocock(information: Floats, total: float, parameter: float) -> Floats:
    """About the same at every look (Lan & DeMets 1983, second function); takes no parameter."""
    return total * np.log1p(np.expm1(1.0) * information)


def hwang_shih_decani(information: Floats, total: float, parameter: float) -> Floats:
    """From Pocock-like (parameter 1) to O'Brien-Fleming-like (-4) (Hwang, Shih & DeCani 1990)."""
    if parameter == 0:
        return total * information
    return total * np.expm1(-parameter * information) / np.expm1(-parameter)


def kim_demets(information: Floats, total: float, parameter: float) -> Floats:
    """A power of the information (Kim & DeMets 1987); the parameter is above 0."""
    return total * information**parameter


SPENDING: dict[str, Callable[[Floats, float, float], Floats]] = {
    "OF": obrien_fleming,
    "P": pocock,
    "HSD": hwang_shih_decani,
    "KD": kim_demets,
}
NEEDS_PARAMETER = ("HSD", "KD")
LIMITS = {"HSD": (-40.0, 40.0), "KD": (1e-3, 50.0)}
"""Gamma of Hwang, Shih and DeCani, and the power of Kim and DeMets."""


def spend(kind: str, information: Sequence[float], total: float, *, parameter: float | None = None) -> Floats:
    """Cumulative error spent at each information rate, (K,); `kind` is OF, P, HSD or KD.

    >>> [round(float(part), 6) for part in spend("OF", [0.5, 1.0], 0.025)]
    [0.001525, 0.025]

    Raises UnknownName for another kind, InvalidValue for a parameter that is missing, not asked for, or outside `LIMITS`.
    """
    if kind not in SPENDING:
        raise errors.unknown("spending function", kind, SPENDING)
    if (parameter is None) == (kind in NEEDS_PARAMETER):
        need = "needs a parameter, such as -4 for HSD or 2 for KD" if parameter is None else "takes no parameter; leave it out"
        raise InvalidValue(f"spending function {kind}: it {need}")
    if parameter is not None:
        check_parameter(kind, parameter, of=f"spending function {kind}")
    return SPENDING[kind](np.asarray(information, dtype=float), total, parameter or 0.0)


def check_parameter(kind: str, parameter: float, *, of: str) -> None:
    """Refuse a parameter of HSD or KD outside `LIMITS`: beyond them no error is left for one of the looks, or for all."""
    low, high = LIMITS[kind]
    if kind == "KD" and not parameter > 0:
        raise InvalidValue(f"{of}: parameter {parameter:g} must be above 0")
    if not low <= parameter <= high:
        raise InvalidValue(f"{of}: parameter {parameter:g} must be from {low:g} to {high:g}")


def check_spent(spent: Sequence[float], looks: int, total: float) -> Floats:
    """A user's own cumulative error by look (K,), refused unless it rises and ends exactly at `total`."""
    given = np.asarray(spent, dtype=float)
    if given.shape != (looks,):
        raise InvalidValue(f"user spending: {given.size} values for {looks} looks; give the cumulative error at each look")
    if not np.all(np.isfinite(given)) or given[0] < 0 or np.any(np.diff(given) < 0):
        raise InvalidValue(f"user spending: {list(map(float, given))} must be cumulative, from 0 or above and never falling")
    if abs(given[-1] - total) > 1e-9:
        more = "more" if given[-1] > total else "less"
        raise InvalidValue(f"user spending: ends at {given[-1]:g}, {more} than the {total:g} there is to spend")
    return given

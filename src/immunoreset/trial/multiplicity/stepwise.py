"""Several p-values, one error rate: Bonferroni, Holm, Hochberg, and testing in a fixed order."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.errors import InvalidValue

Floats = NDArray[np.float64]


def checked_p(p: ArrayLike) -> Floats:
    """P-values (H,) from 0 to 1; InvalidValue says which is not."""
    given = np.atleast_1d(np.asarray(p, dtype=float))
    for place, value in enumerate(given, start=1):
        if not 0 <= value <= 1:
            raise InvalidValue(f"p-value {place} is {value:g}; it must be from 0 to 1")
    return given


def bonferroni(p: ArrayLike) -> Floats:
    """Adjusted p-values (H,): each times their number.

    >>> bonferroni([0.01, 0.02, 0.03]).round(3)
    array([0.03, 0.06, 0.09])
    """
    given = checked_p(p)
    return np.minimum(1.0, given * len(given))


def holm(p: ArrayLike) -> Floats:
    """Adjusted p-values (H,), stepping down from the smallest; holds whatever the dependence.

    >>> holm([0.01, 0.02, 0.03]).round(3)
    array([0.03, 0.04, 0.04])

    Source: Holm 1979.
    """
    given = checked_p(p)
    order = np.argsort(given, kind="stable")
    adjusted = np.maximum.accumulate(given[order] * np.arange(len(given), 0, -1))
    return _back(np.minimum(1.0, adjusted), order)


def hochberg(p: ArrayLike) -> Floats:
    """Adjusted p-values (H,), stepping up from the largest; holds for independent or positively dependent tests.

    >>> hochberg([0.01, 0.02, 0.03]).round(3)
    array([0.03, 0.03, 0.03])

    Source: Hochberg 1988.
    """
    given = checked_p(p)
    order = np.argsort(given, kind="stable")
    scaled = given[order] * np.arange(len(given), 0, -1)
    return _back(np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1]), order)


def fixed_sequence(p: ArrayLike) -> Floats:
    """Adjusted p-values (H,) when each hypothesis, in the order given, is tested only if all before it were rejected.

    >>> fixed_sequence([0.01, 0.03, 0.02]).round(3)
    array([0.01, 0.03, 0.03])

    Source: Maurer, Hothorn & Lehmacher 1995.
    """
    return np.maximum.accumulate(checked_p(p))


def _back(ordered: Floats, order: NDArray[np.intp]) -> Floats:
    found = np.empty_like(ordered)
    found[order] = ordered
    return found

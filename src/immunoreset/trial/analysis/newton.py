"""Newton's method on many likelihoods at once: a step that would go down is halved.

A likelihood without a maximum rises by ever less while the step stays as long as it was; one with a maximum leaves no step to go.
The size of the coefficients says nothing: it depends on the unit of a covariate and on patients who do not count.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from immunoreset.trial.analysis.patients import Floats

ROUNDS = 35
"""Without a maximum each round divides what is left to gain by about e; after so many it is still above rounding."""

_HALVINGS = 40
_ROUNDING = 1e-12


def uphill(height: Callable[[Floats], Floats], at: Floats, step: Floats) -> Floats:
    """The coefficients (..., p) after the longest of the halved steps that does not lower `height` (...).

    >>> uphill(lambda at: -(at[..., 0] ** 2), np.array([1.0]), np.array([-4.0]))
    array([-1.])
    """
    start = height(at)
    floor = start - _ROUNDING * np.abs(start)
    share = np.ones(start.shape)
    found, lower = at, np.ones(start.shape, dtype=bool)
    for _ in range(_HALVINGS):
        found = at + share[..., None] * step
        lower = ~(height(found) >= floor)
        if not lower.any():
            return found
        share = np.where(lower, share / 2, share)
    return np.where(lower[..., None], at, found)

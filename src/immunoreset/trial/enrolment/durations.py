"""How long a step takes: a number of days, the same for all or different from patient to patient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from immunoreset.errors import InvalidValue


@dataclass(frozen=True)
class Days:
    """A duration of `mean` days with coefficient of variation `cv`, gamma distributed; `cv=0` is the same for all.

    `cv=1` is the exponential distribution. Raises InvalidValue for a negative mean or variation.

    >>> Days(14).draw(np.array([0.1, 0.9])).tolist()
    [14.0, 14.0]
    >>> Days(14, cv=0.3).draw(np.array([0.1, 0.9])).round(1).tolist()
    [9.0, 19.6]
    """

    mean: float = 0.0
    cv: float = 0.0

    def __post_init__(self) -> None:
        for name, value in (("mean", self.mean), ("cv", self.cv)):
            if not 0 <= value < np.inf:
                raise InvalidValue(f"duration with {name} {value:g}: give a number of zero or more")

    def draw(self, share: NDArray[np.float64]) -> NDArray[np.float64]:
        """Days for patients whose random numbers, between 0 and 1, are `share`; any shape."""
        if not (self.cv and self.mean):
            return np.full(share.shape, float(self.mean))
        shape = 1 / self.cv**2
        return gammaincinv(shape, share) * self.mean / shape


AT_ONCE = Days()

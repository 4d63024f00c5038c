"""A published row beside the simulated statistic, with its chance and a verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from immunoreset.evidence import Band, Row
from immunoreset.evidence.row_bands import point

Floats = NDArray[np.float64]
Verdict = Literal["inside", "outside", "no band", "not simulated"]
RESAMPLES = 400
WIDER = 0.5  # of its width, by which a band is widened on either side to tell what lies near it


@dataclass(frozen=True)
class Simulated:
    """A statistic of `patients` who have the outcome, its standard error, and the middle 95 % of resampled cohorts."""

    value: float
    error: float
    low: float
    high: float
    patients: int


@dataclass(frozen=True)
class Compared:
    """A published row, its band if it leaves one, and what was simulated, or why nothing was.

    `tuned` says that an effect was set to the row in an earlier prototype.
    """

    row: Row
    band: Band | None
    how: str
    simulated: Simulated | None
    tuned: bool = False

    @property
    def published(self) -> float | None:
        return point(self.row.statistic)

    @property
    def verdict(self) -> Verdict:
        """Whether the simulated statistic, without regard to its chance, lies in the band."""
        if self.simulated is None:
            return "not simulated"
        if self.band is None:
            return "no band"
        return "inside" if self.band.holds(self.simulated.value) else "outside"

    @property
    def near(self) -> bool:
        """Inside the band, or outside by no more than half of its width."""
        if self.simulated is None or self.band is None:
            return False
        more = WIDER * (self.band.high - self.band.low)
        return self.band.low - more <= self.simulated.value <= self.band.high + more

    @property
    def beyond(self) -> float:
        """How many standard errors the simulated statistic lies beyond its band; negative inside, nan without either."""
        if self.simulated is None or self.band is None:
            return np.nan
        value = self.simulated.value
        away = max(self.band.low - value, value - self.band.high)
        return away / self.simulated.error if self.simulated.error > 0 else float(np.copysign(np.inf, away)) if away else 0.0


def simulated(values: Floats, statistic: Callable[[Floats], float], *, seed: int) -> Simulated:
    """The statistic of patients (n,) or (n, k) who have the outcome, with its chance, by resampling patients."""
    values = values[np.isfinite(values).reshape(len(values), -1).all(axis=1)]
    if not len(values):
        return Simulated(np.nan, np.nan, np.nan, np.nan, 0)
    draws = np.random.default_rng(seed).integers(0, len(values), (RESAMPLES, len(values)))
    found = np.array([statistic(values[draw]) for draw in draws])
    found = found[np.isfinite(found)]
    low, high = np.quantile(found, [0.025, 0.975]) if len(found) else (np.nan, np.nan)
    error = float(found.std()) if len(found) else np.nan
    return Simulated(statistic(values), error, float(low), float(high), len(values))

"""Trials under draws of the numbers: their power is itself uncertain, which no number of simulated trials makes smaller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from immunoreset.uncertainty.draws import Numbers
from immunoreset.uncertainty.intervals import LEVEL, ends
from immunoreset.virtual_trial.characteristics import Characteristic, Kind

Floats = NDArray[np.float64]
WANTED = 0.8
"""The power that a trial is planned for."""


class Sureness(NamedTuple):
    """An operating characteristic over the draws.

    `value` is with the numbers of the model as they are. `mean` is the mean over the draws, of a power what is called assurance;
    `low` and `high` hold the middle 90 % of the draws. `enough` is the share of draws with a power of 80 % or more, nan for what
    is no power. `chance` is the standard error that comes of simulating so many trials, within one draw.
    """

    design: str
    measure: str
    kind: Kind
    value: float
    mean: float
    low: float
    high: float
    enough: float
    chance: float


@dataclass(frozen=True, eq=False)
class UnsureTrials:
    """The characteristics of `plain` trials and those of each draw, `values` and `errors` (D, C); `asked` for the manifest."""

    plain: tuple[Characteristic, ...]
    values: Floats
    errors: Floats
    numbers: Numbers
    asked: Mapping[str, object]

    def rows(self) -> list[Sureness]:
        """Every characteristic over the draws."""
        found = []
        for one, values, errors in zip(self.plain, self.values.T, self.errors.T, strict=True):
            low, high = ends(np.where(np.isinf(values), np.finfo(float).max, values), LEVEL)
            enough = float((values >= WANTED).mean()) if one.kind == "success" else np.nan
            chance = float(np.sqrt(np.mean(errors**2)))
            limits = (_unlimited(low), _unlimited(high))
            found.append(Sureness(*one.name, one.kind, one.value, float(values.mean()), *limits, enough, chance))
        return found

    def draw_rows(self) -> list[dict[str, float | str]]:
        """One row per draw and characteristic."""
        return [
            {"draw": draw, "design": one.design, "measure": one.measure, "value": float(value), "standard error": float(error)}
            for draw, (values, errors) in enumerate(zip(self.values, self.errors, strict=True), start=1)
            for one, value, error in zip(self.plain, values, errors, strict=True)
        ]

    def as_document(self) -> dict[str, Any]:
        """What summary.json says."""
        told = [{name: value for name, value in row._asdict().items() if name != "kind"} for row in self.rows()]
        return {**self.numbers.as_document(), "level": LEVEL, "wanted power": WANTED, "characteristics": told}


def _unlimited(value: float) -> float:
    """A quantile between draws of which some are infinite is infinite."""
    return float("inf") if value > 1e300 else value

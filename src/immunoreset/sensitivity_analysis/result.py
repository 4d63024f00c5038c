"""What an analysis of sensitivity found: a screen of all unknowns, and the effects of the strongest on each headline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import unknown
from immunoreset.sensitivity_analysis.design import OTHERS, Factors
from immunoreset.sensitivity_analysis.pairs import Effects, Estimate
from immunoreset.sensitivity_analysis.question import Question
from immunoreset.sensitivity_analysis.screen import Screen
from immunoreset.sensitivity_analysis.standing import by_standing
from immunoreset.study_document import Study

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class Settings:
    """How an analysis is made: `patients` of the screen, `rows` of total effects with `per_row` patients each, `top` factors."""

    top: int
    patients: int
    rows: int
    per_row: int
    seed: int


@dataclass(frozen=True)
class Counts:
    """What became of the rows: `rows` that were used, `courses` and `points` asked for, how many points have no patients
    and for which `reasons`, courses that failed by reason, and the share of patients who were drawn another number of times with
    one factor from B than at A, so that they are other patients."""

    rows: int
    courses: int
    points: int
    without_patients: int
    reasons: Mapping[str, int]
    redrawn: float
    failures: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Of one arm of a study. `held` says of the unknowns that were not moved why: nothing follows from them, or nobody is left.

    `factors` are those of the total effects, the strongest of the screen and all others together.
    """

    study: Study
    question: Question
    settings: Settings
    screen: Screen
    held: Mapping[str, str]
    factors: Factors
    effects: Effects
    counts: Counts

    @property
    def headlines(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.question.headlines)

    @cached_property
    def standings(self) -> tuple[str, ...]:
        """Of each factor; that of the group is its name."""
        own = {one.name: one.standing for one in self.question.unknowns}
        return tuple(own.get(name, OTHERS) for name in self.factors.names)

    @cached_property
    def standing_shares(self) -> tuple[tuple[str, ...], Estimate]:
        """Shares (S, H) of the sum of total effects, by standing."""
        return by_standing(self.effects.total, self.standings)

    @cached_property
    def resolved(self) -> NDArray[np.bool_]:
        """Whether the variance of a headline is above what noise makes of it; else its effects are not to be trusted."""
        return self.effects.variance.low > 0

    @property
    def total(self) -> xr.Dataset:
        """Total effects on the number of the cohort: estimate, standard_error, low and high by factor and headline.

        `standing` is a coordinate of the factor.
        """
        return self._labelled(self.effects.total)

    @property
    def first(self) -> xr.Dataset:
        """First effects likewise: what a factor does by itself."""
        return self._labelled(self.effects.first)

    @property
    def single(self) -> xr.Dataset:
        """The usual estimator: the part of each factor in the variance of single patients, noise between them included."""
        return self._labelled(self.effects.single)

    def _labelled(self, found: Estimate) -> xr.Dataset:
        import xarray as xr

        dims = ("factor", "headline")
        ends = {"estimate": found.value, "standard_error": found.error, "low": found.low, "high": found.high}
        return xr.Dataset(
            {name: (dims, values) for name, values in ends.items()},
            coords={
                "factor": list(self.factors.names),
                "headline": list(self.headlines),
                "standing": ("factor", list(self.standings)),
            },
        )

    def strongest(self, headline: str, count: int = 10) -> list[str]:
        """The factors with the largest total effects on a headline, the group of all others left out. Raises UnknownName."""
        if headline not in self.headlines:
            raise unknown("headline", headline, self.headlines)
        values = self.effects.total.value[:, self.headlines.index(headline)]
        order = np.argsort(-np.nan_to_num(values, nan=-np.inf), kind="stable")
        return [self.factors.names[place] for place in order if self.factors.names[place] != OTHERS][:count]

    def save(self, folder: Path | str, *, force: bool = False) -> Path:
        """Write the page, the table and the manifest to a new folder; nothing is half-written."""
        from immunoreset.sensitivity_analysis.save import save

        return save(self, folder, force=force)

"""i3+3: compare the observed share of toxicities, and that with one toxicity fewer, with a range around the target.

Below the range go up, within it stay. Above it go down, unless one toxicity fewer would put the share below the range: then
a single patient decides, and the design stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from immunoreset.trial.decision import Decision
from immunoreset.trial.dose_finding.checking import check_design
from immunoreset.trial.dose_finding.decision_table import Letters, decide_by_table, letters_from
from immunoreset.trial.dose_finding.mtpi import check_interval, eliminated_by
from immunoreset.trial.outcomes import Outcomes

_ROUNDING = 1e-9


@dataclass(frozen=True)
class I3Plus3:
    """The i3+3 design.

    The range, with its ends, is from `target - epsilon1` to `target + epsilon2`; closing of doses as in `MTPI`, from 3 patients.
    Raises InvalidValue for a target or range outside (0, 1).

    >>> I3Plus3(5, 0.3).decide(Outcomes.read("1NT", doses=5)).explain()
    'dose 1: toxicity near the target: stay'

    Source: Liu 2020, doi:10.1080/10543406.2019.1636811, section 2.
    """

    doses: int
    target: float
    epsilon1: float = 0.05
    epsilon2: float = 0.05
    exclusion_certainty: float = 0.95
    close_after: int = 3
    start: int = 1

    def __post_init__(self) -> None:
        check_design(self)
        check_interval(self.target, self.epsilon1, self.epsilon2)

    def letters(self, patients: int) -> Letters:
        margins = (self.epsilon1, self.epsilon2)
        return _letters(self.target, margins, (self.exclusion_certainty, self.close_after), patients=patients)

    def decide(self, outcomes: Outcomes) -> Decision:
        return decide_by_table(self, outcomes, target=self.target, start=self.start)


@lru_cache(maxsize=256)
def _letters(target: float, margins: tuple[float, float], closing: tuple[float, int], *, patients: int) -> Letters:
    treated, toxic = np.indices((patients + 1, patients + 1))
    low, high = (target - margins[0]) * treated - _ROUNDING, (target + margins[1]) * treated + _ROUNDING
    above = (toxic > high) & (toxic - 1 >= low)
    return letters_from(toxic < low, above, eliminated_by(target, (1.0, 1.0), closing, (treated, toxic)))

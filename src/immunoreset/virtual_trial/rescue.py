"""When patients of a virtual trial are given rescue treatment: disease activity that rises, or does not fall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import InvalidValue
from immunoreset.trial.randomisation.arms import RescueRule
from immunoreset.virtual_trial.observation import Observed

Floats = NDArray[np.float64]

WORSE_OR_NO_FALL = (RescueRule(from_day=84, rise=0),)  # no fall by then; a rise counts all the more
WORSE = (RescueRule(from_day=84, rise=4),)


@dataclass(frozen=True)
class Rescue:
    """Rescue at the first visit at which one of the rules holds for a measure, by what the trial sees.

    By default: from day 84 on, SLEDAI that has not fallen below its value at entry; in another disease name the `measure`, one
    of which more is worse. Raises InvalidValue without a rule.

    >>> Rescue().rules[0].from_day == 84
    True
    """

    rules: tuple[RescueRule, ...] = WORSE_OR_NO_FALL
    measure: str = "sledai"

    def __post_init__(self) -> None:
        if not self.rules:
            raise InvalidValue("rescue: give at least one rule")

    def day(self, observed: Observed) -> Floats:
        """The day of rescue of every patient in every arm (P, A), infinite without.

        Raises InvalidValue when visits do not show the measure, UnknownName when a rise is asked for and the value at entry is
        not known.
        """
        if self.measure not in observed.visits:
            known = ", ".join(name for name in observed.table.strata if name in observed.visits)
            raise InvalidValue(f"rescue: visits show no '{self.measure}'; write measure = one of {known}, of which more is worse")
        activity = np.moveaxis(observed.measure(self.measure), 1, 0)
        needs_entry = any(rule.rise is not None for rule in self.rules)
        baseline = observed.entry(self.measure) if needs_entry else None
        found = [rule.day(activity, days=observed.table.days, baseline=baseline) for rule in self.rules]
        return np.min(found, axis=0).T

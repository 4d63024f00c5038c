"""How a phase 1 trial is run: cohorts, when the design is asked, days between patients, and what follows a toxicity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from immunoreset.errors import InvalidValue
from immunoreset.whole_numbers import set_whole


@dataclass(frozen=True)
class Conduct:
    """Cohorts of at most `cohort`, up to `cohort * max_cohorts` evaluable patients, from the first dose of the design or `start`.

    With `rolling` the design is asked whenever a patient is ready and a cohort is full, pending patients or not; otherwise it is
    asked once everyone treated has been followed to the end. Patients lost before the end of the window are replaced.

    At a dose at least `between_patients` days pass after each of its first `staggered` infusions, and `between_cohorts` days
    after the last infusion of a cohort. When a toxicity becomes known nobody is infused for `hold` days; then the design is asked
    again, also within a cohort, and may lower the dose or stop. With `hold=0` a cohort is completed at its dose.

    At most `backlog` patients are on their way between consent and infusion, further volunteers are turned away. At most
    `enrolled` patients may consent (None: as many as it takes). While a design waits it is asked again after each new outcome
    and every `ask_again` days. Raises InvalidValue for numbers that cannot be, and for more patients treated than enrolled.

    >>> Conduct(cohort=3, max_cohorts=10).planned
    30
    """

    cohort: int = 3
    max_cohorts: int = 10
    start: int | None = None
    rolling: bool = False
    between_patients: float = 0.0
    staggered: int = 1
    between_cohorts: float = 0.0
    hold: float = 0.0
    backlog: int = 6
    enrolled: int | None = None
    ask_again: float = 1.0

    def __post_init__(self) -> None:
        set_whole(self, 0, cohort="cohorts of", max_cohorts="number of cohorts", start="first dose", enrolled="enrolled")
        if min(self.cohort, self.max_cohorts) < 1:
            raise InvalidValue(f"{self.max_cohorts} cohorts of {self.cohort}: give at least 1 of each")
        set_whole(self, staggered="staggered", backlog="backlog")
        for name in ("between_patients", "between_cohorts", "hold"):
            if not 0 <= getattr(self, name) < np.inf:
                raise InvalidValue(f"{name} {getattr(self, name):g}: give days of zero or more")
        if not 0 < self.ask_again < np.inf:
            raise InvalidValue(f"ask_again {self.ask_again:g}: give days above zero")
        if self.enrolled is not None and self.planned > self.enrolled:
            raise InvalidValue(
                f"{self.planned} patients to be treated of {self.enrolled} enrolled: enrol at least {self.planned} or treat fewer"
            )

    @property
    def planned(self) -> int:
        """Evaluable patients at most."""
        return self.cohort * self.max_cohorts

"""How many patients are treated at once, and how long one waits for those before them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from immunoreset.errors import InvalidValue
from immunoreset.plain_numbers import set_numbers
from immunoreset.trial.decision import Decision, Design, Why
from immunoreset.trial.outcomes import Outcomes
from immunoreset.trial.rules.stopping import capped
from immunoreset.trial.settled import settled
from immunoreset.whole_numbers import set_whole


@dataclass(frozen=True)
class CohortSize:
    """Treat patients in cohorts of `size` at a dose; an incomplete cohort is filled up first, unless it is settled.

    A cohort is settled when the design would go below the dose, or stop, whatever becomes of its missing patients. A design that
    plans cohorts of its own, such as 3+3, decides where it plans to; `size` then only limits how many are treated at once.

    >>> from immunoreset.trial.dose_finding.boin import BOIN
    >>> CohortSize(BOIN(5, 0.3), 3).decide(Outcomes.read("1N", doses=5)).dose.tolist()
    [1]
    """

    design: Design
    size: int

    def __post_init__(self) -> None:
        set_whole(self, size="cohorts of")

    @property
    def doses(self) -> int:
        return self.design.doses

    @property
    def question(self) -> str:
        return f"Cohort of {self.size} incomplete?"

    @property
    def answer(self) -> str:
        return "complete it"

    def decide(self, outcomes: Outcomes) -> Decision:
        now = self.design.decide(outcomes)
        begun = outcomes.at(outcomes.enrolled) % self.size
        stay = (begun > 0) & ~now.stop & outcomes.at(now.admissible).astype(bool)
        if plans_cohorts(self.design):
            stay = np.zeros_like(stay)
        elif stay.any():
            stay &= ~settled(self.design, outcomes, now, missing=np.where(stay, self.size - begun, 0))
        dose = np.where(stay, outcomes.current, now.dose)
        made = now._replace(dose=dose, why=np.where(stay, Why.COHORT_INCOMPLETE, now.why))
        return capped(made, self.size - outcomes.at(outcomes.enrolled, dose) % self.size)


def plans_cohorts(design: Design) -> bool:
    """Whether a design, with or without rules around it, decides only after cohorts that it plans itself."""
    inner = getattr(design, "design", None)
    return bool(getattr(design, "plans_cohorts", False)) or (inner is not None and plans_cohorts(inner))


@dataclass(frozen=True)
class Stagger:
    """Treat the first `first` patients at each dose one after another, at least `gap` of the toxicity window apart.

    `gap=1` waits until the patient before has finished the window. Raises InvalidValue for a gap outside 0 to 1.
    """

    design: Design
    gap: float = 0.5
    first: int = 1

    def __post_init__(self) -> None:
        set_numbers(self)
        set_whole(self, first="stagger of the first")
        if not 0 < self.gap <= 1:
            raise InvalidValue(
                f"stagger of {self.gap:g} windows after {self.first} patients: give a share of the window and 1 or more"
            )

    @property
    def doses(self) -> int:
        return self.design.doses

    @property
    def question(self) -> str:
        return f"One of the first {self.first} at this dose treated within {self.gap:g} windows?"

    @property
    def answer(self) -> str:
        return "wait"

    def decide(self, outcomes: Outcomes) -> Decision:
        now = self.design.decide(outcomes)
        there = outcomes.at(outcomes.enrolled, now.dose)
        new = (there < self.first) & ~now.stop
        after = (there > 0) & (there <= self.first) & (now.dose == outcomes.current) & ~now.stop
        wait = after & (outcomes.since_last < self.gap)
        made = capped(now, np.where(new, 1, np.iinfo(np.int64).max))
        unlimited = ~new & (now.cohort == 0)
        return made._replace(
            wait=now.wait | wait,
            why=np.where(wait & ~now.wait, Why.STAGGER, now.why),
            cohort=np.where(unlimited, 0, made.cohort),
        )


@dataclass(frozen=True)
class WaitForPending:
    """Wait while more than `share` of the patients at the current dose are still watched; 0 waits for every one.

    Nobody waits where the dose is left whatever becomes of them.

    Raises InvalidValue for a share outside 0 to 1.

    >>> from immunoreset.trial.dose_finding.boin import BOIN
    >>> seen = Outcomes.from_counts([1, 0], [0, 0], pending=[2, 0], followed=[0.5, 0])
    >>> WaitForPending(BOIN(2, 0.3), 0.5).decide(seen).wait.tolist()
    [True]
    """

    design: Design
    share: float = 0.0

    def __post_init__(self) -> None:
        set_numbers(self)
        if not 0 <= self.share < 1:
            raise InvalidValue(f"pending share {self.share:g}: give a share from 0 to below 1")

    @property
    def doses(self) -> int:
        return self.design.doses

    @property
    def question(self) -> str:
        return f"More than {self.share:.0%} of the patients at this dose still watched?"

    @property
    def answer(self) -> str:
        return "wait"

    def decide(self, outcomes: Outcomes) -> Decision:
        now = self.design.decide(outcomes)
        pending, here = outcomes.at(outcomes.pending), outcomes.at(outcomes.enrolled)
        wait = (pending > self.share * here) & ~now.stop
        if wait.any():
            wait &= ~settled(self.design, outcomes, now)
        return now._replace(wait=now.wait | wait, why=np.where(wait, Why.PENDING, now.why))

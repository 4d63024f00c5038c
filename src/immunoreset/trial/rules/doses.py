"""Which doses may be given: none skipped, none that looks too toxic, none to more than so many patients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from immunoreset.plain_numbers import set_numbers
from immunoreset.trial.decision import Decision, Design, Why, halt, highest_open, lowest_open, restrict
from immunoreset.trial.dose_finding.checking import check_prior, check_share
from immunoreset.trial.dose_finding.decision_table import chance_above
from immunoreset.trial.outcomes import Outcomes
from immunoreset.trial.rules.stopping import capped
from immunoreset.whole_numbers import set_whole


@dataclass(frozen=True)
class NoSkipping:
    """Go up by at most one dose at a time, counted from the current one; with `down`, also go down by at most one.

    Where the doses within reach are closed the nearest open one below is given, and without one the trial stops. Going down by
    one only yields to safety: a dose that is open further down is given rather than a closed one.

    >>> from immunoreset.trial.dose_finding.boin import BOIN
    >>> NoSkipping(BOIN(5, 0.3, start=2)).decide(Outcomes.read("1NNN", doses=5)).dose.tolist()
    [2]
    """

    design: Design
    down: bool = False

    @property
    def doses(self) -> int:
        return self.design.doses

    @property
    def question(self) -> str:
        return "More than one dose up?"

    @property
    def answer(self) -> str:
        return "one dose up"

    def decide(self, outcomes: Outcomes) -> Decision:
        now = self.design.decide(outcomes)
        current = outcomes.current
        going = ~now.stop & (current > 0)
        too_far = going & (now.dose > current + 1)
        too_low = going & (now.dose < current - 1) & self.down
        reach = highest_open(now.admissible, current + 1)
        near = lowest_open(now.admissible, current - 1)
        dose = np.where(too_far, reach, np.where(too_low & (near > 0) & (near <= current), near, now.dose))
        moved = going & (dose != now.dose)
        made = now._replace(dose=dose, why=np.where(moved, Why.NO_SKIPPING, now.why))
        return halt(made, too_far & (reach == 0), why=Why.OUT_OF_REACH, recommended=np.zeros_like(dose))


@dataclass(frozen=True)
class CloseTooToxic:
    """Close a dose, and all above it, once its rate exceeds `limit` with posterior probability above `confidence`.

    The posterior is Beta, from `prior` and the patients of the dose, from `least` patients on. The trial stops when the lowest
    dose is closed. Raises InvalidValue for a limit or confidence outside (0, 1).
    """

    design: Design
    limit: float
    confidence: float = 0.95
    prior: tuple[float, float] = (1.0, 1.0)
    least: int = 3

    def __post_init__(self) -> None:
        set_numbers(self)
        check_share("limit", self.limit)
        check_share("confidence", self.confidence)
        check_prior(self.prior)
        set_whole(self, 0, least="patients before a dose is closed")

    @property
    def doses(self) -> int:
        return self.design.doses

    @property
    def question(self) -> str:
        return f"Toxicity of a dose above {self.limit:.0%} with probability above {self.confidence:.0%}?"

    @property
    def answer(self) -> str:
        return "close it and all above"

    def decide(self, outcomes: Outcomes) -> Decision:
        now = self.design.decide(outcomes)
        chance = chance_above(self.limit, outcomes.treated, outcomes.toxic, self.prior)
        closed = np.logical_or.accumulate((outcomes.treated >= self.least) & (chance > self.confidence), axis=1)
        return restrict(now, ~closed)


@dataclass(frozen=True)
class AtMostAtDose:
    """Treat at most `n` patients at one dose: the cohort is cut, and the trial stops when the next dose is full."""

    design: Design
    n: int

    def __post_init__(self) -> None:
        set_whole(self, n="patients at a dose")

    @property
    def doses(self) -> int:
        return self.design.doses

    @property
    def question(self) -> str:
        return f"{self.n} patients at the next dose already?"

    @property
    def answer(self) -> str:
        return "stop"

    def decide(self, outcomes: Outcomes) -> Decision:
        now = self.design.decide(outcomes)
        room = self.n - outcomes.enrolled
        here = outcomes.at(room, now.dose)
        made = now._replace(backfill=np.clip(now.backfill, 0, np.maximum(room, 0)))
        return capped(halt(made, (here <= 0) & ~now.stop, why=Why.ENOUGH_AT_DOSE), here)

"""When a dose-finding trial ends: enough patients, too toxic, or precise enough."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

from immunoreset.errors import InvalidValue
from immunoreset.plain_numbers import set_numbers
from immunoreset.trial.decision import Decision, Design, Why, halt
from immunoreset.trial.dose_finding.checking import check_prior, check_share
from immunoreset.trial.dose_finding.decision_table import chance_above
from immunoreset.trial.outcomes import Outcomes
from immunoreset.whole_numbers import is_whole, set_whole


@dataclass(frozen=True)
class StopAtN:
    """Stop once `n` patients are treated in all; the last cohort is cut so that there are never more.

    >>> from immunoreset.trial.dose_finding.boin import BOIN
    >>> StopAtN(BOIN(5, 0.3), 6).decide(Outcomes.read("1NNN 2NTT", doses=5)).explain()
    'stop, recommended dose 1: planned number of patients treated'
    """

    design: Design
    n: int

    def __post_init__(self) -> None:
        set_whole(self, n="stop at number of patients")

    @property
    def doses(self) -> int:
        return self.design.doses

    @property
    def question(self) -> str:
        return f"{self.n} patients treated?"

    @property
    def answer(self) -> str:
        return "stop"

    def decide(self, outcomes: Outcomes) -> Decision:
        now = self.design.decide(outcomes)
        room = self.n - outcomes.enrolled.sum(axis=1)
        return capped(halt(now, room <= 0, why=Why.ENOUGH_PATIENTS), room)


@dataclass(frozen=True)
class StopWhenAtDose:
    """Stop once `n` patients were treated at one dose: any dose, the one to be given next (`recommended`), or a numbered one.

    Raises InvalidValue for a dose that the design has not.
    """

    design: Design
    n: int
    dose: str | int = "any"

    def __post_init__(self) -> None:
        set_whole(self, n="stop at number of patients")
        if is_whole(self.dose):
            set_whole(self, dose="stop at dose")
        known = self.dose in ("any", "recommended") or (str(self.dose).isdigit() and 1 <= int(self.dose) <= self.doses)
        if not known:
            raise InvalidValue(f"stop at dose '{self.dose}': give any, recommended, or a dose between 1 and {self.doses}")

    @property
    def doses(self) -> int:
        return self.design.doses

    @property
    def question(self) -> str:
        where = {"any": "any dose", "recommended": "the next dose"}.get(str(self.dose), f"dose {self.dose}")
        return f"{self.n} patients treated at {where}?"

    @property
    def answer(self) -> str:
        return "stop"

    def decide(self, outcomes: Outcomes) -> Decision:
        now = self.design.decide(outcomes)
        patients = outcomes.enrolled
        if self.dose == "any":
            most = patients.max(axis=1)
        elif self.dose == "recommended":
            most = outcomes.at(patients, now.dose)
        else:
            most = patients[:, int(self.dose) - 1]
        return halt(now, most >= self.n, why=Why.ENOUGH_AT_DOSE)


@dataclass(frozen=True)
class StopWhenTooToxic:
    """Stop, recommending nothing, once the rate at the lowest dose exceeds `limit` with posterior probability `confidence`.

    The posterior is Beta, from `prior` and the patients of that dose; `least` patients must have been followed.
    Raises InvalidValue for a limit or confidence outside (0, 1).
    """

    design: Design
    limit: float
    confidence: float = 0.95
    prior: tuple[float, float] = (1.0, 1.0)
    least: int = 1

    def __post_init__(self) -> None:
        set_numbers(self)
        check_share("limit", self.limit)
        check_share("confidence", self.confidence)
        check_prior(self.prior)
        set_whole(self, least="patients before the trial stops")

    @property
    def doses(self) -> int:
        return self.design.doses

    @property
    def question(self) -> str:
        return f"Toxicity of dose 1 above {self.limit:.0%} with probability above {self.confidence:.0%}?"

    @property
    def answer(self) -> str:
        return "stop"

    def decide(self, outcomes: Outcomes) -> Decision:
        now = self.design.decide(outcomes)
        patients, toxic = outcomes.treated[:, 0], outcomes.toxic[:, 0]
        unsafe = (patients >= self.least) & (chance_above(self.limit, patients, toxic, self.prior) > self.confidence)
        shut = now._replace(
            recommended=np.where(unsafe, 0, now.recommended), admissible=now.admissible & ~unsafe[:, None]
        )  # a design that has already stopped must not recommend either
        return halt(shut, unsafe, why=Why.TOO_TOXIC)


@dataclass(frozen=True)
class StopWhenPrecise:
    """Stop once the toxicity rate at the dose to be recommended is known to within `width`.

    The width is that of the equal-tailed interval of `level` under a Beta(1, 1) prior, from `least` patients on.
    Raises InvalidValue for a width or level outside (0, 1).
    """

    design: Design
    width: float
    level: float = 0.95
    least: int = 6

    def __post_init__(self) -> None:
        set_numbers(self)
        check_share("width", self.width)
        check_share("level", self.level)
        set_whole(self, least="patients before the trial stops")

    @property
    def doses(self) -> int:
        return self.design.doses

    @property
    def question(self) -> str:
        return f"{self.level:.0%} interval of the toxicity rate narrower than {self.width:g}?"

    @property
    def answer(self) -> str:
        return "stop"

    def decide(self, outcomes: Outcomes) -> Decision:
        now = self.design.decide(outcomes)
        patients, toxic = outcomes.at(outcomes.treated, now.recommended), outcomes.at(outcomes.toxic, now.recommended)
        tail = (1 - self.level) / 2
        ends = [betaincinv(1.0 + toxic, 1.0 + patients - toxic, share) for share in (tail, 1 - tail)]
        known = (now.recommended > 0) & (patients >= self.least) & (ends[1] - ends[0] <= self.width)
        return halt(now, known, why=Why.PRECISE)


@dataclass(frozen=True)
class StopWithoutLowerDose:
    """Stop, recommending nothing, when the design would go down from the lowest dose."""

    design: Design

    @property
    def doses(self) -> int:
        return self.design.doses

    @property
    def question(self) -> str:
        return "De-escalation below dose 1 asked for?"

    @property
    def answer(self) -> str:
        return "stop"

    def decide(self, outcomes: Outcomes) -> Decision:
        now = self.design.decide(outcomes)
        lowest = (now.why == Why.LOWEST_DOSE) & ~now.stop
        return halt(now, lowest, why=Why.TOO_TOXIC, recommended=np.zeros_like(now.dose))


def capped(made: Decision, room: np.ndarray) -> Decision:
    """The decision with at most `room` (T,) patients in the next cohort."""
    fewer = np.where(made.cohort > 0, np.minimum(made.cohort, room), room)
    return made._replace(cohort=np.where(made.stop, 0, np.maximum(fewer, 0)))

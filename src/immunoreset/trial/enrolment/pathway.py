"""The way of a patient from consent to a product ready for infusion, queueing for a manufacturing slot."""

from __future__ import annotations

from collections.abc import Generator
from math import inf

import simpy

from immunoreset.trial.enrolment.description import Enrolment
from immunoreset.trial.enrolment.diary import Diary, Fate
from immunoreset.trial.enrolment.draws import Draws

Course = Generator[simpy.Event, object, bool]


class Pathway:
    """Patients of one trial on their way to a product; manufacturing slots are taken in the order of apheresis."""

    def __init__(self, env: simpy.Environment, enrolment: Enrolment, draws: Draws, diary: Diary) -> None:
        self.env, self.draws, self.diary = env, draws, diary
        self.manufacture, self.visits = enrolment.manufacture, enrolment.visits
        slots = self.manufacture.slots
        self.slots = None if slots is None else simpy.Resource(env, capacity=slots)

    def screen(self, patient: int) -> Course:
        """Screening from consent on; whether the patient is eligible."""
        if days := self.draws.screening.item(patient):
            yield self.env.timeout(days)
        if self.draws.screen_failure.item(patient):
            self.diary.fate[patient] = Fate.SCREEN_FAILURE
            return False
        self.diary.eligible[patient] = self.env.now
        return True

    def make_product(self, patient: int) -> Course:
        """Apheresis, manufacture and wash-out; whether there is a product to infuse."""
        env, draws, diary = self.env, self.draws, self.diary
        if days := draws.apheresis.item(patient):
            yield env.timeout(days)
        diary.apheresis[patient] = collected = env.now
        for attempt in range(self.manufacture.attempts):
            yield from self._attempt(patient, attempt)
            if self._usable(patient, attempt):
                break
        else:
            diary.fate[patient] = Fate.NO_PRODUCT
            return False
        diary.product[patient] = env.now
        rest = collected + draws.wash_out.item(patient) - env.now
        if rest > 0:
            yield env.timeout(rest)
        return True

    def _attempt(self, patient: int, attempt: int) -> Course:
        env, diary = self.env, self.diary
        days = self.draws.manufacture.item(patient, attempt)
        if self.slots is None:
            self._begin(patient, attempt)
            if days:
                yield env.timeout(days)
            return True
        with self.slots.request() as place:
            yield place
            use = [self._begin(patient, attempt), inf]
            diary.busy.append(use)
            try:
                yield env.timeout(days)
            finally:
                use[1] = env.now
        return True

    def _begin(self, patient: int, attempt: int) -> float:
        self.diary.attempts[patient] = attempt + 1
        if attempt == 0:
            self.diary.slot[patient] = self.env.now
        return self.env.now

    def _usable(self, patient: int, attempt: int) -> bool:
        if self.draws.failed.item(patient, attempt):
            return False
        if not self.draws.out_of_specification.item(patient, attempt):
            return True
        self.diary.off_specification[patient] = self.manufacture.infuse_out_of_specification
        return self.manufacture.infuse_out_of_specification

    def seen(self, patient: int, day: float, *, window: float) -> float:
        """Days after infusion until the trial knows of what happened on `day`; the end of the window is never missed."""
        if self.visits:
            kept = [visit for visit, missed in zip(self.visits, self.draws.missed[patient].tolist(), strict=True) if not missed]
            last = window if day <= window else inf
            day = min([*(visit for visit in kept if visit >= day), last])
        return day + self.draws.reporting.item(patient)

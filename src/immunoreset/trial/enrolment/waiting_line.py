"""Recruitment of one phase 1 trial: volunteers come, consent, and end in the line of those ready for infusion."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from math import isfinite

import simpy

from immunoreset.trial.enrolment.diary import Fate
from immunoreset.trial.enrolment.pathway import Pathway

Process = Generator[simpy.Event, object, None]


class WaitingLine:
    """Patients between consent and the booking of their infusion; `places` says how many more the trial could use."""

    def __init__(
        self, pathway: Pathway, *, backlog: int, patients: int, places: Callable[[], int], ring: Callable[[], None]
    ) -> None:
        self.env, self.pathway, self.diary = pathway.env, pathway, pathway.diary
        self.backlog, self.patients, self.places, self.ring = backlog, patients, places, ring
        self.ready: list[int] = []
        self.consented = self.on_the_way = 0
        self.open = True
        self.courses: dict[int, simpy.Process] = {}
        self.on_leave: Callable[[int], None] = lambda patient: None

    @property
    def dry(self) -> bool:
        """Whether nobody is there and nobody can come."""
        return self.consented >= self.patients and self.on_the_way == 0

    def recruit(self, volunteers: Iterator[tuple[float, int]]) -> Process:
        """Let volunteers consent as they come, while there are places."""
        for day, site in volunteers:
            while day > self.env.now:
                yield self.env.timeout(day - self.env.now)
            if not self.open or self.consented >= self.patients:
                return
            if self.on_the_way < min(self.backlog, self.places()):
                self._consent(site)
            else:
                self.diary.turned_away += 1

    def next(self) -> int:
        """The patient at the head of the line, who leaves it."""
        self.on_the_way -= 1
        return self.ready.pop(0)

    def _consent(self, site: int) -> None:
        patient = self.consented
        self.consented += 1
        self.on_the_way += 1
        self.diary.site[patient], self.diary.consent[patient] = site, self.env.now
        self.diary.fate[patient] = Fate.ON_THE_WAY
        self.courses[patient] = self.env.process(self._course(patient))
        stay = self.pathway.draws.stay.item(patient)
        if isfinite(stay):
            callbacks = self.env.timeout(stay).callbacks
            if callbacks is not None:
                callbacks.append(lambda event: self._leave(patient))

    def _course(self, patient: int) -> Process:
        try:
            arrived = yield from self.pathway.screen(patient)
            arrived = arrived and (yield from self.pathway.make_product(patient))
        except simpy.Interrupt:
            return
        del self.courses[patient]
        if arrived:
            self.ready.append(patient)
        else:
            self.on_the_way -= 1
        self.ring()

    def _leave(self, patient: int) -> None:
        if patient in self.courses:
            self.courses.pop(patient).interrupt()
        elif patient in self.ready:
            self.ready.remove(patient)
        else:
            self.on_leave(patient)
            return
        self.on_the_way -= 1
        self.diary.left[patient], self.diary.fate[patient] = self.env.now, Fate.LEFT_BEFORE_INFUSION
        self.ring()

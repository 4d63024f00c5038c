"""One phase 1 trial in calendar time: it fills its cohorts, waits for outcomes, and puts questions to the design."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from math import nextafter
from typing import cast

import simpy

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Why
from immunoreset.trial.enrolment.bookings import AfterInfusion, Bookings
from immunoreset.trial.enrolment.conduct import Conduct
from immunoreset.trial.enrolment.pathway import Pathway
from immunoreset.trial.enrolment.waiting_line import WaitingLine

Process = Generator[simpy.Event, object, None]
_UNFINISHED = nextafter(1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """The decision of the design for one trial; fields as in `Decision`."""

    dose: int
    stop: bool
    recommended: int
    why: int
    wait: bool
    cohort: int
    backfill: list[int]
    highest: list[int]
    """For each dose the highest admissible one not above it, 0 for none."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a trial shows to its design: a patient is dose, outcome, cohort and share of the window watched."""

    patients: list[tuple[int, int, int, float]]
    current: int
    since_last: float


class Phase1Trial:
    """A trial that runs until its design is to be asked; `answer` lets it go on."""

    def __init__(
        self, pathway: Pathway, conduct: Conduct, ahead: AfterInfusion, *, patients: int, lymphodepletion: float
    ) -> None:
        self.env, self.pathway, self.conduct, self.window = pathway.env, pathway, conduct, ahead.window
        self.bookings = Bookings(pathway, conduct, ahead, lymphodepletion=lymphodepletion, told=self._told)
        self.line = WaitingLine(pathway, backlog=conduct.backlog, patients=patients, places=lambda: self.room, ring=self.ring)
        self.line.on_leave = self._left
        self.dose = self.current = self.cohort = self.cohort_left = 0
        self.offers: list[int] = []
        self.ask_on = 0.0
        self.new_cohort = self.news = self.review = self.waiting = False
        self.stopped: Answer | None = None
        self.final: Answer | None = None
        self.question: Question | None = None
        self.bell, self.answered = self.env.event(), self.env.event()
        self.process = self.env.process(self._run())

    @property
    def room(self) -> int:
        """Evaluable patients who may still be treated."""
        return self.conduct.planned - len(self.bookings.counted)

    def until_asked(self) -> Question | None:
        """Run on; the next question to the design, or nothing when the trial is over."""
        while self.question is None and not self.process.processed:
            self.env.step()
        return self.question

    def answer(self, answer: Answer) -> None:
        self.question = None
        self.answered.succeed(answer)

    def ring(self, day: float = 0.0) -> None:
        """Let the trial look, at once or on a later day, whether there is something to do."""
        if day > self.env.now:
            callbacks = self.env.timeout(day - self.env.now).callbacks
            if callbacks is not None:
                callbacks.append(lambda event: self.ring(day))
        elif not self.bell.triggered:
            self.bell.succeed()

    def _run(self) -> Process:
        line, bookings = self.line, self.bookings
        while True:
            if self.review and not self.stopped and self.env.now >= bookings.hold_until:
                yield from self._review()
            elif self.stopped or self.room <= 0 or line.dry:
                if bookings.settled:
                    self.final = yield from self._ask()
                    break
                yield from self._rest()
            elif self.cohort_left > 0 and line.ready and self._may_start(self.dose):
                bookings.book(line.next(), self.dose, cohort=self.cohort, new_cohort=self.new_cohort)
                self.cohort_left -= 1
                self.new_cohort = False
            elif self.cohort_left > 0:
                yield from self._rest()
            elif not self._must_wait():
                yield from self._next_cohort()
            elif line.ready and any(self.offers):
                level = next(level for level, offered in enumerate(self.offers) if offered > 0)
                self.offers[level] -= 1
                bookings.book(line.next(), level + 1, cohort=self.cohort, new_cohort=False, backfilled=True)
            else:
                yield from self._rest()
        line.open = False
        self.pathway.diary.duration = self.env.now

    def _rest(self) -> Process:
        self.bell = self.env.event()
        yield self.bell

    def _may_start(self, dose: int) -> bool:
        """Whether lymphodepletion may start for the next patient; if not, look again on the day."""
        day = self.bookings.earliest(dose, new_cohort=self.new_cohort)[0] - self.bookings.lymphodepletion
        if day > self.env.now:
            self.ring(day)
        return day <= self.env.now

    def _must_wait(self) -> bool:
        if self.waiting and not self.news and self.env.now < self.ask_on:
            return True
        return not self.line.ready if self.conduct.rolling else not self.bookings.cohort_settled

    def _next_cohort(self) -> Process:
        answer = yield from self._ask()
        self.waiting, self.review = False, self.review and self.conduct.rolling
        if answer.stop:
            self._stop(answer)
            return
        if answer.dose < 1:
            raise InvalidValue("the design goes on without naming a dose: it cannot decide")
        self.bookings.limit(answer.highest)
        dose, self.new_cohort, self.offers = answer.dose, True, list(answer.backfill)
        if self.cohort == 0 and self.conduct.start is not None:
            dose = self.conduct.start
        if answer.wait:
            self._check_that_waiting_helps(answer)
            self._ask_on(self.env.now + self.conduct.ask_again)
        elif self.conduct.rolling and not self._may_start(dose):
            self._ask_on(self.bookings.earliest(dose, new_cohort=True)[0] - self.bookings.lymphodepletion)
        else:
            self.dose = self.current = dose
            self.cohort += 1
            most = self.conduct.cohort
            self.cohort_left = min(answer.cohort or most, most, self.room)

    def _ask_on(self, day: float) -> None:
        self.waiting, self.ask_on = True, day
        self.ring(day)

    def _check_that_waiting_helps(self, answer: Answer) -> None:
        if self.bookings.settled and self.bookings.since_last >= self.window:
            reason = Why(answer.why).message
            raise InvalidValue(f"the design waits although every outcome is known ({reason}): it cannot decide")

    def _review(self) -> Process:
        """After a safety hold the design may lower the dose of the cohort, or stop, but not raise it."""
        answer = yield from self._ask(review=not self.conduct.rolling)
        self.review = False
        if answer.stop:
            self._stop(answer)
            return
        self.bookings.limit(answer.highest)
        if answer.dose < self.dose:
            self.dose, self.cohort_left = answer.dose, 0
            self.bookings.limit([min(level, answer.dose) for level in range(1, len(answer.highest) + 1)])
            given = [
                booking.dose for booking in self.bookings.counted if booking.cohort == self.cohort and not booking.backfilled
            ]
            self.current = given[-1] if given else self.current

    def _stop(self, answer: Answer) -> None:
        """End treatment; those already in lymphodepletion are infused where the design holds a dose to be safe."""
        self.stopped, self.cohort_left = answer, 0
        self.bookings.limit(answer.highest if answer.recommended else [0] * len(answer.highest))

    def _ask(self, *, review: bool = False) -> Generator[simpy.Event, object, Answer]:
        self.news = False
        self.answered, self.question = self.env.event(), self.shown(review=review)
        return cast(Answer, (yield self.answered))

    def shown(self, *, review: bool = False) -> Question:
        """What is known now; for a review as it would be if the rest of the cohort had no toxicity."""
        patients = []
        for booking in self.bookings.counted:
            watched = 0.0
            if booking.given:
                delay = self.pathway.draws.reporting.item(booking.patient)
                watched = max(self.env.now - delay - booking.day, 0.0) / self.window
            share = 1.0 if booking.known or review else min(watched, _UNFINISHED)
            patients.append((booking.dose, booking.outcome, booking.cohort, share))
        if review:
            patients += [(self.dose, 0, self.cohort, 1.0)] * self.cohort_left
        return Question(patients, self.current, min(self.bookings.since_last / self.window, 1.0))

    def _told(self, toxicity: bool) -> None:
        self.news = True
        if toxicity and self.conduct.hold:
            self.bookings.hold()
            self.review = True
            self.ring(self.bookings.hold_until)
        self.ring()

    def _left(self, patient: int) -> None:
        booking = self.bookings.leave(patient)
        if booking is None:
            return
        if booking.cohort == self.cohort and not (booking.backfilled or self.stopped or self.conduct.rolling):
            self.cohort_left += 1
        self.ring()

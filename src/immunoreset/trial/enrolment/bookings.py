"""The infusions of one phase 1 trial: when each may be given, what came of it, and what the trial knows of it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from math import inf, isfinite

import numpy as np
import simpy
from numpy.typing import NDArray

from immunoreset.trial.enrolment.conduct import Conduct
from immunoreset.trial.enrolment.diary import Fate
from immunoreset.trial.enrolment.pathway import Pathway

_TOXIC, _EFFECTIVE = 1, 2


@dataclass(slots=True, eq=False)
class Booking:
    """An infusion that has been planned or given."""

    patient: int
    dose: int
    cohort: int
    day: float
    """Day planned, then the day given."""
    lymphodepletion: float
    after: Booking | None = None
    gap: float = 0.0
    """Days kept to the infusion that it comes `after`."""
    backfilled: bool = False
    given: bool = False
    cancelled: bool = False
    evaluable: bool = True
    outcome: int = 0
    """Toxicity and benefit as known to the trial: the place in `LETTERS`."""
    known: bool = False


@dataclass(frozen=True)
class AfterInfusion:
    """What lies ahead of each patient at each dose, in days after infusion, and how long toxicity counts."""

    window: float
    toxic: NDArray[np.float64]
    """By patient and dose, (E, D); infinite for never."""
    effective: NDArray[np.float64]

    def days(self, patient: int, dose: int) -> tuple[float, float]:
        """Days of toxicity and benefit of a patient at a dose."""
        return self.toxic.item(patient, dose - 1), self.effective.item(patient, dose - 1)


class Bookings:
    """Infusions in the order of booking; `told` is called when the trial learns something, and whether it is a toxicity."""

    def __init__(
        self,
        pathway: Pathway,
        conduct: Conduct,
        ahead: AfterInfusion,
        *,
        lymphodepletion: float,
        told: Callable[[bool], None],
    ) -> None:
        self.env, self.pathway, self.diary = pathway.env, pathway, pathway.diary
        self.conduct, self.ahead, self.lymphodepletion, self.told = conduct, ahead, lymphodepletion, told
        self.counted: list[Booking] = []
        """Patients who count; one who is lost before the outcome is known is taken out."""
        self.history: list[Booking] = []
        """Every infusion planned or given, for the days between them."""
        self.hold_until = 0.0

    @property
    def settled(self) -> bool:
        """Whether everyone booked has been treated and followed to the end."""
        return all(booking.known for booking in self.counted)

    @property
    def cohort_settled(self) -> bool:
        """Whether that is so for everyone but backfilled patients."""
        return all(booking.known or booking.backfilled for booking in self.counted)

    @property
    def since_last(self) -> float:
        """Days since the latest infusion; 0 while one is planned, infinite before the first."""
        if any(not booking.given for booking in self.counted):
            return 0.0
        return self.env.now - max((booking.day for booking in self.history), default=-inf)

    def earliest(self, dose: int, *, new_cohort: bool) -> tuple[float, Booking | None, float]:
        """First day on which the dose may be given, the infusion that must come before, and the days to it."""
        there = [booking for booking in self.history if booking.dose == dose]
        bounds: list[tuple[Booking, float]] = []
        if 0 < len(there) <= self.conduct.staggered:
            bounds.append((there[-1], self.conduct.between_patients))
        main = [booking for booking in self.history if not booking.backfilled]
        if new_cohort and main:
            bounds.append((main[-1], self.conduct.between_cohorts))
        after, gap = max(bounds, key=lambda bound: bound[0].day + bound[1], default=(None, 0.0))
        return max(self.hold_until, after.day + gap if after else 0.0), after, gap

    def book(self, patient: int, dose: int, *, cohort: int, new_cohort: bool, backfilled: bool = False) -> None:
        """Plan the infusion of a patient as early as it may be."""
        first, after, gap = (self.hold_until, None, 0.0) if backfilled else self.earliest(dose, new_cohort=new_cohort)
        day = max(self.env.now + self.lymphodepletion, first)
        booking = Booking(patient, dose, cohort, day, day - self.lymphodepletion, after, gap, backfilled)
        self.counted.append(booking)
        self.history.append(booking)
        self.env.process(self._infuse(booking))

    def hold(self) -> None:
        """Give nothing for the days of a safety hold; planned infusions move back and keep their distances."""
        self.hold_until = max(self.hold_until, self.env.now + self.conduct.hold)
        for booking in self.history:
            if booking.given:
                continue
            earliest = booking.after.day + booking.gap if booking.after else 0.0
            day = max(booking.day, self.hold_until, earliest)
            if booking.lymphodepletion > self.env.now:
                booking.lymphodepletion = day - self.lymphodepletion
            booking.day = day

    def limit(self, highest: list[int]) -> None:
        """Lower the dose of planned infusions to `highest`, given for each dose; 0 cancels the infusion."""
        for booking in [booking for booking in self.counted if not booking.given]:
            booking.dose = highest[booking.dose - 1]
            if booking.dose == 0:
                self._cancel(booking)

    def leave(self, patient: int) -> Booking | None:
        """A patient drops out; the booking, if the patient has to be replaced."""
        found = [booking for booking in self.counted if booking.patient == patient]
        if not found or (found[0].given and found[0].evaluable):
            return None
        booking = found[0]
        self.diary.left[patient] = self.env.now
        self.diary.fate[patient] = Fate.LEFT_AFTER_INFUSION if booking.given else Fate.LEFT_BEFORE_INFUSION
        if booking.given:
            self.counted.remove(booking)
        else:
            self._cancel(booking)
        return booking

    def _cancel(self, booking: Booking) -> None:
        booking.cancelled = True
        self.counted.remove(booking)
        self.history.remove(booking)

    def _infuse(self, booking: Booking) -> Generator[simpy.Event, object, None]:
        while booking.day > self.env.now:
            yield self.env.timeout(booking.day - self.env.now)
        if booking.cancelled:
            return
        patient, diary, now, window = booking.patient, self.diary, self.env.now, self.ahead.window
        booking.given, booking.day = True, now
        diary.infusion[patient], diary.lymphodepletion[patient] = now, booking.lymphodepletion
        diary.dose[patient], diary.fate[patient] = booking.dose, Fate.COMPLETED
        stay = diary.consent[patient] + self.pathway.draws.stay.item(patient) - now
        toxic, effective = self.ahead.days(patient, booking.dose)
        if isfinite(effective) and effective <= stay:
            diary.benefit[patient] = now + effective
            self._learn(booking, effective, what=_EFFECTIVE)
        if isfinite(toxic) and toxic <= stay:
            diary.toxicity[patient] = now + toxic
            self._learn(booking, toxic, what=_TOXIC)
        elif window <= stay:
            self._learn(booking, window, what=0)
        else:
            booking.evaluable = False

    def _learn(self, booking: Booking, day: float, *, what: int) -> None:
        seen = self.pathway.seen(booking.patient, day, window=self.ahead.window)
        if not isfinite(seen):
            return

        def learn(event: simpy.Event) -> None:
            booking.outcome |= what
            if what != _EFFECTIVE:
                booking.known = True
                self.diary.end[booking.patient] = self.env.now
            self.told(what == _TOXIC)

        callbacks = self.env.timeout(seen).callbacks
        if callbacks is not None:
            callbacks.append(learn)

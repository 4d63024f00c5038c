"""Phase 1 trials in calendar time: any dose-finding design, with patients arriving, waiting for products and still being watched.

The calendars of many trials run side by side until each has a question to the design; the design answers all of them at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, exp
from typing import NamedTuple

import numpy as np
import simpy
from numpy.typing import NDArray

from immunoreset.engine.random import uniform
from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Design, highest_open
from immunoreset.trial.enrolment.bookings import AfterInfusion
from immunoreset.trial.enrolment.calendar import Calendar, calendar_of
from immunoreset.trial.enrolment.conduct import Conduct
from immunoreset.trial.enrolment.description import Enrolment
from immunoreset.trial.enrolment.diary import Diary
from immunoreset.trial.enrolment.draws import draw_patients
from immunoreset.trial.enrolment.pathway import Pathway
from immunoreset.trial.enrolment.phase1_trial import Answer, Phase1Trial, Question
from immunoreset.trial.enrolment.sites import arrivals
from immunoreset.trial.enrolment.timed_outcomes import TimedSource
from immunoreset.trial.outcomes import Outcomes, Patients
from immunoreset.trial.scenarios import PATIENT_PURPOSE, Trials

_CLOCK_PURPOSE = "days of events"
_BATCH = 250
_SPARE_SHARE, _SPARE_PATIENTS, _LEAST_SHARE = 3, 40, 0.02


@dataclass(frozen=True, eq=False)
class CalendarTrials:
    """Phase 1 trials with their calendar."""

    trials: Trials
    calendar: Calendar


class _Ended(NamedTuple):
    """What is kept of a trial: its diary, what the design saw last, and what it said."""

    diary: Diary
    shown: Question
    recommended: int
    why: int
    stopped: bool
    short: bool
    """Whether patients ran out."""


def simulate_phase1(
    design: Design, source: TimedSource, enrolment: Enrolment, conduct: Conduct | None = None, *, trials: int, seed: int
) -> CalendarTrials:
    """Trials of a design in calendar time, on the same patients as `simulate_trials` for the same seed.

    A patient's outcomes, delays and failures belong to the place in the order of consent, so that rival designs meet the same
    patients. The recommended dose is that of the design once every patient has been followed to the end.
    Raises InvalidValue when design and source have unequal doses, when a design waits for nothing, or when patients run out.

    >>> from immunoreset.trial.dose_finding.boin import BOIN
    >>> from immunoreset.trial.enrolment.sites import Site
    >>> from immunoreset.trial.enrolment.timed_outcomes import Timed
    >>> from immunoreset.trial.outcome_sources import RateTable
    >>> source, sites = Timed(RateTable((0.0, 0.0)), window=28), (Site("Erlangen", 2.0),)
    >>> made = simulate_phase1(BOIN(2, 0.3), source, Enrolment(sites), Conduct(max_cohorts=3), trials=2, seed=1)
    >>> made.trials.outcomes.write(), made.calendar.treated.tolist()
    ('1NNN 2NNN 2NNN', [9, 9])
    """
    conduct = Conduct() if conduct is None else conduct
    _check(design, source, conduct, trials=trials)
    patients = conduct.enrolled or _enough_patients(enrolment, conduct, source.window)
    ended: list[_Ended] = []
    for first in range(0, trials, _BATCH):
        numbers = np.arange(first, min(first + _BATCH, trials))
        batch = _trials(source, enrolment, conduct, numbers=numbers, seed=seed, patients=patients)
        _run(design, batch)
        ended += [_end(trial) for trial in batch]
    for number, end in enumerate(ended, start=1):
        if conduct.enrolled is None and end.short:
            raise InvalidValue(
                f"trial {number}: of {patients} patients who consented only {len(end.shown.patients)} could be treated; "
                "lower the drop-out or give the number enrolled"
            )
    recommended, why, stopped = (np.array([getattr(end, name) for end in ended]) for name in ("recommended", "why", "stopped"))
    seen = _seen([end.shown for end in ended], design.doses)
    calendar = calendar_of([end.diary for end in ended], enrolment.manufacture.slots)
    return CalendarTrials(Trials(seen, recommended, stopped, why), calendar)


def _check(design: Design, source: TimedSource, conduct: Conduct, *, trials: int) -> None:
    if design.doses != source.doses:
        raise InvalidValue(f"the design has {design.doses} doses, the outcomes {source.doses}: give both the same")
    if trials < 1:
        raise InvalidValue(f"{trials} trials: give at least 1")
    if conduct.start is not None and not 1 <= conduct.start <= design.doses:
        raise InvalidValue(f"first dose {conduct.start}: give a dose between 1 and {design.doses}")


def _enough_patients(enrolment: Enrolment, conduct: Conduct, window: float) -> int:
    """Patients to have in store when their number is not limited."""
    made = enrolment.manufacture
    path = enrolment.screening.mean + enrolment.apheresis.mean + made.duration.mean + enrolment.wash_out.mean + window
    share = enrolment.expected_yield * exp(-enrolment.drop_out * path)
    return ceil(_SPARE_SHARE * conduct.planned / max(share, _LEAST_SHARE)) + _SPARE_PATIENTS


def _trials(
    source: TimedSource, enrolment: Enrolment, conduct: Conduct, *, numbers: NDArray[np.int64], seed: int, patients: int
) -> list[Phase1Trial]:
    """Trials with the given numbers, ready to start."""
    draws = draw_patients(enrolment, numbers, seed=seed, patients=patients)
    toxic, effective = _event_days(source, numbers, seed=seed, patients=patients)
    made = []
    for place, number in enumerate(numbers.tolist()):
        pathway = Pathway(simpy.Environment(), enrolment, draws.trial(place), Diary.blank(patients))
        ahead = AfterInfusion(source.window, toxic[place], effective[place])
        trial = Phase1Trial(pathway, conduct, ahead, patients=patients, lymphodepletion=enrolment.lymphodepletion)
        trial.env.process(trial.line.recruit(arrivals(enrolment.sites, number, seed)))
        made.append(trial)
    return made


def _event_days(
    source: TimedSource, numbers: NDArray[np.int64], *, seed: int, patients: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Days of toxicity and benefit of every patient at every dose, each (T, E, D)."""
    latent = uniform(seed, PATIENT_PURPOSE, numbers, patients * source.latent).reshape(-1, source.latent)
    clock = uniform(seed, _CLOCK_PURPOSE, numbers, 2 * patients).reshape(-1, 2)
    found = [source.event_days(latent, clock, np.full(len(latent), dose)) for dose in range(1, source.doses + 1)]
    shape = (len(numbers), patients, source.doses)
    toxic, effective = (np.stack([getattr(days, name) for days in found], axis=-1) for name in ("toxic", "effective"))
    return np.where(toxic <= source.window, toxic, np.inf).reshape(shape), effective.reshape(shape)


def _run(design: Design, trials: Sequence[Phase1Trial]) -> None:
    """Let the trials run to their ends, all questions answered together."""
    active = list(trials)
    while active:
        asked = [(trial, question) for trial in active if (question := trial.until_asked()) is not None]
        if not asked:
            return
        active = [trial for trial, _ in asked]
        answers = _decide(design, [question for _, question in asked])
        for trial, answer in zip(active, answers, strict=True):
            trial.answer(answer)


def _decide(design: Design, questions: Sequence[Question]) -> list[Answer]:
    now = design.decide(_seen(questions, design.doses))
    level = range(1, design.doses + 1)
    highest = np.stack([highest_open(now.admissible, np.full(len(questions), dose)) for dose in level], axis=1)
    columns = (now.dose, now.stop, now.recommended, now.why, now.wait, now.cohort, now.backfill, highest)
    return [Answer(*row) for row in zip(*(np.asarray(column).tolist() for column in columns), strict=True)]


def _seen(questions: Sequence[Question], doses: int) -> Outcomes:
    """The outcomes that the trials show to the design."""
    longest = max(len(question.patients) for question in questions)
    table = np.zeros((len(questions), longest, 4))
    for row, question in enumerate(questions):
        if question.patients:
            table[row, : len(question.patients)] = np.array(question.patients, dtype=float)
    dose, outcome, cohort = (table[:, :, field].astype(np.int64) for field in range(3))
    seen = Outcomes.from_patients(Patients(dose, outcome, cohort, table[:, :, 3]), doses=doses)
    return replace(
        seen,
        current=np.array([question.current for question in questions], dtype=np.int64),
        since_last=np.array([question.since_last for question in questions]),
    )


def _end(trial: Phase1Trial) -> _Ended:
    last, final = trial.stopped or trial.final, trial.final
    return _Ended(
        diary=trial.pathway.diary,
        shown=trial.shown(),
        recommended=final.recommended if final else 0,
        why=last.why if last else 0,
        stopped=trial.stopped is not None,
        short=trial.room > 0 and trial.stopped is None,
    )

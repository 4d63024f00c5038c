"""When the products of a trial of fixed size are ready: patients queue for manufacturing slots, or pass straight through."""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple

import numpy as np
import simpy
from numpy.typing import NDArray

from immunoreset.trial.enrolment.description import Enrolment
from immunoreset.trial.enrolment.diary import Diary, Fate
from immunoreset.trial.enrolment.draws import Draws
from immunoreset.trial.enrolment.pathway import Pathway

Floats = NDArray[np.float64]


class Products(NamedTuple):
    """Days from the start of the trial, (T, N), NaN for never; N patients in the order of randomisation."""

    apheresis: Floats
    slot: Floats
    product: Floats
    ready: Floats
    """Day from which lymphodepletion may start."""
    attempts: NDArray[np.int64]
    off_specification: NDArray[np.bool_]
    busy: list[list[list[float]]]
    """Uses of slots of each trial."""


def products(enrolment: Enrolment, draws: Draws, randomised: Floats, *, leave: Floats) -> Products:
    """Products of patients randomised on days `randomised` (T, N), NaN for whom none is made, who drop out on days `leave`."""
    if enrolment.manufacture.slots is None:
        return _straight_through(enrolment, draws, randomised, leave)
    return _through_slots(enrolment, draws, randomised, leave)


def _straight_through(enrolment: Enrolment, draws: Draws, randomised: Floats, leave: Floats) -> Products:
    made = enrolment.manufacture
    apheresis = randomised + draws.apheresis
    fails = draws.failed | (draws.out_of_specification & (not made.infuse_out_of_specification))
    any_usable = ~fails.all(axis=-1)
    last = np.where(any_usable, (~fails).argmax(axis=-1), made.attempts - 1)
    steps = np.concatenate([apheresis[..., None], draws.manufacture], axis=-1).cumsum(axis=-1)
    begin, end = steps[..., :-1], steps[..., 1:]
    product = np.where(any_usable, np.take_along_axis(end, last[..., None], axis=-1)[..., 0], np.nan)
    off = np.take_along_axis(draws.out_of_specification, last[..., None], axis=-1)[..., 0]
    tried = (np.arange(made.attempts) <= last[..., None]) & (begin < leave[..., None])
    product = _before(product, leave)
    return Products(
        apheresis=_before(apheresis, leave),
        slot=_before(apheresis, leave),
        product=product,
        ready=_before(np.maximum(product, apheresis + draws.wash_out), leave),
        attempts=tried.sum(axis=-1),
        off_specification=off & made.infuse_out_of_specification & np.isfinite(product),
        busy=[[] for _ in randomised],
    )


def _through_slots(enrolment: Enrolment, draws: Draws, randomised: Floats, leave: Floats) -> Products:
    trials, patients = randomised.shape
    ready = np.full((trials, patients), np.nan)
    diaries = []
    for trial in range(trials):
        diary = Diary.blank(patients)
        pathway = Pathway(simpy.Environment(), enrolment, draws.trial(trial), diary)
        for patient in np.flatnonzero(np.isfinite(randomised[trial])).tolist():
            process = pathway.env.process(_course(pathway, patient, randomised[trial], ready[trial]))
            if np.isfinite(leave[trial, patient]):
                _interrupt(pathway.env, process, leave.item(trial, patient))
        pathway.env.run()
        diaries.append(diary)
    apheresis, slot, product, attempts, off = (
        np.array([getattr(diary, name) for diary in diaries])
        for name in ("apheresis", "slot", "product", "attempts", "off_specification")
    )
    return Products(apheresis, slot, product, ready, attempts, off, [diary.busy for diary in diaries])


def _course(pathway: Pathway, patient: int, randomised: Floats, ready: Floats) -> Generator[simpy.Event, object, None]:
    try:
        yield pathway.env.timeout(randomised.item(patient))
        if (yield from pathway.make_product(patient)):
            ready[patient] = pathway.env.now
    except simpy.Interrupt:
        pathway.diary.fate[patient] = Fate.LEFT_BEFORE_INFUSION


def _interrupt(env: simpy.Environment, process: simpy.Process, day: float) -> None:
    callbacks = env.timeout(day).callbacks
    if callbacks is not None:
        callbacks.append(lambda event: process.interrupt() if process.is_alive else None)


def _before(day: Floats, leave: Floats) -> Floats:
    return np.where(day < leave, day, np.nan)

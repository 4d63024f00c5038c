"""The chances of each patient, fixed beforehand: the same patient meets the same delays and failures in every rival trial."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from immunoreset.engine.random import uniform
from immunoreset.trial.enrolment.description import Enrolment

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Draws(NamedTuple):
    """What awaits the patients of T trials, E each in the order of consent; days unless said otherwise."""

    screening: Floats
    screen_failure: Flags
    apheresis: Floats
    manufacture: Floats
    """Days in the slot at each attempt, (T, E, A)."""
    failed: Flags
    """Whether the attempt fails, (T, E, A)."""
    out_of_specification: Flags
    """Whether the product of the attempt does not meet its release criteria, (T, E, A)."""
    wash_out: Floats
    stay: Floats
    """Days from consent to drop-out; infinite without one."""
    missed: Flags
    """Whether each visit is missed, (T, E, V)."""
    reporting: Floats

    def trial(self, place: int) -> Draws:
        """The chances of one of the trials, each (E, ...)."""
        return Draws._make(part[place] for part in self)

    def take(self, patients: NDArray[np.int64]) -> Draws:
        """The chances of some `patients` (T, N) of each trial."""
        rows = np.arange(len(patients))[:, None]
        return Draws._make(part[rows, patients] for part in self)


def draw_patients(enrolment: Enrolment, trials: NDArray[np.int64], *, seed: int, patients: int) -> Draws:
    """The chances of `patients` in each of the trials with numbers `trials` (T,)."""

    def shares(purpose: str, each: int = 1) -> Floats:
        numbers = uniform(seed, f"enrolment {purpose}", trials, patients * each)
        return numbers.reshape((len(trials), patients, each) if each > 1 else (len(trials), patients))

    def by_attempt(purpose: str) -> Floats:
        return shares(purpose, attempts).reshape(len(trials), patients, attempts)

    made = enrolment.manufacture
    attempts, visits = made.attempts, len(enrolment.visits)
    with np.errstate(divide="ignore"):
        stay = (
            -np.log(shares("drop-out")) / enrolment.drop_out if enrolment.drop_out else np.full((len(trials), patients), np.inf)
        )
    return Draws(
        screening=enrolment.screening.draw(shares("screening days")),
        screen_failure=shares("screening failure") < enrolment.screen_failure,
        apheresis=enrolment.apheresis.draw(shares("apheresis days")),
        manufacture=made.duration.draw(by_attempt("manufacturing days")),
        failed=by_attempt("manufacturing failure") < made.failure,
        out_of_specification=by_attempt("specification") < made.out_of_specification,
        wash_out=enrolment.wash_out.draw(shares("wash-out days")),
        stay=stay,
        missed=shares("missed visits", visits).reshape(len(trials), patients, visits) < enrolment.missed
        if visits
        else np.zeros((len(trials), patients, 0), dtype=bool),
        reporting=enrolment.reporting.draw(shares("reporting days")),
    )

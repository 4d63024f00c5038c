"""Damage that stays: how fast the SLICC/ACR damage index rises with activity, steroid, age and the person.

Points come one at a time, at random, at a rate that follows the course (an inhomogeneous Poisson process). Two factors change
with the first point: men get it sooner, and an antimalarial slows the ones after it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.endpoints.lupus.damage import END_STAGE, damage_items, highest_damage
from immunoreset.engine import random
from immunoreset.patient.module import Module, Nothing
from immunoreset.patient.vocabulary import Num

Floats = NDArray[np.float64]

VERSION = "original"  # the list of 1996, which the cohorts behind the numbers used
HIGHEST = highest_damage(VERSION)
MOST_EVENTS = int(HIGHEST) - next(int(item.most) for item in damage_items(VERSION) if item.code == END_STAGE)
"""Points that may come at random: all but those of end-stage renal disease, which comes from the kidney's state."""


class Damage(NamedTuple):
    """Rate of new damage, and what it depends on."""

    hazard: Num
    per_sledai: Num
    per_steroid: Num
    per_year_of_age: Num
    age_of_hazard: Num
    male_at_first: Num
    antimalarial_later: Num


MODULE = Module("damage", __file__, Nothing, Damage)


def rate(my: Damage, *, sledai: ArrayLike, steroid: ArrayLike, age: ArrayLike, ancestry: ArrayLike) -> Floats:
    """New points a year before the factors that depend on earlier damage, in the common shape of what is given.

    `steroid` is the whole dose of prednisolone in mg a day, `age` in years, `ancestry` a factor.
    """
    of_person = my.hazard * np.asarray(ancestry, float) * np.exp(my.per_year_of_age * (np.asarray(age) - my.age_of_hazard))
    return np.asarray(of_person * np.exp(my.per_sledai * np.asarray(sledai) + my.per_steroid * np.asarray(steroid)), float)


def factors(my: Damage, *, male: ArrayLike, antimalarial: ArrayLike) -> tuple[Floats, Floats]:
    """Factors on the rate without damage and with damage; `male` and `antimalarial` are 1 or 0."""
    return np.asarray(my.male_at_first ** np.asarray(male)), np.asarray(my.antimalarial_later ** np.asarray(antimalarial))


def waits(seed: int, when: str, ids: ArrayLike) -> Floats:
    """Unit exponential waiting times between points, (n, MOST_EVENTS): the same for a patient whatever the treatment."""
    return -np.log(random.uniform(seed, f"damage: {when}", ids, MOST_EVENTS))


def points(accumulated: Floats, between: Floats, *, first: Floats, later: Floats, damaged: Floats) -> Floats:
    """Points that have come by each day, (n, days).

    `accumulated` (n, days) is the integral of `rate`, `between` the `waits`; `first` and `later` (n, 1 or scalar) are the
    `factors`. `damaged` (n, 1) is the accumulated rate at which there is damage from elsewhere: 0 in who has it from the start,
    infinite in who never does.
    """
    turn = np.minimum(damaged, between[:, :1] / first)
    clock = first * np.minimum(accumulated, turn) + later * np.maximum(accumulated - turn, 0.0)
    found, last = np.zeros(clock.shape), clock.max(axis=1, initial=0.0)
    for due in np.cumsum(between, axis=1).T:
        reached = np.flatnonzero(due <= last)
        if not len(reached):
            break
        found[reached] += clock[reached] >= due[reached, None]
    return found

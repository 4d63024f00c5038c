"""Death: the life table of the general population, raised by damage and activity; then what treatment adds.

The ratio of deaths to those of the general population (SMR) is a result here and enters nowhere.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.disease.lupus.long_term.life_table import accumulated_hazard
from immunoreset.engine import random
from immunoreset.patient.module import Module, Nothing
from immunoreset.patient.vocabulary import Num

Floats = NDArray[np.float64]

DAYS_PER_YEAR = 365.25


class Death(NamedTuple):
    """Factors on the hazard of the life table, and the case fatality of what treatment does."""

    lupus_factor: Num
    per_damage: Num
    per_sledai: Num
    with_antimalarial: Num
    serious_infections: Num
    fatal_infections: Num
    fatal_crs: Num
    fatal_icans: Num


MODULE = Module("death", __file__, Nothing, Death)


def factor(my: Death, *, damage: ArrayLike, sledai: ArrayLike, antimalarial: ArrayLike) -> Floats:
    """How many times the hazard of the general population a patient has, in the common shape of what is given.

    `damage` are points of the SLICC/ACR index, `sledai` of SLEDAI-2K, `antimalarial` is 1 or 0.
    """
    of_person = my.lupus_factor * my.with_antimalarial ** np.asarray(antimalarial)
    return np.asarray(of_person * np.exp(np.log(my.per_damage) * np.asarray(damage) + my.per_sledai * np.asarray(sledai)))


def from_lupus(days: Floats, times_life_table: Floats, *, age: ArrayLike, male: ArrayLike) -> Floats:
    """Accumulated hazard (n, days) from day 0, given by how many times that of the life table it is on each day (n, days).

    `age` (n, 1) in years is that on day 0, `male` (n, 1) is 1 or 0.
    """
    background = accumulated_hazard(np.asarray(age) + np.maximum(days, 0.0) / DAYS_PER_YEAR, male)
    between = np.diff(background, axis=-1) * 0.5 * (times_life_table[:, 1:] + times_life_table[:, :-1])
    return np.hstack([np.zeros((len(between), 1)), np.cumsum(between, axis=1)])


def from_infections(my: Death, days: Floats, per_day: Floats) -> Floats:
    """Accumulated hazard (n, days) of the infections that treatment adds from day 0 on.

    `per_day` (n, days) are expected infections of any grade. Those of the first day, untreated, are part of lupus already.
    """
    added = np.maximum(per_day - per_day[:, :1], 0.0)
    over = np.diff(np.maximum(days, 0.0)) * 0.5 * (added[:, 1:] + added[:, :-1])
    fatal = my.serious_infections * my.fatal_infections
    return fatal * np.hstack([np.zeros((len(over), 1)), np.cumsum(over, axis=1)])


def from_toxicity(days: Floats, on: Floats, fatality: ArrayLike) -> Floats:
    """Accumulated hazard (n, days) of a severe toxicity on the day `on` (n,; nan: none), of which a share dies that day."""
    return np.where(days >= np.reshape(on, (-1, 1)), -np.log1p(-np.asarray(fatality)), 0.0)


def death_day(days: Floats, gradual: Floats, at_once: Floats | float = 0.0, *, seed: int, ids: ArrayLike) -> Floats:
    """The day on which each patient dies; nan in who lives at the end. (n,)

    Both accumulated hazards are (n, days), start at 0 and never fall: the `gradual` one grows between stored days by a straight
    line, what comes `at_once` does so on its day. The same patient meets the same fate at the same accumulated hazard under
    every treatment.
    """
    due = -np.log(random.uniform(seed, "death", ids))
    at_once = np.broadcast_to(at_once, gradual.shape)
    accumulated = gradual + at_once
    reached = accumulated >= due
    found, dead = np.full(len(due), np.nan), np.flatnonzero(reached.any(axis=1))
    after = reached[dead].argmax(axis=1)
    left, grown = due[dead, 0] - accumulated[dead, after - 1], gradual[dead, after] - gradual[dead, after - 1]
    share = np.divide(left, grown, out=np.ones_like(left), where=left < grown)
    found[dead] = np.where(share < 1, days[after - 1] + share * (days[after] - days[after - 1]), days[after])
    return found

"""Death in the general population by age and sex: the part of a patient's risk that has nothing to do with lupus.

Source: period life table of 2017 for the United States Social Security area, probabilities of death at exact ages, as used in the
2020 Trustees Report (US Social Security Administration, Office of the Chief Actuary: PerLifeTables2020, female and male,
historical; public domain). 2017 is the last year before the pandemic that the file has; it has no term for ancestry.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

FEMALE, MALE = 0, 1


class LifeTable(NamedTuple):
    """Hazard per year within each year of age, and its sum from birth to each birthday, both (sexes, ages)."""

    hazard: Floats
    accumulated: Floats


@cache
def life_table() -> LifeTable:
    """The table, in which the hazard is the same all year from one birthday to the next, and for ever after the last."""
    text = resources.files("immunoreset.disease.lupus.long_term").joinpath("life_table.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    dying = np.array([[float(row[sex]) for row in rows] for sex in ("female", "male")])
    hazard = -np.log1p(-dying)
    return LifeTable(hazard, np.hstack([np.zeros((2, 1)), np.cumsum(hazard, axis=1)[:, :-1]]))


def accumulated_hazard(age: ArrayLike, male: ArrayLike) -> Floats:
    """The hazard of death summed from birth to an `age` in years, of whom `male` (1 or 0) says the sex; their common shape.

    >>> at_35, at_36 = accumulated_hazard([35.0, 36.0], 0)
    >>> round(float(-np.expm1(at_35 - at_36)), 6)  # q(35) of women
    0.001085
    """
    table, years = life_table(), np.asarray(age, dtype=float)
    sex = np.where(np.asarray(male) > 0, MALE, FEMALE)
    birthday = np.clip(np.nan_to_num(years).astype(np.int64), 0, table.hazard.shape[1] - 1)
    return table.accumulated[sex, birthday] + (years - birthday) * table.hazard[sex, birthday]

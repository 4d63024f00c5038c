"""Who is treated on the Patient page: the typical patient, or the twin in the middle of a patient's twins, and the twins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from immunoreset.app.forms import PatientForm
from immunoreset.catalogue import Theta, numbers_for
from immunoreset.population import Cohort, Facts, mackensen_2022, sample, twins
from immunoreset.population.changed import typical_values

MIDDLE_OF = 256


@dataclass(frozen=True)
class Who:
    """A patient: known facts, or nobody in particular when `facts` is None; `theta` is None for the numbers of this version."""

    facts: Facts | None
    population: str
    seed: int
    theta: Theta | None = None


def who(form: PatientForm, seed: int, theta: Theta | None = None) -> Who:
    """The patient that a form describes."""
    if form.published is not None:
        return Who(mackensen_2022()[form.published - 1], form.population, seed, theta)
    return Who(None if form.facts is None else form.facts.facts(), form.population, seed, theta)


def one(patient: Who, parameters: Mapping[str, float]) -> Cohort:
    """The patient whose course follows the slider: the typical patient, or the twin nearest to the middle of the twins."""
    cohort = _typical(patient) if patient.facts is None else _middle(patient)
    return cohort.with_values(parameters)


def many(patient: Who, count: int, parameters: Mapping[str, float]) -> Cohort:
    """Virtual twins who agree with the facts; with no facts, patients of the population."""
    return _drawn(patient, count).with_values(parameters)


def _typical(patient: Who) -> Cohort:
    """The typical patient with the disease of the population."""
    within = numbers_for(None, patient.theta)
    values = typical_values(within.population(patient.population)[0], within)
    return Cohort(values, np.zeros(1, dtype=np.int64), patient.seed, patient.population, {}, within)


@lru_cache(maxsize=24)
def _drawn(patient: Who, count: int) -> Cohort:
    if patient.facts is None:
        return sample(patient.population, count, seed=patient.seed, theta=patient.theta)
    return twins(patient.facts, count, seed=patient.seed, population=patient.population, theta=patient.theta)


@lru_cache(maxsize=24)
def _middle(patient: Who) -> Cohort:
    cohort = _drawn(patient, MIDDLE_OF)
    return cohort.select(np.array([nearest_to_middle(cohort.parameters)]))


def nearest_to_middle(parameters: Mapping[str, Any]) -> int:
    """The patient whose ranks among the others are nearest to one half over all parameters that differ.

    >>> nearest_to_middle({"weight": np.array([50.0, 90.0, 60.0]), "sex": 1.0})
    2
    """
    columns = [np.asarray(value, dtype=float) for value in parameters.values() if np.ndim(value)]
    if not columns:
        return 0
    table = np.stack([column for column in columns if np.ptp(column) > 0] or columns)
    ranks = np.argsort(np.argsort(table, axis=1, kind="stable"), axis=1, kind="stable")
    return int(np.argmin(np.sum((ranks - (table.shape[1] - 1) / 2) ** 2, axis=0)))

"""The kidney in the long run: damage that its state shows, and end-stage disease with dialysis, then a transplant.

A change counts as damage once it has lasted six months without a break. End-stage disease is for good from the first day on which
filtration is below its limit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.disease.families.autoimmune.nephritis import filtering
from immunoreset.disease.lupus.long_term.damage import VERSION
from immunoreset.endpoints.lupus.damage import END_STAGE, damage_course, damage_items
from immunoreset.engine import random
from immunoreset.patient.module import Module, Nothing
from immunoreset.patient.vocabulary import Num

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]


class KidneyFailure(NamedTuple):
    """Limits of filtration and proteinuria, and how long a transplant takes to come."""

    failure_below: Num
    damage_below: Num
    nephrotic: Num
    lasting: Num
    transplant_wait: Num


MODULE = Module("kidney_failure", __file__, Nothing, KidneyFailure)


class Filtration(NamedTuple):
    """Filtration (n, days) and that of the same kidney when it was healthy (n, 1 or scalar), both in mL/min/1.73 m2, and the
    share of nephrons lost before entry (n, 1 or scalar)."""

    egfr: Floats
    healthy: Floats
    lost_before: Floats


def healthy_filtration(at_entry: ArrayLike, *, lost_before: ArrayLike, inflamed: ArrayLike) -> Floats:
    """A person's own healthy filtration, from that at entry, in its unit, as `nephritis.filtering` has it."""
    return np.asarray(at_entry / filtering(np.asarray(lost_before), np.asarray(inflamed), 1))  # type: ignore[arg-type]


def lasted(there: Booleans, days: Floats, length: ArrayLike, *, before: ArrayLike = 0.0) -> Booleans:
    """Whether something, there or not on `days` (d,), has been there for `length` days without a break, (n, d).

    What is there on the first day has been so for `before` days.

    >>> lasted(np.array([[True, True, False, True, True]]), np.array([0.0, 100, 200, 300, 500]), 182)[0].tolist()
    [False, False, False, False, True]
    """
    began = np.where(there, days, -np.inf)
    began[:, 1:][there[:, :-1]] = -np.inf
    began[:, 0] = days[0] - np.ravel(before)
    return there & (days - np.maximum.accumulate(began, axis=1) >= np.asarray(length, float))


def kidney_points(my: KidneyFailure, days: Floats, upcr: Floats, filtration: Filtration | None) -> Floats:
    """Points of the damage index that the state of the kidney gives, (n, days); they never fall.

    `upcr` is in g/g; without `filtration`, where it is not simulated, it does not fall. Low filtration on the first day counts at
    once where nephrons were lost before; where inflammation does it, and heavy proteinuria, may be what the patient comes with.
    """
    never = np.zeros(upcr.shape, dtype=bool)
    low = failed = never
    if filtration is not None:
        scarred = np.where(1 - filtration.lost_before < my.damage_below, my.lasting, 0.0)
        low = lasted(filtration.egfr < my.damage_below * filtration.healthy, days, my.lasting, before=scarred)
        failed = filtration.egfr < my.failure_below
    heavy = lasted(upcr >= my.nephrotic, days, my.lasting)
    found, concerned = np.zeros(upcr.shape), (low | failed | heavy).any(axis=1)
    if concerned.any():
        events: dict[str, ArrayLike] = {item.code: 0.0 for item in damage_items(VERSION)}
        of_kidney = {"gfr_below_half": low, "proteinuria": heavy, END_STAGE: failed}
        events |= {code: there[concerned].astype(float) for code, there in of_kidney.items()}
        found[concerned] = damage_course(events, version=VERSION).values
    return found


def failure_day(my: KidneyFailure, days: Floats, egfr: Floats) -> Floats:
    """The first stored day on which filtration, (n, days), has failed, when dialysis begins; nan in who keeps it. (n,)"""
    failed = egfr < my.failure_below
    return np.where(failed.any(axis=1), days[failed.argmax(axis=1)], np.nan)


def transplant_day(my: KidneyFailure, failed_on: Floats, *, seed: int, ids: ArrayLike) -> Floats:
    """The day of a transplant: dialysis ends after an exponential waiting time with the median `transplant_wait`. (n,)"""
    waited = -np.log2(random.uniform(seed, "transplant", ids)[:, 0])  # in medians
    return failed_on + np.ravel(my.transplant_wait) * waited

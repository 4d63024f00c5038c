"""Which virtual patients each simulated trial enrols, and on which day: the same for rival designs with the same seed."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.engine.random import uniform
from immunoreset.errors import InvalidValue
from immunoreset.whole_numbers import whole_number

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def draw_patients(patients: int, *, trials: int, size: int, seed: int = 0, replace: bool = True) -> Ints:
    """Places (T, n) in a table of so many `patients`, for `trials` of `size` in order of entry.

    A longer trial begins with the patients of a shorter one, and a trial does not depend on how many others there are.

    >>> draw_patients(100, trials=2, size=3, seed=1).tolist() == draw_patients(100, trials=5, size=6, seed=1)[:2, :3].tolist()
    True

    Raises InvalidValue for no trial, no patient, or more patients without replacement than there are.
    """
    trials, size = whole_number("trials", trials), whole_number("patients of a trial", size)
    ids = np.arange(trials)
    if replace:
        return (uniform(seed, "virtual trial: patients", ids, size) * patients).astype(np.int64)
    if size > patients:
        raise InvalidValue(
            f"{size} patients without replacement, but the table has {patients}; simulate more or draw with replacement"
        )
    order = uniform(seed, "virtual trial: order of patients", ids, patients)
    return np.argsort(order, axis=1, kind="stable")[:, :size]


def entry_days(infusion: ArrayLike, size: int) -> Floats:
    """Days of entry (T, n) of the first `size` treated patients, from calendar days of infusion (T, E), nan for never.

    >>> entry_days([[30.0, float("nan"), 12.0]], 2)
    array([[12., 30.]])

    Raises InvalidValue when a trial treats more patients than its calendar has.
    """
    days = np.sort(np.atleast_2d(np.asarray(infusion, dtype=float)), axis=1)  # nan come last
    known = np.isfinite(days).sum(axis=1)
    if np.any(short := known < size):
        trial = int(np.flatnonzero(short)[0])
        raise InvalidValue(
            f"trial {trial + 1}: {size} patients to treat, but the calendar has {known[trial]} infusions; enrol more"
        )
    return days[:, :size]


def checked_entry(entry: ArrayLike | None, *, trials: int, size: int) -> Floats | None:
    """Days of entry as (T, n), rising; InvalidValue when they do not fit the trials."""
    if entry is None:
        return None
    days = np.asarray(entry, dtype=float)
    if days.shape not in ((size,), (trials, size)) or not np.all(np.isfinite(days)) or np.any(np.diff(days, axis=-1) < 0):
        raise InvalidValue(f"entry days {days.shape}: give {size} per trial, or {trials} rows of them, known and in rising order")
    return np.broadcast_to(days, (trials, size))

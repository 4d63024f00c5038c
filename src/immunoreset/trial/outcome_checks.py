"""What outcomes by dose and patients one by one must keep, whoever gives them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import InvalidValue


def check_patients(given: NDArray, outcome: NDArray, followed: NDArray, *, doses: int, letters: str) -> None:
    """Refuse doses, outcomes and follow-up of patients (T, N) that cannot be."""
    used = given != 0
    if (wrong := (given < 0) | (given > doses)).any():
        raise InvalidValue(
            f"dose {int(given[wrong][0])} of a patient: give doses between 1 and {doses}, or 0 for a place not used"
        )
    if (wrong := used & ((outcome < 0) | (outcome >= len(letters)))).any():
        raise InvalidValue(f"outcome {int(outcome[wrong][0])} of a patient: give the place of the letter in {letters}, 0 to 3")
    if (wrong := used & ~((followed >= 0) & np.isfinite(followed))).any():
        raise InvalidValue(f"follow-up {followed[wrong][0]:g} of a patient: give the share of the window watched, 0 or more")


def by_dose(name: str, values: NDArray, shape: tuple[int, ...]) -> NDArray:
    """Values as one number per trial and dose; InvalidValue where they do not fit."""
    try:
        return np.broadcast_to(values, shape)
    except ValueError as error:
        raise InvalidValue(f"{name} of shape {values.shape} for patients of shape {shape}: give one number per dose") from error


def check_counts(*parts: NDArray) -> None:
    """Refuse patients, toxicities, responses, both, pending and follow-up by dose (T, D) that do not fit together."""
    treated, toxic, effective, both, pending, followed = parts
    if any((~(part >= 0)).any() for part in parts):
        raise InvalidValue("negative or missing number of patients: give counts of zero or more")
    for name, part in (("toxicities", toxic), ("responses", effective)):
        if (part > treated).any():
            trial, dose = np.argwhere(part > treated)[0]
            raise InvalidValue(
                f"{part[trial, dose]} {name} among {treated[trial, dose]} patients at dose {dose + 1}: count again"
            )
    if (both > np.minimum(toxic, effective)).any() or (toxic + effective - both > treated).any():
        raise InvalidValue("patients with both toxicity and response do not fit the other counts: count again")
    if (followed > pending).any():
        raise InvalidValue("follow-up of pending patients above one window each: give shares of the window")

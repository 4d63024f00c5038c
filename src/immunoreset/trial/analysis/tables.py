"""Responders and patients by arm and stratum: the counts that every analysis of a yes-or-no endpoint starts from."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from immunoreset import errors
from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.patients import Flags, Floats, Ints, Label, compare, place, strata_numbers

Missing = Literal["refuse", "leave out"]


class Tables(NamedTuple):
    """Responders and patients of the treatment and control arm by stratum, each (..., S)."""

    treated_responders: Floats
    treated: Floats
    control_responders: Floats
    control: Floats

    @property
    def patients(self) -> Floats:
        return self.treated + self.control

    @property
    def responders(self) -> Floats:
        return self.treated_responders + self.control_responders

    @property
    def pooled(self) -> Tables:
        """One table per trial, the strata added up."""
        return Tables(*(part.sum(axis=-1, keepdims=True) for part in self))

    @property
    def swapped(self) -> Tables:
        """The arms exchanged."""
        return Tables(self.control_responders, self.control, self.treated_responders, self.treated)


def tables(treated_responders: ArrayLike, treated: ArrayLike, control_responders: ArrayLike, control: ArrayLike) -> Tables:
    """Tables from counts by stratum (..., S); a plain number is one stratum.

    >>> tables(56, 70, 48, 80).patients
    array([150.])

    Raises InvalidValue for counts that are not whole or below 0, more responders than patients, or an empty arm.
    """
    parts = [np.atleast_1d(np.asarray(part, dtype=float)) for part in (treated_responders, treated, control_responders, control)]
    found = Tables(*(part.copy() for part in np.broadcast_arrays(*parts)))
    for part in found:
        if not np.all((part >= 0) & (part == np.floor(part)) & np.isfinite(part)):
            raise InvalidValue("tables: every count must be a whole number, 0 or more")
    for name, responders, patients in (("treatment", *found[:2]), ("control", *found[2:])):
        if np.any(responders > patients):
            raise InvalidValue(f"tables: more responders than patients in the {name} arm")
        if np.any(patients.sum(axis=-1) == 0):
            raise InvalidValue(f"tables: the {name} arm has no patient")
    return found


def tabulate(
    response: ArrayLike,
    arm: ArrayLike,
    *,
    stratum: ArrayLike | None = None,
    treatment: Label = 1,
    control: Label = 0,
    missing: Missing = "refuse",
) -> Tables:
    """Count responders (..., n) of 0 and 1 by arm and stratum.

    >>> found = tabulate([1, 0, 1, 0], [1, 1, 0, 0], stratum=["a", "b", "a", "b"])
    >>> found.treated_responders.tolist(), found.control.tolist()
    ([1.0, 0.0], [1.0, 1.0])

    Raises InvalidValue for a response that is neither 0 nor 1, for one that is missing (unless `missing` is "leave out"), and
    for an empty arm; UnknownName for an arm that nobody has.
    """
    if missing not in ("refuse", "leave out"):
        raise errors.unknown("treatment of missing responses", missing, ("refuse", "leave out"))
    arms = compare(arm, treatment=treatment, control=control)
    answers = _answers(response, arms.used.shape)
    shape = np.broadcast_shapes(answers.shape, arms.used.shape)
    answers, treated = np.broadcast_to(answers, shape), np.broadcast_to(arms.treated, shape)
    used = np.broadcast_to(arms.used, shape)
    gone = np.isnan(answers) & used
    if gone.any() and missing == "refuse":
        raise InvalidValue(f"response of {place(gone)} is missing; say what it counts as, or leave such patients out")
    wrong = used & ~gone & (answers != 0) & (answers != 1)
    if wrong.any():
        raise InvalidValue(f"response of {place(wrong)} is {answers[wrong][0]:g}; give 1 for a response and 0 for none")
    used = used & ~gone
    numbers, strata = strata_numbers(stratum, among=used)
    shape = np.broadcast_shapes(shape, numbers.shape)
    counted = [_count(np.broadcast_to(who, shape), numbers, strata) for who in _cells(answers == 1, treated, used)]
    return tables(*counted)


def _answers(response: ArrayLike, shape: tuple[int, ...]) -> Floats:
    answers = np.asarray(response, dtype=float)
    if answers.ndim == 0 or answers.shape[-1] != shape[-1]:
        raise InvalidValue(f"response has shape {answers.shape}, the arms {shape}; give one response per patient")
    return answers


def _cells(yes: Flags, treated: Flags, used: Flags) -> tuple[Flags, Flags, Flags, Flags]:
    return treated & used & yes, treated & used, ~treated & used & yes, ~treated & used


def _count(who: Flags, numbers: Ints, strata: int) -> Floats:
    shape = who.shape
    trials = int(np.prod(shape[:-1], dtype=np.int64))
    rows = np.arange(trials)[:, None] * strata + np.broadcast_to(numbers, shape).reshape(trials, -1)
    counts = np.bincount(rows[who.reshape(trials, -1)], minlength=trials * strata)
    return counts.reshape(*shape[:-1], strata).astype(float)

"""Whether an untreated patient can be: nothing below zero, no rate that would have to be, and at rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from immunoreset.engine.trace import flat_values
from immunoreset.errors import InvalidValue
from immunoreset.patient.compose import Patient

REST = 1e-9  # of a state's size, per day: faster change than this is no rounding


class Rule(NamedTuple):
    """What must hold of an untreated patient, the quantity that it is about, and where it holds."""

    words: str
    value: Any
    holds: np.ndarray


def rules(patient: Patient, values: Mapping[str, Any]) -> Iterator[Rule]:
    """What must hold of untreated patients with these numbers, by 'module.number'."""
    p = patient.build(_as_arrays(values))
    with np.errstate(all="ignore"):  # what is divided by zero holds nowhere
        positive, states = patient.impossible(p), flat_values(patient.initial(p))
    for name, value in positive.items():
        yield Rule(f"the {name} must be above zero", value, np.asarray(value) > 0)
    for name, value in zip(patient.states, states, strict=True):
        holds = (np.asarray(value) >= 0) & np.isfinite(value)
        yield Rule(f"the untreated '{name}' must not be negative or infinite", value, holds)


def _as_arrays(values: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers as arrays, in which a division by zero is no exception as it is of Python's own numbers."""
    return {name: np.atleast_1d(np.asarray(value, dtype=float)) for name, value in values.items()}


def refuse_impossible(patient: Patient, values: Mapping[str, Any], count: int, why: str) -> None:
    """Raise InvalidValue, with `why` they are as they are, unless each of `count` untreated patients is possible."""
    for rule in rules(patient, values):
        if np.all(rule.holds):
            continue
        worst = float(np.min(np.where(rule.holds, np.inf, rule.value)))
        wrong = int((~np.broadcast_to(rule.holds, count)).sum())
        raise InvalidValue(f"with {why} there is no such patient: {rule.words}, and is {worst:.3g} in {wrong} of {count}")


def refuse_restless(patient: Patient, values: Mapping[str, Any], count: int, why: str) -> None:
    """Raise InvalidValue, with `why` they are as they are, unless each of `count` untreated patients is at rest."""
    for name, where in restless(patient, values).items():
        wrong = int(np.broadcast_to(where, count).sum())
        rest = f"the untreated '{name}' does not rest in {wrong} of {count}"
        raise InvalidValue(f"with {why} there is no such patient: {rest}; change what it follows from together")


def restless(patient: Patient, values: Mapping[str, Any]) -> dict[str, Any]:
    """The states that do not rest in untreated patients, though nature would let them, with where they do not.

    Of those that move by nature, where they would do so infinitely fast.
    """
    p = patient.build(_as_arrays(values))
    with np.errstate(all="ignore"):
        state = patient.initial(p)
        rates = zip(patient.states, flat_values(state), flat_values(patient.derivative(0.0, state, p)), strict=True)
        moves = {
            name: ~np.isfinite(change)
            if patient.states[name].moves
            else ~(np.abs(np.asarray(change)) <= REST * np.maximum(1.0, np.abs(np.asarray(value))))
            for name, value, change in rates
        }
    return {name: where for name, where in moves.items() if np.any(where)}

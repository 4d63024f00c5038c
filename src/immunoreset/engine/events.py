"""What can happen to a patient while the model runs: doses, changed parameters, shocks, rules, hazards, extinction.

An action is a function of (t, state, parameters, value) in the model's plain arithmetic that returns the new values of
some states or parameters; it is compiled like the model itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from immunoreset.errors import InvalidValue

Action = Callable[[Any, Any, Any, Any], Mapping[str, Any]]
Condition = Callable[[Any, Any, Any], Any]


@dataclass(frozen=True)
class Scheduled:
    """On each of `days`, do `action` with `value`.

    `days` and `value` broadcast to (n patients, m occasions); a nan day means never for that patient. An occasion after
    the end of the run is left out; one before its start is an error.
    """

    name: str
    days: ArrayLike
    action: Action
    value: ArrayLike = 0.0


@dataclass(frozen=True)
class Infusion:
    """`amount` into `state` at a constant rate from `day` to `day + duration`; each (n,) or one number for all."""

    state: str
    day: ArrayLike
    duration: ArrayLike
    amount: ArrayLike
    name: str | None = None


@dataclass(frozen=True)
class Shock:
    """Normal noise added to `state` on `days`, with the standard deviation `sd(parameters)` of the patient.

    The draws are named by (study seed, name, patient id), so they are the same under every treatment.
    """

    state: str
    days: ArrayLike
    sd: Callable[[Any], Any]
    name: str


@dataclass(frozen=True)
class Rule:
    """Look every `every` days from `start` to `stop`; when `condition` > 0, do `action` after `delay` days.

    At most `at_most` times, at least `lock_out` days apart; while an action is awaited the rule does not look again.
    `afterwards`, if given, follows `after` days later (the end of a course). `start`, `stop`, `every` and `value` may be
    (n,): each patient's own schedule.
    """

    name: str
    condition: Condition
    action: Action
    value: ArrayLike = 0.0
    start: ArrayLike = 0.0
    stop: ArrayLike = math.inf
    every: ArrayLike = 0.25
    at_most: int = 1
    lock_out: float = 0.0
    delay: float = 0.0
    afterwards: Action | None = None
    after: float = 0.0


@dataclass(frozen=True)
class Hazard:
    """Something that happens at random at `rate` per day (a function of t, state, parameters), at most `at_most` times."""

    name: str
    rate: Condition
    action: Action | None = None
    at_most: int = 8


@dataclass(frozen=True)
class Extinction:
    """All of `states` become 0 on the day on which their sum falls below `below`."""

    name: str
    states: tuple[str, ...]
    below: float
    at_most: int = 8


Event = Scheduled | Infusion | Shock | Rule | Hazard | Extinction


def bolus(state: str, days: ArrayLike, amount: ArrayLike, name: str | None = None) -> Scheduled:
    """`amount` added to `state` at once on each of `days`."""
    return Scheduled(name or state, days, _adds_to(state), amount)


def set_parameter(parameter: str, days: ArrayLike, values: ArrayLike, name: str | None = None) -> Scheduled:
    """`parameter` ("group.field" or a field) takes `values` from `days` on, each until the next."""
    return Scheduled(name or parameter, days, _sets(parameter), values)


def _adds_to(state: str) -> Action:
    def add(_t: Any, s: Any, _p: Any, amount: Any) -> Mapping[str, Any]:
        return {state: attrgetter(state)(s) + amount}

    return add


def _sets(parameter: str) -> Action:
    def change(_t: Any, _s: Any, _p: Any, value: Any) -> Mapping[str, Any]:
        return {parameter: value}

    return change


def clears(states: tuple[str, ...]) -> Action:
    """The action that empties `states`."""

    def clear(_t: Any, _s: Any, _p: Any, _value: Any) -> Mapping[str, Any]:
        return dict.fromkeys(states, 0.0)

    return clear


def shakes(state: str, sd: Callable[[Any], Any]) -> Action:
    """The action that adds `sd(parameters)` times the drawn number to `state`."""

    def shake(_t: Any, s: Any, p: Any, drawn: Any) -> Mapping[str, Any]:
        return {state: attrgetter(state)(s) + sd(p) * drawn}

    return shake


def per_patient(value: ArrayLike, patients: int, what: str) -> np.ndarray:
    """`value` as (n, m), one row per patient; raises InvalidValue when it fits no number of patients."""
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise InvalidValue(f"{what}: {value!r} is not a number or a table of numbers") from None
    if array.ndim == 0:
        array = array.reshape(1, 1)
    elif array.ndim == 1:
        array = array.reshape(1, -1)
    try:
        return np.broadcast_to(array, (patients, array.shape[1]))
    except ValueError:
        raise InvalidValue(f"{what}: got shape {np.shape(value)} for {patients} patients; give one row per patient") from None

"""What a simulation is given, checked: a wrong name, shape or range is answered in one line before anything runs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.engine.names import build, flat_names, flat_values
from immunoreset.engine.readouts import Readout
from immunoreset.errors import InvalidValue, unknown

SMALLEST_TOLERANCE = 1e-30
NOTHING = 1e-10  # of its absolute tolerance: a state that never exceeds this is rounding around zero
LEAST_SIZE = 1000  # a state is to exceed so many absolute tolerances once, or it is not resolved to three digits
NAMED_STATES = 3  # in a remark


class ToleranceWarning(UserWarning):
    """A state is so small that its absolute tolerance, not rtol, decides its error."""


@dataclass(frozen=True)
class Model:
    """A system of ordinary differential equations, per day.

    `derivative(t, state, parameters)` returns a `state` of rates in plain arithmetic (`+ - * / **` and the functions of
    `engine.arithmetic`). `state` is a NamedTuple class; `parameters` one whose fields may be NamedTuple groups, named
    "group.field" outside.
    """

    derivative: Callable[[Any, Any, Any], Any]
    state: type
    parameters: type


@dataclass(frozen=True)
class Inputs:
    """Checked inputs of one simulation."""

    count: int
    ids: NDArray[np.int64]
    parameters: list[float | NDArray[np.float64]]
    initial: list[float | NDArray[np.float64]]
    absolute: NDArray[np.float64]
    relative: NDArray[np.float64]
    grid: NDArray[np.float64]


def check_inputs(
    model: Model, *, parameters: Mapping[str, ArrayLike], initial: Any, start: float, stop: float, grid: ArrayLike | None,
    rtol: float, atol: float | Mapping[str, float], strictness: Mapping[str, float], patients: ArrayLike | None,
    readouts: Mapping[str, Readout], outputs: Mapping[str, Any],
) -> Inputs:  # fmt: skip
    """The inputs of `simulate` in the order of the model. Raises InvalidValue or UnknownName for what cannot be used."""
    if not (math.isfinite(start) and math.isfinite(stop) and start < stop):
        raise InvalidValue(f"the run from day {start} to {stop} is empty or endless; give start < stop")
    if not 1e-13 <= rtol < 1:
        raise InvalidValue(f"rtol is {rtol}; give a number between 1e-13 and 1")
    names = flat_names(model.parameters)
    for name in parameters:
        if name not in names:
            raise unknown("parameter", name, names)
    missing = [name for name in names if name not in parameters]
    if missing:
        raise InvalidValue(f"no value for parameter '{missing[0]}'" + (f" and {len(missing) - 1} more" if missing[1:] else ""))
    ids = None if patients is None else _whole_numbers(patients)
    values = [_number_or_column(f"parameter '{name}'", parameters[name]) for name in names]
    lengths = {len(v) for v in values if isinstance(v, np.ndarray)}
    if isinstance(initial, Mapping):
        states = {name: _number_or_column(f"initial '{name}'", value) for name, value in initial.items()}
    else:
        made = initial(build(model.parameters, values))
        pairs = zip(flat_names(model.state), flat_values(made), strict=True)
        states = {name: _number_or_column(f"initial '{name}'", value) for name, value in pairs}
    state_names = flat_names(model.state)
    for name in states:
        if name not in state_names:
            raise unknown("state", name, state_names)
    for name in state_names:
        if name not in states:
            raise InvalidValue(f"no initial value for state '{name}'")
    lengths |= {len(v) for v in states.values() if isinstance(v, np.ndarray)}
    if ids is not None:
        lengths.add(len(ids))
    if len(lengths) > 1:
        raise InvalidValue(f"inputs are for different numbers of patients: {sorted(lengths)}")
    count = lengths.pop() if lengths else 1
    days = np.empty(0) if grid is None else np.atleast_1d(_number_or_column("grid", grid))
    if days.size and (not np.all(np.isfinite(days)) or np.any(np.diff(days) <= 0) or days[0] < start or days[-1] > stop):
        raise InvalidValue(f"grid days must ascend and lie within day {start} to {stop}")
    for name, readout in readouts.items():
        if readout.output not in outputs:
            raise unknown(f"output (of read-out '{name}')", readout.output, outputs)
    return Inputs(count, np.arange(count) if ids is None else ids, values, [states[n] for n in state_names],
                   _tolerances(atol, state_names), rtol / _strictness(strictness, state_names), days)  # fmt: skip


def _number_or_column(what: str, value: Any) -> float | NDArray[np.float64]:
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise InvalidValue(f"{what} is {value!r}; give a number or one number per patient") from None
    if array.ndim == 0:
        return float(array)
    if array.ndim > 1:
        raise InvalidValue(f"{what} has shape {array.shape}; give a number or one number per patient")
    return np.ascontiguousarray(array)


def _whole_numbers(patients: ArrayLike) -> NDArray[np.int64]:
    ids = np.asarray(patients).reshape(-1)
    if ids.dtype.kind not in "iu":
        raise InvalidValue(f"patient ids must be whole numbers, not {ids.dtype}")
    return ids.astype(np.int64)


def _tolerances(atol: float | Mapping[str, float], names: Sequence[str]) -> NDArray[np.float64]:
    if isinstance(atol, Mapping):
        for name in atol:
            if name not in names:
                raise unknown("state", name, names)
        found = np.array([atol.get(name, 1e-9) for name in names])
    else:
        found = np.full(len(names), _number_or_column("atol", atol))
    if not np.all(found >= SMALLEST_TOLERANCE):
        raise InvalidValue(f"absolute tolerances must be {SMALLEST_TOLERANCE:g} or more; measure tiny states in a smaller unit")
    return found


def _strictness(strictness: Mapping[str, float], names: Sequence[str]) -> NDArray[np.float64]:
    for name in strictness:
        if name not in names:
            raise unknown("state", name, names)
    found = np.array([float(strictness.get(name, 1.0)) for name in names])
    if not np.all((found > 0) & np.isfinite(found)):
        raise InvalidValue("strictness must be a finite number above 0")
    return found


def coarse_tolerances(
    names: Sequence[str], largest: NDArray[np.float64], absolute: NDArray[np.float64]
) -> str | None:  # fmt: skip
    """One line about the states that are never larger than 1,000 times their absolute tolerance, but not always 0.

    What stays below the smallest tolerance that can be given is taken for 0.
    """
    small = [i for i in range(len(names)) if NOTHING * absolute[i] < largest[i] < LEAST_SIZE * absolute[i]]
    if not small:
        return None
    first = small[0]
    told = ", ".join(f"'{names[i]}'" for i in small[:NAMED_STATES])
    told += f" and {len(small) - NAMED_STATES} more" if len(small) > NAMED_STATES else ""
    return (
        f"{told}: too small for the absolute tolerance ('{names[first]}' never exceeds {largest[first]:.2g}, atol is"
        f" {absolute[first]:.2g}), so fewer than three digits are right; give a smaller atol (one number or by state:"
        f" a millionth of the size that matters), or use a smaller unit"
    )

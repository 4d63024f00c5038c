"""The course of one patient by SciPy at rtol 1e-10: the same equations, another solver.

SciPy's `odeint` (LSODA) is restarted at every dose. It calls the equations some ten thousand times, so the model function is
run on symbols, written out as straight-line code and compiled by Numba; `check` compares that code with the model itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numba
import numpy as np
from scipy.integrate import odeint

from immunoreset.catalogue.standard import MODEL, STANDARD_PATIENT
from immunoreset.engine.names import build, flat_names, flat_values
from immunoreset.engine.trace import Symbol, closure, trace

RTOL, ATOL = 1e-10, 1e-14
STATES = flat_names(MODEL.state)
Dose = tuple[float, Any, float]  # day, action, value
FIRST_STEP, MOST_STEPS = 1e-6, 200_000
_SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "**"}
_LEAVES = {"time": "t", "state": "y[{}]", "parameter": "p[{}]"}


def _line(node: Symbol) -> str:
    """One node as Python."""
    a = [f"v{argument.number}" for argument in node.arguments]
    if node.operation in _LEAVES:
        return _LEAVES[node.operation].format(node.payload)
    if node.operation == "constant":
        return repr(node.payload)
    if node.operation in _SIGNS:
        return f"{a[0]} {_SIGNS[node.operation]} {a[1]}"
    if node.operation == "compare":
        return f"{a[0]} {node.payload} {a[1]}"
    if node.operation == "select":
        return f"{a[1]} if {a[0]} else {a[2]}"
    return f"math.{node.operation}({a[0]})"


@cache
def rates() -> Callable[..., Any]:
    """`rates(y, t, p)`: the derivative of all states, for flat states and parameters."""
    derivative = trace(MODEL, zero_states=frozenset(), constants={}).derivative
    lines = [f"    v{node.number} = {_line(node)}" for node in closure(derivative)]
    results = [f"    out[{i}] = v{node.number}" for i, node in enumerate(derivative)]
    text = "\n".join(["def rates(y, t, p):", f"    out = np.empty({len(results)})", *lines, *results, "    return out"])
    names: dict[str, Any] = {"math": math, "np": np}
    exec(text, names)
    kind = numba.float64[::1]
    return numba.njit(kind(kind, numba.float64, kind), error_model="numpy")(names["rates"])


def flat(parameters: Any) -> np.ndarray:
    """Values of groups in the order of their flat names."""
    return np.array(flat_values(parameters), dtype=float)


def state_of(values: Any) -> Any:
    """The state of the model from its values, numbers or curves, in the order of their flat names."""
    return build(MODEL.state, list(values))


def check(state: np.ndarray, parameters: Any) -> float:
    """Largest relative difference between the compiled equations and the model function at one state."""
    compiled = rates()(state, 0.0, flat(parameters))
    plain = flat(MODEL.derivative(0.0, state_of(map(float, state)), parameters))
    return float(np.max(np.abs(compiled - plain) / (np.abs(plain) + 1e-3 * np.abs(state) + 1e-12)))


def parameters_of(cohort: Any, row: int) -> Any:
    """The parameters of one patient as numbers."""
    values = cohort.theta.values_for(STANDARD_PATIENT.modules, cohort.parameters)
    return STANDARD_PATIENT.build(
        {name: float(np.ravel(value)[row if np.size(value) > 1 else 0]) for name, value in values.items()}
    )


def course(
    initial: Any,
    parameters: Any,
    doses: list[Dose],
    days: np.ndarray,
    *,
    rtol: float = RTOL,
    atol: Any = ATOL,
) -> np.ndarray:
    """States (states, days); on the day of a dose, the state before it, except on the first day."""
    numbers, f = flat(parameters), rates()
    y, at, pieces = flat(initial), float(days[0]), [flat(initial)[None]]
    for day in [*sorted({day for day, _, _ in doses if day < days[-1]}), float(days[-1])]:
        inside = days[(days > at) & (days < day)]
        wanted = np.concatenate([[at], inside, [day]])
        piece, info = odeint(f, y, wanted, (numbers,), rtol=rtol, atol=atol, h0=FIRST_STEP, mxstep=MOST_STEPS, full_output=True)
        if info["message"] != "Integration successful.":
            raise RuntimeError(f"SciPy stopped between day {at} and {day}: {info['message']}")
        stored = 1 + np.flatnonzero(np.isin(wanted[1:], days))
        pieces.append(piece[stored])
        y, at = piece[-1].copy(), day
        for _, action, value in (dose for dose in doses if dose[0] == day):
            for name, new in action(day, state_of(y), parameters, value).items():
                y[STATES.index(name)] = new
    return np.concatenate(pieces).T

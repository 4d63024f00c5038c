"""A model function, run once on symbols, becomes a graph of its arithmetic; here it is run, walked and evaluated."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from immunoreset.engine.graph import LEAVES, PARAMETER, STATE, TIME, VALUE, Graph, Symbol
from immunoreset.engine.names import build, flat_names, flat_values
from immunoreset.errors import ImmunoresetError, unknown

__all__ = [
    "LEAVES", "PARAMETER", "STATE", "TIME", "VALUE", "Graph", "Symbol", "Symbols", "Traced",
    "ask", "closure", "evaluate", "symbols", "trace",
]  # fmt: skip


def closure(roots: Sequence[Symbol], *, stop: Callable[[Symbol], bool] = lambda _: False) -> list[Symbol]:
    """All nodes below the roots, arguments first; the arguments of a node where `stop` holds are left out."""
    seen: set[int] = set()
    found: list[Symbol] = []
    pending = list(roots)
    while pending:
        node = pending.pop()
        if node.number in seen:
            continue
        seen.add(node.number)
        found.append(node)
        if not stop(node):
            pending.extend(node.arguments)
    return sorted(found, key=lambda node: node.number)


_FORMULAS: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "power": np.power,
    "select": np.where,
}


def evaluate(roots: Sequence[Symbol], leaves: Mapping[tuple[str, int], Any]) -> list[Any]:
    """Numbers for some nodes, by NumPy; `leaves` maps (kind, index) to floats or arrays."""
    values: dict[int, Any] = {}
    with np.errstate(all="ignore"):
        for node in closure(roots):
            if node.operation in LEAVES:
                values[node.number] = np.float64(1.0) * leaves[node.operation, node.payload]
            elif node.operation in ("constant", "truth"):
                values[node.number] = np.float64(node.payload) if node.operation == "constant" else node.payload
            elif node.operation == "compare":
                a, b = (values[x.number] for x in node.arguments)
                values[node.number] = {">": a > b, ">=": a >= b, "<": a < b, "<=": a <= b}[node.payload]
            else:
                values[node.number] = _FORMULAS[node.operation](*(values[x.number] for x in node.arguments))
    return [values[root.number] for root in roots]


def ask(function: Callable[..., Any], *arguments: Any) -> Any:
    """Run a model function on symbols; a state or parameter that does not exist is named, with the nearest that does."""
    try:
        return function(*arguments)
    except AttributeError as error:
        fields = getattr(error.obj, "_fields", None)
        if fields is None or error.name is None:
            raise
        raise unknown("state or parameter", error.name, fields) from None


class Symbols(NamedTuple):
    """A model's time, state and parameters as leaves of one graph."""

    graph: Graph
    time: Symbol
    state: Any
    parameters: Any


def symbols(model: Any, *, zero_states: frozenset[int] = frozenset(), constants: Mapping[int, float] | None = None) -> Symbols:
    """Leaves for a model, with `zero_states` held at 0 and some parameters fixed."""
    graph, known = Graph(), constants or {}
    states = range(len(flat_names(model.state)))
    state = [graph.constant(0.0) if i in zero_states else graph.leaf("state", i) for i in states]
    numbers = range(len(flat_names(model.parameters)))
    parameters = [graph.constant(known[i]) if i in known else graph.leaf("parameter", i) for i in numbers]
    return Symbols(graph, graph.leaf("time"), build(model.state, state), build(model.parameters, parameters))


class Traced(NamedTuple):
    """A model run on symbols: its leaves and the rate of each state."""

    graph: Graph
    time: Symbol
    state: Any
    parameters: Any
    derivative: list[Symbol]


def trace(model: Any, *, zero_states: frozenset[int], constants: Mapping[int, float]) -> Traced:
    """Run the derivative on symbols, with `zero_states` held at 0 and some parameters fixed.

    Raises ImmunoresetError when the function branches on a value or returns the wrong number of rates.
    """
    leaves = symbols(model, zero_states=zero_states, constants=constants)
    names = flat_names(model.state)
    rates = flat_values(ask(model.derivative, leaves.time, leaves.state, leaves.parameters))
    if len(rates) != len(names):
        raise ImmunoresetError(f"the derivative returned {len(rates)} rates for {len(names)} states")
    derivative = [leaves.graph.as_number(leaves.graph.lift(rate)) for rate in rates]
    for name, rate in zip(names, derivative, strict=True):
        if rate.is_constant and not math.isfinite(rate.payload):
            raise ImmunoresetError(f"the rate of state '{name}' is {rate.payload}; check the parameters that it divides by")
    return Traced(*leaves, derivative)

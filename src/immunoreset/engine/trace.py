"""A model function, run once on symbols, becomes a graph of its arithmetic.

Every node is made once (equal expressions are the same node), constants fold as they appear, and a product with zero is
zero, so what a study cannot reach disappears while the graph is built. Additions and products keep the order in which the
model was written: the compiled numbers differ from plain Python by rounding only.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from immunoreset.errors import ImmunoresetError, unknown

TIME, STATE, PARAMETER, VALUE = 1, 2, 4, 8  # what a node depends on, as bits
LEAVES = {"time": TIME, "state": STATE, "parameter": PARAMETER, "value": VALUE}
_LARGEST_UNROLLED_POWER = 8


class Symbol:
    """One node: an operation on earlier nodes, a constant, or a leaf (time, state, parameter, dose value)."""

    __slots__ = ("arguments", "depends", "graph", "number", "operation", "payload")

    def __init__(self, graph: Graph, operation: str, arguments: tuple[Symbol, ...], payload: Any, number: int) -> None:
        self.graph = graph
        self.operation = operation
        self.arguments = arguments
        self.payload = payload
        self.number = number
        self.depends = LEAVES.get(operation, 0)
        for argument in arguments:
            self.depends |= argument.depends

    @property
    def is_constant(self) -> bool:
        return self.operation == "constant"

    def __add__(self, other: Any) -> Symbol:
        return self.graph.add(self, self.graph.lift(other))

    def __radd__(self, other: Any) -> Symbol:
        return self.graph.add(self.graph.lift(other), self)

    def __sub__(self, other: Any) -> Symbol:
        return self.graph.subtract(self, self.graph.lift(other))

    def __rsub__(self, other: Any) -> Symbol:
        return self.graph.subtract(self.graph.lift(other), self)

    def __mul__(self, other: Any) -> Symbol:
        return self.graph.multiply(self, self.graph.lift(other))

    def __rmul__(self, other: Any) -> Symbol:
        return self.graph.multiply(self.graph.lift(other), self)

    def __truediv__(self, other: Any) -> Symbol:
        return self.graph.divide(self, self.graph.lift(other))

    def __rtruediv__(self, other: Any) -> Symbol:
        return self.graph.divide(self.graph.lift(other), self)

    def __pow__(self, other: Any) -> Symbol:
        return self.graph.power(self, self.graph.lift(other))

    def __rpow__(self, other: Any) -> Symbol:
        return self.graph.power(self.graph.lift(other), self)

    def __neg__(self) -> Symbol:
        return self.graph.subtract(self.graph.constant(0.0), self)

    def __pos__(self) -> Symbol:
        return self

    def __gt__(self, other: Any) -> Symbol:
        return self.graph.compare(">", self, self.graph.lift(other))

    def __ge__(self, other: Any) -> Symbol:
        return self.graph.compare(">=", self, self.graph.lift(other))

    def __lt__(self, other: Any) -> Symbol:
        return self.graph.compare("<", self, self.graph.lift(other))

    def __le__(self, other: Any) -> Symbol:
        return self.graph.compare("<=", self, self.graph.lift(other))

    def __bool__(self) -> bool:
        raise ImmunoresetError(
            "a model function branches on a value (`if`, `and`, `or`, `min`, `max`); use where, minimum or maximum"
            " of immunoreset.engine.arithmetic"
        )

    def __eq__(self, other: object) -> bool:
        raise ImmunoresetError("a model function compares with == or !=, which cannot be compiled; use where with <, <=, > or >=")

    __hash__ = object.__hash__
    __array_ufunc__ = None  # a NumPy number on the left leaves the arithmetic to the symbol

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise TypeError("NumPy functions cannot be compiled; use those of immunoreset.engine.arithmetic")

    def _exp_(self) -> Symbol:
        return self.graph.unary("exp", self)

    def _log_(self) -> Symbol:
        return self.graph.unary("log", self)

    def _sqrt_(self) -> Symbol:
        return self.graph.unary("sqrt", self)

    def _where_(self, if_true: Any, if_false: Any) -> Symbol:
        return self.graph.select(self, self.graph.lift(if_true), self.graph.lift(if_false))


class Graph:
    """The nodes of one model, each made once, in an order in which arguments come first."""

    def __init__(self) -> None:
        self._nodes: dict[tuple[Any, ...], Symbol] = {}

    def _node(self, operation: str, arguments: tuple[Symbol, ...] = (), payload: Any = None) -> Symbol:
        if operation != "select":
            arguments = tuple(self.as_number(argument) for argument in arguments)
        key = (operation, payload, *(a.number for a in arguments))
        node = self._nodes.get(key)
        if node is None:
            node = Symbol(self, operation, arguments, payload, len(self._nodes))
            self._nodes[key] = node
        return node

    def constant(self, value: float) -> Symbol:
        value = float(value) + 0.0  # one zero, not two
        return self._node("constant", payload=value)

    def leaf(self, kind: str, index: int = 0) -> Symbol:
        return self._node(kind, payload=index)

    def lift(self, value: Any) -> Symbol:
        if isinstance(value, Symbol):
            return value
        if isinstance(value, (int, float, np.integer, np.floating)):
            return self.constant(float(value))
        raise TypeError(f"a model function mixed symbols with {type(value).__name__}; only plain arithmetic can be compiled")

    def as_number(self, node: Symbol) -> Symbol:
        """A comparison as 1 or 0; anything else as it is."""
        if node.operation in ("compare", "truth"):
            return self.select(node, self.constant(1.0), self.constant(0.0))
        return node

    def add(self, a: Symbol, b: Symbol) -> Symbol:
        if a.is_constant and b.is_constant:
            return self.constant(a.payload + b.payload)
        if a.payload == 0.0 and a.is_constant:
            return b
        if b.payload == 0.0 and b.is_constant:
            return a
        if b.operation == "subtract" and b.arguments[0].is_constant and b.arguments[0].payload == 0.0:
            return self.subtract(a, b.arguments[1])
        return self._node("add", (a, b) if a.number <= b.number else (b, a))

    def subtract(self, a: Symbol, b: Symbol) -> Symbol:
        if a.is_constant and b.is_constant:
            return self.constant(a.payload - b.payload)
        if b.is_constant and b.payload == 0.0:
            return a
        if a is b:
            return self.constant(0.0)
        if b.operation == "subtract" and b.arguments[0].is_constant and b.arguments[0].payload == 0.0:
            return self.add(a, b.arguments[1])
        return self._node("subtract", (a, b))

    def multiply(self, a: Symbol, b: Symbol) -> Symbol:
        for x, y in ((a, b), (b, a)):
            if x.is_constant:
                if y.is_constant:
                    return self.constant(x.payload * y.payload)
                if x.payload == 0.0:
                    return x
                if x.payload == 1.0:
                    return y
                if x.payload == -1.0:
                    return -y
        if a.depends & ~PARAMETER:
            a, b = b, a
        if not a.depends & ~PARAMETER:  # a is constant in time: join it to the constant factor of b
            if b.operation == "multiply" and b.depends & ~PARAMETER and not b.arguments[0].depends & ~PARAMETER:
                return self.multiply(self.multiply(a, b.arguments[0]), b.arguments[1])
            if b.depends & ~PARAMETER:
                return self._node("multiply", (a, b))
        elif self._has_constant_factor(a):
            return self.multiply(a.arguments[0], self.multiply(a.arguments[1], b))
        elif self._has_constant_factor(b):
            return self.multiply(b.arguments[0], self.multiply(a, b.arguments[1]))
        return self._node("multiply", (a, b) if a.number <= b.number else (b, a))

    @staticmethod
    def _has_constant_factor(node: Symbol) -> bool:
        """A product whose first factor does not change in time; constants are kept in front, to be merged once per patient."""
        return (
            node.operation == "multiply"
            and bool(node.depends & ~PARAMETER)
            and not node.arguments[0].depends & ~PARAMETER
        )

    def divide(self, a: Symbol, b: Symbol) -> Symbol:
        if b.is_constant and b.payload != 0.0:
            return self.constant(a.payload / b.payload) if a.is_constant else self.multiply(a, self.constant(1 / b.payload))
        if a.is_constant and a.payload == 0.0:
            return a
        if a is b:
            return self.constant(1.0)
        if not (a.is_constant and a.payload == 1.0) and (a.depends | b.depends) & ~PARAMETER:
            # a reciprocal serves all divisions by b and all derivatives; of a parameter it is made once per patient
            return self.multiply(a, self.divide(self.constant(1.0), b))
        return self._node("divide", (a, b))

    def power(self, base: Symbol, exponent: Symbol) -> Symbol:
        if exponent.is_constant:
            value = exponent.payload
            if base.is_constant:
                return self.constant(base.payload**value)
            if value == 0.5:
                return self.unary("sqrt", base)
            if value == int(value) and abs(value) <= _LARGEST_UNROLLED_POWER:
                result = self._whole_power(base, abs(int(value)))
                return result if value >= 0 else self.divide(self.constant(1.0), result)
        if base.is_constant and base.payload == 0.0:
            return base
        return self._node("power", (base, exponent))

    def _whole_power(self, base: Symbol, exponent: int) -> Symbol:
        if exponent == 0:
            return self.constant(1.0)
        half = self._whole_power(base, exponent // 2)
        square = self.multiply(half, half)
        return self.multiply(square, base) if exponent % 2 else square

    def unary(self, operation: str, a: Symbol) -> Symbol:
        if a.is_constant:
            with np.errstate(all="ignore"):
                return self.constant(float(getattr(np, operation)(np.float64(a.payload))))
        return self._node(operation, (a,))

    def compare(self, sign: str, a: Symbol, b: Symbol) -> Symbol:
        if a.is_constant and b.is_constant:
            true = {">": a.payload > b.payload, ">=": a.payload >= b.payload, "<": a.payload < b.payload}
            return self._node("truth", payload=true.get(sign, a.payload <= b.payload))
        return self._node("compare", (a, b), sign)

    def select(self, condition: Symbol, if_true: Symbol, if_false: Symbol) -> Symbol:
        if condition.operation == "truth":
            return if_true if condition.payload else if_false
        if condition.operation != "compare":
            raise ImmunoresetError("where(...) needs a comparison such as a > b as its condition")
        if_true, if_false = self.as_number(if_true), self.as_number(if_false)
        if if_true is if_false:
            return if_true
        return self._node("select", (condition, if_true, if_false))


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


def flat_names(kind: type) -> list[str]:
    """Field names of a NamedTuple class; fields of nested groups as 'group.field'."""
    names: list[str] = []
    for field, group in _groups(kind):
        names.extend(f"{field}.{inner}" for inner in group._fields) if group is not None else names.append(field)
    return names


def flat_values(record: Any) -> tuple[Any, ...]:
    """The values of a NamedTuple, those of nested groups in place."""
    return tuple(v for field in record for v in (field if hasattr(field, "_fields") else (field,)))


def group_classes(kind: type) -> list[type]:
    """A NamedTuple class and those of its groups."""
    return [kind, *(group for _, group in _groups(kind) if group is not None)]


_known_groups: WeakKeyDictionary[type, list[tuple[str, Any]]] = WeakKeyDictionary()


def _groups(kind: type) -> list[tuple[str, Any]]:
    """The fields of a NamedTuple class, each with its class where it is a group."""
    found = _known_groups.get(kind)
    if found is None:
        found = [(field, _group_class(kind, field)) for field in getattr(kind, "_fields")]  # noqa: B009
        _known_groups[kind] = found
    return found


def _group_class(owner: type, field: str) -> Any:
    """The NamedTuple class of a field that is a group, else None; annotations that are text are looked up in the module."""
    hint = getattr(owner, "__annotations__", {}).get(field)
    hint = getattr(hint, "__forward_arg__", hint)
    if isinstance(hint, str):
        hint = getattr(sys.modules.get(owner.__module__), hint, None)
    return hint if isinstance(hint, type) and hasattr(hint, "_fields") else None


def build(kind: type, values: Sequence[Any]) -> Any:
    """The NamedTuple `kind` (groups included) filled with values in the order of `flat_names`."""
    remaining = iter(values)
    fields = []
    for _, group in _groups(kind):
        fields.append(group(*(next(remaining) for _ in group._fields)) if group is not None else next(remaining))
    return kind(*fields)


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

"""A model's arithmetic as a graph of symbols.

Every node is made once (equal expressions are the same node), constants fold as they appear, and a product with zero is
zero, so what a study cannot reach disappears while the graph is built. Additions and products keep the order in which the
model was written: the compiled numbers differ from plain Python by rounding only.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from immunoreset.errors import ImmunoresetError

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

    @property
    def constant_in_time(self) -> bool:
        """A number, or made of parameters alone."""
        return not self.depends & ~PARAMETER

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
        return node.operation == "multiply" and bool(node.depends & ~PARAMETER) and not node.arguments[0].depends & ~PARAMETER

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

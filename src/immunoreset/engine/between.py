"""What lies between the ends of a step: the coefficients of the interpolated curve, and states and quantities read from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from immunoreset.engine import tableau
from immunoreset.engine.emitter import Function, Places, write_nodes
from immunoreset.engine.layout import Offsets
from immunoreset.engine.loops import STAGED
from immunoreset.engine.trace import Symbol, closure
from immunoreset.engine.vector_math import LANES, splat


def dense(at: Offsets, needed: Sequence[int], size: int) -> str:
    """The three vectors of the dense output for the states that are read between steps."""
    function = Function("dense")
    for i in needed:
        increments = [function.load(at.increments + STAGED * i + LANES * j) for j in range(tableau.STAGES)]
        for row, coefficients in enumerate(tableau.DENSE):
            value = function.multiply(splat(coefficients[0]), increments[0])
            for coefficient, increment in zip(coefficients[1:], increments[1:], strict=True):
                value = function.add(value, function.multiply(splat(coefficient), increment))
            function.store(value, at.dense + LANES * (row * size + i))
    return function.text()


def _interpolated(function: Function, at: Offsets, needed: Sequence[int], size: int) -> dict[int, str]:
    """The needed states at `fraction` of the step, by row; `moment` becomes its day."""
    fraction = function.load(at.fraction)
    rest = function.subtract(splat(1.0), fraction)
    function.store(function.add(function.load(at.time), function.multiply(fraction, function.load(at.step))), at.moment)
    found: dict[int, str] = {}
    for i in needed:
        first, second, third = (function.load(at.dense + LANES * (row * size + i)) for row in range(3))
        inner = function.add(first, function.multiply(fraction, function.add(second, function.multiply(fraction, third))))
        late = function.add(function.load(at.new_state + LANES * i), function.multiply(rest, inner))
        early = function.multiply(rest, function.load(at.state + LANES * i))
        found[i] = function.add(early, function.multiply(fraction, late))
    return found


def interpolate(name: str, at: Offsets, needed: Sequence[int], size: int) -> str:
    """`between` = the needed states at `fraction` of the step."""
    function = Function(name)
    for i, value in _interpolated(function, at, needed, size).items():
        function.store(value, at.between + LANES * i)
    return function.text()


def one_between(name: str, root: Symbol, places: Places, row: Mapping[int, int], *, at: Offsets, size: int, offset: int) -> str:
    """One quantity at `fraction` of the step, stored at `offset`; only the states that it needs are interpolated."""
    function = Function(name)
    leaves = {row[node.payload]: node.number for node in closure([root]) if node.operation == "state"}
    states = _interpolated(function, at, sorted(leaves), size)
    values = write_nodes(function, [root], places, {leaves[i]: value for i, value in states.items()})
    function.store(values[0], offset)
    return function.text()


def choose_one(name: str, part: str, count: int, at: Offsets) -> str:
    """Runs `part` number `which` of `count`."""
    function = Function(name)
    number = function.emit(f"load double, ptr {function.pointer(at.which)}, align 8")
    number = function.emit(f"fptosi double {number} to i64")
    targets = " ".join(f"i64 {k}, label %part{k}" for k in range(count))
    function.lines.append(f"  switch i64 {number}, label %end [{targets}]")
    for k in range(count):
        function.block(f"part{k}")
        function.call(f"{part}{k}")
        function.jump("end")
    function.block("end")
    return function.text()

"""The linear systems of a step: factors of J - 1/(h gamma) I of the core, and the solution for a stage."""

from __future__ import annotations

from itertools import count

from immunoreset.engine import tableau
from immunoreset.engine.emitter import Function, Places, write_nodes
from immunoreset.engine.equations import Equations
from immunoreset.engine.layout import Offsets
from immunoreset.engine.loops import STAGED
from immunoreset.engine.trace import Symbol
from immunoreset.engine.vector_math import DOUBLES, LANES, splat


def factor(equations: Equations, at: Offsets, places: Places) -> str:
    """LU factors of J - 1/(h gamma) I at the start of the step, the diagonal inverted; then the derivatives for the followers.

    A derivative that no elimination changes and that does not change in time is not stored again: it is read where it lies.
    """
    function = Function("factor")
    jacobian = equations.jacobian
    order, lower, upper, slot = jacobian.plan
    unchanged = jacobian.unchanged()
    diagonal = function.divide(splat(1 / tableau.GAMMA), function.load(at.step))
    known: dict[int, str] = {}
    row_values: dict[tuple[int, int], str] = {}

    def pivot_of(i: int) -> str:
        own, entry = diagonal if i < equations.core else splat(1.0), jacobian.rows[i].get(i)
        if entry is None:
            return function.emit(f"fneg {DOUBLES} {own}")
        return function.subtract(write_nodes(function, [entry], places, known)[0], own)

    early = [i for i in order if not any(i in upper[j] for j in lower[i])]  # pivots that no elimination changes
    inverse = dict(zip(early, function.reciprocals([pivot_of(i) for i in early]), strict=True))
    for i in order:
        row = jacobian.rows[i]
        work: dict[int, str | None] = dict.fromkeys((*lower[i], i, *upper[i]))
        work |= dict(zip(row, write_nodes(function, list(row.values()), places, known), strict=True))
        if i not in inverse:
            work[i] = pivot_of(i)
        for j in lower[i]:
            left = work[j]
            assert left is not None  # fill always precedes use
            multiplier = function.multiply(left, inverse[j])
            function.store(multiplier, at.factors + LANES * slot[i, j])
            for k in upper[j]:
                product = function.multiply(multiplier, row_values[j, k])
                before = work[k]
                work[k] = function.emit(f"fneg {DOUBLES} {product}") if before is None else function.subtract(before, product)
        if i not in inverse:
            pivot = work[i]
            assert pivot is not None
            inverse[i] = function.divide(splat(1.0), pivot)
        function.store(inverse[i], at.factors + LANES * slot[i, i])
        for k in upper[i]:
            value = work[k]
            assert value is not None
            row_values[i, k] = value
            if (i, k) not in unchanged:
                function.store(value, at.factors + LANES * slot[i, k])
    for place, entry in enumerate(jacobian.for_followers, start=len(slot)):
        if not entry.constant_in_time:
            function.store(write_nodes(function, [entry], places, known)[0], at.factors + LANES * place)
    return function.text()


def solve(equations: Equations, at: Offsets, places: Places) -> str:
    """Solve (J - 1/(h gamma) I) x = increment for the core; x replaces the right-hand side. Beside it, how drives change by x."""
    function = Function("solve", parameters="ptr noalias %increment")
    jacobian = equations.jacobian
    order, lower, upper, slot = jacobian.plan
    unchanged = jacobian.unchanged()
    known: dict[int, str] = {}
    x: dict[int, str | None] = {}

    def less(value: str | None, place: int, j: int, entry: Symbol | None = None) -> str | None:
        """value - factor x[j]; None stands for zero. The factor is `entry` where that lasts, else what lies at its place."""
        found = x[j]
        if found is None:
            return value
        if entry is not None and entry.constant_in_time:
            factor = write_nodes(function, [entry], places, known)[0]
        else:
            factor = function.load(at.factors + LANES * place)
        product = function.multiply(factor, found)
        return function.emit(f"fneg {DOUBLES} {product}") if value is None else function.subtract(value, product)

    for i in order:
        value = function.load_at(function.pointer(STAGED * i, "%increment")) if i < equations.core else None
        for j in lower[i]:
            value = less(value, slot[i, j], j)
        x[i] = value
    for i in reversed(order):
        value = x[i]
        for j in reversed(upper[i]):  # what was found last comes last, so that it is waited for once
            value = less(value, slot[i, j], j, unchanged.get((i, j)))
        if value is not None:
            x[i] = function.multiply(value, function.load(at.factors + LANES * slot[i, i]))
        if i < equations.core:
            solved = x[i]
            assert solved is not None
            function.store_at(solved, function.pointer(STAGED * i, "%increment"))
    place = count(len(slot))
    for i, (drive, row) in enumerate(zip(equations.drives, jacobian.of_drives, strict=True), start=equations.size):
        value = None
        for j, entry in row.items():
            value = less(value, next(place), j, entry)
        if drive.operation != "state":
            pointer = function.pointer(STAGED * (i + len(equations.drives)), "%increment")
            function.store_at(function.emit(f"fneg {DOUBLES} {value}") if value else splat(0.0), pointer)
    return function.text()

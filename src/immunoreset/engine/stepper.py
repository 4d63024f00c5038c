"""One Rodas5P step for eight patients at once, written as LLVM IR around the model's own arithmetic.

Kernels made here, each a function of the arena:
`rates` (a stage's vectors less the right-hand side), `factor` (Jacobian and LU), `solve`, `follow` (all stages of the
followers), `step` (all stages, new state, error), `dense` (coefficients of the interpolation), `interpolate`, `commit` (accept
the step in chosen lanes) and `start_step`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from immunoreset.engine import tableau, vector_math
from immunoreset.engine.between import dense, interpolate
from immunoreset.engine.emitter import Function, Places, write_nodes
from immunoreset.engine.equations import Equations
from immunoreset.engine.following import follow
from immunoreset.engine.layout import Offsets
from immunoreset.engine.linear import factor, solve
from immunoreset.engine.loops import STAGED, Row, over
from immunoreset.engine.stages import argument, earlier, earlier_weights, time_weight
from immunoreset.engine.vector_math import BOOLEANS, DOUBLES, LANES, splat

_FLOATS = f"<{LANES} x float>"
_ERROR_ORDER = 5  # the error estimate falls with the fifth power of the step
_PESSIMISM = 1.25  # the estimate is of order 4, the solution of order 5: measured, see docs/decisions/engine.md
_LEAST_ERROR = 1e-24
_LARGEST_SCALE = 1e30  # of an error, in single precision


def stepper_kernels(
    equations: Equations,
    at: Offsets,
    places: Places,
    stage_places: Places,
    needed: Sequence[int],
) -> list[str]:
    """The text of all kernels. `places` finds leaves at the start of the step, `stage_places` at a stage;
    `needed` are the rows that outputs, conditions and actions read between steps."""
    return [
        _rates(equations, at, stage_places),
        factor(equations, at, places),
        solve(equations, at, stage_places),
        follow(equations, at, stage_places),
        _step(equations, at, places),
        dense(at, needed, equations.size),
        interpolate("interpolate", at, needed, equations.size),
        _commit(at, equations.size),
        _start_step(equations, at, places),
    ]


def _rates(equations: Equations, at: Offsets, places: Places) -> str:
    """increment -> increment - f(moment, stage) for the core, where `increment` is the address of a stage's vectors; drives."""
    function = Function("rates", parameters="ptr noalias %increment")
    core = equations.core
    values = write_nodes(function, [*equations.rates[:core], *equations.drives], places)
    for i, value in enumerate(values[:core]):
        pointer = function.pointer(STAGED * i, "%increment")
        function.store_at(function.subtract(function.load_at(pointer), value), pointer)
    for k, value in enumerate(values[core:], start=equations.size):
        function.store_at(value, function.pointer(STAGED * k, "%increment"))
    return function.text()


def _sum_stages(function: Function, equations: Equations, at: Offsets, stage: int, *, step: str, weights: Sequence[str]) -> None:
    """The core at a stage, and what the stages before it, and time, weigh in its right-hand side."""
    weight = time_weight(function, equations, stage, step)

    def sum_up(row: Row, _: Sequence[str]) -> Sequence[str]:
        increments = [row.load_staged(at.increments, j) for j in range(stage)]
        before = row.load(at.new_state if stage >= 6 else at.state)
        row.store(argument(function, stage, before, increments), at.new_state)
        extra = earlier(function, weights, increments)
        if weight:
            extra = function.subtract(extra, function.multiply(weight, row.load(at.time_rates)))
        row.store_staged(extra, at.increments, stage)
        return ()

    over(equations.core, function, f"stage{stage}", sum_up)


def _step(equations: Equations, at: Offsets, places: Places) -> str:
    """All eight stages; leaves `increments`, `new_state` and the scaled error norm."""
    function = Function("step")
    size = equations.size
    step = function.load(at.step)
    time = function.load(at.time)
    weights = earlier_weights(function, function.divide(splat(1.0), step))
    function.call("factor")
    if equations.depends_on_time:
        nodes = [(i, node) for i, node in enumerate(equations.by_time) if node is not None]
        values = write_nodes(function, [node for _, node in nodes], places)
        for (i, _), value in zip(nodes, values, strict=True):
            function.store(value, at.time_rates + LANES * i)
    for stage in range(tableau.STAGES):
        moment = function.add(time, function.multiply(splat(tableau.TIMES[stage]), step))
        function.store(moment, at.moment)
        _sum_stages(function, equations, at, stage, step=step, weights=weights[stage])
        target = function.pointer(at.increments + LANES * stage)
        function.call("rates", target)
        function.call("solve", target)
    function.call("follow")
    [total] = over(size, function, "finish", partial(_finish, function, at), sums=1, kind=_FLOATS)
    mean_square = function.multiply(function.emit(f"fpext {_FLOATS} {total} to {DOUBLES}"), splat(1 / (size * _PESSIMISM**2)))
    function.store(function.emit(f"call {DOUBLES} @llvm.sqrt.v{LANES}f64({DOUBLES} {mean_square})"), at.error)
    floored = function.add(mean_square, splat(_LEAST_ERROR))
    logarithm = vector_math.logarithm(function.emit, floored)
    half_order = splat(-0.5 / _ERROR_ORDER)
    function.store(vector_math.exponential(function.emit, function.multiply(logarithm, half_order)), at.proposal)
    return function.text()


def _finish(function: Function, at: Offsets, row: Row, sums: Sequence[str]) -> Sequence[str]:
    """The new state, the largest seen, and the sum of the squares of the scaled errors."""
    error = row.load_staged(at.increments, tableau.STAGES - 1)
    new = function.add(row.load(at.new_state), error)
    row.store(new, at.new_state)
    old = row.load(at.state)
    seen = function.larger(function.emit(f"call {DOUBLES} @llvm.fabs.v{LANES}f64({DOUBLES} {old})"), row.load(at.largest))
    row.store(seen, at.largest)
    scale = _scale(function, row, at, [old, new])
    small = function.emit(f"fptrunc {DOUBLES} {error} to {_FLOATS}")  # in single precision: twice as fast, and enough
    ratio = function.emit(f"fdiv {_FLOATS} {small}, {function.emit(f'fptrunc {DOUBLES} {scale} to {_FLOATS}')}")
    known = function.emit(f"fcmp olt {DOUBLES} {scale}, {splat(_LARGEST_SCALE)}")
    too_large = f"<{', '.join(['float 0x7FF8000000000000'] * LANES)}>"
    ratio = function.emit(f"select {BOOLEANS} {known}, {_FLOATS} {ratio}, {_FLOATS} {too_large}")
    square = function.emit(f"fmul {_FLOATS} {ratio}, {ratio}")
    return [function.emit(f"fadd {_FLOATS} {sums[0]}, {square}")]


def _scale(function: Function, row: Row, at: Offsets, states: Sequence[str]) -> str:
    """absolute + relative * largest |state|: what an error is measured against."""
    sizes = [function.emit(f"call {DOUBLES} @llvm.fabs.v{LANES}f64({DOUBLES} {state})") for state in states]
    return function.add(row.load_shared(at.absolute), function.multiply(row.load_shared(at.relative), function.largest(sizes)))


def _commit(at: Offsets, size: int) -> str:
    """state = new_state in the chosen lanes."""
    function = Function("commit")
    chosen = function.emit(f"fcmp une {DOUBLES} {function.load(at.chosen)}, {splat(0.0)}")

    def copy(row: Row, _: Sequence[str]) -> Sequence[str]:
        row.store(function.choose(chosen, row.load(at.new_state), row.load(at.state)), at.state)
        return ()

    over(size, function, "copy", copy)
    return function.text()


def _start_step(equations: Equations, at: Offsets, places: Places) -> str:
    """A cautious first step: one hundredth of the time in which the state would change by its own size."""
    function = Function("start_step")
    function.store(function.load(at.time), at.moment)

    def clear(row: Row, _: Sequence[str]) -> Sequence[str]:
        row.store(row.load(at.state), at.new_state)
        row.store_staged(splat(0.0), at.increments, 0)
        return ()

    def norms(row: Row, sums: Sequence[str]) -> Sequence[str]:
        state = row.load(at.state)
        scale = _scale(function, row, at, [state])
        ratios = [function.divide(value, scale) for value in (state, row.load_staged(at.increments, 0))]
        squares = [function.multiply(ratio, ratio) for ratio in ratios]
        return [function.plain("fadd", total, square) for total, square in zip(sums, squares, strict=True)]

    over(equations.size, function, "clear", clear)
    function.call("rates", function.pointer(at.increments))
    for i, rate in enumerate(write_nodes(function, equations.rates[equations.core :], places), start=equations.core):
        function.store(function.emit(f"fneg {DOUBLES} {rate}"), at.increments + STAGED * i)
    ratio = function.divide(*over(equations.size, function, "norms", norms, sums=2))
    root = function.emit(f"call {DOUBLES} @llvm.sqrt.v{LANES}f64({DOUBLES} {ratio})")
    function.store(function.multiply(splat(0.01), root), at.start_step)
    return function.text()

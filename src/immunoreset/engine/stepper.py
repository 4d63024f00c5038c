"""One Rodas5P step for eight patients at once, written as LLVM IR around the model's own arithmetic.

Kernels made here, each a function of the arena:
`rates` (a stage's vectors less the right-hand side), `factor` (Jacobian and LU), `solve`, `follow` (all stages of the
followers), `step` (all stages, new state, error), `dense` (coefficients of the interpolation), `interpolate`, `commit` (accept
the step in chosen lanes) and `start_step`.
"""

from __future__ import annotations

from collections.abc import Sequence

from immunoreset.engine import tableau, vector_math
from immunoreset.engine.between import dense, interpolate
from immunoreset.engine.emitter import Function, Places, write_nodes
from immunoreset.engine.equations import Equations
from immunoreset.engine.following import follow
from immunoreset.engine.layout import Offsets
from immunoreset.engine.linear import factor, solve
from immunoreset.engine.loops import STAGED, Loop
from immunoreset.engine.stages import argument, earlier, time_weight
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


def _sum_stages(function: Function, equations: Equations, at: Offsets, stage: int, *, step: str, inverse_step: str) -> None:
    """The core at a stage, and what the stages before it, and time, weigh in its right-hand side."""
    weight = time_weight(function, equations, stage, step)
    with Loop(function, equations.core, f"stage{stage}") as loop:
        increments = [loop.load_staged(at.increments, j) for j in range(stage)]
        before = loop.load(at.new_state if stage >= 6 else at.state)
        loop.store(argument(function, stage, before, increments), at.new_state)
        extra = earlier(function, stage, inverse_step, increments)
        if weight:
            extra = function.subtract(extra, function.multiply(weight, loop.load(at.time_rates)))
        loop.store_staged(extra, at.increments, stage)


def _step(equations: Equations, at: Offsets, places: Places) -> str:
    """All eight stages; leaves `increments`, `new_state` and the scaled error norm."""
    function = Function("step")
    size = equations.size
    step = function.load(at.step)
    time = function.load(at.time)
    inverse_step = function.divide(splat(1.0), step)
    function.call("factor")
    if equations.depends_on_time:
        nodes = [(i, node) for i, node in enumerate(equations.by_time) if node is not None]
        values = write_nodes(function, [node for _, node in nodes], places)
        for (i, _), value in zip(nodes, values, strict=True):
            function.store(value, at.time_rates + LANES * i)
    for stage in range(tableau.STAGES):
        moment = function.add(time, function.multiply(splat(tableau.TIMES[stage]), step))
        function.store(moment, at.moment)
        if equations.core:
            _sum_stages(function, equations, at, stage, step=step, inverse_step=inverse_step)
        target = function.pointer(at.increments + LANES * stage)
        function.call("rates", target)
        function.call("solve", target)
    function.call("follow")
    with Loop(function, size, "finish") as loop:
        loop.sum("total", _FLOATS)
        error = loop.load_staged(at.increments, tableau.STAGES - 1)
        new = function.add(loop.load(at.new_state), error)
        loop.store(new, at.new_state)
        old = loop.load(at.state)
        seen = function.larger(function.emit(f"call {DOUBLES} @llvm.fabs.v{LANES}f64({DOUBLES} {old})"), loop.load(at.largest))
        loop.store(seen, at.largest)
        scale = _scale(function, loop, at, [old, new])
        small = function.emit(f"fptrunc {DOUBLES} {error} to {_FLOATS}")  # in single precision: twice as fast, and enough
        ratio = function.emit(f"fdiv {_FLOATS} {small}, {function.emit(f'fptrunc {DOUBLES} {scale} to {_FLOATS}')}")
        known = function.emit(f"fcmp olt {DOUBLES} {scale}, {splat(_LARGEST_SCALE)}")
        too_large = f"<{', '.join(['float 0x7FF8000000000000'] * LANES)}>"
        ratio = function.emit(f"select {BOOLEANS} {known}, {_FLOATS} {ratio}, {_FLOATS} {too_large}")
        square = function.emit(f"fmul {_FLOATS} {ratio}, {ratio}")
        function.lines.append(f"  %total.next = fadd {_FLOATS} %total, {square}")
    mean_square = function.multiply(function.emit(f"fpext {_FLOATS} %total.next to {DOUBLES}"), splat(1 / (size * _PESSIMISM**2)))
    function.store(function.emit(f"call {DOUBLES} @llvm.sqrt.v{LANES}f64({DOUBLES} {mean_square})"), at.error)
    floored = function.add(mean_square, splat(_LEAST_ERROR))
    logarithm = vector_math.logarithm(function.emit, floored)
    half_order = splat(-0.5 / _ERROR_ORDER)
    function.store(vector_math.exponential(function.emit, function.multiply(logarithm, half_order)), at.proposal)
    return function.text()


def _scale(function: Function, loop: Loop, at: Offsets, states: Sequence[str]) -> str:
    """absolute + relative * largest |state|: what an error is measured against."""
    largest = ""
    for state in states:
        size = function.emit(f"call {DOUBLES} @llvm.fabs.v{LANES}f64({DOUBLES} {state})")
        if largest:
            greater = function.emit(f"fcmp ogt {DOUBLES} {size}, {largest}")
            size = function.emit(f"select {BOOLEANS} {greater}, {DOUBLES} {size}, {DOUBLES} {largest}")
        largest = size
    return function.add(loop.load_shared(at.absolute), function.multiply(loop.load_shared(at.relative), largest))


def _commit(at: Offsets, size: int) -> str:
    """state = new_state in the chosen lanes."""
    function = Function("commit")
    chosen = function.emit(f"fcmp une {DOUBLES} {function.load(at.chosen)}, {splat(0.0)}")
    with Loop(function, size, "copy") as loop:
        new, old = loop.load(at.new_state), loop.load(at.state)
        loop.store(function.emit(f"select {BOOLEANS} {chosen}, {DOUBLES} {new}, {DOUBLES} {old}"), at.state)
    return function.text()


def _start_step(equations: Equations, at: Offsets, places: Places) -> str:
    """A cautious first step: one hundredth of the time in which the state would change by its own size."""
    function = Function("start_step")
    function.store(function.load(at.time), at.moment)
    with Loop(function, equations.size, "clear") as loop:
        loop.store(loop.load(at.state), at.new_state)
        loop.store_staged(splat(0.0), at.increments, 0)
    function.call("rates", function.pointer(at.increments))
    for i, rate in enumerate(write_nodes(function, equations.rates[equations.core :], places), start=equations.core):
        function.store(function.emit(f"fneg {DOUBLES} {rate}"), at.increments + STAGED * i)
    with Loop(function, equations.size, "norms") as loop:
        loop.sum("sizes")
        loop.sum("speeds")
        state = loop.load(at.state)
        scale = _scale(function, loop, at, [state])
        for name, value in (("sizes", state), ("speeds", loop.load_staged(at.increments, 0))):
            ratio = function.divide(value, scale)
            square = function.multiply(ratio, ratio)
            function.lines.append(f"  %{name}.next = fadd {DOUBLES} %{name}, {square}")
    ratio = function.divide("%sizes.next", "%speeds.next")
    root = function.emit(f"call {DOUBLES} @llvm.sqrt.v{LANES}f64({DOUBLES} {ratio})")
    function.store(function.multiply(splat(0.01), root), at.start_step)
    return function.text()

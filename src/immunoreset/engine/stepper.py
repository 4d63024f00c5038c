"""One Rodas5P step for eight patients at once, written as LLVM IR around the model's own arithmetic.

Kernels made here, each a function of the arena:
`rates` (a stage's vectors less the right-hand side), `factor` (Jacobian and LU), `solve`, `step` (all stages, new state, error),
`dense` (coefficients of the interpolation), `interpolate`, `commit` (accept the step in chosen lanes) and `start_step`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from immunoreset.engine import tableau, vector_math
from immunoreset.engine.between import dense, interpolate
from immunoreset.engine.emitter import Function, Places, write_nodes
from immunoreset.engine.hubs import choose_hubs
from immunoreset.engine.jacobian import gradients, time_gradient
from immunoreset.engine.layout import Offsets
from immunoreset.engine.loops import Loop
from immunoreset.engine.lu_plan import LuPlan, plan
from immunoreset.engine.trace import Symbol
from immunoreset.engine.vector_math import BOOLEANS, DOUBLES, LANES, splat

_FLOATS = f"<{LANES} x float>"
_ERROR_ORDER = 5  # the error estimate falls with the fifth power of the step
_PESSIMISM = 1.25  # the estimate is of order 4, the solution of order 5: measured, see docs/decisions/engine.md
_LEAST_ERROR = 1e-24
_LARGEST_SCALE = 1e30  # of an error, in single precision


class Equations:
    """What the stepper needs of a traced model: rates, their sparse derivatives and the elimination plan.

    `index` maps the model's state number to its row here (pruned states have none). Rows from `size` on are hubs: the
    linear systems have them as unknowns, with 1 instead of 1/(h gamma) on the diagonal.
    """

    def __init__(self, rates: Sequence[Symbol], index: Mapping[int, int]) -> None:
        graph = rates[0].graph
        self.rates = list(rates)
        self.size = len(self.rates)
        self.by_time = time_gradient(graph, self.rates)
        self.depends_on_time = any(node is not None for node in self.by_time)
        plans = []
        for hubs in ([], choose_hubs(self.rates)):
            rows = [
                {index[j] if j >= 0 else self.size - 1 - j: entry for j, entry in row.items()}
                for row in gradients(graph, self.rates, hubs=hubs)
            ]
            plans.append((plan(len(rows), ((i, j) for i, row in enumerate(rows) for j in row)), rows))
        self.plan: LuPlan
        self.plan, self.rows = min(plans, key=lambda pair: pair[0].work)

    @property
    def nodes(self) -> list[Symbol]:
        """Everything that a step computes."""
        by_time = [node for node in self.by_time if node is not None]
        return [*self.rates, *(entry for row in self.rows for entry in row.values()), *by_time]


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
        _factor(equations, at, places),
        _solve(equations, at),
        _step(equations, at, places),
        dense(at, needed, equations.size),
        interpolate("interpolate", at, needed, equations.size),
        _commit(at, equations.size),
        _start_step(equations, at),
    ]


def _rates(equations: Equations, at: Offsets, places: Places) -> str:
    """increment -> increment - f(moment, stage), where `increment` is the address of a stage's vectors."""
    function = Function("rates", parameters="ptr noalias %increment")
    for i, value in enumerate(write_nodes(function, equations.rates, places)):
        pointer = function.pointer(LANES * i, "%increment")
        function.store_at(function.subtract(function.load_at(pointer), value), pointer)
    return function.text()


def _factor(equations: Equations, at: Offsets, places: Places) -> str:
    """LU factors of J - 1/(h gamma) I at the start of the step; the diagonal is stored inverted."""
    function = Function("factor")
    order, lower, upper, slot = equations.plan
    positions = [(i, j) for i, row in enumerate(equations.rows) for j in row]
    entries = dict(zip(positions, write_nodes(function, [equations.rows[i][j] for i, j in positions], places), strict=True))
    diagonal = function.divide(splat(1 / tableau.GAMMA), function.load(at.step))
    row_values: dict[tuple[int, int], str] = {}
    inverse: dict[int, str] = {}
    for i in order:
        work: dict[int, str | None] = {}
        for j in (*lower[i], i, *upper[i]):
            entry = entries.get((i, j))
            if i == j:
                own = diagonal if i < equations.size else splat(1.0)
                work[j] = function.emit(f"fneg {DOUBLES} {own}") if entry is None else function.subtract(entry, own)
            else:
                work[j] = entry
        for j in lower[i]:
            left = work[j]
            assert left is not None  # fill always precedes use
            multiplier = function.multiply(left, inverse[j])
            function.store(multiplier, at.factors + LANES * slot[i, j])
            for k in upper[j]:
                product = function.multiply(multiplier, row_values[j, k])
                before = work[k]
                work[k] = function.emit(f"fneg {DOUBLES} {product}") if before is None else function.subtract(before, product)
        pivot = work[i]
        assert pivot is not None
        inverse[i] = function.divide(splat(1.0), pivot)
        function.store(inverse[i], at.factors + LANES * slot[i, i])
        for k in upper[i]:
            value = work[k]
            assert value is not None
            row_values[i, k] = value
            function.store(value, at.factors + LANES * slot[i, k])
    return function.text()


def _solve(equations: Equations, at: Offsets) -> str:
    """Solve (J - 1/(h gamma) I) x = increment with the factors; x replaces the right-hand side."""
    function = Function("solve", parameters="ptr noalias %increment")
    order, lower, upper, slot = equations.plan
    x: dict[int, str | None] = {}

    def less(value: str | None, i: int, j: int) -> str | None:
        """value - factor[i, j] x[j]; None stands for zero."""
        known = x[j]
        if known is None:
            return value
        product = function.multiply(function.load(at.factors + LANES * slot[i, j]), known)
        return function.emit(f"fneg {DOUBLES} {product}") if value is None else function.subtract(value, product)

    for i in order:
        value = function.load_at(function.pointer(LANES * i, "%increment")) if i < equations.size else None
        for j in lower[i]:
            value = less(value, i, j)
        x[i] = value
    for i in reversed(order):
        value = x[i]
        for j in upper[i]:
            value = less(value, i, j)
        if value is not None:
            x[i] = function.multiply(value, function.load(at.factors + LANES * slot[i, i]))
        if i < equations.size:
            solved = x[i]
            assert solved is not None
            function.store_at(solved, function.pointer(LANES * i, "%increment"))
    return function.text()


def _step(equations: Equations, at: Offsets, places: Places) -> str:
    """All eight stages; leaves `increments`, `new_state` and the scaled error norm."""
    function = Function("step")
    size = equations.size
    section = LANES * size
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
        time_weight = tableau.TIME_DERIVATIVE[stage] if equations.depends_on_time else 0.0
        weight = function.multiply(splat(time_weight), step) if time_weight else ""
        with Loop(function, size, f"stage{stage}") as loop:
            increments = [loop.load(at.increments + j * section) for j in range(stage)]
            if stage >= 6:  # stiffly accurate: only the last increment is new
                value = function.add(loop.load(at.new_state), increments[-1])
            else:
                value = loop.load(at.state)
                for coefficient, increment in zip(tableau.A[stage], increments, strict=True):
                    value = function.add(value, function.multiply(splat(coefficient), increment))
            loop.store(value, at.new_state)
            extra = splat(0.0)
            if stage:
                extra = function.multiply(splat(-tableau.C[stage][0]), increments[0])
                for coefficient, increment in zip(tableau.C[stage][1:], increments[1:], strict=True):
                    extra = function.subtract(extra, function.multiply(splat(coefficient), increment))
                extra = function.multiply(extra, inverse_step)
            if time_weight:
                extra = function.subtract(extra, function.multiply(weight, loop.load(at.time_rates)))
            loop.store(extra, at.increments + stage * section)
        target = function.pointer(at.increments + stage * section)
        function.call("rates", target)
        function.call("solve", target)
    with Loop(function, size, "finish") as loop:
        loop.sum("total", _FLOATS)
        error = loop.load(at.increments + 7 * section)
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


def _start_step(equations: Equations, at: Offsets) -> str:
    """A cautious first step: one hundredth of the time in which the state would change by its own size."""
    function = Function("start_step")
    function.store(function.load(at.time), at.moment)
    with Loop(function, equations.size, "clear") as loop:
        loop.store(loop.load(at.state), at.new_state)
        loop.store(splat(0.0), at.increments)
    function.call("rates", function.pointer(at.increments))
    with Loop(function, equations.size, "norms") as loop:
        loop.sum("sizes")
        loop.sum("speeds")
        state = loop.load(at.state)
        scale = _scale(function, loop, at, [state])
        for name, value in (("sizes", state), ("speeds", loop.load(at.increments))):
            ratio = function.divide(value, scale)
            square = function.multiply(ratio, ratio)
            function.lines.append(f"  %{name}.next = fadd {DOUBLES} %{name}, {square}")
    ratio = function.divide("%sizes.next", "%speeds.next")
    root = function.emit(f"call {DOUBLES} @llvm.sqrt.v{LANES}f64({DOUBLES} {ratio})")
    function.store(function.multiply(splat(0.01), root), at.start_step)
    return function.text()

"""The compiled kernels of a study: answers -> memory -> text -> machine code. `build_program` is the pipeline.

Code is kept by its text, so a study that differs from an earlier one in numbers only compiles nothing.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from immunoreset.engine.between import choose_one, interpolate, one_between
from immunoreset.engine.compiler import Code, compile_text
from immunoreset.engine.emitter import FOOTER, HEADER, Function, Places, write_nodes
from immunoreset.engine.job import CHANGES_PARAMETERS, GENTLE
from immunoreset.engine.layout import Offsets, plan_arena
from immunoreset.engine.names import flat_names
from immunoreset.engine.observing import Watched, observe, read
from immunoreset.engine.questions import Answers, Constants, Questions, answer, constants_of
from immunoreset.engine.stepper import stepper_kernels
from immunoreset.engine.trace import Symbol, closure, evaluate
from immunoreset.engine.vector_math import BOOLEANS, DOUBLES, LANES, splat

KERNELS = (
    "step", "dense", "interpolate", "commit", "start_step", "prepare", "grid_outputs", "monitors", "monitor_one", "conditions",
    "observe", "read", "enter", "leave",
)  # fmt: skip


class Program(NamedTuple):
    """Compiled kernels of one study and how to fill their memory."""

    code: Code  # kept here as long as its addresses may be called
    at: Offsets
    addresses: dict[str, int]
    actions: list[int]
    action_kinds: list[int]
    states: list[int]  # model states that are solved, in row order; hazards follow them
    hazards: int
    personal: list[int]  # flat parameter numbers (infusion rates after the model's own) in the order of their vectors
    shared: list[Symbol]  # nodes whose numbers fill the shared section
    lu_multiply_adds: int
    jacobian_entries: int

    def shared_values(self, numbers: Mapping[int, float]) -> np.ndarray:
        """The numbers of the shared section for these parameter values."""
        leaves = {("parameter", index): value for index, value in numbers.items()}
        return np.array([float(v) for v in evaluate(self.shared, leaves)])


def build_program(
    model: Any, questions: Questions, *, zero_candidates: frozenset[int], varying: frozenset[int], constants: Mapping[int, float]
) -> Program:
    """Trace, prune, plan, emit and compile.

    `zero_candidates` and `constants` as in `answer`. `varying`: flat parameter numbers that differ between patients or
    change in time.
    """
    answers = answer(model, questions, zero_candidates=zero_candidates, constants=constants)
    first_rate = len(flat_names(model.parameters))
    varying = varying | frozenset(range(first_rate, first_rate + len(questions.infused)))
    known = constants_of(answers.nodes, varying)
    equations = answers.equations
    jacobian = equations.jacobian
    at = plan_arena(
        states=equations.size,
        width=equations.width,
        factors=len(jacobian.plan.slot) + len(jacobian.for_followers),
        personal=len(known.personal) + len(known.derived),
        shared=max(1, len(known.shared)),
        **{name: max(1, len(group)) for name, group in answers.groups.items()},
        readouts=len(questions.readouts),
        hazards=len(questions.hazards),
        slots=2 * len(questions.conditions) + len(questions.hazards) + questions.extinctions,
    )
    code = compile_text(_text(answers, known, at, _watched(answers, questions)))
    return Program(
        code=code,
        at=at,
        addresses={name: code.address(name) for name in KERNELS},
        actions=[code.address(f"action{k}") for k in range(len(answers.changes))],
        action_kinds=[_kind(answers, k, questions) for k in range(len(answers.changes))],
        states=equations.states,
        hazards=len(questions.hazards),
        personal=[node.payload for node in known.personal],
        shared=known.shared,
        lu_multiply_adds=jacobian.plan.multiply_adds,
        jacobian_entries=len(jacobian.entries),
    )


def _watched(answers: Answers, questions: Questions) -> Watched:
    monitors, size = len(questions.monitors), answers.equations.size
    return Watched(
        monitors=monitors,
        readouts=questions.readouts,
        extinctions=range(monitors - questions.extinctions, monitors),
        rules=len(questions.conditions),
        hazards=range(size - len(questions.hazards), size),
    )


def _kind(answers: Answers, action: int, questions: Questions) -> int:
    changes_parameters = any(kind == "parameter" for kind, _, _ in answers.changes[action])
    return CHANGES_PARAMETERS * changes_parameters | GENTLE * (action in questions.gentle)


class _Memory:
    """Where nodes are found: constants always in the same place, the state and the time where a kernel works on them."""

    def __init__(self, answers: Answers, known: Constants, at: Offsets) -> None:
        self._answers, self._at = answers, at
        self.fixed: dict[int, tuple[str, int]] = {}
        for k, node in enumerate([*known.personal, *known.derived]):
            self.fixed[node.number] = ("vector", at.personal + LANES * k)
        for k, node in enumerate(known.shared):
            self.fixed[node.number] = ("shared", at.shared + k)

    def places(self, state: int, time: int) -> Places:
        """With the state at offset `state` and the time at offset `time`."""
        graph, found = self._answers.graph, dict(self.fixed)
        for i, row in self._answers.row.items():
            found[graph.leaf("state", i).number] = ("vector", state + LANES * row)
        found[graph.leaf("time").number] = ("vector", time)
        found[graph.leaf("value").number] = ("vector", self._at.value)
        return found

    def offset(self, kind: str, number: int) -> int:
        """Where an action writes a state or a parameter."""
        if kind == "state":
            return self._at.state + LANES * self._answers.row[number]
        return self.fixed[self._answers.graph.leaf("parameter", number).number][1]


def _text(answers: Answers, known: Constants, at: Offsets, watched: Watched) -> str:
    """All kernels of a study as LLVM IR."""
    memory, equations, row = _Memory(answers, known, at), answers.equations, answers.row
    at_start, at_stage = memory.places(at.state, at.time), memory.places(at.new_state, at.moment)
    between, now = memory.places(at.between, at.moment), memory.places(at.state, at.moment)
    monitored = _rows(answers.groups["monitors"], row)
    asked = [node for group in answers.groups.values() for node in group]
    asked_rows = [*_rows(asked, row), *range(len(equations.states), equations.size)]  # hazards are watched in every step
    text = [HEADER, *stepper_kernels(equations, at, at_start, at_stage, asked_rows)]
    text.append(_group("grid_outputs", answers.groups["grid_outputs"], between, at.grid_outputs))
    text.append(interpolate("interpolate_monitored", at, monitored, equations.size))
    parts = list(watched.groups().values())
    text += [_monitor_values(k, answers.groups["monitors"], part, between) for k, part in enumerate(parts)]
    text.append(_calls("monitors", {f"monitor_values{k}": at.monitors for k in range(len(parts))}))
    for part, name in (("monitor", "monitors"), ("condition", "conditions")):
        group, offset = answers.groups[name], getattr(at, name)
        text += [
            one_between(f"{part}{k}", node, between, row, at=at, size=equations.size, offset=offset + LANES * k)
            for k, node in enumerate(group)
        ]
    text.append(choose_one("monitor_one", "monitor", len(answers.groups["monitors"]), at))
    text.append(_calls("conditions", {f"condition{k}": None for k in range(watched.rules)}))
    text += [observe(watched, at, monitored), read(watched, at), _prepare(known, memory.fixed, at)]
    for k, changes in enumerate(answers.changes):
        offsets = [memory.offset(kind, number) for kind, number, _ in changes]
        text.append(_action(f"action{k}", [node for _, _, node in changes], offsets, now, at))
    return "\n".join([*text, _enter(at), _leave(at), FOOTER])


def _rows(roots: Sequence[Symbol], row: Mapping[int, int]) -> list[int]:
    """Rows of the states that some nodes depend on."""
    return sorted({row[node.payload] for node in closure(roots) if node.operation == "state"})


def _calls(name: str, parts: Mapping[str, int | None]) -> str:
    """A kernel that runs others, each with its place in the arena where it takes one."""
    function = Function(name)
    for part, offset in parts.items():
        function.call(part, "" if offset is None else function.pointer(offset))
    return function.text()


def _monitor_values(number: int, monitors: Sequence[Symbol], part: Sequence[int], places: Places) -> str:
    """Part of the monitors of the interpolated state, each in its place from `target` on."""
    function = Function(f"monitor_values{number}", parameters="ptr %target")
    for k, value in zip(part, write_nodes(function, [monitors[k] for k in part], places), strict=True):
        function.store_at(value, function.pointer(LANES * k, "%target"))
    return function.text()


def _group(name: str, roots: Sequence[Symbol], places: Places, offset: int) -> str:
    function = Function(name)
    for k, value in enumerate(write_nodes(function, roots, places)):
        function.store(value, offset + LANES * k)
    return function.text()


def _prepare(known: Constants, fixed: Places, at: Offsets) -> str:
    """Constants derived from a patient's own parameters; run when a patient starts or a parameter changes."""
    function = Function("prepare")
    made = {node.number for node in known.derived}
    values = write_nodes(function, known.derived, {number: place for number, place in fixed.items() if number not in made})
    for k, value in enumerate(values, start=len(known.personal)):
        function.store(value, at.personal + LANES * k)
    return function.text()


def _action(name: str, roots: Sequence[Symbol], offsets: Sequence[int], places: Places, at: Offsets) -> str:
    """New values from the old ones, all read before any is written, in the chosen lanes."""
    function = Function(name)
    values = write_nodes(function, roots, places)
    chosen = function.emit(f"fcmp une {DOUBLES} {function.load(at.chosen)}, {splat(0.0)}")
    for value, offset in zip(values, offsets, strict=True):
        old = function.load(offset)
        function.store(function.emit(f"select {BOOLEANS} {chosen}, {DOUBLES} {value}, {DOUBLES} {old}"), offset)
    return function.text()


_FLUSH_DENORMALS = 0x8040  # MXCSR: flush to zero, denormals are zero
_HAS_MXCSR = platform.machine().lower() in ("x86_64", "amd64")


def _enter(at: Offsets) -> str:
    """Treat denormal numbers as 0 in this thread: they mean nothing here and cost a hundred times as much on x86."""
    function = Function("enter")
    if _HAS_MXCSR:
        mode = function.pointer(at.mode)
        function.lines.append(f"  call void @llvm.x86.sse.stmxcsr(ptr {mode})")
        old = function.emit(f"load i32, ptr {mode}")
        function.lines.append(f"  store i32 {function.emit(f'or i32 {old}, {_FLUSH_DENORMALS}')}, ptr {mode}")
        function.lines.append(f"  call void @llvm.x86.sse.ldmxcsr(ptr {mode})")
        function.lines.append(f"  store i32 {old}, ptr {mode}")
    return function.text()


def _leave(at: Offsets) -> str:
    """Give the thread its arithmetic mode back."""
    function = Function("leave")
    if _HAS_MXCSR:
        function.lines.append(f"  call void @llvm.x86.sse.ldmxcsr(ptr {function.pointer(at.mode)})")
    return function.text()

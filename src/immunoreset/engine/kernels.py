"""From a model and the things that happen in a study to machine code: trace, prune, plan, emit, compile.

`build_program` is the whole pipeline on one page. Code is kept in memory by its text, so a study that differs in numbers
only compiles nothing.
"""

from __future__ import annotations

import ctypes
import hashlib
import platform
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

import llvmlite.binding as llvm
import numpy as np

from immunoreset.engine.emitter import FOOTER, HEADER, Function, write_nodes
from immunoreset.engine.job import CHANGES_PARAMETERS, GENTLE
from immunoreset.engine.layout import Offsets, plan_arena
from immunoreset.engine.stepper import Equations, stepper_kernels
from immunoreset.engine.trace import PARAMETER, Symbol, Symbols, Traced, ask, closure, evaluate, flat_names, trace
from immunoreset.engine.vector_math import BOOLEANS, DOUBLES, LANES, splat
from immunoreset.errors import unknown

Expression = Callable[[Any, Any, Any], Any]
Action = Callable[[Any, Any, Any, Any], Mapping[str, Any]]


class Questions(NamedTuple):
    """What a study asks of a model beside its rates; the structure that the code depends on."""

    grid_outputs: Sequence[Expression]
    monitors: Sequence[Expression]
    conditions: Sequence[Expression]
    hazards: Sequence[Expression]
    actions: Sequence[Action]
    gentle: Collection[int]  # numbers of the actions after which the step size may stay
    infused: Sequence[str]  # states that receive infusions; rate parameters are added for them


class Program(NamedTuple):
    """Compiled kernels of one study and how to fill their memory."""

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
    text_hash: str

    def shared_values(self, numbers: Mapping[int, float]) -> np.ndarray:
        """The numbers of the shared section for these parameter values."""
        leaves = {("parameter", index): value for index, value in numbers.items()}
        return np.array([float(v) for v in evaluate(self.shared, leaves)])


def reachable_states(model: Any, candidates: frozenset[int], constants: Mapping[int, float]) -> tuple[frozenset[int], Traced]:
    """The states that stay at zero (they start at 0, receive nothing and have no rate while they all are 0), and the rest."""
    zero = candidates
    while True:
        traced = trace(model, zero_states=zero, constants=constants)
        rates = traced.derivative
        stay = frozenset(i for i in zero if rates[i].is_constant and rates[i].payload == 0.0)
        if len(stay) == len(rates):  # nothing moves at all: keep one state to be solved
            stay -= {0}
        if stay == zero:
            return zero, traced
        zero = stay


def action_targets(model: Any, leaves: Symbols, action: Action) -> set[str]:
    """Names of the states and parameters that an action writes."""
    written = ask(action, leaves.time, leaves.state, leaves.parameters, leaves.graph.leaf("value"))
    known = [*model.state._fields, *flat_names(model.parameters)]
    for name in written:
        if name not in known:
            raise unknown("state or parameter", name, known)
    return set(written)


def build_program(
    model: Any, questions: Questions, *, zero_candidates: frozenset[int], varying: frozenset[int], constants: Mapping[int, float]
) -> Program:
    """Trace, prune, plan, emit and compile.

    `zero_candidates`: model states that start at 0 in every patient and that no event writes. `varying`: flat parameter
    numbers that differ between patients or change in time. `constants`: parameters that may be folded into the code.
    """
    zero, traced = reachable_states(model, zero_candidates, constants)
    graph, rates = traced.graph, traced.derivative
    names, parameter_names = list(model.state._fields), flat_names(model.parameters)
    states = [i for i in range(len(names)) if i not in zero]
    infusion_rates = {names.index(name): len(parameter_names) + k for k, name in enumerate(questions.infused)}
    for i, parameter in infusion_rates.items():
        rates[i] = rates[i] + graph.leaf("parameter", parameter)
    varying = varying | frozenset(infusion_rates.values())
    now_known = (traced.time, traced.state, traced.parameters)

    def answer(functions: Sequence[Expression]) -> list[Symbol]:
        return [graph.lift(ask(function, *now_known)) for function in functions]

    hazards = answer(questions.hazards)
    index = {i: row for row, i in enumerate(states)}
    equations = Equations([*(rates[i] for i in states), *hazards], index)
    groups = {
        "grid_outputs": answer(questions.grid_outputs),
        "monitors": answer(questions.monitors),
        "conditions": answer(questions.conditions),
    }
    value = graph.leaf("value")
    written = []
    for action in questions.actions:
        changes = ask(action, *now_known, value)
        written.append([(_target(name, names, parameter_names), graph.lift(node)) for name, node in changes.items()])
    written.extend(
        [(("parameter", p), graph.leaf("parameter", p) + value)] for p in infusion_rates.values()
    )
    used = [*equations.rates, *(e for row in equations.rows for e in row.values())]
    used += [node for node in equations.by_time if node is not None]
    used += [node for group in groups.values() for node in group]
    used += [node for changes in written for _, node in changes]
    kept = [
        graph.leaf("parameter", target[1]) for changes in written for target, _ in changes if target[0] == "parameter"
    ]
    personal, derived, shared = _constants_of_patients([*used, *kept], varying)
    at = plan_arena(
        states=equations.size,
        factors=len(equations.plan.slot),
        personal=len(personal) + len(derived),
        shared=max(1, len(shared)),
        **{name: max(1, len(group)) for name, group in groups.items()},
    )
    fixed: dict[int, tuple[str, int]] = {}
    for k, node in enumerate([*personal, *derived]):
        fixed[node.number] = ("vector", at.personal + LANES * k)
    for k, node in enumerate(shared):
        fixed[node.number] = ("shared", at.shared + k)

    def places(state: int, time: int) -> dict[int, tuple[str, int]]:
        found = dict(fixed)
        for i, row in index.items():
            found[graph.leaf("state", i).number] = ("vector", state + LANES * row)
        found[graph.leaf("time").number] = ("vector", time)
        found[value.number] = ("vector", at.value)
        return found

    between = places(at.between, at.moment)
    read = sorted({index[n.payload] for n in closure([n for g in groups.values() for n in g]) if n.operation == "state"})
    read += list(range(len(states), equations.size))  # hazards are watched in every step
    text = [HEADER]
    text += stepper_kernels(equations, at, places(at.state, at.time), places(at.new_state, at.moment), read)
    for name, group in groups.items():
        text.append(_group(name, group, between, getattr(at, name)))
    text.append(_prepare(personal, derived, fixed, at))
    now = places(at.state, at.moment)
    personal_offset = {node.payload: at.personal + LANES * k for k, node in enumerate(personal)}
    for k, changes in enumerate(written):
        offsets = [at.state + LANES * index[t[1]] if t[0] == "state" else personal_offset[t[1]] for t, _ in changes]
        text.append(_action(f"action{k}", [node for _, node in changes], offsets, now, at))
    text += [_enter(at), _leave(at), FOOTER]
    code = _compile("\n".join(text))
    addresses = {name: code.address(name) for name in KERNELS}
    return Program(
        at=at,
        addresses=addresses,
        actions=[code.address(f"action{k}") for k in range(len(written))],
        action_kinds=[
            CHANGES_PARAMETERS * any(target[0] == "parameter" for target, _ in changes) | GENTLE * (k in questions.gentle)
            for k, changes in enumerate(written)
        ],
        states=states,
        hazards=len(hazards),
        personal=[node.payload for node in personal],
        shared=shared,
        lu_multiply_adds=equations.plan.multiply_adds,
        jacobian_entries=sum(len(row) for row in equations.rows),
        text_hash=code.name,
    )


KERNELS = (
    "step", "dense", "interpolate", "commit", "start_step", "prepare",
    "grid_outputs", "monitors", "conditions", "enter", "leave",
)  # fmt: skip


def _target(name: str, states: list[str], parameters: list[str]) -> tuple[str, int]:
    return ("state", states.index(name)) if name in states else ("parameter", parameters.index(name))


def _constants_of_patients(
    roots: Sequence[Symbol], varying: frozenset[int]
) -> tuple[list[Symbol], list[Symbol], list[Symbol]]:
    """Split what depends on parameters alone into (personal leaves, personal derived, shared) nodes, each made once."""
    personal_numbers: set[int] = set()
    for node in (nodes := closure(roots)):
        own = node.operation == "parameter" and node.payload in varying
        if own or any(a.number in personal_numbers for a in node.arguments):
            personal_numbers.add(node.number)

    def constant_in_time(node: Symbol) -> bool:
        return node.depends == PARAMETER and node.operation != "compare"

    def is_shared(node: Symbol) -> bool:
        return constant_in_time(node) and node.number not in personal_numbers

    leaves = {n.number: n for n in nodes if n.operation == "parameter" and n.payload in varying}
    derived: dict[int, Symbol] = {}
    shared: dict[int, Symbol] = {}
    edges = [(None, root) for root in roots] + [(node, argument) for node in nodes for argument in node.arguments]
    for consumer, node in edges:
        if is_shared(node) and (consumer is None or not is_shared(consumer)):
            shared[node.number] = node
        elif (
            constant_in_time(node)
            and node.number not in leaves
            and not is_shared(node)
            and (consumer is None or not constant_in_time(consumer))
        ):
            derived[node.number] = node

    def ordered(nodes: dict[int, Symbol]) -> list[Symbol]:
        return [nodes[number] for number in sorted(nodes)]

    return ordered(leaves), ordered(derived), ordered(shared)


def _group(name: str, roots: Sequence[Symbol], places: Mapping[int, tuple[str, int]], offset: int) -> str:
    function = Function(name)
    for k, value in enumerate(write_nodes(function, roots, places)):
        function.store(value, offset + LANES * k)
    return function.text()


def _prepare(
    personal: Sequence[Symbol], derived: Sequence[Symbol], fixed: Mapping[int, tuple[str, int]], at: Offsets
) -> str:
    """Constants derived from a patient's own parameters; run when a patient starts or a parameter changes."""
    function = Function("prepare")
    made = {node.number for node in derived}
    values = write_nodes(function, derived, {number: place for number, place in fixed.items() if number not in made})
    for k, value in enumerate(values, start=len(personal)):
        function.store(value, at.personal + LANES * k)
    return function.text()


def _action(
    name: str, roots: Sequence[Symbol], offsets: Sequence[int], places: Mapping[int, tuple[str, int]], at: Offsets
) -> str:
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


class _Code:
    """A compiled module, kept alive while its kernels may be called."""

    def __init__(self, engine: Any, name: str) -> None:
        self._engine = engine
        self.name = name

    def address(self, function: str) -> int:
        return self._engine.get_function_address(function)


_compiled: dict[str, _Code] = {}
_lock = threading.Lock()
_machines: list[Any] = []


def _target_machine() -> Any:
    if not _machines:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=2,
        reloc="pic",
        codemodel="small",  # the code of one module lies together: constants are reached without loading their address
    )


def _compile(text: str) -> _Code:
    name = hashlib.sha256(text.encode()).hexdigest()
    with _lock:
        if name not in _compiled:
            machine = _target_machine()
            _machines.append(machine)
            module = llvm.parse_assembly(text)
            engine = llvm.create_mcjit_compiler(module, machine)
            engine.finalize_object()
            _compiled[name] = _Code(engine, name)
        return _compiled[name]


def call(address: int, arena: np.ndarray) -> None:
    """Run a kernel once from Python (tests and profiling)."""
    ctypes.CFUNCTYPE(None, ctypes.c_void_p)(address)(arena.ctypes.data)

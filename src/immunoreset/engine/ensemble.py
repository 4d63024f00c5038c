"""Solve a model for many patients: the public entrance to the engine.

parameters + initial state + events -> compiled program -> chunks of patients on threads -> Solution.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.engine.events import Event
from immunoreset.engine.inputs import Inputs, Model, check_inputs
from immunoreset.engine.job import DONE, Kernels, Patients, Settings, Sizes, Wanted
from immunoreset.engine.kernels import Program, build_program
from immunoreset.engine.layout import allocate
from immunoreset.engine.questions import Expression, Questions, action_targets
from immunoreset.engine.readouts import Readout
from immunoreset.engine.solution import EVENT_TYPE, Solution
from immunoreset.engine.timetable import Timetable
from immunoreset.engine.trace import flat_names, symbols
from immunoreset.engine.vector_math import LANES
from immunoreset.errors import InvalidValue

LARGEST_CHUNK = 1024
_WAKE_SECONDS = 0.1


def simulate(
    model: Model,
    *,
    parameters: Mapping[str, ArrayLike],
    initial: Callable[[Any], Any] | Mapping[str, ArrayLike],
    start: float,
    stop: float,
    events: Sequence[Event] = (),
    outputs: Mapping[str, Expression] | None = None,
    grid: ArrayLike | None = None,
    readouts: Mapping[str, Readout] | None = None,
    rtol: float = 1e-6,
    atol: float | Mapping[str, float] = 1e-9,
    strictness: Mapping[str, float] | None = None,
    seed: int = 0,
    patients: ArrayLike | None = None,
    threads: int | None = None,
    chunk: int | None = None,
    max_steps: int = 100_000,
    progress: Callable[[int, int], None] | None = None,
) -> Solution:
    """Solve `model` for n patients from day `start` to `stop`.

    A parameter is one number for all or (n,); so is an initial state, given by name or as a function of the parameters.
    `outputs` are functions of (t, state, parameters), stored on the days of `grid` (k,) (before any dose of that day) and
    available to `readouts`. `patients` (n,) are the ids by which random numbers are drawn (0..n-1 if not given).
    A state's local error is held below `atol` + `rtol` / `strictness` of its size; `strictness` (1 where a state is not
    named) is for states whose errors others multiply. `progress(done, total)` is called in the calling thread; Ctrl-C stops
    all threads within a second.

    The result for a patient depends on that patient's inputs and id only: not on `threads`, `chunk`, the order or the other
    patients. (What decides the compiled code, hence rounding, is which inputs are single numbers and which are arrays.)

    Raises InvalidValue or UnknownName for inputs that cannot be used; failures of single patients are in the status.
    """
    outputs, readouts = dict(outputs or {}), dict(readouts or {})
    inputs = check_inputs(
        model, parameters=parameters, initial=initial, start=start, stop=stop, grid=grid, rtol=rtol, atol=atol,
        strictness=strictness or {}, patients=patients, readouts=readouts, outputs=outputs,
    )  # fmt: skip
    timetable = Timetable(
        model, events, start=start, stop=stop, ids=inputs.ids, seed=seed, edges=window_edges(readouts, start, stop)
    )
    program, monitor_numbers = compile_program(model, inputs, timetable, outputs, readouts)
    wanted = empty_results(inputs, program, outputs, readouts, monitor_numbers, timetable)
    threads = max(1, threads or os.cpu_count() or 1)
    if chunk is not None and chunk < 1:
        raise InvalidValue(f"chunk is {chunk}; give the number of patients that a thread takes at a time")
    if chunk is None:
        chunk = min(LARGEST_CHUNK, max(LANES, math.ceil(inputs.count / (4 * threads) / LANES) * LANES))
    spans = [slice(i, min(i + chunk, inputs.count)) for i in range(0, inputs.count, chunk)]
    cancel = np.zeros(1, dtype=np.int64)
    runner = Runner(program, inputs, timetable, wanted, float(start), float(stop), Settings(max_steps, cancel))
    logs = run_chunks(runner, spans, threads, cancel, progress)
    solver = {
        "method": "Rodas5P", "rtol": rtol, "atol": dict(atol) if isinstance(atol, Mapping) else float(atol),
        "strictness": dict(strictness or {}), "max_steps": max_steps, "states": len(program.states),
        "jacobian_entries": program.jacobian_entries,
        "lu_multiply_adds": program.lu_multiply_adds,
    }  # fmt: skip
    return collect(model, inputs, program, wanted, logs, timetable, list(outputs), list(readouts), solver)


def window_edges(readouts: Mapping[str, Readout], start: float, stop: float) -> list[float]:
    """Days on which the solver must land so that read-out windows begin and end on steps."""
    edges = {edge for readout in readouts.values() for edge in (readout.start, readout.stop)}
    return sorted(edge for edge in edges if start < edge < stop)


def compile_program(
    model: Model, inputs: Inputs, timetable: Timetable, outputs: Mapping[str, Expression], readouts: Mapping[str, Readout]
) -> tuple[Program, dict[str, int]]:
    names = flat_names(model.state)
    parameter_names = flat_names(model.parameters)
    written: set[str] = set(timetable.infused)
    leaves = symbols(model)
    for action in timetable.actions:
        written |= action_targets(model, leaves, action)
    zero = frozenset(
        i for i, value in enumerate(inputs.initial) if isinstance(value, float) and value == 0.0 and names[i] not in written
    )
    varying = frozenset(
        i for i, value in enumerate(inputs.parameters) if isinstance(value, np.ndarray) or parameter_names[i] in written
    )
    constants = {i: 0.0 for i, value in enumerate(inputs.parameters) if i not in varying and value == 0.0}
    monitored = list(dict.fromkeys(readout.output for readout in readouts.values()))
    monitors = [outputs[name] for name in monitored] + timetable.extinction_monitors
    questions = Questions(
        grid_outputs=list(outputs.values()) if inputs.grid.size else [],
        monitors=monitors,
        conditions=timetable.conditions,
        hazards=timetable.hazard_rates,
        actions=timetable.actions,
        gentle=timetable.gentle,
        infused=timetable.infused,
    )
    program = build_program(model, questions, zero_candidates=zero, varying=varying, constants=constants)
    return program, {name: k for k, name in enumerate(monitored)}


@dataclass(frozen=True)
class _Results:
    """Arrays that the chunks fill, each its own rows."""

    sizes: Sizes
    outputs: NDArray[np.float64]
    readout_kind: NDArray[np.int64]
    readout_monitor: NDArray[np.int64]
    readout_window: NDArray[np.float64]
    readouts: NDArray[np.float64]
    status: NDArray[np.int64]
    steps: NDArray[np.int64]
    final: NDArray[np.float64]


def empty_results(
    inputs: Inputs, program: Program, outputs: Mapping[str, Expression], readouts: Mapping[str, Readout],
    monitor_numbers: Mapping[str, int], timetable: Timetable,
) -> _Results:  # fmt: skip
    n, states = inputs.count, len(program.states)
    stored = len(outputs) if inputs.grid.size else 0
    monitors = len(monitor_numbers) + len(timetable.extinction_monitors)
    rows, personal = states + program.hazards, len(program.personal)
    return _Results(
        sizes=Sizes(rows, program.hazards, personal, stored, monitors, len(timetable.conditions)),
        outputs=np.empty((n, inputs.grid.size, stored)),
        readout_kind=np.array([int(r.kind) for r in readouts.values()], dtype=np.int64),
        readout_monitor=np.array([monitor_numbers[r.output] for r in readouts.values()], dtype=np.int64),
        readout_window=np.array([[r.start, r.stop, r.level] for r in readouts.values()], dtype=float).reshape(-1, 3),
        readouts=np.full((n, len(readouts)), np.nan),
        status=np.full(n, DONE, dtype=np.int64),
        steps=np.zeros((n, 2), dtype=np.int64),
        final=np.full((n, states), np.nan),
    )


class Runner:
    """Solves one chunk at a time; may be called from several threads."""

    def __init__(
        self, program: Program, inputs: Inputs, timetable: Timetable, results: _Results, start: float,
        stop: float, settings: Settings,
    ) -> None:  # fmt: skip
        self.program, self.inputs, self.timetable, self.results = program, inputs, timetable, results
        self.start, self.stop, self.settings = start, stop, settings
        self.readout_monitors = results.sizes.monitors - len(timetable.extinction_monitors)
        self.kernels = Kernels(**program.addresses)
        self.actions = np.array(program.actions or [0], dtype=np.int64)
        self.kinds = np.array(program.action_kinds or [0], dtype=np.int64)
        shared = {i: value for i, value in enumerate(inputs.parameters) if isinstance(value, float)}
        self.arena = allocate(program.at)
        at = program.at
        numbers = program.shared_values(shared)
        self.arena[at.shared : at.shared + numbers.size] = numbers
        hazard_tolerance = np.full(program.hazards, 1e-6)
        absolute = np.concatenate([inputs.absolute[program.states], hazard_tolerance])
        self.arena[at.absolute : at.absolute + absolute.size] = absolute
        relative = np.concatenate([inputs.relative[program.states], np.full(program.hazards, inputs.relative.max())])
        self.arena[at.relative : at.relative + relative.size] = relative

    def _columns(self, values: Sequence[float | NDArray[np.float64]], rows: slice) -> NDArray[np.float64]:
        columns = np.empty((rows.stop - rows.start, len(values)))
        for k, value in enumerate(values):
            columns[:, k] = value[rows] if isinstance(value, np.ndarray) else value
        return columns

    def __call__(self, rows: slice) -> NDArray[np.float64]:
        """Solve the patients of `rows`; returns the log of events (patient row, day, name, value)."""
        from immunoreset.engine.driver import run_chunk

        results, inputs, program = self.results, self.inputs, self.program
        known = len(inputs.parameters)
        personal = [inputs.parameters[i] if i < known else 0.0 for i in program.personal]
        days, actions, values, names = self.timetable.occasions(rows)
        patients = Patients(
            self._columns([inputs.initial[i] for i in program.states], rows), self._columns(personal, rows),
            days, actions, values, names, self.start, self.stop,
        )  # fmt: skip
        log = np.empty((self.timetable.most_records(rows, names), 4))
        logged = np.zeros(1, dtype=np.int64)
        wanted = Wanted(
            inputs.grid, results.outputs[rows], results.readout_kind, results.readout_monitor, results.readout_window,
            results.readouts[rows], results.status[rows], results.steps[rows], results.final[rows], log, logged,
        )  # fmt: skip
        arena = allocate(program.at)
        arena[:] = self.arena
        run_chunk(
            arena, arena.ctypes.data, program.at, self.kernels, self.actions, self.kinds, results.sizes, patients,
            self.timetable.watches(rows, self.readout_monitors), wanted, self.settings,
        )  # fmt: skip
        found = log[: logged[0]].copy()
        found[:, 0] += rows.start
        return found[np.lexsort((np.arange(len(found)), found[:, 0]))]


def run_chunks(
    runner: Runner, spans: Sequence[slice], threads: int, cancel: NDArray[np.int64],
    progress: Callable[[int, int], None] | None,
) -> list[NDArray[np.float64]]:  # fmt: skip
    """All chunks on a pool of threads; the calling thread reports progress and listens for Ctrl-C."""
    total = spans[-1].stop if spans else 0
    logs: dict[int, NDArray[np.float64]] = {}
    done = 0
    with ThreadPoolExecutor(max_workers=threads) as pool:
        waiting = {pool.submit(runner, span): span for span in spans}
        try:
            while waiting:
                finished, _ = wait(waiting, timeout=_WAKE_SECONDS, return_when=FIRST_COMPLETED)
                for future in finished:
                    span = waiting.pop(future)
                    logs[span.start] = future.result()
                    done += span.stop - span.start
                if finished and progress is not None:
                    progress(done, total)
        except BaseException:
            cancel[0] = 1
            for future in waiting:
                future.cancel()
            raise
    return [logs[start] for start in sorted(logs)]


def collect(
    model: Model, inputs: Inputs, program: Program, results: _Results, logs: Sequence[NDArray[np.float64]],
    timetable: Timetable, outputs: Sequence[str], readouts: Sequence[str], solver: dict[str, Any],
) -> Solution:  # fmt: skip
    names = flat_names(model.state)
    log = np.concatenate(logs) if logs else np.empty((0, 4))
    events = np.empty(len(log), dtype=EVENT_TYPE)
    events["patient"] = inputs.ids[log[:, 0].astype(np.int64)]
    events["day"], events["what"], events["value"] = log[:, 1], log[:, 2], log[:, 3]
    rows = {state: row for row, state in enumerate(program.states)}
    zero = np.zeros(inputs.count)
    return Solution(
        patients=inputs.ids,
        days=inputs.grid,
        outputs={name: results.outputs[:, :, k] for k, name in enumerate(outputs)} if inputs.grid.size else {},
        readouts={name: results.readouts[:, k] for k, name in enumerate(readouts)},
        final={name: results.final[:, rows[i]] if i in rows else zero for i, name in enumerate(names)},
        status=results.status,
        steps=results.steps[:, 0],
        rejected_steps=results.steps[:, 1],
        events=events,
        event_names=tuple(timetable.names),
        solver=solver,
    )

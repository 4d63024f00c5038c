"""Solve compiled programs: blocks of patients on threads, and what comes back as a Solution."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from immunoreset.engine.inputs import Inputs, Model, coarse_tolerances
from immunoreset.engine.job import DONE, Kernels, Patients, Settings, Sizes, Wanted, Watches
from immunoreset.engine.kernels import Program
from immunoreset.engine.layout import allocate
from immunoreset.engine.names import flat_names
from immunoreset.engine.programs import monitored_outputs
from immunoreset.engine.questions import Expression
from immunoreset.engine.readouts import Readout
from immunoreset.engine.solution import EVENT_TYPE, Solution
from immunoreset.engine.timetable import Timetable
from immunoreset.engine.vector_math import LANES

LEAST_BLOCK, BLOCK_PER_THREAD = 8192, 512  # patients; the lanes of a thread stand idle at the end of a block only
BLOCK_OCCASIONS, FEWEST_PER_LANE = 2**20, 4  # occasions of 32 bytes that a block holds, unless that is too few patients
_WAKE_SECONDS = 0.1


@dataclass(frozen=True)
class Results:
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
    inputs: Inputs, program: Program, outputs: Mapping[str, Expression], readouts: Mapping[str, Readout], timetable: Timetable
) -> Results:
    """Room for the results of all patients."""
    monitored = monitored_outputs(readouts)
    n, states = inputs.count, len(program.states)
    stored = len(outputs) if inputs.grid.size else 0
    monitors = len(monitored) + len(timetable.extinction_monitors)
    rows, personal = states + program.hazards, len(program.personal)
    return Results(
        sizes=Sizes(rows, program.hazards, personal, stored, monitors, len(timetable.conditions)),
        outputs=np.empty((n, stored, inputs.grid.size)),
        readout_kind=np.array([int(r.kind) for r in readouts.values()], dtype=np.int64),
        readout_monitor=np.array([monitored.index(r.output) for r in readouts.values()], dtype=np.int64),
        readout_window=np.array([[r.start, r.stop, r.level] for r in readouts.values()], dtype=float).reshape(-1, 3),
        readouts=np.full((n, len(readouts)), np.nan),
        status=np.full(n, DONE, dtype=np.int64),
        steps=np.zeros((n, 2), dtype=np.int64),
        final=np.full((n, states), np.nan),
    )


class Runner:
    """What all blocks of one simulation have in common."""

    def __init__(
        self, program: Program, inputs: Inputs, timetable: Timetable, results: Results, span: tuple[float, float],
        settings: Settings,
    ) -> None:  # fmt: skip
        self.program, self.inputs, self.timetable, self.results = program, inputs, timetable, results
        (self.start, self.stop), self.settings = span, settings
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
        self.arena[at.always] = float(settings.always)
        self.arena[at.windows : at.windows + results.readout_window.size] = results.readout_window.ravel()
        self._largest: list[NDArray[np.float64]] = []
        relative = np.concatenate([inputs.relative[program.states], np.full(program.hazards, inputs.relative.max())])
        self.arena[at.relative : at.relative + relative.size] = relative

    def note_sizes(self, arena: NDArray[np.float64]) -> None:
        """Keep the largest size that each state had in the arena of a thread."""
        first, rows = self.program.at.largest, len(self.program.states)
        self._largest.append(arena[first : first + LANES * rows].reshape(rows, LANES).max(axis=1))

    def largest(self) -> NDArray[np.float64]:
        """Largest size of each solved state, in any patient on any day."""
        final = np.nan_to_num(np.abs(self.results.final)).max(axis=0, initial=0.0)
        return np.max([final, *self._largest], axis=0)

    def _columns(self, values: Sequence[float | NDArray[np.float64]], rows: slice) -> NDArray[np.float64]:
        columns = np.empty((rows.stop - rows.start, len(values)))
        for k, value in enumerate(values):
            columns[:, k] = value[rows] if isinstance(value, np.ndarray) else value
        return columns

    def block(self, rows: slice) -> Block:
        """The patients of `rows`, ready to be solved by any number of threads."""
        results, inputs, program = self.results, self.inputs, self.program
        known = len(inputs.parameters)
        personal = [inputs.parameters[i] if i < known else 0.0 for i in program.personal]
        days, actions, values, names = self.timetable.occasions(rows)
        patients = Patients(
            self._columns([inputs.initial[i] for i in program.states], rows), self._columns(personal, rows),
            days, actions, values, names, self.start, self.stop,
        )  # fmt: skip
        log, tally = np.empty((self.timetable.most_records(rows, names), 4)), np.zeros(3, dtype=np.int64)
        wanted = Wanted(
            inputs.grid, results.outputs[rows], results.readout_kind, results.readout_monitor, results.readout_window,
            results.readouts[rows], results.status[rows], results.steps[rows], results.final[rows], log, tally.ctypes.data,
        )  # fmt: skip
        return Block(self, rows, patients, self.timetable.watches(rows, self.readout_monitors), wanted, tally)


class Block:
    """Some patients, solved by as many threads as call `solve`: each takes the next one as soon as it has a lane free."""

    def __init__(
        self, runner: Runner, rows: slice, patients: Patients, watches: Watches, wanted: Wanted, tally: NDArray[np.int64]
    ) -> None:
        self._runner, self._rows = runner, rows
        self._patients, self._watches, self._wanted, self._tally = patients, watches, wanted, tally

    @property
    def size(self) -> int:
        return self._rows.stop - self._rows.start

    @property
    def finished(self) -> int:
        """How many patients are done so far."""
        return int(self._tally[2])

    def solve(self) -> None:
        """Solve patients until none is left in the queue."""
        from immunoreset.engine.driver import run_queue

        runner = self._runner
        program, arena = runner.program, allocate(runner.program.at)
        arena[:] = runner.arena
        run_queue(
            arena, arena.ctypes.data, program.at, runner.kernels, runner.actions, runner.kinds, runner.results.sizes,
            self._patients, self._watches, self._wanted, runner.settings,
        )  # fmt: skip
        runner.note_sizes(arena)

    def events(self) -> NDArray[np.float64]:
        """What was recorded: rows of (patient row, day, name, value), by patient and then as they happened."""
        found = self._wanted.log[: self._tally[1]]
        found = found[np.argsort(found[:, 0], kind="stable")]
        found[:, 0] += self._rows.start
        return found


def block_size(threads: int, occasions: int) -> int:
    """Patients that are prepared at a time, when each has so many occasions."""
    wanted = max(LEAST_BLOCK, BLOCK_PER_THREAD * threads)
    return max(FEWEST_PER_LANE * LANES * threads, min(wanted, BLOCK_OCCASIONS // max(1, occasions)))


def run_blocks(
    runner: Runner, spans: Sequence[slice], threads: int, cancel: NDArray[np.int64],
    progress: Callable[[int, int], None] | None,
) -> list[NDArray[np.float64]]:  # fmt: skip
    """All blocks, one after the other, on a pool of threads; the calling thread prepares the next block meanwhile, reports
    progress and listens for Ctrl-C. Returns the events of each."""
    total = spans[-1].stop if spans else 0
    logs: list[NDArray[np.float64]] = []
    done = told = 0
    with ThreadPoolExecutor(max_workers=threads) as pool:
        following = runner.block(spans[0]) if spans else None
        try:
            for ahead in [*spans[1:], None]:
                block = following
                if block is None:
                    break
                waiting = {pool.submit(block.solve) for _ in range(min(threads, math.ceil(block.size / LANES)))}
                following = None if ahead is None else runner.block(ahead)
                while waiting:
                    finished, waiting = wait(waiting, timeout=_WAKE_SECONDS, return_when=FIRST_COMPLETED)
                    for future in finished:
                        future.result()
                    if progress is not None and (now := done + block.finished) > told:
                        progress(now, total)
                        told = now
                logs.append(block.events())
                done += block.size
        except BaseException:
            cancel[0] = 1
            raise
    return logs


def collect(
    model: Model, runner: Runner, logs: Sequence[NDArray[np.float64]], asked: tuple[Sequence[str], Sequence[str]],
    solver: dict[str, Any],
) -> Solution:  # fmt: skip
    """The Solution; `asked` are the names of outputs and read-outs."""
    inputs, program, results, timetable = runner.inputs, runner.program, runner.results, runner.timetable
    outputs, readouts = asked
    names = flat_names(model.state)
    solved = [names[i] for i in program.states]
    coarse = coarse_tolerances(solved, runner.largest(), inputs.absolute[program.states])
    log = np.concatenate(logs) if logs else np.empty((0, 4))
    events = np.empty(len(log), dtype=EVENT_TYPE)
    events["patient"] = inputs.ids[log[:, 0].astype(np.int64)]
    events["day"], events["what"], events["value"] = log[:, 1], log[:, 2], log[:, 3]
    rows = {state: row for row, state in enumerate(program.states)}
    zero = np.zeros(inputs.count)
    return Solution(
        patients=inputs.ids,
        days=inputs.grid,
        outputs={name: results.outputs[:, k, :] for k, name in enumerate(outputs)} if inputs.grid.size else {},
        readouts={name: results.readouts[:, k] for k, name in enumerate(readouts)},
        final={name: results.final[:, rows[i]] if i in rows else zero for i, name in enumerate(names)},
        status=results.status,
        steps=results.steps[:, 0],
        rejected_steps=results.steps[:, 1],
        events=events,
        event_names=tuple(timetable.names),
        solver=solver,
        remarks=() if coarse is None else (coarse,),
    )

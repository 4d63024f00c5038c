"""Solve a model for many patients: the public entrance to the engine.

parameters + initial state + events -> compiled program -> patients on threads -> Solution.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.engine.events import Event
from immunoreset.engine.inputs import Inputs, Model, ToleranceWarning, check_inputs
from immunoreset.engine.job import Settings
from immunoreset.engine.kernels import Program
from immunoreset.engine.programs import functions_of, program_of
from immunoreset.engine.questions import Expression
from immunoreset.engine.readouts import Readout
from immunoreset.engine.running import Runner, block_size, collect, empty_results, run_blocks
from immunoreset.engine.solution import Solution
from immunoreset.engine.timetable import Timetable
from immunoreset.errors import InvalidValue


@dataclass(frozen=True)
class _Asked:
    """What `simulate` was asked, as it was given."""

    model: Model
    parameters: Mapping[str, ArrayLike]
    initial: Callable[[Any], Any] | Mapping[str, ArrayLike]
    start: float
    stop: float
    events: Sequence[Event]
    outputs: Mapping[str, Expression]
    grid: ArrayLike | None
    readouts: Mapping[str, Readout]
    rtol: float
    atol: float | Mapping[str, float]
    strictness: Mapping[str, float]
    seed: int
    patients: ArrayLike | None
    max_steps: int


class Prepared:
    """A simulation whose program is compiled, to be run once or, with other numbers, many times. Made by `prepare`."""

    def __init__(self, asked: _Asked) -> None:
        self._asked = asked
        self._inputs: Inputs = check_inputs(
            asked.model, parameters=asked.parameters, initial=asked.initial, start=asked.start, stop=asked.stop, grid=asked.grid,
            rtol=asked.rtol, atol=asked.atol, strictness=asked.strictness, patients=asked.patients, readouts=asked.readouts,
            outputs=asked.outputs,
        )  # fmt: skip
        self._timetable = Timetable(
            asked.model, asked.events, start=asked.start, stop=asked.stop, ids=self._inputs.ids, seed=asked.seed,
            edges=_window_edges(asked.readouts, asked.start, asked.stop),
        )  # fmt: skip
        functions = functions_of(asked.model, self._timetable, asked.outputs)
        self.program: Program = program_of(asked.model, self._inputs, self._timetable, asked.outputs, asked.readouts, functions)

    def changed(
        self,
        *,
        parameters: Mapping[str, ArrayLike] | None = None,
        initial: Callable[[Any], Any] | Mapping[str, ArrayLike] | None = None,
        events: Sequence[Event] | None = None,
        patients: ArrayLike | None = None,
        seed: int | None = None,
    ) -> Prepared:
        """The same simulation with some inputs replaced; what is not named stays.

        The program is kept while the form of the inputs is the same (one number or an array, zero or not); otherwise another
        is compiled, so that the result is always that of `simulate`.
        """
        given = {"parameters": parameters, "initial": initial, "events": events, "patients": patients, "seed": seed}
        return Prepared(replace(self._asked, **{name: value for name, value in given.items() if value is not None}))

    def run(
        self,
        *,
        threads: int | None = None,
        chunk: int | None = None,
        progress: Callable[[int, int], None] | None = None,
        cancel: NDArray[np.int64] | None = None,
    ) -> Solution:
        """Solve the patients. `cancel` (1,) may be set to 1 by another thread: who is not done then is marked as cancelled."""
        return self._run(threads, chunk, progress, np.zeros(1, dtype=np.int64) if cancel is None else cancel)

    def _run(
        self,
        threads: int | None,
        chunk: int | None,
        progress: Callable[[int, int], None] | None,
        cancel: NDArray[np.int64],
        *,
        always: bool = False,
    ) -> Solution:
        asked, inputs, program, timetable = self._asked, self._inputs, self.program, self._timetable
        threads = max(1, threads or os.cpu_count() or 1)
        if chunk is not None and chunk < 1:
            raise InvalidValue(f"chunk is {chunk}; give the number of patients that are prepared at a time")
        if chunk is None:
            chunk = block_size(threads, timetable.most_occasions)
        spans = [slice(i, min(i + chunk, inputs.count)) for i in range(0, inputs.count, chunk)]
        results = empty_results(inputs, program, asked.outputs, asked.readouts, timetable)
        settings = Settings(asked.max_steps, cancel, always)
        runner = Runner(program, inputs, timetable, results, (float(asked.start), float(asked.stop)), settings)
        logs = run_blocks(runner, spans, threads, cancel, progress)
        solver = {
            "method": "Rodas5P", "rtol": asked.rtol,
            "atol": dict(asked.atol) if isinstance(asked.atol, Mapping) else float(asked.atol),
            "strictness": dict(asked.strictness), "max_steps": asked.max_steps, "states": len(program.states),
            "jacobian_entries": program.jacobian_entries, "lu_multiply_adds": program.lu_multiply_adds,
        }  # fmt: skip
        solution = collect(asked.model, runner, logs, (list(asked.outputs), list(asked.readouts)), solver)
        for remark in solution.remarks:
            warnings.warn(remark, ToleranceWarning, stacklevel=4)  # where `simulate` was called
        return solution


def prepare(
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
    max_steps: int = 100_000,
) -> Prepared:
    """Check and compile what `simulate` would, to be run many times: `prepare(...).changed(parameters=...).run()`.

    Arguments and errors are those of `simulate`.
    """
    return Prepared(
        _Asked(
            model, parameters, initial, start, stop, events, dict(outputs or {}), grid, dict(readouts or {}), rtol, atol,
            dict(strictness or {}), seed, patients, max_steps,
        )
    )  # fmt: skip


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
    A state's local error is held below `atol` + `rtol` / `strictness` of its size. `atol`, in the unit of the state, is one
    number for all or by state (1e-9 where a state is not named); a ToleranceWarning and `Solution.remarks` name states that
    are never larger than 1,000 times theirs. `strictness` (1 where a state is not named) is for states whose errors others
    multiply. `progress(done, total)` is called in the calling thread; Ctrl-C stops
    all threads within a second.

    The result for a patient depends on that patient's inputs and id only: not on `threads`, `chunk`, the order or the other
    patients. (What decides the compiled code, hence rounding, is which inputs are single numbers and which are arrays.)

    Raises InvalidValue or UnknownName for inputs that cannot be used; failures of single patients are in the status.
    """
    prepared = prepare(
        model, parameters=parameters, initial=initial, start=start, stop=stop, events=events, outputs=outputs, grid=grid,
        readouts=readouts, rtol=rtol, atol=atol, strictness=strictness, seed=seed, patients=patients, max_steps=max_steps,
    )  # fmt: skip
    return prepared.run(threads=threads, chunk=chunk, progress=progress)


def _window_edges(readouts: Mapping[str, Readout], start: float, stop: float) -> list[float]:
    """Days on which the solver must land so that read-out windows begin and end on steps."""
    edges = {edge for readout in readouts.values() for edge in (readout.start, readout.stop)}
    return sorted(edge for edge in edges if start < edge < stop)

"""The engine kept warm: treatments of the same form, at whatever doses, share one compiled program.

Compiling a form takes half a second, solving one patient a millisecond. Doses and parameters are numbers that a program is
given when it runs, so that a program serves as long as the events, and what is fixed at zero, stay the same.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any

import numpy as np

from immunoreset.engine import Solution, ensemble
from immunoreset.engine.inputs import Inputs, check_inputs
from immunoreset.engine.job import Settings
from immunoreset.engine.kernels import Program
from immunoreset.engine.timetable import Timetable
from immunoreset.errors import Cancelled
from immunoreset.followed import days_to_store, followed, readouts
from immunoreset.patient.course import Arm
from immunoreset.population import Cohort

RTOL = 1e-6
MOST_STEPS = 100_000
MOST_PROGRAMS = 48
PATIENTS_AT_ONCE = 32  # a cancelled request stops within the time that a thread needs for so many
Kept = tuple[Program, dict[str, int]]


class Programs:
    """Compiled programs by the form of the treatment; the one that was not used for longest makes room."""

    def __init__(self, most: int = MOST_PROGRAMS) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Future[Kept]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, form: Hashable, compile_form: Callable[[], Kept]) -> Kept:
        """The program of a form; the first who asks compiles it while others of the same form wait."""
        with self._lock:
            known = self._kept.get(form)
            mine = known is None
            program: Future[Kept] = known if known is not None else Future()
            self._kept[form] = program
            self._kept.move_to_end(form)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        if mine:
            try:
                program.set_result(compile_form())
            except BaseException as error:
                with self._lock:
                    self._kept.pop(form, None)
                program.set_exception(error)
                raise
        return program.result()


PROGRAMS = Programs()


def solve(arm: Arm, cohort: Cohort, *, threads: int, cancel: np.ndarray) -> Solution:
    """The courses of an arm, number for number as a study solves them; setting `cancel[0]` to 1 stops them.

    Raises Cancelled when it was stopped.
    """
    model, read = arm.patient.model, readouts(cohort.theta)
    outputs = arm.readable(followed(cohort.illness))
    given = arm.arguments()
    events, seed = given.pop("events"), given.pop("seed")
    inputs = check_inputs(
        model, **given, grid=days_to_store(arm.start, arm.stop), rtol=RTOL, readouts=read, outputs=outputs
    )  # fmt: skip
    edges = ensemble.window_edges(read, arm.start, arm.stop)
    timetable = Timetable(model, events, start=arm.start, stop=arm.stop, ids=inputs.ids, seed=seed, edges=edges)
    form = (tuple(module.name for module in arm.patient.modules), _form(inputs, timetable))
    program, monitors = PROGRAMS.get(form, lambda: ensemble.compile_program(model, inputs, timetable, outputs, read))
    wanted = ensemble.empty_results(inputs, program, outputs, read, monitors, timetable)
    settings = Settings(MOST_STEPS, cancel)
    runner = ensemble.Runner(program, inputs, timetable, wanted, arm.start, arm.stop, settings)
    spans = [slice(i, min(i + PATIENTS_AT_ONCE, inputs.count)) for i in range(0, inputs.count, PATIENTS_AT_ONCE)]
    logs = [runner(spans[0])] if len(spans) == 1 else ensemble.run_chunks(runner, spans, threads, cancel, None)
    if cancel[0]:
        raise Cancelled("the question was taken back")
    return ensemble.collect(model, inputs, program, wanted, logs, timetable, list(outputs), list(read), {})


def _form(inputs: Inputs, timetable: Timetable) -> Hashable:
    """All that decides the compiled code, and no number that a slider moves."""
    asked = (timetable.actions, timetable.conditions, timetable.hazard_rates, timetable.extinction_monitors)
    return (
        tuple(tuple(meaning(function) for function in functions) for functions in asked),
        tuple(sorted(timetable.gentle)),
        tuple(timetable.infused),
        _zero_or_own(inputs.parameters),
        _zero_or_own(inputs.initial),
        inputs.grid.size > 0,
    )


def _zero_or_own(values: Sequence[float | np.ndarray]) -> bytes:
    """2 for one number per patient, 1 for the same number in all, 0 for zero in all, which the code leaves out."""
    return bytes(2 if isinstance(value, np.ndarray) else int(value != 0.0) for value in values)


def meaning(function: Callable[..., Any]) -> Hashable:
    """What a function does, as a key: its code and what it encloses. Raises TypeError for one that encloses a table.

    >>> double, treble = (lambda factor: lambda t: factor * t)(2), (lambda factor: lambda t: factor * t)(3)
    >>> meaning(double) == meaning(treble)
    False
    """
    enclosed = [cell.cell_contents for cell in function.__closure__ or ()]
    inside = tuple(meaning(value) if callable(value) and hasattr(value, "__code__") else value for value in enclosed)
    hash(inside)
    return function.__module__, function.__code__, function.__defaults__, inside


def kept_programs() -> Mapping[str, int]:
    """How many programs are kept, for the page that says how the server is."""
    return {"programs": len(PROGRAMS)}

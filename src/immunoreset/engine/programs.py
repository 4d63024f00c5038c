"""Compiled programs by their content: when neither the model nor what is asked of it has changed, nothing is traced."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

import numpy as np

from immunoreset.engine.codes import Unreadable
from immunoreset.engine.content import fingerprint
from immunoreset.engine.inputs import Inputs, Model
from immunoreset.engine.kernels import Program, build_program
from immunoreset.engine.names import flat_names, group_classes
from immunoreset.engine.observing import Asked
from immunoreset.engine.questions import Expression, Questions, action_targets
from immunoreset.engine.readouts import Readout
from immunoreset.engine.timetable import Timetable
from immunoreset.engine.trace import symbols

MOST_PROGRAMS = 128
T = TypeVar("T")


class Kept(Generic[T]):
    """Things that take long to make, by their key; the one that was not used for longest makes room."""

    def __init__(self, most: int = MOST_PROGRAMS) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Future[T]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What belongs to a key; the first who asks makes it while others who ask for the same wait."""
        with self._lock:
            known = self._kept.get(key)
            mine = known is None
            kept: Future[T] = known if known is not None else Future()
            self._kept[key] = kept
            self._kept.move_to_end(key)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        if mine:
            try:
                kept.set_result(make())
            except BaseException as error:
                with self._lock:
                    self._kept.pop(key, None)
                kept.set_exception(error)
                raise
        return kept.result()


PROGRAMS: Kept[Program] = Kept()
_TARGETS: Kept[frozenset[str]] = Kept(8 * MOST_PROGRAMS)


def functions_of(model: Model, timetable: Timetable, outputs: Mapping[str, Expression]) -> Hashable:
    """A key of everything that the code is made from; None where its content cannot be told."""
    classes = [*group_classes(model.state), *group_classes(model.parameters)]
    of_events = (timetable.conditions, timetable.hazard_rates, timetable.actions, timetable.extinction_monitors)
    try:
        content = fingerprint(model.derivative, *classes, *outputs.values())
        changes = tuple(tuple(map(fingerprint, functions)) for functions in of_events)
    except Unreadable:
        return None
    return content, len(outputs), changes, tuple(flat_names(model.state)), tuple(flat_names(model.parameters))


def program_of(
    model: Model, inputs: Inputs, timetable: Timetable, outputs: Mapping[str, Expression], readouts: Mapping[str, Readout],
    functions: Hashable,
) -> Program:  # fmt: skip
    """The compiled program of a simulation, kept under `functions` (see `functions_of`) and the form of its inputs."""
    names, parameter_names = flat_names(model.state), flat_names(model.parameters)

    def targets() -> frozenset[str]:
        leaves = symbols(model)
        return frozenset(name for action in timetable.actions for name in action_targets(model, leaves, action))

    written = (targets() if functions is None else _TARGETS.get(functions, targets)) | set(timetable.infused)
    zero = frozenset(
        i for i, value in enumerate(inputs.initial) if isinstance(value, float) and value == 0.0 and names[i] not in written
    )
    varying = frozenset(
        i for i, value in enumerate(inputs.parameters) if isinstance(value, np.ndarray) or parameter_names[i] in written
    )
    constants = {i: 0.0 for i, value in enumerate(inputs.parameters) if i not in varying and value == 0.0}
    monitored = monitored_outputs(readouts)
    asked = _asked(readouts, monitored)

    def build() -> Program:
        questions = Questions(
            grid_outputs=list(outputs.values()) if inputs.grid.size else [],
            monitors=[outputs[name] for name in monitored] + timetable.extinction_monitors,
            conditions=timetable.conditions,
            hazards=timetable.hazard_rates,
            actions=timetable.actions,
            gentle=timetable.gentle,
            infused=timetable.infused,
            readouts=asked,
            extinctions=len(timetable.extinction_monitors),
        )
        return build_program(model, questions, zero_candidates=zero, varying=varying, constants=constants)

    if functions is None:
        return build()
    place = tuple(list(outputs).index(name) for name in monitored)
    form = (frozenset(timetable.gentle), tuple(timetable.infused), zero, varying, frozenset(constants), place, tuple(asked))
    return PROGRAMS.get((functions, form, inputs.grid.size > 0), build)


def monitored_outputs(readouts: Mapping[str, Readout]) -> list[str]:
    """Names of the outputs that read-outs look at, each once."""
    return list(dict.fromkeys(readout.output for readout in readouts.values()))


def _asked(readouts: Mapping[str, Readout], monitored: Sequence[str]) -> list[Asked]:
    windows = list(dict.fromkeys((r.start, r.stop) for r in readouts.values() if math.isfinite(r.start) or math.isfinite(r.stop)))
    return [
        Asked(r.kind, monitored.index(r.output), windows.index(w) if (w := (r.start, r.stop)) in windows else None)
        for r in readouts.values()
    ]

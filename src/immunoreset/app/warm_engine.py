"""The engine as the pages use it: a question can be taken back, and a treatment of known form compiles nothing.

Compiling a form takes half a second, solving one patient a millisecond. The engine keeps compiled programs by content; doses
and parameters are numbers that a program is given when it runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from immunoreset.course import FOLLOWED, days_to_store, readouts
from immunoreset.engine import Solution, prepare
from immunoreset.engine.content import fingerprint as meaning
from immunoreset.engine.events import Event
from immunoreset.engine.programs import PROGRAMS
from immunoreset.errors import Cancelled
from immunoreset.patient.model import MODEL
from immunoreset.patient.tolerances import ABSOLUTE, STRICTNESS
from immunoreset.patient.untreated import initial_state
from immunoreset.population import Cohort

__all__ = ["PROGRAMS", "kept_programs", "meaning", "solve"]

RTOL = 1e-6


def solve(
    cohort: Cohort, events: Sequence[Event], *, start: float, stop: float, seed: int, threads: int, cancel: np.ndarray
) -> Solution:
    """The courses of a cohort, number for number as `study.run` solves them; setting `cancel[0]` to 1 stops them.

    Raises Cancelled when it was stopped.
    """
    prepared = prepare(
        MODEL,
        parameters=cohort.parameters,
        initial=initial_state,
        start=start,
        stop=stop,
        events=events,
        outputs=FOLLOWED,
        grid=days_to_store(start, stop),
        readouts=readouts(),
        rtol=RTOL,
        atol=ABSOLUTE,
        strictness=STRICTNESS,
        seed=seed,
        patients=cohort.ids,
    )
    solution = prepared.run(threads=threads, cancel=cancel)
    if cancel[0]:
        raise Cancelled("the question was taken back")
    return solution


def kept_programs() -> Mapping[str, int]:
    """How many programs are kept, for the page that says how the server is."""
    return {"programs": len(PROGRAMS)}

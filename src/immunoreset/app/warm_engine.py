"""The engine as the pages use it: a question can be taken back, and a treatment of known form compiles nothing.

Compiling a form takes half a second, solving one patient a millisecond. The engine keeps compiled programs by content; doses
and parameters are numbers that a program is given when it runs.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from immunoreset.engine import Solution
from immunoreset.engine.content import fingerprint as meaning
from immunoreset.engine.programs import PROGRAMS
from immunoreset.errors import Cancelled
from immunoreset.followed import days_to_store, followed, readouts
from immunoreset.patient import course
from immunoreset.patient.tolerance import DEFAULTS
from immunoreset.population import Cohort

__all__ = ["PROGRAMS", "kept_programs", "meaning", "solve"]


def solve(arm: course.Arm, cohort: Cohort, *, threads: int, cancel: np.ndarray) -> tuple[course.Course, Solution, dict[str, int]]:
    """The courses of an arm, number for number as a study solves single patients; setting `cancel[0]` to 1 stops them.

    Raises Cancelled when it was stopped.
    """
    solved = course.solve(
        arm,
        cohort,
        outputs=followed(cohort.illness),
        readouts=readouts(cohort.theta),
        grid=days_to_store(arm.start, arm.stop),
        rtol=DEFAULTS["patients"].rtol,
        threads=threads,
        cancel=cancel,
    )
    if cancel[0]:
        raise Cancelled("the question was taken back")
    return solved


def kept_programs() -> Mapping[str, int]:
    """How many programs are kept, for the page that says how the server is."""
    return {"programs": len(PROGRAMS)}

"""What a study keeps of the courses of an arm, piece by piece, so that whole courses are held of few twins at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from immunoreset.disease.disease import Disease
from immunoreset.engine import Solution
from immunoreset.outcomes import read_outcomes
from immunoreset.patient.course import Course

PIECE = 2048
"""Twins whose whole courses are held in double precision at a time, whatever the machine: the same seed gives the same bytes."""


def pieces(twins: int) -> Iterator[np.ndarray]:
    """The places of the twins in pieces of about equal size.

    >>> [len(rows) for rows in pieces(5000)]
    [1667, 1667, 1666]
    """
    return iter(np.array_split(np.arange(twins), max(1, math.ceil(twins / PIECE))))


class Kept:
    """Outcomes (twins,), curves in single precision (twins x days), events and failures of the twins that were solved so far."""

    def __init__(self, twins: int, days: int) -> None:
        self._shape = twins, days
        self._events: list[dict[str, np.ndarray]] = []
        self.failed = np.zeros(twins, dtype=bool)
        self.outcomes: dict[str, np.ndarray] = {}
        self.curves: dict[str, np.ndarray] = {}

    def add(self, rows: np.ndarray, solved: Course, solution: Solution, disease: Disease) -> None:
        """Keep what was found of the twins in these places."""
        twins = self._shape[0]
        self.failed[rows] = solved.failed
        outcomes = read_outcomes(solved, disease)
        if not self.outcomes:
            self.outcomes = {name: np.full(twins, np.nan) for name in outcomes}
        for name, values in outcomes.items():
            self.outcomes[name][rows] = values
        curves = {**solution.outputs, **disease.scored_curves(solved)}
        if not self.curves:
            self.curves = {name: np.empty(self._shape, dtype=np.float32) for name in curves}
        for name, values in curves.items():
            self.curves[name][rows[0] : rows[-1] + 1] = values
        self._events.append(_events(rows, solution))

    def events(self) -> dict[str, np.ndarray]:
        """Columns row (the place of the twin), day, what and value of all events."""
        return {name: np.concatenate([part[name] for part in self._events]) for name in self._events[0]}


def _events(rows: np.ndarray, solution: Solution) -> dict[str, np.ndarray]:
    """The events of some twins; the names of their kinds are the same objects, not copies."""
    order = np.argsort(solution.patients)
    found = order[np.searchsorted(solution.patients, solution.events["patient"], sorter=order)]
    return {
        "row": rows[found],
        "day": solution.events["day"],
        "what": np.array(solution.event_names, dtype=object)[solution.events["what"]],
        "value": solution.events["value"],
    }

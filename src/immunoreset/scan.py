"""What a scan found: the outcomes of one arm's patients at every combination of the steps of one or two parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np

from immunoreset.errors import unknown
from immunoreset.evidence import bands
from immunoreset.outcomes import Outcomes
from immunoreset.patient.outcome import Outcome
from immunoreset.study_document import Axis, Patients, Study

Steps = tuple[float, ...]


class Share(NamedTuple):
    """How many of those who have the outcome it happened to, and the exact 95 % interval of the share."""

    happened: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.happened / self.of if self.of else np.nan


@dataclass(frozen=True)
class ScanPoint:
    """One combination: a step of each axis, outcomes of the patients there, and twins that failed, by message."""

    steps: Steps
    outcomes: Outcomes
    failures: Mapping[str, int]

    def share(self, outcome: str) -> Share:
        """Raises UnknownName for an outcome that the simulated days do not allow."""
        if outcome not in self.outcomes.values:
            raise unknown("outcome", outcome, self.outcomes.values)
        known = self.outcomes.values[outcome][np.isfinite(self.outcomes.values[outcome])]
        count, of = int(known.sum()), len(known)
        return Share(count, of, *(bands.fraction(count, of) if of else (np.nan, np.nan)))


@dataclass(frozen=True)
class Scan:
    """All points of a scan, in the order of the steps of its axes; `about` says what each outcome is."""

    arm: str
    axes: Sequence[Axis]
    show: Sequence[str]
    points: Sequence[ScanPoint]
    patients: Sequence[str]
    about: Mapping[str, Outcome]

    def table(self) -> dict[str, np.ndarray]:
        """One row per point and twin: a column of steps per axis, then the outcomes."""
        parts: dict[str, list[np.ndarray]] = {}
        for point in self.points:
            twins = len(point.outcomes.failed)
            columns = {axis.title: np.full(twins, step) for axis, step in zip(self.axes, point.steps, strict=True)}
            columns |= {
                "patient": np.array(self.patients, dtype=object)[point.outcomes.patient],
                "twin": point.outcomes.twin + 1,
                "failed": point.outcomes.failed,
            }
            for name, values in (columns | point.outcomes.values).items():
                parts.setdefault(name, []).append(values)
        return {name: np.concatenate(values) for name, values in parts.items()}


def patients_by_steps(study: Study) -> dict[Steps, Patients]:
    """Whom the scan of a study simulates at each combination of steps; nobody without a scan."""
    if study.scan is None:
        return {}
    found: dict[Steps, Patients] = {}
    for steps in product(*(axis.steps for axis in study.scan.axes)):
        who = study.patients_of(study.scan.arm)
        for axis, step in zip(study.scan.axes, steps, strict=True):
            who = axis.applied(who, step)
        found[steps] = who
    return found

"""Statistics of all rows at points of the unknowns, simulated block by block, each block kept as it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from immunoreset.calibration.parts import Parts
from immunoreset.calibration.plan import Plan, PlannedRow
from immunoreset.calibration.simulate import values_of
from immunoreset.inference.dependence import correlation
from immunoreset.inference.row_statistics import influence, statistic
from immunoreset.inference.unknowns import thetas_at

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]  # stage, courses done, courses in all
COURSES = 4096
"""Courses of a block: what is lost at most when a run is killed."""
MOST_THETAS = 128
Values = Mapping[str, Mapping[str, Floats]]
"""By arm and reading, (T, P)."""


@dataclass(frozen=True)
class Statistics:
    """`value` and sampling `variance` (T, R) on the scales of the rows, nan where a theta has no patients or no statistic."""

    value: Floats
    variance: Floats


@dataclass
class EngineRows:
    """The engine as a function of z."""

    plan: Plan
    parts: Parts
    threads: int | None = None
    progress: Progress | None = None

    def values(self, stage: str, z: Floats, ids: range) -> Values:
        """What the patients `ids` show at points z (T, K), by arm and reading."""
        thetas = thetas_at(z, self.plan.unknowns, self.plan.base)
        size = max(1, min(MOST_THETAS, COURSES // len(ids)))
        people = max(1, COURSES // size)
        blocks = [(first, start) for first in range(0, len(thetas), size) for start in range(0, len(ids), people)]
        whole, done = len(self.plan.arms) * len(thetas) * len(ids), 0
        found: dict[str, dict[str, Floats]] = {}
        for name, arm in self.plan.arms.items():
            rows: dict[int, list[dict[str, Floats]]] = {}
            for first, start in blocks:
                some, who = thetas[first : first + size], ids[start : start + people]
                part = self.parts.get(
                    f"{stage}, {name}, {first} {start}",
                    lambda arm=arm, some=some, who=who: values_of(self.plan, arm, some, who, threads=self.threads),
                )
                rows.setdefault(first, []).append(part)
                done += len(some) * len(who)
                if self.progress:
                    self.progress(stage, done, whole)
            found[name] = {
                reading.text: np.concatenate(
                    [np.concatenate([part[reading.text] for part in pieces], axis=1) for pieces in rows.values()]
                )
                for reading in arm.readings
            }
        return found

    def statistics(self, stage: str, z: Floats, ids: range) -> Statistics:
        """The statistics of all rows at points z (T, K) from patients `ids`."""
        return statistics_of(self.plan, self.values(stage, z, ids))


def statistics_of(plan: Plan, values: Values) -> Statistics:
    """The statistics of all rows from what the patients of each arm show."""
    found = [_of_row(row, values) for row in plan.rows]
    return Statistics(np.stack([one for one, _ in found], axis=1), np.stack([other for _, other in found], axis=1))


def _of_row(row: PlannedRow, values: Values) -> tuple[Floats, Floats]:
    own = values[row.arm][row.reading]
    against = values[row.against][row.reading] if row.against else None
    found = statistic(own, row.target.kind, against=against, log=row.target.scale == "log")
    return found.value, found.variance


def correlation_of(plan: Plan, values: Values) -> Floats:
    """How the sampling errors of rows go together (R, R), from one theta's patients (1, P)."""

    def influences(row: PlannedRow) -> dict[str, Floats]:
        kind, log = ("mean" if row.against else row.target.kind), row.target.scale == "log"
        own = influence(values[row.arm][row.reading][0], kind, log=log)
        if not row.against:
            return {row.target.cohorts[0]: own}
        other = influence(values[row.against][row.reading][0], kind, log=log)
        treated, *controls = row.target.cohorts
        return {treated: own, controls[0] if controls else f"{treated}, control": -other}

    found = [influences(row) for row in plan.rows]
    lengths = {len(values) for row in found for values in row.values()}
    if len(lengths) > 1:  # arms of different sizes: the first patients, who are the same
        found = [{cohort: own[: min(lengths)] for cohort, own in row.items()} for row in found]
    return correlation(plan.targets, found, plan.evidence.cohorts.share)

"""How published rows are simulated: whose outcome or quantity, under what, on which day and as what statistic; or why not."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from immunoreset.disease.disease import Disease
from immunoreset.errors import InvalidFile, InvalidValue, unknown
from immunoreset.evidence import band, evidence
from immunoreset.followed import days_to_store, followed, readouts
from immunoreset.outcomes import read_outcomes
from immunoreset.patient import course
from immunoreset.patient.course import Course
from immunoreset.patient.tolerance import tolerance_of
from immunoreset.population import Cohort, sample
from immunoreset.therapy import Regimen
from immunoreset.validation.compared import Compared, Floats, Simulated, simulated

START, LEAST_STOP = -14.0, 30.0
OF_WHOLE_COURSE = 400.0  # days, for outcomes that name none
YEAR = 365.25
Statistic = Literal[
    "share", "difference", "mean", "median", "spread", "change", "median change", "percent change", "median percent change",
    "rate per year", "hazard ratio",
]  # fmt: skip
SINCE_ENTRY = ("change", "median change", "percent change", "median percent change")


class Mapped(BaseModel):
    """How one published row is simulated: whose outcome, under what, on which day and as what statistic; or why it is not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    population: str = ""
    treatment: str = ""
    against: str = ""
    outcome: str = ""
    quantity: str = ""
    """Instead of an outcome: a quantity of the model on the day, without the error of a laboratory."""
    below: float | None = None
    """Read as yes where it is lower; a day on which something never came is not."""
    since: float | None = None
    """For a change: the day from which a quantity is followed, entry if not given."""
    factor: float = 1.0
    offset: float = 0.0
    """The publication counts `offset` and `factor` times the statistic: another unit, or a fall as a positive number."""
    day: float | None = None
    statistic: Statistic = "share"
    drop_out: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Share of patients who leave, and count as no response."""
    tuned: bool = False
    """Whether the effect of a treatment was set to this row in an earlier prototype, so that agreement says nothing."""
    note: str = ""
    not_simulated: str = ""

    @property
    def how(self) -> str:
        """What is read of whom, in words."""
        if self.not_simulated:
            return self.not_simulated
        what = f"{self.statistic} of `{self.outcome or self.quantity}`" + ("" if self.below is None else f" below {self.below:g}")
        what += "" if self.day is None else f" on day {self.day:g}"
        left = f", {self.drop_out:.0%} leave and count as no response" if self.drop_out else ""
        return what + (f", against {self.against}" if self.against else "") + left + (f"; {self.note}" if self.note else "")


def read_mapped(path: Path) -> dict[str, Mapped]:
    """The rows of a table by their name in the evidence. Raises InvalidFile for a table that cannot be read."""
    found = {}
    for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
        try:
            found[name] = Mapped.model_validate(table)
        except ValidationError as fault:
            first = fault.errors()[0]
            raise InvalidFile(f"{path}: '{name}': {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
        if bool(found[name].not_simulated) == bool(found[name].population):
            raise InvalidFile(f"{path}: '{name}': give population, treatment and outcome, or not_simulated with the reason")
        if found[name].population and bool(found[name].outcome) == bool(found[name].quantity):
            raise InvalidFile(f"{path}: '{name}': give outcome or quantity")
        if found[name].quantity and found[name].day is None:
            raise InvalidFile(f"{path}: '{name}': a quantity is read on a day; give day")
    return found


@dataclass
class Cohorts:
    """The arms of one disease that `rows` ask for, each simulated when it is first asked for; `draw` draws its patients."""

    disease: Disease
    rows: Sequence[Mapped]
    patients: int
    seed: int
    threads: int | None = None
    draw: Callable[..., Cohort] = sample
    _solved: dict[tuple[str, str], Course] = field(default_factory=dict)

    def course(self, population: str, treatment: str) -> Course:
        """The first patients of a population under a treatment, to the last day that a row asks for."""
        if (population, treatment) not in self._solved:
            self._solved[population, treatment] = self._solve(population, treatment)
        return self._solved[population, treatment]

    def _solve(self, population: str, treatment: str) -> Course:
        asked = [row for row in self.rows if treatment in (row.treatment, row.against)]
        asked = [row for row in asked if row.population == population]
        days = np.array([day for row in asked for day in (row.since, row.day) if day is not None] or [LEAST_STOP])
        stop = max(LEAST_STOP, float(days.max()), *(_last_day(row) for row in asked))
        cohort = self.draw(population, self.patients, seed=self.seed)
        found, _, _ = course.solve(
            course.prepare(cohort, Regimen.parse(treatment), start=START, stop=stop),
            cohort,
            outputs=tuple(dict.fromkeys((*followed(self.disease), *(row.quantity for row in asked if row.quantity)))),
            readouts=readouts(cohort.theta),
            grid=np.union1d(days_to_store(START, stop), days),
            rtol=tolerance_of("rows").rtol,
            threads=self.threads,
        )
        return found

    def values(self, row: Mapped, treatment: str) -> Floats:
        """What is read of each patient: (n,) on the day, or (n, 2) at entry and on the day. Raises UnknownName."""
        found = self._read(row, self.course(row.population, treatment))
        if row.below is None:
            return found
        never = row.day is None and row.outcome.endswith("_day")
        return np.where(np.isnan(found), 0.0 if never else np.nan, found < row.below)

    def _read(self, row: Mapped, solved: Course) -> Floats:
        if row.quantity and row.day is not None:
            places = [0 if row.since is None else solved.place(row.since), solved.place(row.day)]
            return np.where(solved.failed[:, None], np.nan, solved.curves[row.quantity][:, places])
        if row.day is None:
            outcomes = read_outcomes(solved, self.disease)
            if row.outcome not in outcomes:
                raise unknown("outcome", row.outcome, outcomes)
            return outcomes[row.outcome]
        seen = self.disease.visits(solved, np.array([solved.days[0], row.day]))
        if row.outcome not in seen:
            raise unknown("score", row.outcome, seen)
        return np.where(solved.failed[:, None], np.nan, np.asarray(seen[row.outcome], dtype=float))

    def simulated(self, row: Mapped) -> Simulated:
        """The statistic of a row, with its chance."""
        values, bare = self.values(row, row.treatment), STATISTICS[row.statistic](row)
        if row.against:
            values = np.stack([values[..., -1:].reshape(-1), self.values(row, row.against)[..., -1:].reshape(-1)], axis=1)
        elif row.statistic not in SINCE_ENTRY and values.ndim == 2:
            values = values[:, 1]

        def statistic(of: Floats) -> float:
            return row.offset + row.factor * bare(of)

        return simulated(values, statistic, seed=self.seed)

    def compared(self, name: str, row: Mapped) -> Compared:
        """The published row beside what is simulated of it."""
        return beside(name, row, None if row.not_simulated else self.simulated(row))


def beside(name: str, row: Mapped, found: Simulated | None) -> Compared:
    """The published row beside what was found, or beside the reason why nothing was."""
    published = evidence().row(name)
    return Compared(published, band(published), row.how, found, row.tuned)


def _last_day(row: Mapped) -> float:
    """The day to which patients are followed for a row: its own, or that which its outcome names."""
    named = re.search(r"_day(\d+)$", row.outcome)
    return row.day if row.day is not None else float(named[1]) if named else OF_WHOLE_COURSE


def _hazard_ratio(row: Mapped) -> Callable[[Floats], float]:
    def ratio(values: Floats) -> float:
        """Of survival without the event, (n, 2): treated and against."""
        free = 1 - values.mean(axis=0)
        return float(np.log(free[0]) / np.log(free[1])) if (free > 0).all() and free[1] < 1 else np.nan

    return ratio


def _rate(row: Mapped) -> Callable[[Floats], float]:
    if row.day is None:
        raise InvalidValue("a rate per year needs the day up to which events are counted; give day")
    years = row.day / YEAR
    return lambda values: float(values.mean() / years)


STATISTICS: Mapping[Statistic, Callable[[Mapped], Callable[[Floats], float]]] = {
    "share": lambda row: lambda values: float(values.mean() * (1 - row.drop_out)),
    "difference": lambda row: lambda values: float((values[:, 0].mean() - values[:, 1].mean()) * (1 - row.drop_out)),
    "mean": lambda row: lambda values: float(values.mean()),
    "median": lambda row: lambda values: float(np.median(values)),
    "spread": lambda row: lambda values: float(100 * values.std() / values.mean()),
    "change": lambda row: lambda values: float((values[:, 1] - values[:, 0]).mean()),
    "median change": lambda row: lambda values: float(np.median(values[:, 1] - values[:, 0])),
    "percent change": lambda row: lambda values: float(100 * (values[:, 1] / values[:, 0] - 1).mean()),
    "median percent change": lambda row: lambda values: float(100 * np.median(values[:, 1] / values[:, 0] - 1)),
    "rate per year": _rate,
    "hazard ratio": _hazard_ratio,
}

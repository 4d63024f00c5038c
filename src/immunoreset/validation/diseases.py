"""Diseases other than lupus beside published rows: each folder says in `published.toml` how a row is simulated, or why not."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from immunoreset.catalogue import built_in
from immunoreset.disease.disease import Disease
from immunoreset.errors import InvalidFile, InvalidValue, unknown
from immunoreset.evidence import Row, band, evidence
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
    "share", "mean", "median", "change", "median change", "percent change", "rate per year", "hazard ratio"
]  # fmt: skip


class Mapped(BaseModel):
    """How one published row is simulated: whose outcome, under what, on which day and as what statistic; or why it is not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    population: str = ""
    treatment: str = ""
    against: str = ""
    outcome: str = ""
    day: float | None = None
    statistic: Statistic = "share"
    drop_out: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Share of patients who leave, and count as no response."""
    note: str = ""
    not_simulated: str = ""

    @property
    def how(self) -> str:
        """What is read of whom, in words."""
        if self.not_simulated:
            return self.not_simulated
        what = f"{self.statistic} of `{self.outcome}`" + ("" if self.day is None else f" on day {self.day:g}")
        left = f", {self.drop_out:.0%} leave and count as no response" if self.drop_out else ""
        return what + (f", against {self.against}" if self.against else "") + left + (f"; {self.note}" if self.note else "")


@cache
def mapped(disease: str) -> Mapping[str, Mapped]:
    """The rows of a disease by their name in the evidence. Raises InvalidFile for a table that cannot be read."""
    host = built_in().disease(disease).host
    path = host.with_name("published.toml") if host else None
    if path is None or not path.is_file():
        return {}
    found = {}
    for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
        try:
            found[name] = Mapped.model_validate(table)
        except ValidationError as fault:
            first = fault.errors()[0]
            raise InvalidFile(f"{path}: '{name}': {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
        if bool(found[name].not_simulated) == bool(found[name].population):
            raise InvalidFile(f"{path}: '{name}': give population, treatment and outcome, or not_simulated with the reason")
    return found


def set_to(row: Row) -> tuple[str, ...]:
    """Numbers of the row's disease whose source names its publication: it is no independent test of these."""
    found = evidence()
    publication, disease = found.publications[row.publication], found.cohorts.by_id[row.cohort].disease
    names = {name.lower() for name in (publication.doi, publication.name.split(",")[0], row.publication) if name}
    table = built_in().theta.in_host(disease)
    own = {module.name for module in built_in().disease(disease).modules} | {"rituximab"}
    return tuple(
        number
        for number, known in table.items()
        if number.split(".")[0] in own and any(name in known.source.lower() for name in names)
    )


def diseases() -> tuple[str, ...]:
    """The diseases that have published rows, in the order of the catalogue."""
    return tuple(name for name in built_in().diseases if mapped(name))


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
        days = np.array([row.day for row in asked if row.day is not None] or [LEAST_STOP])
        stop = max(LEAST_STOP, float(days.max()), *(_last_day(row) for row in asked))
        cohort = self.draw(population, self.patients, seed=self.seed)
        found, _, _ = course.solve(
            course.prepare(cohort, Regimen.parse(treatment), start=START, stop=stop),
            cohort,
            outputs=followed(self.disease),
            readouts=readouts(cohort.theta),
            grid=np.union1d(days_to_store(START, stop), days),
            rtol=tolerance_of("rows").rtol,
            threads=self.threads,
        )
        return found

    def values(self, row: Mapped, treatment: str) -> Floats:
        """What is read of each patient: (n,) on the day, or (n, 2) at entry and on the day. Raises UnknownName."""
        solved = self.course(row.population, treatment)
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
        values, statistic = self.values(row, row.treatment), STATISTICS[row.statistic](row)
        if row.against:
            values = np.stack([values[..., -1:].reshape(-1), self.values(row, row.against)[..., -1:].reshape(-1)], axis=1)
        elif row.statistic not in ("change", "median change", "percent change") and values.ndim == 2:
            values = values[:, 1]
        return simulated(values, statistic, seed=self.seed)

    def compared(self, name: str, row: Mapped) -> Compared:
        """The published row beside what is simulated of it."""
        published = evidence().row(name)
        return Compared(published, band(published), row.how, None if row.not_simulated else self.simulated(row))


def compare(disease: str, *, patients: int, seed: int, threads: int | None = None) -> Iterator[Compared]:
    """Every row of a disease, in the order of its file. Raises UnknownName for an outcome that it does not have."""
    rows = mapped(disease)
    cohorts = Cohorts(built_in().disease(disease), list(rows.values()), patients, seed, threads)
    for name, row in rows.items():
        yield cohorts.compared(name, row)


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
    "mean": lambda row: lambda values: float(values.mean()),
    "median": lambda row: lambda values: float(np.median(values)),
    "change": lambda row: lambda values: float((values[:, 1] - values[:, 0]).mean()),
    "median change": lambda row: lambda values: float(np.median(values[:, 1] - values[:, 0])),
    "percent change": lambda row: lambda values: float(100 * (values[:, 1] / values[:, 0] - 1).mean()),
    "rate per year": _rate,
    "hazard ratio": _hazard_ratio,
}

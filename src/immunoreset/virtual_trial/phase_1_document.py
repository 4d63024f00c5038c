"""The document of a phase 1 trial: doses, designs to compare, and the patients, virtual, real or described by rates."""

# pyright: reportInvalidTypeForm=false
from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from immunoreset.endpoints.toxicity import dlt
from immunoreset.trial.enrolment.conduct import Conduct
from immunoreset.trial.enrolment.description import Enrolment
from immunoreset.trial.outcome_sources import RateTable
from immunoreset.virtual_trial.document import Population, TrialDocument
from immunoreset.virtual_trial.named_designs import NamedDesign
from immunoreset.virtual_trial.tables import Table, table_of
from immunoreset.virtual_trial.ward import WATCHED_UNTIL


class BenefitTable(Table):
    """What counts as benefit in a dose-finding trial."""

    outcome: Literal["depleted", "doris", "drug_free_doris", "lldas", "sri4", "bicla"] = Field(
        "depleted", description="B cells no longer detected by day 28, or a response at a visit"
    )
    day: float = Field(182, gt=0, le=7300, description="day of the visit, for a response")


_NAME = {"name": (str, Field(min_length=1, description="name of the scenario"))}
_REPEATS = {"repeats": (int, Field(200, ge=1, le=100_000, description="trials simulated in calendar time, for the durations"))}
# types made from dataclasses, which no type checker can see through
_SCENARIOS: Any = tuple[table_of(RateTable, more=_NAME), ...]
_DLT: Any = table_of(dlt.Definition) | None
_CONDUCT: Any = table_of(Conduct, without=("cohort", "max_cohorts", "start")) | None
_ENROLMENT: Any = table_of(Enrolment, more=_REPEATS) | None


class Phase1(TrialDocument):
    """Dose finding; patients come from a population, from rates by dose, or from a file of real outcomes."""

    kind: Literal["phase-1"]
    population: Population | None = None
    target: float = Field(0.25, description="target toxicity rate: the designs aim at it, and doses above it are overdoses")
    start: int = Field(1, ge=1, description="first dose")
    cohort: int = Field(3, ge=1, le=100, description="patients of a cohort")
    max_cohorts: int = Field(10, ge=1, le=200, description="cohorts at most")
    doses: dict[str, str] = Field({}, description="name of the dose: its regimen, in rising order")
    scenario: _SCENARIOS = Field((), description="rates by dose, in place of a population")
    outcomes: str | None = Field(None, description="CSV of real outcomes (dose, toxic, effective), in place of a population")
    dlt: _DLT = Field(None, description="definition of dose-limiting toxicity")
    benefit: BenefitTable = BenefitTable()  # pyright: ignore[reportCallIssue]
    conduct: _CONDUCT = Field(None, description="how the trial is run in calendar time")
    enrolment: _ENROLMENT = Field(None, description="sites, screening, manufacture; gives durations")
    design: tuple[NamedDesign, ...] = Field(min_length=1, description="designs to compare, on the same patients")

    @property
    def drawn(self) -> Population | None:
        return self.population

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [name for name in ("population", "scenario", "outcomes") if getattr(self, name)]
        if len(given) != 1:
            raise ValueError(f"give one of population, scenario and outcomes; given: {', '.join(given) or 'none'}")
        if (self.population is not None) != bool(self.doses):
            raise ValueError("a population needs doses, and doses need a population")
        if not 0 < self.target < 1:
            raise ValueError(f"target {self.target:g}: give a share between 0 and 1, such as 0.25")
        if self.dlt is not None and self.dlt.window_days > WATCHED_UNTIL:
            raise ValueError(f"window_days {self.dlt.window_days:g}: patients are watched daily until day {WATCHED_UNTIL} only")
        if self.conduct is not None and self.enrolment is None:
            raise ValueError("conduct is about calendar time, which needs enrolment")
        return self

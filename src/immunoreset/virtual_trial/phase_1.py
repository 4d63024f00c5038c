"""Phase 1: rival dose-finding designs on the same patients, virtual, real, or described by rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from immunoreset.endpoints.toxicity import dlt
from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Design
from immunoreset.trial.enrolment.conduct import Conduct
from immunoreset.trial.enrolment.phase1 import CalendarTrials, simulate_phase1
from immunoreset.trial.enrolment.timed_outcomes import PotentialDays, Timed, TimedSource
from immunoreset.trial.outcome_sources import OutcomeSource, PotentialOutcomes
from immunoreset.trial.scenarios import OperatingCharacteristics, characteristics_of, check_benefit, operating_characteristics
from immunoreset.virtual_trial.named_designs import Asked, make_design, needs_calendar
from immunoreset.virtual_trial.phase_1_document import Phase1
from immunoreset.virtual_trial.potential_outcomes import PotentialTable
from immunoreset.virtual_trial.real_outcomes import read_outcomes
from immunoreset.virtual_trial.tables import build

Floats = NDArray[np.float64]
DAYS_OF_MONTH = 365.25 / 12


@dataclass(frozen=True, eq=False)
class Scenario:
    """Where outcomes come from: with what is known of time, of `patients` patients, None for rates that are simply given."""

    name: str
    source: OutcomeSource
    timed: TimedSource
    patients: int | None = None


@dataclass(frozen=True, eq=False)
class Found:
    """What one design did in one scenario; months are nan without enrolment, and `patients` is its mean and standard error."""

    scenario: str
    design: str
    characteristics: OperatingCharacteristics
    months: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Phase1Result:
    """Rival designs in one or more scenarios; `table` holds the virtual patients, None without a population."""

    document: Phase1
    doses: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    designs: dict[str, Design]
    found: tuple[Found, ...]
    table: PotentialTable | None
    benefit: Floats | None
    """Benefit of the virtual patients by dose, (P, D): 1, 0, nan where the simulation failed."""

    def of(self, scenario: str) -> list[Found]:
        """What every design did in one scenario."""
        return [one for one in self.found if one.scenario == scenario]


def definition_of(document: Phase1) -> dlt.Definition:
    """The definition of dose-limiting toxicity in force."""
    return build(document.dlt) if document.dlt is not None else dlt.Definition()


def benefit_of(document: Phase1, table: PotentialTable) -> Floats:
    """Benefit of every patient at every dose, (P, D)."""
    chosen = document.benefit
    return table.once["depleted"] if chosen.outcome == "depleted" else table.visit(chosen.outcome, chosen.day)


def run_phase_1(document: Phase1, table: PotentialTable | None) -> Phase1Result:
    """Simulate the trials of a document; `table` holds its virtual patients, where it has any.

    Raises InvalidValue for a design that does not fit the doses or cannot decide, and InvalidFile for a file of outcomes that
    cannot be read.
    """
    benefit = None if table is None else benefit_of(document, table)
    scenarios = _scenarios(document, table, benefit)
    number = scenarios[0].source.doses
    designs, timed = designs_of(document, number)
    for scenario in scenarios:
        for label, design in designs.items():
            check_benefit(design, scenario.source, name=label)
    found = tuple(
        _simulate(document, scenario, (label, design), in_calendar=label in timed)
        for scenario in scenarios
        for label, design in designs.items()
    )
    doses = tuple(document.doses) or tuple(f"dose {dose}" for dose in range(1, number + 1))
    return Phase1Result(document, doses, scenarios, designs, found, table, benefit)


def designs_of(document: Phase1, doses: int) -> tuple[dict[str, Design], set[str]]:
    """The designs of a document by name, and the names of those that work in calendar time.

    Raises InvalidValue for a design that does not fit the doses, a name used twice, or a calendar that is missing.
    """
    asked = Asked(doses, document.target, document.start)
    designs: dict[str, Design] = {}
    timed: set[str] = set()
    for chosen in document.design:
        label = chosen.label or chosen.kind
        if label in designs:
            raise InvalidValue(f"two designs are called '{label}': give each a label of its own")
        designs[label] = make_design(chosen, asked)
        if needs_calendar(chosen):
            timed.add(label)
            if document.enrolment is None:
                raise InvalidValue(f"design '{label}' works in calendar time: add [enrolment] with its sites")
    return designs, timed


def _simulate(document: Phase1, scenario: Scenario, design: tuple[str, Design], *, in_calendar: bool) -> Found:
    """One design in one scenario; its durations come from fewer trials, in calendar time."""
    label, made = design
    calendar = _in_calendar_time(document, scenario, made)
    months = (float("nan"), float("nan"))
    if calendar is not None:
        days = calendar.calendar.duration / DAYS_OF_MONTH
        months = (float(days.mean()), float(days.std() / np.sqrt(len(days))))
    if in_calendar and calendar is not None:
        rates, planned = scenario.source.rates()[0], document.cohort * document.max_cohorts
        characteristics = characteristics_of(calendar.trials, rates, planned=planned, target=document.target, name=label)
    else:
        characteristics = operating_characteristics(
            made, scenario.source, trials=document.repeats, seed=document.seed, target=document.target, name=label,
            cohort=document.cohort, max_cohorts=document.max_cohorts,
        )  # fmt: skip
    return Found(scenario.name, label, characteristics, months)


def _in_calendar_time(document: Phase1, scenario: Scenario, design: Design) -> CalendarTrials | None:
    if document.enrolment is None:
        return None
    sizes: dict[str, Any] = {"cohort": document.cohort, "max_cohorts": document.max_cohorts}
    conduct = Conduct(**sizes) if document.conduct is None else build(document.conduct, **sizes)
    enrolment = build(document.enrolment)
    return simulate_phase1(
        design, scenario.timed, enrolment, conduct, trials=min(document.enrolment.repeats, document.repeats), seed=document.seed
    )


def _scenarios(document: Phase1, table: PotentialTable | None, benefit: Floats | None) -> tuple[Scenario, ...]:
    window = float(definition_of(document).window_days)
    if table is not None and benefit is not None:
        return (_virtual(document, table, benefit, window=window),)
    if document.outcomes is not None:
        real = read_outcomes(document.folder / document.outcomes)
        return (Scenario("real patients", real, Timed(real, window), int(np.size(np.asarray(real.dose)))),)
    rates = [(one.name, build(one)) for one in document.scenario]
    for name, source in rates:
        if source.doses != rates[0][1].doses:
            raise InvalidValue(f"scenario '{name}' has {source.doses} doses, the first has {rates[0][1].doses}")
    if len(dict(rates)) < len(rates):
        raise InvalidValue("two scenarios have the same name: give each a name of its own")
    return tuple(Scenario(name, source, Timed(source, window)) for name, source in rates)


def _virtual(document: Phase1, table: PotentialTable, benefit: Floats, *, window: float) -> Scenario:
    """The virtual patients whose simulation succeeded at every dose."""
    whole = ~table.failed.any(axis=1)
    if not whole.any():
        raise InvalidValue("the simulation of every patient failed at some dose: there is nobody to treat")
    toxic, good = table.once["dlt"][whole] == 1, benefit[whole] == 1
    days = np.where(toxic, np.nan_to_num(table.once["dlt_day"][whole], nan=window), np.inf)
    day = 28.0 if document.benefit.outcome == "depleted" else document.benefit.day
    timed = PotentialDays(np.minimum(days, np.where(toxic, window, np.inf)), window, np.where(good, day, np.inf))
    return Scenario("virtual patients", PotentialOutcomes(toxic, good), timed, int(whole.sum()))

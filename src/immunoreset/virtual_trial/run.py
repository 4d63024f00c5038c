"""A trial document from beginning to end: potential outcomes once, then the designs as look-ups on them.

trial = TrialDocument.read("examples/trials/four-doses.toml")
result = run_trial(trial)
result.save("runs/four-doses")
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from immunoreset.baseline.drawn import drawn_patients
from immunoreset.catalogue import Catalogue, Theta, catalogue_of
from immunoreset.endpoints.toxicity import dlt
from immunoreset.errors import InvalidValue
from immunoreset.patient.tolerance import Tolerance, as_document, in_words
from immunoreset.population import Cohort
from immunoreset.virtual_trial.document import Population, TrialDocument
from immunoreset.virtual_trial.phase_1 import Phase1Result, definition_of, designs_of, run_phase_1
from immunoreset.virtual_trial.phase_1_document import Phase1
from immunoreset.virtual_trial.phase_1_page import present_phase_1
from immunoreset.virtual_trial.phase_3_page import present_phase_3
from immunoreset.virtual_trial.potential_outcomes import DEPLETED_BY, PotentialTable, Progress, potential_outcomes
from immunoreset.virtual_trial.power_page import present_power
from immunoreset.virtual_trial.presented import Presented
from immunoreset.virtual_trial.randomised_document import Phase3, Power
from immunoreset.virtual_trial.randomised_trials import (
    Phase3Result,
    PowerResult,
    run_phase_3,
    run_power,
    trial_of,
    trials_of,
)
from immunoreset.virtual_trial.single_arm_document import Phase2
from immunoreset.virtual_trial.single_arm_page import present_phase_2
from immunoreset.virtual_trial.single_arm_trials import ARM, Phase2Result, plans_of, run_phase_2, visits_of
from immunoreset.virtual_trial.tables import build

if TYPE_CHECKING:
    from immunoreset.virtual_trial.unsure_trials import UnsureTrials

MOST_SIMULATIONS = 5_000_000
Found = Phase1Result | Phase2Result | Phase3Result | PowerResult


@dataclass(frozen=True, eq=False)
class TrialResult:
    """A finished trial document: what is shown of it, the model's numbers, and by dose or arm how many simulations failed and how
    exactly they were solved; both are empty where nobody was simulated. `unsure` are its trials under draws of the numbers."""

    document: TrialDocument
    found: Found
    presented: Presented
    failures: dict[str, int]
    theta: Theta
    tolerances: dict[str, Tolerance]
    unsure: UnsureTrials | None = None

    def summary(self) -> dict[str, Any]:
        """The document of summary.json."""
        return {
            "title": self.document.title,
            "failed simulations": self.failures,
            "tolerance": as_document(self.tolerances),
            **self.presented.summary,
            **({"uncertainty": self.unsure.as_document()} if self.unsure else {}),
        }

    def save(self, folder: Path | str, *, force: bool = False) -> Path:
        """Write the page, the tables and the manifest to a new folder; nothing is half-written."""
        from immunoreset.virtual_trial.save import save

        return save(self, folder, force=force)


def run_trial(
    document: TrialDocument,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    catalogue: Catalogue | None = None,
    theta: Theta | None = None,
) -> TrialResult:
    """Simulate the patients of a trial document under every dose or arm, then its trials.

    `catalogue` holds diseases, drugs and numbers, those of this version if not given; files that the document names are added to
    it. `theta` are other numbers. The result does not depend on the number of threads. Raises an ImmunoresetError, before any
    simulation where that is possible, for a regimen, population, design or setting that cannot be used.
    """
    within = catalogue_of(document, catalogue, theta)
    found, table = find(document, within, threads=threads, progress=progress)
    presented = present(found)
    failed = {} if table is None else dict(zip(table.arms, table.failed.sum(axis=0).tolist(), strict=True))
    tolerances = dict.fromkeys(failed, document.tolerance)
    if tolerances:
        presented = replace(presented, facts=[*presented.facts, ("Solved with", in_words(tolerances))])
    return TrialResult(document, found, presented, failed, within.theta, tolerances)


def find(
    document: TrialDocument, within: Catalogue, *, threads: int | None = None, progress: Progress | None = None
) -> tuple[Found, PotentialTable | None]:
    """What the trials of a document do on the patients of a catalogue, and these patients; raises as `run_trial` does."""
    simulate = partial(simulate_patients, document, regimens_of(document), threads=threads, progress=progress, catalogue=within)
    match document:
        case Phase1():
            if document.population is None:
                return run_phase_1(document, None), None
            designs_of(document, len(document.doses))  # what is wrong with them is said before the simulation
            table = simulate(_days_of_phase_1(document), definition=definition_of(document))
            return run_phase_1(document, table), table
        case Phase2():
            plans_of(document)
            definition = None if document.dlt is None else build(document.dlt)
            table = simulate(visits_of(document.visits, document.endpoint.day), definition=definition)
            return run_phase_2(document, table), table
        case Phase3():
            trials_of(document)
            table = simulate(visits_of(document.visits, document.endpoint.day))
            return run_phase_3(document, table), table
        case Power():
            trial_of(document)
            table = simulate(visits_of(document.visits, document.endpoint.day))
            return run_power(document, table), table
        case _:
            raise InvalidValue(f"{type(document).__name__} is no trial that can be run")


def present(found: Found) -> Presented:
    """What is shown of simulated trials."""
    match found:
        case Phase1Result():
            return present_phase_1(found)
        case Phase2Result():
            return present_phase_2(found)
        case Phase3Result():
            return present_phase_3(found)
        case PowerResult():
            return present_power(found)


def regimens_of(document: TrialDocument) -> dict[str, str]:
    """What the patients of a document are given, by dose or arm."""
    match document:
        case Phase1():
            return document.doses
        case Phase2():
            return {ARM: document.treatment}
        case Phase3():
            return {name: document.arms[name] for name in (document.treatment, document.control)}
        case Power():
            return document.arms
        case _:
            return {}


def _days_of_phase_1(document: Phase1) -> list[float]:
    """The visits that tell of benefit."""
    return [DEPLETED_BY] if document.benefit.outcome == "depleted" else [document.benefit.day]


def simulate_patients(
    document: TrialDocument,
    regimens: dict[str, str],
    days: Sequence[float],
    *,
    definition: dlt.Definition | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    catalogue: Catalogue | None = None,
) -> PotentialTable:
    """The potential outcomes of the population of a document under its regimens.

    `catalogue` holds what the document's own files hold too; it is put together from them if not given.
    """
    if document.drawn is None:
        raise InvalidValue("the trial has no population; add [population] with its name")
    if document.drawn.n * len(regimens) > MOST_SIMULATIONS:
        need = f"{document.drawn.n:,} patients under {len(regimens)} regimens"
        raise InvalidValue(f"{need}: ask for at most {MOST_SIMULATIONS // len(regimens):,} patients")
    cohort = draw_cohort(
        document.drawn, seed=document.seed, folder=document.folder, catalogue=catalogue or catalogue_of(document)
    )
    return potential_outcomes(
        cohort,
        regimens,
        days,
        seed=document.seed,
        definition=definition,
        threads=threads,
        rtol=document.solver.rtol,
        progress=progress,
    )


def draw_cohort(population: Population, *, seed: int, folder: Path, catalogue: Catalogue) -> Cohort:
    """The virtual patients that a document in a folder names.

    Raises UnknownName for a population or parameter that does not exist, and as `drawn_patients` does for a baseline.
    """
    baseline = None if population.baseline is None else folder / population.baseline
    drawn = drawn_patients(population.name, population.n, seed=seed, baseline=baseline, catalogue=catalogue)
    return drawn.with_values(population.parameters, beyond_bounds=population.beyond_bounds)

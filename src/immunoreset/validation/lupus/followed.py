"""The virtual cohorts that stand for published ones, each solved once, and what was seen of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from immunoreset.disease.facts import NOTHING_KNOWN
from immunoreset.disease.lupus.chronicity import class_of_nephritis
from immunoreset.disease.lupus.outcomes import visits
from immunoreset.followed import days_to_store, followed, readouts
from immunoreset.outcomes import read_outcomes
from immunoreset.patient import course
from immunoreset.patient.course import BETWEEN_VISITS, Course
from immunoreset.patient.draws import Draws
from immunoreset.patient.tolerance import tolerance_of
from immunoreset.population import Cohort, sample
from immunoreset.therapy import STANDARD, Regimen
from immunoreset.virtual_trial.observation import RandomisedObservation, observe
from immunoreset.virtual_trial.potential_outcomes import PotentialTable

Floats = NDArray[np.float64]

START = -14.0
WEEK_52, YEARS_10 = 364.0, 3650.0
CARE = STANDARD["background-care"]


@dataclass(frozen=True)
class Arm:
    """A population under one treatment, and how long it is followed. `title` is for the reader of the page."""

    title: str
    population: str
    treatment: str
    stop: float


ARMS: Mapping[str, Arm] = {
    "standard care": Arm("trial patients on standard care", "trial", CARE, YEARS_10),
    "anifrolumab": Arm("trial patients on anifrolumab", "trial", f"{CARE}; {STANDARD['anifrolumab']}", WEEK_52),
    "nephritis": Arm("nephritis on mycophenolate", "ln", f"{CARE}; {STANDARD['mycophenolate']}", YEARS_10),
    "refractory": Arm("refractory lupus on standard care", "cart", CARE, WEEK_52),
    "car-t": Arm("refractory lupus after CAR-T cells", "cart", STANDARD["car-t"], 546.0),
}


@dataclass(frozen=True, eq=False)
class Followed:
    """Patients of one arm and their solved courses; what several rows read of them is made once."""

    cohort: Cohort
    course: Course

    @cached_property
    def outcomes(self) -> dict[str, Floats]:
        """All outcomes of a study, one value per patient."""
        return read_outcomes(self.course, self.cohort.illness)

    def on(self, day: float) -> dict[str, Floats]:
        """What a visit on a stored day shows, one value per patient."""
        return {name: values[:, 0] for name, values in visits(self.course, np.array([day])).items()}

    @cached_property
    def drop_out(self) -> Floats:
        """The day on which each patient leaves a randomised trial, infinite for never: the same draws as in virtual trials."""
        failed = self.course.failed[:, None]
        table = PotentialTable(("all",), np.array([WEEK_52]), {}, {}, {}, failed, np.asarray(self.cohort.ids))
        return observe(table, RandomisedObservation(), seed=self.cohort.seed).drop_out

    @cached_property
    def class_of_nephritis(self) -> NDArray[np.int64]:
        """PROLIFERATIVE, MIXED or MEMBRANOUS, as drawn when the patient was accepted; -1 without nephritis."""
        attempts, found = self.cohort.covariates["attempts"], np.full(len(self.cohort), -1)
        has = np.asarray(self.cohort.covariates["nephritis"], dtype=bool)
        for attempt in np.unique(attempts):
            here = attempts == attempt
            draws = Draws(self.cohort.seed, self.cohort.ids[here], int(attempt) - 1)
            found[here] = class_of_nephritis(has[here], draws, NOTHING_KNOWN, self.cohort.theta)
        return np.where(has, found, -1)

    def place(self, day: float) -> int:
        return self.course.place(day)


def follow(name: str, patients: int, *, seed: int, threads: int | None = None) -> Followed:
    """The first `patients` of the population of an arm, followed to its end."""
    arm = ARMS[name]
    cohort = sample(arm.population, patients, seed=seed)
    every_visit = np.arange(0.0, WEEK_52 + 1, BETWEEN_VISITS)
    solved, _, _ = course.solve(
        course.prepare(cohort, Regimen.parse(arm.treatment), start=START, stop=arm.stop),
        cohort,
        outputs=followed(cohort.illness),
        readouts=readouts(cohort.theta),
        grid=np.union1d(days_to_store(START, arm.stop), every_visit),
        rtol=tolerance_of("rows").rtol,
        threads=threads,
    )
    return Followed(cohort, solved)

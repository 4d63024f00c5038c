"""What would happen to each patient under each dose or arm: simulated once, with the same random numbers in all of them.

A trial is then a look-up, so that ten thousand take a second and rival designs meet the same patients. The table holds what a
trial can see, grades and responses at visits, never the state of the model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from immunoreset.catalogue import Catalogue, Theta
from immunoreset.disease.lupus.visit import SEEN_AT_VISITS
from immunoreset.endpoints.toxicity import dlt
from immunoreset.engine.random import remembered
from immunoreset.errors import InvalidRegimen, InvalidValue
from immunoreset.followed import readouts
from immunoreset.memory import check_memory, of_trial
from immunoreset.patient import course
from immunoreset.patient.course import Course
from immunoreset.patient.outcome import after_death
from immunoreset.patient.tolerance import tolerance_of
from immunoreset.population import Cohort, sample
from immunoreset.therapy import Regimen
from immunoreset.virtual_trial.ward import WATCHED_UNTIL, toxicity
from immunoreset.whole_numbers import whole_number

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]  # arm, patients done, patients in all

START = -14.0  # days; before any conditioning
FOLLOWED_FOR_TRIALS = tuple(dict.fromkeys((
    *SEEN_AT_VISITS, "sledai_items", "autoreactive_tissue_fraction", "prednisolone", "immunosuppressed", "car_t_per_ul",
    "crs_signal", "icans_signal", "cd20_positive_per_ul", "igg_percent", "infections_per_100_days",
)))  # fmt: skip
READ_FOR_TRIALS = ("crs_signal_peak", "icans_signal_peak", "b_cells_undetectable_day", "b_cell_return_day", "neutrophils_lowest")
DEPLETED_BY = 28.0  # day
MEASURES = 13  # that visits show at most


@dataclass(frozen=True, eq=False)
class PotentialTable:
    """P patients under A arms (doses in rising order, or treatments), followed at V visits.

    `once` holds what happens at most once, (P, A) by name: "dlt" (1, 0; nan where undecided), "dlt_day" (its first day, nan for
    none), "crs" and "icans" (worst grade, 5 where fatal), "crs_day" and "icans_day" (of that grade's episode, nan for none),
    "depleted" (B cells no longer detected by day 28; 1, 0), "b_cell_return_day", "relapse_day" and "death_day" (nan if it did not
    come, or not before death), "neutropenic_days".
    `visits` holds what visits show, (P, A, V) by name: "sledai", "doris", "drug_free_doris", "lldas", "sri4", "bicla",
    "crr", "perr", "upcr", "rescued", "steroid_tapered", "igg_percent"; yes or no is 1 or 0, nan where not observed. Who has died
    responds to nothing, and shows nothing else. `strata` are facts at entry by name, (P,). A patient whose simulation failed in
    an arm is nan there and True in `failed` (P, A).
    """

    arms: tuple[str, ...]
    days: Floats
    once: Mapping[str, Floats]
    visits: Mapping[str, Floats]
    strata: Mapping[str, Floats]
    failed: NDArray[np.bool_]
    ids: NDArray[np.int64]

    @property
    def patients(self) -> int:
        return len(self.ids)

    def visit(self, name: str, day: float) -> Floats:
        """A result at one visit, (P, A). Raises InvalidValue for a day that is no visit."""
        places = np.flatnonzero(self.days == day)
        if not places.size:
            listed = ", ".join(f"{one:g}" for one in self.days)
            raise InvalidValue(f"day {day:g} is no visit; the visits are on days {listed}")
        return self.visits[name][..., places[0]]


def potential_outcomes(
    population: str | Cohort,
    regimens: Mapping[str, Regimen | str],
    days: Sequence[float],
    *,
    patients: int = 1000,
    seed: int = 0,
    definition: dlt.Definition | None = None,
    threads: int | None = None,
    rtol: float | None = None,
    progress: Progress | None = None,
    catalogue: Catalogue | None = None,
    theta: Theta | None = None,
) -> PotentialTable:
    """Simulate every patient under every regimen, with common random numbers.

    `population` is the name of a population, of which `patients` are drawn, from `catalogue` and with the numbers of `theta`
    where they are given, or a cohort, which has its own; `days` are the visits, after the infusion on day 0; `progress` is told
    how many patients of an arm are done; `rtol` is the relative tolerance, that of trials if not given. Raises UnknownName for
    a population, InvalidRegimen for a regimen that cannot be given and InvalidValue for a tolerance that is no use.

    >>> table = potential_outcomes("cart", {"1e6": "cd19-car-t 1e6 cells/kg on day 0"}, [28], patients=4)
    >>> table.once["crs"].shape, table.visits["sledai"].shape
    ((4, 1), (4, 1, 1))
    """
    visit_days = np.unique(np.asarray(days, dtype=float))
    if not visit_days.size or not regimens or visit_days[0] <= 0:
        raise InvalidValue("potential outcomes need at least one regimen and one visit, all visits after day 0")
    tolerance = tolerance_of("trial", rtol)
    count = whole_number("patients", patients) if isinstance(population, str) else len(population)
    grid = len(_days_of_interest(visit_days))
    need = of_trial(
        count, curves=len(FOLLOWED_FOR_TRIALS), days=grid, visits=len(visit_days), measures=MEASURES, arms=len(regimens)
    )
    check_memory(need, f"{count} patients in {len(regimens)} arms with {len(visit_days)} visits", count=count, least="patients")
    if isinstance(population, str):
        cohort = sample(population, count, seed=seed, catalogue=catalogue, theta=theta)
    elif catalogue is not None or theta is not None:
        raise InvalidValue("a cohort has its numbers already; give catalogue or theta when it is drawn")
    else:
        cohort = population
    read = {name: _regimen(name, regimen, cohort) for name, regimen in regimens.items()}
    with remembered():
        parts = [
            _one_arm(
                name,
                given,
                cohort,
                visit_days,
                seed=seed,
                definition=definition,
                threads=threads,
                rtol=tolerance.rtol,
                progress=progress and partial(progress, name),
            )
            for name, given in read.items()
        ]
    return PotentialTable(
        arms=tuple(regimens),
        days=visit_days,
        once={name: np.stack([part.once[name] for part in parts], axis=1) for name in parts[0].once},
        visits={name: np.stack([part.visits[name] for part in parts], axis=1) for name in parts[0].visits},
        strata=_strata(cohort) | parts[0].at_entry,
        failed=np.stack([part.failed for part in parts], axis=1),
        ids=np.asarray(cohort.ids, dtype=np.int64),
    )


def _regimen(name: str, regimen: Regimen | str, cohort: Cohort) -> Regimen:
    try:
        return Regimen.parse(regimen, cohort.catalogue.drugs) if isinstance(regimen, str) else regimen
    except InvalidRegimen as error:
        raise InvalidRegimen(f"arm '{name}': {error}") from None


def _strata(cohort: Cohort) -> dict[str, Floats]:
    """What a trial may stratify by."""
    found = {"nephritis": np.asarray(cohort.covariates["nephritis"], dtype=float)}
    found["sledai"] = np.asarray(cohort.covariates["sledai_2k"], dtype=float)
    return found


@dataclass(frozen=True, eq=False)
class _Arm:
    once: dict[str, Floats]
    visits: dict[str, Floats]
    at_entry: dict[str, Floats]
    failed: NDArray[np.bool_]


def _one_arm(
    name: str,
    regimen: Regimen,
    cohort: Cohort,
    days: Floats,
    *,
    seed: int,
    definition: dlt.Definition | None,
    threads: int | None,
    rtol: float,
    progress: Callable[[int, int], None] | None,
) -> _Arm:
    grid = _days_of_interest(days)
    try:
        _check_in_time(regimen, float(days[-1]))
        ready = course.prepare(cohort, regimen, start=START, stop=float(grid[-1]))
    except InvalidRegimen as error:
        raise InvalidRegimen(f"arm '{name}': {error}") from None
    read = readouts(cohort.theta)
    solved, _, _ = course.solve(
        ready,
        cohort,
        outputs=tuple(dict.fromkeys((*FOLLOWED_FOR_TRIALS, *cohort.illness.followed))),
        readouts={readout: read[readout] for readout in READ_FOR_TRIALS},
        grid=grid,
        rtol=rtol,
        threads=threads,
        progress=progress,
    )
    disease, failed = cohort.illness, solved.failed
    deaths = disease.deaths(solved)
    relapse = disease.relapse_day(solved, days) if disease.relapse_day else np.full(len(failed), np.nan)
    once = toxicity(solved, deaths, definition) | _cells(solved, deaths.day) | {"relapse_day": relapse, "death_day": deaths.day}
    igg = solved.curves["igg_percent"][:, [solved.place(day) for day in days]]
    gone = deaths.day[:, None] <= days
    visits = disease.visits(solved, days) | {"igg_percent": after_death(igg, gone, response=False)}
    return _Arm(
        {key: np.where(failed, np.nan, values) for key, values in once.items()},
        {key: np.where(failed[:, None], np.nan, values) for key, values in visits.items()},
        {key: np.asarray(values, dtype=float) for key, values in disease.at_entry(solved).items()},
        failed,
    )


def _days_of_interest(days: Floats) -> Floats:
    """The days on which courses are kept for visits on `days`; the last of them ends the simulation."""
    stop = max(float(days[-1]), float(WATCHED_UNTIL))
    before = days - course.BETWEEN_VISITS  # what is new at a visit is new since then
    every_visit = np.arange(0.0, stop + 1, course.BETWEEN_VISITS)
    grid = np.unique(np.concatenate([[START], np.arange(WATCHED_UNTIL + 1.0), before[before > 0], every_visit, days]))
    return grid[grid <= stop]


def _check_in_time(regimen: Regimen, last_visit: float) -> None:
    """Raise InvalidRegimen for a drug that comes after the last visit, where nothing could show what it does."""
    for item in regimen.items:
        if last_visit < item.first_day < np.inf:
            late = f"{item.drug} from day {item.first_day:g} comes after the last visit, day {last_visit:g}"
            raise InvalidRegimen(f"{late}; add later visits, or shift the regimen")


def _cells(solved: Course, died: Floats) -> dict[str, Floats]:
    """What B cells do before the patient dies."""
    gone, back = (
        np.where(solved.readouts[name] > died, np.nan, solved.readouts[name])
        for name in ("b_cells_undetectable_day", "b_cell_return_day")
    )
    return {"depleted": (gone <= DEPLETED_BY).astype(float), "b_cell_return_day": back}

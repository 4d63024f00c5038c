"""The whole sentence on one page: parameters, patients, regimen, trajectories, outcomes.

    study = Study.read("examples/five-patients.toml")
    result = run(study)
    save(result, "runs/five-patients")            # immunoreset.save

Every twin meets every treatment with the same random numbers, so that arms differ by treatment alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from immunoreset.course import FOLLOWED, days_to_store, natural_events, readouts
from immunoreset.engine import Solution, simulate
from immunoreset.engine.events import Event
from immunoreset.errors import ImmunoresetError, InvalidRegimen, InvalidValue, unknown
from immunoreset.evidence import compare
from immunoreset.manifest import manifest_of
from immunoreset.outcomes import Course, Outcomes, read_outcomes, sledai_curve
from immunoreset.patient.model import MODEL
from immunoreset.patient.parameters import check, find
from immunoreset.patient.tolerances import ABSOLUTE, STRICTNESS
from immunoreset.patient.untreated import initial_state
from immunoreset.population import Cohort, Facts, mackensen_2022, read_patients, sample, twins_of_all
from immunoreset.results import ArmResult, StudyResult
from immunoreset.study_document import FIVE_PATIENTS, Arm, Patients, Solver, Study
from immunoreset.therapy import Regimen

__all__ = ["Arm", "Patients", "Solver", "Study", "run"]

MOST_MEMORY = 16_000_000_000  # bytes of trajectories
Progress = Callable[[str, int, int], None]  # arm, twins done, twins in all


@dataclass(frozen=True)
class Twins:
    """The virtual twins of an arm: `patient` and `twin` say whose each is, and which of his or her twins."""

    cohort: Cohort
    names: list[str]
    patient: np.ndarray
    twin: np.ndarray


def run(study: Study, *, threads: int | None = None, progress: Progress | None = None) -> StudyResult:
    """Simulate every arm of a study, read the outcomes and compare them with what was published.

    Raises an ImmunoresetError before any simulation when the study names a drug, parameter, population or file that cannot be
    used. A twin whose simulation fails is counted in the result.
    """
    _check_size(study)
    regimens = {name: _regimen(name, arm.treatment) for name, arm in study.arms.items()}
    twins = {who: draw_twins(who, study) for who in dict.fromkeys(map(study.patients_of, study.arms))}
    courses = {name: _treat(study, name, regimen, twins[study.patients_of(name)]) for name, regimen in regimens.items()}
    arms: dict[str, ArmResult] = {}
    solver: Mapping[str, object] = {}
    for name, (treated, events) in courses.items():
        solution = _simulate(study, treated, events, threads, _reporter(name, progress))
        arms[name] = _read(str(regimens[name]), solution, treated, twins[study.patients_of(name)])
        solver = solution.solver
    comparisons = compare({name: arm.outcomes for name, arm in arms.items()}) if study.compare_with else []
    days = days_to_store(study.start, study.stop)
    return StudyResult(study.title, days, arms, comparisons, manifest_of(study, arms, solver))


def _check_size(study: Study) -> None:
    """Refuse a study whose trajectories would not fit in memory, before an hour is spent on it."""
    table = study.patients
    listed = len(_listed(table, study)) if table.listed is not None else 0
    twins = table.n or listed * table.twins
    per_twin = 2 * 4 * len(FOLLOWED) * len(days_to_store(study.start, study.stop)) * len(study.arms)
    if twins * per_twin > MOST_MEMORY:
        most = MOST_MEMORY // (per_twin * max(listed, 1))
        need = f"{twins} twins in {len(study.arms)} arms need {twins * per_twin / 1e9:.0f} GB"
        raise InvalidValue(f"{need}; ask for at most {most} {'twins of each patient' if listed else 'patients'}")


def _listed(who: Patients, study: Study) -> list[Facts]:
    return mackensen_2022() if who.listed == FIVE_PATIENTS else read_patients(study.folder / str(who.listed))


def _regimen(arm: str, text: str) -> Regimen:
    try:
        return Regimen.parse(text)
    except ImmunoresetError as error:
        raise InvalidRegimen(f"arm '{arm}': {error}") from None


def draw_twins(who: Patients, study: Study) -> Twins:
    """The patients that the document names: twins of listed patients, or patients drawn from a population."""
    if who.population is not None:
        count = who.n or 1
        cohort = sample(who.population, count, seed=study.seed)
        names = [f"patient {number + 1}" for number in range(count)]
        patient, twin = np.arange(count), np.zeros(count, dtype=int)
    else:
        listed = _listed(who, study)
        cohort = twins_of_all(listed, who.twins, seed=study.seed)
        names = [facts.patient for facts in listed]
        patient, twin = np.divmod(np.arange(len(cohort)), who.twins)
    changes = {}
    for name, value in who.parameters.items():
        check(name, value)
        changes[find(name)] = value
    everybody = Twins(cohort.with_parameters(changes), names, patient, twin)
    return everybody if who.only is None else _one_of(everybody, who.only)


def _one_of(twins: Twins, name: str) -> Twins:
    """The twins of one patient, with the random numbers that they have among all."""
    numbered = [one for one in twins.names if one.lstrip("abcdefghijklmnopqrstuvwxyz ") == name]
    wanted = name if name in twins.names or len(numbered) != 1 else numbered[0]
    if wanted not in twins.names:
        raise unknown("patient", name, twins.names[:20])
    rows = np.flatnonzero(twins.patient == twins.names.index(wanted))
    return Twins(twins.cohort.select(rows), [wanted], np.zeros(len(rows), dtype=int), twins.twin[rows])


def _treat(study: Study, arm: str, regimen: Regimen, who: Twins) -> tuple[Cohort, list[Event]]:
    """The twins with the parameters that the treatment brings, and everything that will happen to them."""
    for item in regimen.items:
        if study.stop < item.first_day < math.inf:
            late = f"{item.drug} from day {item.first_day:g} comes after the last simulated day, {study.stop:g}"
            raise InvalidRegimen(f"arm '{arm}': {late}; stop later, or shift the regimen")
    treated = who.cohort.with_parameters(regimen.parameter_changes(who.cohort.parameters))
    try:
        given = regimen.events(treated, start=study.start)
    except ImmunoresetError as error:
        raise InvalidRegimen(f"arm '{arm}': {error}") from None
    return treated, [*natural_events(study.start, study.stop), *given]


def _simulate(
    study: Study, treated: Cohort, events: list[Event], threads: int | None, progress: Callable[[int, int], None] | None
) -> Solution:
    """The courses of one arm."""
    return simulate(
        MODEL,
        parameters=treated.parameters,
        initial=initial_state,
        start=study.start,
        stop=study.stop,
        events=events,
        outputs=FOLLOWED,
        grid=days_to_store(study.start, study.stop),
        readouts=readouts(),
        rtol=study.solver.rtol,
        atol=ABSOLUTE,
        strictness=STRICTNESS,
        seed=study.seed,
        patients=treated.ids,
        threads=threads,
        progress=progress,
    )


def _read(treatment: str, solution: Solution, cohort: Cohort, who: Twins) -> ArmResult:
    """The result of one arm from its solved courses."""
    course = _course(solution, cohort)
    outcomes = Outcomes(who.patient, who.twin, course.failed, read_outcomes(course))
    row_of = {int(number): row for row, number in enumerate(solution.patients)}
    rows = np.array([row_of[int(number)] for number in solution.events["patient"]], dtype=int)
    events = {
        "patient": who.patient[rows],
        "twin": who.twin[rows],
        "day": solution.events["day"],
        "what": np.array(solution.event_names, dtype=object)[solution.events["what"]],
        "value": solution.events["value"],
    }
    curves = {name: values.astype(np.float32) for name, values in solution.outputs.items()}
    curves["sledai_2k"] = sledai_curve(course).astype(np.float32)
    return ArmResult(treatment, who.names, outcomes, curves, solution.failures(), events)


def simulate_arm(study: Study, arm: str, *, threads: int | None = None) -> tuple[Course, Twins]:
    """The solved courses of one arm and whose they are, as `run` simulates them. Raises UnknownName for another arm."""
    if arm not in study.arms:
        raise unknown("arm", arm, study.arms)
    twins = draw_twins(study.patients_of(arm), study)
    treated, events = _treat(study, arm, _regimen(arm, study.arms[arm].treatment), twins)
    solution = _simulate(study, treated, events, threads, None)
    return _course(solution, treated), twins


def _course(solution: Solution, cohort: Cohort) -> Course:
    failed = np.asarray(solution.failed, dtype=bool)
    return Course(solution.days, solution.outputs, solution.readouts, cohort.parameters, failed)


def _reporter(arm: str, progress: Progress | None) -> Callable[[int, int], None] | None:
    return None if progress is None else lambda done, total: progress(arm, done, total)

"""The whole sentence on one page: parameters, patients, regimen, trajectories, outcomes.

    study = Study.read("examples/five-patients.toml")
    result = run(study)
    save(result, "runs/five-patients")            # immunoreset.save

Every twin meets every treatment with the same random numbers, so that arms differ by treatment alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from immunoreset.arm_warnings import warnings_of
from immunoreset.baseline.drawn import drawn_patients
from immunoreset.catalogue import Catalogue, Theta, catalogue_of
from immunoreset.engine import Solution
from immunoreset.errors import ImmunoresetError, InvalidRegimen, InvalidValue, unknown
from immunoreset.evidence import Comparison, compare, numbers_of, refuse_without_numbers
from immunoreset.followed import days_to_store, followed, readouts
from immunoreset.inference.posterior import Posterior
from immunoreset.kept import Kept, pieces
from immunoreset.manifest import manifest_of
from immunoreset.outcomes import Outcomes, outcomes_of
from immunoreset.patient import course
from immunoreset.patient.course import Course
from immunoreset.population import Cohort, Facts, mackensen_2022, read_patients, twins_of_all
from immunoreset.results import ArmResult, StudyResult
from immunoreset.scan import Scan, ScanPoint, patients_by_steps
from immunoreset.study_document import FIVE_PATIENTS, Arm, Outputs, Patients, Solver, Study
from immunoreset.study_size import check_size
from immunoreset.therapy import Regimen
from immunoreset.uncertainty.choice import Asked

__all__ = ["Arm", "Outputs", "Patients", "Solver", "Study", "run"]

Progress = Callable[[str, int, int], None]  # arm, twins done, twins in all


@dataclass(frozen=True)
class Twins:
    """The virtual twins of an arm: `patient` and `twin` say whose each is, and which of his or her twins."""

    cohort: Cohort
    names: list[str]
    patient: np.ndarray
    twin: np.ndarray

    def select(self, rows: np.ndarray) -> Twins:
        """Those in these places."""
        return Twins(self.cohort.select(rows), self.names, self.patient[rows], self.twin[rows])


@dataclass(frozen=True)
class Treated:
    """An arm that can be solved: its name, whose it is, what is given, and what is kept."""

    name: str
    twins: Twins
    regimen: Regimen
    arm: course.Arm
    outputs: Sequence[str]
    days: np.ndarray


def run(
    study: Study,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    catalogue: Catalogue | None = None,
    theta: Theta | None = None,
    posterior: Posterior | None = None,
    draws: int = 50,
    trial_size: int | None = None,
) -> StudyResult:
    """Simulate every arm of a study, read the outcomes and compare them with what was published.

    `catalogue` holds diseases, drugs and numbers, those of this version if not given; files that the study names are added to it.
    `theta` are other numbers of the model: patients are drawn about them, where [patients] parameters are the same in all.
    With a `posterior` the same patients are simulated again under `draws` draws of the numbers, and each arm has intervals, also
    for a trial of `trial_size` patients, that of the study if not given.
    Raises an ImmunoresetError before any simulation when the study names a drug, parameter, population or file that cannot be
    used. A twin whose simulation fails is counted in the result.
    """
    if posterior is not None:
        from immunoreset.uncertain_study import run_uncertain

        asked = Asked(draws, trial_size=trial_size)
        return run_uncertain(study, asked, posterior, threads=threads, progress=progress, catalogue=catalogue, theta=theta)
    within = catalogue_of(study, catalogue, theta)
    regimens = {name: _regimen(name, arm.treatment, within) for name, arm in study.arms.items()}
    _check_size(study, regimens, within)
    twins = {who: draw_twins(who, study, within) for who in dict.fromkeys(map(study.patients_of, study.arms))}
    if study.compare_with:
        refuse_without_numbers({name: [twins[study.patients_of(name)].cohort.illness.name] for name in study.arms})
    treated = {name: _treat(study, name, regimen, twins[study.patients_of(name)]) for name, regimen in regimens.items()}
    _check_outputs(study, treated)
    scanned = _scanned(study, regimens, within)
    arms: dict[str, ArmResult] = {}
    solver: Mapping[str, object] = {}
    for name, ready in treated.items():
        arms[name], solver = _simulate(study, ready, threads, _reporter(name, progress))
    scan = _scan(study, scanned, threads, progress)
    comparisons = _comparisons(arms) if study.compare_with else []
    return StudyResult(study.title, _days(study), arms, comparisons, manifest_of(study, arms, solver, within), scan)


def _comparisons(arms: Mapping[str, ArmResult]) -> list[Comparison]:
    """The arms beside what was published of patients with their disease."""
    numbers = numbers_of({name: [disease.name for disease in arm.diseases] for name, arm in arms.items()})
    return compare({name: arm.outcomes for name, arm in arms.items()}, numbers)


def _scanned(study: Study, regimens: Mapping[str, Regimen], catalogue: Catalogue) -> dict[tuple[float, ...], Treated]:
    """Every combination of the scan, ready to be solved. Raises UnknownName for an outcome to be drawn that there is not."""
    if study.scan is None:
        return {}
    arm, found = study.scan.arm, {}
    for steps, who in patients_by_steps(study).items():
        found[steps] = _treat(study, arm, regimens[arm], draw_twins(who, study, catalogue))
    about = outcomes_of(next(iter(found.values())).twins.cohort.illness)
    for name in study.scan.show:
        if name not in about:
            raise unknown("outcome for [scan] show", name, about)
    return found


def _scan(
    study: Study, scanned: Mapping[tuple[float, ...], Treated], threads: int | None, progress: Progress | None
) -> Scan | None:
    """The outcomes at every combination; trajectories are let go one by one."""
    if study.scan is None:
        return None
    points = []
    for number, (steps, ready) in enumerate(scanned.items(), start=1):
        found, _ = _simulate(study, ready, threads, None)
        points.append(ScanPoint(steps, found.outcomes, found.failures))
        if progress:
            progress("scan", number, len(scanned))
    who = next(iter(scanned.values())).twins
    about = outcomes_of(who.cohort.illness)
    return Scan(study.scan.arm, study.scan.axes, study.scan.show, points, who.names, about)


def _days(study: Study) -> np.ndarray:
    """The days on which trajectories are kept, those that the study asks for among them."""
    asked = np.asarray(study.outputs.days if study.outputs else (), dtype=float)
    outside = asked[(asked < study.start) | (asked > study.stop)]
    if outside.size:
        raise InvalidValue(f"[outputs] day {outside[0]:g} is not simulated, only days {study.start:g} to {study.stop:g}")
    return np.union1d(days_to_store(study.start, study.stop), asked)


def _check_size(study: Study, regimens: Mapping[str, Regimen], within: Catalogue) -> None:
    """Refuse a study that would not fit in memory, before an hour is spent on it."""
    who = {name: study.patients_of(name) for name in regimens}
    listed = {name: 1 if them.listed is None else len(_listed(them, study)) for name, them in who.items()}
    arms = {name: (who[name], listed[name], regimen) for name, regimen in regimens.items()}
    asked = study.outputs.quantities if study.outputs else ()
    scanned = {study.scan.arm: len(patients_by_steps(study))} if study.scan else {}
    check_size(arms, days=len(_days(study)), asked=asked, scanned=scanned, catalogue=within)


def _listed(who: Patients, study: Study) -> list[Facts]:
    return mackensen_2022() if who.listed == FIVE_PATIENTS else read_patients(study.folder / str(who.listed))


def _regimen(arm: str, text: str, catalogue: Catalogue) -> Regimen:
    try:
        return Regimen.parse(text, catalogue.drugs)
    except ImmunoresetError as error:
        raise InvalidRegimen(f"arm '{arm}': {error}") from None


def draw_twins(who: Patients, study: Study, catalogue: Catalogue) -> Twins:
    """The patients that the document names: twins of listed patients, or patients drawn from a population."""
    if who.population is not None:
        count = who.n or 1
        baseline = None if who.baseline is None else study.folder / who.baseline
        cohort = drawn_patients(who.population, count, seed=study.seed, baseline=baseline, catalogue=catalogue)
        names = [f"patient {number + 1}" for number in cohort.ids.tolist()]
        patient, twin = np.arange(count), np.zeros(count, dtype=int)
    else:
        listed = _listed(who, study)
        cohort = twins_of_all(listed, who.twins, seed=study.seed, catalogue=catalogue)
        names = [facts.patient for facts in listed]
        patient, twin = np.divmod(np.arange(len(cohort)), who.twins)
    changed = cohort.with_values(who.parameters, beyond_bounds=who.beyond_bounds)
    changed = changed.with_factors(who.factors, beyond_bounds=who.beyond_bounds)
    everybody = Twins(changed, names, patient, twin)
    return everybody if who.only is None else _one_of(everybody, who.only)


def _one_of(twins: Twins, name: str) -> Twins:
    """The twins of one patient, with the random numbers that they have among all."""
    numbered = [one for one in twins.names if one.lstrip("abcdefghijklmnopqrstuvwxyz ") == name]
    wanted = name if name in twins.names or len(numbered) != 1 else numbered[0]
    if wanted not in twins.names:
        raise unknown("patient", name, twins.names[:20])
    rows = np.flatnonzero(twins.patient == twins.names.index(wanted))
    return Twins(twins.cohort.select(rows), [wanted], np.zeros(len(rows), dtype=int), twins.twin[rows])


def _treat(study: Study, arm: str, regimen: Regimen, who: Twins) -> Treated:
    """The arm, with everything that will happen to its twins."""
    try:
        ready = course.prepare(who.cohort, regimen, start=study.start, stop=study.stop)
    except ImmunoresetError as error:
        raise InvalidRegimen(f"arm '{arm}': {error}") from None
    asked = study.outputs.quantities if study.outputs else ()
    return Treated(arm, who, regimen, ready, tuple(dict.fromkeys((*followed(who.cohort.illness), *asked))), _days(study))


def _check_outputs(study: Study, treated: Mapping[str, Treated]) -> None:
    """Raise UnknownName for a quantity that no arm of the study has, InvalidValue for the name of several states."""
    patients = [ready.arm.patient for ready in treated.values()]
    known = {name for patient in patients for name in patient.outputs}
    readings = {name for patient in patients for module in patient.modules for name in module.readings}
    states = sorted({name for patient in patients for name in patient.states})
    for name in study.outputs.quantities if study.outputs else ():
        if name not in known:
            raise unknown("quantity for [outputs]", name, sorted(known))
        meant = [state for state in states if state.endswith(f".{name}")]
        if len(meant) > 1 and name not in readings:
            raise InvalidValue(f"[outputs] '{name}' can be {' or '.join(meant)}; write which")


def _solve(
    study: Study, ready: Treated, threads: int | None, progress: Callable[[int, int], None] | None
) -> tuple[Course, Solution, dict[str, int]]:
    """The courses of one arm."""
    return course.solve(
        ready.arm,
        ready.twins.cohort,
        outputs=ready.outputs,
        readouts=readouts(ready.twins.cohort.theta),
        grid=ready.days,
        rtol=study.tolerance_of(ready.name).rtol,
        threads=threads,
        progress=progress,
    )


def _simulate(
    study: Study, ready: Treated, threads: int | None, progress: Callable[[int, int], None] | None
) -> tuple[ArmResult, Mapping[str, object]]:
    """The result of one arm, and how it was solved. Twins are solved in pieces, of which curves stay in single precision."""
    twins, done, failures, solver, told = len(ready.twins.patient), 0, Counter[str](), {}, None
    kept = Kept(twins, len(ready.days))
    for rows in pieces(twins):
        piece = ready if len(rows) == twins else _treat(study, ready.name, ready.regimen, ready.twins.select(rows))
        report = None if progress is None else lambda now, _, before=done: progress(before + now, twins)
        solved, solution, reasons = _solve(study, piece, threads, report)
        kept.add(rows, solved, solution, ready.twins.cohort.illness)
        failures.update(reasons)
        solver, done = solution.solver, done + len(rows)
        if told is None:  # they are of the arm, and any of its courses tells them
            told = warnings_of(ready.regimen, ready.arm, ready.twins.cohort, solved)
    return _result(ready, kept, dict(failures), told or ()), solver


def _result(ready: Treated, kept: Kept, failures: Mapping[str, int], told: tuple[str, ...]) -> ArmResult:
    """What was kept of the courses of one arm, with its names and units."""
    who, outputs = ready.twins, ready.arm.patient.outputs
    events = kept.events()
    rows = events.pop("row")
    shown = [name for name in kept.curves if name in outputs]
    return ArmResult(
        str(ready.regimen),
        who.names,
        Outcomes(who.patient, who.twin, kept.failed, kept.outcomes),
        kept.curves,
        failures,
        {"patient": who.patient[rows], "twin": who.twin[rows], **events},
        {name: outputs[name].unit for name in shown},
        {name: outputs[name].label for name in shown},
        told,
        (who.cohort.illness,),
    )


def simulate_arm(
    study: Study, arm: str, *, threads: int | None = None, catalogue: Catalogue | None = None, theta: Theta | None = None
) -> tuple[Course, Twins]:
    """The solved courses of one arm and whose they are, as `run` simulates them. Raises UnknownName for another arm."""
    if arm not in study.arms:
        raise unknown("arm", arm, study.arms)
    within = catalogue_of(study, catalogue, theta)
    twins = draw_twins(study.patients_of(arm), study, within)
    ready = _treat(study, arm, _regimen(arm, study.arms[arm].treatment, within), twins)
    return _solve(study, ready, threads, None)[0], twins


def _reporter(arm: str, progress: Progress | None) -> Callable[[int, int], None] | None:
    return None if progress is None else lambda done, total: progress(arm, done, total)

"""Many thetas on the same patients: theta x arm x patient, solved together.

    thetas = [Theta.current().with_values({"kexp": value}) for value in (1.9, 2.1, 2.3)]
    rows = simulate_rows(thetas, "cart", {"car-t": "cd19-car-t 1e6 cells/kg on day 0"}, n=64, seed=1)
    rows.mean("crs_any")                    # theta x arm

Patient i has the same named draws, flares and chance of the graft under every theta and in every arm, so that differences
between thetas are those of the numbers and not of the patients.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from immunoreset.catalogue import Catalogue, Theta, built_in
from immunoreset.errors import InvalidRegimen, InvalidValue, unknown
from immunoreset.followed import days_to_store, followed, readouts
from immunoreset.inference.stacking import Many, draw_stacks
from immunoreset.memory import check_memory, of_rows
from immunoreset.outcomes import outcomes_of, read_outcomes
from immunoreset.patient import course
from immunoreset.patient.draws import hashed
from immunoreset.patient.quasi import sobol
from immunoreset.patient.tolerance import tolerance_of
from immunoreset.population import Cohort
from immunoreset.therapy import Regimen

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]  # arm, courses done, courses in all
COURSES_AT_ONCE = 4096
"""Courses whose trajectories are held at a time: about 200 MB."""
NO_PATIENTS = "no such patients"


@dataclass(frozen=True, eq=False)
class Rows:
    """Outcomes of T thetas in A arms and P patients; arrays are theta x arm x patient.

    `outcomes` are by name, nan where an outcome did not happen, does not apply or the simulation failed, which `failed` says.
    `ids` are the numbers of the patients, (P,), or (T, P) where each theta was given its own. `failures` counts courses by arm
    and reason. `attempts` (T, P) says how often each patient was drawn before he was possible:
    where it differs between thetas, the patient is another one. `refused` says, by the place of a theta, why it has no patients.
    """

    thetas: tuple[Theta, ...]
    arms: tuple[str, ...]
    ids: NDArray[np.int64]
    outcomes: Mapping[str, Floats]
    failed: NDArray[np.bool_]
    failures: Mapping[str, Mapping[str, int]]
    attempts: NDArray[np.int64]
    refused: Mapping[int, str]

    def mean(self, outcome: str) -> Floats:
        """The mean over the patients who have the outcome, theta x arm; for a yes or no, the share. Nan where nobody has it."""
        if outcome not in self.outcomes:
            raise unknown("outcome", outcome, self.outcomes)
        values = self.outcomes[outcome]
        count = np.isfinite(values).sum(axis=2)
        return np.where(count > 0, np.nansum(values, axis=2) / np.maximum(count, 1), np.nan)

    def dataset(self) -> xr.Dataset:
        """The same with labels: the numbers that thetas change are coordinates of `theta`."""
        import xarray as xr

        dims = ("theta", "arm", "patient")
        names = dict.fromkeys(name for theta in self.thetas for name in theta.changed)
        changed = {name: ("theta", [theta.parameter(name).value for theta in self.thetas]) for name in names}
        values = {name: (dims, found) for name, found in self.outcomes.items()}
        return xr.Dataset(
            {**values, "failed": (dims, self.failed), "attempts": (("theta", "patient"), self.attempts)},
            coords={"arm": list(self.arms), "patient": self.ids, **changed},
        )


def simulate_rows(
    thetas: Sequence[Theta],
    patients: str,
    arms: Mapping[str, Regimen | str],
    *,
    n: int = 64,
    ids: NDArray[np.int64] | None = None,
    seed: int = 0,
    quasi: bool = True,
    start: float = -35.0,
    stop: float = 730.0,
    outcomes: Sequence[str] | None = None,
    rtol: float | None = None,
    catalogue: Catalogue | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    at_once: int = COURSES_AT_ONCE,
) -> Rows:
    """The outcomes of `n` patients of the population `patients`, the same for all thetas, in each arm under each theta.

    They are numbered from 0, or `ids` (T, P) numbers those of each theta, so that each can have patients of its own. They are
    quasi-random, or with `quasi` off those that a study of this seed draws. `outcomes` names those that are kept, all
    if not given. `at_once` courses are simulated at a time, which bounds memory; like `threads`, it changes no bit. A theta with
    which there are no patients is told of in `refused`, and does not stop the others. `rtol` is the relative tolerance, that of
    rows if not given. Raises an ImmunoresetError, before any
    simulation, for a population, treatment or outcome that does not exist or cannot be used.

    >>> rows = simulate_rows([Theta.current()], "cart", {"untreated": "no treatment"}, n=4, stop=28, outcomes=["il6_peak"])
    >>> rows.outcomes["il6_peak"].shape
    (1, 1, 4)
    """
    if n < 1 or at_once < 1 or not thetas or not arms:
        raise InvalidValue("rows need one or more of thetas, arms, patients and courses at once; one of them is empty")
    who = _numbered(ids, len(thetas), n)
    n = who.shape[1]
    tolerance = tolerance_of("rows", rtol)
    within = catalogue or built_in()
    disease, _ = within.population(patients)
    about = outcomes_of(disease)
    for name in outcomes or ():
        if name not in about:
            raise unknown("outcome", name, about)
    regimens = {name: _regimen(name, arm, within) for name, arm in arms.items()}
    size = {"curves": len(followed(disease)), "days": len(days_to_store(start, stop)), "outcomes": len(outcomes or about)}
    need = of_rows(len(thetas), n, **size, arms=len(arms), at_once=at_once)
    check_memory(need, f"{n} patients under {len(thetas)} thetas in {len(arms)} arms", count=n, least="patients")
    many = draw_stacks(patients, who, thetas, seed=seed, catalogue=within, source=sobol if quasi else hashed)
    refused = many.refused
    if not many.parts:
        raise InvalidValue(f"none of {len(thetas)} thetas has patients; of the first: {refused[0]}")
    for name, regimen in regimens.items():
        _prepare(name, next(many.stacks(regimen)).cohort, regimen, start, stop)

    shape = (len(thetas), len(arms), n)
    found: dict[str, Floats] = {}
    failed = np.ones(shape, dtype=bool)
    failures: dict[str, Counter[str]] = {name: Counter({NO_PATIENTS: n * len(refused)}) for name in arms}
    for arm, (name, regimen) in enumerate(regimens.items()):
        done = 0
        for stack in many.stacks(regimen):
            for rows in stack.chunks(at_once):
                cohort = stack.cohort.select(rows)
                solved, _, reasons = course.solve(
                    _prepare(name, cohort, regimen, start, stop),
                    cohort,
                    outputs=followed(disease),
                    readouts=readouts(cohort.theta),
                    grid=days_to_store(start, stop),
                    rtol=tolerance.rtol,
                    threads=threads,
                )
                at = (stack.places[rows // n], arm, rows % n)
                for outcome, values in read_outcomes(solved, disease).items():
                    if outcomes is None or outcome in outcomes:
                        found.setdefault(outcome, np.full(shape, np.nan))[at] = values
                failed[at] = solved.failed
                failures[name].update(reasons)
                done += len(rows)
                if progress is not None:
                    progress(name, done, n * (len(thetas) - len(refused)))
    counted = {name: {why: count for why, count in reasons.items() if count} for name, reasons in failures.items()}
    return Rows(
        tuple(thetas), tuple(arms), who if ids is not None else who[0], found, failed, counted, _attempts(many, shape), refused
    )


def _numbered(ids: NDArray[np.int64] | None, thetas: int, n: int) -> NDArray[np.int64]:
    """The numbers of the patients of each theta, (T, P)."""
    if ids is None:
        return np.broadcast_to(np.arange(n), (thetas, n))
    found = np.asarray(ids)
    if found.ndim != 2 or found.shape[0] != thetas or not found.shape[1] or not np.issubdtype(found.dtype, np.integer):
        raise InvalidValue(f"ids are whole numbers of patients, one row for each of {thetas} thetas; got {found.shape}")
    return found


def _attempts(many: Many, shape: tuple[int, int, int]) -> NDArray[np.int64]:
    attempts = np.zeros((shape[0], shape[2]), dtype=np.int64)
    for part in many.parts:
        if part.cohort is not None:
            attempts[part.places] = part.cohort.covariates["attempts"].reshape(len(part.places), -1)
    return attempts


def _regimen(name: str, regimen: Regimen | str, catalogue: Catalogue) -> Regimen:
    try:
        return Regimen.parse(regimen, catalogue.drugs) if isinstance(regimen, str) else regimen
    except InvalidRegimen as fault:
        raise InvalidRegimen(f"arm '{name}': {fault}") from None


def _prepare(name: str, cohort: Cohort, regimen: Regimen, start: float, stop: float) -> course.Arm:
    try:
        return course.prepare(cohort, regimen, start=start, stop=stop)
    except InvalidRegimen as fault:
        raise InvalidRegimen(f"arm '{name}': {fault}") from None

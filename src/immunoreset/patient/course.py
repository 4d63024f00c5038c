"""The one place that simulates an arm: patients under a treatment, from their numbers and events to solved courses.

Studies, tables of trials, the app and the bench all call it, so that what cannot be simulated is refused alike everywhere.
Flares come as random shocks drawn by patient, so that a twin has the same flares under every treatment.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from immunoreset import engine
from immunoreset.engine import Hazard, Shock, Solution
from immunoreset.engine.events import Event
from immunoreset.engine.readouts import Readout
from immunoreset.errors import InvalidRegimen
from immunoreset.patient.compose import Patient, Read, compose
from immunoreset.patient.host import HOST
from immunoreset.patient.module import AnyModule
from immunoreset.patient.theta import Theta
from immunoreset.whole_numbers import whole_number

BETWEEN_VISITS = 28  # days; what is new at a visit is new since the visit before
PIECE = 1000  # twins whose whole courses are judged at once, to bound memory
BELOW_ZERO = 1e-6  # of the largest value of the curve: what is further below zero is no rounding


class Illness(Protocol):
    """A disease, as far as an arm needs to know it."""

    @property
    def modules(self) -> tuple[AnyModule, ...]: ...

    @property
    def natural_events(self) -> Callable[[float, float], tuple[Event, ...]]: ...

    @property
    def name(self) -> str: ...

    @property
    def refuses(self) -> Mapping[str, str]: ...


class Patients(Protocol):
    """Patients with their own numbers; a cohort of the population package is one."""

    @property
    def parameters(self) -> Mapping[str, Any]: ...

    @property
    def ids(self) -> np.ndarray: ...

    @property
    def seed(self) -> int: ...

    @property
    def theta(self) -> Theta: ...

    @property
    def illness(self) -> Illness: ...


class Item(Protocol):
    """A line of a treatment."""

    @property
    def drug(self) -> str: ...

    @property
    def first_day(self) -> float: ...


class Treatment(Protocol):
    """What is given; a regimen of the therapy package is one."""

    @property
    def items(self) -> Sequence[Item]: ...

    def missing(self) -> str: ...

    def modules(self, parameters: Mapping[str, Any], theta: Theta) -> tuple[AnyModule, ...]: ...

    def events(self, patients: Any, *, founder_noise: bool = True, start: float = -np.inf) -> tuple[Event, ...]: ...


def refusal(illness: Illness, item: Item) -> str:
    """Why a disease cannot take a line of a treatment; empty where it can, as it always can rescue, which has no day."""
    return illness.refuses.get(item.drug, "") if item.first_day < math.inf else ""


@dataclass(frozen=True)
class Arm:
    """Patients under one treatment, ready to be solved."""

    patient: Patient
    numbers: Mapping[str, Any]
    events: tuple[Event, ...]
    start: float
    stop: float
    seed: int
    ids: np.ndarray

    def arguments(self) -> dict[str, Any]:
        """What the engine is given, without what is to be read."""
        return {
            "parameters": self.numbers,
            "initial": self.patient.initial,
            "start": self.start,
            "stop": self.stop,
            "events": self.events,
            "atol": self.patient.tolerances,
            "strictness": self.patient.strictness,
            "seed": self.seed,
            "patients": self.ids,
        }

    def readable(self, names: Sequence[str]) -> dict[str, Read]:
        """The readings of these names that this patient has."""
        return {name: self.patient.outputs[name].read for name in names if name in self.patient.outputs}


def prepare(cohort: Patients, treatment: Treatment, *, start: float, stop: float, chance: bool = True) -> Arm:
    """The arm of a cohort under a treatment. `chance` off leaves out random events, and gives everybody the expected graft.

    Raises InvalidRegimen for a treatment that cannot be given on these days, or that the disease cannot take.
    """
    illness, theta = cohort.illness, cohort.theta
    for item in treatment.items:
        if why := refusal(illness, item):
            raise InvalidRegimen(f"{item.drug} is not simulated as a treatment of {illness.name}: {why}")
        if stop < item.first_day < math.inf:
            late = f"{item.drug} from day {item.first_day:g} comes after the last simulated day, {stop:g}"
            raise InvalidRegimen(f"{late}; stop later, or shift the regimen")
    if why := treatment.missing():
        raise InvalidRegimen(why)
    patient = compose(*HOST, *illness.modules, *treatment.modules(cohort.parameters, theta))
    numbers = theta.values_for(patient.modules, cohort.parameters)
    by_nature = illness.natural_events(start, stop)
    if not chance:
        by_nature = tuple(event for event in by_nature if not isinstance(event, Shock | Hazard))
    given = treatment.events(cohort, founder_noise=chance, start=start)
    return Arm(patient, numbers, (*by_nature, *given), start, stop, cohort.seed, np.asarray(cohort.ids))


@dataclass(frozen=True)
class Course:
    """The solved courses of one arm, as outcomes need them: `curves` are twins x days, read-outs and parameters one per twin.

    `ids` (one per twin, their places if not given) and `seed` name what is random about a visit.
    """

    days: np.ndarray
    curves: Mapping[str, np.ndarray]
    readouts: Mapping[str, np.ndarray]
    parameters: Mapping[str, float | np.ndarray]
    failed: np.ndarray
    ids: np.ndarray | None = None
    seed: int = 0

    @cached_property
    def noted(self) -> dict[Hashable, Any]:
        """What several outcomes need of these courses, by what it is, so that it is made once."""
        return {}

    def on(self, day: float, curve: str) -> np.ndarray:
        """The curve on a stored day."""
        return self.curves[curve][:, self.place(day)]

    def place(self, day: float) -> int:
        """Place of a stored day."""
        return int(np.searchsorted(self.days, day))

    def visit_before(self, place: int | np.ndarray) -> np.ndarray:
        """Place of the last stored day at least four weeks earlier, or of the first stored day."""
        earlier = np.searchsorted(self.days, self.days[place] - BETWEEN_VISITS, side="right") - 1
        return np.maximum(earlier, 0)

    def ids_of(self, twins: slice = slice(None)) -> np.ndarray:
        """Numbers of the twins that name their random draws."""
        return (np.arange(len(self.failed)) if self.ids is None else self.ids)[twins]

    def between(self, curve: str, days: np.ndarray) -> np.ndarray:
        """The curve on any simulated days, by straight lines between stored days; twins x days."""
        after = np.clip(np.searchsorted(self.days, days), 1, len(self.days) - 1)
        share = (days - self.days[after - 1]) / (self.days[after] - self.days[after - 1])
        values = self.curves[curve]
        return values[:, after - 1] * (1 - share) + values[:, after] * share

    def pieces(self) -> Iterator[slice]:
        """The twins in pieces."""
        return (slice(first, first + PIECE) for first in range(0, len(self.failed), PIECE))

    def parameters_of(self, twins: slice) -> dict[str, float | np.ndarray]:
        """The parameters of some twins."""
        return {name: np.asarray(value)[twins] if np.ndim(value) else value for name, value in self.parameters.items()}


def solve(
    arm: Arm,
    cohort: Patients,
    *,
    outputs: Sequence[str],
    readouts: Mapping[str, Readout],
    grid: np.ndarray,
    rtol: float,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancel: np.ndarray | None = None,
) -> tuple[Course, Solution, dict[str, int]]:
    """The courses of an arm, what the engine found, and how many twins failed for which reason.

    `outputs` that the composed patient does not have are left out, as those of lupus are in lymphoma; setting `cancel[0]` to 1
    stops the work.
    """
    threads = None if threads is None else whole_number("threads", threads, least=0)
    program = engine.prepare(
        arm.patient.model, **arm.arguments(), outputs=arm.readable(outputs), readouts=readouts, grid=grid, rtol=rtol
    )
    solution = program.run(threads=threads, progress=progress, cancel=cancel)
    return course_of(arm, cohort, solution)


def course_of(arm: Arm, cohort: Patients, solution: Solution) -> tuple[Course, Solution, dict[str, int]]:
    """The courses that were solved; a course that no patient can have is a failure with its reason.

    Curves and read-outs of those who failed are nan, so that nobody judges them; a curve that goes below zero by rounding alone
    is zero there, whatever it is of, so that no table holds less than nothing.
    """
    failed = np.array(solution.failed, dtype=bool)
    reasons = Counter(solution.failures())
    for why, which in impossible_courses(solution).items():
        reasons[why] += int((which & ~failed).sum())
        failed |= which
    outputs = {name: _without(failed, _above_zero(values)) for name, values in solution.outputs.items()}
    read = {name: _without(failed, _above_zero(values)) for name, values in solution.readouts.items()}
    solution = replace(solution, outputs=outputs, readouts=read)
    parameters = {**cohort.parameters, **arm.numbers}
    course = Course(solution.days, solution.outputs, solution.readouts, parameters, failed, arm.ids, arm.seed)
    return course, solution, {why: count for why, count in reasons.items() if count}


def _without(failed: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The values, (n,) or (n, days), without those of patients who failed."""
    return np.where(failed.reshape(-1, *[1] * (values.ndim - 1)), np.nan, values) if failed.any() else values


def _above_zero(values: np.ndarray) -> np.ndarray:
    """Curves (n, days), or read-outs (n,), in which what is below zero by rounding is zero; who is further below stays so."""
    if not (values < 0).any():
        return values
    by_rounding = ~_below_zero(values.reshape(len(values), -1))
    return np.where(by_rounding.reshape(-1, *[1] * (values.ndim - 1)), np.maximum(values, 0.0), values)


def _below_zero(values: np.ndarray) -> np.ndarray:
    """Whose curve (n, days) is below zero by more than rounding, (n,)."""
    lowest = np.fmin.reduce(values, axis=1, initial=np.inf)
    return lowest < -BELOW_ZERO * np.fmax.reduce(np.abs(values), axis=1, initial=1.0)


def impossible_courses(solution: Solution) -> dict[str, np.ndarray]:
    """Masks of courses that the engine solved and nobody can have, by what is wrong with them."""
    found = {}
    for name, values in solution.final.items():
        below = values < -BELOW_ZERO * np.fmax.reduce(np.abs(values), initial=1.0)
        if name not in MAY_BE_NEGATIVE and below.any():
            found[f"'{name}' fell below zero"] = below
    for name, values in solution.outputs.items():
        if name in NEVER_NEGATIVE and (values < 0).any() and (below := _below_zero(values)).any():
            found[f"'{name}' fell below zero"] = below
    for name, values in solution.readouts.items():
        if np.isinf(values).any():
            found[f"'{name}' is infinite"] = np.isinf(values)
    return found


MAY_BE_NEGATIVE = frozenset({"flare.flare_drive"})
NEVER_NEGATIVE = frozenset(
    {
        "naive_b_per_ul",
        "transitional_b_per_ul",
        "memory_b_per_ul",
        "cd20_positive_per_ul",
        "plasmablasts_per_ul",
        "proteinuria",
        "c3",
        "neutrophils",
        "il6",
        "igg_percent",
        "inflammation",
    }
)

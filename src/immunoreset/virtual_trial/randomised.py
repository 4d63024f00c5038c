"""Phase 3 on virtual patients: randomised trials with interim looks, thousands at a time."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset import errors
from immunoreset.engine.random import uniform
from immunoreset.errors import InvalidValue
from immunoreset.trial.group_sequential.boundaries import boundaries, read_looks
from immunoreset.trial.group_sequential.design import GroupSequential
from immunoreset.trial.randomisation.arms import Arms
from immunoreset.trial.randomisation.minimisation import minimise
from immunoreset.trial.randomisation.permuted_blocks import complete_randomisation, permuted_blocks
from immunoreset.virtual_trial.comparing import LEFT_OUT, Effect, Trials, effect, statistic
from immunoreset.virtual_trial.draw import checked_entry, draw_patients
from immunoreset.virtual_trial.endpoint import Endpoint
from immunoreset.virtual_trial.observation import Observed
from immunoreset.virtual_trial.randomised_result import RandomisedResult
from immunoreset.virtual_trial.rescue import Rescue

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Method = Literal["blocks", "minimisation", "complete"]
METHODS: tuple[Method, ...] = ("blocks", "minimisation", "complete")
Null = Literal["", "control", "treatment", "shuffled"]
NULLS: tuple[Null, ...] = ("", "control", "treatment", "shuffled")


@dataclass(frozen=True)
class Factor:
    """A prognostic factor with two levels: a fact at entry that is `at_least` so much, or not."""

    name: str
    at_least: float = 1.0


ONE_ANALYSIS = GroupSequential("none", looks=1)
NEPHRITIS_AND_ACTIVITY = (Factor("nephritis"), Factor("sledai", 10))


@dataclass(frozen=True)
class Randomised:
    """A trial of `treatment` against `control`, arms of the table, with at most `patients` in all.

    `ratio` is treated to control patients. Looks come once the share of patients that `plan` names have been followed up to
    the endpoint. `factors` are strata of the blocks or factors of the minimisation, and strata of the analysis either way.
    Raises InvalidValue for an arm against itself, too few patients, or two looks at the same patients.

    >>> from immunoreset.virtual_trial.endpoint import Response
    >>> trial = Randomised("car-t", "standard", Response("doris", 180), 120, plan=GroupSequential("asOF", looks=3))
    >>> trial.looks
    (40, 80, 120)
    """

    treatment: str
    control: str
    endpoint: Endpoint
    patients: int
    plan: GroupSequential = ONE_ANALYSIS
    ratio: tuple[int, int] = (1, 1)
    factors: tuple[Factor, ...] = NEPHRITIS_AND_ACTIVITY
    method: Method = "blocks"
    rescue: Rescue | None = None
    level: float = 0.95

    def __post_init__(self) -> None:
        if self.treatment == self.control:
            raise InvalidValue(f"arm '{self.treatment}' is compared with itself; name two arms")
        if self.method not in METHODS:
            raise errors.unknown("method of randomisation", self.method, METHODS)
        if self.method == "minimisation" and not self.factors:
            raise InvalidValue("minimisation needs at least one factor; name one, or randomise in blocks")
        if self.patients < 2 * sum(self.ratio):
            raise InvalidValue(f"{self.patients} patients: a trial {self.ratio[0]}:{self.ratio[1]} needs {2 * sum(self.ratio)}")
        looks = self.looks
        for number, (earlier, later) in enumerate(pairwise(looks), start=1):
            if earlier == later:
                raise InvalidValue(
                    f"looks {number} and {number + 1} both come after {later} patients: alpha would be spent twice on the "
                    "same data; plan fewer looks"
                )

    @property
    def looks(self) -> tuple[int, ...]:
        """Patients followed up at each look (K,)."""
        return tuple(int(np.ceil(rate * self.patients - 1e-9)) for rate in self.plan.information)

    @property
    def arms(self) -> Arms:
        """Control is arm 0, treatment arm 1."""
        return Arms(("control", "treatment"), ratio=self.ratio[::-1])


def run_randomised(
    trial: Randomised,
    observed: Observed,
    *,
    trials: int = 2000,
    seed: int = 0,
    replace: bool = True,
    null: Null = "",
    heed_futility: bool = True,
    entry: ArrayLike | None = None,
) -> RandomisedResult:
    """Operating characteristics of a randomised trial on virtual patients.

    `null` simulates no effect: both arms get the outcomes under "control" or "treatment", or outcomes "shuffled" between arms.
    Without `heed_futility` trials go on beyond a futility bound. `entry`, days (n,) or (T, n) in rising order, gives the
    calendar: the day of each look, and who has been enrolled by then. Raises UnknownName for an arm, measure or factor that
    the table does not have, and InvalidValue for a day that is no visit or too few patients to draw without replacement.

    >>> from immunoreset.virtual_trial.observation import Observation, observe
    >>> from immunoreset.virtual_trial.potential_outcomes import potential_outcomes
    >>> arms = {"standard": "none", "car-t": "cd19-car-t 1e6 cells/kg on day 0"}
    >>> seen = observe(potential_outcomes("cart", arms, [180], patients=40), Observation())
    >>> from immunoreset.virtual_trial.endpoint import Change
    >>> run_randomised(Randomised("car-t", "standard", Change("sledai", 180), 60), seen, trials=50).power > 0.5
    True
    """
    data = trial_data(trial, observed, trials=trials, seed=seed, replace=replace, null=null)
    plan = boundaries(trial.plan)
    z = np.stack([statistic(trial.endpoint, data.first(patients)) for patients in trial.looks], axis=1)
    reading = read_looks(plan if heed_futility else dataclasses.replace(plan, futility=()), z)
    estimates = [effect(trial.endpoint, data.first(patients), level=trial.level) for patients in trial.looks]
    place = (np.arange(trials), reading.look - 1)
    at_stop = Effect(*(np.stack(parts, axis=1)[place] for parts in zip(*estimates, strict=True)))
    truth = arm_means(trial, observed)
    days = checked_entry(entry, trials=trials, size=trial.patients)
    duration, enrolled = _calendar(trial, days, reading.look, delay=observed.observation.delay)
    return RandomisedResult(
        trial=trial,
        plan=plan,
        null=null,
        z=z,
        look=reading.look,
        claimed=reading.rejected & (z[place] > 0),
        effect=at_stop,
        truth=(0.0 if null else truth[0] - truth[1]),
        means=truth,
        enrolled=enrolled,
        duration=duration,
        failures=(_share(observed, trial.treatment), _share(observed, trial.control)),
    )


def trial_data(trial: Randomised, observed: Observed, *, trials: int, seed: int, replace: bool = True, null: Null = "") -> Trials:
    """Patients, arms and answers of the simulated trials."""
    if null not in NULLS:
        raise errors.unknown("null", null, NULLS)
    rows = draw_patients(observed.table.patients, trials=trials, size=trial.patients, seed=seed, replace=replace)
    treated, control = observed.arm(trial.treatment), observed.arm(trial.control)
    levels = [(observed.entry(factor.name) >= factor.at_least).astype(np.int64)[rows] for factor in trial.factors]
    stratum = np.zeros(rows.shape, dtype=np.int64)
    for level in levels:
        stratum = 2 * stratum + level
    arm = _randomise(trial, levels, stratum, seed=seed)
    column = np.where(arm == 1, treated, control)
    if null in ("control", "treatment"):
        column = np.full(rows.shape, treated if null == "treatment" else control)
    elif null == "shuffled":
        other = uniform(seed, "virtual trial: shuffled arms", np.arange(trials), trial.patients) < trial.arms.shares[1]
        column = np.where(other, treated, control)
    values = trial.endpoint.read(observed, trial.rescue)
    answer = values.value[rows, column]
    arm = np.where(np.isnan(answer), LEFT_OUT, arm)
    return Trials(arm, stratum, answer, values.event[rows, column], values.baseline[rows])


def _randomise(trial: Randomised, levels: list[Ints], stratum: Ints, *, seed: int) -> Ints:
    trials, patients = stratum.shape
    if trial.method == "minimisation":
        return minimise(trial.arms, levels, seed=seed, trials=trials)
    if trial.method == "complete":
        return complete_randomisation(trial.arms, patients, seed=seed, trials=trials)
    return permuted_blocks(trial.arms, stratum, seed=seed, trials=trials)


def arm_means(trial: Randomised, observed: Observed) -> tuple[float, float]:
    """The true mean of the endpoint in the table, under treatment and under control."""
    truth = trial.endpoint.read(observed, trial.rescue).truth
    means = np.nanmean(truth[:, [observed.arm(trial.treatment), observed.arm(trial.control)]], axis=0)
    return float(means[0]), float(means[1])


def _share(observed: Observed, arm: str) -> float:
    return float(observed.failures[observed.arm(arm)])


def _calendar(trial: Randomised, entry: Floats | None, look: Ints, *, delay: float) -> tuple[Floats, Floats]:
    """The day on which each trial stops, and patients enrolled by then; nan, and those analysed, without a calendar."""
    analysed = np.asarray(trial.looks)[look - 1]
    if entry is None:
        return np.full(len(look), np.nan), analysed.astype(float)
    stops = np.take_along_axis(entry, analysed[:, None] - 1, axis=1)[:, 0] + trial.endpoint.day + delay
    return stops, (entry <= stops[:, None]).sum(axis=1).astype(float)

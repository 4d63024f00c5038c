"""Phase 2 in a single arm of virtual patients: a response rate watched by a stopping table, and a rule for safety."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.errors import InvalidValue
from immunoreset.trial.phase2.bayesian_monitoring import SafetyTable
from immunoreset.trial.phase2.enumeration import StoppingTable
from immunoreset.trial.phase2.two_endpoints import Joint, PairTable
from immunoreset.virtual_trial.draw import checked_entry, draw_patients
from immunoreset.virtual_trial.endpoint import Response
from immunoreset.virtual_trial.monitoring import CLAIM, FUTILE, UNSAFE, Ends, Monitor, exact_ends, monitor, read_monitor
from immunoreset.virtual_trial.observation import Observed
from immunoreset.virtual_trial.rescue import Rescue

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Row = dict[str, float | str]


@dataclass(frozen=True)
class Harm:
    """A toxicity that happens at most once: "dlt", or "crs" or "icans" of a grade `at_least` so much.

    A toxicity after drop-out is not seen; a failed simulation counts as none. Fatal ones are of grade 5.
    """

    name: str
    at_least: float = 1.0

    @property
    def text(self) -> str:
        return self.name if self.at_least == 1 else f"{self.name} of grade {self.at_least:g} or more"

    def read(self, observed: Observed) -> Floats:
        """1 or 0 for every patient in every arm (P, A); UnknownName for an event that the table does not have."""
        seen = observed.once(self.name) >= self.at_least
        day = observed.table.once.get(f"{self.name}_day")
        if day is not None:
            seen &= ~(day > observed.drop_out[:, None])
        return seen.astype(float)


@dataclass(frozen=True)
class Safety:
    """A harm, and when its count stops the trial."""

    harm: Harm
    table: SafetyTable


@dataclass(frozen=True)
class SingleArm:
    """One `arm` of the table watched for a response (Simon, predictive probability, BOP2 or Bayesian monitoring).

    `safety` adds a rule that stops for harm. A table of two endpoints (BOP2) needs the `second` one: a harm or a response; it
    replaces `safety`. Raises InvalidValue for a table without its second endpoint, or a response that leaves patients out.
    """

    arm: str
    endpoint: Response
    stopping: StoppingTable | PairTable
    safety: Safety | None = None
    second: Response | Harm | None = None
    rescue: Rescue | None = None

    def __post_init__(self) -> None:
        pair = isinstance(self.stopping, PairTable)
        if pair and (self.second is None or self.safety is not None):
            raise InvalidValue("a table of two endpoints needs the second one, and no safety rule besides")
        if not pair and self.second is not None:
            raise InvalidValue("a second endpoint goes with a table of two endpoints; give the harm as a safety rule")
        for response in (self.endpoint, self.second):
            if isinstance(response, Response) and response.strategies.missing != "non-response":
                raise InvalidValue("a single arm counts every patient: missing visits must be non-response")

    @property
    def monitor(self) -> Monitor:
        """The decisions of every look."""
        return monitor(self.stopping, None if self.safety is None else self.safety.table)


@dataclass(frozen=True, eq=False)
class SingleArmResult:
    """T simulated trials: patients when they stopped and how they ended (1 claim, 2 futile, 3 unsafe), with the exact chances.

    `rate` and `harm_rate` are those of the table as the trial sees it (nan where there is no second event); `exact` holds for
    independent patients with these rates. `duration` (T,) is nan without a calendar.
    """

    trial: SingleArm
    patients: Ints
    end: Ints
    responses: Ints
    rate: float
    harm_rate: float
    exact: Ends
    duration: Floats
    failures: float

    @property
    def trials(self) -> int:
        return len(self.end)

    @property
    def go(self) -> float:
        """Share of trials that claim that the treatment is promising."""
        return float((self.end == CLAIM).mean())

    @property
    def futile(self) -> float:
        """Share that end, early or at the last look, with too few responses."""
        return float((self.end == FUTILE).mean())

    @property
    def unsafe(self) -> float:
        """Share that stop for harm."""
        return float((self.end == UNSAFE).mean())

    @property
    def early(self) -> float:
        """Share that stop before the last look."""
        return float((self.patients < self.trial.stopping.looks[-1]).mean())

    @property
    def expected_patients(self) -> float:
        return float(self.patients.mean())

    @property
    def estimate(self) -> float:
        """Average response rate seen when the trials stop."""
        return float((self.responses / self.patients).mean())

    def rows(self) -> list[Row]:
        """The operating characteristics as one row, each simulated number with its standard error and exact counterpart."""
        row: Row = {
            "arm": self.trial.arm,
            "endpoint": self.trial.endpoint.text,
            "trials": float(self.trials),
            "most patients": float(self.trial.stopping.looks[-1]),
            "true response rate": self.rate,
            "true rate of second event": self.harm_rate,
        }
        shares = (
            ("go", self.go, self.exact.claim),
            ("no go", self.futile, self.exact.futile),
            ("stop for safety", self.unsafe, self.exact.unsafe),
            ("early stop", self.early, self.exact.early),
        )
        for name, share, exact in shares:
            error = float(np.sqrt(share * (1 - share) / self.trials))
            row |= {name: share, f"{name}, standard error": error, f"{name}, exact": exact}
        error = float(self.patients.std() / np.sqrt(self.trials))
        return [
            row
            | {
                "expected patients": self.expected_patients,
                "expected patients, standard error": error,
                "expected patients, exact": self.exact.expected,
                "mean response rate seen": self.estimate,
                "expected days": float(self.duration.mean()),
                "failed simulations": self.failures,
            }
        ]

    def look_rows(self) -> list[Row]:
        """One row per look: how many trials stop there, simulated and exact."""
        looks = self.trial.monitor.looks
        return [
            {
                "patients": float(look),
                **{name: float(((self.patients == look) & (self.end == code)).mean()) for name, code in _ENDS},
                "stop": float((self.patients == look).mean()),
                "stop, exact": float(exact),
            }
            for look, exact in zip(looks, self.exact.stop_at, strict=True)
        ]


_ENDS = (("go", CLAIM), ("no go", FUTILE), ("stop for safety", UNSAFE))


def run_single_arm(
    trial: SingleArm,
    observed: Observed,
    *,
    trials: int = 10_000,
    seed: int = 0,
    replace: bool = True,
    entry: ArrayLike | None = None,
) -> SingleArmResult:
    """Operating characteristics of a single-arm trial on virtual patients, and by exact enumeration at the same rates.

    Looks come once so many patients have been followed up. `entry`, days (n,) or (T, n) in rising order, gives the duration.
    Raises UnknownName for an arm or measure that the table does not have, and InvalidValue for a day that is no visit or too
    few patients to draw without replacement.

    >>> from immunoreset.virtual_trial.observation import Observation, observe
    >>> from immunoreset.virtual_trial.potential_outcomes import potential_outcomes
    >>> arms = {"standard": "none", "car-t": "cd19-car-t 1e6 cells/kg on day 0"}
    >>> seen = observe(potential_outcomes("cart", arms, [180], patients=40), Observation())
    >>> trial = SingleArm("car-t", Response("sri4", 180), StoppingTable((10, 29), (1, 5)))
    >>> found = run_single_arm(trial, seen, trials=2000)
    >>> abs(found.go - found.exact.claim) < 0.05
    True
    """
    plan = trial.monitor
    most = plan.looks[-1]
    arm = observed.arm(trial.arm)
    first = trial.endpoint.read(observed, trial.rescue).value[:, arm].astype(np.int64)
    second = _second(trial, observed)[:, arm].astype(np.int64)
    rows = draw_patients(observed.table.patients, trials=trials, size=most, seed=seed, replace=replace)
    at = np.asarray(plan.looks) - 1
    counts = np.cumsum(first[rows], axis=1)[:, at], np.cumsum(second[rows], axis=1)[:, at]
    patients, end = read_monitor(plan, *counts)
    responses = counts[0][np.arange(trials), np.searchsorted(np.asarray(plan.looks), patients)]
    days = checked_entry(entry, trials=trials, size=most)
    duration = np.full(trials, np.nan)
    if days is not None:
        duration = np.take_along_axis(days, patients[:, None] - 1, axis=1)[:, 0] + trial.endpoint.day + observed.observation.delay
    joint = joint_rate(first, second)
    watched = trial.safety is not None or trial.second is not None
    harm_rate = joint.rates[1] if watched else float("nan")
    failures = float(observed.failures[arm])
    return SingleArmResult(
        trial, patients, end, responses, joint.rates[0], harm_rate, exact_ends(plan, joint), duration, failures
    )


def joint_rate(first: ArrayLike, second: ArrayLike) -> Joint:
    """Shares of patients (P,) with both events, one of them, or neither.

    >>> joint_rate([1, 1, 0, 0], [1, 0, 0, 0])
    Joint(both=0.25, first_only=0.25, second_only=0.0, neither=0.5)
    """
    a, b = np.asarray(first, dtype=bool), np.asarray(second, dtype=bool)
    return Joint(*(float(np.mean(part)) for part in (a & b, a & ~b, ~a & b, ~a & ~b)))


def _second(trial: SingleArm, observed: Observed) -> Floats:
    """The second event of every patient in every arm (P, A), none where the trial has none."""
    if trial.safety is not None:
        return trial.safety.harm.read(observed)
    if isinstance(trial.second, Harm):
        return trial.second.read(observed)
    if trial.second is not None:
        return trial.second.read(observed, trial.rescue).value
    return np.zeros(observed.table.failed.shape)

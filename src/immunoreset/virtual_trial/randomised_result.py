"""What became of simulated randomised trials: power, where they stop, patients, and how good the estimates are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from immunoreset.trial.group_sequential.boundaries import Boundaries
from immunoreset.virtual_trial.comparing import Effect

if TYPE_CHECKING:
    from immunoreset.virtual_trial.randomised import Randomised

Floats = NDArray[np.float64]
Row = dict[str, float | str]


@dataclass(frozen=True, eq=False)
class RandomisedResult:
    """T simulated trials: the statistic at every look `z` (T, K), the look they stopped at (from 1) and whether they claimed.

    `effect` is the estimate when they stopped, `truth` the effect in the table (0 under a null), `means` the endpoint under
    treatment and control. `enrolled` and `duration` (days) count to the last analysis; duration is nan without a calendar.
    `failures` are the shares of failed simulations under treatment and control.
    """

    trial: Randomised
    plan: Boundaries
    null: str
    z: Floats
    look: NDArray[np.int64]
    claimed: NDArray[np.bool_]
    effect: Effect
    truth: float
    means: tuple[float, float]
    enrolled: Floats
    duration: Floats
    failures: tuple[float, float]

    @property
    def trials(self) -> int:
        return len(self.look)

    @property
    def power(self) -> float:
        """Share of trials that claim a benefit; under a null, the type I error."""
        return float(self.claimed.mean())

    @property
    def power_error(self) -> float:
        """Monte Carlo standard error of the power."""
        return _error(self.power, self.trials)

    @property
    def stop_efficacy(self) -> Floats:
        """Share of trials that claim a benefit at each look (K,)."""
        return np.array([float((self.claimed & (self.look == look)).mean()) for look in self._looks])

    @property
    def stop_futility(self) -> Floats:
        """Share of trials that end at each look without a claim (K,); at the last, those that went on to the end."""
        return np.array([float((~self.claimed & (self.look == look)).mean()) for look in self._looks])

    @property
    def expected_patients(self) -> float:
        """Average number of patients analysed."""
        return float(np.asarray(self.trial.looks)[self.look - 1].mean())

    @property
    def expected_enrolled(self) -> float:
        """Average number of patients enrolled when the trial stops."""
        return float(self.enrolled.mean())

    @property
    def estimate(self) -> float:
        """Average estimate when the trials stop."""
        return float(self.effect.estimate.mean())

    @property
    def bias(self) -> float:
        """Average estimate minus the truth."""
        return self.estimate - self.truth

    @property
    def bias_when_claimed(self) -> float:
        """The same among trials that claimed; nan when none did."""
        return float(self.effect.estimate[self.claimed].mean() - self.truth) if self.claimed.any() else float("nan")

    @property
    def coverage(self) -> float:
        """Share of trials whose interval, not adjusted for looks, holds the truth."""
        return float(((self.effect.lower <= self.truth) & (self.truth <= self.effect.upper)).mean())

    @property
    def _looks(self) -> range:
        return range(1, len(self.trial.looks) + 1)

    def rows(self) -> list[Row]:
        """The operating characteristics as one row."""
        return [
            {
                "treatment": self.trial.treatment,
                "control": self.trial.control,
                "endpoint": self.trial.endpoint.text,
                "null": self.null,
                "most patients": float(self.trial.patients),
                "trials": float(self.trials),
                "power": self.power,
                "power, standard error": self.power_error,
                "expected patients": self.expected_patients,
                "expected enrolled": self.expected_enrolled,
                "expected days": float(self.duration.mean()),
                "mean under treatment": self.means[0],
                "mean under control": self.means[1],
                "true effect": self.truth,
                "mean estimate": self.estimate,
                "bias": self.bias,
                "bias when claimed": self.bias_when_claimed,
                "coverage": self.coverage,
                "coverage, standard error": _error(self.coverage, self.trials),
                "failed simulations, treatment": self.failures[0],
                "failed simulations, control": self.failures[1],
            }
        ]

    def look_rows(self) -> list[Row]:
        """One row per look: patients, bounds on z, and how many trials stop there and why."""
        futility = [*self.plan.futility, *[float("nan")] * (len(self.trial.looks) - len(self.plan.futility))]
        return [
            {
                "look": float(look),
                "patients": float(self.trial.looks[look - 1]),
                "critical z": self.plan.critical[look - 1],
                "futility z": futility[look - 1],
                "alpha spent": self.plan.alpha_spent[look - 1],
                "stop for efficacy": float(self.stop_efficacy[look - 1]),
                "stop without claim": float(self.stop_futility[look - 1]),
                "standard error": _error(float(self.stop_efficacy[look - 1]), self.trials),
            }
            for look in self._looks
        ]


def _error(share: float, trials: int) -> float:
    return float(np.sqrt(share * (1 - share) / trials))

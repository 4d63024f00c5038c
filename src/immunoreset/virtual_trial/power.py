"""Power by sample size: several treatments against one control on the same virtual patients, with one endpoint."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from immunoreset.errors import InvalidValue
from immunoreset.trial.group_sequential.boundaries import Boundaries, boundaries, power, read_looks
from immunoreset.virtual_trial.comparing import Trials, statistic
from immunoreset.virtual_trial.expected_power import drift_per_patient, needed_by_curve, needed_by_drift
from immunoreset.virtual_trial.observation import Observed
from immunoreset.virtual_trial.randomised import Null, Randomised, arm_means, trial_data

Floats = NDArray[np.float64]
Row = dict[str, float | str]


@dataclass(frozen=True, eq=False)
class PowerCurves:
    """Power of each treatment (A,) at each total of patients (N,), simulated with its interval, and by the formula.

    `expected` (A, N) are the patients analysed on average. `needed` (A,) is the total for the `wanted` power, read off the
    simulated curve, and `needed_formula` that of the formula: infinite where it is not reached within the totals (or ever),
    nan where there is no formula. `effect` (A,) is the difference in the table.
    """

    trial: Randomised
    treatments: tuple[str, ...]
    totals: NDArray[np.int64]
    trials: int
    wanted: float
    power: Floats
    lower: Floats
    upper: Floats
    expected: Floats
    formula: Floats
    needed: Floats
    needed_formula: Floats
    effect: Floats

    def rows(self) -> list[Row]:
        """One row per treatment and total."""
        return [
            {
                "treatment": treatment,
                "control": self.trial.control,
                "patients": float(total),
                "power": float(self.power[place, column]),
                "lower": float(self.lower[place, column]),
                "upper": float(self.upper[place, column]),
                "power by formula": float(self.formula[place, column]),
                "expected patients": float(self.expected[place, column]),
            }
            for place, treatment in enumerate(self.treatments)
            for column, total in enumerate(self.totals)
        ]

    def needed_rows(self) -> list[Row]:
        """One row per treatment: its effect and the patients needed."""
        return [
            {
                "treatment": treatment,
                "control": self.trial.control,
                "true effect": float(self.effect[place]),
                "wanted power": self.wanted,
                "patients needed": float(self.needed[place]),
                "patients needed by formula": float(self.needed_formula[place]),
            }
            for place, treatment in enumerate(self.treatments)
        ]


def power_curves(
    trial: Randomised,
    observed: Observed,
    totals: Sequence[int],
    *,
    treatments: Sequence[str] = (),
    trials: int = 2000,
    seed: int = 0,
    wanted: float = 0.8,
    null: Null = "",
    level: float = 0.95,
) -> PowerCurves:
    """Power of `trial` at each of the `totals`, for each of the `treatments` (by default its own) against its control.

    All treatments and totals meet the same patients: a larger trial begins with those of a smaller one. Each comparison has the
    whole alpha. Raises InvalidValue for totals that do not rise or a power outside (alpha, 1), and UnknownName for an arm that
    the table does not have.

    >>> from immunoreset.virtual_trial.observation import Observation, observe
    >>> from immunoreset.virtual_trial.potential_outcomes import potential_outcomes
    >>> arms = {"standard": "none", "car-t": "cd19-car-t 1e6 cells/kg on day 0"}
    >>> seen = observe(potential_outcomes("cart", arms, [180], patients=40), Observation())
    >>> from immunoreset.virtual_trial.endpoint import Change
    >>> trial = Randomised("car-t", "standard", Change("sledai", 180), 60)
    >>> [row["patients"] for row in power_curves(trial, seen, [20, 40], trials=50).rows()]
    [20.0, 40.0]
    """
    sizes = _checked(totals, wanted, alpha=trial.plan.alpha)
    names = tuple(treatments) or (trial.treatment,)
    plan = boundaries(trial.plan)
    found, expected, formula, needed, by_formula, effects = ([] for _ in range(6))
    for name in names:
        one = dataclasses.replace(trial, treatment=name, patients=int(sizes[-1]))
        data = trial_data(one, observed, trials=trials, seed=seed, null=null)
        means = arm_means(one, observed)
        claims, patients = _by_total(one, plan, data, sizes)
        found.append(claims)
        expected.append(patients)
        drift = 0.0 if null else drift_per_patient(one, observed)
        formula.append([power(plan, drift * float(np.sqrt(total))) for total in sizes])
        needed.append(needed_by_curve(sizes, claims, wanted, trials=trials))
        by_formula.append(needed_by_drift(plan, drift, wanted))
        effects.append(0.0 if null else means[0] - means[1])
    share = np.array(found)
    lower, upper = wilson(share, trials, level=level)
    rest = (np.array(part, dtype=float) for part in (expected, formula, needed, by_formula, effects))
    return PowerCurves(trial, names, sizes, trials, wanted, share, lower, upper, *rest)


def _checked(totals: Sequence[int], wanted: float, *, alpha: float) -> NDArray[np.int64]:
    sizes = np.asarray(totals, dtype=np.int64)
    if sizes.ndim != 1 or not sizes.size or np.any(np.diff(sizes) <= 0) or sizes[0] < 1:
        raise InvalidValue(f"power by sample size: totals {list(totals)} must rise from 1 or more")
    if not alpha < wanted < 1:
        raise InvalidValue(f"power by sample size: the wanted power {wanted:g} must be between alpha ({alpha:g}) and 1")
    return sizes


def _by_total(trial: Randomised, plan: Boundaries, data: Trials, sizes: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Share of claims and average patients at each total (N,)."""
    known: dict[int, Floats] = {}
    claims, patients = np.empty(len(sizes)), np.empty(len(sizes))
    for place, total in enumerate(sizes):
        looks = dataclasses.replace(trial, patients=int(total)).looks
        for look in looks:
            if look not in known:
                known[look] = statistic(trial.endpoint, data.first(look))
        z = np.stack([known[look] for look in looks], axis=1)
        reading = read_looks(plan, z)
        benefit = reading.rejected & (z[np.arange(len(z)), reading.look - 1] > 0)
        claims[place], patients[place] = benefit.mean(), np.asarray(looks)[reading.look - 1].mean()
    return claims, patients


def wilson(share: Floats, trials: int, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Wilson's interval of a share of so many trials.

    >>> [round(float(end), 4) for end in wilson(np.array(0.8), 100)]
    [0.7112, 0.8666]
    """
    square = float(ndtri(0.5 + level / 2)) ** 2
    centre = (share + square / (2 * trials)) / (1 + square / trials)
    reach = np.sqrt(square * share * (1 - share) / trials + square**2 / (4 * trials**2)) / (1 + square / trials)
    return centre - reach, centre + reach

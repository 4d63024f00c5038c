"""An interval for a trial of 20 holds as many trials as it says: truths from the same prior, each a trial of other patients."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.catalogue import Theta
from immunoreset.errors import InvalidValue
from immunoreset.inference.posterior import Posterior
from immunoreset.inference.unknowns import prior_of
from immunoreset.study import run
from immunoreset.study_document import Study
from immunoreset.uncertainty.intervals import statistic

CAR_T = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0"
UNKNOWN = (
    "car_t.expansion_max", "car_t.half_antigen", "car_t.kill_max", "car_t.engraftment_fraction", "car_t.blood_to_tissue",
    "car_t.effector_death", "spread of car_t.expansion_max", "cytokines.il6_from_activity", "lymphocytes.regrowth",
    "b_cells.pre_b_maturation", "antibodies.igg_loss_max", "neutrophils.transit",
)  # fmt: skip
CONTINUOUS = (
    "car_t_peak_day",
    "car_t_peak_per_ul",
    "car_t_cleared_day",
    "b_cells_undetectable_day",
    "il6_peak",
    "neutrophils_nadir",
)
SHARES = ("crs_any", "crs_grade2_plus", "doris_day90", "lldas_day90")
N = 20


def study(patients: int, seed: int) -> Study:
    who = {"population": "cart", "n": patients}
    return Study.model_validate({"title": "Coverage", "seed": seed, "stop": 100, "patients": who, "arms": {"car-t": CAR_T}})


def held(draws: int, patients: int, truths: int) -> dict[str, float]:
    """The share of synthetic trials whose report lies in the interval, by outcome."""
    theta = Theta.current()
    unknowns = [prior_of(theta, name) for name in UNKNOWN if theta.has(name.removeprefix("spread of "))]
    assert len(unknowns) >= 8
    arm = run(study(patients, 1), posterior=Posterior.of_prior(unknowns, 2 * draws, 5), draws=draws).arms["car-t"]
    inside: dict[str, list[bool]] = {name: [] for name in (*CONTINUOUS, *SHARES)}
    truth = Posterior.of_prior(unknowns, truths, 99)
    for place in range(truths):
        try:
            trial = run(study(N, 1000 + place), theta=truth.theta(place, theta)).arms["car-t"]
        except InvalidValue:  # such patients do not exist, so that nobody could make this trial
            continue
        for name, each in inside.items():
            seen = float(statistic(trial.outcomes.values[name], share=name in SHARES))
            low, high = arm.interval(name, 0.9, n=N).trial
            each.append(low - 1e-9 <= seen <= high + 1e-9)
    assert all(len(each) > 0.8 * truths for each in inside.values())
    return {name: float(np.mean(each)) for name, each in inside.items()}


@pytest.mark.slow
def test_trials_lie_in_the_interval_sampled():
    found = held(draws=40, patients=64, truths=24)
    assert 0.80 < np.mean([found[name] for name in CONTINUOUS]) < 0.98, found  # 24 truths: three standard errors
    assert np.mean([found[name] for name in SHARES]) > 0.8, found


@pytest.mark.full
def test_90_percent_intervals_hold_86_to_94_percent_of_trials():
    found = held(draws=128, patients=256, truths=300)
    assert 0.86 <= np.mean([found[name] for name in CONTINUOUS]) <= 0.94, found
    assert all(found[name] > 0.86 for name in SHARES), found  # a share of 20 has steps, so that its interval holds a little more

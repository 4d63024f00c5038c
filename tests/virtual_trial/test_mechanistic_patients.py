"""Phase 2 and phase 3 on simulated patients: the whole way from a regimen to operating characteristics."""

import numpy as np
import pytest

from immunoreset.trial.group_sequential.design import GroupSequential
from immunoreset.trial.phase2.bayesian_monitoring import SafetyTable
from immunoreset.trial.phase2.simon import simon_two_stage
from immunoreset.virtual_trial.endpoint import Change, Response, TimeTo
from immunoreset.virtual_trial.observation import Observation, observe
from immunoreset.virtual_trial.potential_outcomes import potential_outcomes
from immunoreset.virtual_trial.randomised import Randomised, run_randomised
from immunoreset.virtual_trial.rescue import Rescue
from immunoreset.virtual_trial.single_arm import Harm, Safety, SingleArm, run_single_arm

ARMS = {"standard": "none", "car-t": "cd19-car-t 1e6 cells/kg on day 0"}


def simulate(threads):
    return potential_outcomes("cart", ARMS, [28, 84, 180], patients=120, seed=1, threads=threads)


@pytest.fixture(scope="module")
def seen():
    return observe(simulate(2), Observation(missed=0.05, drop_out=0.05, delay=7), seed=1)


def test_car_t_beats_no_treatment_in_a_randomised_trial(seen):
    for endpoint in (Response("sri4", 180), Change("sledai", 180)):
        trial = Randomised("car-t", "standard", endpoint, 80, plan=GroupSequential("asOF", looks=2), rescue=Rescue())
        found = run_randomised(trial, seen, trials=300)
        assert found.power > 0.5
        assert found.expected_patients < 80


def test_remission_comes_earlier_under_car_t(seen):
    trial = Randomised("car-t", "standard", TimeTo("lldas", 180, good=True), 80)
    found = run_randomised(trial, seen, trials=300)
    assert found.truth < 0
    assert found.power > 0.2


def test_single_arm_with_a_safety_rule_agrees_with_enumeration(seen):
    design = simon_two_stage(0.05, 0.25, n_max=40).optimal.table
    safety = Safety(Harm("crs", 3), SafetyTable((5, 10, 15), (2, 3, 4)))
    found = run_single_arm(SingleArm("car-t", Response("drug_free_doris", 180), design, safety=safety), seen, trials=5000)
    assert 0 < found.rate < 1
    assert abs(found.go - found.exact.claim) <= 4 * np.sqrt(found.exact.claim * (1 - found.exact.claim) / found.trials)


def test_the_number_of_threads_changes_no_byte(seen):
    alone = observe(simulate(1), seen.observation, seed=1)
    trial = Randomised("car-t", "standard", Change("sledai", 180), 60)
    first, second = (run_randomised(trial, one, trials=100).z.tobytes() for one in (seen, alone))
    assert first == second

"""Single-arm trials on a table: simulated and exact operating characteristics agree for every kind of design."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.trial.analysis.estimand import Strategies
from immunoreset.trial.phase2.bayesian_monitoring import Rule, SafetyTable, against_rate, safety_table
from immunoreset.trial.phase2.beta_mixture import BetaMixture
from immunoreset.trial.phase2.bop2 import Thresholds, bop2_pair_table, bop2_table
from immunoreset.trial.phase2.enumeration import StoppingTable, operating_characteristics
from immunoreset.trial.phase2.predictive_probability import PredictiveProbability
from immunoreset.trial.phase2.simon import simon_two_stage
from immunoreset.virtual_trial.endpoint import Response
from immunoreset.virtual_trial.observation import Observation, observe
from immunoreset.virtual_trial.single_arm import Harm, Safety, SingleArm, joint_rate, run_single_arm

DORIS = Response("doris", 180)
SAFETY = Safety(Harm("dlt"), safety_table(BetaMixture((1.0,), (0.3,), (0.7,)), 0.3, (6, 12, 18), sure=0.8))
FLAT = BetaMixture((1.0,), (0.3,), (0.7,))
DESIGNS = {
    "Simon": SingleArm("rituximab", DORIS, simon_two_stage(0.2, 0.4, n_max=50).optimal.table),
    "predictive": SingleArm("rituximab", DORIS, PredictiveProbability(36, 10, 0.25, certainty=0.9, futile=0.05).table()),
    "BOP2": SingleArm("rituximab", DORIS, bop2_table(0.25, (10, 20, 30), Thresholds(0.85, 0.7))),
    "BOP2 with toxicity": SingleArm(
        "car-t", DORIS, bop2_pair_table("toxicity", (0.35, 0.35), (10, 20, 30), Thresholds(0.8, 0.7)), second=Harm("dlt")
    ),
    "Bayesian with safety": SingleArm("car-t", DORIS, against_rate(FLAT, 0.35, (12, 24), Rule(0.1, 0.9, 0.99)), safety=SAFETY),
    "severe CRS": SingleArm(
        "car-t", DORIS, StoppingTable((10, 29), (3, 12)), safety=Safety(Harm("crs", 3), SafetyTable((5, 10, 20), (3, 5, 9)))
    ),
}


@pytest.fixture(scope="module")
def seen(invented_table):
    return observe(invented_table, Observation(missed=0.05, drop_out=0.1), seed=2)


@pytest.mark.parametrize("name", DESIGNS)
def test_simulated_and_exact_characteristics_agree_within_four_standard_errors(name, seen):
    found = run_single_arm(DESIGNS[name], seen, trials=20_000, seed=3)
    pairs = [(found.go, found.exact.claim), (found.futile, found.exact.futile), (found.unsafe, found.exact.unsafe)]
    for share, exact in [*pairs, (found.early, found.exact.early)]:
        assert abs(share - exact) <= 4 * np.sqrt(exact * (1 - exact) / found.trials) + 1e-12
    error = found.patients.std() / np.sqrt(found.trials)
    assert abs(found.expected_patients - found.exact.expected) <= 4 * error
    assert found.go + found.futile + found.unsafe == pytest.approx(1)


def test_exact_characteristics_are_those_of_the_design_at_the_rate_in_the_table(seen):
    trial = DESIGNS["Simon"]
    found = run_single_arm(trial, seen, trials=10)
    rate = DORIS.read(seen).value[:, seen.arm("rituximab")].mean()
    assert found.rate == pytest.approx(rate)
    assert isinstance(trial.stopping, StoppingTable)
    assert found.exact.claim == pytest.approx(float(operating_characteristics(trial.stopping, [rate]).claim[0]), abs=1e-12)
    assert np.isnan(found.harm_rate)


def test_missed_visits_and_drop_out_lower_the_rate_that_the_trial_sees(invented_table, seen):
    perfect = run_single_arm(DESIGNS["Simon"], observe(invented_table, Observation()), trials=2000)
    lossy = run_single_arm(DESIGNS["Simon"], seen, trials=2000)
    assert lossy.rate < perfect.rate
    assert lossy.go < perfect.go


def test_the_same_seed_gives_the_same_trials_and_rival_designs_the_same_patients(seen):
    first, again = (run_single_arm(DESIGNS["BOP2"], seen, trials=500, seed=9) for _ in range(2))
    np.testing.assert_array_equal(first.patients, again.patients)
    np.testing.assert_array_equal(first.end, again.end)
    full = run_single_arm(SingleArm("rituximab", DORIS, StoppingTable((30,), (10,))), seen, trials=500, seed=9)
    to_the_end = first.patients == 30
    assert to_the_end.any()
    np.testing.assert_array_equal(first.responses[to_the_end], full.responses[to_the_end])


def test_a_toxicity_after_drop_out_is_not_seen(invented_table):
    soon = observe(invented_table, Observation(drop_out=20), seed=1)
    arm = soon.arm("car-t")
    harmed = Harm("dlt").read(soon)[:, arm] == 1
    assert harmed.any()
    assert (soon.drop_out[harmed] >= 9).all()
    assert harmed.sum() < invented_table.once["dlt"][:, arm].sum()


def test_the_calendar_gives_the_day_of_the_decision(invented_table):
    seen = observe(invented_table, Observation(delay=7))
    entry = 10.0 * np.arange(43)
    found = run_single_arm(DESIGNS["Simon"], seen, trials=200, entry=entry)
    np.testing.assert_array_equal(found.duration, 10 * (found.patients - 1) + 187)


def test_rows_carry_standard_errors_and_exact_counterparts(seen):
    found = run_single_arm(DESIGNS["Bayesian with safety"], seen, trials=1000)
    (row,) = found.rows()
    assert row["go, exact"] == found.exact.claim
    assert sum(float(one["stop"]) for one in found.look_rows()) == pytest.approx(1)
    assert [one["patients"] for one in found.look_rows()] == [6, 12, 18, 24]


def test_joint_rates_add_up():
    first, second = [1, 1, 0, 0, 1], [1, 0, 1, 0, 1]
    joint = joint_rate(first, second)
    assert sum(joint) == pytest.approx(1)
    assert joint.rates == (pytest.approx(0.6), pytest.approx(0.6))


def test_what_cannot_be_run_is_refused(seen):
    pair = bop2_pair_table("toxicity", (0.2, 0.3), (10, 20), Thresholds(0.8, 0.7))
    with pytest.raises(InvalidValue, match="needs the second one"):
        SingleArm("car-t", DORIS, pair)
    with pytest.raises(InvalidValue, match="goes with a table of two endpoints"):
        SingleArm("car-t", DORIS, StoppingTable((10,), (3,)), second=Harm("dlt"))
    with pytest.raises(InvalidValue, match="missing visits must be non-response"):
        leave_out = Strategies("composite", "composite", "composite", missing="leave out")
        SingleArm("car-t", Response("doris", 180, leave_out), StoppingTable((10,), (3,)))
    with pytest.raises(UnknownName, match="no arm 'placebo'"):
        run_single_arm(SingleArm("placebo", DORIS, StoppingTable((10,), (3,))), seen, trials=5)
    with pytest.raises(UnknownName, match="no event 'sepsis'"):
        safety = Safety(Harm("sepsis"), SafetyTable((5,), (3,)))
        run_single_arm(SingleArm("car-t", DORIS, StoppingTable((10,), (3,)), safety=safety), seen, trials=5)
    with pytest.raises(InvalidValue, match="2001 patients without replacement, but the table has 2000"):
        run_single_arm(SingleArm("car-t", DORIS, StoppingTable((2001,), (300,))), seen, trials=2, replace=False)

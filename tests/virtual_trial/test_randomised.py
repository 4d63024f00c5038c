"""Randomised trials on a table: type I error, coverage, power by look, and the bias of stopping early."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.trial.analysis.cmh import cmh_test
from immunoreset.trial.analysis.estimand import Strategies
from immunoreset.trial.analysis.tables import tabulate
from immunoreset.trial.group_sequential.boundaries import boundaries, crossing_probabilities
from immunoreset.trial.group_sequential.design import BetaSpending, FutilityBounds, GroupSequential
from immunoreset.trial.sample_size.rates import power_rates
from immunoreset.virtual_trial.draw import draw_patients
from immunoreset.virtual_trial.endpoint import Change, Response, TimeTo
from immunoreset.virtual_trial.expected_power import drift_per_patient
from immunoreset.virtual_trial.observation import Observation, observe
from immunoreset.virtual_trial.randomised import Factor, Randomised, run_randomised, trial_data
from immunoreset.virtual_trial.rescue import Rescue

TWO_LOOKS = GroupSequential("asOF", looks=2)
DORIS = Response("doris", 180)
LEAVE_OUT = Response("doris", 180, Strategies("composite", "composite", "composite", missing="leave out"))
ENDPOINTS = {
    "response": DORIS,
    "response, missing left out": LEAVE_OUT,
    "change": Change("sledai", 180),
    "change, missing left out": Change("sledai", 180, missing="leave out"),
    "log-rank": TimeTo("relapse_day", 365),
    "rmst": TimeTo("relapse_day", 365, test="rmst"),
    "first response": TimeTo("doris", 365, good=True),
}


@pytest.fixture(scope="module")
def seen(invented_table):
    return observe(invented_table, Observation(missed=0.05, drop_out=0.1), seed=2)


def trial_of(endpoint, patients=200, **options):
    return Randomised("car-t", "standard", endpoint, patients, plan=options.pop("plan", TWO_LOOKS), **options)


def within(share, expected, trials, *, more=0.0):
    return abs(share - expected) <= 4 * np.sqrt(expected * (1 - expected) / trials) + more


@pytest.mark.parametrize("null", ["control", "treatment", "shuffled"])
@pytest.mark.parametrize("name", ENDPOINTS)
def test_type_one_error_is_alpha_within_monte_carlo_error(name, null, seen):
    found = run_randomised(trial_of(ENDPOINTS[name]), seen, trials=2000, seed=3, null=null)
    # the tests are asymptotic: restricted means are known to be a little liberal with 50 patients per arm
    assert within(found.power, 0.025, found.trials, more=0.003 if name == "rmst" else 0.0)
    assert found.truth == 0
    assert abs(found.bias) <= 4 * found.effect.estimate.std() / np.sqrt(found.trials)


@pytest.mark.parametrize("name", ["response", "change", "log-rank", "first response"])
def test_intervals_of_one_analysis_cover_the_truth(name, seen):
    one = trial_of(ENDPOINTS[name], plan=GroupSequential("none", looks=1), rescue=Rescue())
    found = run_randomised(one, seen, trials=2000, seed=5)
    assert within(found.coverage, 0.95, found.trials)
    assert found.truth != 0


@pytest.mark.parametrize("method", ["blocks", "minimisation", "complete"])
def test_each_way_to_randomise_keeps_alpha(method, seen):
    found = run_randomised(trial_of(DORIS, method=method), seen, trials=1500, null="shuffled")
    assert within(found.power, 0.025, found.trials)


def test_power_at_each_look_is_that_of_the_boundaries(seen):
    plan = GroupSequential("asOF", looks=3, futility=BetaSpending("bsOF"))
    trial = trial_of(DORIS, 150, plan=plan)
    found = run_randomised(trial, seen, trials=3000, seed=1)
    theory = crossing_probabilities(boundaries(plan), drift_per_patient(trial, seen) * np.sqrt(150))
    # the formula knows no strata and is asymptotic
    np.testing.assert_allclose(found.stop_efficacy, theory.upper, atol=0.035)
    np.testing.assert_allclose(found.stop_futility[:-1], theory.lower[:-1], atol=0.02)
    assert found.stop_efficacy.sum() + found.stop_futility.sum() == pytest.approx(1)
    assert found.power == pytest.approx(float(found.stop_efficacy.sum()))


def test_one_analysis_without_strata_has_the_power_of_the_formula(seen):
    trial = trial_of(DORIS, 160, plan=GroupSequential("none", looks=1), factors=(), ratio=(3, 1))
    found = run_randomised(trial, seen, trials=4000)
    assert within(found.power, float(power_rates(*found.means, 160, ratio=3)), found.trials, more=0.02)


def test_futility_that_is_not_binding_keeps_alpha_when_nobody_heeds_it(seen):
    plan = GroupSequential("asP", looks=2, futility=FutilityBounds((0.5,)))
    heeded, ignored = (
        run_randomised(trial_of(DORIS, plan=plan), seen, trials=2000, null="control", heed_futility=heed)
        for heed in (True, False)
    )
    assert heeded.power <= ignored.power
    assert within(ignored.power, 0.025, 2000)
    assert ignored.stop_futility[0] == 0
    assert heeded.stop_futility[0] > 0.5
    assert heeded.expected_patients < ignored.expected_patients


def test_binding_futility_spends_all_of_alpha_only_when_it_is_heeded(seen):
    plan = GroupSequential("asP", looks=2, futility=FutilityBounds((0.5,), binding=True))
    heeded, ignored = (
        run_randomised(trial_of(DORIS, plan=plan), seen, trials=2000, null="control", heed_futility=heed)
        for heed in (True, False)
    )
    assert within(heeded.power, 0.025, 2000)
    assert ignored.power > heeded.power


def test_stopping_early_for_benefit_overstates_the_effect(seen):
    looks = run_randomised(trial_of(DORIS, plan=GroupSequential("P", looks=3)), seen, trials=3000)
    fixed = run_randomised(trial_of(DORIS, plan=GroupSequential("none", looks=1)), seen, trials=3000)
    error = looks.effect.estimate.std() / np.sqrt(looks.trials)
    assert looks.bias > 4 * error
    assert looks.bias_when_claimed > looks.bias
    assert abs(fixed.bias) < 4 * error
    assert looks.expected_patients < fixed.expected_patients


def test_patients_who_need_rescue_are_no_responders_in_any_arm(seen):
    with_rescue, without = (run_randomised(trial_of(DORIS, rescue=rule), seen, trials=50) for rule in (Rescue(), None))
    lost = np.subtract(without.means, with_rescue.means)
    assert (lost > 0).all()


@pytest.mark.parametrize("endpoint", [TimeTo("doris", 365, good=True), TimeTo("relapse_day", 365)], ids=lambda one: one.text)
def test_earlier_good_events_and_later_bad_ones_favour_the_treatment(endpoint, seen):
    found = run_randomised(trial_of(endpoint), seen, trials=100)
    assert found.z.mean() > 2
    assert (found.truth < 0) == endpoint.good


def test_strata_are_the_levels_of_all_factors_and_adjust_the_test(seen):
    trial = trial_of(DORIS, 120, plan=GroupSequential("none", looks=1))
    data = trial_data(trial, seen, trials=50, seed=1)
    rows = draw_patients(2000, trials=50, size=120, seed=1)
    facts = seen.table.strata
    np.testing.assert_array_equal(data.stratum, (2 * facts["nephritis"] + (facts["sledai"] >= 10))[rows])
    adjusted, plain = (cmh_test(tabulate(data.value, data.arm, stratum=one)).z for one in (data.stratum, None))
    found = run_randomised(trial, seen, trials=50, seed=1)
    np.testing.assert_allclose(found.z[:, 0], adjusted)
    assert not np.allclose(adjusted, plain)


def test_the_ratio_and_the_strata_are_kept(seen):
    data = trial_data(trial_of(DORIS, 180, ratio=(2, 1)), seen, trials=200, seed=1)
    assert abs((data.arm == 1).mean() - 2 / 3) < 0.01
    for stratum in range(4):
        members = data.stratum == stratum
        balance = np.abs(((data.arm == 1) & members).sum(axis=1) - 2 / 3 * members.sum(axis=1))
        assert balance.max() <= 3


def test_the_same_seed_gives_the_same_trials_however_many_there_are(seen):
    few, many = (run_randomised(trial_of(DORIS, method="blocks"), seen, trials=trials, seed=4) for trials in (20, 60))
    np.testing.assert_array_equal(few.z, many.z[:20])
    longer = trial_data(trial_of(DORIS, 300), seen, trials=5, seed=4)
    shorter = trial_data(trial_of(DORIS, 100), seen, trials=5, seed=4)
    np.testing.assert_array_equal(longer.first(100).value, shorter.value)


def test_the_calendar_counts_those_enrolled_while_the_look_waits_for_follow_up(invented_table):
    seen = observe(invented_table, Observation(delay=14))
    found = run_randomised(trial_of(DORIS), seen, trials=300, entry=np.arange(200.0))
    early = found.look == 1
    assert early.any()
    assert (found.enrolled[early] == 200).all()
    assert (found.duration[early] == 99 + 194).all()
    slow = run_randomised(trial_of(DORIS), seen, trials=300, entry=3.0 * np.arange(200.0))
    assert (slow.enrolled[slow.look == 1] == 100 + 194 // 3).all()
    np.testing.assert_array_equal(found.z, slow.z)


def test_an_arm_whose_follow_up_ends_early_does_not_end_the_simulation(invented_table):
    short = observe(invented_table, Observation(drop_out=3), seed=1)
    found = run_randomised(trial_of(TimeTo("relapse_day", 365), 24, plan=TWO_LOOKS), short, trials=200)
    assert np.isfinite(found.effect.estimate).all()


def test_rows_tell_the_looks(seen):
    found = run_randomised(trial_of(DORIS), seen, trials=200)
    assert [row["patients"] for row in found.look_rows()] == [100, 200]
    (row,) = found.rows()
    assert row["power"] == found.power
    assert row["endpoint"] == "doris on day 180"


def test_alpha_cannot_be_spent_twice(seen):
    with pytest.raises(InvalidValue, match="looks 1 and 2 both come after 8 patients: alpha would be spent twice"):
        trial_of(DORIS, 8, plan=GroupSequential("asOF", looks=(0.95, 1.0)))
    spent = GroupSequential("asUser", looks=2, spent=(0.02, 0.05))
    with pytest.raises(InvalidValue, match=r"ends at 0\.05, more than the 0\.025 there is to spend"):
        run_randomised(trial_of(DORIS, plan=spent), seen, trials=5)


def test_what_cannot_be_run_is_refused(seen):
    with pytest.raises(InvalidValue, match="compared with itself"):
        Randomised("car-t", "car-t", DORIS, 100)
    with pytest.raises(UnknownName, match="no arm 'placebo'"):
        run_randomised(Randomised("car-t", "placebo", DORIS, 100), seen, trials=5)
    with pytest.raises(UnknownName, match="no fact at entry 'age'"):
        run_randomised(trial_of(DORIS, factors=(Factor("age", 40),)), seen, trials=5)
    with pytest.raises(InvalidValue, match="day 200 is no visit"):
        run_randomised(trial_of(Response("doris", 200)), seen, trials=5)
    with pytest.raises(InvalidValue, match="2500 patients without replacement, but the table has 2000"):
        run_randomised(trial_of(DORIS, 2500), seen, trials=5, replace=False)
    with pytest.raises(InvalidValue, match="needs 6"):
        trial_of(DORIS, 5, ratio=(2, 1))
    with pytest.raises(InvalidValue, match="at least one factor"):
        trial_of(DORIS, method="minimisation", factors=())
    with pytest.raises(UnknownName, match="no method of randomisation 'coin'"):
        trial_of(DORIS, method="coin")
    with pytest.raises(UnknownName, match="no null 'both'"):
        run_randomised(trial_of(DORIS), seen, trials=5, null="both")  # pyright: ignore[reportArgumentType]

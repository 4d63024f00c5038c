"""Power by sample size: against the formula, between treatments, and the number of patients needed."""

import dataclasses

import numpy as np
import pytest

from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.trial.group_sequential.boundaries import boundaries
from immunoreset.trial.group_sequential.design import GroupSequential
from immunoreset.trial.sample_size.means import power_means
from immunoreset.trial.sample_size.rates import power_rates, sample_size_rates
from immunoreset.virtual_trial.endpoint import Change, Response, TimeTo
from immunoreset.virtual_trial.expected_power import drift_per_patient, needed_by_curve, needed_by_drift
from immunoreset.virtual_trial.observation import Observation, observe
from immunoreset.virtual_trial.power import power_curves, wilson
from immunoreset.virtual_trial.randomised import Randomised, run_randomised

DORIS = Response("doris", 180)
ONE = GroupSequential("none", looks=1)
TOTALS = (60, 120, 200, 320)


@pytest.fixture(scope="module")
def seen(invented_table):
    return observe(invented_table, Observation(missed=0.05, drop_out=0.1), seed=2)


def trial_of(endpoint, **options):
    return Randomised("car-t", "standard", endpoint, 100, **options)


def test_curves_follow_the_formula_and_the_better_treatment_needs_fewer(seen):
    curves = power_curves(trial_of(DORIS), seen, TOTALS, treatments=("car-t", "rituximab"), trials=3000)
    np.testing.assert_allclose(curves.power, curves.formula, atol=0.04)
    assert (np.diff(curves.power, axis=1) > 0).all()
    assert (curves.power[0] > curves.power[1]).all()
    assert curves.needed[0] == pytest.approx(curves.needed_formula[0], rel=0.1)
    assert np.isinf(curves.needed[1])
    assert curves.needed_formula[1] > TOTALS[-1]


def test_the_formula_for_responses_is_the_fixed_one_at_the_rates_of_the_table(seen):
    trial = trial_of(DORIS)
    treated, control = DORIS.read(seen).value[:, [1, 0]].mean(axis=0)
    curves = power_curves(trial, seen, TOTALS, trials=10)
    np.testing.assert_allclose(curves.formula[0], power_rates(treated, control, TOTALS), atol=0.01)
    assert curves.needed_formula[0] == pytest.approx(sample_size_rates(treated, control).total, rel=1e-6)
    assert curves.effect[0] == pytest.approx(treated - control)


@pytest.mark.parametrize(
    "endpoint", [Change("sledai", 180), TimeTo("relapse_day", 365), TimeTo("doris", 365, good=True)], ids=lambda one: one.text
)
def test_other_endpoints_have_the_power_that_their_drift_predicts(endpoint, seen):
    curves = power_curves(trial_of(endpoint), seen, (60, 100, 160), trials=3000)
    np.testing.assert_allclose(curves.power, curves.formula, atol=0.04)


def test_adjusting_for_the_value_at_entry_gives_the_power_of_the_spread_that_is_left(invented_table):
    noise = np.random.default_rng(1).normal(0, 3, (invented_table.patients, 3, 4))
    entry = invented_table.strata["sledai"]
    # half of the value at entry stays: the change falls with it
    activity = 0.5 * entry[:, None, None] + noise - np.array([0.0, 1.5, 1.0])[:, None]
    seen = observe(dataclasses.replace(invented_table, visits={"sledai": activity}), Observation())
    curves = power_curves(trial_of(Change("sledai", 180)), seen, (60, 120), trials=3000)
    np.testing.assert_allclose(curves.formula[0], power_means(curves.effect[0], 3, [60, 120]), atol=0.03)
    np.testing.assert_allclose(curves.power, curves.formula, atol=0.03)


def test_each_total_is_a_trial_of_that_size(seen):
    plan = GroupSequential("asOF", looks=2)
    curves = power_curves(trial_of(DORIS, plan=plan), seen, (80, 160), trials=500, seed=6)
    for place, total in enumerate((80, 160)):
        single = Randomised("car-t", "standard", DORIS, total, plan=plan)
        found = run_randomised(single, seen, trials=500, seed=6)
        assert curves.power[0, place] == found.power
        assert curves.expected[0, place] == found.expected_patients


def test_without_effect_the_curve_is_alpha_and_no_number_is_enough(seen):
    curves = power_curves(trial_of(DORIS), seen, (100, 200), trials=3000, null="control")
    assert (np.abs(curves.power - 0.025) < 4 * np.sqrt(0.025 * 0.975 / 3000)).all()
    assert np.isinf(curves.needed[0])
    assert np.isinf(curves.needed_formula[0])


def test_a_treatment_that_does_worse_is_never_shown_to_be_better(seen):
    reverse = Randomised("standard", "car-t", DORIS, 100)
    assert drift_per_patient(reverse, seen) == pytest.approx(-drift_per_patient(trial_of(DORIS), seen))
    curves = power_curves(reverse, seen, (100,), trials=500)
    assert curves.power[0, 0] < 0.01
    assert np.isinf(curves.needed_formula[0])


def test_the_number_needed_is_where_the_curve_crosses():
    sizes = np.arange(20, 400, 20)
    plan = boundaries(ONE)
    exact = needed_by_drift(plan, 0.2, 0.8)
    curve = power_rates(0.5, 0.3, sizes)
    assert exact == pytest.approx(((1.959964 + 0.841621) / 0.2) ** 2, rel=1e-5)
    assert needed_by_curve(sizes, curve, 0.8, trials=10_000) == pytest.approx(sample_size_rates(0.5, 0.3).total, rel=1e-3)
    assert needed_by_curve(sizes, np.full(len(sizes), 0.9), 0.8, trials=100) == 20
    assert np.isinf(needed_by_curve(sizes, np.full(len(sizes), 0.7), 0.8, trials=100))


def test_the_interval_of_a_share_covers_it():
    rng = np.random.default_rng(1)
    for rate in (0.05, 0.8):
        lower, upper = wilson(rng.binomial(500, rate, 4000) / 500, 500)
        assert abs(((lower <= rate) & (rate <= upper)).mean() - 0.95) < 0.02


def test_rows_have_one_line_per_treatment_and_total(seen):
    curves = power_curves(trial_of(DORIS), seen, TOTALS, treatments=("car-t", "rituximab"), trials=50)
    assert [row["patients"] for row in curves.rows()] == [*TOTALS, *TOTALS]
    assert [row["treatment"] for row in curves.needed_rows()] == ["car-t", "rituximab"]


def test_what_cannot_be_run_is_refused(seen):
    with pytest.raises(InvalidValue, match="must rise from 1 or more"):
        power_curves(trial_of(DORIS), seen, (100, 50))
    with pytest.raises(InvalidValue, match=r"wanted power 0\.01 must be between alpha"):
        power_curves(trial_of(DORIS), seen, (100,), wanted=0.01)
    with pytest.raises(UnknownName, match="no arm 'belimumab'"):
        power_curves(trial_of(DORIS), seen, (100,), treatments=("belimumab",), trials=5)

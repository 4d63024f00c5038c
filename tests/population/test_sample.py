"""Virtual patients have the medians and spreads of the specification, and each is the same in any company."""

import numpy as np
import pytest

from immunoreset.catalogue import Theta, built_in
from immunoreset.catalogue.standard import patient_with
from immunoreset.disease.lupus.chart import sledai_score
from immunoreset.errors import ImmunoresetError, InvalidValue, UnknownName
from immunoreset.patient.spreads import Lognormal, log_sd, read_spread
from immunoreset.population import POPULATIONS, Cohort, join, sample, sample_ids

N = 20_000
COHORT = sample("cart", N, seed=3)
THETA = Theta.current()
TYPICAL = THETA.typical()


def untreated(cohort: Cohort):
    """The patient with the disease of the cohort and every drug, untreated: the composed patient, state and numbers."""
    patient = patient_with(cohort.illness.name)
    p = patient.build(cohort.theta.values_for(patient.modules, cohort.parameters))
    return patient, patient.initial(p), p


def ln_sd(values) -> float:
    return float(np.std(np.log(values)))


@pytest.mark.parametrize(
    ("name", "cv"),
    [
        ("body.weight", 0.18),
        ("lymphocytes.baseline", 0.40),
        ("lymphocytes.cytokine_maximum", 0.20),
        ("cytokines.il6_gain", 0.45),
        ("b_cells.naive_loss", 0.25),
        ("b_cells.half_pre_b", 0.60),
        ("b_cells.naive_tissue", 0.45),
        ("b_cells.memory_follicle", 0.45),
        ("car_t.kill_max", 0.30),
        ("cytokines.half_killing", 0.40),
        ("rituximab.kill_follicle", 1.20),
    ],
)
def test_median_and_spread_are_those_of_the_specification(name, cv):
    values = COHORT.parameters[name]
    assert np.median(values) == pytest.approx(TYPICAL[name], rel=0.03)
    assert ln_sd(values) == pytest.approx(log_sd(cv), rel=0.05)


def test_each_rule_of_the_parameter_table_is_sampled():
    own = {module.name for module in COHORT.catalogue.modules_of(COHORT.illness)}
    numbers = {name: parameter for name, parameter in THETA.table.items() if name.split(".")[0] in own}
    by_rule = [name for name, parameter in numbers.items() if isinstance(read_spread(parameter.spread), Lognormal)]
    assert len(by_rule) > 40 and all(name in COHORT.parameters for name in by_rule)
    assert all(np.std(COHORT.parameters[name]) > 0 for name in by_rule)


def test_spreads_that_are_only_suggested_are_not_sampled():
    assert COHORT.parameters["car_t.half_antigen"] == TYPICAL["car_t.half_antigen"]
    assert COHORT.parameters["belimumab.clearance"] == TYPICAL["belimumab.clearance"]


def test_values_stay_inside_their_bounds():
    below_cut_off = {"autoantibody.anti_dsdna_baseline", "body.surface_area"}
    for name, values in COHORT.parameters.items():
        low, high = THETA.table[name].bounds
        if name not in below_cut_off and np.ndim(values):
            assert np.all((values >= low) & (values <= high)), name


def test_b_cell_pools_rise_and_fall_together_and_blood_varies_more():
    p = COHORT.parameters
    assert np.ptp(p["b_cells.naive_tissue"] / p["b_cells.memory_follicle"]) < 0.1
    extra = np.log(p["b_cells.naive_blood"] / p["b_cells.naive_tissue"])
    assert extra.std() == pytest.approx(log_sd(0.40), rel=0.05)


def test_access_of_anti_cd20_is_shared_with_the_powers_of_the_specification():
    p = COHORT.parameters
    access = np.log(p["rituximab.kill_tissue"] / TYPICAL["rituximab.kill_tissue"])
    inside = (access > -2) & (access < 2)
    np.testing.assert_allclose(np.log(p["rituximab.kill_follicle"] / TYPICAL["rituximab.kill_follicle"])[inside], access[inside])
    memory = p["rituximab.kill_autoreactive_memory"] / TYPICAL["rituximab.kill_autoreactive_memory"]
    np.testing.assert_allclose(np.log(memory)[inside], 2 * access[inside])
    assert np.corrcoef(access, np.log(p["rituximab.kill_blood"]))[0, 1] == pytest.approx(0.7 * 0.944 / 0.96, abs=0.12)


def test_three_percent_have_a_sanctuary():
    access = COHORT.parameters["car_t.access_autoreactive"]
    hidden = access < 0.1
    assert hidden.mean() == pytest.approx(0.03, abs=0.005)
    assert access[hidden].min() >= 1e-3
    assert access[hidden].max() <= 10**-1.5


def test_shares_of_inflammation_add_up_to_one():
    p = COHORT.parameters
    total = p["inflammation.weight_other"] + p["inflammation.weight_activated"] + p["inflammation.weight_complexes"]
    np.testing.assert_allclose(total, 1)
    younger = 0.6 * np.log(32 / 35) / 0.30  # chronicity of the median age, 32
    assert np.median(p["inflammation.weight_other"]) == pytest.approx(1.392 * 0.1647 * np.exp(0.5044 * younger), rel=0.03)
    assert p["inflammation.weight_other"].max() == 0.6


def test_igg_sources_add_up_to_one():
    p = COHORT.parameters
    sources = p["antibodies.igg_from_long_lived"] + p["antibodies.igg_from_short_lived"] + p["antibodies.igg_from_autoreactive"]
    np.testing.assert_allclose(sources, 1)


@pytest.mark.parametrize(("population", "median"), [("cart", 150), ("ln", 91), ("trial", 69)])
def test_anti_dsdna_reading_has_the_median_of_its_population(population, median):
    reading = sample(population, 5000, seed=4).covariates["anti_dsdna_reading"]
    assert np.median(reading) == pytest.approx(median, rel=0.08)


def test_refractory_patients_score_as_pooled_cohorts_do_at_entry():
    assert 12.3 <= COHORT.covariates["sledai_2k"].mean() <= 13.9


def test_refractory_patients_meet_the_entry_criteria_and_three_of_four_have_nephritis():
    assert COHORT.covariates["sledai_2k"].min() >= 8
    assert COHORT.covariates["nephritis"].mean() == pytest.approx(0.75, abs=0.01)


def test_recorded_sledai_is_what_the_untreated_patient_scores():
    for population in ("cart", "trial", "ln"):
        cohort = sample(population, 2000, seed=8)
        patient, state, p = untreated(cohort)
        scored = sledai_score(patient.outputs["sledai_items"].read(0.0, state, p)).total.values
        np.testing.assert_array_equal(cohort.covariates["sledai_2k"], scored)


def test_populations_meet_their_entry_criteria():
    trial, nephritis = sample("trial", 3000, seed=2), sample("ln", 3000, seed=2)
    assert trial.covariates["sledai_2k"].min() >= 6
    assert not trial.covariates["nephritis"].any()
    assert np.all(trial.parameters["flare.mean"] <= 0)
    assert nephritis.parameters["nephritis.proteinuria_baseline"].min() >= 1
    assert np.median(trial.covariates["background_response"]) == pytest.approx(0.1659, rel=0.08)
    assert np.median(nephritis.covariates["background_response"]) == pytest.approx(0.1453, rel=0.08)
    assert nephritis.covariates["mycophenolate_adherence"].mean() == pytest.approx(2 / 3.2, abs=0.02)
    assert np.all(COHORT.covariates["background_response"] == 0)


@pytest.mark.parametrize("population", POPULATIONS)
def test_every_patient_is_possible(population):
    cohort = sample(population, 3000, seed=6)
    patient, state, p = untreated(cohort)
    assert all(np.all(np.asarray(value) > 0) for value in patient.impossible(p).values())
    assert all(np.all(np.asarray(value) >= 0) for group in state for value in group)
    assert all(np.all(np.isfinite(value)) for value in cohort.parameters.values())


def test_patient_is_the_same_in_any_company():
    few = sample_ids("cart", np.array([1234, 7, 19_999]), seed=3)
    for name, values in COHORT.parameters.items():
        if np.ndim(values):
            np.testing.assert_array_equal(few.parameters[name], values[few.ids], err_msg=name)
    for name, values in COHORT.covariates.items():
        np.testing.assert_array_equal(few.covariates[name], values[few.ids], err_msg=name)


def test_refused_draws_do_not_disturb_other_patients():
    again = np.flatnonzero(COHORT.covariates["attempts"] > 1)[:5]
    assert len(again) == 5
    alone = sample_ids("cart", again, seed=3)
    np.testing.assert_array_equal(alone.parameters["car_t.expansion_max"], COHORT.parameters["car_t.expansion_max"][again])


def test_seeds_give_different_patients():
    other = sample("cart", 100, seed=4)
    assert not np.any(other.parameters["body.weight"] == COHORT.parameters["body.weight"][:100])


def test_toxicity_shifts_are_standard_logistic():
    for name in ("crs.shift", "icans.shift"):
        shift = COHORT.parameters[name]
        assert np.median(shift) == pytest.approx(0, abs=0.05)
        assert shift.std() == pytest.approx(np.pi / np.sqrt(3), rel=0.03)


def test_cancers_carry_a_tumour_and_no_lupus():
    for name, spread in (("lymphoma", 0.9), ("leukaemia", 2.3)):
        cohort = sample(name, 5000, seed=1)
        burden = cohort.parameters["malignancy.burden"]
        assert np.median(burden) == pytest.approx(THETA.typical(name)["malignancy.burden"], rel=0.15)
        low, middle = np.log(np.quantile(burden, [0.1587, 0.5]))  # the upper tail ends at the capacity
        assert middle - low == pytest.approx(spread, rel=0.1)
        of_lupus = {module.name for module in built_in().disease("lupus").modules}
        assert cohort.illness.name == name and not of_lupus & {number.split(".")[0] for number in cohort.parameters}
        assert np.all(cohort.covariates["sledai_2k"] == 0)


def test_body_surface_follows_height_and_weight():
    p, height = COHORT.parameters, COHORT.covariates["height_cm"]
    np.testing.assert_allclose(p["body.surface_area"] ** 2, height * p["body.weight"] / 3600)
    assert np.median(p["body.surface_area"]) == pytest.approx(1.72, rel=0.02)


def test_batches_and_join_give_the_cohort_back():
    cohort = sample("cart", 10, seed=1)
    whole = join(list(cohort.batches(3)))
    np.testing.assert_array_equal(whole.ids, cohort.ids)
    np.testing.assert_array_equal(whole.parameters["body.weight"], cohort.parameters["body.weight"])
    with pytest.raises(InvalidValue, match="share patient numbers"):
        join([cohort, cohort])


def test_unknown_population_gets_a_suggestion_and_empty_cohort_is_refused():
    with pytest.raises(ImmunoresetError, match="no population 'carts'; did you mean 'cart'"):
        sample("carts", 3, seed=1)
    with pytest.raises(InvalidValue, match="give a whole number, at least 1"):
        sample("cart", 0, seed=1)


def test_nephritis_shows_in_the_urine():
    cohort = sample("cart", 2000, seed=3)
    nephritis = cohort.covariates["nephritis"]
    assert cohort.parameters["nephritis.proteinuria_baseline"][nephritis].min() > 0.5
    assert nephritis.mean() == pytest.approx(0.75, abs=0.03)


def test_a_cohort_with_another_number_is_the_same_but_for_it():
    cohort = sample("cart", 10, seed=1)
    changed = cohort.with_values({"kexp": 2.2, "killing.access_autoreactive": 0.5})
    assert {name for name, value in changed.parameters.items() if value is not cohort.parameters[name]} == {
        "car_t.expansion_max",
        "car_t.access_autoreactive",
    }
    assert changed.parameters["car_t.expansion_max"] == 2.2
    assert np.ndim(cohort.parameters["car_t.expansion_max"]) == 1


def test_numbers_with_which_nobody_could_live_are_refused_in_one_line():
    cohort = sample("cart", 10, seed=1)
    with pytest.raises(InvalidValue, match=r"with kFo = 0\.00\d+ there is no such patient: the rate of naive B cells") as fault:
        cohort.with_values({"kFo": THETA.parameter("kFo").bounds[0]})
    assert "\n" not in str(fault.value)
    with pytest.raises(InvalidValue, match="'kexp' is 9; give a value from"):
        cohort.with_values({"kexp": 9.0})
    with pytest.raises(UnknownName, match="did you mean 'kexp'"):
        cohort.with_values({"kexpp": 2.0})
    with pytest.raises(InvalidValue, match="finite"):
        cohort.with_values({"kexp": float("nan")}, beyond_bounds=True)
    with pytest.raises(InvalidValue, match=r"the untreated 'b_cells\.pre_b' must not be negative"):
        cohort.with_values({"b_cells.naive_tissue": -5.0, "b_cells.naive_follicle": -1.0}, beyond_bounds=True)


def test_patients_are_drawn_around_the_numbers_of_their_catalogue():
    changed = built_in().with_values({"kexp": 1.8})
    usual, slow = sample("cart", 500, seed=1), sample("cart", 500, seed=1, catalogue=changed)
    ratio = slow.parameters["car_t.expansion_max"] / usual.parameters["car_t.expansion_max"]
    assert np.median(ratio) == pytest.approx(1.8 / TYPICAL["car_t.expansion_max"], rel=1e-9)
    assert slow.theta.table["car_t.expansion_max"].value == 1.8
    np.testing.assert_array_equal(slow.parameters["body.weight"], usual.parameters["body.weight"])


@pytest.mark.parametrize(
    ("population", "low_c3", "positive"), [("trial", (0.39, 0.46), (0.68, 0.75)), ("ln", (0.55, 0.65), (0.72, 0.82))]
)
def test_serology_at_entry_is_that_of_the_trials(population, low_c3, positive):
    """BLISS-SC and BLISS-LN."""
    cohort = sample(population, 4000, seed=11)
    assert low_c3[0] <= np.mean(cohort.parameters["inflammation.c3_baseline"] < 0.9) <= low_c3[1]
    assert positive[0] <= np.mean(cohort.covariates["anti_dsdna_reading"] >= 30) <= positive[1]


def test_chronicity_grows_with_age_and_slows_healing():
    covariates, p = COHORT.covariates, COHORT.parameters
    chronicity, age = covariates["chronicity"], np.log(covariates["age"] / 35) / 0.30
    assert np.corrcoef(chronicity, age)[0, 1] == pytest.approx(0.6, abs=0.05)
    for name in ("nephritis.structural_share", "nephritis.proteinuria_floor", "inflammation.weight_other"):
        assert np.corrcoef(chronicity, np.log(p[name]))[0, 1] > 0.3, name
    assert covariates["class_v"][covariates["nephritis"]].mean() == pytest.approx(0.42, abs=0.02)
    assert not covariates["class_v"][~covariates["nephritis"]].any()
    lasting = p["nephritis.structural_share"]
    assert np.median(lasting[covariates["class_v"]]) > 2 * np.median(lasting[~covariates["class_v"]])

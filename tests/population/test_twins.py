"""Virtual twins agree with what is known of the patient and vary in what is not."""

import numpy as np
import pytest

from immunoreset.catalogue import Theta
from immunoreset.disease.lupus.presentation import titre_reading
from immunoreset.errors import InvalidValue
from immunoreset.population import Facts, mackensen_2022, sample, twins, twins_of_all


def test_twins_agree_with_score_nephritis_and_body():
    cohort = twins(Facts("a", age=22, sex="M", weight_kg=81, sledai_2k=16, nephritis=True), 200, seed=1)
    assert len(cohort) == 200
    assert np.all(cohort.covariates["sledai_2k"] == 16)
    assert np.all(cohort.covariates["nephritis"])
    assert np.all(cohort.covariates["age"] == 22)
    assert np.all(cohort.covariates["sex"] == "M")
    assert np.all(cohort.parameters["body.weight"] == 81)
    assert np.std(cohort.parameters["car_t.expansion_max"]) > 0


def test_nephritis_shows_in_the_urine_of_every_twin():
    cohort = twins_of_all(mackensen_2022(), 400, seed=1)
    assert cohort.parameters["nephritis.proteinuria_baseline"].min() > 0.5


def test_little_protein_that_was_measured_is_believed():
    cohort = twins(Facts("a", nephritis=True, upcr_g_per_g=0.3), 200, seed=1)
    assert np.median(cohort.parameters["nephritis.proteinuria_baseline"]) == pytest.approx(0.3, rel=0.1)


def test_odd_score_agrees_with_the_even_one_below():
    assert set(twins(Facts("a", sledai_2k=13), 100, seed=1).covariates["sledai_2k"]) == {12, 13}


def test_laboratory_values_vary_by_the_noise_of_the_assay():
    facts = Facts("a", upcr_g_per_g=3.0, anti_dsdna_iu_per_ml=500, c3_g_per_l=0.5, igg_g_per_l=20)
    cohort = twins(facts, 2000, seed=1)
    for values, known, noise in (
        (cohort.parameters["nephritis.proteinuria_baseline"], 3.0, 0.20),
        (titre_reading(cohort.parameters["autoantibody.anti_dsdna_baseline"], Theta.current()), 500, 0.25),
        (cohort.parameters["inflammation.c3_baseline"], 0.5, 0.10),
        (cohort.parameters["antibodies.igg_baseline"], 20, 0.10),
    ):
        assert np.median(values) == pytest.approx(known, rel=0.03)
        assert np.std(np.log(values)) == pytest.approx(noise, rel=0.1)
    assert np.all(cohort.covariates["nephritis"])


def test_ranges_are_respected():
    cohort = twins(Facts("a", age_range=(18, 24), sledai_2k_range=(8, 16)), 300, seed=1)
    assert cohort.covariates["age"].min() >= 18
    assert cohort.covariates["age"].max() <= 24
    scores = set(cohort.covariates["sledai_2k"])
    assert {8, 10, 12, 14, 16} < scores <= set(range(8, 17)), "fever and low counts make it odd"


def test_patient_of_whom_nothing_is_known_is_any_patient():
    cohort = twins(Facts("a"), 2000, seed=1)
    anyone = sample("cart", 2000, seed=1)
    assert cohort.covariates["sledai_2k"].min() >= 8
    assert cohort.covariates["sledai_2k"].mean() == pytest.approx(anyone.covariates["sledai_2k"].mean(), abs=0.5)


def test_twins_do_not_depend_on_how_many_are_asked_for_or_on_other_patients():
    one = Facts("rank5", sledai_2k=8, nephritis=True)
    few, many = twins(one, 20, seed=1), twins(one, 50, seed=1)
    np.testing.assert_array_equal(few.ids, many.ids[:20])
    np.testing.assert_array_equal(few.parameters["body.weight"], many.parameters["body.weight"][:20])
    both = twins_of_all([Facts("other", sledai_2k=16), one], 20, seed=1)
    np.testing.assert_array_equal(both.ids[20:], few.ids)


def test_numbers_stay_exact_in_json():
    assert twins(mackensen_2022()[0], 5, seed=1).ids.max() < 2**53


def test_too_few_twins_is_an_error_that_says_how_many():
    with pytest.raises(InvalidValue, match=r"only \d+ of 400 twins agree with patient 'x' \(SLEDAI-2K 2, nephritis\)"):
        twins(Facts("x", sledai_2k=2, nephritis=True), 400, seed=1)


def test_published_patients_have_twins():
    cohort = twins_of_all(mackensen_2022(), 50, seed=1)
    assert len(cohort) == 250
    assert np.all(cohort.covariates["nephritis"])
    median = [np.median(cohort.covariates["sledai_2k"][cohort.covariates["twin_of"] == f"rank{k}"]) for k in (1, 2, 3, 5)]
    assert median == [16, 16, 16, 8]

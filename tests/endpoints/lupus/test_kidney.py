"""Estimated kidney filtration: published values, laws, and who is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.lupus.kidney import (
    creatinine_clearance_cockcroft_gault,
    egfr_bedside_schwartz,
    egfr_ckd_epi_2021,
)
from immunoreset.endpoints.quantities import Creatinine, Height, Weight
from immunoreset.errors import InvalidValue, UnknownName

serum = st.floats(0.2, 12)
ages = st.floats(18, 95)
sexes = st.sampled_from(["F", "M"])


def test_ckd_epi_2021_at_the_turning_points_is_142_times_age_and_sex():
    assert egfr_ckd_epi_2021(Creatinine(0.9, "mg/dL"), age=40, sex="M").value == pytest.approx(142 * 0.9938**40)
    assert egfr_ckd_epi_2021(Creatinine(0.7, "mg/dL"), age=40, sex="F").value == pytest.approx(142 * 0.9938**40 * 1.012)


@given(serum, ages, sexes)
def test_egfr_falls_with_creatinine_and_age_and_does_not_depend_on_the_unit(mg_dl, age, sex):
    rate = egfr_ckd_epi_2021(Creatinine(mg_dl, "mg/dL"), age=age, sex=sex).value
    assert egfr_ckd_epi_2021(Creatinine(mg_dl * 1.1, "mg/dL"), age=age, sex=sex).value < rate
    assert egfr_ckd_epi_2021(Creatinine(mg_dl, "mg/dL"), age=age + 5, sex=sex).value < rate
    assert egfr_ckd_epi_2021(Creatinine(mg_dl * 88.42, "umol/L"), age=age, sex=sex).value == pytest.approx(rate)


@given(serum, ages, sexes, st.sampled_from(["creatinine", "age", "sex"]))
def test_range_holds_the_true_rate_when_something_is_missing(mg_dl, age, sex, missing):
    known = {"creatinine": Creatinine(mg_dl, "mg/dL"), "age": age, "sex": sex}
    true, partly = (egfr_ckd_epi_2021(**facts).rounded(4) for facts in (known, known | {missing: None}))
    assert partly.low <= true.low <= partly.high
    weight = Weight(70, "kg")
    true, partly = (
        creatinine_clearance_cockcroft_gault(**facts, weight=weight).rounded(4) for facts in (known, known | {missing: None})
    )
    assert partly.low <= true.low <= partly.high


def test_arrays_give_the_same_rates_as_single_visits():
    values, age, sex = np.array([0.5, 1.2, np.nan]), np.array([20.0, 50, 70]), np.array(["F", "M", "F"])
    together = egfr_ckd_epi_2021(Creatinine(values, "mg/dL"), age=age, sex=sex)
    apart = [egfr_ckd_epi_2021(Creatinine(v, "mg/dL"), age=a, sex=s) for v, a, s in zip(values, age, sex, strict=True)]
    np.testing.assert_array_equal(together.values, [np.nan if one.value is None else one.value for one in apart])


@pytest.mark.parametrize("age", [17.9, [40, 12]])
def test_the_young_are_refused_with_the_name_of_what_to_use(age):
    with pytest.raises(InvalidValue, match="egfr_bedside_schwartz"):
        egfr_ckd_epi_2021(Creatinine(0.7, "mg/dL"), age=age, sex="F")
    with pytest.raises(InvalidValue, match="CKiD U25"):
        creatinine_clearance_cockcroft_gault(Creatinine(0.7, "mg/dL"), age=age, sex="F", weight=Weight(50, "kg"))


def test_unknown_sex_and_creatinine_without_unit_are_refused():
    with pytest.raises(UnknownName, match="known"):
        egfr_ckd_epi_2021(Creatinine(0.7, "mg/dL"), age=30, sex="female")
    with pytest.raises(InvalidValue, match="no unit"):
        egfr_ckd_epi_2021(0.7, age=30, sex="F")  # type: ignore[arg-type]


def test_schwartz_grows_with_height_and_takes_any_unit():
    small = egfr_bedside_schwartz(Creatinine(50, "umol/L"), height=Height(1.0, "m"))
    assert small.value == pytest.approx(0.413 * 100 / (50 / 88.42))
    assert egfr_bedside_schwartz(Creatinine(50, "umol/L"), height=Height(110, "cm")).value > small.value


def test_clearance_of_a_woman_is_85_percent_of_that_of_a_man():
    facts = {"age": 50, "weight": Weight(60, "kg")}
    man, woman = (creatinine_clearance_cockcroft_gault(Creatinine(1, "mg/dL"), sex=sex, **facts).value for sex in "MF")
    assert woman == pytest.approx(0.85 * man)

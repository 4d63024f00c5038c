"""Virtual patients under CAR-T cells behave as the cohort of the specification (section 7); rescue acts as prescribed."""

import numpy as np
import pytest

from immunoreset.catalogue.standard import typical
from immunoreset.engine import FirstAbove, Maximum, Minimum, TimeOfMaximum, simulate
from immunoreset.patient.course import prepare
from immunoreset.population import Cohort, sample
from immunoreset.therapy import Regimen, standard

N, START, STOP = 300, -7.0, 60.0
SPECIFIED = {"lymphocytes.gain_without_inflammation": 0.0}
READOUTS = {
    "peak_day": TimeOfMaximum("car_t_per_ul"),
    "peak": Maximum("car_t_per_ul"),
    "crs": Maximum("crs_signal", start=0.0),
    "icans": Maximum("icans_signal", start=0.0),
    "crs_grade_2_day": FirstAbove("crs_signal", typical()["crs.cut_2"], after=0.0),
    "fewest_b_cells": Minimum("b_cells_per_ul"),
}
READ = ("car_t_per_ul", "crs_signal", "icans_signal", "b_cells_per_ul")


def treat(cohort: Cohort, regimen: Regimen, *, chance: bool = True):
    arm = prepare(cohort, regimen, start=START, stop=STOP, chance=chance)
    return simulate(arm.patient.model, **arm.arguments(), outputs=arm.readable(READ), readouts=READOUTS)


@pytest.fixture(scope="module")
def cohort():
    """The cohort of the specification, in which lymphocytes return to the count of entry whatever inflammation does."""
    return sample("cart", N, seed=21).with_values(SPECIFIED)


@pytest.fixture(scope="module")
def without_rescue(cohort):
    return treat(cohort, standard("car-t"))


@pytest.fixture(scope="module")
def with_rescue(cohort):
    return treat(cohort, standard("car-t-with-rescue"))


def test_car_t_cells_peak_about_day_nine_and_empty_the_blood_of_b_cells(without_rescue):
    assert not without_rescue.failed.any()
    day = without_rescue.readouts["peak_day"]
    expanded = day > 1  # in the others the cells infused were the most
    assert np.median(day) == pytest.approx(9.2, abs=0.8) and expanded.mean() > 0.99
    middle = np.quantile(np.log(day[expanded]), [0.159, 0.841])
    assert np.ptp(middle) / 2 == pytest.approx(0.21, abs=0.05)
    assert np.median(without_rescue.readouts["peak"]) == pytest.approx(42.2, rel=0.15)
    assert np.mean(without_rescue.readouts["fewest_b_cells"] < 1) > 0.98


def test_lymphocytes_that_return_to_more_hardly_change_the_peak_of_car_t_cells(without_rescue):
    usual = treat(sample("cart", N, seed=21), standard("car-t"))
    ratio = usual.readouts["peak"] / without_rescue.readouts["peak"]
    assert 0.95 < np.median(ratio) <= 1.0


def test_toxicity_in_lupus_is_frequent_but_mild(without_rescue):
    crs, cuts = without_rescue.readouts["crs"], typical()
    assert np.mean(crs > cuts["crs.cut_1"]) == pytest.approx(0.58, abs=0.08)
    assert np.mean(crs > cuts["crs.cut_2"]) == pytest.approx(0.09, abs=0.05)
    assert np.mean(without_rescue.readouts["icans"] > cuts["icans.cut_1"]) == pytest.approx(0.045, abs=0.03)


def test_tocilizumab_goes_to_those_with_grade_two_a_day_later(without_rescue, with_rescue):
    given = with_rescue.events[with_rescue.events["what"] == list(with_rescue.event_names).index("tocilizumab for CRS")]
    needed = without_rescue.readouts["crs"] > typical()["crs.cut_2"]
    assert set(given["patient"]) <= set(without_rescue.patients[needed])
    assert len(given) >= 0.8 * needed.sum()
    waited = given["day"] - with_rescue.readouts["crs_grade_2_day"][given["patient"]]
    assert np.all((waited >= 1) & (waited <= 1.25 + 1e-6))
    assert with_rescue.readouts["crs"].sum() <= without_rescue.readouts["crs"].sum()


def test_typical_patient_has_no_founder_noise():
    patient = Cohort(typical(**SPECIFIED), np.array([0]), 0, "cart", {})
    solution = treat(patient, standard("car-t"), chance=False)
    assert solution.readouts["peak_day"][0] == pytest.approx(9.3, abs=0.1)


def test_more_cells_peak_earlier_but_hardly_higher(cohort, without_rescue):
    flu_cy = standard("flu-cy")
    low = treat(cohort, flu_cy + Regimen.parse("cd19-car-t 1e5 cells/kg on day 0"))
    assert np.median(low.readouts["peak_day"]) == pytest.approx(11.2, abs=1.0)
    assert np.median(low.readouts["peak"]) == pytest.approx(np.median(without_rescue.readouts["peak"]), rel=0.15)


def test_conditioning_makes_the_graft(cohort, without_rescue):
    bare = treat(cohort, Regimen.parse("cd19-car-t 1e6 cells/kg on day 0"))
    assert np.median(bare.readouts["peak"]) == pytest.approx(4.5, abs=2.0)
    assert np.all(bare.readouts["peak"] <= without_rescue.readouts["peak"] * 1.05)

"""In myasthenia gravis the antibody decides: who makes it, how it is lost, and by what it acts."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.engine import random
from immunoreset.patient.course import Course
from immunoreset.population import Cohort, sample
from immunoreset.therapy import STANDARD

PATIENTS, SEED = 100, 3
CAR_T, RITUXIMAB = STANDARD["car-t"], STANDARD["rituximab"]
ZILUCOPLAN, AVACOPAN = "zilucoplan 0.3 mg/kg daily from 0 until 84", "avacopan 30 mg twice daily from 0 until 84"
CYCLE = "efgartigimod 10 mg/kg on days 0 7 14 21"


@pytest.fixture(scope="module")
def cohort():
    return sample("myasthenia-gravis", PATIENTS, seed=SEED)


def failure(course: Course, day: float) -> np.ndarray:
    return course.on(day, "end_plate_failure")


def errors(differences: np.ndarray) -> float:
    """The mean of differences between twins, in Monte Carlo errors of it."""
    return float(differences.mean() / (differences.std(ddof=1) / np.sqrt(len(differences))))


def test_without_long_lived_plasma_cells_less_is_left_after_car_t(courses, cohort) -> None:
    usual = courses(cohort, CAR_T, 180.0)
    without = courses(cohort, CAR_T, 180.0, changed={"titre.from_long_lived": 0.0})
    assert errors(failure(usual, 180) - failure(without, 180)) > 3


def test_without_causes_other_than_the_antibody_less_is_left_after_car_t(courses, cohort) -> None:
    usual = courses(cohort, CAR_T, 180.0)
    without = courses(cohort, CAR_T, 180.0, changed={"tissue_inflammation.weight_other": 0.0})
    assert errors(failure(usual, 180) - failure(without, 180)) > 3
    np.testing.assert_allclose(failure(without, 180), without.on(180, "autoantibody_percent") / 100, atol=0.03)  # lags by days


def test_rituximab_that_cannot_reach_the_autoreactive_cells_does_little(courses, cohort) -> None:
    usual = courses(cohort, RITUXIMAB, 120.0)
    unreached = courses(cohort, RITUXIMAB, 120.0, changed={"rituximab.kill_autoreactive_activated": 0.0})
    assert errors(failure(unreached, 120) - failure(usual, 120)) > 3


def test_with_antibodies_to_musk_rituximab_does_more_and_for_longer(courses, cohort) -> None:
    musk = sample("myasthenia-gravis-musk", PATIENTS, seed=SEED)
    receptor, other = (failure(courses(who, RITUXIMAB, 360.0), 360) for who in (cohort, musk))
    assert errors(receptor - other) > 3 and np.median(other) < 0.3 < np.median(receptor)


def test_complement_blockers_help_where_the_antibody_fixes_complement_and_a_blocker_of_c5a_does_not(courses, cohort) -> None:
    musk = sample("myasthenia-gravis-musk", 5, seed=SEED)
    of_receptor, of_musk = (failure(courses(who, "no treatment", 84.0), 84) for who in (cohort, musk))
    assert errors(of_receptor - failure(courses(cohort, ZILUCOPLAN, 84.0), 84)) > 3
    np.testing.assert_allclose(failure(courses(musk, ZILUCOPLAN, 84.0), 84), of_musk, rtol=1e-6)
    np.testing.assert_allclose(failure(courses(cohort, AVACOPAN, 84.0), 84), of_receptor, rtol=1e-6)


def test_a_cycle_of_efgartigimod_takes_61_percent_of_igg_and_of_the_antibody_and_gives_them_back(courses, cohort) -> None:
    """The fall was recalled, 10.1016/S1474-4422(21)00159-9; here it is 58 % on day 24, when the block ends."""
    numbers = cohort.theta.typical("myasthenia-gravis")
    typical = Cohort(numbers, np.zeros(1, dtype=np.int64), SEED, "myasthenia-gravis", {}, cohort.catalogue)
    full, half = (courses(typical, given, 200.0, chance=False) for given in (CYCLE, CYCLE.replace("10", "5")))
    igg, antibody = full.curves["igg_percent"][0], full.curves["autoantibody_percent"][0]
    assert full.days[igg.argmin()] == 24 and igg.min() == pytest.approx(100 - 61, abs=4)
    assert igg.min() + 10 < half.curves["igg_percent"].min()
    np.testing.assert_allclose(igg, antibody, atol=0.5)
    assert igg[-1] == pytest.approx(100, abs=1)


def test_crises_come_as_often_as_the_hazard_says_and_spare_the_same_patients(courses, cohort) -> None:
    course = courses(cohort, "no treatment", 360.0, chance=False)
    p, days = course.parameters, 367.0
    rate = 0.05 / 365.25 * np.exp(0.25 * (p["end_plate.mg_adl"] - 8))
    np.testing.assert_allclose(course.on(360, "crisis_hazard"), rate * days, rtol=2e-3)
    outcomes = cohort.illness.read_outcomes(course)
    spared = np.exp(-course.on(360, "crisis_hazard")) > random.uniform(SEED, "myasthenic crisis", cohort.ids)[:, 0]
    np.testing.assert_array_equal(outcomes["crisis_day360"] == 0, spared)
    treated = cohort.illness.read_outcomes(courses(cohort, CAR_T, 360.0))
    assert np.all(treated["crisis_day360"] <= outcomes["crisis_day360"]) and outcomes["crisis_day360"].sum() > 5


def test_an_extra_small_dose_of_efgartigimod_never_takes_from_a_larger_one(courses, cohort) -> None:
    typical = cohort.select(np.arange(3))
    alone, more = (courses(typical, given, 40.0) for given in (CYCLE, f"{CYCLE}; efgartigimod 0.1 mg/kg on days 1 8 15 22"))
    assert (more.curves["igg_percent"][:, -1] < alone.curves["igg_percent"][:, -1] + 1).all()
    later = courses(typical, "efgartigimod 10 mg/kg on days 0 7.1 14.2 21.3", 40.0)
    np.testing.assert_allclose(later.on(14, "igg_percent"), alone.on(14, "igg_percent"), rtol=0.02)

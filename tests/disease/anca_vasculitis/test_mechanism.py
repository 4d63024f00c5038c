"""In ANCA-associated vasculitis it decides who drives inflammation, and whether the autoreactive memory is reached in time."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.disease.families.autoimmune.nephritis import filtering
from immunoreset.patient.course import Course
from immunoreset.population import sample
from immunoreset.therapy import STANDARD

PATIENTS, SEED = 100, 3
CAR_T, RITUXIMAB = STANDARD["car-t"], STANDARD["rituximab"]
AVACOPAN = "avacopan 30 mg twice daily from 0 until 120"
PREDNISOLONE = "prednisolone 60 mg daily from 0 until 120"
STEADY = {"flare.sd": 0.0, "flare.mean": 0.0, "nephritis.urinary_loss": 0.0}  # what else would move the untreated disease


@pytest.fixture(scope="module")
def cohort():
    return sample("anca-vasculitis", PATIENTS, seed=SEED)


def vessels(course: Course, day: float) -> np.ndarray:
    return course.on(day, "vessel_inflammation")


def errors(differences: np.ndarray) -> float:
    """The mean of differences between twins, in Monte Carlo errors of it."""
    return float(differences.mean() / (differences.std(ddof=1) / np.sqrt(len(differences))))


def test_without_causes_other_than_b_cells_hardly_any_inflammation_is_left_after_car_t(courses, cohort) -> None:
    usual = courses(cohort, CAR_T, 180.0)
    without = courses(cohort, CAR_T, 180.0, changed={"tissue_inflammation.weight_other": 0.0})
    assert errors(vessels(usual, 180) - vessels(without, 180)) > 3
    outcomes = [cohort.illness.read_outcomes(course)["bvaswg_remission_day180"] for course in (usual, without)]
    assert errors(outcomes[1] - outcomes[0]) > 3


def test_rituximab_that_leaves_the_autoreactive_memory_lets_disease_return(courses, cohort) -> None:
    usual = courses(cohort, RITUXIMAB, 540.0)
    sanctuary = courses(cohort, RITUXIMAB, 540.0, changed={"rituximab.kill_autoreactive_memory": 0.0})
    assert errors(vessels(sanctuary, 540) - vessels(usual, 540)) > 3
    relapsed = [cohort.illness.read_outcomes(course)["major_relapse_day540"] for course in (usual, sanctuary)]
    assert np.nanmean(relapsed[1]) > np.nanmean(relapsed[0])


def test_avacopan_takes_the_part_of_the_antibody_alone(courses, cohort) -> None:
    untreated, blocked = (courses(cohort, given, 120.0) for given in ("no treatment", AVACOPAN))
    assert errors(vessels(untreated, 120) - vessels(blocked, 120)) > 3
    same = {"tissue_inflammation.weight_antibody": 0.0}
    untreated, blocked = (courses(cohort, given, 120.0, changed=same) for given in ("no treatment", AVACOPAN))
    np.testing.assert_allclose(vessels(untreated, 120), vessels(blocked, 120), rtol=1e-6)


def test_the_share_that_avacopan_takes_is_that_of_the_antibody_in_the_drive(courses, cohort) -> None:
    known = STEADY | {"tissue_inflammation.weight_other": 0.12}
    course = courses(cohort, AVACOPAN, 120.0, changed=known, chance=False)
    np.testing.assert_allclose(vessels(course, 120), 1 - 0.88 * 0.35 * 0.6, rtol=1e-3)


def test_prednisolone_lowers_inflammation_only_while_it_is_given(courses, cohort) -> None:
    untreated, given = (courses(cohort, text, 540.0) for text in ("no treatment", PREDNISOLONE))
    assert errors(vessels(untreated, 117) - vessels(given, 117)) > 10
    assert abs(np.median(vessels(given, 540) / vessels(untreated, 540)) - 1) < 0.05


def test_an_inflamed_kidney_loses_nephrons_as_fast_as_it_is_written(courses, cohort) -> None:
    course = courses(cohort, "no treatment", 180.0, changed=STEADY, chance=False)
    left = np.exp(-0.004 * 187)
    np.testing.assert_allclose(1 - course.on(180, "nephrons_lost"), left, rtol=1e-3)
    inflamed = course.parameters["nephritis.filtration_inflamed"]
    assert np.allclose(filtering(1 - left, inflamed, 1) / filtering(0, inflamed, 1), left)
    np.testing.assert_allclose(course.on(180, "egfr"), course.parameters["body.egfr"] * left, atol=0.5)  # age takes 0.8 a year


def test_untreated_kidneys_fail_and_treated_ones_are_kept(courses, cohort) -> None:
    failed = {
        given: cohort.illness.read_outcomes(courses(cohort, given, 720.0))["kidney_failure_day720"]
        for given in ("no treatment", RITUXIMAB, CAR_T)
    }
    assert failed["no treatment"].mean() > 0.7
    assert errors(failed["no treatment"] - failed[RITUXIMAB]) > 3 and errors(failed["no treatment"] - failed[CAR_T]) > 3

"""The chart of ANCA-associated vasculitis: BVAS/WG of any state, remission, relapse and failure, and a real patient's file."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.disease.anca_vasculitis.chart import SCORING, chart, kidney_failure, major_relapse
from immunoreset.disease.families.autoimmune.look import Look
from immunoreset.endpoints.scoring.example import USUAL
from immunoreset.endpoints.scoring.score import score
from immunoreset.endpoints.visits import Visits
from immunoreset.patient.course import Course
from immunoreset.population import sample

DAYS = np.array([0.0, 90.0, 180.0, 360.0])
NUMBERS = {
    "vessels.bvas_wg": 8.0,
    "vessels.quiet_below": 0.26,
    "vessels.granuloma_margin": 1.2,
    "vessels.noise": 0.0,
}


def look_of(vessel, granuloma, *, dose=0.0, egfr=75.0, noise=0.0) -> Look:
    vessel = np.atleast_2d(np.asarray(vessel, dtype=float))
    curves = {"vessel_inflammation": vessel, "granuloma": np.broadcast_to(granuloma, vessel.shape)}
    curves |= {"prednisolone": np.broadcast_to(dose, vessel.shape), "egfr": np.broadcast_to(egfr, vessel.shape)}
    course = Course(DAYS, curves, {}, NUMBERS | {"vessels.noise": noise}, np.zeros(len(vessel), dtype=bool))
    return Look(course, np.arange(len(DAYS)))


def test_bvas_wg_of_any_state_is_a_whole_number_in_its_range() -> None:
    random = np.random.default_rng(2)
    state = random.uniform(0.0, 12.0, (2, 300, len(DAYS)))
    points = chart(look_of(*state, noise=1.0))["BVASWG"].values
    assert points.min() >= 0 and points.max() == 68 and np.all(points == np.round(points))
    assert np.all(points[:, 0] == np.clip(np.round(8 * state[0][:, 0]), 1, 68)), "nobody errs at entry"


@pytest.mark.parametrize(
    ("vessel", "granuloma", "points"),
    [(1.0, 1.0, 8), (0.27, 0.1, 2), (0.25, 0.30, 0), (0.25, 0.32, 2), (0.05, 0.4, 1)],
)
def test_nothing_is_found_below_the_cuts_and_a_granuloma_alone_is_found(vessel, granuloma, points) -> None:
    assert np.all(chart(look_of([vessel] * 4, granuloma))["BVASWG"].values == points)


def test_remission_without_glucocorticoids_needs_both() -> None:
    dose = np.array([60.0, 10.0, 0.0, 0.0])
    found = SCORING.visits(look_of([1.0, 0.1, 0.1, 0.1], 0.1, dose=dose).course, DAYS[1:])
    assert found["bvaswg_remission"][0].tolist() == [1, 1, 1]
    assert found["bvaswg_complete"][0].tolist() == [0, 1, 1]


def test_a_major_relapse_comes_after_rest_and_is_worth_a_major_item() -> None:
    courses = {(1.0, 0.1, 0.5, 0.1): 1, (1.0, 0.1, 0.3, 0.1): 0, (1.0, 0.1, 0.1, 0.5): 1, (1.0, 0.9, 0.9, 0.9): np.nan}
    found = major_relapse(look_of(list(courses), 0.1), 360)
    np.testing.assert_array_equal(found, list(courses.values()))
    assert major_relapse(look_of([1.0, 0.1, 0.1, 0.5], 0.1), 180)[0] == 0


def test_a_kidney_that_failed_once_has_failed() -> None:
    egfr = np.array([75.0, 14.0, 20.0, 20.0])
    assert [kidney_failure(look_of([1.0] * 4, 1.0, egfr=egfr), day)[0] for day in (0, 90, 360)] == [0, 1, 1]


def test_the_chart_is_scored_as_the_file_of_a_real_patient(courses) -> None:
    cohort = sample("anca-vasculitis", 6, seed=1)
    course = courses(cohort, "rituximab 1000 mg on days 0 14; prednisolone 60 mg daily from 0, 20 from 60 until 120", 180.0)
    days = np.array([0.0, 90.0, 180.0])
    items, ours = chart(Look(course, np.searchsorted(course.days, days))), SCORING.visits(course, days)
    long = [(w, d, c, item.values[w, k]) for c, item in items.items() for w in range(6) for k, d in enumerate(days)]
    who, day, item, value = zip(*long, strict=True)
    table = score(Visits.from_long(patient=list(map(str, who)), day=day, item=item, value=value), USUAL).by_visit()
    for name in ("bvaswg", "bvaswg_remission", "bvaswg_complete"):
        found = table[table["score"] == name].sort_values(["patient", "day"])["value"]
        np.testing.assert_array_equal(ours[name].ravel(), found.to_numpy())
    assert set(ours["bvaswg_complete"][:, 1]) == {0}, "prednisolone is still taken"


def test_numbers_of_the_sample_stay_in_their_bounds() -> None:
    for population in ("anca-vasculitis", "anca-vasculitis-refractory"):
        cohort = sample(population, 2000, seed=5)
        table = cohort.theta.in_host("anca-vasculitis")
        for name, values in cohort.parameters.items():
            low, high = table[name].bounds
            assert np.all((np.asarray(values) >= low) & (np.asarray(values) <= high)), (population, name)

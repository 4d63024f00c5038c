"""The chart of myasthenia gravis: scores are legal whatever the state, and those of a real patient's file."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.disease.families.autoimmune.look import Look
from immunoreset.disease.myasthenia_gravis.chart import HELD, SCORING, WEEKS, chart, held
from immunoreset.endpoints.scoring.example import USUAL
from immunoreset.endpoints.scoring.score import score
from immunoreset.endpoints.visits import Visits
from immunoreset.patient.course import Course
from immunoreset.population import sample

DAYS = np.array([0.0, *WEEKS, 90.0])


def course_of(failure: np.ndarray, seed: int = 0, **numbers: float) -> Course:
    parameters = {
        "end_plate.mg_adl": 11.0,
        "end_plate.noise": 1.0,
        "end_plate.expectation": 1.5,
        "autoimmune_entry.expectation_days": 14.0,
    }
    given = parameters | {f"end_plate.{name}": value for name, value in numbers.items()}
    return Course(DAYS, {"end_plate_failure": failure}, {}, given, np.zeros(len(failure), dtype=bool), seed=seed)


def test_scores_of_any_state_are_in_their_ranges() -> None:
    state = np.random.default_rng(2).uniform(0.0, 6.0, (200, len(DAYS)))
    items = chart(Look(course_of(state, noise=4.0), np.arange(len(DAYS))))
    for code, most in (("MGADL", 24), ("QMG", 39), ("MGC", 50)):
        values = items[code].values
        assert values.min() >= 0 and values.max() == most and np.all(values == np.round(values))


def test_the_chart_is_scored_as_the_file_of_a_real_patient(courses) -> None:
    cohort = sample("myasthenia-gravis", 6, seed=1)
    course = courses(cohort, "efgartigimod 10 mg/kg on days 0 7 14 21", 90.0)
    days = np.array([0.0, 28.0, 90.0])
    places = np.searchsorted(course.days, days)
    ours = SCORING.visits(course, days)
    items = chart(Look(course, places))
    long = [(w, d, c, item.values[w, k]) for c, item in items.items() for w in range(6) for k, d in enumerate(days)]
    who, day, item, value = zip(*long, strict=True)
    table = score(Visits.from_long(patient=list(map(str, who)), day=day, item=item, value=value), USUAL).by_visit()
    for name in ("mgadl", "mgadl_response", "mg_minimal", "qmg", "mgc", "mgc_response_5"):
        found = table[(table["score"] == name) & (table["day"] > 0)].sort_values(["patient", "day"])["value"]
        np.testing.assert_array_equal(ours[name][:, 1:].ravel(), found.to_numpy())


@pytest.mark.parametrize(("failure", "holds"), [(1.0, False), (0.5, True)])
def test_a_response_holds_when_four_weeks_of_visits_show_it(failure: float, holds: bool) -> None:
    state = np.full((1, len(DAYS)), failure)
    state[:, 0] = 1.0
    assert held(course_of(state, noise=0.0, expectation=0.0))[0] == holds
    state[:, 4:6] = 1.0  # not at weeks 4 and 5
    assert held(course_of(state, noise=0.0, expectation=0.0))[0] == 0


def test_a_response_that_begins_after_week_4_does_not_count() -> None:
    state = np.full((1, len(DAYS)), 0.5)
    state[:, :5] = 1.0  # first at week 5
    assert held(course_of(state, noise=0.0, expectation=0.0))[0] == 0
    assert HELD in SCORING.all_outcomes()


def test_numbers_of_the_sample_stay_in_their_bounds() -> None:
    for population in ("myasthenia-gravis", "myasthenia-gravis-musk", "myasthenia-gravis-refractory"):
        cohort = sample(population, 2000, seed=5)
        table = cohort.theta.in_host("myasthenia-gravis")
        for name, values in cohort.parameters.items():
            low, high = table[name].bounds
            assert np.all((np.asarray(values) >= low) & (np.asarray(values) <= high)), (population, name)

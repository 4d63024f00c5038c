"""What is charted of simulated patients is possible, is scored as a real patient's file is, and adds up as its equation says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from immunoreset.catalogue import built_in
from immunoreset.disease.disease import Disease
from immunoreset.endpoints.items import items
from immunoreset.endpoints.scoring.example import USUAL
from immunoreset.endpoints.scoring.score import score
from immunoreset.endpoints.visits import Visits
from immunoreset.exchange.faults import Faults
from immunoreset.exchange.reading import read_visits
from immunoreset.patient.course import Course
from immunoreset.population.sample import sample
from immunoreset.simulated_visits import write_tidy

NAMES = ("systemic-sclerosis", "sjogren", "stiff-person", "pemphigus")
ACCUMULATED = {  # the share that is lost, what it starts from (nothing if blank), and its rate at entry
    "systemic-sclerosis": ("lung_fibrosis", "", "sclerosis.fibrosis_rate"),
    "sjogren": ("gland_scar", "glands.scar_at_entry", "glands.scar_rate"),
}
DAYS = np.array([-7.0, 28.0, 90.0, 400.0])
every_disease = pytest.mark.parametrize("name", NAMES)


def disease(name: str) -> Disease:
    return built_in().diseases[name]


def random_course(name: str, n: int = 200) -> Course:
    """Courses with any values of the states, from none to far above those of entry, and everybody's own numbers."""
    random = np.random.default_rng(3)
    cohort = sample(name, n, seed=8)
    shares = {"lung_fibrosis", "gland_scar"}
    curves = {
        state: random.random((n, len(DAYS))) if state in shares else random.gamma(0.5, 3.0, (n, len(DAYS)))
        for state in (*disease(name).followed, "prednisolone")
    }
    return Course(DAYS, curves, {}, cohort.parameters, np.zeros(n, dtype=bool), cohort.ids, seed=8)


def file_of(name: str, course: Course) -> Visits:
    """The visits of a course as a hospital would write them down."""
    notes = disease(name).notes
    assert notes is not None
    rows: dict[str, list[Any]] = {column: [] for column in ("patient", "day", "item", "value")}
    for place, day in enumerate(course.days):
        for note in notes(course, place, {}):
            for patient, value in enumerate(np.broadcast_to(note.values, course.failed.shape)):
                for column, one in zip(rows, (f"{patient:04}", day, note.code, value), strict=True):
                    rows[column].append(one)
    return Visits.from_long(**rows)


@every_disease
def test_whatever_the_state_what_is_charted_is_possible(name: str) -> None:
    course, found = random_course(name), 0
    notes = disease(name).notes
    assert notes is not None
    for place in range(len(DAYS)):
        for note in notes(course, place, {}):
            item, found = items()[note.code], found + 1
            assert np.all((note.values >= item.lowest) & (note.values <= item.highest)), note.code
    assert found


@every_disease
def test_a_file_of_the_chart_has_the_scores_of_the_simulated_visits(name: str, tmp_path) -> None:
    course = random_course(name, n=40)
    write_tidy(file_of(name, course), tmp_path / "visits.csv")
    with read_visits([tmp_path / "visits.csv"], Faults()) as intake:
        (visits,) = intake.batches()
    table = score(visits, USUAL).by_visit()
    simulated = disease(name).visits(course, DAYS)
    compared = 0
    for theirs, rows in table.groupby("score"):
        if theirs not in simulated:
            continue
        found = rows.pivot(index="patient", columns="day", values="value").reindex(columns=DAYS).to_numpy()
        np.testing.assert_array_equal(found, simulated[theirs])
        compared += 1
    assert compared >= 3


@pytest.mark.parametrize("name", ACCUMULATED)
def test_untreated_scars_add_up_in_closed_form(name: str, arms) -> None:
    state, at_entry, rate = ACCUMULATED[name]
    years = arms.course(name, "untreated", (365, 730), n=20, flare__mean=0.0, flare__sd=0.0)
    left = 1 - np.broadcast_to(years.parameters.get(at_entry, 0.0), 20)
    expected = 1 - left[:, None] * np.exp(-np.multiply.outer(np.broadcast_to(years.parameters[rate], 20), years.days + 7))
    np.testing.assert_allclose(years.curves[state], expected, rtol=1e-3, atol=1e-6)


@every_disease
def test_what_is_drawn_stays_within_bounds(name: str) -> None:
    catalogue = built_in()
    for group in disease(name).populations:
        drawn, table = sample(group.name, 300, seed=2).parameters, catalogue.theta.host(name).parameters
        organs = [module.name for module in disease(name).modules]
        for flat, values in drawn.items():
            parameter = table.get(flat) or catalogue.theta.table.get(flat)
            if flat.split(".")[0] in organs and parameter is not None and not flat.startswith("flare."):
                low, high = parameter.bounds
                assert np.all((np.asarray(values) >= low) & (np.asarray(values) <= high)), flat
        assert np.ptp(np.broadcast_to(drawn["titre.from_long_lived"], 300)) > 0


@pytest.mark.parametrize("name", ["systemic-sclerosis", "sjogren", "stiff-person"])
def test_candidates_for_car_t_have_half_of_the_inflammation_of_other_cells(name: str) -> None:
    whole, half = (
        sample(group, 50, seed=2).parameters["tissue_inflammation.weight_other"] for group in (name, f"{name}-refractory")
    )
    below_the_bound = whole < 0.9
    np.testing.assert_allclose(half[below_the_bound], whole[below_the_bound] / 2)

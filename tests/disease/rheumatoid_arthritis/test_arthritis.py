"""Rheumatoid arthritis: what decides its course, how it is scored, and the closed form of its damage."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset import Study, run
from immunoreset.disease.families.autoimmune.look import Look
from immunoreset.disease.families.autoimmune.scored import library_scores
from immunoreset.disease.rheumatoid_arthritis import RHEUMATOID_ARTHRITIS
from immunoreset.disease.rheumatoid_arthritis.chart import chart
from immunoreset.endpoints.other_diseases.rheumatoid_arthritis import das28_crp
from immunoreset.endpoints.quantities import Crp, GlobalAssessment
from immunoreset.patient.course import Course
from immunoreset.therapy import STANDARD

GROUP = "rheumatoid-arthritis-refractory"


def study(arms: dict[str, str], numbers: dict[str, float], population: str = GROUP) -> Study:
    return Study.model_validate(
        {
            "title": "arthritis",
            "seed": 4,
            "start": -14,
            "stop": 180,
            "patients": {"population": population, "n": 100, "parameters": numbers, "beyond_bounds": True},
            "arms": {name: {"treatment": text} for name, text in arms.items()},
        }
    )


def outcomes(arm: str, name: str, **numbers: float) -> np.ndarray:
    return run(study({"arm": arm}, numbers)).arm("arm").outcomes.values[name]


@pytest.mark.parametrize(
    ("number", "value"), [("tissue_inflammation.weight_other", 0.0), ("tissue_inflammation.weight_other", 0.6)]
)
def test_what_no_b_cell_drives_decides_how_much_car_t_cells_leave(number: str, value: float) -> None:
    """Stroma and TNF: without them patients come to remission, with more of them the arthritis stays."""
    usual, changed = (outcomes(STANDARD["car-t"], "das28_crp_day180", **own) for own in ({}, {number: value}))
    apart = changed - usual
    error = apart.std(ddof=1) / np.sqrt(len(apart))
    assert (apart.mean() < -3 * error) if value == 0 else (apart.mean() > 3 * error)
    assert abs(apart.mean()) > 0.5


def test_damage_adds_up_as_its_closed_form_says() -> None:
    """Untreated and without flares: rate times time times the square of synovitis, which is 1."""
    found = run(study({"none": "no treatment"}, {"flare.sd": 0.0})).arm("none").trajectories["erosion"]
    np.testing.assert_allclose(found[:, -1], 0.014 * (180 + 14), rtol=1e-5)


def solved(activity: np.ndarray, seed: int = 1) -> Course:
    """Patients whose synovitis is as given, twins x visits."""
    from immunoreset.population import sample

    cohort = sample(GROUP, len(activity), seed=seed)
    days = np.linspace(0, 28.0 * (activity.shape[1] - 1), activity.shape[1])
    curves = dict.fromkeys(RHEUMATOID_ARTHRITIS.followed, activity) | {"erosion": 10 * activity}
    return Course(days, curves, {}, cohort.parameters, np.zeros(len(activity), dtype=bool), cohort.ids, seed)


def test_scores_stay_in_their_ranges_on_any_activity() -> None:
    activity = np.random.default_rng(2).lognormal(0.0, 1.5, (200, 4))
    course = solved(activity)
    seen = RHEUMATOID_ARTHRITIS.visits(course, course.days)
    assert np.nanmin(seen["das28_crp"]) >= 0.96 and np.nanmax(seen["das28_crp"]) <= 0.56 * 28**0.5 + 0.28 * 28**0.5 + 5
    assert np.nanmin(seen["cdai"]) >= 0 and np.nanmax(seen["cdai"]) <= 76
    assert set(np.unique(seen["acr20"][~np.isnan(seen["acr20"])])) <= {0.0, 1.0}
    items = chart(Look(course, np.arange(4)))
    for code in ("TJC28", "SJC28"):
        assert np.all((items[code].values >= 0) & (items[code].values <= 28) & (items[code].values % 1 == 0))
    assert np.all(items["HAQ"].values <= 3) and np.all(items["GH"].values <= 10)


def test_the_chart_is_scored_as_the_library_scores_one_visit() -> None:
    course = solved(np.random.default_rng(3).lognormal(-0.5, 0.5, (5, 3)))
    look = Look(course, np.arange(3))
    items = chart(look)
    found = dict(library_scores(items, look.days, 5))
    one = das28_crp(
        float(items["TJC28"].values[2, 1]),
        float(items["SJC28"].values[2, 1]),
        crp=Crp(float(items["CRP"].values[2, 1]), "mg/L"),
        patient_global=GlobalAssessment(float(items["GH"].values[2, 1]), "0-10"),
    )
    assert found["das28_crp"][2, 1] == one.value
    assert np.isnan(found["acr20"][:, 0]).all(), "no response against itself"


def test_nobody_errs_at_entry_and_errors_are_the_same_under_every_treatment() -> None:
    course = solved(np.ones((40, 3)))
    clean, noisy = (chart(Look(course, np.arange(3), noise=noise))["CRP"].values for noise in (False, True))
    assert np.array_equal(clean[:, 0], noisy[:, 0]) and (clean[:, 1] != noisy[:, 1]).mean() > 0.9
    later = chart(Look(course, np.array([2])))["CRP"].values
    assert np.array_equal(later[:, 0], noisy[:, 2])

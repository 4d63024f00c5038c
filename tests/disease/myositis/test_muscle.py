"""Myositis: what decides its course, how it is scored, and the closed form of fatty replacement."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset import Study, run
from immunoreset.disease.families.autoimmune.look import Look
from immunoreset.disease.families.autoimmune.scored import library_scores
from immunoreset.disease.myositis import MYOSITIS
from immunoreset.disease.myositis.chart import UPPER_LIMIT, chart
from immunoreset.endpoints.other_diseases.myositis import Enzyme, MyositisVisit, total_improvement
from immunoreset.endpoints.quantities import CreatineKinase, GlobalAssessment
from immunoreset.patient.course import Course
from immunoreset.population import sample
from immunoreset.therapy import STANDARD

GROUP = "myositis-refractory"


def arm(treatment: str, numbers: dict[str, float]):
    document = {
        "title": "myositis",
        "seed": 4,
        "start": -14,
        "stop": 180,
        "patients": {"population": GROUP, "n": 100, "parameters": numbers, "beyond_bounds": True},
        "arms": {"arm": {"treatment": treatment}},
    }
    return run(Study.model_validate(document)).arm("arm")


@pytest.mark.parametrize(
    ("number", "outcome", "sign"),
    [
        ("muscle.replaced_at_entry", "mmt8_day180", 1),  # scar: without fat, strength comes back whole
        ("tissue_inflammation.weight_other", "tis_day180", 1),  # without other cells, all inflammation goes
        ("titre.from_long_lived", "mmt8_day180", 1),  # without long-lived plasma cells, the antibody goes sooner
    ],
)
def test_scar_other_cells_and_long_lived_plasma_cells_decide_what_comes_back(number: str, outcome: str, sign: int) -> None:
    usual, without = (arm(STANDARD["car-t"], own).outcomes.values[outcome] for own in ({}, {number: 0.0}))
    apart = without - usual
    assert sign * apart.mean() > 3 * apart.std(ddof=1) / np.sqrt(len(apart))


def test_fat_replaces_muscle_as_its_closed_form_says() -> None:
    """Untreated and without flares: 1 - (1 - at entry) exp(-rate t)."""
    found = arm("no treatment", {"flare.sd": 0.0, "muscle.replaced_at_entry": 0.15}).trajectories["fatty_replacement"]
    np.testing.assert_allclose(found[:, -1], 1 - 0.85 * np.exp(-8e-5 * 194), rtol=1e-5)


def solved(activity: np.ndarray, seed: int = 1) -> Course:
    """Patients whose states are all as given, twins x visits."""
    cohort = sample(GROUP, len(activity), seed=seed)
    days = np.linspace(0, 28.0 * (activity.shape[1] - 1), activity.shape[1])
    curves = dict.fromkeys(MYOSITIS.followed, activity) | {"fatty_replacement": np.full(activity.shape, 0.2)}
    return Course(days, curves, {}, cohort.parameters, np.zeros(len(activity), dtype=bool), cohort.ids, seed)


def test_scores_stay_in_their_ranges_on_any_activity() -> None:
    course = solved(np.random.default_rng(2).lognormal(0.0, 1.5, (200, 4)))
    seen = MYOSITIS.visits(course, course.days)
    assert np.nanmin(seen["tis"]) >= 0 and np.nanmax(seen["tis"]) <= 100
    assert np.nanmin(seen["mmt8"]) >= 0 and np.nanmax(seen["mmt8"]) <= 150
    assert np.array_equal(np.nan_to_num(seen["tis40"]), (np.nan_to_num(seen["tis"], nan=-1) >= 40).astype(float))


def test_the_chart_is_scored_as_the_library_scores_one_patient() -> None:
    course = solved(np.random.default_rng(3).lognormal(-0.5, 0.5, (5, 3)))
    look = Look(course, np.arange(3))
    items = chart(look)
    found = dict(library_scores(items, look.days, 5))

    def visit(place: int) -> MyositisVisit:
        value = {code: float(item.values[2, place]) for code, item in items.items()}
        scale = {code: GlobalAssessment(value[code], "0-10") for code in ("PHGA", "PTGA", "EXTRAMUSCULAR")}
        enzyme = Enzyme(CreatineKinase(value["CK"], "U/L"), CreatineKinase(UPPER_LIMIT, "U/L"))
        return MyositisVisit(scale["PHGA"], scale["PTGA"], value["HAQ"], [enzyme], scale["EXTRAMUSCULAR"], value["MMT8"])

    expected = total_improvement(visit(0), visit(2), mmt="MMT-8 bilateral").score
    assert found["tis"][2, 2] == expected.value

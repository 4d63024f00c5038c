"""Pages show each organ of lupus as SLEDAI-2K scores it."""

import numpy as np
import pytest

from immunoreset.app.courses import Span, treat
from immunoreset.app.who import Who, many
from immunoreset.disease.lupus.activity_by_organ import ITEMS, PANELS, TITLES, activity_over_cuts, organs_shown
from immunoreset.disease.lupus.chart import sledai_score
from immunoreset.disease.lupus.sledai import SHOWN, SIMULATED
from immunoreset.therapy import Regimen

SKIN = ("skin", "mucosa", "hair")
ORGANS_OF_THE_SCORE = {
    "RENAL": ("kidney",),
    "MSK": ("joints",),
    "SKIN": SKIN,
    "SEROSA": ("serosa",),
    "CNS": ("nerves",),
    "VASC": ("vessels",),
    "CONST": ("constitution",),
    "HEME": ("blood",),
}


@pytest.fixture(scope="module")
def course():
    """Twins under a treatment, as they are without the noise of visits."""
    twins, stop = many(Who(None, "cart", 1), 48, {}), np.zeros(1, dtype=np.int64)
    text = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0"
    return treat(twins, Regimen.parse(text), Span(-35, 200), typical=False, threads=1, cancel=stop).course


def test_an_organ_shows_exactly_where_the_score_has_points_of_it():
    every = np.arange(2 ** len(SIMULATED), dtype=float)
    points, shown = sledai_score(every).organs, organs_shown({"sledai_items": every})
    for organ, parts in ORGANS_OF_THE_SCORE.items():
        seen = np.any([shown[TITLES[part]] for part in parts], axis=0)
        assert np.array_equal(seen, points[organ].values > 0), organ


def test_every_item_but_serology_belongs_to_one_organ():
    listed = [item for items in ITEMS.values() for item in items]
    assert sorted([*listed, "DNA", "LOWCOMP"]) == sorted(SIMULATED)


def test_activity_is_above_its_cut_exactly_while_the_item_is_present(course):
    activity, shown = activity_over_cuts(course), organs_shown(course.curves)
    for organ in SHOWN:
        if organ != "blood":  # its items follow counts
            assert np.array_equal(activity[f"{organ}_over_cut"] > 1, shown[TITLES[organ]]), organ
    assert any(there.any() for there in shown.values()) and not all(there.all() for there in shown.values())


def test_each_organ_has_one_panel_that_draws_its_activity(course):
    assert [panel.output for panel in PANELS] == list(activity_over_cuts(course))


def test_without_items_nothing_is_said():
    assert organs_shown({"joints": np.ones((3, 2))}) == {}

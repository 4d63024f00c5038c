"""MG-ADL, QMG and MG Composite match their tables, and responses their limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.known import Range
from immunoreset.endpoints.other_diseases.myasthenia import (
    ITEMS,
    highest_total,
    mg_adl,
    mg_adl_response,
    mg_composite,
    mg_composite_response,
    minimal_symptom_expression,
    qmg,
    qmg_grip_level,
    qmg_level,
)
from immunoreset.endpoints.quantities import GripForce
from immunoreset.errors import InvalidValue, UnknownName

TOTALS = {"MG-ADL": mg_adl, "QMG": qmg, "MG Composite": lambda levels: mg_composite(levels, given_as="levels")}
BOUNDARIES = {  # the least seconds, numbers or % of levels 0, 1 and 2
    "double vision": (61, 11, 1),
    "ptosis": (61, 11, 1),
    "speech": (50, 30, 10),
    "right arm": (240, 90, 10),
    "left arm": (240, 90, 10),
    "capacity": (80, 65, 50),
    "head lift": (120, 30, 1),
    "right leg": (100, 31, 1),
    "left leg": (100, 31, 1),
}


def test_maxima_are_those_of_the_published_scales():
    assert {scale: highest_total(scale) for scale in ITEMS} == {"MG-ADL": 24, "MG Composite": 50, "QMG": 39}


@given(st.sampled_from(list(ITEMS)), st.data())
def test_a_worse_item_never_lowers_a_total_and_a_missing_one_widens_it(allows, scale, data):
    levels = {item: data.draw(st.integers(0, 3)) for item in ITEMS[scale]}
    item = data.draw(st.sampled_from(ITEMS[scale]))
    score = TOTALS[scale]
    full = score(levels)
    assert 0 <= full.value <= score(levels | {item: 3}).value <= highest_total(scale)
    assert allows(score(levels | {item: None}), full)


@given(st.sampled_from(list(ITEMS)), st.integers(1, 4), st.data())
def test_many_visits_are_scored_as_one(same, scale, visits, data):
    column = st.lists(st.sampled_from([0, 1, 2, 3, float("nan")]), min_size=visits, max_size=visits)
    table = {item: np.array(data.draw(column)) for item in ITEMS[scale]}
    ones = [TOTALS[scale]({item: values[visit] for item, values in table.items()}) for visit in range(visits)]
    assert same(TOTALS[scale](table), ones)


def test_composite_weighs_levels_and_takes_points_as_they_are():
    mild = dict.fromkeys(ITEMS["MG Composite"], 1)
    assert mg_composite(mild, given_as="levels").value == 1 + 1 + 0 + 2 + 2 + 2 + 2 + 1 + 2 + 2
    printed = dict.fromkeys(ITEMS["MG Composite"], 0) | {"swallowing": 5, "neck": 3}
    assert mg_composite(printed, given_as="points").value == 8
    assert mg_composite(printed | {"breathing": None}, given_as="points").high == 17


def test_points_that_an_item_cannot_have_are_refused():
    with pytest.raises(InvalidValue, match="'swallowing': 3 points do not exist"):
        mg_composite({"swallowing": 3}, given_as="points")
    with pytest.raises(InvalidValue, match=r"level 1\.5 does not exist"):
        mg_composite({"swallowing": 1.5}, given_as="levels")
    with pytest.raises(UnknownName, match="way to give"):
        mg_composite({}, given_as="grades")  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match="MG-ADL item"):
        mg_adl({"combing hair": 1})


@pytest.mark.parametrize(("item", "limits"), BOUNDARIES.items())
def test_qmg_levels_start_at_the_tabled_values(item, limits):
    at, below = qmg_level(item, limits), qmg_level(item, [limit - 0.5 for limit in limits])
    assert at.low.tolist() == [0, 1, 2] and below.low.tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("side", "female", "limits"),
    [
        ("right", False, (45, 15, 5)),
        ("right", True, (30, 10, 5)),
        ("left", False, (35, 15, 5)),
        ("left", True, (25, 10, 5)),
    ],
)
def test_grip_is_judged_by_side_and_sex(side, female, limits):
    grips = GripForce([limit + step for limit in limits for step in (0, -0.5)], "kg")
    assert qmg_grip_level(side, grips, female=female).low.tolist() == [0, 1, 1, 2, 2, 3]


@given(st.integers(0, 60), st.sampled_from(["right", "left"]))
def test_grip_does_not_depend_on_its_unit_and_an_unknown_sex_leaves_open(allows, kg, side):
    for female in (True, False):
        level = qmg_grip_level(side, GripForce(kg, "kg"), female=female)
        assert qmg_grip_level(side, GripForce(kg / 0.45359237, "lb"), female=female).value == level.value
        assert allows(qmg_grip_level(side, GripForce(kg, "kg"), female=None), level)


def test_a_measured_level_goes_into_the_total():
    levels = dict.fromkeys(ITEMS["QMG"], Range.of(0)) | {"capacity": qmg_level("capacity", [82, 60, None])}
    assert qmg(levels).low.tolist() == [0, 2, 0] and qmg(levels).high.tolist() == [0, 2, 3]


@given(st.integers(0, 50), st.integers(0, 50))
def test_a_deep_composite_response_is_a_response(before, now):
    assert mg_composite_response(before, now, fall=3).value >= mg_composite_response(before, now, fall=5).value


@given(st.integers(0, 24), st.integers(0, 24))
def test_missing_data_never_turn_one_answer_into_the_other(allows, before, now):
    full = mg_adl_response(before, now)
    assert full.value is (before - now >= 2)
    assert allows(mg_adl_response(None, now), full) and allows(mg_adl_response(before, None), full)


def test_a_low_total_cannot_fall_far_enough():
    assert mg_adl_response(1, None).value is False
    assert minimal_symptom_expression([0, 1, 2]).values.tolist() == [1, 1, 0]


def test_what_cannot_be_measured_is_refused():
    with pytest.raises(UnknownName, match="measured so"):
        qmg_level("facial muscles", 1)
    with pytest.raises(InvalidValue, match="right arm: -1"):
        qmg_level("right arm", -1)
    with pytest.raises(InvalidValue, match="no unit"):
        qmg_grip_level("left", 30, female=True)  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match="side"):
        qmg_grip_level("both", None, female=True)  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match="fall of the MG Composite"):
        mg_composite_response(9, 2, fall=4)  # type: ignore[arg-type]

"""SLEDAI: 24 items of 105 points; what is missing widens the score, and categories and changes follow their tables."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.lupus.sledai import (
    ACTIVITY,
    CHANGES,
    OLDER_ACTIVITY,
    OLDER_ACTIVITY_FROM,
    category,
    change,
    flare,
    sledai,
)
from immunoreset.endpoints.lupus.sledai_items import BY_CODE, CODES, ITEMS, only
from immunoreset.endpoints.lupus.sledai_laboratory import DERIVABLE
from immunoreset.endpoints.together import named
from immunoreset.errors import InvalidValue, UnknownName

item_sets = st.dictionaries(st.sampled_from(CODES), st.sampled_from([True, False, None]))


def test_the_items_have_the_published_weights():
    weights = sorted((item.weight for item in ITEMS), reverse=True)
    assert weights == [8] * 8 + [4] * 6 + [2] * 7 + [1] * 3
    assert sum(BY_CODE[code].weight for code in DERIVABLE) == 23


def test_all_items_together_score_105_and_101_without_serology():
    score = sledai(only(*CODES), version="2K")
    assert (score.total.value, score.clinical.value) == (105, 101)
    assert sum(float(points.low) for points in score.organs.values()) == 105


def test_nothing_known_may_be_anything():
    score = sledai({}, version="SELENA")
    assert (score.total.low, score.total.high, score.clinical.high) == (0, 105, 101)


@given(item_sets, st.sampled_from(CODES))
def test_adding_an_item_never_lowers_the_score(items, code):
    with_item, without = ({**items, code: present} for present in (True, False))
    more, less = sledai(with_item, version="2K").total, sledai(without, version="2K").total
    assert more.low == less.low + BY_CODE[code].weight
    assert more.high == less.high + BY_CODE[code].weight


@given(item_sets, st.dictionaries(st.sampled_from(CODES), st.booleans()))
def test_the_limits_hold_the_score_that_complete_items_give(items, truth):
    complete = {code: items.get(code) if items.get(code) is not None else truth.get(code, False) for code in CODES}
    limits, score = sledai(items, version="2K"), sledai(complete, version="2K")
    assert limits.total.low <= score.total.value <= limits.total.high
    assert limits.clinical.low <= score.clinical.value <= limits.clinical.high
    for organ, points in score.organs.items():
        assert limits.organs[organ].low <= points.value <= limits.organs[organ].high


@given(st.lists(item_sets, min_size=1, max_size=6))
def test_many_visits_at_once_give_what_each_gives_alone(visits):
    columns = {code: np.array([np.nan if (one := items.get(code)) is None else one for items in visits], float) for code in CODES}
    many = sledai(columns, version="2K")
    for place, items in enumerate(visits):
        alone = sledai(items, version="2K")
        for part in ("total", "clinical"):
            together, single = getattr(many, part), getattr(alone, part)
            assert (together.low[place], together.high[place]) == (single.low, single.high)


def test_a_column_among_single_answers_gives_a_score_for_every_visit():
    score = sledai({**only("RASH"), "DNA": np.array([1, 0, np.nan])}, version="2K")
    assert score.total.low.tolist() == [4, 2, 2]
    assert score.clinical.low.tolist() == [2, 2, 2]
    assert score.organs["SKIN"].low.shape == (3,)


def test_items_and_versions_that_do_not_exist_are_refused():
    with pytest.raises(UnknownName, match="did you mean 'RASH'"):
        sledai({"RASHES": True}, version="2K")
    with pytest.raises(UnknownName, match="SLEDAI version"):
        sledai({}, version="2000")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("points", "name"),
    [(0, "none"), (1, "low"), (4, "low"), (5, "moderate"), (10, "moderate"), (11, "high"), (105, "high")],
)
def test_categories_begin_at_1_5_and_11(points, name):
    assert named(category(points), ACTIVITY) == name


def test_other_categories_can_be_chosen_if_they_rise():
    assert named(category(20, starts=OLDER_ACTIVITY_FROM), OLDER_ACTIVITY) == "very high"
    with pytest.raises(InvalidValue, match="rising"):
        category(3, starts=(5, 1))


@pytest.mark.parametrize(("after", "name"), [(4, "improvement"), (5, "persistent"), (11, "persistent"), (12, "flare")])
def test_a_change_counts_when_it_exceeds_3_points(after, name):
    assert named(change(8, after), CHANGES) == name
    assert flare(8, after).value is (name == "flare")


@given(st.one_of(st.none(), st.integers(0, 105)), st.integers(0, 105))
def test_a_missing_total_leaves_the_change_open_or_as_it_was(before, now):
    known = named(change(40 if before is None else before, now), CHANGES)
    assert named(change(before, None), CHANGES) in (None, named(change(before, now), CHANGES))
    assert named(change(before, now), CHANGES) in (None, known)


def test_a_total_that_cannot_be_is_refused():
    with pytest.raises(InvalidValue, match="106 is outside"):
        category(106)

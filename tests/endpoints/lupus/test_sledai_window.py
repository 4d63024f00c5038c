"""The window of SLEDAI: a sign scores for as many days after it ended as the window is long, and not one more."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.lupus.sledai_items import CODES
from immunoreset.endpoints.lupus.sledai_window import ONGOING, WINDOWS, Episodes, items_at_visits, present_in_window
from immunoreset.errors import InvalidValue, UnknownName

days = st.integers(-50, 200)
windows = st.sampled_from(WINDOWS)


@pytest.mark.parametrize("window", WINDOWS)
def test_a_sign_scores_to_the_last_day_of_the_window(window):
    assert present_in_window(0, 5, visit_day=5 + window, window_days=window).value is True
    assert present_in_window(0, 5, visit_day=6 + window, window_days=window).value is False


def test_a_sign_that_begins_after_the_visit_does_not_score():
    assert present_in_window(11, 20, visit_day=10, window_days=30).value is False
    assert present_in_window(10, ONGOING, visit_day=10, window_days=10).value is True


@given(days, st.integers(0, 60), days)
def test_a_longer_window_never_loses_a_sign(first, length, visit):
    found = [present_in_window(first, first + length, visit_day=visit, window_days=window).value for window in (10, 28, 30)]
    assert found == sorted(found)


@given(days, st.integers(0, 60), days, windows, st.sampled_from(["first", "last"]))
def test_an_unknown_day_leaves_the_sign_as_it_was_or_open(first, length, visit, window, lost):
    whole = present_in_window(first, first + length, visit_day=visit, window_days=window).value
    ends = (None, first + length) if lost == "first" else (first, None)
    assert present_in_window(*ends, visit_day=visit, window_days=window).value in (None, whole)


def test_other_windows_and_reversed_days_are_refused():
    with pytest.raises(InvalidValue, match="10, 28, 30 days, not 14"):
        present_in_window(0, 1, visit_day=5, window_days=14)
    with pytest.raises(InvalidValue, match="ends before it begins"):
        present_in_window(5, 1, visit_day=5, window_days=10)


episodes = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["RASH", "DNA"]), days, st.integers(0, 40)), max_size=8)
visits = st.lists(st.tuples(st.sampled_from("abcd"), days), min_size=1, max_size=6)


@given(episodes, visits, windows)
def test_the_table_of_visits_gives_what_each_episode_gives_alone(signs, table, window):
    columns = Episodes(*(np.array([sign[n] for sign in signs]) for n in (0, 1, 2)), np.array([s[2] + s[3] for s in signs]))
    patients, visit_days = (np.array(column) for column in zip(*table, strict=True))
    items = items_at_visits(columns, patient=patients, visit_day=visit_days, window_days=window)
    for place, (patient, day) in enumerate(table):
        for code in ("RASH", "DNA"):
            alone = [
                present_in_window(first, first + length, visit_day=day, window_days=window).value
                for who, what, first, length in signs
                if (who, what) == (patient, code)
            ]
            assert items[code].yes[place] == any(alone)
            assert items[code].no[place] != any(alone)


def test_items_not_asked_for_stay_missing_and_unknown_ones_are_refused():
    signs = Episodes(["a"], ["RASH"], [0], [ONGOING])
    assert set(items_at_visits(signs, patient=["a"], visit_day=[1], window_days=10)) == set(CODES)
    assert set(items_at_visits(signs, patient=["a"], visit_day=[1], window_days=10, asked=["RASH"])) == {"RASH"}
    with pytest.raises(UnknownName, match="SLEDAI item"):
        items_at_visits(Episodes(["a"], ["RAHS"], [0], [1]), patient=["a"], visit_day=[1], window_days=10)

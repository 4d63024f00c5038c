"""Days without a count."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.known import Range
from immunoreset.endpoints.toxicity.missing_days import below, by_day, low_days
from immunoreset.errors import InvalidValue

nan = float("nan")


def filled(values, days=None, window=None):
    days = range(len(values)) if days is None else days
    window = (min(days), max(days)) if window is None else window
    return below(Range.of(values, lowest=0), list(days), threshold=0.5, inclusive=True, window=window)


def test_gap_between_counts_on_one_side_is_carried_forward():
    found = filled([0.4, nan, nan, 0.2])
    assert found.below.values.tolist() == [1, 1, 1, 1] and found.filled == 2


def test_gap_across_the_threshold_is_a_straight_line():
    assert filled([2.0, nan, nan, nan, 0.0]).below.values.tolist() == [0, 0, 0, 1, 1]
    assert filled([0.0, nan, 1.0]).below.values.tolist() == [1, 1, 0]


def test_days_before_the_first_and_after_the_last_count_are_open():
    found = filled([nan, 0.4, nan])
    assert np.isnan(found.below.values[[0, 2]]).all() and found.filled == 0


def test_counts_outside_the_window_help_to_fill_it():
    found = filled([0.4, 0.4], days=[-2, 2], window=(0, 1))
    assert found.below.values.tolist() == [1, 1] and found.filled == 2


def test_days_that_do_not_rise_are_refused():
    with pytest.raises(InvalidValue, match="rising"):
        filled([1.0, 2.0], days=[3, 3])


def test_lowest_value_of_a_day_is_taken():
    who, lowest = by_day([7, 7, 7], [1.1, 1.9, 40], [0.9, 0.3, 0.1], days=range(31))
    assert who.tolist() == [7] and lowest[0, 1] == 0.3 and np.isnan(lowest[0]).sum() == 30


def test_short_recovery_stays_in_the_count_only_between_low_days():
    days = np.array([0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0], dtype=bool)
    assert low_days(days, consecutive=False, stable_recovery=3) == 6
    assert low_days(days, consecutive=True, stable_recovery=3) == 5
    assert low_days(days, consecutive=False, stable_recovery=1) == 4


@given(st.lists(st.booleans(), min_size=1, max_size=31), st.integers(0, 30), st.booleans(), st.integers(1, 4))
def test_one_more_low_day_never_shortens_the_count(days, where, consecutive, stable):
    low = np.array(days)
    more = low.copy()
    more[where % len(low)] = True
    assert low_days(more, consecutive=consecutive, stable_recovery=stable) >= low_days(
        low, consecutive=consecutive, stable_recovery=stable
    )


@given(st.lists(st.booleans(), min_size=1, max_size=31), st.integers(1, 4))
def test_longest_run_is_never_longer_than_all_low_days(days, stable):
    low = np.array(days)
    assert low_days(low, consecutive=True, stable_recovery=stable) <= low_days(low, consecutive=False, stable_recovery=stable)

"""Arms, ratios and rescue rules."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.trial.randomisation.arms import Arms, RescueRule


def test_equal_shares_unless_a_ratio_is_given():
    assert Arms(("a", "b", "c")).shares == (1 / 3, 1 / 3, 1 / 3)
    assert Arms(("a", "b"), ratio=(3, 1)).places.tolist() == [0, 0, 0, 1]


@pytest.mark.parametrize(
    ("names", "ratio", "message"),
    [
        (("a",), (), "at least two different names"),
        (("a", "a"), (), "at least two different names"),
        (("a", "b"), (1,), "ratio 1: give a whole number"),
        (("a", "b"), (1, 0), "ratio 1:0"),
        (("a", "b"), (1, 1.5), "ratio 1:1.5"),
    ],
)
def test_impossible_arms_are_refused(names, ratio, message):
    with pytest.raises(InvalidValue, match=message):
        Arms(names, ratio=ratio)


def test_an_unknown_arm_is_named():
    assert Arms(("standard", "car-t")).number("car-t") == 1
    with pytest.raises(UnknownName, match="no arm 'cart'; did you mean 'car-t'"):
        Arms(("standard", "car-t")).number("cart")


def test_rescue_waits_for_its_window_and_takes_the_first_visit():
    rule = RescueRule(from_day=84, to_day=252, above=10)
    days = [28, 84, 168, 365]
    activity = [[20, 2, 2, 2], [20, 11, 20, 2], [2, 2, 10, 2], [2, 2, 2, 20], [2, np.nan, np.nan, 2]]
    assert rule.day(activity, days=days).tolist() == [np.inf, 84, 168, np.inf, np.inf]


def test_rescue_by_rise_over_baseline_for_many_trials():
    activity = np.random.default_rng(1).integers(0, 20, (50, 10, 4))
    found = RescueRule(from_day=0, rise=4).day(activity, days=[1, 2, 3, 4], baseline=np.full((50, 10), 8))
    assert np.array_equal(np.isfinite(found), (activity >= 12).any(axis=-1))


def test_a_higher_limit_never_rescues_earlier():
    activity, days = np.random.default_rng(2).normal(8, 3, (500, 6)), np.arange(1, 7) * 28
    low, high = (RescueRule(from_day=28, above=limit).day(activity, days=days) for limit in (9, 11))
    assert np.all(high >= low)


def test_impossible_rules_are_refused():
    with pytest.raises(InvalidValue, match="give `above`"):
        RescueRule(from_day=84)
    with pytest.raises(InvalidValue, match="days 90 to 80"):
        RescueRule(from_day=90, to_day=80, above=3)
    with pytest.raises(InvalidValue, match="needs the baseline"):
        RescueRule(from_day=84, rise=3).day([[1]], days=[84])
    with pytest.raises(InvalidValue, match="one visit day per column"):
        RescueRule(from_day=84, above=3).day([[1, 2]], days=[84])

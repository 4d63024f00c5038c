"""Blood toxicity."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.known import Range
from immunoreset.endpoints.quantities import Neutrophils, Platelets
from immunoreset.endpoints.toxicity import icaht
from immunoreset.errors import UnknownName

nan = float("nan")
counts = st.lists(st.sampled_from([nan, 0.05, 0.1, 0.3, 0.5, 0.6, 2.0]), min_size=31, max_size=31)
modes = st.sampled_from(icaht.COUNT_MODES)


def early(values, mode="cumulative", **more):
    return icaht.early_neutrophils(Neutrophils(values, "10^9/L"), count_mode=mode, **more)


def low_for(days, value=0.4, first=4):
    return [2.0] * first + [value] * days + [1.5] * (31 - first - days)


@pytest.mark.parametrize(
    ("days", "value", "grade"),
    [
        (0, 0.4, 0),
        (1, 0.5, 1),
        (6, 0.4, 1),
        (7, 0.4, 2),
        (13, 0.4, 2),
        (14, 0.4, 3),
        (6, 0.1, 1),
        (7, 0.1, 3),
        (13, 0.1, 3),
        (14, 0.1, 4),
    ],
)
def test_early_grade_follows_the_days(days, value, grade):
    assert early(low_for(days, value)).grade.value == grade


def test_neutrophils_that_never_rise_are_grade_4():
    assert early([0.5] * 31).grade.value == 4
    assert early([0.5] * 30 + [0.6]).grade.value == 3


def test_cumulative_and_consecutive_days_differ():
    two_nadirs = [2.0] * 4 + [0.4] * 5 + [1.5] * 5 + [0.4] * 5 + [1.5] * 12
    assert early(two_nadirs).grade.value == 2 and early(two_nadirs, "consecutive").grade.value == 1
    with pytest.raises(UnknownName, match="count mode"):
        early(two_nadirs, "total")


def test_grade_is_open_while_the_window_is_not_over():
    found = early([0.4] * 10 + [nan] * 21)
    assert (found.grade.low, found.grade.high) == (2, 4) and found.filled_days == 0


def test_filled_days_are_reported():
    found = early([2.0, nan, nan, 2.0, nan, 0.4] + [2.0] * 25, g_csf=True)
    assert found.filled_days == 3 and found.g_csf.value is True


def test_count_ends_with_death_or_treatment_of_a_relapse():
    found = early([2.0] * 4 + [0.4] * 8 + [nan] * 19, last_day=11)
    assert found.grade.value == 2


def test_days_after_the_last_day_do_not_count_for_each_patient():
    both = early(np.array([low_for(20), low_for(20)]), last_day=[30, 9])
    assert both.grade.values.tolist() == [3, 1]


@pytest.mark.parametrize(
    ("values", "grade"), [([1.6, 1.6], 0), ([1.5, 1.5], 1), ([0.9, 2.0], 0), ([0.9, 1.2], 1), ([0.5, 0.4], 3), ([0.1, 0.05], 4)]
)
def test_late_grade_needs_two_measurements(values, grade):
    assert icaht.late_neutrophils(Neutrophils(values, "10^9/L"), count_mode="cumulative").value == grade


def test_single_late_measurement_leaves_the_grade_open():
    found = icaht.late_neutrophils(Neutrophils([0.4, nan], "10^9/L"), count_mode="cumulative")
    assert (found.low, found.high) == (0, 3)


def test_two_late_measurements_in_a_row_skip_the_empty_ones():
    values = Neutrophils([[0.4, nan, 0.4, 2.0], [0.4, 2.0, 0.4, 2.0]], "10^9/L")
    assert icaht.late_neutrophils(values, count_mode="consecutive").values.tolist() == [3, 0]
    assert icaht.late_neutrophils(values, count_mode="cumulative").values.tolist() == [3, 3]


def test_measurements_up_to_day_30_are_not_late():
    values = Neutrophils([0.05, 0.05, 1.4, 1.4], "10^9/L")
    assert icaht.late_neutrophils(values, days=[20, 30, 31, 40], count_mode="cumulative").value == 1


@pytest.mark.parametrize(("days", "value", "grade"), [(6, 49, 1), (7, 49, 2), (7, 50, 0), (1, 19, 3), (13, 19, 3), (14, 19, 4)])
def test_early_platelet_grade_follows_the_days(days, value, grade):
    values = [150.0] * 4 + [value] * days + [150.0] * (27 - days)
    assert icaht.early_platelets(Platelets(values, "10^9/L"), count_mode="cumulative").grade.value == grade


@pytest.mark.parametrize(
    ("values", "grade"),
    [([100, 99, 99], 1), ([49, 40, 120], 2), ([19, 19, 120], 3), ([19, 150, 150], 0), ([120, 110, 105], 0)],
)
def test_late_platelet_grade_needs_two_measurements(values, grade):
    found = icaht.late_platelets(Platelets(values, "10^9/L"), days=[35, 38, 45], count_mode="cumulative")
    assert found.value in (grade, None) and found.low == grade


def test_fortnight_of_very_low_late_platelets_is_grade_4():
    values = Platelets([19.0] * 14 + [120.0] * 56, "10^9/L")
    assert icaht.late_platelets(values, days=range(31, 101), count_mode="cumulative").value == 4


def test_final_grade_is_the_worst():
    assert icaht.worst(Range.of(1), Range.of(3), Range.of(None, lowest=0, highest=4)).low == 3


@given(st.lists(st.sampled_from([0.05, 0.3, 2.0]), min_size=31, max_size=31), st.integers(1, 31), modes)
def test_follow_up_so_far_contains_the_final_grade(values, so_far, mode):
    final, now = early(values, mode).grade, early(values[:so_far], mode).grade
    assert now.low <= final.low and final.high <= now.high


@given(st.lists(st.sampled_from([0.05, 0.3, 2.0]), min_size=31, max_size=31), st.integers(0, 30), modes)
def test_lower_count_never_lowers_the_grade(values, day, mode):
    lower = [*values[:day], 0.05, *values[day + 1 :]]
    assert early(lower, mode).grade.value >= early(values, mode).grade.value


@given(st.lists(counts, min_size=1, max_size=5), modes)
def test_patients_together_have_the_grades_of_each_alone(patients, mode):
    many = early(np.array(patients), mode)
    singles = [early(one, mode) for one in patients]
    assert many.grade.low.tolist() == [float(one.grade.low) for one in singles]
    assert many.grade.high.tolist() == [float(one.grade.high) for one in singles]
    assert many.filled_days.tolist() == [int(one.filled_days) for one in singles]


@given(counts)
def test_unit_of_the_count_does_not_matter(values):
    per_ul = icaht.early_neutrophils(Neutrophils(np.array(values) * 1000, "/uL"), count_mode="cumulative")
    assert per_ul.grade.low == early(values).grade.low and per_ul.grade.high == early(values).grade.high

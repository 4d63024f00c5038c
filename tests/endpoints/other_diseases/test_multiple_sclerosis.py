"""Worsening on the EDSS is confirmed as the rule says; any sign of activity ends NEDA."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.other_diseases.multiple_sclerosis import (
    annualised_relapse_rate,
    confirmed_worsening,
    edss,
    edss_worsened,
    edss_worsening,
    neda3,
    step_needed,
)
from immunoreset.errors import InvalidValue, UnknownName

EDSS = st.integers(0, 20).map(lambda halves: halves / 2)
LOW_EDSS = st.sampled_from([2.0, 2.5, 3.0, 3.5])
VISITS = 6
COURSES = st.lists(LOW_EDSS, min_size=VISITS, max_size=VISITS)
DAYS = st.lists(st.integers(0, 400), min_size=VISITS, max_size=VISITS, unique=True).map(sorted)
RELAPSES = st.lists(st.integers(0, 400), max_size=2)


def judged(course, days, relapses=(), weeks=12):
    return confirmed_worsening(2.0, course, days, relapse_days=relapses, weeks=weeks)


def first_confirmed_day(course, days, relapses, wait):
    """The rule told once more, visit by visit, for one patient of whom everything is known."""
    near = [any(abs(day - relapse) <= 30 for relapse in relapses) for day in days]
    for i in range(VISITS):
        for j in range(i + 1, VISITS):
            held = all(course[k] >= 3 for k in range(i, j + 1))
            if held and not near[i] and not near[j] and days[j] - days[i] >= wait:
                return days[i]
    return None


@pytest.mark.parametrize(
    ("baseline", "steps"), [(0, (1.0, 1.5)), (1.0, (0.5, 1.0)), (5.5, (0.5, 1.0)), (6.0, (0, 0.5)), (9.5, (0, 0.5))]
)
def test_the_step_that_counts_depends_on_the_baseline(baseline, steps):
    assert [edss_worsened(baseline, baseline + step).value for step in steps] == [False, True]


def test_some_trials_let_half_a_step_count_from_5_5():
    assert edss_worsened(5.5, 6.0, half_step_from="5.5").value is True
    assert edss_worsened(5.0, 5.5, half_step_from="5.5").value is False


def test_only_halves_from_0_to_10_exist():
    assert edss(np.array([0, 0.5, 10, np.nan])).high.tolist() == [0, 0.5, 10, 10]
    with pytest.raises(InvalidValue, match=r"3\.25 does not exist"):
        edss([3.0, 3.25])
    with pytest.raises(InvalidValue, match="outside the possible 0 to 10"):
        edss(10.5)


@given(EDSS, EDSS, st.booleans())
def test_missing_data_never_turn_one_answer_into_the_other(allows, baseline, now, confirmed):
    full = edss_worsening(baseline, now, confirmed=confirmed)
    assert allows(edss_worsening(None, now, confirmed=confirmed), full)
    assert allows(edss_worsening(baseline, None, confirmed=confirmed), full)
    assert allows(edss_worsening(baseline, now, confirmed=None), full)


@given(EDSS, EDSS, EDSS)
def test_more_disability_is_never_less_worsening(baseline, now, later):
    low, high = sorted((now, later))
    assert edss_worsened(baseline, high).value >= edss_worsened(baseline, low).value


@given(COURSES, DAYS, RELAPSES, st.sampled_from([12, 24]))
def test_confirmation_follows_the_rule_told_visit_by_visit(course, days, relapses, weeks):
    expected = first_confirmed_day(course, days, relapses, weeks * 7)
    found = judged(course, days, relapses, weeks)
    assert found.answer.value is (expected is not None)
    assert np.isnan(found.day) if expected is None else found.day == expected


@given(COURSES, DAYS, RELAPSES)
def test_24_weeks_of_worsening_include_12(course, days, relapses):
    assert judged(course, days, relapses, 12).answer.value >= judged(course, days, relapses, 24).answer.value


@given(COURSES, DAYS, RELAPSES, st.sets(st.integers(0, VISITS - 1)))
def test_a_visit_without_edss_leaves_open_and_changes_nothing(allows, course, days, relapses, hidden):
    partial = [None if place in hidden else score for place, score in enumerate(course)]
    assert allows(judged(partial, days, relapses).answer, judged(course, days, relapses).answer)


@given(
    st.lists(st.tuples(COURSES, DAYS, st.lists(st.integers(0, 400), min_size=2, max_size=2)), min_size=1, max_size=4), st.data()
)
def test_many_patients_are_judged_as_one(same, patients, data):
    courses, days, relapses = (np.array(part, dtype=float) for part in zip(*patients, strict=True))
    for table in (courses, days, relapses):
        hidden = data.draw(st.lists(st.booleans(), min_size=table.size, max_size=table.size))
        table[np.array(hidden).reshape(table.shape)] = np.nan
    ones = [judged(*patient) for patient in zip(courses, days, relapses, strict=True)]
    baseline = np.full(len(courses), 2.0)
    many = confirmed_worsening(baseline, courses, days, relapse_days=relapses, weeks=12)
    assert same(many.answer, [one.answer for one in ones])
    assert np.array_equal(many.day, [one.day for one in ones], equal_nan=True)


def test_a_visit_that_did_not_take_place_is_passed_over():
    nan = float("nan")
    assert judged([3, nan, 3], [0, nan, 100]).answer.value is True
    assert judged([3, nan, 3], [0, 50, 100]).answer.value is None


def test_a_relapse_hides_the_visits_30_days_around_it():
    assert [judged([3, 3], [0, 84], [day]).answer.value for day in (30, 31, 53, 54)] == [False, True, True, False]
    assert judged([3, 3], [0, 83]).answer.value is False


def test_visits_out_of_order_are_refused():
    with pytest.raises(InvalidValue, match="day 20 does not come after"):
        judged([2, 2, 2], [0, 30, 20])
    with pytest.raises(UnknownName, match="weeks"):
        judged([2, 2], [0, 30], weeks=13)
    with pytest.raises(UnknownName, match="half a step"):
        step_needed(2, half_step_from="6")  # type: ignore[arg-type]


def test_any_sign_of_activity_ends_neda():
    calm = {"relapses": 0, "confirmed_worsening": False, "new_t2": 0, "gd_lesions": 0}
    assert neda3(**calm).value is True
    for sign in ({"relapses": 1}, {"confirmed_worsening": True}, {"new_t2": 2}, {"gd_lesions": 1}):
        assert neda3(**calm | sign).value is False
    assert [neda3(**calm | {part: None}).value for part in calm] == [None] * 4
    assert neda3(**calm | {"new_t2": [0, 1, np.nan]}).decided.tolist() == [True, True, False]


def test_relapse_rate_is_per_year_of_follow_up():
    assert annualised_relapse_rate([1, 0], [365.25, 100]).low.tolist() == [1, 0]
    assert annualised_relapse_rate(0, 0).value is None

"""CRS over time."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.quantities import Temperature
from immunoreset.endpoints.toxicity import crs, crs_episodes


def followed(temperatures, *, days=None, pressors=0, antipyretic=False, anti_cytokine=False, patient=None, **more):
    n = len(temperatures)
    signs = crs.Signs(
        Temperature(np.array(temperatures, dtype=float), "C"), False, pressors, vasopressin=False, oxygen="none", **more
    )
    return crs_episodes.course(
        np.zeros(n) if patient is None else patient,
        np.arange(n) if days is None else days,
        signs,
        antipyretic=antipyretic,
        anti_cytokine=anti_cytokine,
    )


def test_fever_starts_an_episode_that_the_first_day_without_signs_ends():
    found = followed([36.5, 38.2, 39, 37, 36.5]).episodes
    assert found.start.values.tolist() == [1] and found.end.values.tolist() == [3]
    assert found.duration.values.tolist() == [2] and found.maximum.values.tolist() == [1]
    assert found.resolved.values.tolist() == [1]


def test_fever_after_resolution_is_a_new_episode():
    found = followed([39, 36.5, 39, 36.5]).episodes
    assert found.number.tolist() == [1, 2] and found.start.values.tolist() == [0, 2]


def test_masked_temperature_proves_no_resolution():
    found = followed([39, 36.5, 36.5, 39], antipyretic=[0, 1, 1, 0])
    assert len(found.episodes.number) == 1 and found.episodes.resolved.values.tolist() == [0]
    late = followed([39, 36.5, 36.5, 36.5, 36.5], antipyretic=[0, 1, 0, 0, 0]).episodes
    assert late.end.low.tolist() == [1] and late.end.high.tolist() == [3]


def test_support_after_tocilizumab_keeps_its_grade_without_fever():
    found = followed([39, 36.5, 36.5, 36.5], pressors=[0, 1, 1, 0], anti_cytokine=[1, 0, 0, 0])
    assert found.grades.values.tolist() == [1, 3, 3, 0] and found.episodes.maximum.values.tolist() == [3]


def test_support_without_fever_or_masking_prolongs_the_episode_but_has_no_grade():
    found = followed([39, 36.5, 36.5], pressors=[1, 1, 0])
    assert found.grades.values.tolist() == [3, 0, 0] and found.episodes.end.values.tolist() == [2]


def test_support_after_resolution_is_no_crs_though_tocilizumab_was_given_before():
    found = followed([39, 36.5, 36.5, 36.5], days=[0, 1, 10, 11], pressors=[0, 0, 0, 1], anti_cytokine=[1, 0, 0, 0])
    assert found.grades.values.tolist() == [1, 0, 0, 0]


def test_fever_of_sepsis_starts_nothing():
    assert not len(followed([39, 39], due_to_crs={"fever": False}).episodes.number)


def test_unmeasured_temperature_before_a_fever_leaves_the_start_open():
    found = followed([36.5, np.nan, 39, 36.5]).episodes
    assert found.start.low.tolist() == [1] and found.start.high.tolist() == [2]
    assert followed([36.5, np.nan, 39, 36.5]).grades.high.tolist() == [0, 1, 1, 0]


def test_daily_grade_is_the_worst_of_the_day():
    found = followed([38.5, 39, 36.5], days=[1.2, 1.8, 2.0], pressors=[0, 1, 0]).days
    assert found.day.tolist() == [1, 2] and found.grade.values.tolist() == [3, 0]


def test_death_from_crs_is_the_maximum_of_the_episode():
    assert followed([39, 39], died=[0, 1]).episodes.maximum.values.tolist() == [5]


def test_onset_after_day_14_is_flagged():
    assert crs_episodes.late_onset(followed([39, 39], days=[14, 15]).episodes).values.tolist() == [0]
    assert crs_episodes.late_onset(followed([39], days=[14.5]).episodes).values.tolist() == [1]


temperatures = st.lists(st.sampled_from([36.5, 37.5, 38.0, 39.0]), min_size=1, max_size=9)


@given(st.lists(temperatures, min_size=1, max_size=5), st.data())
def test_patients_do_not_influence_each_other(courses, data):
    drugs = [data.draw(st.lists(st.booleans(), min_size=len(one), max_size=len(one))) for one in courses]
    pressors = [data.draw(st.lists(st.integers(0, 2), min_size=len(one), max_size=len(one))) for one in courses]
    together = followed(
        np.concatenate(courses),
        days=np.concatenate([np.arange(len(one)) for one in courses]),
        pressors=np.concatenate(pressors),
        anti_cytokine=np.concatenate(drugs),
        patient=np.repeat(np.arange(len(courses)), [len(one) for one in courses]),
    )
    alone = [followed(t, pressors=p, anti_cytokine=d) for t, p, d in zip(courses, pressors, drugs, strict=True)]
    assert together.grades.low.tolist() == np.concatenate([one.grades.low for one in alone]).tolist()
    for column in ("start", "end", "maximum"):
        apart = np.concatenate([getattr(one.episodes, column).high for one in alone])
        assert getattr(together.episodes, column).high.tolist() == apart.tolist()


@given(temperatures, st.data())
def test_vectorised_course_equals_the_rule_told_row_by_row(course, data):
    n = len(course)
    drug = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    pressors = data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    found = followed(course, pressors=pressors, anti_cytokine=drug)
    is_open, masked, starts, ends, grades = False, False, [], [], []
    for day in range(n):
        hot, support = course[day] >= 38, {0: 0, 1: 3, 2: 4}[pressors[day]]
        was_open, masked = is_open, is_open and (masked or drug[day])
        grades.append(max(1, support) if hot else support if was_open and masked else 0)
        if hot and not is_open:
            is_open, masked = True, drug[day]
            starts.append(day)
        hidden = any(drug[max(0, day - 3) : day + 1])
        if is_open and not hot and not support and not hidden:
            is_open = False
            ends.append(day)
    assert found.grades.values.tolist() == grades
    assert found.episodes.start.values.tolist() == starts
    assert found.episodes.end.high[: len(ends)].tolist() == ends
    assert len(starts) - len(ends) == int(np.isinf(found.episodes.end.high).sum())

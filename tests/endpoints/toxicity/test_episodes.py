"""Episodes in long tables."""

import numpy as np
import pytest

from immunoreset.endpoints.known import Range
from immunoreset.endpoints.toxicity.episodes import Table, of_grades
from immunoreset.errors import InvalidValue


def test_days_out_of_order_are_refused_with_their_row():
    with pytest.raises(InvalidValue, match=r"row 3: day 1 of patient b follows day 2"):
        Table.of(["a", "b", "b"], [1, 2, 1])


def test_rows_of_a_patient_that_are_apart_are_refused():
    with pytest.raises(InvalidValue, match="not together"):
        Table.of(["a", "b", "a"], [1, 1, 2])


def test_empty_table_has_no_episodes():
    found = of_grades([], [], Range.of(np.empty(0)))
    assert not len(found.episodes.number) and not len(found.days.day)


def test_episode_that_lasts_at_the_last_row_is_not_resolved():
    found = of_grades(["a", "a"], [1, 2], Range.of([0, 2])).episodes
    assert found.resolved.values.tolist() == [0] and found.end.low.tolist() == [2] and np.isinf(found.end.high).all()


def test_missing_grade_between_leaves_the_end_open():
    found = of_grades(["a"] * 4, [1, 2, 3, 4], Range.of([2, np.nan, 0, 0], lowest=0, highest=4)).episodes
    assert found.end.low.tolist() == [2] and found.end.high.tolist() == [3]
    assert found.maximum.low.tolist() == [2] and found.maximum.high.tolist() == [4]


def test_episodes_at_a_higher_grade_are_never_longer():
    grades = Range.of([1, 2, 3, 3, 1, 0])
    lengths = [of_grades(np.zeros(6), np.arange(6), grades, at_least=least).episodes.duration.values[0] for least in (1, 2, 3)]
    assert lengths == [5, 3, 2]

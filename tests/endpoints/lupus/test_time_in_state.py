"""Time in a state: shares, sustained states and first days, patient by patient as a plain loop finds them."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.known import Answer
from immunoreset.endpoints.lupus.time_in_state import sustained, time_in_state
from immunoreset.errors import InvalidValue

histories = st.lists(
    st.lists(st.tuples(st.integers(1, 100), st.sampled_from([True, False, None])), min_size=1, max_size=5), min_size=1, max_size=4
)


def table(history):
    """Patients, days and answers of a long table, from gaps between visits."""
    patients = [f"p{n}" for n, visits in enumerate(history) for _ in visits]
    days = [day for visits in history for day in itertools.accumulate(gap for gap, _ in visits)]
    held = [np.nan if state is None else float(state) for visits in history for _, state in visits]
    return np.array(patients), np.array(days), Answer.of(np.array(held))


def fillings(visits):
    """Every way in which the missing states of a patient could have been."""
    return [
        list(states) for states in itertools.product(*([state] if state is not None else [False, True] for _, state in visits))
    ]


def expected(days, states):
    stay = [(b - a) * state for a, b, state in zip(days, days[1:], states, strict=False)]
    first = next((day for day, state in zip(days, states, strict=True) if state), np.inf)
    share = 100 * sum(stay) / (days[-1] - days[0]) if len(days) > 1 else None
    return any(states), 100 * sum(states) / len(states), share, first


@given(histories)
def test_shares_and_first_days_hold_whatever_missing_states_were(history):
    result = time_in_state(*table(history))
    for place, visits in enumerate(history):
        days = list(itertools.accumulate(gap for gap, _ in visits))
        found = [expected(days, states) for states in fillings(visits)]
        ever, share_of_visits, share_of_days, first = zip(*found, strict=True)
        assert (bool(result.ever.yes[place]), bool(result.ever.no[place])) == (all(ever), not any(ever))
        assert result.share_of_visits.low[place] == pytest.approx(min(share_of_visits))
        assert result.share_of_visits.high[place] == pytest.approx(max(share_of_visits))
        assert (result.first_day.low[place], result.first_day.high[place]) == (min(first), max(first))
        limits = (min(share_of_days), max(share_of_days)) if len(days) > 1 else (0, 100)
        assert (result.share_of_days.low[place], result.share_of_days.high[place]) == pytest.approx(limits)


@given(histories, st.sampled_from([0, 1, 4, 12, 24]))
def test_a_sustained_state_was_held_at_every_visit_of_its_weeks(history, weeks):
    result = sustained(*table(history), weeks=weeks)
    place = 0
    for visits in history:
        days = list(itertools.accumulate(gap for gap, _ in visits))
        for visit in range(len(visits)):
            found = [
                any(days[visit] - days[start] >= 7 * weeks and all(states[start : visit + 1]) for start in range(visit + 1))
                for states in fillings(visits)
            ]
            assert (bool(result.yes[place]), bool(result.no[place])) == (all(found), not any(found))
            place += 1


@given(histories)
def test_a_state_sustained_for_longer_was_sustained_for_less(history):
    months = [sustained(*table(history), weeks=weeks) for weeks in (4, 12, 24)]
    for shorter, longer in itertools.pairwise(months):
        assert not (longer.yes & ~shorter.yes).any()


def test_a_state_does_not_carry_over_to_the_next_patient():
    patients, days = ["a", "a", "b", "b"], [0, 100, 200, 300]
    assert sustained(patients, days, Answer.of([1, 1, 1, 1]), weeks=20).yes.tolist() == [False] * 4
    assert time_in_state(patients, days, Answer.of([1, 1, 0, 0])).share_of_days.values.tolist() == [100, 0]


def test_unsorted_tables_are_refused_with_the_place():
    held = Answer.of([1, 1, 1])
    with pytest.raises(InvalidValue, match="patient a: day 5 follows day 9"):
        time_in_state(["a", "a", "b"], [9, 5, 1], held)
    with pytest.raises(InvalidValue, match="stand together"):
        time_in_state(["a", "b", "a"], [1, 2, 3], held)
    with pytest.raises(InvalidValue, match="one entry per visit"):
        time_in_state(["a", "b"], [1, 2], held)
    with pytest.raises(InvalidValue, match="at least one visit"):
        time_in_state([], [], Answer.of(np.array([])))

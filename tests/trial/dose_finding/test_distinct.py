"""Equal trials are worked out once, and every trial gets what it would get alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from immunoreset.trial.dose_finding import isotonic as module
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.distinct import distinct_rows, for_distinct
from immunoreset.trial.dose_finding.keyboard import Keyboard
from immunoreset.trial.outcome_sources import RateTable
from immunoreset.trial.outcomes import Outcomes
from immunoreset.trial.scenarios import simulate_trials

CELLS = st.sampled_from([-3, 0, 1, 2, 30, 2**40, -(2**62)])


@given(arrays(np.int64, st.tuples(st.integers(1, 12), st.integers(1, 9)), elements=CELLS))
def test_distinct_rows_are_those_of_numpy_in_the_same_order(states):
    _, first, group = np.unique(states, axis=0, return_index=True, return_inverse=True)
    found = distinct_rows(states.T)
    assert found[0].tolist() == first.tolist() and found[1].tolist() == group.ravel().tolist()


def test_columns_beyond_what_one_number_holds_are_still_told_apart():
    states = np.random.default_rng(1).integers(0, 1000, (300, 12))
    states[200:] = states[:100]
    assert len(distinct_rows(states.T)[0]) == 200


def test_equal_rows_are_computed_once_and_given_back_in_place():
    states, asked = np.array([[1, 2], [0, 0], [1, 2], [3, 1]]), []

    def compute(rows):
        asked.append(rows.tolist())
        return (states[rows].sum(axis=1).astype(float),)

    (found,) = for_distinct(states.T, compute, chunk=2)
    assert found.tolist() == [3, 0, 3, 4] and asked == [[1, 0], [3]]


@pytest.mark.parametrize("design", [BOIN(5, 0.3), Keyboard(5, 0.3)])
def test_isotonic_regression_is_done_once_for_each_distinct_row(monkeypatch, design):
    done, original = [], module.isotonic

    def spy(values, weights):
        done.append(len(values))
        return original(values, weights)

    monkeypatch.setattr(module, "isotonic", spy)
    runs = simulate_trials(design, RateTable((0.05, 0.15, 0.3, 0.45, 0.6)), trials=2000, seed=1)
    seen = runs.outcomes
    last = np.concatenate([seen.treated, seen.toxic], axis=1)
    done.clear()
    together = design.decide(seen)
    assert sum(done) == len(np.unique(last, axis=0)) < 1000
    for trial in range(0, 2000, 97):
        alone = design.decide(Outcomes.from_counts(seen.treated[trial], seen.toxic[trial], current=seen.current[trial]))
        assert all(np.array_equal(one[0], field[trial]) for one, field in zip(alone, together, strict=True))

"""Exact counting of one arm: probabilities sum to 1 and agree with simulated trials."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.engine import random
from immunoreset.errors import InvalidValue
from immunoreset.trial.phase2.enumeration import StoppingTable, looks_every, operating_characteristics

TABLE = StoppingTable((10, 17, 30), (1, 4, 9), (6, 9, 10))


def test_every_trial_stops_once():
    found = operating_characteristics(TABLE, np.linspace(0, 1, 11))
    assert found.stop_at.sum(axis=1) == pytest.approx(np.ones(11))
    assert found.claim[0] == 0
    assert found.claim[-1] == 1
    assert np.all(np.diff(found.claim) >= 0)


def test_simulated_trials_agree():
    trials = 20_000
    responses = (random.uniform(2, "responses", np.arange(trials), count=30) < 0.3).cumsum(axis=1)
    stopped, claimed, patients = np.zeros(trials, bool), np.zeros(trials, bool), np.full(trials, 30)
    for n, low, high in zip(TABLE.looks, TABLE.stop_le, TABLE.upper, strict=True):
        seen = responses[:, n - 1]
        ends = ~stopped & ((seen <= low) | (seen >= high))
        claimed |= ends & (seen >= high)
        patients[ends] = n
        stopped |= ends
    found = operating_characteristics(TABLE, [0.3])
    exact = float(found.claim[0])
    assert abs(claimed.mean() - exact) < 4 * np.sqrt(exact * (1 - exact) / trials)
    assert abs(patients.mean() - found.expected[0]) < 4 * patients.std() / np.sqrt(trials)


def test_looks_end_with_the_last_patient():
    assert looks_every(5, 5, last=20) == (5, 10, 15, 20)
    assert looks_every(20, 1, last=20) == (20,)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (((10, 10), (1, 2)), "rising numbers"),
        (((10, 20), (1,)), "one bound each"),
        (((10, 20), (5, 8), (5, 9)), "cannot both hold"),
        (((10, 20), (1, 5), (8, 9)), "neither a claim nor none"),
    ],
)
def test_tables_that_cannot_decide_are_refused(table, says):
    with pytest.raises(InvalidValue, match=says):
        StoppingTable(*table)


def test_rates_outside_zero_to_one_are_refused():
    with pytest.raises(InvalidValue, match="between 0 and 1"):
        operating_characteristics(TABLE, [1.2])

"""Which patients a simulated trial draws, and when they enter."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.virtual_trial.draw import checked_entry, draw_patients, entry_days


def test_the_same_seed_draws_the_same_patients_for_rival_designs():
    long = draw_patients(50, trials=20, size=40, seed=3)
    np.testing.assert_array_equal(draw_patients(50, trials=7, size=11, seed=3), long[:7, :11])
    assert (draw_patients(50, trials=20, size=40, seed=4) != long).any()


def test_every_patient_is_drawn_equally_often():
    drawn = draw_patients(10, trials=2000, size=10, seed=1)
    counts = np.bincount(drawn.ravel(), minlength=10)
    assert (np.abs(counts - 2000) < 4 * np.sqrt(20_000 * 0.1 * 0.9)).all()


def test_without_replacement_nobody_comes_twice():
    drawn = draw_patients(30, trials=50, size=30, seed=1, replace=False)
    assert (np.sort(drawn, axis=1) == np.arange(30)).all()
    assert len({tuple(row) for row in drawn}) == 50
    np.testing.assert_array_equal(draw_patients(30, trials=20, size=8, seed=1, replace=False), drawn[:20, :8])


def test_more_patients_than_there_are_is_refused():
    with pytest.raises(InvalidValue, match="31 patients without replacement, but the table has 30"):
        draw_patients(30, trials=2, size=31, replace=False)
    with pytest.raises(InvalidValue, match="give a whole number, at least 1"):
        draw_patients(30, trials=0, size=3)


def test_more_patients_treated_than_enrolled_is_refused():
    assert entry_days([[5.0, np.nan, 1.0], [2.0, 9.0, 4.0]], 2).tolist() == [[1.0, 5.0], [2.0, 4.0]]
    with pytest.raises(InvalidValue, match="trial 1: 3 patients to treat, but the calendar has 2 infusions"):
        entry_days([[5.0, np.nan, 1.0], [2.0, 9.0, 4.0]], 3)


@pytest.mark.parametrize("entry", [[1.0, 2.0], [3.0, 2.0, 1.0], [1.0, np.nan, 2.0]])
def test_entry_days_must_fit(entry):
    with pytest.raises(InvalidValue, match="entry days"):
        checked_entry(entry, trials=4, size=3)

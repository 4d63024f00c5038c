"""Headlines are numbers of all patients alike, whoever has an event and whoever does not."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.catalogue import built_in
from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.sensitivity_analysis.headlines import USUAL, asked

LUPUS = built_in().disease("lupus")
NAN = np.nan


def read(name, values, failed=(False,) * 4, stop=730.0, **others):
    (one,) = asked([name], LUPUS, stop)
    outcomes = {name: np.array(values, dtype=float), **{key: np.array(value, dtype=float) for key, value in others.items()}}
    return one.read(outcomes, np.array(failed)).tolist()


def test_a_day_that_did_not_come_is_the_last_day():
    assert read("b_cells_undetectable_day", [5, 61, NAN, 20]) == [5, 60, 60, 20]
    assert read("relapse_day", [5, 400, NAN, 20]) == [5, 365, 365, 20]
    assert read("relapse_day", [5, 150, NAN, 20], stop=120) == [5, 120, 120, 20]


def test_b_cells_that_never_went_are_back_on_day_0():
    days = read("b_cell_return_day", [90, NAN, NAN, 500], b_cells_undetectable_day=[4, 7, NAN, 3])
    assert days == [90, 365, 0, 365]


def test_a_response_that_cannot_be_judged_is_none_and_a_failed_simulation_is_no_patient():
    found = read("sri4_day180", [1, NAN, NAN, 0], failed=(False, False, True, False))
    assert found[:2] == [1, 0] and np.isnan(found[2]) and found[3] == 0


def test_the_peak_is_taken_on_the_logarithm():
    np.testing.assert_allclose(read("car_t_peak_per_ul", [1, 100, 10, 0]), np.log([1, 100, 10, 1e-3]))


def test_a_mean_keeps_what_is_missing_missing_so_that_it_can_be_refused():
    assert np.isnan(read("returning_b_cells_naive_percent", [1, NAN, 3, 4])[1])


def test_every_headline_says_what_it_is_in_words_and_units():
    for one in asked(None, LUPUS, 730.0):
        assert one.title == USUAL[one.name] and one.meaning and one.unit_of_effects
    meanings = {one.name: one.meaning for one in asked(None, LUPUS, 300.0)}
    assert "at most 300" in meanings["b_cell_return_day"] and "share of all patients" in meanings["doris_day180"]


def test_other_diseases_have_the_usual_headlines_that_they_know():
    names = [one.name for one in asked(None, built_in().disease("lymphoma"), 730.0)]
    assert "crs_any" in names and "b_cell_return_day" in names and "sledai_day90" not in names


@pytest.mark.parametrize(
    ("names", "fault", "words"), [(["doris_day18"], UnknownName, "doris_day180"), ([], InvalidValue, "usual")]
)
def test_what_is_no_headline_is_refused(names, fault, words):
    with pytest.raises(fault, match=words):
        asked(names, LUPUS, 730.0)

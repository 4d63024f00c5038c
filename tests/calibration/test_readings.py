"""Readings: the small language in which a calibration says what is read of a patient."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.calibration.readings import parse
from immunoreset.engine import Area, Maximum, Minimum
from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.patient.course import Course
from immunoreset.population import sample

COHORT = sample("cart", 6, seed=1)


def course(**curves: list[list[float]]) -> Course:
    days = np.array([0.0, 7.0, 28.0])
    found = {name: np.array(values, dtype=float) for name, values in curves.items()}
    return Course(days, found, {}, {}, np.zeros(2, dtype=bool), np.arange(2), 1)


def test_a_quantity_on_a_day_is_read_from_the_curve() -> None:
    solved = course(neutrophils=[[4, 3, 0.5], [4, 3, np.nan]])
    assert parse("neutrophils on day 7").of(solved).tolist() == [3, 3]
    below = parse("neutrophils below 1 on day 28")
    np.testing.assert_array_equal(below.of(solved), [1, np.nan])
    assert below.yes_or_no and below.days == (28.0,) and below.curves == ("neutrophils",)
    assert parse("neutrophils above 3.5 on day 0").of(solved).tolist() == [1, 1]
    with pytest.raises(UnknownName, match="did you mean 'neutrophils'"):
        parse("neutrophil on day 7").of(solved)


def test_extremes_are_read_exactly_between_days() -> None:
    assert parse("highest il6").readout == Maximum("il6")
    assert parse("lowest neutrophils from day 0 to 28").readout == Minimum("neutrophils", 0.0, 28.0)
    mean = parse("mean infections_per_100_days from day 0 to 28")
    assert mean.readout == Area("infections_per_100_days", 0.0, 28.0)
    solved = Course(np.zeros(1), {}, {mean.text: np.array([56.0])}, {}, np.zeros(1, bool), np.arange(1), 1)
    assert mean.of(solved).tolist() == [2.0]


def test_facts_at_entry_are_covariates_or_numbers_of_the_patient() -> None:
    assert parse("sledai_2k at entry").of(COHORT).tolist() == COHORT.covariates["sledai_2k"].tolist()
    c3 = np.asarray(COHORT.parameters["inflammation.c3_baseline"])
    cut = np.asarray(COHORT.parameters["sledai.cut_c3"])
    assert parse("c3_baseline at entry below sledai.cut_c3").of(COHORT).tolist() == (c3 < cut).astype(float).tolist()
    assert parse("inflammation.c3_baseline at entry above 0").of(COHORT).tolist() == [1.0] * 6
    with pytest.raises(UnknownName, match="fact at entry"):
        parse("shoe_size at entry").of(COHORT)


def test_in_an_arm_with_visits_a_day_is_a_visit() -> None:
    assert parse("crr on day 364").kind == "course"
    assert parse("crr on day 364", visits=True).kind == "table"
    assert parse("crr at visit 364").kind == "visit" and parse("crr at visit 364").yes_or_no


@pytest.mark.parametrize("text", ["", "il6 on tuesday", "mean il6", "mean il6 from day 28 to 0", "il6 over 3 on day 2", "a b c"])
def test_what_is_no_reading_is_refused_with_examples(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"on day 7|from day 0 to 28"):
        parse(text)


def test_an_outcome_that_is_not_simulated_is_named() -> None:
    with pytest.raises(UnknownName, match="did you mean 'crs_any'"):
        parse("crs_anny").of({"crs_any": np.ones(2)})

"""Counting responders by arm and stratum."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.trial.analysis.tables import tables, tabulate

ARM = np.array(["car-t", "standard", "car-t", "standard", "observer"])


def test_thousands_of_trials_are_counted_like_each_alone():
    rng = np.random.default_rng(1)
    response, arm, stratum = rng.integers(0, 2, (30, 40)), rng.integers(0, 3, (30, 40)), rng.integers(0, 4, (30, 40))
    together = tabulate(response, arm, stratum=stratum, treatment=2, control=0)
    for trial in (0, 17, 29):
        for number in range(4):
            member = (stratum[trial] == number) & (arm[trial] == 2)
            assert together.treated[trial, number] == member.sum()
            assert together.treated_responders[trial, number] == response[trial, member].sum()


def test_order_of_patients_does_not_matter():
    rng = np.random.default_rng(2)
    response, arm, stratum = rng.integers(0, 2, 60), rng.integers(0, 2, 60), rng.integers(0, 3, 60)
    order = rng.permutation(60)
    one, other = tabulate(response, arm, stratum=stratum), tabulate(response[order], arm[order], stratum=stratum[order])
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_patients_of_other_arms_are_left_out():
    found = tabulate([1, 0, 1, 1, 1], ARM, treatment="car-t", control="standard")
    assert [part.tolist() for part in found] == [[2.0], [2.0], [1.0], [2.0]]


def test_missing_responses_are_refused_unless_left_out():
    response = [1, 0, np.nan, 1, 0]
    with pytest.raises(InvalidValue, match="response of patient 3 is missing"):
        tabulate(response, ARM, treatment="car-t", control="standard")
    assert tabulate(response, ARM, treatment="car-t", control="standard", missing="leave out").treated.tolist() == [1.0]


@pytest.mark.parametrize(
    ("response", "arm", "error", "message"),
    [
        ([1, 0.5], [1, 0], InvalidValue, "response of patient 2 is 0.5"),
        ([[1, 0], [1, 2]], [1, 0], InvalidValue, "trial 2, patient 2 is 2"),
        ([1, 0], [1, 1], UnknownName, "no arm '0'"),
        ([[1, 0], [1, 0]], [[1, 0], [1, 1]], InvalidValue, "trial 2: arm '0' has no patient"),
        ([1, 0, 1], [1, 0], InvalidValue, "one response per patient"),
        ([], [], InvalidValue, "no patient given"),
    ],
)
def test_bad_input_is_one_clear_line(response, arm, error, message):
    with pytest.raises(error, match=message) as caught:
        tabulate(response, arm)
    assert "\n" not in str(caught.value)


def test_an_unknown_arm_names_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'standard'"):
        tabulate([1, 0, 1, 0, 1], ARM, treatment="car-t", control="standrad")


@pytest.mark.parametrize("counts", [(3, 2, 1, 4), (-1, 2, 1, 4), (0.5, 2, 1, 4), (0, 0, 1, 4)])
def test_impossible_counts_are_refused(counts):
    with pytest.raises(InvalidValue):
        tables(*counts)

"""Words of a value, limit or attribution column mean what a clinician means by them."""

import numpy as np
import pytest

from immunoreset.exchange.values import read_attribution, read_limits, read_values


@pytest.mark.parametrize(
    ("word", "number", "beyond"),
    [("<0.5", 0.5, -2), ("> 90000", 90000, 2), ("≤3", 3, -1), (">=1e3", 1000, 1), ("7", 7, 0), ("1e3", 1000, 0), (".5", 0.5, 0)],
)
def test_values_known_by_a_limit_have_its_sign(word, number, beyond):
    read = read_values([word])
    assert read.number[0] == number and read.beyond[0] == beyond and not read.missing[0]


@pytest.mark.parametrize("word", ["high", "0x10", "1 000", "1.2.3", "<", "<<5", "inf", "-inf", "5 mg", "true", "١٢ a", "1_000"])
def test_what_is_no_number_is_not_taken_for_one(word):
    read = read_values([word])
    assert np.isnan(read.number[0]) and not read.missing[0]


def test_missing_words_are_missing_and_no_is_not():
    words = ["", "NA", "n/a", ".", "not done", "NK", "no", "none", "0"]
    assert read_values(words).missing.tolist() == [True] * 6 + [False] * 3


@pytest.mark.parametrize(
    ("word", "lower", "upper", "bare"),
    [
        ("0.9-1.8", 0.9, 1.8, np.nan),
        ("0.9 – 1.8", 0.9, 1.8, np.nan), ("0.9 to 1.8", 0.9, 1.8, np.nan), ("<30", np.nan, 30, np.nan),
        ("≥ 4", 4, np.nan, np.nan), ("30", np.nan, np.nan, 30), ("", np.nan, np.nan, np.nan), ("n/a", np.nan, np.nan, np.nan),
        ("1e-3-2e-3", 1e-3, 2e-3, np.nan),
    ],
)  # fmt: skip
def test_limits_are_read_as_laboratories_print_them(word, lower, upper, bare):
    read = read_limits([word])
    np.testing.assert_array_equal([read.lower[0], read.upper[0], read.bare[0]], [lower, upper, bare])
    assert not read.reason


@pytest.mark.parametrize("word", ["normal", "0.9-", "-", "< ", "1-2-3"])
def test_limits_that_make_no_sense_are_refused(word):
    assert bool(read_limits([word]).reason) == (word != "-")


def test_attribution_words():
    causes, reason = read_attribution(["Disease", "SLE", "yes", "CRS", "lymphodepletion", "no", "", "?"])
    np.testing.assert_array_equal(causes, [1, 1, 1, 2, 0, 0, np.nan, np.nan])
    assert list(reason) == [7]

"""BILAG flares and which grade of a domain counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.lupus.bilag import (
    FLARES,
    count_letters,
    flare_between,
    flare_class,
    letter,
    new_or_worse,
    prefer_clinician,
)
from immunoreset.endpoints.lupus.bilag_grades import read_grades, write_letters
from immunoreset.errors import InvalidValue

words = st.text("ABCDE", min_size=9, max_size=9)


def flare(a=0, b=0, c=0):
    return FLARES[int(flare_class(a=a, b=b, c=c).low)]


@pytest.mark.parametrize(
    ("grades", "name"),
    [
        ("ABC", "severe"), ("AB", "severe"), ("BBC", "moderate"), ("BB", "moderate"), ("B", "mild"), ("CCC", "mild"),
        ("CC", "none"), ("DE", "none"), ("", "none"),
    ],
)  # fmt: skip
def test_flare_of_patients_of_a_published_table_and_of_each_boundary(grades, name):
    a, b, c = count_letters(grades)
    assert flare(a, b, c) == name


@given(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))
def test_one_more_grade_never_makes_a_flare_milder(a, b, c):
    worst = [flare_class(a=a + i, b=b + j, c=c + k).low for i, j, k in [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)]]
    assert all(more >= worst[0] for more in worst)


@given(words, words, st.integers(0, 8))
def test_an_ungraded_domain_leaves_the_flare_within_its_range(before, now, domain):
    true, partly = flare_between(before, now), flare_between(before, now[:domain] + "?" + now[domain + 1 :])
    assert partly.low <= true.low <= partly.high


@given(st.lists(st.tuples(words, words), min_size=1, max_size=5))
def test_many_visits_at_once_give_the_same_flares(pairs):
    before, now = zip(*pairs, strict=True)
    together = flare_between(list(before), list(now)).values
    np.testing.assert_array_equal(together, [flare_between(one, two).value for one, two in pairs])


@given(words)
def test_unchanged_grades_are_no_flare(word):
    assert flare_between(word, word).value == 0


def test_the_clinicians_grade_comes_first():
    assert write_letters(prefer_clinician("A?EEEEE?E", read_grades("BBBBBBBCC"))) == "ABEEEEECE"
    assert write_letters(prefer_clinician(None, read_grades("BBBBBBBCC"))) == "BBBBBBBCC"


def test_fall_from_a_to_b_is_nothing_new():
    assert not new_or_worse(read_grades("AEEEEEEEE"), read_grades("BEEEEEEEE")).yes.any()


def test_letters_of_grades_and_refusal_of_others():
    assert letter(read_grades("A?EEEEEEE")).tolist() == list("A?EEEEEEE")
    with pytest.raises(InvalidValue, match="'F' is no grade"):
        count_letters("ABF")

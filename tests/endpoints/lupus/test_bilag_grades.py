"""BILAG grades: letters and back, and what counts as new or improved."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.known import Range
from immunoreset.endpoints.lupus.bilag_grades import (
    DOMAINS,
    A,
    B,
    C,
    D,
    E,
    at_least,
    from_domains,
    how_many,
    improved,
    new_a,
    new_b,
    numeric_score,
    read_grades,
    write_letters,
)
from immunoreset.errors import InvalidValue, UnknownName

words = st.text("ABCDE", min_size=9, max_size=9)
words_with_gaps = st.text("ABCDE?", min_size=9, max_size=9)


def fill(word, letters):
    return "".join(letter if letter != "?" else letters[place] for place, letter in enumerate(word))


def test_domains_stand_in_the_order_of_the_form():
    assert len(DOMAINS) == 9
    assert (DOMAINS[0], DOMAINS[1], DOMAINS[7], DOMAINS[8]) == ("Constitutional", "Mucocutaneous", "Renal", "Haematological")


@given(st.lists(words_with_gaps, min_size=1, max_size=5))
def test_letters_survive_being_read_and_written(table):
    assert write_letters(read_grades(table)).tolist() == table
    assert [write_letters(read_grades(word)) for word in table] == table
    assert write_letters(read_grades([word.lower() for word in table])).tolist() == table


def test_grades_have_their_order_and_missing_ones_their_limits():
    grades = read_grades("ABCDE?EEE")
    assert grades.low[:6].tolist() == [A, B, C, D, E, E]
    assert grades.high[5] == A
    for nothing in (None, "", np.nan):
        assert read_grades([nothing, "EEEEEEEEE"]).high[0].tolist() == [A] * 9


def test_unreadable_grades_are_refused():
    with pytest.raises(InvalidValue, match="9 letters are needed"):
        read_grades("ABC")
    with pytest.raises(InvalidValue, match="9 letters are needed"):
        read_grades(["ABEEEEEEE", "ABEEEEEEEE"])
    with pytest.raises(UnknownName, match="BILAG grade 'F'"):
        read_grades("FEEEEEEEE")
    with pytest.raises(InvalidValue, match="not 4"):
        read_grades([4])
    with pytest.raises(InvalidValue, match="last axis"):
        read_grades(Range.of([1.0, 2.0]))


def test_domains_by_name_take_their_place():
    grades = from_domains({"Renal": Range.of([A, np.nan], lowest=E, highest=A), "Constitutional": Range.of(C)})
    assert write_letters(grades).tolist() == ["C??????A?", "C????????"]
    with pytest.raises(UnknownName, match="BILAG domain"):
        from_domains({"Kidney": Range.of(A)})


@pytest.mark.parametrize(
    ("before", "now", "is_new_a", "is_new_b", "is_improved"),
    [
        ("A", "A", False, False, False),
        ("B", "A", True, False, False),
        ("E", "A", True, False, False),
        ("A", "B", False, False, True),
        ("B", "B", False, False, False),
        ("C", "B", False, True, False),
        ("D", "B", False, True, False),
        ("E", "B", False, True, False),
        ("B", "C", False, False, True),
        ("B", "D", False, False, True),
    ],
)
def test_what_is_new_and_what_improved(before, now, is_new_a, is_new_b, is_improved):
    first, second = read_grades(before + "E" * 8), read_grades(now + "E" * 8)
    found = [bool(rule(first, second).yes[0]) for rule in (new_a, new_b, improved)]
    assert found == [is_new_a, is_new_b, is_improved]


@given(words_with_gaps, words_with_gaps, words, words)
def test_decided_changes_hold_for_whatever_the_missing_grades_were(before, now, first, second):
    limits = read_grades(before), read_grades(now)
    filled = read_grades(fill(before, first)), read_grades(fill(now, second))
    for rule in (new_a, new_b, improved):
        known, truth = rule(*limits), rule(*filled)
        assert not (known.yes & ~truth.yes).any()
        assert not (known.no & ~truth.no).any()
        assert how_many(known).low <= how_many(truth).value <= how_many(known).high


@given(words_with_gaps, words)
def test_the_total_lies_within_its_limits(word, letters):
    limits, truth = numeric_score(read_grades(word)), numeric_score(read_grades(fill(word, letters)))
    points = {"A": 12, "B": 8, "C": 1, "D": 0, "E": 0}
    assert truth.value == sum(points[letter] for letter in fill(word, letters))
    assert limits.low <= truth.value <= limits.high


@given(words)
def test_at_least_orders_the_grades(word):
    grades = read_grades(word)
    assert at_least(grades, B).yes.tolist() == [letter in "AB" for letter in word]
    assert at_least(grades, E).yes.all()

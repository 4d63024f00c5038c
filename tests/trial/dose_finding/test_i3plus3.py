"""i3+3 follows its published rule."""

from fractions import Fraction

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.dose_finding.decision_table import Letter
from immunoreset.trial.dose_finding.i3plus3 import I3Plus3


@pytest.mark.parametrize("target", ["0.3", "0.25", "0.2"])
def test_letters_are_those_of_the_rule_in_exact_fractions(target):
    low, high = Fraction(target) - Fraction("0.05"), Fraction(target) + Fraction("0.05")
    table = I3Plus3(5, float(target), exclusion_certainty=1.0).letters(40)
    for patients in range(1, 41):
        for toxic in range(patients + 1):
            share, fewer = Fraction(toxic, patients), Fraction(toxic - 1, patients)
            expected = "E" if share < low else "S" if share <= high or fewer < low else "D"
            assert Letter(table[patients, toxic]).name == expected, (patients, toxic)


def test_letters_for_three_and_six_patients_with_closing():
    table = I3Plus3(5, 0.3).letters(6)
    assert [Letter(code).name for code in table[3, :4]] == ["E", "S", "D", "DU"]
    assert [Letter(code).name for code in table[6, :7]] == ["E", "E", "S", "D", "DU", "DU", "DU"]


def test_one_toxicity_in_a_small_cohort_does_not_lower_the_dose():
    table = I3Plus3(5, 0.2).letters(3)
    np.testing.assert_array_equal([table[patients, 1] for patients in (1, 2, 3)], [Letter.S] * 3)


def test_a_range_outside_zero_to_one_is_refused():
    with pytest.raises(InvalidValue):
        I3Plus3(5, 0.04)

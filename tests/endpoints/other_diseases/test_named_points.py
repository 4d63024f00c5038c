"""Items looked up by name are held to their limits."""

import numpy as np
import pytest

from immunoreset.endpoints.known import Range
from immunoreset.endpoints.other_diseases.named_points import points, read_points
from immunoreset.errors import InvalidValue, UnknownName


def test_a_range_that_is_known_in_part_is_held_to_the_limits():
    assert points(Range.of(None, lowest=1), highest=3, where="site").high == 3
    with pytest.raises(InvalidValue, match="site: 4 is outside the possible 0 to 3"):
        points(Range.of(4), highest=3, where="site")


def test_one_impossible_value_in_a_column_is_found():
    with pytest.raises(InvalidValue, match="site 'face': -1"):
        read_points("site", {"face": np.array([1, np.nan, -1])}, ["face"], highest=3)


def test_words_in_place_of_numbers_are_refused():
    with pytest.raises(InvalidValue, match="site: a number"):
        points("two", highest=3, where="site")


def test_unknown_names_are_refused():
    with pytest.raises(UnknownName, match="no site 'faces'; did you mean 'face'"):
        read_points("site", {"faces": 1}, ["face"], highest=3)

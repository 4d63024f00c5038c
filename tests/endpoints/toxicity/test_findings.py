"""Words, attribution and columns of findings."""

import numpy as np
import pytest

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.toxicity.findings import attributed, graded, spread
from immunoreset.errors import InvalidValue, UnknownName

GRADES = {"none": 0, "cannula": (2, 3), "cpap": 4}


def test_words_are_read_alike_alone_and_in_arrays():
    words = np.array(["none", " CPAP ", "cannula", None, ""], dtype=object)
    many = graded(words, GRADES, what="device")
    one_by_one = [graded(word, GRADES, what="device") for word in words]
    assert many.low.tolist() == [float(one.low) for one in one_by_one] == [0, 4, 2, 0, 0]
    assert many.high.tolist() == [float(one.high) for one in one_by_one] == [0, 4, 3, 4, 4]


def test_missing_words_of_pandas_are_missing():
    assert graded(np.array([float("nan")], dtype=object), GRADES, what="device").high.tolist() == [4]


def test_unknown_word_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match="no device 'cpa'; did you mean 'cpap'"):
        graded("cpa", GRADES, what="device")


def test_attribution_of_a_finding_that_does_not_exist_is_refused():
    with pytest.raises(UnknownName, match="no finding to attribute 'temperature'"):
        attributed({"temperature": False}, "fever", ["fever"])


def test_column_of_another_length_than_the_table_is_refused():
    assert spread(Answer.of(True), 3).yes.shape == (3,)
    with pytest.raises(InvalidValue, match="3 rows"):
        spread(Range.of([1, 2]), 3)

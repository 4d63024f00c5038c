"""Fields come out as the words that stand in the file, whatever a table program would make of them."""

import io

import numpy as np
import pytest

from immunoreset.exchange.csv_records import Shape, records

LAST = "\U0010ffff"


@pytest.mark.parametrize(
    "words",
    [
        ["007", "7", "1.500", "1.5", "1e3", "-0"],
        ["TRUE", "True", "false", "FALSE"],
        ["2024-01-01", "2024-02-30"],
        ["", "NA", "nan", "null", " x ", "Ω"],
        ["inf", "-inf", "12345678901234567890"],
        [LAST, "1", "2"],
        [LAST],
    ],
)
def test_words_stay_as_written(words):
    rows = words * 3
    text = "".join(f"{word};{k}\n" for k, word in enumerate(rows))
    (block,) = records(io.BytesIO(text.encode()), Shape(";", 2, b"a;b", 2), lambda line, reason: pytest.fail(reason))
    first, second = block.columns
    assert [first.words[code] for code in first.codes] == rows
    assert [second.words[code] for code in second.codes] == [str(k) for k in range(len(rows))]
    assert sorted(first.words) == sorted(set(words)) and first.codes.dtype == np.int64

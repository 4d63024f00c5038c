"""Each type of column takes its own values and says of every other one why it does not."""

from decimal import Decimal

import pytest

from immunoreset.exchange.column_values import settle, settle_column
from immunoreset.exchange.dataset import Column

GOOD = [
    ("string", "", "any text, even ü", "any text, even ü"),
    ("integer", "", 63.0, 63),
    ("integer", "", 10**30, 10**30),
    ("float", "", 5, 5),
    ("double", "", -1e300, -1e300),
    ("decimal", "decimal", "30.8983333232059", Decimal("30.8983333232059")),
    ("decimal", "decimal", "1,234.50", Decimal("1234.50")),
    ("decimal", "decimal", "", None),
    ("boolean", "", False, False),
    ("date", "", "2014", "2014"),
    ("date", "", "2014-01", "2014-01"),
    ("date", "", "2014---15", "2014---15"),
    ("date", "", "2014-01-02/2014-01-05", "2014-01-02/2014-01-05"),
    ("datetime", "", "2014-01-02", "2014-01-02"),
    ("datetime", "", "2014-01-02T10:20:30.5+02:00", "2014-01-02T10:20:30.5+02:00"),
    ("time", "", "10:20", "10:20"),
    ("date", "integer", "2014-01-02", "2014-01-02"),
    ("date", "integer", "", None),
    ("datetime", "integer", "2014-01-02T10:20", "2014-01-02T10:20"),
    ("URI", "", "https://example.org", "https://example.org"),
]
BAD = [
    ("string", "", 5, "not text: 5"),
    ("string", "", ["a"], "not text: a list"),
    ("string", "", "M\udcfcller", "the byte 0xFC is not UTF-8; save the file as UTF-8"),
    ("string", "", "\ud83d", "half of a character"),
    ("integer", "", 3.5, "not a whole number: 3.5"),
    ("integer", "", True, "not a whole number: true"),
    ("integer", "", "63", "not a whole number: '63'"),
    ("integer", "", float("inf"), "not a finite number: inf"),
    ("float", "", float("nan"), "not a finite number: nan"),
    ("float", "", {}, "not a number: an object"),
    ("decimal", "decimal", 30.9, "not a decimal number written as text: 30.9"),
    ("decimal", "decimal", "12,5", "not a decimal number: '12,5'"),
    ("decimal", "decimal", "1,500", "not a decimal number: '1,500'"),
    ("string", "", "S\x0001", "a NUL character stands in the text; the file is damaged"),
    ("decimal", "decimal", Decimal("NaN"), "not a finite number"),
    ("boolean", "", "Y", "not true or false: 'Y'"),
    ("date", "", "02JAN2014", "not an ISO 8601 date: '02JAN2014'"),
    ("date", "", "2014-02-30", "no such day: '2014-02-30'"),
    ("date", "integer", "2014-01", "not a full date"),
    ("date", "integer", 19_000, "not a date written as text: 19000"),
    ("time", "", "noon", "not an ISO 8601 time: 'noon'"),
]


@pytest.mark.parametrize(("kind", "target", "value", "expected"), GOOD)
def test_a_value_of_the_right_type_is_taken(kind, target, value, expected):
    values, reasons = settle_column(Column("X", "", kind, target_data_type=target), [None, value])
    assert list(values) == [None, expected]
    assert type(values[1]) is type(expected)
    assert not list(reasons)


@pytest.mark.parametrize(("kind", "target", "value", "reason"), BAD)
def test_any_other_value_is_named_with_its_place_and_reason(kind, target, value, reason):
    _, reasons = settle_column(Column("X", "", kind, target_data_type=target), [None, value])
    ((place, found),) = reasons
    assert place == 1
    assert found.startswith(reason)


def test_every_fault_of_every_row_is_noted_and_only_good_rows_are_left():
    columns = [Column("A", "", "integer"), Column("B", "", "date")]
    rows = [[1, "2014-01-01"], ["x", "y"], [2], [3.5, ""], "text", [None, None]]
    noted = []
    good, places = settle(columns, rows, lambda *fault: noted.append(fault))
    assert good == [(1, "2014-01-01"), (None, None)]
    assert places == [0, 5]
    assert sorted((place, column) for place, column, _ in noted) == [(1, "A"), (1, "B"), (2, ""), (3, "A"), (4, "")]


def test_settling_twice_changes_nothing():
    columns = [Column("A", "", "integer"), Column("B", "", "decimal", target_data_type="decimal")]
    once, _ = settle(columns, [[1.0, "2.50"], [None, None]], lambda *fault: pytest.fail(str(fault)))
    twice, _ = settle(columns, once, lambda *fault: pytest.fail(str(fault)))
    assert once == twice

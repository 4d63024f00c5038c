"""The one form of a dataset: named columns, rows that can be asked for again."""

import pytest

from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.exchange.dataset import BATCH_ROWS, Column, Dataset

SUBJECT = Column("USUBJID", "Subject", "string")
AGE = Column("AGE", "Age", "integer")


def test_rows_come_in_batches_that_know_their_numbers_and_can_be_read_again():
    rows = [(str(number), number) for number in range(BATCH_ROWS + 3)]
    dataset = Dataset.of_rows("DM", "Demographics", [SUBJECT, AGE], rows)
    assert list(dataset.rows()) == list(dataset.rows()) == rows
    assert [list(batch.numbers)[-1] for batch in dataset.batches()] == [BATCH_ROWS, BATCH_ROWS + 3]
    assert dataset.index("AGE") == 1


def test_a_column_that_does_not_exist_is_named_with_the_nearest_one():
    with pytest.raises(UnknownName, match="did you mean 'AGE'"):
        Dataset.of_rows("DM", "", [SUBJECT, AGE], []).index("AGEE")


def test_columns_have_different_names_and_known_types():
    with pytest.raises(InvalidValue, match="AGE twice"):
        Dataset.of_rows("DM", "", [AGE, SUBJECT, AGE], [])
    with pytest.raises(UnknownName, match="data type of column AGE"):
        Column("AGE", "Age", "number")  # type: ignore[arg-type]


def test_rows_have_a_value_for_each_column():
    with pytest.raises(InvalidValue, match="row 2 of dataset DM has 1 values for 2 columns"):
        Dataset.of_rows("DM", "", [SUBJECT, AGE], [("1", 2), ("1",)])


@pytest.mark.parametrize(
    ("kind", "target", "number"), [("date", "integer", True), ("date", "", False), ("decimal", "decimal", True)]
)
def test_sas_holds_as_a_number_what_says_so(kind, target, number):
    assert Column("X", "", kind, target_data_type=target).is_number is number

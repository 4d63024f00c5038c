"""What is written is read back unchanged, in every form; a dataset with a faulty value leaves the old file as it was."""

import json
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.errors import InvalidFile, InvalidValue
from immunoreset.exchange.dataset import Batch, Column, Dataset, Metadata
from immunoreset.exchange.dataset_json import FORMS, ORDER
from immunoreset.exchange.dataset_json_reader import read_dataset_json
from immunoreset.exchange.dataset_json_writer import write_dataset_json
from immunoreset.exchange.faults import Faults

CREATED = "2026-01-31T08:30:00"
COLUMNS = (
    Column("NAME", "A text", "string", length=200, key_sequence=1),
    Column("COUNT", "A count", "integer"),
    Column("VALUE", "A number", "float", display_format="8.1"),
    Column("EXACT", "A decimal", "decimal", target_data_type="decimal"),
    Column("FLAG", "A flag", "boolean"),
    Column("DAY", "A day", "date", display_format="DATE9.", target_data_type="integer"),
    Column("DAYC", "A day as text", "date"),
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
EXACT = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9)
DAYS = st.dates().filter(lambda day: day.year > 1600).map(lambda day: day.isoformat())
ROWS = st.lists(
    st.tuples(
        *(st.none() | values for values in (TEXTS, st.integers(), NUMBERS, EXACT, st.booleans(), DAYS, DAYS | st.just("")))
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("written")


def described(dataset: Dataset) -> Dataset:
    """The dataset as the file describes it: identifiers filled in, version and time of creation as written."""
    name = dataset.name
    columns = tuple(replace(column, item_oid=column.item_oid or f"IT.{name}.{column.name}") for column in dataset.columns)
    metadata = replace(
        dataset.metadata, created=CREATED, version="1.1.0", item_group_oid=dataset.metadata.item_group_oid or f"IG.{name}"
    )
    return replace(dataset, columns=columns, metadata=metadata)


@pytest.mark.parametrize("form", FORMS)
@given(rows=ROWS)
def test_every_dataset_comes_back_as_it_was(folder, form, rows):
    dataset = Dataset.of_rows("ANY", "All types", COLUMNS, rows)
    path = folder / f"any{form}"
    write_dataset_json(dataset, path, created=CREATED)
    back = read_dataset_json(path)
    assert list(back.rows()) == rows
    assert back == described(dataset)


@pytest.mark.parametrize("key", ["adam/adsl", "adam/adtte", "sdtm/vs"])
@pytest.mark.parametrize("form", FORMS)
def test_layouts_of_cdisc_examples_come_back(tmp_path, layout, key, form):
    dataset = layout.example(key)
    path = tmp_path / f"example{form}"
    write_dataset_json(dataset, path, created=CREATED)
    back = read_dataset_json(path)
    assert back == described(dataset)
    assert list(back.rows()) == list(dataset.rows())


def test_metadata_come_back(tmp_path):
    metadata = Metadata(
        file_oid="f", modified=CREATED, originator="us", source_system="SAS", source_version="9", study_oid="s",
        metadata_version_oid="m", metadata_ref="define.xml", item_group_oid="IG.X",
    )  # fmt: skip
    dataset = Dataset.of_rows("X", "", COLUMNS, [], metadata=metadata)
    write_dataset_json(dataset, tmp_path / "x.json", created=CREATED)
    assert read_dataset_json(tmp_path / "x.json") == described(dataset)


def test_members_stand_in_the_recommended_order_and_empty_ones_are_left_out(tmp_path):
    write_dataset_json(Dataset.of_rows("X", "", COLUMNS, []), tmp_path / "x.json", created=CREATED)
    members = list(json.loads((tmp_path / "x.json").read_text("utf-8")))
    assert members == [member for member in ORDER if member in members]
    assert "label" in members and "fileOID" not in members


def test_dates_for_sas_are_iso_text_with_an_integer_target(tmp_path):
    rows = [("x", 1, 2.5, Decimal("1.50"), True, "2026-01-31", "2026")]
    write_dataset_json(Dataset.of_rows("X", "", COLUMNS, rows), tmp_path / "x.json", created=CREATED)
    document = json.loads((tmp_path / "x.json").read_text("utf-8"))
    assert document["rows"] == [["x", 1, 2.5, "1.50", True, "2026-01-31", "2026"]]
    assert document["columns"][5]["targetDataType"] == "integer"
    assert document["columns"][5]["dataType"] == "date"


def test_the_same_dataset_gives_the_same_bytes(tmp_path, layout):
    for name in ("a.dsjc", "b.dsjc"):
        write_dataset_json(layout.example("adam/adtte"), tmp_path / name, created=CREATED)
    assert (tmp_path / "a.dsjc").read_bytes() == (tmp_path / "b.dsjc").read_bytes()


def test_records_are_counted_when_they_are_not_known(tmp_path):
    dataset = Dataset("X", "", COLUMNS[:1], lambda: iter([Batch([("a",), ("b",)], range(1, 3))]))
    write_dataset_json(dataset, tmp_path / "x.json", created=CREATED)
    assert read_dataset_json(tmp_path / "x.json").records == 2
    wrong = replace(dataset, records=3)
    with pytest.raises(InvalidFile, match="announces 3 records and has 2"):
        write_dataset_json(wrong, tmp_path / "x.json", created=CREATED)


def test_a_faulty_value_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "x.json"
    path.write_text("old")
    rows = [(None,), (float("nan"),), (1.0,), (float("inf"),)]
    faults = Faults()
    with pytest.raises(InvalidFile, match=r"2 faults .* row 2, column V: not a finite number: nan; nothing was written"):
        write_dataset_json(Dataset.of_rows("X", "", [Column("V", "", "float")], rows), path, created=CREATED, faults=faults)
    assert [fault.row for fault in faults] == [2, 4]
    assert [found.name for found in tmp_path.iterdir()] == ["x.json"]
    assert path.read_text() == "old"


def test_an_error_while_the_rows_come_leaves_the_old_file(tmp_path):
    def broken():
        yield Batch([("a",)], [1])
        raise InvalidFile("the source is broken")

    path: Path = tmp_path / "x.ndjson"
    with pytest.raises(InvalidFile, match="the source is broken"):
        write_dataset_json(Dataset("X", "", COLUMNS[:1], partial(broken), 1), path, created=CREATED)
    assert not list(tmp_path.iterdir())


def test_places_and_times_that_cannot_be_are_refused(tmp_path):
    dataset = Dataset.of_rows("X", "", COLUMNS, [])
    with pytest.raises(InvalidFile, match=r"cannot write .*: no such file"):
        write_dataset_json(dataset, tmp_path / "none" / "x.json", created=CREATED)
    with pytest.raises(InvalidFile, match="not named as a Dataset-JSON file"):
        write_dataset_json(dataset, tmp_path / "x.txt", created=CREATED)
    with pytest.raises(InvalidValue, match="not a date and time: 'today'"):
        write_dataset_json(dataset, tmp_path / "x.json", created="today")

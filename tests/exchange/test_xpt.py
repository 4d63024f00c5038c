"""SAS transport files: what is written is read back; what does not fit, or is damaged, is named with row and column."""

import builtins
from dataclasses import replace
from decimal import Decimal

import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.errors import InvalidFile, InvalidValue
from immunoreset.exchange.dataset import Column, Dataset
from immunoreset.exchange.dataset_json_reader import read_dataset_json
from immunoreset.exchange.dataset_json_writer import write_dataset_json
from immunoreset.exchange.faults import Faults
from immunoreset.exchange.sas_dates import sas_date
from immunoreset.exchange.xpt import read_xpt
from immunoreset.exchange.xpt_writer import LARGEST, LONGEST_TEXT, SMALLEST, write_xpt

CREATED = "2026-01-31T08:30:00"
COLUMNS = (
    Column("USUBJID", "Subject", "string", length=12),
    Column("AVAL", "Value", "float", display_format="8.1"),
    Column("ADT", "Day", "date", display_format="DATE9.", target_data_type="integer"),
    Column("ADTM", "Moment", "datetime", display_format="E8601DT19.", target_data_type="integer"),
    Column("ATM", "Time", "time", display_format="TIME8.", target_data_type="integer"),
)
PLAIN = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12).filter(lambda text: not text.endswith(" "))
SIZES = st.floats(SMALLEST, LARGEST)
NUMBERS = st.just(0.0) | SIZES | SIZES.map(lambda size: -size)
MOMENTS = st.datetimes().filter(lambda moment: moment.year > 1582).map(lambda moment: moment.replace(microsecond=0))
ROWS = st.lists(
    st.tuples(
        PLAIN,
        st.none() | NUMBERS,
        st.none() | MOMENTS.map(lambda moment: moment.date().isoformat()),
        st.none() | MOMENTS.map(lambda moment: moment.isoformat()),
        st.none() | MOMENTS.map(lambda moment: moment.time().isoformat()),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("written")


def dataset_of(*columns, rows=()):
    return Dataset.of_rows("ADX", "Test", columns, list(rows))


@given(rows=ROWS)
def test_every_dataset_comes_back_as_it_was(folder, rows):
    dataset = dataset_of(*COLUMNS, rows=rows)
    write_xpt(dataset, folder / "adx.xpt", created=CREATED)
    back = read_xpt(folder / "adx.xpt", batch_bytes=200)
    assert list(back.rows()) == rows
    assert back.columns == (COLUMNS if rows else (replace(COLUMNS[0], length=1), *COLUMNS[1:]))
    assert (back.name, back.label, back.records, back.metadata.created) == ("ADX", "Test", len(rows), CREATED)


@pytest.mark.parametrize("key", ["adam/adsl", "adam/adtte"])
def test_layouts_of_cdisc_examples_survive_both_formats(tmp_path, layout, key):
    dataset = layout.example(key)
    write_xpt(dataset, tmp_path / "a.xpt", created=CREATED)
    in_sas = read_xpt(tmp_path / "a.xpt")
    write_dataset_json(in_sas, tmp_path / "a.json", created=CREATED)
    in_json = read_dataset_json(tmp_path / "a.json")
    write_xpt(in_json, tmp_path / "b.xpt", created=CREATED)
    assert list(in_json.rows()) == list(in_sas.rows()) == list(dataset.rows())
    assert [(column.name, column.label) for column in in_json.columns] == [
        (column.name, column.label) for column in dataset.columns
    ]
    assert [new.length for new, old in zip(in_json.columns, dataset.columns, strict=True) if old.length] == [
        column.length for column in dataset.columns if column.length
    ]
    assert [c.display_format for c in in_json.columns] == [c.display_format for c in dataset.columns]
    assert (tmp_path / "a.xpt").read_bytes() == (tmp_path / "b.xpt").read_bytes()


def test_file_is_of_version_5_and_holds_sas_days(tmp_path):
    write_xpt(dataset_of(*COLUMNS, rows=[("a", 1.5, "2026-01-01", None, "00:01")]), tmp_path / "a.xpt", created=CREATED)
    assert (tmp_path / "a.xpt").read_bytes().startswith(b"HEADER RECORD*******LIBRARY HEADER RECORD")
    table, meta = pyreadstat.read_xport(tmp_path / "a.xpt", disable_datetime_conversion=True, output_format="dict")
    assert table["ADT"] == [sas_date("2026-01-01")]
    assert table["ATM"] == [60]
    assert meta.original_variable_types["ADT"] == "DATE9"


def test_exact_decimals_whole_numbers_and_partial_dates_become_what_sas_has(tmp_path):
    columns = (
        Column("DEC", "", "decimal", target_data_type="decimal"),
        Column("INT", "", "integer"),
        Column("DTC", "", "date"),
        Column("ADT", "", "date", target_data_type="integer"),
    )
    write_xpt(dataset_of(*columns, rows=[(Decimal("30.8"), 2**53, "2014-01", "2014-01-05")]), tmp_path / "a.xpt", created=CREATED)
    back = read_xpt(tmp_path / "a.xpt")
    assert list(back.rows()) == [(30.8, 2.0**53, "2014-01", "2014-01-05")]
    assert back.columns[3].display_format == "DATE9."


TEXT, NUMBER = Column("T", "", "string"), Column("N", "", "float")
UNFIT = [
    (TEXT, "Müller", "the character '\\xfc' is not ASCII text"),
    (TEXT, "two\nlines", "the character '\\n' is not ASCII text"),
    (TEXT, "x" * (LONGEST_TEXT + 1), "201 bytes, more than 200"),
    (TEXT, "end ", "blanks at the end would be lost"),
    (NUMBER, 1e80, "beyond what a transport file holds"),
    (NUMBER, 1e-80, "beyond what a transport file holds"),
    (NUMBER, float("nan"), "not a finite number"),
    (Column("I", "", "integer"), 2**53 + 1, "more digits than a number in SAS holds"),
    (Column("D", "", "decimal", target_data_type="decimal"), "0.12345678901234567890", "more digits than a number in SAS holds"),
    (Column("A", "", "date", target_data_type="integer"), "2014-01", "not a full date"),
    (Column("A", "", "date", target_data_type="integer"), "1500-01-01", "before 1582-01-01"),
]


@pytest.mark.parametrize(("column", "value", "reason"), UNFIT)
def test_a_value_that_does_not_fit_is_refused_with_row_and_column(tmp_path, column, value, reason):
    path, faults = tmp_path / "a.xpt", Faults()
    path.write_text("old")
    with pytest.raises(InvalidFile, match="nothing was written"):
        write_xpt(
            dataset_of(column, NUMBER if column is TEXT else TEXT, rows=[(None, None), (value, None)]),
            path,
            created=CREATED,
            faults=faults,
        )
    ((row, name, found),) = [(fault.row, fault.column, fault.reason) for fault in faults]
    assert (row, name) == (2, column.name)
    assert found.startswith(reason)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("a.xpt", "old")]


def test_every_unfit_value_is_named(tmp_path):
    faults = Faults()
    rows = [("ü", 1e99), ("fine", 1.0), ("ö", None)]
    with pytest.raises(InvalidFile, match=r"^3 faults"):
        write_xpt(dataset_of(TEXT, NUMBER, rows=rows), tmp_path / "a.xpt", created=CREATED, faults=faults)
    assert {(fault.row, fault.column) for fault in faults} == {(1, "T"), (1, "N"), (3, "T")}


NAMES = [
    (Dataset.of_rows("ADSLEDAI9", "", [TEXT], []), "the name of the dataset"),
    (Dataset.of_rows("ADX", "L" * 41, [TEXT], []), "the label of the dataset has 41 characters, more than 40"),
    (dataset_of(Column("LONGNAME9", "", "string")), "column LONGNAME9: the name is not 1 to 8 capital letters"),
    (dataset_of(Column("lower", "", "string")), "the name is not"),
    (dataset_of(Column("A", "é", "string")), "the label is not plain ASCII"),
    (dataset_of(Column("A", "", "boolean")), "SAS has no true and false"),
    (dataset_of(Column("A", "", "float", display_format="a format")), "no SAS format"),
    (dataset_of(Column("A", "", "date", target_data_type="integer", display_format="8.1")), "does not show a date"),
    (dataset_of(Column("A", "", "float", display_format="DATE9.")), "shows a date, not a number"),
    (dataset_of(TEXT, rows=[("a",), ("",)]), "the last row is blank"),
]


@pytest.mark.parametrize(("dataset", "reason"), NAMES)
def test_names_labels_and_formats_of_version_5_are_kept_to(tmp_path, dataset, reason):
    with pytest.raises(InvalidFile, match=reason):
        write_xpt(dataset, tmp_path / "a.xpt", created=CREATED)
    assert not list(tmp_path.iterdir())


def test_blank_rows_within_the_file_are_rows(tmp_path):
    rows = [("",), ("",), ("a",), ("",), ("b",)]
    write_xpt(dataset_of(TEXT, rows=rows), tmp_path / "a.xpt", created=CREATED)
    for size in (1, 2, 100):
        assert list(read_xpt(tmp_path / "a.xpt", batch_bytes=size).rows()) == rows


def test_the_time_of_creation_is_an_argument(tmp_path):
    for name in ("a.xpt", "b.xpt"):
        write_xpt(dataset_of(*COLUMNS), tmp_path / name, created=CREATED)
    assert (tmp_path / "a.xpt").read_bytes() == (tmp_path / "b.xpt").read_bytes()
    with pytest.raises(InvalidValue, match="not a date and time"):
        write_xpt(dataset_of(*COLUMNS), tmp_path / "a.xpt", created="now")


@pytest.fixture
def written(tmp_path):
    rows = [(f"S{number}", float(number), "2026-01-01", None, None) for number in range(50)]
    write_xpt(dataset_of(*COLUMNS, rows=rows), tmp_path / "a.xpt", created=CREATED)
    return tmp_path / "a.xpt", rows


def test_text_that_is_not_ascii_is_a_fault_unless_the_encoding_is_said(written):
    path, rows = written
    path.write_bytes(path.read_bytes().replace(b"S7 ", b"\xd67 ").replace(b"S9 ", b"S\xdf "))
    faults = Faults()
    assert list(read_xpt(path, faults=faults).rows()) == [row for row in rows if row[0] not in ("S7", "S9")]
    assert [(fault.row, fault.column) for fault in faults] == [(8, "USUBJID"), (10, "USUBJID")]
    with pytest.raises(InvalidFile, match=r"^2 faults .* row 8, column USUBJID: text that is not ascii"):
        list(read_xpt(path).rows())
    assert [row[0] for row in read_xpt(path, encoding="latin-1").rows()][7] == "Ö7"


def test_names_and_labels_in_another_encoding_are_read_when_it_is_said(written):
    path, _ = written
    path.write_bytes(path.read_bytes().replace(b"Subject", b"Pers\xf6n "))
    with pytest.raises(InvalidValue, match="text that is not ascii: 'Persön'"):
        read_xpt(path)
    assert read_xpt(path, encoding="latin-1").columns[0].label == "Persön"


def test_damaged_names_of_formats_are_refused(written):
    path, _ = written
    path.write_bytes(path.read_bytes().replace(b"DATE    ", b"\xff\xfeTE    "))
    with pytest.raises(InvalidFile, match="it is damaged"):
        read_xpt(path)


def test_half_days_are_a_fault(tmp_path):
    columns = (Column("ADT", "", "float"),)
    write_xpt(dataset_of(*columns, rows=[(1.0,), (1.5,)]), tmp_path / "a.xpt", created=CREATED)
    raw = (tmp_path / "a.xpt").read_bytes()
    at = raw.index(b"ADT     ") + 48
    (tmp_path / "a.xpt").write_bytes(raw[:at] + b"DATE    " + raw[at + 8 :])
    faults = Faults()
    assert list(read_xpt(tmp_path / "a.xpt", faults=faults).rows()) == [("1960-01-02",)]
    assert [(fault.row, fault.column) for fault in faults] == [(2, "ADT")]


@pytest.mark.parametrize("lost", [1, 79, 80, 160, 1000])
def test_a_file_cut_within_its_rows_is_truncated(written, lost):
    path, rows = written
    whole = path.read_bytes().rstrip(b" ")
    path.write_bytes(whole[: len(whole) - lost])
    faults = Faults()
    good = list(read_xpt(path, faults=faults).rows())
    assert good == rows[: len(good)] and len(good) < len(rows)
    assert [fault.reason.endswith("it is truncated") for fault in faults] == [True]
    with pytest.raises(InvalidFile, match="it is truncated"):
        list(read_xpt(path).rows())


@pytest.mark.parametrize(
    ("kept", "reason"), [(0, "not a SAS"), (100, "in its headers"), (700, "in its headers"), (1000, "in its headers")]
)
def test_a_file_cut_within_its_headers_is_refused(written, kept, reason):
    path, _ = written
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(InvalidFile, match=reason):
        read_xpt(path)


def test_version_8_and_other_files_are_refused(tmp_path):
    import pandas as pd

    pyreadstat.write_xport(pd.DataFrame({"A": [1.0]}), tmp_path / "a.xpt")
    with pytest.raises(InvalidFile, match="version 8; save it as version 5"):
        read_xpt(tmp_path / "a.xpt")
    with pytest.raises(InvalidFile, match="no such file"):
        read_xpt(tmp_path / "b.xpt")


def test_a_second_dataset_in_the_file_is_not_read_as_rows(written):
    path, _ = written
    raw = path.read_bytes()
    path.write_bytes(raw + raw[240:])
    with pytest.raises(InvalidFile, match="more than one dataset"):
        list(read_xpt(path).rows())


def test_without_pyreadstat_the_error_says_how_to_install_it(tmp_path, monkeypatch):
    usual = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "pyreadstat":
            raise ImportError(name)
        return usual(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    for use in (lambda: read_xpt(tmp_path / "a.xpt"), lambda: write_xpt(dataset_of(TEXT), tmp_path / "a.xpt", created=CREATED)):
        with pytest.raises(InvalidFile, match=r"pip install 'immunoreset\[cdisc\]'"):
            use()


def test_a_nul_inside_a_text_is_a_fault_and_at_its_end_only_fills(tmp_path):
    column = Column("USUBJID", "Subject", "string", length=8)
    write_xpt(Dataset.of_rows("DM", "", [column], [("S-QX-01",), ("S-02",)]), tmp_path / "dm.xpt", created="2026-01-01T00:00:00")
    whole = (tmp_path / "dm.xpt").read_bytes()
    (tmp_path / "dm.xpt").write_bytes(whole.replace(b"S-QX-01 ", b"S-\0X-01 ").replace(b"S-02    ", b"S-02\0\0\0\0"))
    faults = Faults()
    assert list(read_xpt(tmp_path / "dm.xpt", faults=faults).rows()) == [("S-02",)]
    assert [(fault.row, fault.column) for fault in faults] == [(1, "USUBJID")]

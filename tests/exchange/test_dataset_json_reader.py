"""Dataset-JSON is read in any form and order of members; every fault has its line, row, column and reason."""

import json
import tracemalloc
import zlib

import pytest

from immunoreset.errors import InvalidFile
from immunoreset.exchange import json_text
from immunoreset.exchange.dataset_json_reader import read_dataset_json
from immunoreset.exchange.faults import Faults

COLUMNS = [
    {"itemOID": "IT.DM.USUBJID", "name": "USUBJID", "label": "Subject", "dataType": "string", "length": 3, "keySequence": 1},
    {"itemOID": "IT.DM.AGE", "name": "AGE", "label": "Age", "dataType": "integer"},
    {
        "itemOID": "IT.DM.ADT",
        "name": "ADT",
        "label": "Day",
        "dataType": "date",
        "targetDataType": "integer",
        "displayFormat": "DATE9.",
    },
]
ROWS = [["S1", 34, "2024-02-29"], ["S2", None, None], ["S,]3[", 5, "2024-03-01"]]


def description(**changes):
    members = {
        "datasetJSONCreationDateTime": "2026-01-01T08:30:00",
        "datasetJSONVersion": "1.1.0",
        "originator": "nobody",
        "sourceSystem": {"name": "test", "version": "1"},
        "itemGroupOID": "IG.DM",
        "records": len(ROWS),
        "name": "DM",
        "label": "Demographics",
        "columns": COLUMNS,
        "rows": ROWS,
    } | changes
    return {name: value for name, value in members.items() if value is not ...}


@pytest.fixture
def write(tmp_path):
    def write(content, name="dm.json"):
        path = tmp_path / name
        text = content if isinstance(content, str | bytes) else json.dumps(content)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


def read(path, **options):
    """The rows and (line, row, column, reason) of each fault."""
    faults = Faults()
    rows = list(read_dataset_json(path, faults=faults, **options).rows())
    return rows, [(fault.line, fault.row, fault.column, fault.reason) for fault in faults]


def test_a_dataset_has_its_description_and_its_rows(write):
    dataset = read_dataset_json(write(description()))
    assert (dataset.name, dataset.label, dataset.records, dataset.names) == ("DM", "Demographics", 3, ("USUBJID", "AGE", "ADT"))
    assert dataset.metadata.source_system == "test"
    assert dataset.columns[2].display_format == "DATE9."
    assert list(dataset.rows()) == list(dataset.rows()) == [tuple(row) for row in ROWS]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("piece", [7, 64, 1 << 20])
@pytest.mark.parametrize("turned", [False, True])
def test_order_of_members_and_size_of_the_window_do_not_matter(write, monkeypatch, indent, piece, turned):
    monkeypatch.setattr(json_text, "PIECE", piece)
    members = description(records=127, rows=[["S1", 10, None]] * 127)
    if turned:
        members = dict(reversed(members.items()))
    dataset = read_dataset_json(write(json.dumps(members, indent=indent)), batch_rows=50)
    assert dataset.metadata.originator == "nobody"
    assert [len(batch.rows) for batch in dataset.batches()] == [50, 50, 27]


def test_members_between_and_behind_the_rows_are_read(write):
    members = description()
    late = {"label": members.pop("label"), "originator": members.pop("originator")}
    dataset = read_dataset_json(write(members | late))
    assert (dataset.label, dataset.metadata.originator) == ("Demographics", "nobody")
    assert len(list(dataset.rows())) == 3


def lines(**changes):
    members = description(**changes)
    rows = members.pop("rows")
    return "".join(f"{json.dumps(value)}\n" for value in [members, *rows])


def test_one_value_per_line_is_the_same_dataset(write):
    expected = read_dataset_json(write(description()))
    for dataset in (
        read_dataset_json(write(lines(), "dm.ndjson")),
        read_dataset_json(write(zlib.compress(lines().encode()), "dm.dsjc")),
    ):
        assert dataset == expected
        assert list(dataset.rows()) == list(expected.rows())


def test_gzip_is_read_as_compressed_too(write):
    packer = zlib.compressobj(wbits=31)
    path = write(packer.compress(lines().encode()) + packer.flush(), "dm.dsjc")
    assert len(list(read_dataset_json(path).rows())) == 3


def test_rows_may_be_left_out_when_there_are_none(write):
    assert read(write(description(records=0, rows=...))) == ([], [])
    assert read(write(description(rows=...)))[1] == [(None, None, "records", "the file announces 3 records and has 0")]


def test_members_of_an_extension_are_named_as_not_read(write):
    assert read_dataset_json(write(description(vendorFlag=1))).metadata.not_read == ("vendorFlag",)


@pytest.mark.parametrize("name", ["dm.json", "dm.ndjson"])
def test_every_faulty_value_is_reported_and_the_other_rows_are_left(write, name):
    rows = [["S1", 3.5, None], ["S2", 3, "2024-02-30"], ["S3", 4], ["S4", True, "x"], ["S5", 6, None], {"a": 1}]
    content = json.dumps(description(rows=rows, records=6), indent=None) if name == "dm.json" else lines(rows=rows, records=6)
    good, faults = read(write(content, name))
    assert good == [("S5", 6, None)]
    assert {(row, column) for _, row, column, _ in faults} == {(1, "AGE"), (2, "ADT"), (3, ""), (4, "AGE"), (4, "ADT"), (6, "")}
    assert {line for line, *_ in faults} == ({1} if name == "dm.json" else {2, 3, 4, 5, 7})


def test_rows_keep_their_numbers_and_lines_when_others_are_left_out(write):
    rows = [["S1", "x", None], ["S2", 1, None], ["S3", "y", None], ["S4", 2, None]]
    dataset = read_dataset_json(write(lines(rows=rows, records=4), "dm.ndjson"), faults=Faults())
    (batch,) = dataset.batches()
    assert (list(batch.numbers), list(batch.lines or [])) == ([2, 4], [3, 5])


def test_faults_are_noted_once_however_often_the_rows_are_read(write):
    faults = Faults()
    dataset = read_dataset_json(write(description(rows=[["S1", "x", None]] * 3)), faults=faults, batch_rows=1)
    next(iter(dataset.rows()), None)
    list(dataset.rows())
    assert [fault.row for fault in faults] == [1, 2, 3]


def test_without_a_list_of_faults_the_first_pass_ends_in_one_line_that_counts_them(write):
    dataset = read_dataset_json(write(description(rows=[["S1", "x", None], ["S2", 1, "y"], ["S3", 1, None]])))
    with pytest.raises(
        InvalidFile, match=r"^2 faults in '.*dm.json'; first: line 1, row 1, column AGE: not a whole number: 'x'$"
    ):
        list(dataset.rows())


BROKEN_ROWS = [
    ('["S1",1,null],["S2",,null],["S3",3,null]', {1, 3}, 2, "a value is missing"),
    ('["S1",1,null],["S2,2,null],["S3",3,null]', {1, 3}, 2, "a comma or a closing bracket is missing"),
    ('["S1",1,null],["S2",NaN,null],["S3",3,null]', {1, 3}, 2, "NaN is not JSON"),
    ('["S1",1,null],["S\n2",2,null],["S3",3,null]', {1, 3}, 2, "a line break"),
    ('["S1",1,null],["S2",2,null,],["S3",3,null]', {1, 3}, 2, ""),
    ('["S1",1,null]["S2",2,null],["S3",3,null]', {1, 2, 3}, 2, "the comma before this row is missing"),
    ('["S1",1,null],["S2",2,null],["S3",3,', {1, 2}, 3, ""),
]


@pytest.mark.parametrize(("text", "good", "row", "reason"), BROKEN_ROWS)
@pytest.mark.parametrize("piece", [1, 1 << 20])
def test_reading_goes_on_behind_a_broken_row(write, monkeypatch, text, good, row, reason, piece):
    monkeypatch.setattr(json_text, "PIECE", piece)
    head = json.dumps(description(rows=...))[:-1]
    rows, faults = read(write(f'{head},"rows":[{text}]}}'))
    assert [int(found[0][1]) for found in rows] == sorted(good)
    assert faults[0][1] == row
    assert faults[0][3].startswith(reason)


def test_a_broken_line_does_not_spoil_the_next_one(write):
    text = lines().replace('["S2"', '"S2"')
    rows, faults = read(write(text, "dm.ndjson"))
    assert [row[0] for row in rows] == ["S1", "S,]3["]
    assert [(line, row) for line, row, *_ in faults] == [(3, 2)]


def test_bytes_that_are_not_utf8_are_named_with_row_and_column(write):
    content = json.dumps(description(), ensure_ascii=False).replace('"S2"', '"Mü"').encode("latin-1")
    rows, faults = read(write(content))
    assert [row[0] for row in rows] == ["S1", "S,]3["]
    assert faults == [(1, 2, "USUBJID", "the byte 0xFC is not UTF-8; save the file as UTF-8")]


def test_other_encodings_of_the_whole_file_are_recognised(write):
    with pytest.raises(InvalidFile, match="UTF-16; save it as UTF-8"):
        read_dataset_json(write(json.dumps(description()).encode("utf-16")))
    assert len(read(write(json.dumps(description()).encode("utf-8-sig")))[0]) == 3


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.93, 0.999])
@pytest.mark.parametrize("name", ["dm.json", "dm.ndjson", "dm.dsjc"])
def test_a_truncated_file_is_said_to_be_truncated(write, name, kept):
    rows = [[f"S{number}", number, None] for number in range(300)]
    content = (json.dumps(description(rows=rows, records=300)) if name == "dm.json" else lines(rows=rows, records=300)).encode()
    content = zlib.compress(content) if name == "dm.dsjc" else content
    path = write(content[: int(len(content) * kept)], name)
    faults = Faults()
    try:
        good = list(read_dataset_json(path, faults=faults).rows())
        assert good == [tuple(row) for row in rows[: len(good)]]
    except InvalidFile as error:
        assert "truncated" in str(error) or "no closing quotation mark" in str(error)
    assert len(faults)


HEADS = [
    ({"name": ...}, "name: is missing"),
    ({"records": -1}, "records: not a number of rows: -1"),
    ({"records": "3"}, "records: not a number of rows: '3'"),
    ({"datasetJSONVersion": "1.0.0"}, "version '1.0.0' cannot be read; this reader knows 1.1"),
    ({"datasetJSONVersion": "1.10"}, "cannot be read"),
    ({"datasetJSONCreationDateTime": "1 January"}, "not a date and time"),
    ({"label": 5}, "label: not text: 5"),
    ({"name": ""}, "name: is empty"),
    ({"sourceSystem": {"name": "x"}}, "needs a name and a version"),
    ({"columns": {}}, "not a list"),
    ({"columns": [*COLUMNS, COLUMNS[0]]}, "column USUBJID: two columns have this name"),
    ({"columns": [{"name": "A"}]}, "column A: has no itemOID"),
    ({"columns": ["A"]}, r"columns\[1\]: not an object"),
    ({"columns": [COLUMNS[0] | {"dataType": "text"}]}, "no dataType 'text'"),
    ({"columns": [COLUMNS[0] | {"targetDataType": "integer"}]}, "it has no place here"),
    ({"columns": [COLUMNS[2] | {"targetDataType": "decimal"}]}, "it may only be 'integer'"),
    ({"columns": [COLUMNS[0] | {"length": 0}]}, "length is not a whole number from 1: 0"),
]


@pytest.mark.parametrize(("changes", "reason"), HEADS)
@pytest.mark.parametrize("form", ["dm.json", "dm.ndjson"])
def test_a_faulty_description_is_refused(write, changes, reason, form):
    content = description(**changes) if form == "dm.json" else lines(**changes)
    with pytest.raises(InvalidFile, match=reason):
        read_dataset_json(write(content, form))


def test_all_faults_of_a_description_are_reported(write):
    faults = Faults()
    with pytest.raises(InvalidFile):
        read_dataset_json(write(description(name=..., label=5, records=None)), faults=faults)
    assert {fault.column for fault in faults} == {"name", "label", "records"}


WHOLE_FILES = [
    ("", "dm.json", "the file is empty"),
    ("[1]", "dm.json", "is one object"),
    ("{}", "dm.json", "is missing"),
    ('{"name":"A","name":"B"}', "dm.json", "is given twice"),
    ("", "dm.ndjson", "a value is missing|the text ends"),
    ("[]\n", "dm.ndjson", "must be the object"),
    ("plain text", "dm.dsjc", "neither zlib nor gzip"),
    ("{}", "dm.txt", "not named as a Dataset-JSON file"),
    ("[" * 100_000, "dm.ndjson", "nested too deeply"),
]


@pytest.mark.parametrize(("content", "name", "reason"), WHOLE_FILES)
def test_what_is_no_dataset_is_refused_in_one_line(write, content, name, reason):
    with pytest.raises(InvalidFile, match=reason) as error:
        read_dataset_json(write(content, name))
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path):
    with pytest.raises(InvalidFile, match="no such file"):
        read_dataset_json(tmp_path / "dm.json")


def test_text_behind_the_end_is_a_fault(write):
    assert read(write(json.dumps(description()) + "[1]"))[1][0][3].startswith("text follows the end")


def test_memory_depends_on_the_window_not_on_the_file(write, monkeypatch):
    monkeypatch.setattr(json_text, "PIECE", 1 << 12)
    path = write(description(records=30_000, rows=[["S1", 10, None]] * 30_000))
    dataset = read_dataset_json(path, batch_rows=200)
    tracemalloc.start()
    assert sum(len(batch.rows) for batch in dataset.batches()) == 30_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < path.stat().st_size / 4


@pytest.mark.parametrize("first", [ROWS, []])
def test_rows_given_twice_are_a_fault(write, first):
    whole = json.dumps(description(records=len(first), rows=first))
    _, faults = read(write(whole[:-1] + ', "rows": ' + json.dumps(ROWS) + "}"))
    assert [reason for _, _, _, reason in faults] == ["the member 'rows' is given twice"]


def test_a_nul_in_a_text_is_a_fault(write):
    rows, faults = read(write(description(rows=[["S\0", 34, None], *ROWS[1:]])))
    assert len(rows) == 2 and faults[0][1:] == (1, "USUBJID", "a NUL character stands in the text; the file is damaged")


@pytest.mark.parametrize("spelling", [{}, {"indent": 2}, {"separators": (",", ":")}], ids=["default", "indented", "compact"])
def test_every_spelling_of_rows_is_read_many_rows_at_a_time(write, monkeypatch, spelling):
    document = description(records=3000, rows=ROWS * 1000)
    one_by_one = []
    value = json_text.JsonText.value
    monkeypatch.setattr(json_text.JsonText, "value", lambda text, where: one_by_one.append(where) or value(text, where))
    rows, faults = read(write(json.dumps(document, **spelling)))
    assert len(rows) == 3000 and not faults
    assert sum(where.startswith("in row") for where in one_by_one) < 10

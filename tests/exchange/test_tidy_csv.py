"""Nonsense in a tidy CSV is reported with its line, column and reason, all of it; the rest is read as it stands."""

import numpy as np
import pytest

from immunoreset.endpoints.items import items
from immunoreset.errors import InvalidFile
from immunoreset.exchange import csv_records
from immunoreset.exchange.faults import Faults
from immunoreset.exchange.tidy_csv import read_tidy

HEADER = "patient,date,item,value,unit,limit,attribution,end\n"


def faults_of(tmp_path, content, *, name="visits.csv"):
    """Line, column and reason of each fault of a file, by line."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    faults = Faults()
    with read_tidy([path], faults) as intake:
        list(intake.batches())
        assert intake.read == intake.kept + intake.faulty + intake.duplicates
    assert {fault.file for fault in faults} <= {str(path)}
    return sorted((fault.line or 0, fault.column, fault.reason) for fault in faults)


def visits_of(tmp_path, content):
    """The one table of visits of a file without faults, and what was read."""
    path = tmp_path / "visits.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    faults = Faults()
    with read_tidy([path], faults) as intake:
        tables = list(intake.batches())
    assert not len(faults), faults.summary()
    return tables[0], intake


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",2025-03-01,CRP,5,mg/L,,,", "patient", "no patient"),
        ("A,,CRP,5,mg/L,,,", "date", "neither a date nor a day"),
        ("A,2026-02-30,CRP,5,mg/L,,,", "date", "there is no date 2026-02-30 in the calendar"),
        ("A,2025-13-01,CRP,5,mg/L,,,", "date", "there is no date 2025-13-01 in the calendar"),
        ("A,01.03.2025,CRP,5,mg/L,,,", "date", "'01.03.2025' is not a full ISO date; write YYYY-MM-DD"),
        ("A,2025-03,CRP,5,mg/L,,,", "date", "'2025-03' is not a full ISO date; write YYYY-MM-DD"),
        ("A,0225-03-01,CRP,5,mg/L,,,", "date", "0225-03-01 is impossible: years lie in 1900 to 2100"),
        ("A,2025-03-01,,5,mg/L,,,", "item", "no item"),
        ("A,2025-03-01,CPR,5,mg/L,,,", "item", "no item 'CPR'; did you mean 'CRP'? `immunoreset score --items` lists all"),
        (
            "A,2025-03-01,SLEDAI-2K,12,,,,",
            "item",
            "no item 'SLEDAI-2K': it is a total, made here from its items; write those, and leave this row out",
        ),
        ("A,2025-03-01,CRP,5,mg/ml,,,", "value", "5 mg/ml is impossible: CRP lies in 0 to 1000 mg/L"),
        ("A,2025-03-01,CRP,5,mmg/L,,,", "unit", "no unit of CRP 'mmg/L'; known: mg/L, mg/dL"),
        ("A,2025-03-01,CRP,5,,,,", "unit", "CRP needs its unit: mg/L or mg/dL"),
        ("A,2025-03-01,RASH,yes,mg/L,,,", "unit", "RASH has no unit, so 'mg/L' cannot be right; leave it empty"),
        ("A,2025-03-01,CRP,high,mg/L,,,", "value", "'high' is not a number"),
        ('A,2025-03-01,CRP,"5,3",mg/L,,,', "value", "'5,3' is not a number; write a decimal point (a decimal comma only between"),
        ("A,2025-03-01,CRP,inf,mg/L,,,", "value", "'inf' is not a number"),
        ("A,2025-03-01,CRP,-5,mg/L,,,", "value", "-5 mg/L is impossible: CRP lies in 0 to 1000 mg/L"),
        ("A,2025-03-01,CRP,700,mg/dL,,,", "value", "700 mg/dL is impossible: CRP lies in 0 to 1000 mg/L"),
        ("A,2025-03-01,TEMP,98,C,,,", "value", "98 C is impossible: TEMP lies in 25 to 45 C"),
        ("A,2025-03-01,ICE,11,,,,", "value", "11 is impossible: ICE lies in 0 to 10"),
        ("A,2025-03-01,RASH,maybe,,,,", "value", "'maybe' is neither yes nor no"),
        ("A,2025-03-01,RASH,2,,,,", "value", "'2' is neither yes nor no"),
        ("A,2025-03-01,BILAG_RENAL,F,,,,", "value", "'F' is no word of BILAG_RENAL: E, D, C, B, A"),
        ("A,2025-03-01,CRP,5,mg/L,low,,", "limit", "'low' is not a limit; write 0.9-1.8, <30, >0.9 or a number"),
        ("A,2025-03-01,C3,1,g/L,1.8-0.9,,", "limit", "the lower limit is above the upper"),
        ("A,2025-03-01,RASH,yes,,<3,,", "limit", "RASH has no laboratory limits; leave them empty"),
        ("A,2025-03-01,RASH,yes,,,weather,", "attribution", "'weather' is no attribution; write disease, crs, other, or nothing"),
        ("A,2025-03-01,PREDNISONE,5,mg/day,,,2025-02-01", "end", "the end is before the start"),
        ("A,2025-03-01,PREDNISONE,5,mg/day,,,28", "end", "the end is a date and the start a day, or the other way round"),
        ("A,2025-03-01,PREDNISONE,5,mg/day,,,2025-02-29", "end", "there is no date 2025-02-29 in the calendar"),
        ("A,2025-03-01,CRP,5,mg/L,,", "", "7 fields, but the header has 8"),
        ("A,2025-03-01,CRP,5,mg/L,,,,,", "", "10 fields, but the header has 8"),
        ("CRP", "", "1 field, but the header has 8"),
        (HEADER.strip(), "", "this is the header again; was a second file appended?"),
        ('A,2025-03-01,"CRP,5,mg/L,,,', "", "a quote opens on this line and is not closed"),
        ('A,2025-03-01,C"R"P,5,mg/L,,,', "", "a quote stands inside a field"),
        ("A,2025-03-01,CRP\0,5,mg/L,,,", "", "a NUL byte stands in this line"),
    ],
)
def test_faulty_row_is_reported_with_line_column_and_reason(tmp_path, row, column, reason):
    good = "A,2025-03-01,ESR,20,mm/h,,,\n"
    found = faults_of(tmp_path, f"{HEADER}{good}{row}\n{good.replace('A', 'B')}")
    assert len(found) == 1
    assert found[0][:2] == (3, column)
    assert found[0][2].startswith(reason)


def test_every_faulty_column_of_every_faulty_row_is_reported(tmp_path):
    rows = "A,2025-02-30,CPR,5,mg/L,,,\n,2025-03-01,CRP,x,kg,z,q,1\n" * 3
    found = faults_of(tmp_path, HEADER + rows)
    assert [(line, column) for line, column, _ in found] == [
        (line, column)
        for first in (2, 4, 6)
        for line, columns in ((first, ("date", "item")), (first + 1, ("attribution", "end", "limit", "patient", "unit", "value")))
        for column in columns
    ]


def test_a_name_that_the_file_uses_stands_in_the_report(tmp_path):
    found = faults_of(tmp_path, "USUBJID,Visit_Date,Analyte,Result,Units\nA,2025-03-01,CRP,x,mg/L\n")
    assert found == [(2, "Result", "'x' is not a number")]


def test_lines_are_counted_as_an_editor_does(tmp_path):
    rows = 'A,2025-03-01,"C\nR\nP",5,mg/L,,,\n\n"A","2025-03-01","CRP","x","mg/L","","",""\n'
    assert [(line, column) for line, column, _ in faults_of(tmp_path, HEADER + rows)] == [(2, "item"), (6, "value")]


def test_an_open_quote_does_not_swallow_what_follows(tmp_path):
    good = "".join(f"A,2025-03-{day:02d},CRP,5,mg/L,,,\n" for day in range(2, 20))
    bad = 'A,2025-03-01,"CRP,5,mg/L,,,\n'
    found = faults_of(tmp_path, HEADER + bad + good + 'B,2025-03-01,"CPR",5,mg/L,,,\n' + bad)
    assert [line for line, _, _ in found] == [2, 21, 22]


def test_bytes_that_are_not_utf_8_are_named_line_by_line(tmp_path):
    content = HEADER.encode() + "A,2025-03-01,CRP,5,mg/L,,,\nMüller,2025-03-01,CRP,5,mg/L,,,\n".encode("latin-1")
    found = faults_of(tmp_path, content + "Łódź,2025-03-01,CRP,5,mg/L,,,\n".encode())
    assert found == [(3, "", "byte 0xfc is not UTF-8; save the file with UTF-8 encoding")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"\n \n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (HEADER.encode(), "no rows stand under the header"),
        (HEADER.encode("utf-16"), "the file is written in UTF-16; save it with UTF-8 encoding"),
        (b"\x00\x01\x02", "a NUL byte stands in the first line; the file is damaged or is not text"),
        (b"\xff\xd8\xff\xe0 photo", "the first line is not UTF-8; save the file with UTF-8 encoding"),
        (HEADER.encode().replace(b"\n", b"\r") + b"A,2025-03-01,CRP,5,mg/L,,,\r", "lines end with a bare carriage return"),
        (b"patient,date,value\nA,2025-03-01,5\n", "no column 'item'; the header has patient, date, value"),
        (b"patient,item,value\nA,CRP,5\n", "neither a column 'date' nor a column 'day'"),
        (b"patient,day,item,value,result\nA,0,RASH,yes,no\n", "several columns for one thing: value, result; keep one"),
        (b"A,2025-03-01,CRP,5,mg/L\n", "no column 'patient'"),
    ],
)
def test_file_that_is_no_table_is_one_fault(tmp_path, content, reason):
    found = faults_of(tmp_path, content)
    assert any(one.startswith(reason) for _, _, one in found)


def test_file_that_is_cut_off_says_so(tmp_path):
    whole = HEADER + "A,2025-03-01,CRP,5,mg/L,,,\nA,2025-03-08,CRP,5,mg"
    assert faults_of(tmp_path, whole) == [
        (3, "", "5 fields, but the header has 8; the file ends within this line: was it cut off?")
    ]
    _, intake = visits_of(tmp_path, HEADER + "A,2025-03-01,CRP,5,mg/L,,,")
    assert "no line end" in intake.notes[0]


def test_file_that_does_not_exist_is_refused(tmp_path):
    with (
        pytest.raises(InvalidFile, match=r"cannot read .*nowhere.csv': no such file or directory"),
        read_tidy([tmp_path / "nowhere.csv"], Faults()),
    ):
        pass
    with pytest.raises(InvalidFile, match="is a directory"), read_tidy([tmp_path], Faults()):
        pass


def test_semicolons_allow_decimal_commas_and_tabs_are_read(tmp_path):
    rows = "Patient;Day;Item;Value;Unit;Limit\r\nA;0;C3;0,62;g/L;0,9-1,8\r\nA;7,5;C3;0,7;g/L;\r\n"
    visits, _ = visits_of(tmp_path, b"\xef\xbb\xbf" + rows.encode())
    assert visits.column("C3").tolist() == [0.62, 0.7]
    assert visits.lower_limit("C3")[0] == 0.9 and visits.upper_limit("C3")[0] == 1.8
    assert visits.day.tolist() == [0, 7.5]
    visits, _ = visits_of(tmp_path, "patient\tday\titem\tvalue\nA\t0\tICE\t9\n")
    assert visits.column("ICE").tolist() == [9]


def test_names_of_patients_that_are_numbers_stay_as_written(tmp_path):
    visits, _ = visits_of(tmp_path, "patient,day,item,value\n001,0,ICE,9\n01,0,ICE,8\n1e0,0,ICE,7\n")
    assert visits.patients == ("001", "01", "1e0") and visits.column("ICE").tolist() == [9, 8, 7]


def test_a_name_of_a_column_longer_than_csv_allows_is_one_fault(tmp_path):
    found = faults_of(tmp_path, f"patient,day,item,value,{'x' * 140_000}\nA,0,ICE,9,\n")
    assert [(line, column) for line, column, _ in found] == [(1, "")] and len(found[0][2]) < 200


def test_values_of_every_kind_become_standard(tmp_path):
    rows = """\
A,2025-03-01,c-reactive protein,1.2,MG/DL,,,
A,2025-03-01,TEMP,100.4,F,,,
A,2025-03-01,BILAG_RENAL,b,,,lupus,
A,2025-03-01,OXYGEN,Nasal cannula,,,CRS,
A,2025-03-01,SEX,female,,,,
A,2025-03-01,RASH,Present,,,,
A,2025-03-01,FVC,81.5,%,,,
A,2025-03-01,NEUT,400,/µL,1500,,
A,2025-03-01,UPCR,226,mg/mmol,<56.5,,
A,2025-03-01,IL6,<1.5,pg/mL,,,
A,2025-03-01,ESR,21,,,,
A,2025-03-01,CK,n/a,,,,
"""
    visits, intake = visits_of(tmp_path, HEADER + rows)
    expected = {
        "CRP": 12,
        "TEMP": 38,
        "OXYGEN": items()["OXYGEN"].words.index("nasal_cannula"),
        "SEX": 0,
        "RASH": 1,
        "FVC": 81.5,
        "NEUT": 0.4,
        "UPCR": 2,
        "IL6": 1.5,
        "ESR": 21,
    }
    for code, value in expected.items():
        np.testing.assert_allclose(visits.column(code), [value])
    assert visits.words("BILAG_RENAL").tolist() == ["B"]
    assert visits.cause["BILAG_RENAL"].tolist() == [1] and visits.cause["OXYGEN"].tolist() == [2]
    assert visits.lower_limit("NEUT").tolist() == [1.5] and np.isnan(visits.upper_limit("NEUT")).all()
    np.testing.assert_allclose(visits.upper_limit("UPCR"), [0.5])
    assert np.isnan(visits.column("CK")).all()
    assert intake.censored == {"IL6": 1} and intake.without_value == 1
    assert {str(one).split(",")[0] for one in intake.conversions} == {
        "CRP: mg/dL to mg/L",
        "TEMP: F to C",
        "NEUT: /uL to 10^9/L",
        "UPCR: mg/mmol to g/g",
    }


def test_columns_that_are_not_read_are_named(tmp_path):
    _, intake = visits_of(tmp_path, "patient,day,item,value,comment,\nA,0,ICE,9,fine,\n")
    assert intake.notes[0].endswith("not read: columns comment, (no name)")


def test_blocks_of_any_size_read_the_same(tmp_path, monkeypatch):
    random = np.random.default_rng(1)
    good = ["A{n},2025-03-01,CRP,5,mg/L,,,", '"A{n}","2025-03-01","CRP",5,"mg/L",,,', 'A{n},2025-03-01,"C\nRP",5,mg/L,,,', ""]
    bad = ['A{n},2025-03-01,"CRP,5,mg/L,,,', "A{n}", "A{n},2025-03-01,CRP,x,mg/L,,,", "Ä{n},2025-03-32,CRP,x,mg/L,,,"]
    rows = [(good + bad)[k].format(n=n) for n, k in enumerate(random.integers(0, 8, 300).tolist())]
    content = HEADER + "\r\n".join(rows)
    whole = faults_of(tmp_path, content)
    assert len(whole) > 100
    read = csv_records.records
    for block in (37, 256, 4_000):
        monkeypatch.setattr(
            "immunoreset.exchange.tidy_csv.records",
            lambda stream, shape, report, block=block: read(stream, shape, report, block=block),
        )
        assert faults_of(tmp_path, content) == whole


def test_a_line_without_end_is_skipped_and_the_rest_read(tmp_path):
    row = b"A,2025-03-01,CRP,5,mg/L,,,\n"
    long = b"A" * (csv_records.BLOCK_BYTES + csv_records.LONGEST_LINE)
    found = faults_of(tmp_path, HEADER.encode() + long + b"\n" + row + row.replace(b",5,", b",x,"))
    assert [(line, reason[:23]) for line, _, reason in found] == [(2, "the line is longer than"), (4, "'x' is not a number")]


def test_random_bytes_are_reported_not_raised(tmp_path):
    random = np.random.default_rng(3)
    for size in (10, 1_000, 100_000):
        junk = random.integers(0, 256, size, dtype=np.uint8).tobytes()
        assert faults_of(tmp_path, HEADER.encode() + junk)
        assert faults_of(tmp_path, junk)


def test_damaged_bytes_of_a_good_file_never_raise(tmp_path):
    random = np.random.default_rng(4)
    rows = "".join(f'P{n},2025-03-{1 + n % 28:02d},"CRP",{n}.5,mg/L,<5,disease,\n' for n in range(200))
    good = np.frombuffer((HEADER + rows).encode(), dtype=np.uint8)
    for _ in range(30):
        damaged = good.copy()
        damaged[random.integers(len(HEADER), len(good), 40)] = random.integers(0, 256, 40)
        assert faults_of(tmp_path, damaged.tobytes())

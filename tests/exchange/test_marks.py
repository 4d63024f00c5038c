"""What a comma and a point mean is decided by all numbers of a file; what may be either is refused, with the reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.exchange.faults import Faults
from immunoreset.exchange.marks import Marks, decimal_of, is_open
from immunoreset.exchange.tidy_csv import read_tidy

HEADER = "patient;day;item;value;unit;limit\n"


def take_in(folder, rows, header=HEADER):
    path = folder / "visits.csv"
    path.write_text(header + rows, "utf-8")
    faults = Faults()
    with read_tidy([path], faults) as intake:
        tables = list(intake.batches())
    return tables[0] if tables else None, [(fault.line, fault.column, fault.reason) for fault in faults]


@pytest.mark.parametrize(
    ("rows", "lines", "reason"),
    [
        ("A;0;PLAT;150.000;/uL;\n", [2], "may be 150 or 150000: no number of the file shows its decimal mark"),
        ("A;0;PLAT;150,000;/uL;\n", [2], "may be 150 or 150000: no number of the file shows its decimal mark"),
        ("A;0;NEUT;1.500;/uL;\n", [2], "may be 1.5 or 1500"),
        ("A;0;C3;0,7;g/L;\nA;0;PLAT;150.000;/uL;\n", [3], "the file has decimal commas ('0,7'); write it without that point"),
        ("A;0;C3;0.7;g/L;\nA;0;PLAT;150,000;/uL;\n", [3], "the file has decimal points ('0.7'); write it without that comma"),
        ("A;0;C3;0,7;g/L;\nA;0;PLAT;150,000;/uL;\n", [3], "may also mean 150000, and both are possible"),
        ("A;0;C3;0.7;g/L;\nA;0;PLAT;150.000;/uL;\n", [3], "may also mean 150000, and both are possible"),
        ("A;0;C3;0,7;g/L;\nA;0;CRP;5.3;mg/L;\n", [2, 3], "the file has decimal commas ('0,7') and decimal points ('5.3')"),
        ("A;0;C3;0,7;g/L;0.9-1.8\n", [2, 2], "the file has decimal commas"),
        ("A;0;PLAT;90;/uL;150.000-400.000\nA;0;C3;0.7;g/L;\n", [2], "may also mean 400000"),
        ("A;0.5;ICE;9;;\nA;1,5;ICE;9;;\n", [2, 3], "the file has decimal commas ('1,5') and decimal points ('0.5')"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_ambiguous_notation_is_refused_with_the_reason(tmp_path, rows, lines, reason, delimiter):
    _, faults = take_in(tmp_path, rows.replace(";", delimiter).replace(f"){delimiter}", ")"), HEADER.replace(";", delimiter))
    assert sorted(line for line, _, _ in faults) == lines
    assert any(reason.replace(";", "") in text.replace(";", "") for _, _, text in faults), faults


@pytest.mark.parametrize(
    ("rows", "item", "values"),
    [
        ("A;0;UPCR;1,500;g/g;\nA;0;C3;0,7;g/L;\n", "UPCR", [1.5]),
        ("A;0;UPCR;1.500;g/g;\nA;0;C3;0.7;g/L;\n", "UPCR", [1.5]),
        ("A;0;NEUT;1,500;10^9/L;\nA;0;C3;0,7;g/L;\n", "NEUT", [1.5]),
        ("A;0;PLAT;150.000,0;/uL;\n", "PLAT", [150]),
        ("A;0;PLAT;150000;/uL;\n", "PLAT", [150]),
        ("A;0;FERRITIN;1.234.567,5;ug/L;\n", "FERRITIN", None),
        ("A;0;FERRITIN;12.345,5;ug/L;\n", "FERRITIN", [12345.5]),
        ("A;0;FERRITIN;12,345.5;ug/L;\n", "FERRITIN", [12345.5]),
    ],
)
def test_a_file_that_shows_its_marks_is_read_by_them(tmp_path, rows, item, values):
    visits, faults = take_in(tmp_path, rows)
    if values is None:
        assert [reason for _, _, reason in faults] == ["1.234.567,5 ug/L is impossible: FERRITIN lies in 0 to 1e+06 ug/L"]
    else:
        assert not faults and visits.column(item).tolist() == values


def test_a_count_printed_with_three_decimals_between_commas_is_refused_and_one_of_a_program_is_not(tmp_path):
    header = HEADER.replace(";", ",")
    _, faults = take_in(tmp_path, "A,0,PLAT,150.000,/uL,\n", header)
    assert [line for line, _, _ in faults] == [2]
    visits, faults = take_in(tmp_path, "A,0,B_CELLS,1.234,/uL,\n", header)
    assert not faults and visits.column("B_CELLS").tolist() == [1.234]


@pytest.mark.parametrize(
    ("row", "refused"),
    [
        ("A,0,UPCR,1.500,mg/g,", True),
        ("A,0,UPCR,1.500,g/g,", False),
        ("A,0,PROT24H,1.500,mg/day,", True),
        ("A,0,FERRITIN,1.500,ng/mL,", True),
        ("A,0,LDH,1.250,U/L,", True),
        ("A,0,CREAT,1.200,mg/dL,", False),
        ("A,0,FIBRINO,1.500,g/L,", False),
    ],
)
def test_what_is_written_in_whole_numbers_and_reaches_thousands_is_ambiguous_as_a_count_is(tmp_path, row, refused):
    _, faults = take_in(tmp_path, row + "\n", HEADER.replace(";", ","))
    assert bool(faults) == refused
    if refused:
        assert "both are possible" in faults[0][2]


@given(st.integers(0, 10**6), st.integers(0, 3), st.sampled_from(".,"))
def test_a_number_is_read_as_written_or_refused(whole, digits, decimal):
    thousands = {".": ",", ",": "."}[decimal]
    text = f"{whole:,}".replace(",", thousands) + (decimal + "123"[:digits] if digits else "")
    value = whole + float("0." + ("123"[:digits] or "0"))
    marks = Marks.of([text])
    word, reason = marks.read(text)
    if reason:
        assert is_open(text)
    else:
        assert float(word) == pytest.approx(value) and decimal_of(text) in ("", decimal)


@given(st.text(alphabet="0123456789.,-eE <>", max_size=12))
def test_any_text_is_read_or_refused_but_never_an_error(text):
    Marks.of([text]).read(text)

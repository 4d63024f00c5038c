"""The file of patients: what is known is read, what is unknown stays blank, and each fault is named with its place."""

import re

import numpy as np
import pytest

from immunoreset.errors import InvalidFile, InvalidValue
from immunoreset.population import Facts, mackensen_2022, read_patients
from immunoreset.population.cohort_file import COLUMNS, parse_patients

HEADER = ",".join(COLUMNS)
GOOD = "p1,34,F,62,12,yes,2.5,310,0.6,14"


def test_full_row_is_read():
    assert parse_patients(f"{HEADER}\n{GOOD}\n", "x.csv") == [
        Facts(
            "p1",
            age=34,
            sex="F",
            weight_kg=62,
            sledai_2k=12,
            nephritis=True,
            upcr_g_per_g=2.5,
            anti_dsdna_iu_per_ml=310,
            c3_g_per_l=0.6,
            igg_g_per_l=14,
        )
    ]


def test_blank_is_unknown_and_notes_are_left_out():
    text = f"# a note\n{HEADER}\n\n# another, with commas\n p1 ,,,,,,,,,\n"
    assert parse_patients(text, "x.csv") == [Facts("p1")]


def test_columns_may_come_in_any_order_with_ranges():
    text = f"{','.join(reversed(COLUMNS))},sledai_2k_low,sledai_2k_high\n,,,,,,,,,p1,8,16\n"
    assert parse_patients(text, "x.csv") == [Facts("p1", sledai_2k_range=(8, 16))]


def test_published_patients_are_given_without_invented_facts():
    patients = mackensen_2022()
    assert [facts.sledai_2k for facts in patients] == [16, 16, 16, None, 8]
    assert patients[3].sledai_2k_range == (8, 16)
    for facts in patients:
        assert facts.nephritis is True
        assert facts.age_range == (18, 24)
        assert facts.age is facts.sex is facts.weight_kg is facts.upcr_g_per_g is facts.anti_dsdna_iu_per_ml is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the file is empty"),
        (HEADER, "no patients below the column names"),
        (HEADER.replace(",nephritis", "") + "\np1,,,,,,,,\n", "line 1: missing column 'nephritis'"),
        (HEADER + ",colour\n" + GOOD + ",red\n", "unknown column 'colour'; known: patient, age"),
        (HEADER.replace("sledai_2k", "sledai") + f"\n{GOOD}\n", "unknown column 'sledai'; did you mean 'sledai_2k'"),
        (HEADER + f",age\n{GOOD},3\n", "column 'age' is there twice"),
        (f"{HEADER}\n{GOOD}\n{GOOD}\n", "line 3, column 'patient': 'p1' is already on line 2"),
        (f"{HEADER}\n,34,F,62,12,yes,,,,\n", "column 'patient': blank"),
        (f"{HEADER}\np1,-3,,,,,,,,\n", "line 2, column 'age': -3 is impossible; give 0 to 110 years"),
        (f"{HEADER}\np1,,,,300,,,,,\n", "column 'sledai_2k': 300 is impossible; give 0 to 105 points"),
        (f"{HEADER}\np1,,,,12.5,,,,,\n", "12.5 is no whole number"),
        (f"{HEADER}\np1,old,,,,,,,,\n", "column 'age': 'old' is no number"),
        (f"{HEADER}\np1,nan,,,,,,,,\n", "column 'age': nan is impossible"),
        (f"{HEADER}\np1,,X,,,,,,,\n", "column 'sex': 'X' is not known; give F or M"),
        (f"{HEADER}\np1,,,,,perhaps,,,,\n", "column 'nephritis': 'perhaps' is not known; give yes or no"),
        (f"{HEADER}\np1,,,,,no,4,,,\n", "column 'nephritis': no, but the UPCR is 4 g/g"),
        (f"{HEADER}\np1,1,2\n", "line 2: 3 values for 10 columns"),
        (f'{HEADER}\np1,"34\n', "not a CSV file"),
        (f"{HEADER},age_low,age_high\np1,,,,,,,,,,40,30\n", "column 'age_low': 40 is above 30; exchange them"),
        (f"{HEADER},age_low,age_high\np1,33,,,,,,,,,20,30\n", "a value and a range"),
        (f"{HEADER}\np1,-1,X,1000,999,,,,,\n", r"'age': -1 .* 'weight_kg': 1000 .* 'sledai_2k': 999 .*and 1 more fault"),
    ],
)
def test_fault_is_named_with_file_line_and_column(text, says):
    with pytest.raises(InvalidFile, match=says) as fault:
        parse_patients(text, "x.csv")
    assert str(fault.value).startswith("x.csv")
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize(
    ("known", "says"),
    [
        ({"age": -3}, "age -3 is impossible; give 0 to 110 years, or leave it out"),
        ({"age": float("nan")}, "age nan is impossible"),
        ({"age": "old"}, "age old: give a number"),
        ({"age": True}, "age True: give a number"),
        ({"sledai_2k": 12.5}, "sledai_2k 12.5 is no whole number"),
        ({"egfr": 10}, "egfr 10 is impossible; give 25 to 140"),
        ({"sex": "X"}, "sex 'X' is not known; give F or M"),
        ({"nephritis": "yes"}, "nephritis 'yes': give True or False"),
        ({"nephritis": False, "upcr_g_per_g": 4}, "nephritis: no, but the UPCR is 4 g/g; correct one of them"),
        ({"nephritis": False, "class_v": True}, "class_v: yes, but without nephritis"),
        ({"age_range": (40, 30)}, "age_range: 40 is above 30; exchange them"),
        ({"age_range": (30, 400)}, "age_range: 400 is impossible"),
        ({"age_range": 30}, "age_range 30: give the lowest and the highest value"),
        ({"age": 33, "age_range": (20, 30)}, "age: a value and a range; keep one of them"),
    ],
)
def test_facts_given_in_python_are_checked_as_those_of_a_file(known, says):
    with pytest.raises(InvalidValue, match=f"^patient 'A': {re.escape(says)}") as fault:
        Facts("A", **known)
    assert "\n" not in str(fault.value)


def test_facts_are_plain_numbers_whatever_type_they_were():
    assert Facts("A", age=np.float64(22), sledai_2k=np.int64(16), age_range=None, nephritis=np.True_) == Facts(
        "A", age=22.0, sledai_2k=16, nephritis=True
    )
    assert Facts("A", sledai_2k_range=[8, 16]) == Facts("A", sledai_2k_range=(8.0, 16.0))
    with pytest.raises(InvalidValue, match="patient 5: give the name as a text"):
        Facts(5)  # type: ignore[arg-type]


def test_file_on_disk_is_read_also_with_a_byte_order_mark(tmp_path):
    path = tmp_path / "patients.csv"
    path.write_text(f"{HEADER}\r\n{GOOD}\r\n", encoding="utf-8-sig")
    assert read_patients(path)[0].patient == "p1"


def test_file_that_is_missing_or_no_text_is_refused(tmp_path):
    with pytest.raises(InvalidFile, match="no such file"):
        read_patients(tmp_path / "none.csv")
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(InvalidFile, match="UTF-8"):
        read_patients(tmp_path / "binary.csv")
    with pytest.raises(InvalidFile, match="cannot be read"):
        read_patients(tmp_path)

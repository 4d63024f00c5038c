"""Rows of all files are checked against each other; what is left comes out as whole patients, and the disk is left clean."""

import tempfile
from pathlib import Path

import numpy as np
import pytest

from immunoreset.endpoints.items import items
from immunoreset.errors import InvalidFile
from immunoreset.exchange.csv_records import Coded
from immunoreset.exchange.faults import Faults
from immunoreset.exchange.intake import IntakeStore
from immunoreset.exchange.row_checks import Place
from immunoreset.exchange.tidy_csv import add_tidy

DATES = "patient,date,item,value,unit,end\n"
DAYS = "patient,day,item,value,unit,end\n"


def take_in(tmp_path, *files, **options):
    """Visits, intake and faults (file number, line, column, reason) of some tidy files."""
    paths = []
    for number, text in enumerate(files):
        paths.append(tmp_path / f"{number}.csv")
        paths[-1].write_text(text, "utf-8")
    faults = Faults()
    with IntakeStore(faults, **options) as store:
        for path in paths:
            add_tidy(path, store)
        intake = store.finish()
        tables = list(intake.batches())
    assert intake.read == intake.kept + intake.faulty + intake.duplicates
    return tables, intake, [(int(Path(one.file).stem), one.line, one.column, one.reason) for one in faults]


def test_two_values_for_one_thing_name_both_lines_and_leave_both_out(tmp_path):
    tables, intake, faults = take_in(tmp_path, DAYS + "A,0,CRP,5,mg/L,\nA,0,ESR,9,mm/h,\nA,0,CRP,6,mg/L,\nA,0,CRP,5,mg/L,\n")
    assert faults == [
        (0, 2, "value", "CRP of day 0 is 5 mg/L here and 6 mg/L on line 4; keep one"),
        (0, 4, "value", "CRP of day 0 is 6 mg/L here and 5 mg/L on line 2; keep one"),
        (0, 5, "value", "CRP of day 0 is 5 mg/L here and 6 mg/L on line 4; keep one"),
    ]
    assert (intake.faulty, intake.kept) == (3, 1)
    assert not tables[0].has("CRP") and tables[0].column("ESR").tolist() == [9]


def test_two_values_in_two_files_name_the_other_file(tmp_path):
    _, _, faults = take_in(tmp_path, DAYS + "A,0,RASH,yes,,\n", DAYS + "A,0,RASH,no,,\n")
    assert [(file, line) for file, line, _, _ in faults] == [(0, 2), (1, 2)]
    assert faults[0][3] == f"RASH of day 0 is yes here and no on line 2 of {tmp_path / '1.csv'}; keep one"


def test_the_same_twice_is_kept_once_whatever_its_unit(tmp_path):
    rows = "A,0,CRP,7,mg/L,\nA,0,CRP,0.7,mg/dL,\nA,0,CRP,7.0,mg/L,\n"
    tables, intake, faults = take_in(tmp_path, DAYS + rows)
    assert not faults and (intake.read, intake.kept, intake.duplicates) == (3, 1, 2)
    assert tables[0].column("CRP").tolist() == [7]


def test_the_same_value_with_another_attribution_is_a_fault(tmp_path):
    text = "patient,day,item,value,attribution\nA,0,RASH,yes,disease\nA,0,RASH,yes,drug\n"
    _, _, faults = take_in(tmp_path, text)
    assert [line for _, line, _, _ in faults] == [2, 3]
    assert faults[0][3] == "RASH of day 0 stands with other limits or another attribution on line 3; keep one"


def test_rows_out_of_order_are_faults_unless_the_file_need_not_be_in_order(tmp_path):
    rows = "A,2025-03-01,CRP,5,mg/L,\nA,2025-03-20,CRP,5,mg/L,\nA,2025-03-10,ESR,5,,\nA,2025-03-10,CRP,5,mg/L,\n"
    rows += "B,2025-01-01,CRP,5,mg/L,\n"
    _, _, faults = take_in(tmp_path, DATES + rows)
    assert faults == [(0, 5, "date", "out of order: 2025-03-10 is earlier than 2025-03-20 on line 3")]
    columns = {"patient": ["A", "A"], "day": ["5", "1"], "item": ["ICE", "ICE"], "value": ["9", "8"]}
    found = Faults()
    with IntakeStore(found) as store:
        store.file(Place("qs.xpt", by_line=False), in_order=False).add(
            np.array([1, 2]), {name: Coded.of(column) for name, column in columns.items()}
        )
        (visits,) = store.finish().batches()
    assert not len(found) and visits.column("ICE").tolist() == [8, 9]


def test_nothing_happens_after_death(tmp_path):
    rows = (
        "A,0,INFUSION,yes,,\nA,9,PREDNISONE,5,mg/day,30\nA,12,DEATH,yes,,\nA,12,CRP,5,mg/L,\nA,13,CRP,5,mg/L,\nB,13,CRP,5,mg/L,\n"
    )
    tables, _, faults = take_in(tmp_path, DAYS + rows)
    reason = "after the death of this patient, day 12 on line 4"
    assert faults == [(0, 3, "end", reason), (0, 6, "day", reason)]
    assert tables[0].day.tolist() == [0, 12, 13]


def test_day_0_is_the_infusion(tmp_path):
    rows = "A,2025-02-20,CRP,5,mg/L,\nA,2025-03-01,INFUSION,yes,,\nA,2025-03-29,CRP,6,mg/L,\n"
    tables, intake, faults = take_in(tmp_path, DATES + rows)
    assert not faults and tables[0].day.tolist() == [-9, 0, 28] and not intake.notes


def test_without_infusion_day_0_is_the_first_visit_and_is_said(tmp_path):
    rows = "A,2020-01-01,PREDNISONE,5,mg/day,ongoing\nA,2025-02-20,CRP,5,mg/L,\nA,2025-02-27,CRP,5,mg/L,\n"
    rows += "B,2025-03-01,INFUSION,yes,,\n"
    tables, intake, faults = take_in(tmp_path, DATES + rows)
    assert not faults and tables[0].day.tolist() == [0, 7, 0]
    assert tables[0].column("PREDNISONE").tolist()[:2] == [5, 5]
    assert intake.notes == ("1 patient without INFUSION: day 0 is the first date",)


def test_days_are_moved_to_an_infusion_on_another_day(tmp_path):
    tables, intake, _ = take_in(tmp_path, DAYS + "A,3,CRP,5,mg/L,\nA,8,INFUSION,yes,,\nA,20,INFUSION,yes,,\n")
    assert tables[0].day.tolist() == [-5, 0, 12]
    assert [note.split(" with ")[1][:16] for note in intake.notes] == ["INFUSION on anot", "several INFUSION"]


def test_dates_and_days_must_agree(tmp_path):
    text = "patient,date,day,item,value\nA,2025-03-01,0,ICE,9\nA,2025-03-08,7,ICE,9\nA,2025-03-09,7,CAPD,9\n"
    text += "A,,9,ICE,9\nA,2025-03-12,,ICE,9\n"
    tables, _, faults = take_in(tmp_path, text)
    assert faults == [(0, 4, "day", "day 7 and 2025-03-09 do not agree: line 2 has day 0 on 2025-03-01")]
    assert tables[0].day.tolist() == [0, 7, 9, 11]


def test_dates_and_days_that_nothing_relates_are_faults(tmp_path):
    labs, scores = DATES + "A,2025-03-01,CRP,5,mg/L,\n", DAYS + "A,0,ICE,9,,\n"
    _, _, faults = take_in(tmp_path, labs, scores)
    assert [(file, line, column) for file, line, column, _ in faults] == [(0, 2, "date")]
    tables, _, faults = take_in(tmp_path, labs + "A,2025-03-01,INFUSION,yes,,\n", scores)
    assert not faults and len(tables[0]) == 1


def test_intervals_give_their_value_to_the_visits_inside(tmp_path):
    visits = "".join(f"A,{day},ICE,9,,\n" for day in (-5, 0, 10, 20, 30, 40))
    drugs = "A,-9,PREDNISONE,20,mg/day,10\nA,10,PREDNISONE,5,mg/day,ongoing\nA,0,METHYLPREDNISOLONE,4,mg/day,20\n"
    drugs += "A,12,DEXAMETHASONE,9,mg/day,13\n"
    tables, intake, faults = take_in(tmp_path, DAYS + visits, DAYS + drugs)
    assert not faults
    np.testing.assert_allclose(tables[0].column("PREDNISONE"), [20, 25, 10, 10, 5, 5])
    assert not tables[0].has("METHYLPREDNISOLONE")
    assert intake.notes == ("1 interval with no visit inside: no visit has its value",)


def test_overlapping_doses_of_one_drug_are_faults_and_overlapping_answers_are_not(tmp_path):
    rows = "A,0,ICE,9,,\nA,0,IMMUNOSUPPRESSANT,yes,,20\nA,0,IMMUNOSUPPRESSANT,yes,,30\nA,0,PREDNISONE,5,mg/day,20\n"
    rows += "A,0,PREDNISONE,5,mg/day,30\n"
    tables, _, faults = take_in(tmp_path, DAYS + rows)
    assert [(line, reason) for _, line, _, reason in faults] == [
        (5, "PREDNISONE of day 0 is also given by line 6, whose interval overlaps; write one dose for each day"),
        (6, "PREDNISONE of day 0 is also given by line 5, whose interval overlaps; write one dose for each day"),
    ]
    assert tables[0].column("IMMUNOSUPPRESSANT").tolist() == [1] and not tables[0].has("PREDNISONE")


def test_doses_of_one_day_add_up_and_an_unknown_one_leaves_the_sum_unknown(tmp_path):
    rows = (
        "A,0,PREDNISOLONE,10,mg/day,\nA,0,HYDROCORTISONE,20,mg/day,\nA,1,PREDNISOLONE,10,mg/day,\nA,1,HYDROCORTISONE,nk,mg/day,\n"
    )
    tables, intake, _ = take_in(tmp_path, DAYS + rows)
    np.testing.assert_array_equal(tables[0].column("PREDNISONE"), [15, np.nan])
    assert [str(one) for one in intake.conversions] == [
        "HYDROCORTISONE: mg/day to mg/day of prednisone, × 0.25, 1 rows",
        "PREDNISOLONE: mg/day to mg/day of prednisone, × 1, 2 rows",
    ]


@pytest.mark.parametrize("gathered_rows", [1, 50, 10_000])
@pytest.mark.parametrize("visits", [1, 7, 10_000])
def test_batches_hold_whole_patients_in_order_whatever_their_size(tmp_path, gathered_rows, visits):
    random = np.random.default_rng(5)
    rows = [f"P{p:02d},{day},CRP,{random.integers(1, 99)},mg/L,\n" for day in range(6) for p in random.permutation(30).tolist()]
    expected = sorted((row.split(",")[0], float(row.split(",")[1]), float(row.split(",")[3])) for row in rows)
    tables, intake, _ = take_in(tmp_path, DAYS + "".join(rows), gathered_rows=gathered_rows)
    got = [
        (table.patients[who], day, value)
        for table in tables
        for who, day, value in zip(table.patient.tolist(), table.day.tolist(), table.column("CRP").tolist(), strict=True)
    ]
    assert got == expected and intake.patients == 30
    faults = Faults()
    with IntakeStore(faults, gathered_rows=gathered_rows) as store:
        add_tidy(tmp_path / "0.csv", store)
        sizes = [len(table) for table in store.finish().batches(visits)]
    assert max(sizes) <= max(visits, 6) and sum(sizes) == 180


def test_a_patient_with_too_many_rows_is_left_out_and_reported(tmp_path):
    rows = "".join(f"A,{day},ICE,9,,\n" for day in range(20)) + "B,0,ICE,9,,\n"
    tables, intake, faults = take_in(tmp_path, DAYS + rows, most_rows=10)
    assert (intake.kept, intake.faulty) == (1, 20) and tables[0].patients == ("B",)
    assert faults == [(0, 2, "patient", "patient A has 20 rows, more than 10; all 20 here from this one on are left out")]


def test_faults_of_a_dataset_name_its_row_and_its_variable():
    faults = Faults()
    with IntakeStore(faults) as store:
        file = store.file(Place("lb.xpt", names={"value": "LBORRES"}, by_line=False), in_order=False)
        texts = {"patient": ["A"], "date": ["2025-03-01"], "item": ["CRP"], "value": ["x"], "unit": ["mg/L"]}
        file.add(np.array([17]), {name: Coded.of(column) for name, column in texts.items()})
        assert store.finish().kept == 0
    assert str(next(iter(faults))) == "lb.xpt, row 17, column LBORRES: 'x' is not a number"


def test_the_disk_is_clean_afterwards_even_after_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    path = tmp_path / "visits.csv"
    path.write_text(DAYS + "A,0,CRP,5,mg/L,\nB,0,CRP,5,mg/L,\n", "utf-8")
    with pytest.raises(RuntimeError, match="on purpose"), IntakeStore(Faults(), gathered_rows=1) as store:
        add_tidy(path, store)
        assert set(tmp_path.iterdir()) > {path}
        store.finish()
        raise RuntimeError("on purpose")
    assert list(tmp_path.iterdir()) == [path]


def test_few_rows_never_go_to_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    tables, intake, _ = take_in(tmp_path, DAYS + "B,0,CRP,5,mg/L,\nA,0,CRP,6,mg/L,\n", gathered_rows=2)
    assert intake.kept == 2 and tables[0].patients == ("A", "B")
    with pytest.raises(InvalidFile, match=r"cannot write temporary files: .*; set TMPDIR to a folder with room"):
        take_in(tmp_path, DAYS + "B,0,CRP,5,mg/L,\nA,0,CRP,6,mg/L,\n", gathered_rows=1)


def test_rows_in_memory_and_rows_on_disk_give_the_same_visits_and_the_same_faults(tmp_path):
    random = np.random.default_rng(3)
    words = ["5", "<5", "high", "", "n/a", "5.0", "1e999", "7"]
    columns = (
        ["Zoë", "a", "B", "É", ""], range(-3, 9), ["CRP", "ESR", "DEATH", "NOSUCH"], words, ["mg/L", "mg/dL", "mm/h", ""],
        ["", "12"],
    )  # fmt: skip
    rows = [",".join(str(random.choice(column)) for column in columns) + "\n" for _ in range(600)]
    files = [DAYS + "".join(rows[:250]), DAYS + "".join(rows[250:])]
    found = [take_in(tmp_path, *files, gathered_rows=size) for size in (10_000, 40)]
    (held, held_intake, held_faults), (spilled, spilled_intake, spilled_faults) = found
    assert sorted(held_faults) == sorted(spilled_faults) and len(held_faults) > 100
    for name in ("read", "kept", "faulty", "duplicates", "without_value", "patients", "conversions", "censored", "notes"):
        assert getattr(held_intake, name) == getattr(spilled_intake, name)

    def told(tables):
        return [
            (table.patients[who], day, code, value)
            for table in tables
            for code, column in table.values.items()
            for who, day, value in zip(table.patient.tolist(), table.day.tolist(), column.tolist(), strict=True)
            if value == value
        ]

    assert sorted(told(held)) == sorted(told(spilled)) and told(held)


def test_every_item_of_the_catalogue_can_be_read(tmp_path):
    rows = []
    for item in items().values():
        value = item.words[-1] if item.words else "yes" if item.kind == "yes_no" else f"{item.highest:g}"
        if item.code not in ("INFUSION", "DEATH"):
            rows.append(f"A,0,{item.code},{value},{item.unit},\n")
    _, intake, faults = take_in(tmp_path, DAYS + "".join(rows))
    assert not faults and intake.kept == len(rows)

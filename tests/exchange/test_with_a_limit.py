"""A value written as <60 is any below 60: rules that ask for less or more than it says are decided, all others are not."""

import numpy as np
import pytest

from immunoreset.endpoints.items import items
from immunoreset.endpoints.quantities import C3, Platelets
from immunoreset.endpoints.scoring.example import USUAL
from immunoreset.endpoints.scoring.score import score
from immunoreset.endpoints.scoring.sheet import Sheet
from immunoreset.endpoints.visits import Visits
from immunoreset.exchange.csv_records import Coded
from immunoreset.exchange.faults import Faults
from immunoreset.exchange.intake import IntakeStore
from immunoreset.exchange.row_checks import Place
from immunoreset.exchange.tidy_csv import read_tidy
from immunoreset.simulated_visits import write_tidy

HEADER = "patient,day,item,value,unit,limit\n"


def read(tmp_path, *rows, header=HEADER):
    path, faults = tmp_path / "visits.csv", Faults()
    path.write_text(header + "".join(row + "\n" for row in rows))
    with read_tidy([path], faults) as intake:
        tables = list(intake.batches())
    return (tables[0] if tables else None), faults


@pytest.mark.parametrize(
    ("written", "below_30", "below_60", "at_most_60", "below_90"),
    [
        ("<60", None, True, True, True), ("<=60", None, None, True, True), ("60", False, False, True, True),
        (">=60", False, False, None, None), (">60", False, False, False, None), ("> 90", False, False, False, False),
        ("≤ 20", True, True, True, True), ("≥60", False, False, None, None),
    ],
)  # fmt: skip
def test_a_limit_decides_what_it_says_and_nothing_else(tmp_path, written, below_30, below_60, at_most_60, below_90):
    visits, faults = read(tmp_path, f"A,0,EGFR,{written},mL/min/1.73m2,")
    assert not len(faults) and visits is not None
    rate = visits.number("EGFR")
    found = [(rate < 30), (rate < 60), (rate <= 60), (rate < 90)]
    assert [None if not answer.decided[0] else bool(answer.yes[0]) for answer in found] == [
        below_30, below_60, at_most_60, below_90,
    ]  # fmt: skip
    assert rate.low[0] >= 0 and rate.high[0] <= items()["EGFR"].highest


@pytest.mark.parametrize(("written", "unit"), [("<0.5", "g/L"), ("<50", "mg/dL"), ("<500", "mg/L"), ("< .5", "g/L")])
def test_a_limit_is_converted_with_its_unit(tmp_path, written, unit):
    visits, faults = read(tmp_path, f"A,0,C3,{written},{unit},")
    assert not len(faults) and visits is not None
    measured = Sheet(visits, USUAL).quantity(C3, "C3")
    np.testing.assert_allclose([measured.to("mg/dL").low[0], measured.to("mg/dL").high[0]], [0, 50], atol=1e-3)
    assert (measured.to("g/L") < 0.5).value is not False and visits.written("C3") == [f"<{visits.column('C3')[0]:g}"]


def test_sledai_counts_what_a_limit_proves(tmp_path):
    rows = [
        "A,-1,C3,<0.5,g/L,0.9-1.8", "A,-1,DSDNA,>200,IU/mL,<30", "A,-1,PLAT,<150,10^9/L,", "A,-1,WBC,>3.5,10^9/L,",
        "A,-1,URBC,>50,/HPF,", "A,-1,UWBC,<5,/HPF,",
    ]  # fmt: skip
    visits, faults = read(tmp_path, *rows)
    assert not len(faults) and visits is not None
    judged = {code: answer.values[0] for code, answer in Sheet(visits, USUAL).judged.items()}
    assert (judged["LOWCOMP"], judged["DNA"], judged["LEUKOPENIA"], judged["HEMATURIA"], judged["PYURIA"]) == (1, 1, 0, 1, 0)
    assert np.isnan(judged["THROMBOCYTOPENIA"])  # 100 is the limit: <150 may be 120 or 80


def test_grades_of_ctcae_are_a_range_and_the_reason_is_named(tmp_path):
    visits, _ = read(
        tmp_path, "A,-1,PLAT,200,10^9/L,150-400", "A,5,PLAT,<75,10^9/L,", "A,6,PLAT,<25,10^9/L,", "A,7,PLAT,>75,10^9/L,"
    )
    assert visits is not None
    table = score(visits, USUAL).by_visit()
    grades = table[table["score"] == "ctcae_plat"].set_index("day")
    assert [(grades.low[day], grades.high[day]) for day in (-1, 5, 6, 7)] == [(0, 0), (2, 4), (4, 4), (0, 1)]
    assert grades.missing[5] == "PLAT" and grades.missing[6] == ""


def test_the_table_of_scores_shows_what_was_written(tmp_path):
    visits, _ = read(tmp_path, "A,0,EGFR,>60,mL/min/1.73m2,", "A,28,EGFR,75,mL/min/1.73m2,")
    assert visits is not None
    table = score(visits, USUAL).by_visit()
    rate = table[table["score"] == "egfr"].set_index("day")
    assert rate.category.tolist() == [">60", ""] and np.isnan(rate.value[0]) and rate.value[28] == 75
    assert rate.low[0] == pytest.approx(60, abs=1e-5) and rate.high[0] == items()["EGFR"].highest


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        (("<5", "3"), 0, 3),
        (("<5", "<3"), 0, 3),
        (("5", "<5"), 0, 5),
        ((">5", "3"), 3, 3),
        ((">5", "5"), 5, 5),
        ((">5", "8"), 5, 8),
    ],
)
def test_the_lowest_of_a_day_lies_where_it_can_lie(tmp_path, values, low, high):
    rows = [f"A,2025-03-01T0{hour}:00,ICE,{value}," for hour, value in enumerate(values, start=1)]
    visits, faults = read(tmp_path, *rows, header="patient,date,item,value,unit\n")
    assert not len(faults) and visits is not None
    number = visits.points("ICE")
    assert number.low[0] <= low + 1e-5 and number.high[0] >= high - 1e-5  # what is attainable is inside
    assert number.known[0] == (low == high)


def test_five_and_less_than_five_contradict_each_other(tmp_path):
    visits, faults = read(tmp_path, "A,0,CRP,5,mg/L,", "A,0,CRP,<5,mg/L,")
    assert visits is None and len(faults) == 2
    assert "CRP of day 0 is 5 mg/L here and <5 mg/L on line 3" in faults.summary()


@pytest.mark.parametrize(("value", "unit"), [("<0", "mg/L"), (">3", "0-3")])
def test_what_nothing_can_be_is_refused(tmp_path, value, unit):
    item = "CRP" if unit == "mg/L" else "PGA"
    visits, faults = read(tmp_path, f"A,0,{item},{value},{unit},")
    assert visits is None and f"{value} {unit} is impossible" in faults.summary()


def test_doses_add_up_to_a_limit(tmp_path):
    rows = [
        "A,0,PREDNISONE,<5,mg/day,",
        "A,0,METHYLPREDNISOLONE,4,mg/day,",
        "B,0,PREDNISONE,<5,mg/day,",
        "B,0,DEXAMETHASONE,>2,mg/day,",
    ]
    visits, faults = read(tmp_path, *rows)
    assert not len(faults) and visits is not None
    assert visits.written("PREDNISONE") == ["<10", ""] and np.isnan(visits.column("PREDNISONE")[1:]).all()
    assert (visits.number("PREDNISONE") < 10).values[0] == 1


def test_icaht_counts_days_that_a_limit_proves_and_leaves_the_others_open(tmp_path):
    def grades(day_10):
        rows = [f"A,{day},NEUT,{day_10 if day == 10 else 2},10^9/L," for day in range(31)]
        visits, _ = read(tmp_path, *rows)
        assert visits is not None
        table = score(visits, USUAL).by_patient().set_index("measure")
        return table.low["icaht_early_neutrophils"], table.high["icaht_early_neutrophils"]

    assert grades("<0.5") == grades("0.4") == (1, 1)
    assert grades("<1") == (0, 1)  # never filled in from the days around it
    assert grades(">1") == grades("2") == (0, 0)


def test_an_age_above_89_is_an_adult(tmp_path):
    rows = ["A,0,AGE,>89,,", "A,0,SEX,F,,", "A,0,CREAT,1,mg/dL,", "B,0,AGE,<18,,", "B,0,SEX,F,,", "B,0,CREAT,1,mg/dL,"]
    visits, faults = read(tmp_path, *rows)
    assert not len(faults) and visits is not None
    result = score(visits, USUAL).result("egfr")
    low, high = result.limits()
    assert 40 < low[0] < high[0] < 60  # 44.4 to 53.9 by CKD-EPI 2021 at 120 and 89 years
    assert not result.known[1] and np.isinf(high[1])  # the equation is for adults


def test_rows_on_disk_keep_their_signs():
    words = {"patient": ["A", "B", "A"], "day": ["0", "0", "7"], "item": ["CRP"] * 3, "value": ["<5", "7", ">=90"]}
    words["unit"] = ["mg/L"] * 3

    def written(held):
        with IntakeStore(Faults(), gathered_rows=held) as store:
            columns = {name: Coded.of(column) for name, column in words.items()}
            store.file(Place("v.csv")).add(np.array([2, 3, 4]), columns)
            return [line for visits in store.finish().batches() for line in visits.written("CRP")]

    assert written(1) == written(100) == ["<5", ">=90", ""]


def test_what_was_written_is_written_again(tmp_path):
    visits, _ = read(tmp_path, "A,0,CRP,<0.5,mg/dL,", "A,7,CRP,>=90,mg/L,", "A,8,CRP,7.25,mg/L,")
    assert visits is not None
    write_tidy(visits, tmp_path / "again.csv")
    with read_tidy([tmp_path / "again.csv"], Faults()) as intake:
        (again,) = intake.batches()
    assert again.written("CRP") == visits.written("CRP") == ["<5", ">=90", ""]
    np.testing.assert_array_equal(again.number("CRP").high, visits.number("CRP").high)


def test_a_scale_in_halves_takes_its_next_value():
    visits = Visits.from_long(patient=["A"], day=[0], item=["EDSS"], value=[3.5], beyond=[-2])
    assert visits.points("EDSS").high.tolist() == [3.0]


def test_a_quantity_may_be_a_range():
    visits = Visits.from_long(patient=["A"], day=[0], item=["PLAT"], value=[20.0], beyond=[-1])
    counts = Sheet(visits, USUAL).quantity(Platelets, "PLAT").to("/uL")
    assert counts.low.tolist() == [0] and counts.high.tolist() == [20_000]

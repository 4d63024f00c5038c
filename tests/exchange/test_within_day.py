"""Several values of one item at different times of a day become one, by the rule of the item; anything else stays a fault."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.items import items
from immunoreset.exchange.dataset import Column, Dataset
from immunoreset.exchange.dataset_json_writer import write_dataset_json
from immunoreset.exchange.faults import Faults
from immunoreset.exchange.reading import read_visits

HEADER = "patient,date,item,value,unit,limit,attribution,end\n"
DAY = "2025-03-01"


def take_in(folder, text, name="visits.csv"):
    """Visits, intake and the faults as line and reason."""
    (folder / name).write_text(HEADER + text, "utf-8")
    faults = Faults()
    with read_visits([folder / name], faults) as intake:
        tables = list(intake.batches())
    assert intake.read == intake.kept + intake.faulty + intake.duplicates
    return tables[0] if tables else None, intake, [(one.line, one.reason) for one in faults]


def at(clock, item, value, rest=",,,"):
    return f"A,{DAY}T{clock},{item},{value},{rest}\n"


@pytest.mark.parametrize(
    ("item", "unit", "values", "taken"),
    [
        ("TEMP", "C", ("37.1", "39.4", "38"), 39.4),
        ("O2FLOW", "L/min", ("2", "8", "4"), 8),
        ("PRESSORS", "", ("1", "2", "0"), 2),
        ("CAPD", "", ("3", "12", "4"), 12),
        ("SYSBP", "mmHg", ("120", "85", "101"), 85),
        ("DIABP", "mmHg", ("70", "42", "61"), 42),
        ("ICE", "", ("9", "4", "10"), 4),
        ("CRP", "mg/L", ("30", "90", "60"), 60),
        ("PGA", "0-3", ("2", "3", "1"), 1),
        ("OXYGEN", "", ("nasal_cannula", "cpap", "none"), "cpap"),
        ("OXYGEN", "", ("nasal_cannula", "intubated_airway_protection", "none"), "nasal_cannula"),
        ("CONSCIOUSNESS", "", ("voice", "unarousable", "spontaneous"), "unarousable"),
        ("ICANS_SEIZURE", "", ("none", "prolonged", "rapid"), "prolonged"),
        ("OEDEMA", "", ("focal", "diffuse", "none"), "diffuse"),
        ("BILAG_RENAL", "", ("A", "C", "B"), "B"),
        ("HYPOTENSION", "", ("no", "yes", "no"), 1),
    ],
)
def test_of_a_day_the_value_counts_that_the_item_asks_for(tmp_path, item, unit, values, taken):
    clocks = ("06:00", "14:30:20", "22:15")
    rows = [at(clock, item, value, f"{unit},,,") for clock, value in zip(clocks, values, strict=True)]
    expected = items()[item].words.index(taken) if isinstance(taken, str) else taken
    for text in ("".join(rows), "".join(reversed(rows))):
        visits, intake, faults = take_in(tmp_path, text)
        assert not faults and (intake.read, intake.kept, intake.duplicates) == (3, 3, 0)
        assert visits.column(item).tolist() == [expected]
        assert intake.notes[-1].startswith(f"{item}: 3 values of days with several, ")


def test_limits_and_cause_go_with_the_value_that_is_taken(tmp_path):
    rows = at("08:00", "NEUT", "0.4", "10^9/L,>1.5,disease,") + at("20:00", "NEUT", "1.2", "10^9/L,>1.8,lymphodepletion,")
    rows += at("08:00", "TEMP", "39", "C,,crs,") + at("20:00", "TEMP", "38", "C,,infection,")
    rows += at("08:00", "RASH", "yes", ",,disease,") + at("20:00", "RASH", "no")
    visits, intake, faults = take_in(tmp_path, rows)
    assert not faults
    assert visits.column("NEUT").tolist() == [1.2] and visits.lower_limit("NEUT").tolist() == [1.8]
    assert {code: visits.cause[code].tolist() for code in ("NEUT", "TEMP", "RASH")} == {"NEUT": [0], "TEMP": [2], "RASH": [1]}
    assert intake.notes[1:] == (
        "RASH: 2 values of days with several, yes taken over no",
        "NEUT: 2 values of days with several, the latest of each day taken",
        "TEMP: 2 values of days with several, the highest of each day taken",
    )


def test_two_values_at_one_time_are_faults_and_the_other_times_stay(tmp_path):
    rows = at("08:00", "TEMP", "38", "C,,,") + at("14:00", "TEMP", "39", "C,,,") + at("14:00", "TEMP", "40", "C,,,")
    visits, intake, faults = take_in(tmp_path, rows)
    assert faults == [
        (3, "TEMP of day 0 at 14:00 is 39 C here and 40 C on line 4; keep one"),
        (4, "TEMP of day 0 at 14:00 is 40 C here and 39 C on line 3; keep one"),
    ]
    assert visits.column("TEMP").tolist() == [38] and not any("several" in note for note in intake.notes)


def test_a_day_on_which_one_value_has_no_time_is_a_fault_unless_all_are_alike(tmp_path):
    rows = at("08:00", "TEMP", "38", "C,,,") + f"A,{DAY},TEMP,39,C,,,\n"
    _, _, faults = take_in(tmp_path, rows)
    advice = "keep one, or give every value its time of day"
    assert faults == [
        (2, f"TEMP of day 0 is 38 C here and 39 C on line 3; {advice}"),
        (3, f"TEMP of day 0 is 39 C here and 38 C on line 2; {advice}"),
    ]
    alike = at("08:00", "TEMP", "38", "C,,,") + f"A,{DAY},TEMP,38,C,,,\n"
    visits, intake, faults = take_in(tmp_path, alike)
    assert not faults and intake.duplicates == 1 and visits.column("TEMP").tolist() == [38]


def test_the_same_time_and_value_twice_is_a_duplicate_and_what_was_not_measured_takes_nothing_away(tmp_path):
    rows = at("08:00", "CRP", "30", "mg/L,,,") * 2 + at("20:00", "CRP", "not done", "mg/L,,,")
    visits, intake, faults = take_in(tmp_path, rows)
    assert not faults and (intake.kept, intake.duplicates) == (2, 1)
    assert visits.column("CRP").tolist() == [30] and not any("several" in note for note in intake.notes)


def test_of_intervals_that_follow_each_other_at_known_times_the_worst_of_the_day_counts(tmp_path):
    rows = f"A,{DAY},INFUSION,yes,,,,\n" + "".join(f"A,2025-03-0{day},ICE,10,,,,\n" for day in (2, 3, 4, 5))
    timed = (
        "A,2025-03-02T08:00,OXYGEN,nasal_cannula,,,,2025-03-03T10:00\n"
        "A,2025-03-03T10:00,OXYGEN,high_flow,,,,2025-03-04T12:00\n"
        "A,2025-03-04T12:00,OXYGEN,nasal_cannula,,,,2025-03-05T09:00\n"
    )
    visits, _, faults = take_in(tmp_path, rows + timed)
    assert not faults
    assert visits.words("OXYGEN").tolist() == ["", "nasal_cannula", "high_flow", "high_flow", "nasal_cannula"]
    dated = timed.replace("T08:00", "").replace("T10:00", "").replace("T12:00", "").replace("T09:00", "")
    visits, _, faults = take_in(tmp_path, rows + dated)
    assert not faults and visits.words("OXYGEN").tolist()[3] == "nasal_cannula"


def test_overlapping_doses_stay_faults_whatever_their_time(tmp_path):
    rows = f"A,{DAY},CRP,5,mg/L,,,\n"
    rows += f"A,{DAY}T08:00,PREDNISONE,20,mg/day,,,{DAY}\n" + f"A,{DAY}T20:00,PREDNISONE,20,mg/day,,,2025-03-04\n"
    _, _, faults = take_in(tmp_path, rows)
    assert [line for line, _ in faults] == [3, 4] and "write one dose for each day" in faults[0][1]


MINUTES = st.lists(st.integers(0, 24 * 60 - 1), min_size=1, max_size=8, unique=True)


@given(MINUTES, st.data())
def test_the_value_of_a_day_does_not_depend_on_the_order_of_rows(tmp_path_factory, minutes, data):
    values = [data.draw(st.integers(340, 420)) / 10 for _ in minutes]
    crp = [data.draw(st.integers(0, 900)) for _ in minutes]
    rows = []
    for minute, temperature, one in zip(minutes, values, crp, strict=True):
        clock = f"{minute // 60:02}:{minute % 60:02}"
        rows += [at(clock, "TEMP", temperature, "C,,,"), at(clock, "CRP", one, "mg/L,,,")]
    visits, intake, faults = take_in(tmp_path_factory.mktemp("day"), "".join(data.draw(st.permutations(rows))))
    assert not faults and intake.kept == len(rows)
    assert visits.column("TEMP").tolist() == [max(values)]
    assert visits.column("CRP").tolist() == [crp[int(np.argmax(minutes))]]


def test_times_of_sdtm_findings_tell_values_of_a_day_apart(tmp_path):
    columns = [Column(name, name, "string") for name in ("USUBJID", "VSTESTCD", "VSORRES", "VSORRESU", "VSDTC")]
    rows = [
        ("A", "TEMP", "37.2", "C", "2025-03-01T06:00"),
        ("A", "TEMP", "39.1", "C", "2025-03-01T18:30"),
        ("A", "SYSBP", "118", "mmHg", "2025-03-01T06:00"),
        ("A", "SYSBP", "84", "mmHg", "2025-03-01T18:30"),
    ]
    write_dataset_json(Dataset.of_rows("VS", "Vital Signs", columns, rows), tmp_path / "vs.json", created="2026-01-01T00:00:00")
    faults = Faults()
    with read_visits([tmp_path], faults) as intake:
        (visits,) = intake.batches()
    assert not len(faults)
    assert (visits.column("TEMP").tolist(), visits.column("SYSBP").tolist()) == ([39.1], [84])


def test_date_and_time_of_adam_count_more_than_its_date(tmp_path):
    columns = [Column(name, name, "string") for name in ("USUBJID", "PARAMCD")]
    columns += [Column("AVAL", "AVAL", "float"), Column("AVALU", "AVALU", "string")]
    columns += [Column("ADT", "ADT", "date"), Column("ADTM", "ADTM", "datetime")]
    day = "2025-03-01"
    rows = [
        ("A", "TEMP", 37.2, "C", day, f"{day}T06:00:00"),
        ("A", "TEMP", 39.1, "C", day, f"{day}T18:30:00"),
        ("A", "ICE", 9.0, "", day, ""),
    ]
    dataset = Dataset.of_rows("ADVS", "Vital Signs", columns, rows)
    write_dataset_json(dataset, tmp_path / "advs.json", created="2026-01-01T00:00:00")
    faults = Faults()
    with read_visits([tmp_path], faults) as intake:
        tables = list(intake.batches())
    assert not len(faults), next(iter(faults))
    assert tables[0].column("TEMP").tolist() == [39.1]

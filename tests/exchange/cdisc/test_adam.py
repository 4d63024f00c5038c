"""A study in ADaM becomes the same visits as the same patients in a tidy CSV."""

import pytest


@pytest.fixture(scope="module")
def as_tidy(studies, tmp_path_factory):
    """The tidy CSV of the patients with age and sex on day 0, from which ADSL counts, and hypotension on that day alone."""
    path = tmp_path_factory.mktemp("tidy") / "visits.csv"
    rows = []
    for row in studies.tidy():
        patient, when, item, *rest = row
        if item in ("AGE", "SEX"):
            when = studies.on(patient, 0)
        rows.append((patient, when, item, "yes") if item == "HYPOTENSION" else (patient, when, item, *rest))
    studies.write_tidy(path, rows)
    visits, _, faults = studies.read(path)
    assert not faults
    return visits


@pytest.mark.parametrize("ending", [".xpt", ".json"])
def test_study_in_adam_equals_the_tidy_csv(studies, as_tidy, tmp_path, ending):
    visits, intake, faults = studies.read(studies.write(tmp_path / "adam", studies.adam(), ending))
    assert not faults
    studies.assert_same(visits, as_tidy)
    assert "ADLB: 16 rows derived from others, not read" in intake.notes
    assert "ADSLEDAI: not used by any score: SLETOT 16 rows" in intake.notes
    assert [event.start_day for event in intake.adverse_events.rows] == [1, 1, 1, 1]


def subject(**more):
    return {"USUBJID": "A", "AGE": 30, "SEX": "F", "TRTSDT": "2025-03-01", **more}


def value(**more):
    row = {"USUBJID": "A", "PARAMCD": "CRP", "PARAM": "CRP (mg/L)", "ADT": "2025-03-02", "ADY": 2, "AVAL": 5.0, "AVALC": ""}
    return row | more


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"PARAM": "CRP (mmol/L)"}, "PARAM", "no unit of CRP 'mmol/L'"),
        ({"PARAM": "CRP"}, "PARAM", "CRP needs its unit"),
        ({"AVAL": None, "AVALC": "high"}, "AVALC", "'high' is not a number"),
        ({"AVAL": -1.0}, "AVAL", "-1 mg/L is impossible"),
        ({"ADT": None, "ADY": None}, "ADT", "neither a date nor a day"),
        ({"ADT": None, "ADY": 0}, "ADY", "day 0: study days have no day 0"),
        ({"USUBJID": "B"}, "USUBJID", "no subject 'B' in ADSL"),
        ({"PARAMCD": "SLE25", "PARCAT1": "SLEDAI-2K"}, "PARAMCD", "no item 'SLE25' in category SLEDAI-2K"),
        ({"PARAMCD": "BILREN", "AVAL": 4.0}, "AVAL", "'4' is no word of BILAG_RENAL"),
    ],
)
def test_faulty_value_is_one_fault(studies, tmp_path, change, column, reason):
    datasets = {"ADSL": [subject()], "ADLBX": [value(ADT="2025-03-09"), value() | change, value(ADT="2025-03-20")]}
    _, _, faults = studies.read(studies.write(tmp_path / "s", datasets, ".json"))
    assert [fault[:3] for fault in faults] == [("adlbx.json", 2, column)]
    assert faults[0][3].startswith(reason)


def test_dates_held_as_plain_numbers_of_sas_are_dates(studies, tmp_path):
    datasets = {"ADSL": [subject()], "ADLB": [value(ADT=23803.0)]}
    visits, _, faults = studies.read(studies.write(tmp_path / "s", datasets, ".xpt"))
    assert not faults and visits.day.tolist() == [0, 2]


def test_leaving_the_study_stands_in_adsl(studies, tmp_path):
    rows = [subject(EOSSTT="DISCONTINUED", EOSDT="2025-04-01")]
    visits, _, faults = studies.read(studies.write(tmp_path / "s", {"ADSL": rows}, ".json"))
    assert not faults and visits.day.tolist() == [0, 31] and visits.column("DROPOUT").tolist()[-1] == 1


def test_daily_prednisone_equivalents_may_stand_in_adcm(studies, tmp_path):
    row = {"USUBJID": "A", "CMDECOD": "METHYLPREDNISOLONE", "PREDEQ": 10.0, "ASTDT": "2025-03-01", "AENDT": "2025-03-31"}
    visits, _, faults = studies.read(studies.write(tmp_path / "s", {"ADSL": [subject()], "ADCM": [row]}, ".json"))
    assert not faults and visits.column("PREDNISONE").tolist() == [10]

"""Records that the standard keeps apart are no conflict: the item takes one by its rule; what no rule decides is a fault."""

import pytest

SUBJECT = {"USUBJID": "A", "AGE": 30, "SEX": "F", "RFSTDTC": "2025-03-01"}


def read(studies, folder, domain, rows, ending=".json"):
    empty = dict.fromkeys([name for row in rows for name in row], "")
    datasets = {"DM": [SUBJECT], domain: [empty | row for row in rows]}
    return studies.read(studies.write(folder / "s", datasets, ending))


def sign(code, value, unit, **more):
    return {"USUBJID": "A", "VSTESTCD": code, "VSORRES": value, "VSORRESU": unit, "VSDTC": "2025-03-03", **more}


APART = {
    "position": ({"VSPOS": "SUPINE"}, {"VSPOS": "STANDING"}, {"VSPOS": "SITTING"}),
    "repetition": ({"VSREPNUM": "1"}, {"VSREPNUM": "2"}, {"VSREPNUM": "3"}),
    "time point": ({"VSTPT": "PRE-DOSE"}, {"VSTPT": "1 H"}, {"VSTPT": "2 H"}),
    "number of the time point": ({"VSTPTNUM": "1"}, {"VSTPTNUM": "2"}, {"VSTPTNUM": "3"}),
    "evaluator": ({"VSEVAL": "INVESTIGATOR"}, {"VSEVAL": "ADJUDICATOR"}, {"VSEVAL": "ADJUDICATOR", "VSEVALID": "ADJ 2"}),
    "side": ({"VSLAT": "LEFT"}, {"VSLAT": "RIGHT"}, {"VSLAT": ""}),
    "place": ({"VSLOC": "ARM"}, {"VSLOC": "LEG"}, {"VSLOC": "FINGER"}),
    "method": ({"VSMETHOD": "AUSCULTATION"}, {"VSMETHOD": "PALPATION"}, {"VSMETHOD": "OSCILLOMETRY"}),
    "identifier of the sponsor": ({"VSSPID": "1"}, {"VSSPID": "2"}, {"VSSPID": "3"}),
}


@pytest.mark.parametrize("apart", APART.values(), ids=list(APART))
def test_the_lowest_pressure_of_records_kept_apart_counts(studies, tmp_path, apart):
    rows = [sign("SYSBP", value, "mmHg", **more) for value, more in zip(("118", "92", "104"), apart, strict=True)]
    visits, intake, faults = read(studies, tmp_path, "VS", rows)
    assert not faults and visits.column("SYSBP")[-1] == 92 and intake.duplicates == 0
    assert "SYSBP: 3 values of days with several, the lowest of each day taken" in intake.notes


def test_two_values_of_one_record_stay_faults(studies, tmp_path):
    rows = [sign("SYSBP", value, "mmHg", VSPOS="SUPINE") for value in ("118", "92")]
    _, _, faults = read(studies, tmp_path, "VS", rows)
    assert [row for _, row, _, _ in faults] == [1, 2]


@pytest.mark.parametrize("name", ["VSREPNUM", "VSTPTNUM"])
def test_where_the_latest_counts_the_order_of_records_decides(studies, tmp_path, name):
    rows = [sign("WEIGHT", value, "kg", **{name: number}) for value, number in (("71", "2"), ("70", "1"), ("72", "10"))]
    visits, _, faults = read(studies, tmp_path, "VS", rows)
    assert not faults and visits.column("WEIGHT")[-1] == 72


def test_where_the_latest_counts_and_nothing_orders_the_records_they_are_faults(studies, tmp_path):
    row = {"USUBJID": "A", "LBTESTCD": "DDNAIGAB", "LBORRESU": "IU/mL", "LBDTC": "2025-03-03"}
    rows = [row | {"LBORRES": "30", "LBMETHOD": "ELISA"}, row | {"LBORRES": "90", "LBMETHOD": "FARR ASSAY"}]
    _, _, faults = read(studies, tmp_path, "LB", rows)
    assert len(faults) == 2 and "anti" not in faults[0][3]


def test_findings_about_two_events_are_two_records(studies, tmp_path):
    row = {"USUBJID": "A", "FATESTCD": "TEMP", "FAORRESU": "C", "FADTC": "2025-03-03"}
    rows = [row | {"FAOBJ": "CRS", "FAORRES": "39"}, row | {"FAOBJ": "INFECTION", "FAORRES": "38"}]
    visits, _, faults = read(studies, tmp_path, "FA", rows)
    assert not faults and visits.column("TEMP")[-1] == 39


def test_values_in_adam_keep_the_key_of_what_they_were_made_from(studies, tmp_path):
    row = {"USUBJID": "A", "PARAMCD": "SYSBP", "PARAM": "Systolic (mmHg)", "ADT": "2025-03-03"}
    rows = [row | {"AVAL": 118.0, "VSPOS": "SUPINE", "ATPT": "1 H"}, row | {"AVAL": 92.0, "VSPOS": "STANDING", "ATPT": "1 H"}]
    visits, _, faults = studies.read(studies.write(tmp_path / "s", {"ADVS": rows}, ".json"))
    assert not faults and visits.column("SYSBP").tolist() == [92]


def test_what_was_recorded_counts_before_what_was_derived(studies, tmp_path):
    row = {"USUBJID": "A", "LBTESTCD": "GFRBSCRT", "LBORRESU": "mL/min/1.73 m2", "LBDTC": "2025-03-03"}
    rows = [row | {"LBORRES": "55", "LBDRVFL": "Y"}, row | {"LBORRES": "61", "LBDRVFL": ""}]
    rows.append(row | {"LBORRES": "70", "LBDRVFL": "Y", "LBDTC": "2025-03-09"})
    visits, _, faults = read(studies, tmp_path, "LB", rows)
    assert not faults and visits.column("EGFR")[-2:].tolist() == [61, 70]

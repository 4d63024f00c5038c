"""A study in SDTM becomes the same visits as the same patients in a tidy CSV; what cannot be read is reported row by row."""

import math

import pytest

from immunoreset.cli import guarded
from immunoreset.exchange.adverse_events import adverse_event_table


@pytest.fixture(scope="module")
def as_tidy(studies, tmp_path_factory):
    path = tmp_path_factory.mktemp("tidy") / "visits.csv"
    studies.write_tidy(path)
    visits, _, faults = studies.read(path)
    assert not faults
    return visits


@pytest.mark.parametrize("ending", [".xpt", ".json", ".ndjson", ".dsjc"])
def test_study_in_sdtm_equals_the_tidy_csv(studies, as_tidy, tmp_path, ending):
    visits, intake, faults = studies.read(studies.write(tmp_path / "sdtm", studies.sdtm(), ending))
    assert not faults
    studies.assert_same(visits, as_tidy)
    assert len(intake.files) == 12


def test_days_count_from_the_infusion_although_study_days_do_not(studies, as_tidy):
    assert sorted(set(as_tidy.day.tolist())) == [-10, -5, 0, 14, 28, 60]


def test_what_no_score_uses_is_counted_by_code(studies, tmp_path):
    _, intake, _ = studies.read(studies.write(tmp_path / "sdtm", studies.sdtm(), ".json"))
    assert "LB: not used by any score: CREAT (URINE) 16 rows, SODIUM (SERUM) 16 rows" in intake.notes
    assert "CM: not used by any score: ASPIRIN 4 rows" in intake.notes
    assert "RS: not used by any score: SLETOT 16 rows" in intake.notes
    assert "IS: not used by any score: ATIGGAB (SMITH ANTIGENS) 16 rows" in intake.notes
    assert "EX: not used by any score: FLUDARABINE 4 rows" in intake.notes
    assert "AE: not used by any score: NAUSEA 4 rows" in intake.notes
    assert "CM: 4 rows of glucocorticoids not given by mouth or injection, which do not count" in intake.notes


def test_adverse_events_are_kept_with_days_from_the_infusion(studies, tmp_path):
    _, intake, _ = studies.read(studies.write(tmp_path / "sdtm", studies.sdtm(), ".xpt"))
    release, infection = intake.adverse_events.of("crs"), intake.adverse_events.of("infection")
    assert [event.patient for event in release] == list(studies.PATIENTS)
    assert {(event.start_day, event.end_day, event.grade, event.related) for event in release} == {(1, 4, 2, "Y")}
    assert [(event.patient, event.grade, event.outcome) for event in infection] == [("S-04", 5, "FATAL")]
    assert len(intake.adverse_events.table()) == 5


def subject(patient="A", **more):
    return {"USUBJID": patient, "AGE": 30, "SEX": "F", "RFSTDTC": "2025-03-01", **more}


def lab(**more):
    row = {
        "USUBJID": "A",
        "LBTESTCD": "CRP",
        "LBSTRESN": 5.0,
        "LBSTRESC": "5",
        "LBSTRESU": "mg/L",
        "LBDTC": "2025-03-02",
        "LBDY": 2,
    }
    return row | more


def faults_of(studies, tmp_path, datasets):
    return studies.read(studies.write(tmp_path / "study", datasets, ".json"))[2]


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"LBSTRESU": "mmol/L"}, "LBSTRESU", "no unit of CRP 'mmol/L'"),
        ({"LBSTRESU": ""}, "LBSTRESU", "CRP needs its unit"),
        ({"LBSTRESN": None, "LBSTRESC": "NEGATIVE"}, "LBSTRESC", "'NEGATIVE' is not a number"),
        ({"LBSTRESN": -5.0}, "LBSTRESN", "-5 mg/L is impossible"),
        ({"LBDTC": "03.2025"}, "LBDTC", "'03.2025' is not a full ISO date"),
        ({"LBDTC": "2025-02-30"}, "LBDTC", "there is no date 2025-02-30 in the calendar"),
        ({"LBDTC": "", "LBDY": None}, "LBDTC", "neither a date nor a day"),
        ({"LBDTC": "", "LBDY": 0}, "LBDY", "day 0: study days have no day 0"),
        ({"USUBJID": "B"}, "USUBJID", "no subject 'B' in DM"),
        ({"USUBJID": ""}, "USUBJID", "no patient"),
        ({"LBSTNRLO": 9.0, "LBSTNRHI": 1.0}, "LBSTNRLO", "the lower limit is above the upper"),
        ({"LBSTRESN": None, "LBSTRESC": "", "LBORRES": "high", "LBORRESU": "mg/L"}, "LBORRES", "'high' is not a number"),
    ],
)
def test_faulty_laboratory_row_is_one_fault(studies, tmp_path, change, column, reason):
    rows = [lab(), lab(LBDTC="2025-03-09") | change, lab(LBDTC="2025-03-20")]
    faults = faults_of(studies, tmp_path, {"DM": [subject()], "LB": rows})
    assert [fault[:3] for fault in faults] == [("lb.json", 2, column)]
    assert faults[0][3].startswith(reason)


def test_a_result_that_was_not_standardised_is_read_as_collected(studies, tmp_path):
    row = lab(LBSTRESN=None, LBSTRESC="", LBSTRESU="", LBORRES="0.7", LBORRESU="mg/dL", LBORNRHI="0.5")
    visits, _, faults = studies.read(studies.write(tmp_path / "s", {"DM": [subject()], "LB": [row]}, ".json"))
    assert not faults
    assert visits.column("CRP").tolist()[-1] == 7 and visits.upper_limit("CRP").tolist()[-1] == 5


@pytest.mark.parametrize(
    ("result", "written"),
    [
        ({"LBSTRESN": None, "LBSTRESC": "<0.6"}, "<0.6"),
        ({"LBSTRESN": 0.6, "LBSTRESC": "<0.6"}, "<0.6"),  # the number is the limit
        ({"LBSTRESN": 0.3, "LBSTRESC": "0.3", "LBORRES": "<0.06", "LBORRESU": "mg/dL"}, "<0.6"),  # half of it was put in
        ({"LBSTRESN": 600.0, "LBSTRESC": "", "LBORRES": "> 60", "LBORRESU": "mg/dL"}, ">600"),
        ({"LBSTRESN": None, "LBSTRESC": "", "LBORRES": ">=60", "LBORRESU": "mg/dL"}, ">=600"),
        ({"LBSTRESN": 600.0, "LBSTRESC": "600", "LBORRES": "60", "LBORRESU": "mg/dL"}, ""),
    ],
)
def test_a_result_with_a_limit_keeps_its_sign_wherever_it_stands(studies, tmp_path, result, written):
    row = lab(**result)
    visits, intake, faults = studies.read(studies.write(tmp_path / "s", {"DM": [subject()], "LB": [row]}, ".json"))
    assert not faults and intake.censored == ({"CRP": 1} if written else {})
    assert visits.written("CRP")[-1] == written


def test_without_an_infusion_day_0_is_the_reference_date(studies, tmp_path):
    rows = [lab(LBDTC="2025-03-08", LBDY=8), lab(LBDTC="", LBDY=-3), lab(LBDTC="", LBDY=1)]
    visits, _, faults = studies.read(studies.write(tmp_path / "s", {"DM": [subject()], "LB": rows}, ".json"))
    assert not faults and visits.day.tolist() == [-3, 0, 7]


def test_study_days_alone_meet_the_infusion_without_dm(studies, tmp_path):
    infusion = {"USUBJID": "A", "EXTRT": "CAR-T", "EXDOSE": 1.0, "EXSTDTC": "2025-03-06", "EXSTDY": 6}
    datasets = {"EX": [infusion], "LB": [lab(LBDTC="", LBDY=8), lab(LBDTC="", LBDY=-1)]}
    visits, _, faults = studies.read(studies.write(tmp_path / "s", datasets, ".json"))
    assert not faults and visits.day.tolist() == [-6, 0, 2]


def test_an_infusion_that_was_not_given_is_none_and_a_name_can_be_given(studies, tmp_path):
    rows = [
        {"USUBJID": "A", "EXTRT": "XYZ-101", "EXDOSE": 0.0, "EXSTDTC": "2025-03-06"},
        {"USUBJID": "A", "EXTRT": "XYZ-101", "EXDOSE": 1.0, "EXSTDTC": "2025-03-07"},
    ]
    folder = studies.write(tmp_path / "s", {"DM": [subject()], "EX": rows}, ".json")
    visits, intake, _ = studies.read(folder, product="xyz-101")
    assert visits.day.tolist() == [-6, 0] and visits.column("INFUSION").tolist()[-1] == 1
    assert "EX: 1 row where the drug was not given" in intake.notes
    assert "EX: infusions of the cell product, named 'xyz-101': XYZ-101 1" in intake.notes
    visits, intake, _ = studies.read(folder)
    assert not visits.has("INFUSION")
    assert any("no row is a cell product" in note for note in intake.notes)


def test_what_is_taken_for_the_cell_product_is_said_and_so_is_a_product_without_exposure(studies, tmp_path):
    _, intake, _ = studies.read(studies.write(tmp_path / "s", studies.sdtm(), ".json"))
    assert "EX: infusions of the cell product, by its words: CD19 CAR-T cells 4" in intake.notes
    folder = studies.write(tmp_path / "t", {"DM": [subject()], "LB": [lab()]}, ".json")
    _, intake, _ = studies.read(folder, product="xyz-101")
    assert "the product 'xyz-101' was not looked for: there is no EX or EC" in intake.notes


def test_adverse_events_make_a_table_with_days_and_grades_by_patient(studies, tmp_path):
    _, intake, _ = studies.read(studies.write(tmp_path / "s", studies.sdtm(), ".json"))
    table = adverse_event_table(intake)
    assert table["patient"].tolist() == ["S-01", "S-02", "S-03", "S-04", "S-04"]
    last = table.iloc[-1].to_dict()
    assert last == {
        "patient": "S-04",
        "kind": "infection",
        "term": "Lung abscess",
        "start": 50,
        "end": 60,
        "grade": 5,
        "related": "",
    }
    _, none, _ = studies.read(studies.write(tmp_path / "t", {"DM": [subject()], "LB": [lab()]}, ".json"))
    assert adverse_event_table(none).dtypes.equals(table.dtypes) and adverse_event_table(none).empty


def test_unknown_code_in_a_category_of_ours_is_a_fault_and_elsewhere_counted(studies, tmp_path):
    row = {"USUBJID": "A", "RSDTC": "2025-03-02", "RSSTRESC": "Y"}
    rows = [row | {"RSTESTCD": "SLE25", "RSCAT": "SLEDAI-2K"}, row | {"RSTESTCD": "NTRGRESP", "RSCAT": "RECIST 1.1"}]
    _, intake, faults = studies.read(studies.write(tmp_path / "s", {"DM": [subject()], "RS": rows}, ".json"))
    assert [fault[:3] for fault in faults] == [("rs.json", 1, "RSTESTCD")]
    assert "RS: not used by any score: NTRGRESP 1 row" in intake.notes


@pytest.mark.parametrize(
    ("code", "value", "reason"),
    [
        ("SLE01", "MAYBE", "'MAYBE' is neither yes nor no"),
        ("SLE01", "4", "'4' is neither yes nor no"),
        ("BILREN", "F", "'F' is no word of BILAG_RENAL"),
        ("ICE", "11", "11 is impossible"),
        ("PGA", "2", "PGA needs its unit"),
    ],
)
def test_faulty_rating_is_one_fault(studies, tmp_path, code, value, reason):
    row = {"USUBJID": "A", "RSTESTCD": code, "RSDTC": "2025-03-02", "RSSTRESC": value, "RSSTRESU": ""}
    faults = faults_of(studies, tmp_path, {"DM": [subject()], "RS": [row]})
    assert len(faults) == 1 and faults[0][:2] == ("rs.json", 1) and faults[0][3].startswith(reason)


def test_the_unit_of_a_scale_may_stand_in_the_name_of_the_test(studies, tmp_path):
    row = {"USUBJID": "A", "RSTESTCD": "PGA", "RSTEST": "Physician Global (0-100)", "RSDTC": "2025-03-02", "RSSTRESC": "50"}
    visits, _, faults = studies.read(studies.write(tmp_path / "s", {"DM": [subject()], "RS": [row]}, ".json"))
    assert not faults and visits.column("PGA").tolist()[-1] == 1.5


def test_what_was_not_done_is_counted(studies, tmp_path):
    row = {"USUBJID": "A", "VSTESTCD": "TEMP", "VSDTC": "", "VSSTRESC": "", "VSSTAT": "NOT DONE"}
    _, intake, faults = studies.read(studies.write(tmp_path / "s", {"DM": [subject()], "VS": [row]}, ".json"))
    assert not faults and "VS: 1 row where nothing was done" in intake.notes


def test_daily_signs_of_toxicity_are_read_from_fa(studies, tmp_path):
    row = {"USUBJID": "A", "FADTC": "2025-03-02", "FACAT": "ASTCT 2019", "FAOBJ": "Cytokine release syndrome"}
    rows = [
        row | {"FATESTCD": "OCCUR", "FAOBJ": "Hypotension", "FASTRESC": "Y"},
        row | {"FATESTCD": "OXYGEN", "FASTRESC": "nasal cannula"},
        row | {"FATESTCD": "PRESSORS", "FASTRESC": "1"},
        row | {"FATESTCD": "TOXGR", "FASTRESC": "3"},
        row | {"FATESTCD": "MOOD", "FASTRESC": "low"},
    ]
    visits, intake, faults = studies.read(studies.write(tmp_path / "s", {"DM": [subject()], "FA": rows}, ".json"))
    assert [fault[:3] for fault in faults] == [("fa.json", 5, "FATESTCD")]
    assert visits.column("HYPOTENSION").tolist()[-1] == 1 and visits.words("OXYGEN").tolist()[-1] == "nasal_cannula"
    assert visits.column("PRESSORS").tolist()[-1] == 1 and "FA: not used by any score: TOXGR 1 row" in intake.notes


def test_leaving_the_study_is_no_death_and_no_end_of_treatment(studies, tmp_path):
    row = {"USUBJID": "A", "DSCAT": "DISPOSITION EVENT", "DSSCAT": "STUDY", "DSSTDTC": "2025-04-01"}
    rows = [
        row | {"DSDECOD": "WITHDRAWAL BY SUBJECT"},
        row | {"DSDECOD": "ADVERSE EVENT", "DSSCAT": "END OF TREATMENT", "DSSTDTC": "2025-03-20"},
        row | {"DSDECOD": "RANDOMIZED", "DSCAT": "PROTOCOL MILESTONE"},
    ]
    visits, intake, faults = studies.read(studies.write(tmp_path / "s", {"DM": [subject()], "DS": rows}, ".json"))
    assert not faults and visits.column("DROPOUT").tolist()[-1] == 1 and visits.day.tolist()[-1] == 31
    assert "DS: not used by any score: ADVERSE EVENT 1 row, RANDOMIZED 1 row" in intake.notes


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"AETOXGR": "7"}, "AETOXGR", "'7' is not a grade from 1 to 5"),
        ({"AESTDTC": "MAR2025"}, "AESTDTC", "'MAR2025' is not a full ISO date"),
        ({"AESTDTC": ""}, "AESTDTC", "neither a date nor a day"),
        ({"AEENDTC": "2025-03-01"}, "AEENDTC", "the end is before the start"),
        ({"USUBJID": "B"}, "USUBJID", "no subject 'B' in DM"),
    ],
)
def test_faulty_adverse_event_is_one_fault(studies, tmp_path, change, column, reason):
    row = {"USUBJID": "A", "AETERM": "CRS", "AETOXGR": "2", "AESTDTC": "2025-03-03", "AEENDTC": "2025-03-05"}
    folder = studies.write(tmp_path / "s", {"DM": [subject()], "AE": [row | change, row]}, ".json")
    _, intake, faults = studies.read(folder)
    assert [fault[:3] for fault in faults] == [("ae.json", 1, column)]
    assert faults[0][3].startswith(reason)
    assert len(intake.adverse_events) == 1


def test_a_fatal_event_without_an_end_needs_the_date_of_death_elsewhere(studies, tmp_path):
    row = {"USUBJID": "A", "AETERM": "Myocardial infarction", "AEOUT": "FATAL", "AESTDTC": "2025-03-03", "AEENDTC": ""}
    assert faults_of(studies, tmp_path, {"DM": [subject()], "AE": [row]}) == [
        ("ae.json", 1, "AEENDTC", "neither a date nor a day")
    ]
    folder = studies.write(tmp_path / "t", {"DM": [subject(DTHDTC="2025-03-04")], "AE": [row]}, ".json")
    visits, _, faults = studies.read(folder)
    assert not faults and visits.column("DEATH").tolist()[-1] == 1


def test_two_dates_of_death_are_a_fault(studies, tmp_path):
    row = {"USUBJID": "A", "AETERM": "Sepsis", "AEOUT": "FATAL", "AESTDTC": "2025-03-03", "AEENDTC": "2025-03-09"}
    faults = faults_of(studies, tmp_path, {"DM": [subject(DTHDTC="2025-03-05")], "AE": [row]})
    assert len(faults) == 1 and "after the death of this patient" in faults[0][3]


def test_subjects_without_a_reference_date_are_counted_and_one_that_is_no_date_is_a_fault(studies, tmp_path):
    rows = [subject(), subject("B", RFSTDTC=""), subject("C", RFSTDTC="03.2025")]
    _, intake, faults = studies.read(studies.write(tmp_path / "s", {"DM": rows}, ".json"))
    assert [fault[:3] for fault in faults] == [("dm.json", 3, "RFSTDTC")]
    assert any("2 rows of subjects without a date of reference" in note for note in intake.notes)


def test_grade_of_an_event_may_be_missing(studies, tmp_path):
    row = {"USUBJID": "A", "AETERM": "CRS", "AESTDTC": "2025-03-03"}
    _, intake, _ = studies.read(studies.write(tmp_path / "s", {"DM": [subject()], "AE": [row]}, ".json"))
    assert math.isnan(intake.adverse_events.rows[0].grade) and intake.adverse_events.rows[0].start_day == 2


def test_a_study_stripped_of_all_dates_counts_in_days(studies, tmp_path):
    infusion = {"USUBJID": "A", "EXTRT": "CAR-T", "EXSTDY": 6}
    datasets = {"DM": [subject(RFSTDTC="")], "EX": [infusion], "LB": [lab(LBDTC="", LBDY=8), lab(LBDTC="", LBDY=-1)]}
    visits, _, faults = studies.read(studies.write(tmp_path / "s", datasets, ".json"))
    assert not faults and visits.day.tolist() == [-6, -5, 0, 2]
    assert visits.column("AGE").tolist()[1] == 30


def test_dates_without_a_reference_date_count_from_the_first(studies, tmp_path):
    datasets = {"DM": [subject(RFSTDTC="")], "LB": [lab(LBDY=None), lab(LBDY=None, LBDTC="2025-03-09")]}
    visits, _, faults = studies.read(studies.write(tmp_path / "s", datasets, ".json"))
    assert not faults and visits.day.tolist() == [0, 7]


@pytest.mark.parametrize("form", ["json", "xpt"])
def test_site_race_and_arm_of_dm_stand_in_adsl_and_are_read_back(studies, tmp_path, form):
    told = {"SITEID": "101", "RACE": "ASIAN", "ARM": "CAR-T", "ACTARM": "CAR-T"}
    folder = studies.write(tmp_path / "s", {"DM": [subject(**told)], "LB": [lab()]}, ".json")
    assert guarded(["score", str(folder), "--adam", form, "--out", str(tmp_path / "run")]) == 0
    _, intake, faults = studies.read(tmp_path / "run" / "adam")
    assert not faults and intake.subjects == {"A": told}

"""A date known only in part refuses nothing: the row is kept with what is known, counted and said; no day is invented."""

import math

import pytest

from immunoreset.exchange.cdisc.partial_dates import span

SUBJECT = {"USUBJID": "A", "AGE": 30, "SEX": "F", "RFSTDTC": "2025-03-01"}
DAYS = ("2025-01-15", "2025-02-10", "2025-03-09", "2025-04-20", "2025-06-01")
VISITS = [{"USUBJID": "A", "RSTESTCD": "ICE", "RSORRES": "9", "RSDTC": day} for day in DAYS]


def read(studies, folder, datasets, subject=SUBJECT, **options):
    return studies.read(studies.write(folder / "s", {"DM": [subject], "RS": VISITS} | datasets, ".json"), **options)


def noted(intake, *words):
    return any(all(word in note for word in words) for note in intake.notes)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2024-02", ("2024-02-01", "2024-02-29")), ("2025", ("2025-01-01", "2025-12-31")),
        ("2025---09", ("2025-01-09", "2025-12-09")),
        ("--03-09", ("1900-03-09", "2100-03-09")), ("2025-03-09", None), ("2025-13", None), ("MAR2025", None),
        ("2025-02-30", None),
    ],
)  # fmt: skip
def test_what_a_date_in_part_leaves_possible(text, found):
    assert span(text) == found


def drug(start, end, name="PREDNISONE", **more):
    row = {"USUBJID": "A", "CMDECOD": name, "CMDOSE": 10.0, "CMDOSU": "mg", "CMDOSFRQ": "QD", "CMSTDTC": start, "CMENDTC": end}
    return row | more


@pytest.mark.parametrize(
    ("start", "end", "taken"),
    [
        ("2025-01", "2025-04", [0, 1, 1, 0, 0]), ("2024", "2025-03-09", [1, 1, 1, 0, 0]), ("2025-02-10", "2025", [0, 0, 0, 0, 0]),
        ("2025-02", "", [0, 0, 1, 1, 1]), ("2025-03", "2025-03", [0, 0, 0, 0, 0]),
    ],
)  # fmt: skip
def test_a_drug_counts_on_the_days_on_which_it_was_taken_for_certain(studies, tmp_path, start, end, taken):
    visits, intake, faults = read(studies, tmp_path, {"CM": [drug(start, end), drug(start, end, "TACROLIMUS")]})
    assert not faults
    for code, value in (("PREDNISONE", 10), ("IMMUNOSUPPRESSANT", 1)):
        column = visits.column(code)[visits.column("ICE") == 9]
        assert [one == value for one in column.tolist()] == [bool(one) for one in taken], code
    assert noted(intake, "CM: 2 rows", "known only in part") or noted(intake, "CM: 2 rows", "for certain")


def test_what_is_open_is_not_taken_as_free_of_the_drug(studies, tmp_path):
    visits, _, faults = read(studies, tmp_path, {"CM": [drug("2025-02", "2025-04")]}, all_drugs_listed=True)
    column = visits.column("PREDNISONE")[visits.column("ICE") == 9]
    assert not faults and [("?" if value != value else value) for value in column.tolist()] == [0, "?", 10, "?", 0]


@pytest.mark.parametrize("start", ["2025", "2025-03"])
def test_an_adverse_event_is_kept_without_its_day(studies, tmp_path, start):
    events = [{"USUBJID": "A", "AETERM": "Cytokine release syndrome", "AETOXGR": "2", "AESTDTC": start, "AEENDTC": ""}]
    _, intake, faults = read(studies, tmp_path, {"AE": events})
    (event,) = intake.adverse_events.rows
    assert not faults and event.start == start and math.isnan(event.start_day) and event.grade == 2
    assert noted(intake, "AE: 1 row kept with a date known only in part")


FINDING = {"USUBJID": "A", "LBTESTCD": "CRP", "LBORRES": "5", "LBORRESU": "mg/L", "LBDTC": "2025-03"}
IN_PART = {
    "LB": FINDING,
    "EX": {"USUBJID": "A", "EXTRT": "CAR-T", "EXSTDTC": "2025-03"},
    "DS": {"USUBJID": "A", "DSDECOD": "DEATH", "DSSTDTC": "2025-08"},
    "CE": {"USUBJID": "A", "CETERM": "Hypotension", "CEDTC": "2025-03"},
    "VS": {"USUBJID": "A", "VSTESTCD": "TEMP", "VSORRES": "38", "VSORRESU": "C", "VSDTC": "2025"},
    "FA": {"USUBJID": "A", "FATESTCD": "OCCUR", "FAOBJ": "Hypotension", "FASTRESC": "Y", "FADTC": "2025-03"},
    "CM": drug("2025-03", "2025-03"),
    "MH": {"USUBJID": "A", "MHTERM": "SYSTEMIC LUPUS ERYTHEMATOSUS", "MHSTDTC": "2019"},
}


@pytest.mark.parametrize("domain", list(IN_PART))
def test_no_domain_is_refused_for_a_date_in_part_and_every_one_says_so(studies, tmp_path, domain):
    visits, intake, faults = read(studies, tmp_path, {domain: [IN_PART[domain]]})
    assert not faults and len(visits) == len(DAYS) + 1  # and the reference date, with age and sex
    assert domain == "MH" or noted(intake, f"{domain}: 1 row")


def test_a_study_day_beside_a_date_in_part_tells_the_day(studies, tmp_path):
    visits, _, faults = read(studies, tmp_path, {"LB": [FINDING | {"LBDY": 3.0}]})
    assert not faults and visits.day[visits.column("CRP") == 5].tolist() == [2]


def test_subjects_with_dates_in_part_stay(studies, tmp_path):
    row = SUBJECT | {"RFSTDTC": "2025-03", "RFICDTC": "2025-01-15", "DTHDTC": "2025", "DTHFL": "Y"}
    visits, intake, faults = read(studies, tmp_path, {}, subject=row)
    assert not faults and visits.column("AGE")[0] == 30 and not visits.has("DEATH")
    assert noted(intake, "date of reference known only in part") and noted(intake, "died on a date that is not given in full")


def test_a_sign_that_lasts_counts_while_it_is_certain(studies, tmp_path):
    rows = [{"USUBJID": "A", "CETERM": "Hypotension", "CESTDTC": "2025-02", "CEENDTC": "2025-05"}]
    visits, _, faults = read(studies, tmp_path, {"CE": rows})
    seen = visits.column("HYPOTENSION")[visits.column("ICE") == 9]
    assert not faults and [value == 1 for value in seen.tolist()] == [False, False, True, True, False]


def test_a_date_that_was_imputed_gives_way_to_the_one_that_was_recorded_in_part(studies, tmp_path):
    event = {"USUBJID": "A", "AEDECOD": "CRS", "ASTDT": "2025-03-01", "ASTDTF": "D", "AESTDTC": "2025-03", "AETOXGR": "1"}
    subject = {"USUBJID": "A", "TRTSDT": "2025-03-01"}
    folder = studies.write(tmp_path / "s", {"ADSL": [subject], "ADAE": [event, event | {"AESTDTC": ""}]}, ".json")
    _, intake, faults = studies.read(folder)
    assert not faults and [one.start for one in intake.adverse_events.rows] == ["2025-03", "2025-03-01"]


def test_a_dose_that_may_be_a_thousand_times_larger_is_refused(studies, tmp_path):
    _, _, faults = read(studies, tmp_path, {"CM": [drug("2025-03-09", "2025-03-09") | {"CMDOSE": None, "CMDOSTXT": "1.000"}]})
    assert [(row, reason) for _, row, _, reason in faults] == [(1, "'1.000' may also mean 1000; write it without a mark")]

"""Drugs of CM become daily doses and yes or no to what scores ask about; what cannot be told is a fault."""

import pytest

from immunoreset.endpoints.items import items
from immunoreset.exchange.cdisc.dictionary import CELL_PRODUCT, drugs, flags, glucocorticoid, is_cell_product

SUBJECT = {"USUBJID": "A", "AGE": 30, "SEX": "F", "RFSTDTC": "2025-03-01"}
VISIT = {"USUBJID": "A", "VSTESTCD": "TEMP", "VSSTRESN": 37.0, "VSSTRESU": "C", "VSDTC": "2025-03-05"}
DRUG = {"USUBJID": "A", "CMTRT": "Prednisone", "CMDECOD": "PREDNISONE", "CMDOSE": 10.0, "CMDOSU": "mg", "CMDOSFRQ": "QD",
        "CMROUTE": "ORAL", "CMINDC": "LUPUS", "CMSTDTC": "2025-02-01", "CMENDTC": "2025-04-01", "CMENRF": "",
        "CMSTRF": ""}  # fmt: skip


def read(studies, tmp_path, *rows):
    """Visits on 5 March, notes and faults with these drugs."""
    datasets = {"DM": [SUBJECT], "VS": [VISIT], "CM": [DRUG | row for row in rows]}
    visits, intake, faults = studies.read(studies.write(tmp_path / "s", datasets, ".json"))
    return visits, intake.notes, faults


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, 10),
        ({"CMDOSFRQ": "BID"}, 20),
        ({"CMDOSFRQ": "QOD"}, 5),
        ({"CMDOSU": "g", "CMDOSE": 0.5}, 500),
        ({"CMDOSU": "mg/day", "CMDOSFRQ": ""}, 10),
        ({"CMDOSTOT": 15.0}, 15),
        ({"CMDECOD": "METHYLPREDNISOLONE SODIUM SUCCINATE", "CMDOSE": 8.0}, 10),
        ({"CMDECOD": "", "CMTRT": "Dexamethasone", "CMDOSE": 1.5}, 10),
        ({"CMENDTC": "", "CMENRF": "ONGOING"}, 10),
        ({"CMENDTC": ""}, 10),
        ({"CMSTDTC": "", "CMSTRF": "BEFORE"}, 10),
        ({"CMSTDTC": "2025-03-05", "CMENDTC": "2025-03-05", "CMDOSFRQ": ""}, 10),
        ({"CMSTDTC": "2025-03-05", "CMENDTC": "", "CMDOSFRQ": "ONCE"}, 10),
    ],
)
def test_daily_dose_in_prednisone_equivalents(studies, tmp_path, change, expected):
    visits, _, faults = read(studies, tmp_path, change)
    assert not faults
    assert visits.column("PREDNISONE").tolist()[-1] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"CMDOSE": None}, "CMDOSE", "a glucocorticoid without a dose"),
        ({"CMDOSU": "TABLET"}, "CMDOSE", "no unit of dose 'TABLET'"),
        ({"CMDOSU": ""}, "CMDOSE", "a dose needs its unit"),
        ({"CMDOSFRQ": "PRN"}, "CMDOSE", "'PRN' does not say how often a day"),
        ({"CMDOSFRQ": ""}, "CMDOSE", "nothing says how often a day"),
        ({"CMDOSE": 9000.0}, "CMDOSE", "9000 mg/day is impossible"),
        ({"CMSTDTC": "FEB2025"}, "CMSTDTC", "'FEB2025' is not a full ISO date"),
        ({"CMSTDTC": "FEB2025", "CMINDC": "CYTOKINE RELEASE SYNDROME"}, "CMSTDTC", "'FEB2025' is not a full ISO date"),
        ({"CMSTDTC": ""}, "CMSTDTC", "neither a date nor a day"),
        ({"CMENDTC": "2025-01-01"}, "CMENDTC", "the end is before the start"),
        ({"CMDECOD": "RITUXIMAB", "CMSTDTC": "24-01-05"}, "CMSTDTC", "'24-01-05' is not a full ISO date"),
        ({"USUBJID": "B"}, "USUBJID", "no subject 'B' in DM"),
    ],
)
def test_faulty_drug_is_one_fault(studies, tmp_path, change, column, reason):
    _, _, faults = read(studies, tmp_path, change)
    assert [fault[:3] for fault in faults] == [("cm.json", 1, column)]
    assert faults[0][3].startswith(reason)


def test_two_doses_of_one_drug_at_a_time_are_a_fault_of_both(studies, tmp_path):
    _, _, faults = read(studies, tmp_path, {}, {"CMDOSE": 5.0})
    assert [fault[:2] for fault in faults] == [("cm.json", 1), ("cm.json", 2)]
    assert "row 2" in faults[0][3] and "row 1" in faults[1][3]


def test_drugs_that_were_not_taken_or_not_systemic_are_counted(studies, tmp_path):
    visits, notes, faults = read(studies, tmp_path, {"CMOCCUR": "N"}, {"CMROUTE": "TOPICAL"}, {"CMDECOD": "OMEPRAZOLE"})
    assert not faults and not visits.has("PREDNISONE")
    assert "CM: 1 row where the drug was not given" in notes
    assert "CM: not used by any score: OMEPRAZOLE 1 row" in notes


def test_a_drug_without_an_end_is_taken_as_going_on_and_that_is_noted(studies, tmp_path):
    visits, notes, _ = read(studies, tmp_path, {"CMDECOD": "HYDROXYCHLOROQUINE", "CMENDTC": ""})
    assert visits.column("ANTIMALARIAL").tolist()[-1] == 1
    assert "CM: 1 row without an end: the drug is taken as going on" in notes


def test_a_glucocorticoid_for_cytokine_release_is_a_dose_and_a_sign(studies, tmp_path):
    visits, _, _ = read(studies, tmp_path, {"CMDECOD": "DEXAMETHASONE", "CMINDC": "CRS"})
    assert visits.column("CRS_STEROID").tolist()[-1] == 1 and visits.column("PREDNISONE").tolist()[-1] > 60


def test_every_drug_of_the_dictionary_leads_to_items_that_exist():
    for name, codes in drugs().items():
        assert codes and set(codes) <= set(items()) and flags(name.upper()) == codes
        assert not glucocorticoid(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("RAPCABTAGENE AUTOLEUCEL", True),
        ("Anti-CD19 CAR T", True),
        ("allogeneic CAR-NK", True),
        ("YTB323 | CELL THERAPY", True),
        ("CD19/BCMA CAR-T cell injection", True),
        ("CARBOPLATIN", False),
        ("CELLCEPT", False),
        ("FLUDARABINE | LYMPHODEPLETION", False),
        ("ANTI-T-CELL GLOBULIN", False),
        ("PACKED RED BLOOD CELLS", False),
        ("RITUXIMAB | B-CELL DEPLETION", False),
    ],
)
def test_cell_products_are_known_by_their_words(name, expected):
    assert is_cell_product(name) == expected, CELL_PRODUCT.pattern


LATER = {"USUBJID": "A", "VSTESTCD": "TEMP", "VSSTRESN": 37.0, "VSSTRESU": "C", "VSDTC": "2025-05-05"}
FREE = {"USUBJID": "B", "AGE": 40, "SEX": "F", "RFSTDTC": "2025-03-01"}


def read_all_listed(studies, tmp_path, *rows, subjects=(SUBJECT, FREE)):
    """Visits on 5 March and 5 May of patients A and B, where the medication is said to be complete."""
    visits = [VISIT, LATER, VISIT | {"USUBJID": "B"}, LATER | {"USUBJID": "B"}]
    datasets = {"DM": list(subjects), "VS": visits, "CM": [DRUG | row for row in rows]}
    return studies.read(studies.write(tmp_path / "s", datasets, ".json"), all_drugs_listed=True)


def test_where_all_drugs_are_listed_what_is_not_named_was_not_taken(studies, tmp_path):
    visits, intake, faults = read_all_listed(
        studies, tmp_path, {}, {"CMDECOD": "BELIMUMAB", "CMSTDTC": "2025-04-02", "CMENDTC": ""}
    )
    assert not faults
    assert visits.column("PREDNISONE").tolist() == [10, 10, 0, 0, 0, 0]
    assert visits.column("IMMUNOSUPPRESSANT").tolist() == [0, 0, 1, 0, 0, 0]
    assert visits.column("ANTIMALARIAL").tolist() == [0] * 6
    items = "PREDNISONE, IMMUNOSUPPRESSANT, ANTIMALARIAL"
    assert any(
        note.startswith(f"what the medication does not name was not taken ({items}): 2 subjects, ") for note in intake.notes
    )


def test_nothing_is_claimed_where_a_drug_cannot_be_read(studies, tmp_path):
    visits, _, faults = read_all_listed(studies, tmp_path, {"CMSTDTC": "FEB2025"}, {"CMDOSE": 5.0, "USUBJID": "B", "CMDOSU": "x"})
    assert len(faults) == 2
    known = ~(visits.column("PREDNISONE") != visits.column("PREDNISONE"))
    assert known.tolist() == [False, False, False, False, False, True]


def test_nothing_is_claimed_after_death_and_doses_that_clash_stay_unknown(studies, tmp_path):
    died = FREE | {"DTHDTC": "2025-05-05"}
    last = {"USUBJID": "B", "CMENDTC": "2025-05-05"}
    visits, _, faults = read_all_listed(studies, tmp_path, {}, {"CMDOSE": 7.0}, last, subjects=(SUBJECT, died))
    assert [fault[1] for fault in faults] == [1, 2]
    shown = ["missing" if value != value else value for value in visits.column("PREDNISONE").tolist()]
    assert shown == ["missing", "missing", 0, 10, 10, 10]


def test_without_saying_so_what_is_not_named_is_missing(studies, tmp_path):
    visits, _, _ = read(studies, tmp_path, {"CMENDTC": "2025-02-20"})
    assert not visits.has("PREDNISONE") or all(value != value for value in visits.column("PREDNISONE").tolist())


def test_a_lost_row_of_medication_makes_the_list_incomplete(studies, tmp_path):
    folder = studies.write(tmp_path / "s", {"DM": [SUBJECT], "VS": [VISIT], "CM": [DRUG, DRUG]}, ".ndjson")
    lines = (folder / "cm.ndjson").read_text().splitlines()
    (folder / "cm.ndjson").write_text("\n".join([*lines[:2], lines[2].replace("10.0", '"ten"'), ""]))
    _, intake, faults = studies.read(folder, all_drugs_listed=True)
    assert len(faults) == 1 and any("a drug that they do not name stays missing" in note for note in intake.notes)

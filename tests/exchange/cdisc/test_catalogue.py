"""Every item is read where the catalogue puts it, by its code there, by older codes, and as what it is: a sign or a value."""

import gzip
import json
import os
from pathlib import Path

import pytest

from immunoreset.endpoints.items import Item, find, items

FINDINGS = ("LB", "CP", "VS", "RS", "QS", "RE")
ASSESSED = [item for item in items().values() if item.domain in FINDINGS and item.test_code]
SIGNS = [item for item in items().values() if item.domain == "CE"]
SUBJECT = {"USUBJID": "A", "AGE": 30, "SEX": "F", "RFSTDTC": "2025-03-01"}


def value_of(item: Item) -> str:
    if item.kind == "yes_no":
        return "Y"
    return item.words[-1] if item.kind == "word" else f"{item.highest:g}"


def row_of(item: Item, code: str) -> dict:
    domain = item.domain
    row = {"USUBJID": "A", f"{domain}TESTCD": code, f"{domain}ORRES": value_of(item), f"{domain}ORRESU": item.unit}
    return row | {f"{domain}DTC": "2025-03-03"} | ({f"{domain}SPEC": item.specimen or "BLOOD"} if domain in ("LB", "CP") else {})


@pytest.mark.parametrize("item", ASSESSED, ids=lambda item: item.code)
def test_every_finding_of_the_catalogue_is_read_in_its_domain(studies, tmp_path, item):
    for number, code in enumerate((item.test_code, item.code, *item.aliases)):
        folder = studies.write(tmp_path / f"s{number}", {"DM": [SUBJECT], item.domain: [row_of(item, code)]}, ".json")
        visits, _, faults = studies.read(folder)
        assert not faults and visits.column(item.code)[-1] == pytest.approx(item.highest)


def test_every_sign_of_the_catalogue_is_yes_or_no(studies, tmp_path):
    assert {item.kind for item in SIGNS} == {"yes_no"}
    rows = [{"USUBJID": "A", "CETERM": item.label, "CESTDTC": "2025-03-03", "CEENDTC": "2025-03-03"} for item in SIGNS]
    rows += [{"USUBJID": "A", "CETERM": "x", "CEDECOD": item.test_code, "CEDTC": "2025-03-04", "CEOCCUR": "N"} for item in SIGNS]
    visit = {"USUBJID": "A", "RSTESTCD": "ICE", "RSORRES": "9", "RSDTC": "2025-03-03"}
    columns = {
        "DM": [SUBJECT],
        "CE": [row | {"CEDTC": row.get("CEDTC", "")} for row in rows],
        "RS": [visit, visit | {"RSDTC": "2025-03-04"}],
    }
    visits, _, faults = studies.read(studies.write(tmp_path / "s", columns, ".json"))
    assert not faults
    for item in SIGNS:
        assert visits.column(item.code)[-2:].tolist() == [1, 0], item.code


def test_treatment_failure_is_read_from_disposition(studies, tmp_path):
    row = {"USUBJID": "A", "DSTERM": "RESCUE TREATMENT", "DSDECOD": "LACK OF EFFICACY", "DSSCAT": "STUDY TREATMENT"}
    rows = [row | {"DSSTDTC": "2025-03-09"}, {**row, "DSTERM": "", "DSDECOD": "TRTFAIL", "DSSTDTC": "2025-03-10"}]
    visits, _, faults = studies.read(studies.write(tmp_path / "s", {"DM": [SUBJECT], "DS": rows}, ".json"))
    assert not faults and visits.column("TREATMENT_FAILURE")[-2:].tolist() == [1, 1]


def test_a_row_of_another_kind_is_counted_and_not_scored(studies, tmp_path):
    finding = {"USUBJID": "A", "FATESTCD": "OCCUR", "FADTC": "2025-03-03"}
    events = [finding | {"FAOBJ": "PAIN", "FASTRESC": "N"}, finding | {"FAOBJ": "VASOPRESSORS", "FASTRESC": "Y"}]
    signs = [{"USUBJID": "A", "CETERM": "Vasopressors", "CEOCCUR": "Y", "CECAT": "ASTCT 2019", "CEDTC": "2025-03-03"}]
    _, intake, faults = studies.read(studies.write(tmp_path / "s", {"DM": [SUBJECT], "FA": events, "CE": signs}, ".json"))
    assert not faults
    assert "FA: not used by any score: OCCUR PAIN 1 row, OCCUR VASOPRESSORS 1 row" in intake.notes
    assert "CE: not used by any score: VASOPRESSORS 1 row" in intake.notes


def test_blood_and_urine_cells_are_told_apart_by_the_specimen(studies, tmp_path):
    row = {"USUBJID": "A", "LBDTC": "2025-03-03"}
    rows = [
        row | {"LBTESTCD": "WBC", "LBSPEC": "URINE", "LBORRES": "12", "LBORRESU": "/HPF"},
        row | {"LBTESTCD": "WBC", "LBSPEC": "BLOOD", "LBORRES": "5", "LBORRESU": "10^9/L"},
        row | {"LBTESTCD": "RBC", "LBSPEC": "URINE", "LBORRES": "7", "LBORRESU": "/HPF"},
        row | {"LBTESTCD": "RBC", "LBSPEC": "BLOOD", "LBORRES": "5", "LBORRESU": "10^12/L"},
    ]
    visits, _, faults = studies.read(studies.write(tmp_path / "s", {"DM": [SUBJECT], "LB": rows}, ".json"))
    assert not faults
    assert [visits.column(code)[-1] for code in ("UWBC", "WBC", "URBC")] == [12, 5, 7]


def test_codes_in_adam_are_short_and_each_means_one_item():
    codes = [item.parameter_code for item in items().values() if item.parameter_code]
    assert len(set(codes)) == len(codes) and max(map(len, codes)) <= 8


def test_names_of_items_find_them():
    assert find("RBC_HPF").code == "URBC" and find("TLYH").code == "CD4" and find("WBC").code == "WBC"


@pytest.mark.skipif("IMMUNORESET_CORE" not in os.environ, reason="IMMUNORESET_CORE names no folder with controlled terminology")
def test_codes_with_a_number_of_the_nci_are_terms_of_controlled_terminology():
    folder = Path(os.environ["IMMUNORESET_CORE"].split(":", 1)[1])
    (path,) = folder.glob("sdtmct-*.json.gz")
    lists = json.loads(gzip.decompress(path.read_bytes()))["codelists"]
    terms = {(term["submissionValue"], term["conceptId"]) for one in lists for term in one["terms"]}
    coded = [item for item in items().values() if item.nci_code]
    assert len(coded) > 35 and {(item.test_code, item.nci_code) for item in coded} <= terms

"""Supplemental qualifiers are read with the records that they belong to; what no score uses is counted by name."""

import pytest

SUBJECT = {"USUBJID": "A", "AGE": 30, "SEX": "F", "RFSTDTC": "2025-03-01"}


def qualifier(domain, key, value, name, given, subject="A"):
    row = {"RDOMAIN": domain, "USUBJID": subject, "IDVAR": key, "IDVARVAL": value, "QNAM": name, "QLABEL": name, "QVAL": given}
    return row | {"QORIG": "CRF", "QEVAL": ""}


@pytest.mark.parametrize("ending", [".json", ".xpt"])
def test_the_astct_grade_of_an_event_counts_before_its_grade_of_ctcae(studies, tmp_path, ending):
    event = {"USUBJID": "A", "AETERM": "CRS", "AETOXGR": "3", "AESTDTC": "2025-03-03", "AEENDTC": "2025-03-05"}
    datasets = {
        "DM": [SUBJECT],
        "AE": [event | {"AESEQ": 1.0}, event | {"AESEQ": 2.0, "AESTDTC": "2025-03-07", "AEENDTC": "2025-03-08"}],
        "SUPPAE": [qualifier("AE", "AESEQ", "2", "ASTCTGR", "1"), qualifier("AE", "AESEQ", "1", "AETRTEM", "Y")],
    }
    _, intake, faults = studies.read(studies.write(tmp_path / "s", datasets, ending))
    assert not faults and [event.grade for event in intake.adverse_events.rows] == [3, 1]
    assert "SUPPAE: not used by any score: AETRTEM 1 row" in intake.notes


@pytest.mark.parametrize(
    ("domain", "row", "item"),
    [
        ("LB", {"LBTESTCD": "NEUT", "LBORRES": "0.4", "LBORRESU": "10^9/L", "LBDTC": "2025-03-03"}, "NEUT"),
        ("VS", {"VSTESTCD": "TEMP", "VSORRES": "39", "VSORRESU": "C", "VSDTC": "2025-03-03"}, "TEMP"),
        ("RS", {"RSTESTCD": "SLE15", "RSORRES": "Y", "RSDTC": "2025-03-03"}, "RASH"),
        ("CE", {"CETERM": "Hypotension", "CEDTC": "2025-03-03", "CEOCCUR": "Y"}, "HYPOTENSION"),
        ("CP", {"CPTESTCD": "BLYCE", "CPORRES": "4", "CPORRESU": "10^6/L", "CPDTC": "2025-03-03"}, "B_CELLS"),
    ],
)  # fmt: skip
def test_attribution_of_a_finding_is_read_in_every_domain(studies, tmp_path, domain, row, item):
    datasets = {"DM": [SUBJECT], domain: [{"USUBJID": "A", f"{domain}SEQ": 7.0} | row]}
    datasets[f"SUPP{domain}"] = [qualifier(domain, f"{domain}SEQ", "7", "ATTRIB", "OTHER")]
    visits, _, faults = studies.read(studies.write(tmp_path / "s", datasets, ".json"))
    assert not faults and visits.cause[item][-1] == 0


def test_prednisone_equivalents_of_a_drug_are_read(studies, tmp_path):
    drug = {"USUBJID": "A", "CMSEQ": 1.0, "CMDECOD": "DEXAMETHASONE", "CMDOSE": 8.0, "CMDOSU": "mg", "CMDOSFRQ": "QD"}
    visit = {"USUBJID": "A", "RSTESTCD": "ICE", "RSORRES": "9", "RSDTC": "2025-03-03"}
    datasets = {"DM": [SUBJECT], "CM": [drug | {"CMSTDTC": "2025-03-02", "CMENDTC": "2025-03-04"}], "RS": [visit]}
    datasets["SUPPCM"] = [qualifier("CM", "CMSEQ", "1", "PREDEQ", "50")]
    visits, _, faults = studies.read(studies.write(tmp_path / "s", datasets, ".json"))
    assert not faults and visits.column("PREDNISONE")[-1] == 50


def test_qualifiers_without_a_record_and_datasets_without_their_variables_are_said(studies, tmp_path):
    event = {"USUBJID": "A", "AESEQ": 1.0, "AETERM": "CRS", "AESTDTC": "2025-03-03"}
    datasets = {
        "DM": [SUBJECT],
        "AE": [event],
        "SUPPAE": [qualifier("AE", "AESEQ", "9", "ASTCTGR", "1")],
        "SUPPLB": [{"USUBJID": "A"}],
    }
    _, intake, faults = studies.read(studies.write(tmp_path / "s", datasets, ".json"))
    assert "SUPPAE: 1 of 1 qualifiers belong to no record" in intake.notes
    assert [(name, reason) for name, _, _, reason in faults] == [("supplb.json", "dataset SUPPLB lacks QNAM, QVAL")]

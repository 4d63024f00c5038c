"""Files of every kind feed one table of visits; what is no table, damaged or given twice is one clear fault."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from immunoreset.errors import InvalidFile
from immunoreset.exchange.faults import Faults
from immunoreset.exchange.reading import read_visits


@pytest.fixture(scope="module")
def studies():
    spec = importlib.util.spec_from_file_location("studies", Path(__file__).parent / "cdisc" / "studies.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


DM = {"DM": [{"USUBJID": "A", "AGE": 30, "SEX": "F", "RFSTDTC": "2025-03-01"}]}
VS = {"VS": [{"USUBJID": "A", "VSTESTCD": "TEMP", "VSSTRESN": 37.0, "VSSTRESU": "C", "VSDTC": "2025-03-05"}]}
CSV = "patient,date,item,value,unit\nA,2025-03-05,CRP,7,mg/L\nA,2025-03-02,INFUSION,yes,\n"


def test_a_mix_of_files_feeds_one_table(studies, tmp_path):
    (tmp_path / "bedside.csv").write_text(CSV)
    studies.write(tmp_path / "s", DM, ".xpt")
    studies.write(tmp_path / "s", VS, ".ndjson")
    visits, intake, faults = studies.read(tmp_path / "bedside.csv", tmp_path / "s")
    assert not faults and visits.day.tolist() == [-1, 0, 3]
    assert visits.column("CRP").tolist()[-1] == 7 and visits.column("TEMP").tolist()[-1] == 37
    assert [Path(file).name for file in intake.files] == ["bedside.csv", "dm.xpt", "vs.ndjson"]


def test_a_file_given_twice_is_read_once(studies, tmp_path):
    folder = studies.write(tmp_path / "s", DM | VS, ".json")
    _, intake, faults = studies.read(folder, folder / "vs.json")
    assert not faults and intake.duplicates == 0


def test_a_dataset_in_two_formats_is_one_fault(studies, tmp_path):
    folder = studies.write(tmp_path / "s", DM | VS, ".json")
    studies.write(folder, VS, ".xpt")
    visits, _, faults = studies.read(folder)
    assert [fault[:3] for fault in faults] == [("vs.xpt", None, "")]
    assert faults[0][3].startswith("dataset VS is also in")
    assert visits.has("TEMP")


def test_an_sdtm_dataset_beside_what_is_made_from_it_is_one_fault(studies, tmp_path):
    parameters = {"USUBJID": "A", "PARAMCD": "TEMP", "PARAM": "Temperature (C)", "ADT": "2025-03-05", "AVAL": 37.0}
    _, _, faults = studies.read(studies.write(tmp_path / "s", DM | VS | {"ADVS": [parameters]}, ".json"))
    assert [fault[0] for fault in faults] == ["advs.json"] and "ADVS is made from VS" in faults[0][3]


@pytest.mark.parametrize(
    ("drop", "lacking"),
    [
        ("USUBJID", "dataset VS lacks USUBJID"),
        ("VSTESTCD", "dataset VS lacks VSTESTCD"),
        ("VSDTC", "dataset VS lacks VSDTC or VSDY"),
        ("VSSTRESN", "dataset VS lacks VSSTRESC or VSSTRESN or VSORRES"),
    ],
)
def test_a_missing_variable_is_one_fault(studies, tmp_path, drop, lacking):
    rows = [{name: value for name, value in VS["VS"][0].items() if name != drop}] * 3
    _, _, faults = studies.read(studies.write(tmp_path / "s", DM | {"VS": rows}, ".json"))
    assert faults == [("vs.json", None, "", lacking)]


def test_datasets_and_files_that_no_score_uses_are_noted(studies, tmp_path):
    supplement = {"USUBJID": "A", "QNAM": "X", "QVAL": "Y"}
    times = {"USUBJID": "A", "PARAMCD": "TTDORIS", "AVAL": 30.0, "CNSR": 0, "ADT": "2025-03-05"}
    folder = studies.write(tmp_path / "s", DM | {"SUPPAE": [supplement], "SV": [supplement], "ADTTE": [times]}, ".json")
    (folder / "define.xml").write_text("<ODM/>")
    _, intake, faults = studies.read(folder)
    assert not faults
    assert f"'{folder}': not read: define.xml" in intake.notes
    assert "SUPPAE: not used by any score: X 1 row" in intake.notes
    for name in ("SV", "ADTTE"):
        assert f"'{folder / name.lower()}.json': dataset {name} is not used by any score, 1 row" in intake.notes


def test_a_dataset_is_known_by_its_columns_where_its_name_says_nothing(studies, tmp_path):
    visits, _, faults = studies.read(studies.write(tmp_path / "s", {"VITALS": VS["VS"], "SUBJECTS": DM["DM"]}, ".json"))
    assert not faults and visits.column("TEMP").tolist()[-1] == 37


def test_damaged_and_misnamed_files_are_faults_and_the_rest_is_read(studies, tmp_path):
    folder = studies.write(tmp_path / "s", DM | VS, ".xpt")
    whole = (folder / "vs.xpt").read_bytes()
    (folder / "ae.xpt").write_bytes(whole[:700])
    (folder / "lb.json").write_bytes(whole)
    (folder / "cm.xpt").write_bytes(b'{"name": "CM"}')
    (folder / "qs.json").write_text('{"name": "QS"}')
    (folder / "rs.ndjson").write_bytes(b"")
    (folder / "visits.csv").write_text("patient,item\nA,CRP\n")
    visits, _, faults = studies.read(folder)
    assert {fault[0] for fault in faults} == {"ae.xpt", "lb.json", "cm.xpt", "qs.json", "rs.ndjson", "visits.csv"}
    reasons = {fault[0]: fault[3] for fault in faults}
    assert "truncated or damaged" in reasons["ae.xpt"] and reasons["rs.ndjson"] == "the file is empty"
    assert "it is a SAS transport file by its first bytes" in reasons["lb.json"] and "it is JSON" in reasons["cm.xpt"]
    assert visits.column("TEMP").tolist()[-1] == 37


def test_faulty_rows_of_the_format_are_counted_once(studies, tmp_path):
    rows = [VS["VS"][0] | {"VSDTC": f"2025-03-{day:02d}"} for day in range(5, 10)]
    folder = studies.write(tmp_path / "s", DM | {"VS": rows}, ".ndjson")
    lines = (folder / "vs.ndjson").read_text().splitlines()
    for place in (2, 5):
        lines[place] = lines[place].replace("37.0", '"warm"')
    (folder / "vs.ndjson").write_text("\n".join([*lines, ""]))
    _, intake, faults = studies.read(folder)
    assert [(fault[1], fault[2]) for fault in faults] == [(2, "VSSTRESN"), (5, "VSSTRESN")]
    assert (intake.read, intake.faulty) == (7, 2)


def test_what_is_not_there_or_no_table_is_refused(studies, tmp_path):
    with pytest.raises(InvalidFile, match="no such file or directory"), read_visits([tmp_path / "nowhere"], Faults()):
        pass
    (tmp_path / "report.pdf").write_bytes(b"%PDF")
    _, _, faults = studies.read(tmp_path / "report.pdf")
    assert len(faults) == 1 and faults[0][3].startswith("no table of visits ends in '.pdf'")
    (tmp_path / "empty").mkdir()
    _, _, faults = studies.read(tmp_path / "empty")
    assert len(faults) == 1 and faults[0][3].startswith("the folder holds no file that ends in")


def test_rows_come_in_batches_that_read_the_same(studies, tmp_path, monkeypatch):
    folder = studies.write(tmp_path / "s", studies.sdtm(), ".json")
    whole, one, _ = studies.read(folder)
    from immunoreset.exchange import reading
    from immunoreset.exchange.dataset_json_reader import read_dataset_json

    monkeypatch.setattr(reading, "read_dataset_json", lambda path, faults: read_dataset_json(path, faults=faults, batch_rows=3))
    parts, other, _ = studies.read(folder)
    studies.assert_same(whole, parts)
    assert sorted(one.notes) == sorted(other.notes) and one.adverse_events == other.adverse_events


NONSENSE = (
    "",
    "?",
    "0",
    "-1",
    "1e999",
    "nan",
    "2025-13-45",
    "2025-03-10T99:99",
    "UNKNOWN",
    "ΔG",
    "Y;N",
    "A" * 300,
    "'; DROP TABLE rows",
)


@pytest.mark.parametrize("seed", range(8))
def test_nonsense_anywhere_is_reported_and_never_breaks_the_reading(studies, tmp_path, seed):
    random = np.random.default_rng(seed)
    datasets = studies.sdtm() if seed % 4 < 2 else studies.adam()
    for rows in datasets.values():
        for row in rows:
            for name in row:
                if random.random() < 0.05 and isinstance(row[name], str) and name not in studies.SAS_DATES:
                    row[name] = NONSENSE[random.integers(len(NONSENSE))]
                elif random.random() < 0.05 and isinstance(row[name], float):
                    row[name] = (None, -1.0, 1e300, 0.0)[random.integers(4)]
    folder = studies.write(tmp_path / "s", datasets, ".json")
    _, intake, faults = studies.read(folder, all_drugs_listed=bool(seed % 2))
    assert len(faults) > 20 and intake.faulty > 10
    assert all(reason and file in {Path(one).name for one in intake.files} for file, _, _, reason in faults)


@pytest.mark.parametrize("ending", [".json", ".ndjson"])
def test_datasets_without_rows_hold_nothing_and_are_no_fault(studies, tmp_path, ending):
    names = {"DM": DM["DM"], "VS": VS["VS"], "CM": [{"USUBJID": "A", "CMTRT": "X", "CMSTDTC": ""}]}
    folder = studies.write(tmp_path / "s", names, ending)
    for path in folder.iterdir():
        text = path.read_text()
        head = text.split('"rows":')[0] + '"rows":[]}' if ending == ".json" else text.splitlines()[0] + "\n"
        path.write_text(head.replace('"records":1', '"records":0'))
    visits, intake, faults = studies.read(folder)
    assert visits is None and not faults and intake.read == 0

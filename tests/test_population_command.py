"""`immunoreset population`: a table in, patients and a report out; and its patients in a study."""

import hashlib
import json
import re

import pytest

from immunoreset import open_run
from immunoreset.baseline import balanced, read_baseline
from immunoreset.cli import BAD_INPUT, guarded

TABLE = """\
title = "Older women & men"
population = "trial"
patients = 40
n = 200
source = "Somebody 2020, table 1"
[[row]]
covariate = "age"
mean = 50.0
sd = 11.0
standing = "secondary"
[[row]]
covariate = "female"
count = 180
[[row]]
covariate = "sledai_2k"
count = 130
at_least = 10
note = "rounded"
[[row]]
covariate = "b_cells_per_ul"
median = 160.0
"""
STUDY = """\
title = "From the run"
start = 0
stop = 1
[patients]
population = "trial"
n = 40
baseline = "runs/table/patients.csv"
[arms]
untreated = "no treatment"
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "table.toml").write_text(TABLE)
    (tmp_path / "study.toml").write_text(STUDY)
    return tmp_path


def test_run_holds_patients_weights_summary_report_and_manifest(place, capsys):
    assert guarded(["population", "table.toml", "--csv"]) == 0
    printed = capsys.readouterr().out
    assert (
        re.search(r"Age, years +mean +50 +42", printed) and "Effective size: " in printed and "runs/table/report.html" in printed
    )
    run = open_run("runs/table")
    found = {file.name for file in run.folder.iterdir()}
    tables = {"weights.csv", "table.csv", "weights.parquet", "table.parquet", "patients.csv"}
    assert found == tables | {"summary.json", "manifest.json", "report.html"}
    expected = balanced(read_baseline("table.toml"))
    pool = run.query(
        "select sum(weight) as total, count(*) as n, sum(drawn::int) as drawn, avg(age * weight) as age from weights"
    )
    assert pool["n"][0] == expected.problem.size and pool["drawn"][0] == 40
    assert pool["total"][0] == pytest.approx(expected.problem.size) and pool["age"][0] == pytest.approx(50, abs=0.1)
    assert run.summary["effective_size"]["share"] == pytest.approx(expected.weights.effective)
    row = run.summary["table"][0]
    assert (row["covariate"], row["published"], row["standing"], row["n"]) == ("age", 50.0, "secondary", 200)
    assert row["source"] == "Somebody 2020, table 1"
    page = (run.folder / "report.html").read_text("utf-8")
    assert (
        page.count('role="img"') == 4
        and "Older women &amp; men" in page
        and "read in a report of it" in page
        and "rounded" in page
    )


def test_study_uses_the_patients_of_the_run(place, capsys):
    assert guarded(["population", "table.toml"]) == 0
    assert guarded(["simulate", "study.toml", "--out", "study"]) == 0
    numbers = open_run("study").query("select distinct patient from outcomes")["patient"]
    patients = (place / "runs" / "table" / "patients.csv").read_text().splitlines()[1:]
    assert set(numbers) == {f"patient {line.split(',')[2]}" for line in patients}


def test_run_is_not_kept_once_its_baseline_is_another(place, capsys):
    (place / "study.toml").write_text(STUDY.replace("runs/table/patients.csv", "table.toml"))
    assert guarded(["simulate", "study.toml", "--out", "study"]) == 0
    assert guarded(["simulate", "study.toml", "--out", "study", "--resume"]) == 0
    assert "complete already" in capsys.readouterr().out
    (place / "table.toml").write_text(TABLE.replace("mean = 50.0", "mean = 47.0"))
    assert guarded(["simulate", "study.toml", "--out", "study", "--resume"]) == BAD_INPUT
    assert "has another files" in capsys.readouterr().err


def test_same_seed_gives_the_same_bytes_and_json_is_the_summary(place, capsys):
    kept = ("patients.csv", "weights.parquet", "table.parquet", "summary.json", "report.html")
    hashes = []
    for name in ("one", "two"):
        assert guarded(["population", "table.toml", "--json", "--seed", "7", "--patients", "30", "--out", name]) == 0
        printed = json.loads(capsys.readouterr().out)
        assert printed == open_run(name).summary and (printed["seed"], printed["patients"]) == (7, 30)
        hashes.append([hashlib.sha256((place / name / file).read_bytes()).hexdigest() for file in kept])
    assert hashes[0] == hashes[1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("mean = 50.0", "mean = 95.0"), r"table.toml, line 7 \(age\): mean 95"),
        (("mean = 50.0\nsd = 11.0", "mean = 73.0\nsd = 1.0"), r"without 'age' .* in the model"),
        (("median", "medain"), r"table.toml, line 21: no key 'row.4.medain' in a baseline; did you mean 'median'\?"),
        (('population = "trial"', 'population = "trail"'), r"no population 'trail'; did you mean 'trial'\?"),
    ],
)
def test_table_that_cannot_be_used_is_one_line_and_nothing_on_disk(change, words, place, capsys):
    (place / "table.toml").write_text(TABLE.replace(*change))
    assert guarded(["population", "table.toml"]) == BAD_INPUT
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1 and re.search(words, captured.err), captured.err
    assert not (place / "runs" / "table").exists()


def test_place_that_is_taken_is_kept(place, capsys):
    (place / "taken").mkdir()
    (place / "taken" / "mine.txt").write_text("mine")
    assert guarded(["population", "table.toml", "--out", "taken", "--force"]) == BAD_INPUT
    assert (place / "taken" / "mine.txt").read_text() == "mine"

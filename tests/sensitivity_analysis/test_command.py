"""The command on a real study: a run folder, progress apart from the result, and one line where something is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from immunoreset import open_run
from immunoreset.cli import guarded

STUDY = """
title = "Untreated for a month"
stop = 30
[patients]
population = "lymphoma"
n = 1
[arms]
untreated = "no treatment"
"""


@pytest.fixture
def study(tmp_path):
    file = tmp_path / "small.toml"
    file.write_text(STUDY, encoding="utf-8")
    return file


def test_the_command_writes_a_run_and_prints_what_matters(study, tmp_path, capsys):
    place = tmp_path / "run"
    sizes = ["--patients", "32", "--rows", "16", "--top", "2", "--headlines", "neutrophils_nadir, il6_peak"]
    assert guarded(["sensitivity", str(study), "--out", str(place), "--json", "--csv", *sizes]) == 0
    told = json.loads(capsys.readouterr().out)
    run = open_run(place)
    assert told == run.summary and list(told["headlines"]) == ["neutrophils_nadir", "il6_peak"]
    assert told["headlines"]["neutrophils_nadir"]["total"][0]["factor"].startswith("neutrophils.")
    strongest = run.query("SELECT factor FROM sensitivity WHERE kind = 'total' AND headline = 'il6_peak'")["factor"]
    assert len(strongest) == 3 and "all others" in set(strongest)
    assert run.manifest["sensitivity"] | {"rows": 16, "patients": 32, "top": 2} == run.manifest["sensitivity"]
    assert (place / "sensitivity.csv").read_text("utf-8").startswith("kind,headline,factor,standing,estimate")
    assert guarded(["sensitivity", str(study), "--out", str(place), *sizes]) == 2
    assert "--force" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--arm", "treated"], "untreated"),
        (["--headlines", "il6peak"], "il6_peak"),
        (["--headlines", "car_t_peak_day"], "has it"),
        (["--patients", "50"], "multiple of 16"),
        (["--rows", "5"], "16 to"),
    ],
)
def test_what_is_wrong_is_one_line_and_leaves_no_folder(study, tmp_path, capsys, more, words):
    place = tmp_path / "run"
    assert guarded(["sensitivity", str(study), "--out", str(place), *more]) == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert words in said[-1] and said[-1].startswith("immunoreset: ") and not place.exists()
    assert [file.name for file in tmp_path.iterdir()] == ["small.toml"]


def test_a_baseline_that_would_not_be_followed_is_refused(tmp_path, capsys):
    study = Path(__file__).parents[2] / "examples" / "baseline-of-bliss-sc.toml"
    assert guarded(["sensitivity", str(study), "--out", str(tmp_path / "run"), "--quick"]) == 2
    said = capsys.readouterr().err
    assert "[patients] baseline (arm 'standard care') is not followed" in said and not (tmp_path / "run").exists()

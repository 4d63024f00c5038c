"""The command line: it does its work, and bad input gives one clear line, exit status 2 and nothing on disk."""

import errno
import json
import subprocess
import sys

import pytest

import immunoreset.study
from immunoreset import store
from immunoreset.cli import BAD_INPUT, INTERRUPTED, guarded

STUDY = """\
title = "Small"
[patients]
listed = "five-patients"
twins = 1
[arms]
car-t = "cd19-car-t 1e6 cells/kg on day 0"
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study.toml").write_text(STUDY)
    return tmp_path


def written(place):
    return sorted(path.name for path in place.rglob("*") if path.name != "study.toml")


def one_line(capsys) -> str:
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1 and captured.err.startswith("immunoreset: ")
    assert "Traceback" not in captured.err + captured.out
    return captured.err


def test_demo_writes_the_page_and_prints_the_table(place, capsys):
    assert guarded(["demo", "--twins", "2", "--figure", "figure.svg"]) == 0
    printed = capsys.readouterr().out
    assert "CAR-T peak in blood" in printed and "runs/demo/report.html" in printed and "0 of 30 simulations failed" in printed
    assert {"report.html", "summary.json", "manifest.json", "outcomes.parquet"} <= set(written(place))
    assert (place / "figure.svg").read_text().count("<svg") == 1


def test_json_is_the_summary_and_nothing_else(place, capsys):
    assert guarded(["simulate", "study.toml", "--json", "--out", "run", "--seed", "5"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["seed"] == 5
    assert printed == store.open_run(place / "run").summary


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["demo", "--twinz", "3"], ["--twinz", "--twins"]),
        (["demo", "--twins", "0"], ["--twins"]),
        (["demo", "--twins", "many"], ["--twins"]),
        (["demo", "--seed", "-1"], ["--seed"]),
        (["demos"], ["demos", "demo"]),
        (["simulate"], ["study"]),
        (["simulate", "nowhere.toml"], ["nowhere.toml"]),
        (["parameters", "kexpp"], ["kexpp", "did you mean 'kexp'"]),
        (["simulate", "study.toml", "--out", "study.toml"], ["is a file"]),
        (["simulate", "study.toml", "--out", "study.toml/run"], ["cannot write the folder"]),
    ],
)
def test_bad_input_is_one_line_and_status_2(place, capsys, arguments, words):
    assert guarded(arguments) == BAD_INPUT
    message = one_line(capsys)
    for word in words:
        assert word in message
    assert written(place) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("twins = 1", "twin = 1", ["study.toml, line 4", "did you mean 'twins'"]),
        ("1e6 cells/kg", "-1e6 cells/kg", ["arm 'car-t'"]),
        ("1e6 cells/kg", "nan cells/kg", ["arm 'car-t'"]),
        ("1e6 cells/kg", "1e6 cells/mile", ["arm 'car-t'", "cells/mile"]),
        ("cd19-car-t", "cd91-car-t", ["arm 'car-t'", "cd91-car-t"]),
        ("on day 0", "on day zero", ["arm 'car-t'", "zero"]),
        ("five-patients", "patients.csv", ["patients.csv"]),
        ("[arms]", "[arms", ["not TOML", "line 5"]),
    ],
)
def test_bad_study_is_one_line_and_writes_nothing(place, capsys, old, new, words):
    (place / "study.toml").write_text(STUDY.replace(old, new))
    assert guarded(["simulate", "study.toml"]) == BAD_INPUT
    message = one_line(capsys)
    for word in words:
        assert word in message
    assert written(place) == []


def test_existing_run_needs_force(place, capsys):
    assert guarded(["simulate", "study.toml", "--out", "run"]) == 0
    capsys.readouterr()
    assert guarded(["simulate", "study.toml", "--out", "run"]) == BAD_INPUT
    assert "--force" in one_line(capsys)
    assert guarded(["simulate", "study.toml", "--out", "run", "--force"]) == 0


def test_full_disk_is_one_line_and_leaves_nothing(place, capsys, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store, "write_json", full)
    assert guarded(["simulate", "study.toml", "--out", "run"]) == BAD_INPUT
    assert "no space left on the disk" in one_line(capsys)
    assert written(place) == []


def test_interrupt_is_one_line_and_leaves_nothing(place, capsys, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(immunoreset.study, "simulate", interrupted)
    assert guarded(["simulate", "study.toml", "--out", "run"]) == INTERRUPTED
    assert "stopped; nothing was written" in one_line(capsys)
    assert written(place) == []


def test_schema_describes_every_key_of_the_examples(capsys):
    import tomllib
    from pathlib import Path

    assert guarded(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    examples = Path(__file__).parent.parent / "examples"
    for example in examples.glob("*.toml"):
        assert set(tomllib.loads(example.read_text())) <= set(schema["properties"])


def test_parameters_are_listed_with_unit_source_and_standing(capsys):
    assert guarded(["parameters"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 300
    assert guarded(["parameters", "car_t.expansion_max", "--json"]) == 0
    entry = json.loads(capsys.readouterr().out)["car_t.expansion_max"]
    assert entry["unit"] == "1/day" and entry["symbol"] == "kexp" and entry["source"]


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from immunoreset.cli import guarded; guarded(['--help']); "
        "heavy = {'numpy', 'numba', 'llvmlite', 'matplotlib', 'pandas', 'xarray', 'pydantic', 'duckdb'}; "
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "demo" in done.stdout

"""`immunoreset calibrate` under interruptions and damaged folders: one line that says what is so and what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from immunoreset.calibration.parts import Parts
from immunoreset.cli import BAD_INPUT, guarded

EXAMPLE = Path("examples/calibration/two-numbers.toml").absolute()
UNKNOWN = {"name": "car_t.expansion_max", "median": 2.0, "low": 1.8, "high": 2.2, "contraction": 0.5, "earned": "calibrated"}
WHOLE = {"title": "A", "unknowns": [UNKNOWN | {"at_mean": 2.0}], "rows": [{"row": "a", "after": 1.0, "after_verdict": "inside"}]}


@pytest.mark.parametrize(
    ("summary", "words"),
    [
        (1, "is another kind of run"),
        ("unknowns rows", "is another kind of run"),
        ([], "is another kind of run"),
        (WHOLE | {"unknowns": 1}, "is damaged, it lacks columns of 'unknowns'"),
        (WHOLE | {"unknowns": [UNKNOWN]}, "is damaged, it lacks columns of 'unknowns'"),
        (WHOLE | {"rows": [{}]}, "is damaged, it lacks columns of 'rows'"),
        (WHOLE | {"title": None, "rows": [[]]}, "it lacks a title and columns of 'rows'"),
        (WHOLE | {"coverage": {"p": 0.5}, "rests_on": {}}, "it lacks what --check found"),
        (WHOLE | {"coverage": 1}, "it lacks what --check found"),
    ],
)
@pytest.mark.parametrize("option", [["--accept", "f"], ["--compare", "f", "f"]], ids=["accept", "compare"])
def test_folder_that_is_damaged_or_of_another_kind_is_one_line(tmp_path, monkeypatch, capsys, summary, words, option):
    monkeypatch.chdir(tmp_path)
    Path("f").mkdir()
    Path("f/summary.json").write_text(json.dumps(summary), encoding="utf-8")
    assert guarded(["calibrate", *option]) == BAD_INPUT
    said = capsys.readouterr().err
    assert said.startswith("immunoreset: ") and said.count("\n") == 1 and words in said


def test_arm_that_ends_too_early_is_named_with_the_document(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = EXAMPLE.read_text(encoding="utf-8").replace('day 0"', 'day 999"')
    Path("late.toml").write_text(text, encoding="utf-8")
    Path("made-up-trial.toml").write_bytes((EXAMPLE.parent / "made-up-trial.toml").read_bytes())
    assert guarded(["calibrate", "late.toml", "--out", "x"]) == BAD_INPUT
    assert "immunoreset: late.toml" in (said := capsys.readouterr().err) and "comes after the last simulated day, 60" in said
    assert not Path("x").exists()


def test_half_written_part_of_a_killed_run_does_not_go_into_the_result(tmp_path):
    parts = Parts(tmp_path / "x", {"of": 1})
    (parts.folder / "abc.77.tmp").write_bytes(b"half")
    (tmp_path / "result").mkdir()
    parts.copy_into(tmp_path / "result")
    assert [file.name for file in (tmp_path / "result/parts").iterdir()] == ["key.json"]

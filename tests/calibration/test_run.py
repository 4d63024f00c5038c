"""A whole calibration on the engine: it finds made-up numbers again, survives interruptions, and is not fooled."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from immunoreset.calibration import simulate
from immunoreset.calibration.accept import check_trusted, edits
from immunoreset.calibration.checks import check_calibration
from immunoreset.calibration.compare import compared
from immunoreset.calibration.document import read_document
from immunoreset.calibration.parts import Parts, folder_of
from immunoreset.calibration.plan import plan_of
from immunoreset.calibration.run import BEYOND, Calibration, calibrate
from immunoreset.calibration.save import fill, summary_of
from immunoreset.catalogue import Theta
from immunoreset.cli import INTERRUPTED, app, guarded
from immunoreset.errors import ImmunoresetError, InvalidFile, InvalidValue
from immunoreset.inference.posterior import Posterior

EXAMPLES = Path("examples/calibration")
TRUTH = {"car_t.expansion_max": 2.3, "cytokines.il6_gain": 534.0}
SMALL = "[design]\npoints = 48\npatients = 32\ncenter = 256\nchecks = 4\ncheck_patients = 128\nwave_points = 16\n"


def small(folder: Path, *pairs: tuple[str, str], trial: tuple[tuple[str, str], ...] = ()) -> Path:
    """The example with fewer points and patients."""
    text = (EXAMPLES / "two-numbers.toml").read_text(encoding="utf-8").replace("[design]\npoints = 128\n", SMALL)
    text = text.replace("stop = 60", "stop = 40")
    own = (EXAMPLES / "made-up-trial.toml").read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    for old, new in trial:
        assert old in own
        own = own.replace(old, new)
    folder.mkdir(exist_ok=True)
    (folder / "two.toml").write_text(text, encoding="utf-8")
    (folder / "made-up-trial.toml").write_text(own, encoding="utf-8")
    return folder / "two.toml"


def run(document: Path, place: Path, threads: int = 2) -> Calibration:
    found, parts = calibrate(plan_of(read_document(document)), place, threads=threads)
    parts.clear()
    return found


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Calibration:
    folder = tmp_path_factory.mktemp("calibration")
    return run(small(folder), folder / "out")


def test_made_up_numbers_are_found_again(found: Calibration) -> None:
    for k, own in enumerate(found.plan.unknowns):
        low, high = own.value(np.quantile(found.draws[:, k], [0.02, 0.98]))
        assert low < TRUTH[own.name] < high
    summary = summary_of(found)
    assert [own["earned"] for own in summary["unknowns"]] == ["calibrated"] * 2
    assert summary["counts"]["used_inside_after"] >= 3 and summary["r_hat"] < 1.05


def test_one_thread_and_an_interruption_change_no_byte(
    found: Calibration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, place = small(tmp_path), tmp_path / "out"
    values_of, calls = simulate.values_of, []

    def killed(*values, **named):
        calls.append(1)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return values_of(*values, **named)

    monkeypatch.setattr("immunoreset.calibration.engine_rows.values_of", killed)
    with pytest.raises(KeyboardInterrupt):
        calibrate(plan_of(read_document(document)), place, threads=1)
    kept = sorted((tmp_path / ".out.parts").glob("*.npz"))
    assert len(kept) == 4
    kept[0].write_bytes(kept[0].read_bytes()[:100])  # the disk lost half of a part
    again, parts = calibrate(plan_of(read_document(document)), place, threads=1)
    assert parts.found == 3
    assert again.draws.tobytes() == found.draws.tobytes()
    for name in ("before", "after"):
        assert getattr(again, name).value.tobytes() == getattr(found, name).value.tobytes()


def test_parts_of_another_calibration_are_not_taken(found: Calibration, tmp_path: Path) -> None:
    first, parts = calibrate(plan_of(read_document(small(tmp_path))), tmp_path / "out")
    other, parts = calibrate(plan_of(read_document(small(tmp_path, ("seed = 1", "seed = 2")))), tmp_path / "out")
    assert parts.found == 0 and other.draws.tobytes() != first.draws.tobytes()
    parts.clear()


def test_a_row_beyond_reach_is_named_and_stays_out(tmp_path: Path) -> None:
    found = run(small(tmp_path, trial=(("value = 44.0", "value = 9000.0"),)), tmp_path / "out")
    assert found.out == {"made-up-trial/il6": BEYOND}
    assert len(found.kept) == 3
    row = next(row for row in summary_of(found)["rows"] if row["row"] == "made-up-trial/il6")
    assert not row["used"] and "change the mechanism" in row["left_out"]


def test_patients_told_of_twice_are_refused(tmp_path: Path) -> None:
    """A second paper that counts the same patients; two rows that are one are tested in tests/inference/test_likelihood.py."""
    document = small(
        tmp_path,
        ('evidence = ["made-up-trial.toml"]', 'evidence = ["made-up-trial.toml", "again.toml"]'),
        ("[rows]\n", '[rows]\n"again/crs" = "crs_any in cells"\n'),
    )
    again = (tmp_path / "made-up-trial.toml").read_text(encoding="utf-8")
    again = again.replace("n = 40\ndisease", 'n = 40\ncontains = ["made-up-trial/all"]\ndisease')
    (tmp_path / "again.toml").write_text(again, encoding="utf-8")
    with pytest.raises(InvalidFile, match="whom 'made-up-trial/peak-day' counts too"):
        plan_of(read_document(document))
    (tmp_path / "again.toml").write_text(again.replace('role = "calibration"', 'role = "validation"'), encoding="utf-8")
    with pytest.raises(InvalidValue, match="again/crs' cannot be calibrated to: its patients are counted already"):
        plan_of(read_document(document))


def test_the_folder_holds_draws_that_a_study_can_take(found: Calibration, tmp_path: Path) -> None:
    fill(found, tmp_path, summary_of(found))
    draws = Posterior.read(tmp_path)
    assert draws.names == tuple(TRUTH) and len(draws) == 400
    assert draws.thetas(3, Theta.current())[0].changed.keys() == TRUTH.keys()
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "made-up-trial/peak" in page and "Research software" in page
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    same = compared(summary, summary)
    assert all(own["moved_sd"] == 0 for own in same["unknowns"]) and not same["only_first"]


def test_accepting_writes_value_standing_and_rows(found: Calibration, tmp_path: Path) -> None:
    summary = summary_of(found)
    with pytest.raises(InvalidValue, match="was not checked"):
        check_trusted(summary, tmp_path)
    good = {"emulator_90": 0.9, "engine_90": 0.88, "truths": 400}
    for wrong in ({"engine_90": 0.6}, {"emulator_90": 0.8}, {"emulator_90": 0.97}, {"engine_90": float("nan")}):
        with pytest.raises(InvalidValue, match="did not pass its checks"):
            check_trusted({"coverage": good | wrong}, tmp_path)
    worse = {"coverage": good, "validation_inside": {"before": 5, "after": 4}}
    with pytest.raises(InvalidValue, match="makes validation worse: 5 rows inside before, 4 after"):
        check_trusted(worse, tmp_path)
    check_trusted(worse, tmp_path, worse_is_fine=True)
    summary["unknowns"][1]["earned"], summary["unknowns"][1]["contraction"] = "assumed", 0.1
    texts = edits(summary["unknowns"], {"car_t.expansion_max": ["made-up-trial/peak"]}, "two", Theta.current())
    numbers = {number: entry for text in texts.values() for number, entry in tomllib.loads(text)["numbers"].items()}
    own = numbers["expansion_max"]
    assert own["standing"] == "calibrated" and own["value"] == pytest.approx(summary["unknowns"][0]["at_mean"], rel=1e-3)
    assert own["calibration"]["rows"] == ["made-up-trial/peak"] and own["calibration"]["name"] == "two"
    assert numbers["il6_gain"]["standing"] == "assumed" and "contraction 0.10" in numbers["il6_gain"]["source"]
    for file, text in texts.items():  # only these two numbers have changed
        before, after = tomllib.loads(file.read_text(encoding="utf-8")), tomllib.loads(text)
        changed = {name for name in before["numbers"] if before["numbers"][name] != after["numbers"][name]}
        assert changed <= {"expansion_max", "il6_gain"} and before.keys() == after.keys()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ([], "name a calibration document"),
        (["no-such.toml"], "no calibration file"),
        (["--compare", "examples", "examples"], "not the folder of a calibration"),
        (["--accept", "examples"], "not the folder of a calibration"),
        (["examples/calibration/two-numbers.toml", "--accept", "examples"], "leave 'examples/calibration/two-numbers.toml' out"),
        (["examples/calibration/two-numbers.toml", "--out", "calibrations/model-0.3", "--resume"], "rests on another document"),
    ],
)
def test_the_command_says_what_it_needs(asked: list[str], words: str) -> None:
    with pytest.raises(ImmunoresetError, match=words):
        CliRunner().invoke(app, ["calibrate", *asked], catch_exceptions=False)


def test_a_calibration_that_makes_validation_worse_is_not_trusted_unless_asked() -> None:
    """Asked of the result alone: the command would write into the tables of the package."""
    folder = Path("calibrations/organs")
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    with pytest.raises(ImmunoresetError, match="makes validation worse: 20 rows inside before, 17 after"):
        check_trusted(summary, folder)
    check_trusted(summary, folder, worse_is_fine=True)


@pytest.mark.full
def test_the_example_as_it_stands_finds_its_numbers_and_passes_its_checks(tmp_path: Path) -> None:
    plan = plan_of(read_document(EXAMPLES / "two-numbers.toml"))
    found, parts = calibrate(plan, tmp_path / "out")
    for k, own in enumerate(plan.unknowns):
        low, high = own.value(np.quantile(found.draws[:, k], [0.05, 0.95]))
        assert low < TRUTH[own.name] < high
    checked = check_calibration(found, parts)
    check_trusted(summary_of(found) | checked, tmp_path)
    parts.clear()


def test_run_that_is_stopped_says_that_what_was_simulated_is_kept(tmp_path, monkeypatch, capsys):
    get = Parts.get

    def stopped_after_the_first(self, name, make):
        if self.made:
            raise KeyboardInterrupt
        return get(self, name, make)

    monkeypatch.setattr(Parts, "get", stopped_after_the_first)
    place = tmp_path / "x"
    assert guarded(["calibrate", str(small(tmp_path / "c")), "--out", str(place), "--threads", "1"]) == INTERRUPTED
    assert "stopped; what was simulated is kept, and the same command goes on from there" in capsys.readouterr().err
    assert not place.exists() and len(list(folder_of(place).glob("*.npz"))) == 1


def test_a_finished_calibration_is_printed_again_and_compared_in_one_order() -> None:
    again = CliRunner().invoke(app, ["calibrate", "calibrations/model-0.3.toml", "--out", "calibrations/model-0.3", "--resume"])
    assert again.exit_code == 0 and "51 of 52 rows used" in again.output and "not for treatment decisions" in again.output
    told = [
        CliRunner().invoke(app, ["calibrate", "--compare", *["calibrations/model-0.3"] * 2, "--json"]).output for _ in range(2)
    ]
    found = json.loads(told[0])
    assert told[0] == told[1] and len(found["rows"]) == 51
    summary = json.loads(Path("calibrations/model-0.3/summary.json").read_text(encoding="utf-8"))
    assert found["inside_first"] == found["inside_second"] == summary["counts"]["used_inside_after"]

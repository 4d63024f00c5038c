"""Input that was made to break something gives one short line and status 2, as honest mistakes do."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from immunoreset import Patients
from immunoreset.bounds import Bounds, OutOfBounds, check_bounds
from immunoreset.cli import BAD_INPUT, guarded
from immunoreset.study_reading import parse_study
from immunoreset.therapy import Regimen
from immunoreset.virtual_trial.reading import parse_trial

STUDY = """\
title = "Small"
[patients]
listed = "five-patients"
twins = 1
[arms]
car-t = "cd19-car-t 1e6 cells/kg on day 0"
"""
TRIAL = """\
title = "Rates"
kind = "phase-1"
target = 0.3
[[scenario]]
name = "steep"
toxic = [0.1, 0.3, 0.5]
[[design]]
kind = "boin"
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study.toml").write_text(STUDY)
    return tmp_path


def complaint(capsys) -> str:
    said = capsys.readouterr().err
    assert said.startswith("immunoreset: ") and said.count("\n") == 1 and len(said) < 1100, said[:300]
    assert said.isprintable() or said[:-1].isprintable()
    return said


def start(*arguments, place, **keywords):
    code = "import sys; from immunoreset.cli import main; main()"
    return subprocess.run([sys.executable, "-c", code, *arguments], cwd=place, timeout=300, stderr=subprocess.PIPE, **keywords)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("x = " + "[" * 3000 + "]" * 3000, "nested too deep"),
        (".".join("a" * 40) + " = 1", "nested more than 24 deep"),
        ("seed = " + "9" * 5000, "a whole number of more than 18 digits"),
        ("seed = 0x" + "f" * 5000, "line 2: 'seed' is a whole number of more than 18 digits"),
        ('description = "a\\u0000b"', "line 2: 'description' holds the control character U+0000"),
        ('description = "\\u001b[2J"', "line 2: 'description' holds the control character U+001B"),
        ("a" * 70_000 + " = 1", "has 70,000 characters; at most 120"),
        ('description = "' + "a" * 200_000 + '"', "line 2: 'description' has 200,000 characters"),
        ("seed = true", "line 2: 'seed' is True; input should be a valid integer"),
        ('seed = "7"', "line 2: 'seed' is '7'; input should be a valid integer"),
        ("stop = true", "line 2: 'stop' is True; input should be a valid number"),
        ("stop = 1e-300", "line 2: 'stop' is 1e-300; input should be greater than or equal to 1"),
        ("solver = { rtol = true }", "line 2: 'solver.rtol' is True"),
        ("tities = 1", "line 2: no key 'tities' in a study; did you mean 'title'?"),
        (f'stop = "{"9" * 5000}"', "line 2: 'stop' is '9999"),
    ],
)
def test_document_out_of_bounds_is_one_short_line(place, capsys, line, words):
    (place / "study.toml").write_text(STUDY.replace("[patients]", f"{line}\n[patients]", 1))
    assert guarded(["simulate", "study.toml"]) == BAD_INPUT
    said = complaint(capsys)
    assert "study.toml" in said and words in said


@pytest.mark.parametrize("number", [True, "0.3", "1"])
@pytest.mark.parametrize("key", ["target = 0.3", "toxic = [0.1, 0.3, 0.5]"])
def test_yes_and_texts_are_no_numbers_in_a_trial(key, number):
    written = str(number).lower() if isinstance(number, bool) else f"'{number}'"
    parse_trial(TRIAL)
    with pytest.raises(Exception, match="give a number, without quotes"):
        parse_trial(
            TRIAL.replace(
                "= 0.3" if key.startswith("target") else "[0.1,", f"= {written}" if key.startswith("target") else f"[{written},"
            )
        )


def test_numbers_of_numpy_and_whole_floats_are_numbers():
    patients = Patients(population="cart", n=np.int64(3), parameters={"kexp": np.float32(2)})  # type: ignore[arg-type]
    assert patients.n == 3 and patients.parameters == {"kexp": 2.0}
    assert parse_study(STUDY.replace("twins = 1", "twins = 2.0")).patients.twins == 2


def test_bounds_hold_for_values_of_any_kind():
    for document in ({"a": [["x"] * 200] * 1000}, {"name": "n" * 121}, {"a": {"k" * 121: 1}}, {"a\x7f": 1}, {"a": "\ud800"}):
        with pytest.raises(OutOfBounds):
            check_bounds(document, Bounds())
    check_bounds({"title": "Größe\n\tα ≥ 3", "n": 2**63 - 1, "x": [1.5, None, True]}, Bounds())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rituximab " + "9" * 16_000 + "mg on day 0", "a word of 16,002 characters"),
        ("rituximab 1 g every 4.9e-324 days from 0 until 10", "at most 10000 can be given"),
        ("rituximab 1 g every 1 days from 0 x 1e300", "at most 10000 can be given"),
        ("rituximab 1 g every 1e308 days from 0 x 3", "not finite"),
        ("rituximab 1 g on days" + " 1" * 60_000, "at most 100,000 can be read"),
    ],
)
def test_regimen_out_of_bounds_is_refused(text, words):
    with pytest.raises(Exception, match=words) as error:
        Regimen.parse(text)
    assert len(str(error.value)) < 500


def test_reading_a_word_takes_time_in_proportion_to_its_length():
    """Steps, not seconds: a pattern with two ways to match a run of digits tries every cut of it."""
    import re

    from immunoreset.therapy.language import words

    pattern = re.compile(words._DIGITS + "x")
    assert pattern.groups == 0
    assert r"\d+\.?\d*" not in words._DIGITS


def test_device_that_never_ends_and_tables_are_no_study(place, capsys):
    for name, words in (("visits.csv", "is a table, not a study document; score visits with"), ("/dev/zero", "is larger than")):
        if name == "/dev/zero" and not Path(name).exists():
            continue
        assert guarded(["simulate", name]) == BAD_INPUT
        assert words in complaint(capsys)


COMMANDS = {"study": "simulate", "trial": "trial", "calibration": "calibrate", "baseline": "population"}
EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.mark.parametrize("wanted", COMMANDS)
def test_document_of_another_kind_is_named_with_the_command_that_reads_it(place, capsys, wanted):
    (place / "trial.toml").write_text(TRIAL)
    (place / "calibration.toml").write_bytes((EXAMPLES / "calibration/two-numbers.toml").read_bytes())
    (place / "baseline.toml").write_bytes((EXAMPLES / "baselines/bliss-sc.toml").read_bytes())
    (place / "evidence.toml").write_bytes((EXAMPLES / "calibration/made-up-trial.toml").read_bytes())
    for found, command in {**COMMANDS, "evidence": ""}.items():
        if found != wanted:
            assert guarded([COMMANDS[wanted], f"{found}.toml"]) == BAD_INPUT
            advice = f"run it with `immunoreset {command} {found}.toml`" if command else "name it under `evidence`"
            assert f" {found} document, not a {wanted}; {advice}" in complaint(capsys)
    assert not (place / "runs").exists()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("cd19-car-t 1e6", "cd91-car-t 1e6", "study.toml, line 6: arm 'car-t'"),
        ("twins = 1", "twins = 1\nparameters = { kexpp = 2.0 }", "study.toml, line 5: no parameter 'kexpp'"),
        ('listed = "five-patients"\ntwins = 1', 'population = "lupus"\nn = 2', "study.toml, line 3: no population 'lupus'"),
    ],
)
def test_what_is_found_wrong_later_has_its_file_and_line_too(place, capsys, old, new, words):
    (place / "study.toml").write_text(STUDY.replace(old, new))
    assert guarded(["simulate", "study.toml"]) == BAD_INPUT
    assert words in complaint(capsys)


def test_long_input_is_quoted_with_a_cut_and_keeps_its_advice(place, capsys):
    for arguments in (["simulate", "n" * 25_000], ["parameters", "n" * 25_000], ["demo", "--twins", "9" * 25_000]):
        assert guarded(arguments) == BAD_INPUT
        complaint(capsys)


@pytest.mark.parametrize("place_of_visits", [".", "study.toml", "study.toml/visits.csv"])
def test_place_of_visits_is_checked_before_the_work(place, capsys, monkeypatch, place_of_visits):
    import immunoreset.simulated_visits

    monkeypatch.setattr(immunoreset.simulated_visits, "simulated_visits", lambda *_, **__: pytest.fail("the work must not begin"))
    assert guarded(["visits", "study.toml", "--out", place_of_visits]) == BAD_INPUT
    complaint(capsys)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the full device of Linux")
def test_visits_on_a_full_disk_leave_the_old_file(place, capsys, monkeypatch):
    import immunoreset.placing

    (place / "visits.csv").write_text("old")
    touch = immunoreset.placing.Path.touch
    monkeypatch.setattr(
        immunoreset.placing.Path, "touch", lambda path: path.symlink_to("/dev/full") if "partial" in path.name else touch(path)
    )
    assert guarded(["visits", "study.toml", "--out", "visits.csv", "--force"]) == BAD_INPUT
    assert "no space left" in complaint(capsys)
    assert (place / "visits.csv").read_text() == "old" and sorted(os.listdir(place)) == ["study.toml", "visits.csv"]


def test_many_faulty_rows_are_said_up_to_fifty_and_listed_in_a_file(place, capsys):
    rows = "".join(f"A,{day},PGB,1.2,0-3\n" for day in range(300))
    (place / "visits.csv").write_text("patient,day,item,value,unit\n" + rows)
    assert guarded(["score", "visits.csv"]) == BAD_INPUT
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 51 and "300 faults" in lines[-1] and "runs/visits-faults.csv" in lines[-1]
    assert len((place / "runs" / "visits-faults.csv").read_text().splitlines()) == 301
    assert os.listdir(place / "runs") == ["visits-faults.csv"]


def test_title_is_never_read_as_markup(place, capsys):
    (place / "study.toml").write_text(
        STUDY.replace('"Small"', '"[/x] [bold]b[/bold] :smile:"') + 'compare_with = "mackensen2022"\n'
    )
    text = (place / "study.toml").read_text().replace('compare_with = "mackensen2022"\n', "")
    (place / "study.toml").write_text('compare_with = "mackensen2022"\n' + text)
    assert guarded(["simulate", "study.toml"]) == 0
    assert "[/x] [bold]b[/bold] :smile:" in capsys.readouterr().out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the full device of Linux")
@pytest.mark.parametrize("option", [[], ["--json"]])
def test_full_output_is_one_line_and_status_2(place, option):
    with open("/dev/full", "wb") as full:
        done = start("parameters", "kexp", *option, place=place, stdout=full)
    assert done.returncode == BAD_INPUT
    assert (
        done.stderr.decode() == "immunoreset: cannot write the output: no space left on device; what lies on disk is complete\n"
    )


@pytest.mark.skipif(os.name != "posix", reason="closes a file of the process")
def test_closed_output_is_one_line_and_the_run_is_complete(place):
    done = start("simulate", "study.toml", "--out", "run", place=place, preexec_fn=lambda: os.close(1))
    assert done.returncode == BAD_INPUT and done.stderr.count(b"\n") == 1 and b"the output is closed" in done.stderr
    assert (place / "run" / "manifest.json").is_file()


def test_output_without_the_signs_of_unicode_is_written_in_others(place):
    import json

    for option in ([], ["--json"]):
        done = start(
            "demo", "--twins", "1", "--force", *option, place=place, stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONIOENCODING": "ascii"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        text = done.stdout.decode("ascii")
        assert json.loads(text) if option else "Mackensen" in text or "CAR-T" in text


@pytest.mark.skipif(os.name != "posix" or sys.platform == "darwin", reason="file names that are not UTF-8")
@pytest.mark.parametrize("option", [[], ["--json"]])
def test_paths_in_another_encoding_are_read_and_written(place, option):
    name = os.fsdecode(b"caf\xe9")
    (place / f"{name}.toml").write_text(STUDY)
    (place / f"{name}.csv").write_text("patient,day,item,value,unit\nA,0,PGA,1.2,0-3\n")
    for command in (["simulate", f"{name}.toml"], ["score", f"{name}.csv"], ["simulate", name]):
        done = start(*command, *option, place=place, stdout=subprocess.PIPE)
        assert done.returncode == BAD_INPUT and b"Traceback" not in done.stderr and done.stderr.count(b"\n") == 1, done.stderr
        done = start(*command, *option, "--out", "run", "--force", place=place, stdout=subprocess.PIPE)
        assert b"Traceback" not in done.stderr and done.returncode == (BAD_INPUT if command[1] == name else 0), done.stderr


@pytest.mark.parametrize(
    "text",
    [f"patient,day,item,value,{'u' * 140_000}\nA,0,PGA,1,0-3\n", f"patient,day,item,value,unit\nA,0,PGA,1,{'u' * 140_000}\n"],
)
def test_endless_cell_of_a_table_is_a_fault_with_its_line(place, capsys, text):
    (place / "visits.csv").write_text(text)
    assert guarded(["score", "visits.csv"]) == BAD_INPUT
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2 and all(len(line) < 1100 for line in lines) and lines[0].startswith("visits.csv, line ")


@pytest.mark.parametrize("dose", ["9" * 5000, "²", "-1", "1.5", "x" * 140_000])
def test_impossible_dose_of_a_real_patient_is_one_line(tmp_path, dose):
    from immunoreset.errors import InvalidFile
    from immunoreset.virtual_trial.real_outcomes import read_outcomes

    (tmp_path / "outcomes.csv").write_text(f"dose,toxic\n{dose},no\n")
    with pytest.raises(InvalidFile) as error:
        read_outcomes(tmp_path / "outcomes.csv")
    assert len(str(error.value)) < 400

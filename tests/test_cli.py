"""The command line: it does its work, and bad input gives one clear line, exit status 2 and nothing on disk."""

import errno
import json
import subprocess
import sys
from pathlib import Path

import pytest

import immunoreset.patient.course
from immunoreset import store
from immunoreset.cli import BAD_INPUT, INTERRUPTED, guarded
from immunoreset.terminal import COMPILING

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
    told = captured.err.replace(f"immunoreset: {COMPILING}\n", "")  # on a machine that has not simulated yet
    assert told.count("\n") == 1 and told.startswith("immunoreset: ")
    assert "Traceback" not in captured.err + captured.out
    return told


def test_demo_writes_the_page_and_prints_the_table(place, capsys):
    assert guarded(["demo", "--twins", "2", "--figure", "figure.svg"]) == 0
    printed = capsys.readouterr().out
    assert "CAR-T peak in blood" in printed and "runs/demo/report.html" in printed and "0 of 30 simulations failed" in printed
    assert {"report.html", "summary.json", "manifest.json", "outcomes.parquet"} <= set(written(place))
    assert (place / "figure.svg").read_text().count('xmlns="http://www.w3.org/2000/svg"') == 1


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
        (["parameters", "zzzzzz"], ["no parameter 'zzzzzz'; `immunoreset parameters` lists all."]),
        (["simulate", "."], ["cannot read the study file '.'"]),
        (["simulate", "study.toml", "--rtol", "1"], ["rtol is 1"]),
        (["demo", "--seed", "99999999999999999999"], ["seed is 99999999999999999999"]),
        (["demo", "--out", "a" * 300], ["cannot write the folder", "name too long"]),
        (["demo", "--out", ".", "--force"], ["is not a run"]),
        (["simulate", "study.toml", "--out", "study.toml"], ["is a file"]),
        (["simulate", "study.toml", "--out", "study.toml/run"], ["cannot write the folder"]),
        (["app", "--port", "99999"], ["--port"]),
        (["app", "--host", "no such host", "--no-browser"], ["no such host"]),
    ],
)
def test_bad_input_is_one_line_and_status_2(place, capsys, arguments, words):
    assert guarded(arguments) == BAD_INPUT
    message = one_line(capsys)
    for word in words:
        assert word.lower() in message.lower()
    assert written(place) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("twins = 1", "twin = 1", ["study.toml, line 4", "did you mean 'twins'"]),
        ("1e6 cells/kg", "-1e6 cells/kg", ["arm 'car-t'"]),
        ("1e6 cells/kg", "nan cells/kg", ["arm 'car-t'"]),
        ("1e6 cells/kg", "1e6 cells/mile", ["arm 'car-t'", "cells/mile"]),
        ("cd19-car-t", "cd91-car-t", ["arm 'car-t'", "cd91-car-t"]),
        ("1e6 cells/kg", "1e300 cells/kg", ["arm 'car-t'", "more than anybody is given"]),
        ("1e6 cells/kg", "1e6 mg/m2", ["arm 'car-t'", "given in cells/kg or cells, not in mg/m2"]),
        ("on day 0", "on day zero", ["arm 'car-t'", "zero"]),
        ("on day 0", "on day nan", ["arm 'car-t'", "'nan' is not finite"]),
        ("on day 0", "on day 4000", ["arm 'car-t'", "after the last simulated day, 730", "stop later"]),
        ("on day 0", "on day -500", ["arm 'car-t'", "before the first simulated day, -35"]),
        ("cd19-car-t 1e6 cells/kg on day 0", "(((", ["arm 'car-t'", "at character 1"]),
        ("twins = 1", "twins = 1\nparameters = { kexpp = 2.0 }", ["no parameter 'kexpp'", "did you mean 'kexp'?"]),
        ("twins = 1", "twins = 1\nparameters = { kexp = 99.0 }", ["'kexp' is 99", "from 1.5 to 3.5"]),
        ("twins = 1", "twins = 1\nparameters = { kexp = 'high' }", ["study.toml, line 5", "'high'"]),
        ("twins = 1", "twins = 1000000", ["ask for at most"]),
        ('listed = "five-patients"\ntwins = 1', 'population = "carrt"\nn = 2', ["no population 'carrt'", "did you mean 'cart'?"]),
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


COLUMNS = "patient,age,sex,weight_kg,sledai_2k,nephritis,upcr_g_per_g,anti_dsdna_iu_per_ml,c3_g_per_l,igg_g_per_l"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("patient,age\na,30\n", ["line 1", "missing columns 'sex'", "add them"]),
        (f"{COLUMNS},shoe\na,30,F,60,12,,,,,,44\n", ["line 1", "unknown column 'shoe'"]),
        (f"{COLUMNS}\na,-3,F,60,12,,,,,\n", ["line 2", "'age'", "-3 is impossible", "0 to 110 years"]),
        (f"{COLUMNS}\na,30,F,60,300,,,,,\n", ["line 2", "'sledai_2k'", "300 is impossible"]),
        (f"{COLUMNS}\na,thirty,F,60,12,,,,,\n", ["line 2", "'thirty' is no number"]),
        (f"{COLUMNS}\na,30,F,60,12,,,,,\na,31,F,60,12,,,,,\n", ["line 3", "'a' is already on line 2"]),
        (f"{COLUMNS}\na,30\n", ["line 2", "2 values for 10 columns"]),
        (f"{COLUMNS}\n", ["no patients"]),
        ("", ["empty"]),
    ],
)
def test_bad_patients_file_is_one_line_and_writes_nothing(place, capsys, text, words):
    (place / "study.toml").write_text(STUDY.replace("five-patients", "mine.csv"))
    (place / "mine.csv").write_text(text)
    assert guarded(["simulate", "study.toml"]) == BAD_INPUT
    message = one_line(capsys)
    for word in ["mine.csv", *words]:
        assert word in message
    assert written(place) == ["mine.csv"]


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


@pytest.mark.skipif(not store.Path("/dev/full").exists(), reason="needs the full device of Linux")
@pytest.mark.parametrize("file", ["report.html", "summary.json", "outcomes.parquet", "trajectories.parquet", "manifest.json"])
def test_disk_that_fills_up_at_any_file_leaves_nothing(place, capsys, monkeypatch, file):
    """The kernel itself refuses the bytes: one file of the scratch folder lies on the device that is always full."""
    make = store.tempfile.mkdtemp

    def on_a_full_disk(**keywords):
        folder = make(**keywords)
        store.Path(folder, file).symlink_to("/dev/full")
        return folder

    monkeypatch.setattr(store.tempfile, "mkdtemp", on_a_full_disk)
    assert guarded(["simulate", "study.toml", "--out", "run"]) == BAD_INPUT
    assert "no space left on the disk of 'run'; free some, or choose another place" in one_line(capsys)
    assert written(place) == []


@pytest.mark.skipif(not store.Path("/proc/self").exists(), reason="needs a place where nobody may write")
def test_place_where_nobody_may_write_is_one_line(place, capsys):
    assert guarded(["simulate", "study.toml", "--out", "/proc/run"]) == BAD_INPUT
    assert "cannot write the folder '/proc/run'" in one_line(capsys)
    assert written(place) == []


@pytest.mark.parametrize("figure", ["study.toml/figure.svg", "."])
def test_figure_that_cannot_be_written_is_one_line(place, capsys, figure):
    assert guarded(["demo", "--twins", "1", "--figure", figure]) == BAD_INPUT
    assert "cannot write the figure" in one_line(capsys)


def test_interrupt_is_one_line_and_leaves_nothing(place, capsys, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(immunoreset.patient.course.engine, "prepare", interrupted)
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


def test_visits_of_a_study_are_scored_from_their_file(place, capsys):
    assert guarded(["visits", "study.toml", "--out", "visits.csv", "--seed", "3"]) == 0
    assert guarded(["score", "visits.csv", "--window", "10", "--csv", "--adam", "json"]) == 0
    printed = capsys.readouterr().out
    assert "SLEDAI-2K" in printed and "runs/visits/report.html" in printed
    run = place / "runs" / "visits"
    assert {"report.html", "scores.parquet", "scores.csv", "patients.parquet", "summary.json"} <= set(written(place))
    assert (run / "adam" / "adsl.json").is_file() and not (run / "left_out.csv").exists()
    assert "not for treatment decisions" in store.open_run(run).summary["research_only"]
    page = (run / "report.html").read_text()
    assert "<svg" in page and "Nothing on this page may be used" in page and "http" not in page.replace("http://www.w3.org", "")


def test_template_is_scored_as_it_stands(place, capsys):
    assert guarded(["score", "--template"]) == 0
    (place / "mine.csv").write_text(capsys.readouterr().out)
    assert guarded(["score", "mine.csv", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["read"]["patients"] == 2
    assert guarded(["score", "--items"]) == 0
    assert "BILAG_RENAL" in capsys.readouterr().out


FAULTY = """patient,day,item,value,unit
A,0,PGA,1.2,0-3
A,0,PGB,1.2,0-3
A,28,PGA,7,0-3
A,28,CRP,3,mg/kg
A,56,RASH,perhaps,
"""


def test_every_faulty_row_is_listed_and_nothing_is_written(place, capsys):
    (place / "faulty.csv").write_text(FAULTY)
    assert guarded(["score", "faulty.csv"]) == BAD_INPUT
    lines = capsys.readouterr().err.strip().splitlines()
    for line, word in ((3, "PGB"), (4, "7"), (5, "mg/kg"), (6, "perhaps")):
        assert any(f"line {line}" in text and word in text for text in lines), line
    assert "4 faults in 5 rows" in lines[-1] and "--partial" in lines[-1]
    assert not (place / "runs").exists()


def test_partial_scores_the_rest_and_lists_what_was_left_out(place, capsys):
    (place / "faulty.csv").write_text(FAULTY)
    assert guarded(["score", "faulty.csv", "--partial", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["read"]["faulty"] == 4
    left_out = (place / "runs" / "faulty" / "left_out.csv").read_text().splitlines()
    assert len(left_out) == 5 and left_out[0] == "file,line,row,column,reason"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["score"], ["--template"]),
        (["score", "nowhere.csv"], ["nowhere.csv"]),
        (["score", "study.toml"], ["study.toml"]),
        (["score", "visits.csv", "--sledai", "3K"], ["no sledai '3K'"]),
        (["score", "visits.csv", "--ctcae", "5"], ["did you mean '5.0'"]),
        (["score", "visits.csv", "--window", "14"], ["10, 28 or 30"]),
        (["score", "visits.csv", "--adam", "csv"], ["no format of ADaM datasets 'csv'"]),
        (["visits", "study.toml", "--arm", "nobody"], ["no arm 'nobody'"]),
        (["visits", "study.toml", "--out", "study.toml"], ["exists; replace it with --force"]),
    ],
)
def test_bad_input_of_scoring_is_said_in_the_last_line(place, capsys, arguments, words):
    (place / "visits.csv").write_text("patient,day,item,value,unit\nA,0,PGA,1.2,0-3\n")
    assert guarded(arguments) == BAD_INPUT
    message = capsys.readouterr().err.strip().splitlines()[-1]
    assert message.startswith("immunoreset: ") and all(word in message for word in words)
    assert not (place / "runs").exists()


TRIALS = Path(__file__).parent.parent / "examples" / "trials"


@pytest.mark.parametrize("name", ["four-doses", "single-arm-doris", "car-t-against-standard", "power-by-size"])
def test_trial_writes_its_page_and_prints_its_table(place, capsys, name):
    small = ["--repeats", "40", "--patients", "60", "--seed", "4"]
    assert guarded(["trial", str(TRIALS / f"{name}.toml"), "--out", "run", *small]) == 0
    printed = capsys.readouterr().out
    assert "simulations failed" in printed and "run/report.html" in printed
    page = (place / "run" / "report.html").read_text()
    assert "Research" in page and "<svg" in page
    assert store.open_run(place / "run").manifest["seed"] == 4


def test_schemas_are_printed_for_studies_and_trials(capsys):
    assert guarded(["schema"]) == 0
    study = json.loads(capsys.readouterr().out)
    assert guarded(["schema", "--trial"]) == 0
    assert "arms" in study["properties"] and json.loads(capsys.readouterr().out)["discriminator"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["kind"]),
        ('kind = "phase-9"\n', ["phase-9"]),
        ("kind = \n", ["line 1"]),
    ],
)
def test_bad_trial_document_is_one_line(place, capsys, text, words):
    (place / "bad.toml").write_text(text)
    assert guarded(["trial", "bad.toml"]) == BAD_INPUT
    message = one_line(capsys)
    assert all(word in message for word in ["bad.toml", *words]), message
    assert not (place / "runs").exists()


POPULATION = 'title = "Drawn"\n[patients]\npopulation = "cart"\nn = 4\n[arms]\nuntreated = "no treatment"\n'


def rows(file: Path) -> list[str]:
    return file.read_text().splitlines()[1:]


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("demo", "out patient twins seed threads force resume json csv"),
        ("simulate", "out patients patient twins seed threads force resume json csv"),
        ("visits", "out patients patient twins seed threads force json"),
        ("trial", "out patients seed threads force resume json csv"),
        ("score", "out force json csv"),
    ],
)
def test_options_have_one_name_in_all_commands_and_say_their_default(capsys, command, options):
    assert guarded([command, "--help"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    for option in options.split():
        assert f" --{option} " in text, option
    shown = text.split(" --out ")[1].split(" --")[0]
    assert "default" in shown and ("runs" in shown or "beside the study" in shown)
    assert command == "score" or "as the document says" in text.split(" --seed ")[1].split(" --")[0]


def test_patients_of_a_population_are_counted_by_patients(place, capsys):
    (place / "study.toml").write_text(POPULATION)
    assert guarded(["simulate", "study.toml", "--patients", "3", "--csv"]) == 0
    run = place / "runs" / "study"
    assert len(rows(run / "outcomes.csv")) == 3 and (run / "trajectories.csv").is_file() and (run / "events.csv").is_file()
    capsys.readouterr()
    assert guarded(["simulate", "study.toml", "--twins", "2", "--out", "two"]) == 0
    assert "--twins is taken as --patients" in capsys.readouterr().err


def test_patients_are_not_counted_where_they_are_listed(place, capsys):
    assert guarded(["simulate", "study.toml", "--patients", "3"]) == BAD_INPUT
    assert "--patients is for patients drawn from a population" in one_line(capsys)


@pytest.mark.parametrize(("text", "name"), [(STUDY, "rank3"), (STUDY, "3"), (POPULATION, "patient 3"), (POPULATION, "3")])
def test_one_patient_has_the_same_numbers_as_among_all(place, text, name):
    (place / "study.toml").write_text(text)
    assert guarded(["simulate", "study.toml", "--csv", "--out", "all"]) == 0
    assert guarded(["simulate", "study.toml", "--csv", "--out", "one", "--patient", name]) == 0
    (alone,) = rows(place / "one" / "outcomes.csv")
    assert alone in rows(place / "all" / "outcomes.csv") and name in alone.split(",")[1]


def test_unknown_patient_is_one_line(place, capsys):
    assert guarded(["visits", "study.toml", "--patient", "rank9"]) == BAD_INPUT
    assert "no patient 'rank9'; did you mean" in one_line(capsys)


@pytest.mark.parametrize("kind", ["study", "trial"])
def test_resumed_run_is_made_once_and_never_from_something_else(place, capsys, monkeypatch, kind):
    trial = str(TRIALS / "power-by-size.toml")
    command = ["simulate", "study.toml"] if kind == "study" else ["trial", trial, "--repeats", "40", "--patients", "20"]
    command += ["--out", "run", "--resume"]
    assert guarded(command) == 0
    before = (place / "run" / "manifest.json").read_bytes()
    capsys.readouterr()
    assert guarded(command) == 0
    assert "the run is complete already" in capsys.readouterr().out
    assert guarded([*command, "--seed", "77"]) == BAD_INPUT
    assert "has another" in one_line(capsys) and (place / "run" / "manifest.json").read_bytes() == before


def test_visits_say_what_they_wrote_as_json(place, capsys):
    assert guarded(["visits", "study.toml", "--out", "visits.csv", "--patient", "rank1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["file"] == "visits.csv" and told["patients"] == 1 and told["visits"] > 5


def test_every_scenario_is_printed_under_its_name(place, capsys):
    rates = '[[scenario]]\nname = "third"\ntoxic = [0.05, 0.1, 0.3]\n[[scenario]]\nname = "none"\ntoxic = [0.7, 0.8, 0.9]\n'
    head = 'title = "Two"\nkind = "phase-1"\ntarget = 0.3\nrepeats = 50\n'
    Path("two.toml").write_text(f'{head}{rates}[[design]]\nkind = "boin"\n', encoding="utf-8")
    assert guarded(["trial", "two.toml", "--out", "run"]) == 0
    printed = capsys.readouterr().out
    first, second = printed.split("Two: none")
    assert "Two: third" in first and "selected" in first and "selected" in second


@pytest.mark.parametrize("design", ["boin12", "u-boin"])
def test_a_design_that_weighs_benefit_needs_benefit(place, capsys, design):
    rates = 'title = "t"\nkind = "phase-1"\nrepeats = 50\n[[scenario]]\nname = "s"\ntoxic = [0.1, 0.3]\n'
    Path("t.toml").write_text(f'{rates}[[design]]\nkind = "{design}"\n', encoding="utf-8")
    assert guarded(["trial", "t.toml", "--out", "run"]) == BAD_INPUT
    assert f"design '{design}' needs benefit: give effective" in capsys.readouterr().err

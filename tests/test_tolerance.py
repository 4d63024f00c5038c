"""A study or trial is solved as is usual for its kind unless asked otherwise; it says how exactly; and refuses what is no use."""

import json

import numpy as np
import pytest

from immunoreset import store
from immunoreset.app.cohort_job import page_of as page_of_cohort
from immunoreset.app.trial_job import page_of as page_of_trial
from immunoreset.catalogue import Theta
from immunoreset.cli import BAD_INPUT, guarded
from immunoreset.demo import demo_study
from immunoreset.errors import InvalidValue
from immunoreset.inference import simulate_rows
from immunoreset.patient.tolerance import DEFAULTS, tolerance_of
from immunoreset.report.page import build_page
from immunoreset.study import run
from immunoreset.study_reading import parse_study
from immunoreset.virtual_trial.potential_outcomes import potential_outcomes
from immunoreset.virtual_trial.reading import parse_trial
from immunoreset.virtual_trial.run import run_trial
from immunoreset.virtual_trial.save import fill, manifest_of_trial

CELLS = "cd19-car-t 1e6 cells/kg on day 0"
STUDY = f"""\
title = "Drawn and listed"
stop = 40
[patients]
population = "cart"
n = 6
[arms]
drawn = "{CELLS}"
[arms.listed]
treatment = "{CELLS}"
patients = {{ listed = "five-patients", twins = 1 }}
"""
TRIAL = f"""\
kind = "phase-1"
title = "One dose"
repeats = 20
target = 0.25
[population]
name = "cart"
n = 6
[doses]
one = "{CELLS}"
[[design]]
kind = "3+3"
"""
USUAL = {kind: tolerance.rtol for kind, tolerance in DEFAULTS.items()}


def same(a, b):
    return all(np.array_equal(a[name], b[name], equal_nan=True) for name in a)


@pytest.fixture(scope="module")
def result():
    return run(parse_study(STUDY), threads=1)


@pytest.fixture(scope="module")
def trial():
    return run_trial(parse_trial(TRIAL), threads=1)


def test_single_patients_are_solved_most_exactly_and_the_demo_as_ever():
    assert USUAL["patients"] == 1e-6 == min(USUAL.values())
    study = demo_study()
    assert {study.tolerance_of(arm).rtol for arm in study.arms} == {1e-6}


@pytest.mark.parametrize(
    ("patients", "kind"),
    [
        ('population = "cart"\nn = 2', "population"),
        ('population = "cart"\nn = 1', "patients"),
        ('listed = "five-patients"\ntwins = 400', "patients"),
        ('population = "cart"\nn = 2\nonly = "patient 1"', "population"),
    ],
)
def test_a_study_is_solved_as_is_usual_for_its_patients(patients, kind):
    study = parse_study(STUDY.replace('population = "cart"\nn = 6', patients))
    assert study.tolerance_of("drawn") == DEFAULTS[kind]
    assert study.changed(rtol=1e-8).tolerance_of("drawn").rtol == 1e-8


def test_each_arm_has_the_tolerance_of_its_own_patients(result):
    told = {name: one["rtol"] for name, one in result.manifest["tolerance"].items()}
    assert told == {"drawn": USUAL["population"], "listed": USUAL["patients"]}
    assert result.manifest["solver"]["rtol"] == USUAL["population"], "that of the arm which is solved least exactly"


def test_what_is_said_of_the_tolerance_is_what_was_done(result):
    for arm in ("drawn", "listed"):
        asked = run(parse_study(STUDY).changed(rtol=result.manifest["tolerance"][arm]["rtol"]), threads=2)
        assert same(asked.arm(arm).outcomes.values, result.arm(arm).outcomes.values), arm
        assert same(asked.arm(arm).trajectories, result.arm(arm).trajectories), arm
    finer = run(parse_study(STUDY).changed(rtol=1e-9), threads=1)
    assert not same(finer.arm("drawn").trajectories, result.arm("drawn").trajectories)


def test_a_looser_tolerance_changes_no_score_of_these_patients(result):
    finer = run(parse_study(STUDY).changed(rtol=1e-9), threads=1)
    for name in ("sledai_2k", "cd20_positive_per_ul", "il6"):
        found, exact = (one.arm("drawn").trajectories[name] for one in (result, finer))
        np.testing.assert_allclose(found, exact, rtol=1e-3, atol=1e-2, err_msg=name)


def test_every_report_of_a_study_says_the_tolerance(result):
    words = "relative tolerance 1e-05, the default of populations (drawn); 1e-06, the default of single patients and their twins"
    assert words in build_page(result)
    assert result.summary()["tolerance"] == result.manifest["tolerance"] == page_of_cohort(result)["tolerance"]
    asked = run(parse_study(STUDY).changed(rtol=1e-7))
    assert "relative tolerance 1e-07, as asked, day" in build_page(asked)


def test_every_report_of_a_trial_says_the_tolerance(trial, tmp_path):
    fill(trial, tmp_path)
    words = "relative tolerance 0.0001, the default of trials"
    assert words in (tmp_path / "report.html").read_text("utf-8")
    assert ["Solved with", words] in page_of_trial(trial)["facts"]
    told = {"one": {"rtol": USUAL["trial"], "chosen": "the default of trials"}}
    assert told == manifest_of_trial(trial)["tolerance"] == trial.summary()["tolerance"]
    assert json.loads((tmp_path / store.MANIFEST).read_text("utf-8"))["tolerance"] == told


def test_a_trial_of_given_rates_solves_nothing_and_says_nothing():
    rates = TRIAL[: TRIAL.index("[population]")] + '[[scenario]]\nname = "r"\ntoxic = [0.1, 0.3]\n[[design]]\nkind = "3+3"\n'
    found = run_trial(parse_trial(rates))
    assert manifest_of_trial(found)["tolerance"] == {} and "Solved with" not in dict(found.presented.facts)


def test_the_document_of_a_trial_may_ask_for_another(trial):
    asked = run_trial(parse_trial(TRIAL + "[solver]\nrtol = 1e-8\n"))
    assert manifest_of_trial(asked)["tolerance"] == {"one": {"rtol": 1e-8, "chosen": "as asked"}}
    usual = run_trial(parse_trial(TRIAL).changed(rtol=USUAL["trial"]), threads=2)
    assert same(usual.found.table.once, trial.found.table.once) and same(usual.found.table.visits, trial.found.table.visits)
    finer = potential_outcomes("cart", {"one": CELLS}, [28], patients=6, seed=1, rtol=1e-8)
    assert same(finer.once, asked.found.table.once), "the option of Python is that of the document"
    assert not same(finer.visits, trial.found.table.visits)


def test_rows_are_solved_as_populations_are(result):
    arms, thetas = {"drawn": CELLS}, [Theta.current()]
    rows = simulate_rows(thetas, "cart", arms, n=6, seed=1, quasi=False, stop=40.0)
    assert USUAL["rows"] == USUAL["population"]
    for name, values in result.arm("drawn").outcomes.values.items():
        np.testing.assert_array_equal(rows.outcomes[name][0, 0], values, err_msg=name)
    finer = simulate_rows(thetas, "cart", arms, n=6, seed=1, quasi=False, stop=40.0, rtol=1e-9)
    assert not np.array_equal(finer.outcomes["il6_peak"], rows.outcomes["il6_peak"])


@pytest.mark.parametrize("rtol", [0.0, -1e-6, 0.5, 1e-15, float("nan"), float("inf")])
def test_a_tolerance_that_is_no_use_is_refused_in_python(rtol):
    with pytest.raises(InvalidValue, match=r"rtol is .*; give a relative tolerance from 1e-12 to 0.01"):
        tolerance_of("trial", rtol)
    with pytest.raises(InvalidValue, match="rtol"):
        potential_outcomes("cart", {"one": CELLS}, [28], patients=2, rtol=rtol)
    with pytest.raises(InvalidValue, match="rtol"):
        simulate_rows([Theta.current()], "cart", {"one": CELLS}, n=2, rtol=rtol)
    with pytest.raises(InvalidValue, match="rtol"):
        parse_study(STUDY).changed(rtol=rtol)
    with pytest.raises(InvalidValue, match="rtol"):
        parse_trial(TRIAL).changed(rtol=rtol)


@pytest.mark.parametrize("rtol", ["0", "2", "nan", "'1e-6'"])
@pytest.mark.parametrize(("command", "text"), [("simulate", STUDY), ("trial", TRIAL)])
def test_a_document_with_such_a_tolerance_is_one_line(tmp_path, monkeypatch, capsys, command, text, rtol):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study.toml").write_text(f"{text}[solver]\nrtol = {rtol}\n")
    assert guarded([command, "study.toml"]) == BAD_INPUT
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "rtol" in said and "study.toml" in said and not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("command", "text", "shown"), [("simulate", STUDY, "simulations failed; solved"), ("trial", TRIAL, "solved")]
)
def test_the_command_line_asks_for_a_tolerance_and_says_it(tmp_path, monkeypatch, capsys, command, text, shown):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study.toml").write_text(text)
    assert guarded([command, "study.toml", "--rtol", "1e-7"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert shown in printed and "relative tolerance 1e-07, as asked" in printed
    assert "Research software: not for treatment decisions." in printed
    assert {one["rtol"] for one in store.open_run("runs/study").manifest["tolerance"].values()} == {1e-7}
    for nonsense in ("7", "nan", "soon"):
        assert guarded([command, "study.toml", "--rtol", nonsense, "--force"]) == BAD_INPUT
        assert capsys.readouterr().err.count("\n") == 1

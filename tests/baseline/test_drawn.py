"""A study and a trial take patients who agree with a table, anew by their seed or the same ones from a file."""

from pathlib import Path

import numpy as np
import pytest

from immunoreset.baseline.drawn import drawn_patients
from immunoreset.baseline.patients_file import rows_of
from immunoreset.catalogue import built_in
from immunoreset.errors import ImmunoresetError, InvalidFile, InvalidValue
from immunoreset.population import sample
from immunoreset.study import run
from immunoreset.study_document import Patients, Study
from immunoreset.virtual_trial.reading import parse_trial
from immunoreset.virtual_trial.run import run_trial

EXAMPLES = Path(__file__).parents[2] / "examples"
TABLE = """\
title = "Older women"
population = "trial"
n = 400
[[row]]
covariate = "age"
mean = 52.0
sd = 10.0
[[row]]
covariate = "female"
count = 396
"""
TRIAL = """\
kind = "phase-2"
title = "Baseline"
seed = 3
repeats = 20
treatment = "rituximab 1000 mg on days 0 14"
[population]
name = "trial"
n = 40
baseline = "table.toml"
[endpoint]
measure = "sri4"
day = 84
[[design]]
kind = "simon"
p0 = 0.2
p1 = 0.5
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "table.toml").write_text(TABLE)
    return tmp_path


def study(folder: Path, n: int = 30, **keys: object) -> Study:
    document = {
        "title": "Baseline",
        "seed": 3,
        "start": 0,
        "stop": 1,
        "patients": {"population": "trial", "n": n, "baseline": "table.toml"},
        "arms": {"untreated": "no treatment"},
    }
    return Study.model_validate(document | keys).in_folder(folder)


def patients(folder: Path, n: int, seed: int, name: str = "table.toml"):
    return drawn_patients("trial", n, seed=seed, baseline=folder / name, catalogue=built_in())


def write(path: Path, rows) -> None:
    path.write_text("".join(",".join(row) + "\n" for row in rows))


def test_study_runs_in_patients_who_agree_with_the_table(folder):
    cohort = patients(folder, 30, 3)
    result = run(study(folder))
    assert result.failed == 0
    assert result.patients == [f"patient {number + 1}" for number in cohort.ids]
    assert result.arm("untreated").outcomes.values["sledai_entry"].tolist() == cohort.covariates["sledai_2k"].tolist()
    assert cohort.covariates["age"].mean() == pytest.approx(52, abs=2.5)


def test_patient_is_the_same_alone_as_in_the_whole(folder):
    whole = run(study(folder))
    alone = run(study(folder).of_patient(whole.patients[7]))
    assert alone.arm("untreated").outcomes.values["sledai_entry"] == whole.arm("untreated").outcomes.values["sledai_entry"][7]


def test_patients_of_a_file_stay_who_they_are_and_the_seed_says_what_happens(folder):
    cohort = patients(folder, 30, 3)
    write(folder / "patients.csv", rows_of(cohort))
    first, second = (patients(folder, n, seed, "patients.csv") for n, seed in ((30, 3), (12, 9)))
    assert first.ids.tolist() == cohort.ids.tolist() and second.ids.tolist() == cohort.ids[:12].tolist()
    assert (first.seed, second.seed) == (3, 9)
    for name, values in second.parameters.items():
        assert np.array_equal(values, cohort.select(np.arange(12)).parameters[name]), name


def test_file_that_this_version_would_draw_otherwise_is_refused(folder):
    rows = rows_of(sample("trial", 5, seed=1))
    age = rows[0].index("age")
    rows[3][age] = f"{float(rows[3][age]) + 1:g}"
    write(folder / "patients.csv", rows)
    with pytest.raises(InvalidFile, match=r"patients.csv, line 4: 'age' is .*; make the file anew"):
        patients(folder, 5, 1, "patients.csv")


def test_file_of_changed_numbers_draws_the_same_patients_about_them(folder):
    write(folder / "patients.csv", rows_of(sample("trial", 5, seed=1)))
    changed = built_in().with_values({"lymphocytes.baseline": 600.0})
    found = drawn_patients("trial", 5, seed=1, baseline=folder / "patients.csv", catalogue=changed)
    plain = sample("trial", 5, seed=1)
    assert (found.parameters["lymphocytes.baseline"] < plain.parameters["lymphocytes.baseline"]).all()
    assert np.array_equal(found.covariates["age"], plain.covariates["age"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: rows[:1], "5 patients are asked for and 0 are there"),
        (lambda rows: [["patient", *rows[0][1:]], *rows[1:]], "line 1: these are not the columns population, seed, patient"),
        (lambda rows: [*rows[:2], rows[2][:-1], *rows[3:]], "line 3: .* values for"),
        (lambda rows: [rows[0], ["cart", *rows[1][1:]], *rows[2:]], "line 2: a patient of 'cart'"),
        (lambda rows: [rows[0], ["trial", "1", "-3", *rows[1][3:]], *rows[2:]], "line 2: '-3' is no whole number"),
        (lambda rows: [*rows[:2], rows[1], *rows[3:]], "numbers of their own"),
        (lambda rows: [*rows[:2], [rows[2][0], "7", *rows[2][2:]], *rows[3:]], "one seed"),
        (lambda rows: [row[:-1] for row in rows], "not those of this version"),
        (lambda rows: [], "the file is empty"),
    ],
)
def test_faulty_file_of_patients_is_said_in_one_line(change, words, folder):
    write(folder / "patients.csv", change(rows_of(sample("trial", 5, seed=1))))
    with pytest.raises(InvalidFile, match=words) as caught:
        patients(folder, 5, 1, "patients.csv")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ({"population": "cart", "n": 5, "baseline": "table.toml"}, "this table is of 'trial', and patients of 'cart'"),
        ({"population": "trial", "n": 5, "baseline": "nowhere.toml"}, "no baseline file"),
        ({"population": "trial", "n": 5, "baseline": "nowhere.csv"}, "no file"),
    ],
)
def test_baseline_that_cannot_be_used_is_said_before_any_simulation(who, words, folder):
    with pytest.raises(ImmunoresetError, match=words):
        run(study(folder, patients=who))


def test_listed_patients_have_no_baseline():
    with pytest.raises(InvalidValue, match="a baseline needs the population"):
        Patients(listed="five-patients", baseline="table.toml")


def test_trial_treats_patients_who_agree_with_the_table(folder):
    result = run_trial(parse_trial(TRIAL).in_folder(folder))
    assert (
        "Patients",
        "40 virtual patients of the population 'trial', who agree with table.toml at entry",
    ) in result.presented.facts
    plain = run_trial(parse_trial(TRIAL.replace('baseline = "table.toml"\n', "")))
    assert result.presented.tables != plain.presented.tables


def test_example_study_runs_in_the_patients_of_its_table():
    found = Study.read(EXAMPLES / "baseline-of-bliss-sc.toml").changed(twins=4)
    result = run(found)
    cohort = drawn_patients("trial", 4, seed=1, baseline=EXAMPLES / "baselines" / "bliss-sc.toml", catalogue=built_in())
    assert result.failed == 0 and result.patients == [f"patient {number + 1}" for number in cohort.ids]

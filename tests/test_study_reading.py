"""A study that cannot be read says file, line, key and what to do, in one line."""

import pytest

from immunoreset.errors import ImmunoresetError, InvalidFile, InvalidValue
from immunoreset.simulated_visits import chart_arm as visits
from immunoreset.study import run
from immunoreset.study_document import Study
from immunoreset.study_reading import parse_study, read_study
from immunoreset.toml_document import naming

GOOD = """\
title = "Two arms"
seed = 3

[patients]
listed = "five-patients"
twins = 2

[arms]
car-t = "cd19-car-t 1e6 cells/kg on day 0"
[arms.lymphoma]
treatment = "no treatment"
patients = { population = "lymphoma", n = 5, parameters = { kexp = 2.0 } }
"""


def complaint(text: str) -> str:
    with pytest.raises(InvalidFile) as error:
        parse_study(text, "STUDY.toml")
    assert "\n" not in str(error.value)
    return str(error.value)


def test_good_study_is_read():
    study = parse_study(GOOD)
    assert study.arms["car-t"].treatment == "cd19-car-t 1e6 cells/kg on day 0"
    assert study.patients_of("car-t").twins == 2
    assert study.patients_of("lymphoma").parameters == {"kexp": 2.0}


def test_twins_and_seed_can_be_changed_and_are_checked_again():
    changed = parse_study(GOOD).changed(twins=7, seed=11)
    assert (changed.seed, changed.patients.twins, changed.patients_of("lymphoma").n) == (11, 7, 7)
    with pytest.raises(InvalidValue, match="twins is 0; input should be greater than or equal to 1"):
        parse_study(GOOD).changed(twins=0)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("seed = 3", "seeed = 3", ["STUDY.toml, line 2", "no key 'seeed'", "did you mean 'seed'?"]),
        ("twins = 2", "twin = 2", ["line 6", "'patients.twin'", "did you mean 'twins'?"]),
        ("twins = 2", "twins = 0", ["line 6", "'patients.twins' is 0", "greater than or equal to 1"]),
        ("twins = 2", 'twins = "many"', ["line 6", "'patients.twins' is 'many'", "valid integer"]),
        ("seed = 3", "seed = -1", ["line 2", "'seed' is -1"]),
        ("seed = 3", "stop = nan", ["line 2", "'stop' is nan"]),
        ("seed = 3", "start = 5", ["line 2", "'start' is 5", "less than or equal to 0"]),
        ("seed = 3", 'compare_with = "nobody"', ["line 2", "'compare_with' is 'nobody'", "'mackensen2022'"]),
        ('listed = "five-patients"', "", ["line 4", "give either listed or population"]),
        ('listed = "five-patients"', 'population = "cart"', ["line 4", "a population needs n"]),
        ('"cd19-car-t 1e6 cells/kg on day 0"', "3", ["'arms.car-t' is 3", "give a regimen in quotes"]),
        ('title = "Two arms"', "", ["the key 'title' is missing", "immunoreset schema"]),
        ('treatment = "no treatment"', 'treatment = "no treatment"\ndose = 3', ["line 12", "no key 'arms.lymphoma.dose'"]),
        ("[arms]", "[arms", ["not TOML", "line 8"]),
        ("n = 5", "n = 5, sex = 1", ["line 12", "no key 'arms.lymphoma.patients.sex'"]),
    ],
)
def test_mistakes_are_located(old, new, expected):
    assert old in GOOD
    message = complaint(GOOD.replace(old, new))
    for part in expected:
        assert part in message, message


def test_study_without_arms_is_refused():
    assert "arms" in complaint(GOOD[: GOOD.index("[arms]")])


def test_missing_file_is_named(tmp_path):
    with pytest.raises(InvalidFile, match=r"no study file '.*nowhere\.toml'"):
        Study.read(tmp_path / "nowhere.toml")


def test_file_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "study.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidFile, match="not UTF-8 text"):
        Study.read(tmp_path / "study.toml")


def test_files_are_looked_for_beside_the_study(tmp_path):
    (tmp_path / "study.toml").write_text(GOOD)
    assert Study.read(tmp_path / "study.toml").folder == tmp_path
    assert Study.read(tmp_path / "study.toml").changed(seed=5).folder == tmp_path


HEAD = '[patients]\npopulation = "pemphigus"\nn = 2\n[arms]\nnone = "none"\n'


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f'title = "car of car-t"\n{HEAD}car = "tocilizumab 8 mg/kg on day 0"', 7),
        (f'title = "tocilizumab, pemphigus-x"\n{HEAD}'.replace('pemphigus"', 'pemphigus-y"'), 3),
    ],
)
def test_what_cannot_be_done_is_said_with_its_line_and_not_that_of_a_longer_word(text, line, tmp_path):
    file = tmp_path / "study.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ImmunoresetError, match=f"study.toml, line {line}: "), naming(file):
        run(read_study(file))


def test_a_number_below_zero_that_a_visit_is_written_with_is_refused_by_its_name():
    asked = 'n = 2\nbeyond_bounds = true\nparameters = { "arthritis.crp" = -5.0 }'
    text = f'title = "x"\nstop = 30\n{HEAD}'.replace("pemphigus", "rheumatoid-arthritis").replace("n = 2", asked)
    for work in (run, lambda study: visits(study, "none")):
        with pytest.raises(InvalidValue, match=r"parameter 'arthritis.crp' is -5, with which no visit can be written"):
            work(parse_study(text))

"""What is wrong in a disease of a user's own is one line with its file, before anything is simulated."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from immunoreset.catalogue import built_in
from immunoreset.catalogue.disease_run import check_names, check_patients
from immunoreset.catalogue.own import with_files
from immunoreset.disease.disease import Population
from immunoreset.errors import InvalidFile, InvalidValue

EXAMPLE = Path(__file__).parents[2] / "examples" / "own-disease"
GROUP = "Group(), female_share=0.35, age_median=52"
WRONG = {
    "score": ('of="upcr"', 'of="upc"', r"no score .* 'upc'; did you mean 'upcr'"),
    "score of nothing": ('Score("upcr", "Prot', 'Score("proteinuria", "Prot', r"no score .* 'proteinuria'"),
    "chart item": ('{"UPCR": Item', '{"UPCX": Item', r"no item 'UPCX'; did you mean 'UPCR'"),
    "item read": ('read("UPCR"', 'read("UPCX"', r"line \d+: no item 'UPCX'; did you mean 'UPCR'"),
    "number": ('number("membranous.scar")', 'number("membranous.scr")', r"line \d+: no number .* 'membranous.scar'"),
    "number of nothing": ('number("membranous.noise")', 'number("membranous.x")', r"line \d+: no number 'membranous.x'"),
    "state": ('state("leak")', 'state("leek")', r"line \d+: no followed quantity 'leek'; did you mean 'leak'"),
    "factor": (GROUP, 'Group(factors={"membranous.scr": 2.0})', r"no number for a factor .*'membranous.scr'; did you mean"),
    "share": ("female_share=0.35", "female_share=3.5", r"line \d+: population .*: female_share is 3.5; give a share from 0 to 1"),
    "age below": ("age_median=52", "age_median=-5", r"line \d+: population .*: age_median is -5; give one within"),
    "age nan": ("age_median=52", 'age_median=float("nan")', r"age_median is nan; give one within age_range"),
    "range": ("age_median=52", "age_median=52, age_range=(80, 18)", r"age_range is 80 to 18; give two rising ages"),
    "spread": ("age_median=52", "age_median=52, age_log_sd=-1", r"age_log_sd is -1; give a spread of 0 or more"),
    "care": ("age_median=52", 'age_median=52, care_median="care"', r"no number that population 'mem.*' names 'care'"),
    "panel": ('Panel("upcr"', 'Panel("upcx"', r"no curve for a panel 'upcx'; did you mean 'upcr'"),
    "refuses": ('scores=["UPCR"]', 'scores=["UPCR"], refuses={"rituxmab": "no"}', r"no drug to be refused 'rituxmab'; did you"),
    "read too": ('scores=["UPCR"]', 'scores=["UPCR"], read_too=["crpp"]', r"no reading to be followed 'crpp'"),
    "twice": ('Score("remission", "C', 'Score("upcr", "C', r"line \d+: two scores are called 'upcr'; give each a name"),
    "curve": ('{"upcr": true', '{"upcr": 1 / 0 * true', r"line \d+: ZeroDivisionError: division by zero"),
    "many lines": ("SCORING = Sc", 'raise ValueError("one\\ntwo")\nSCORING = Sc', r"line \d+: ValueError: one two$"),
    "exit": ("SCORING = Sc", "raise SystemExit(3)\nSCORING = Sc", r"line \d+: it ends the program; leave exit"),
    "assertion": ("SCORING = Sc", 'assert False, "never"\nSCORING = Sc', r"line \d+: AssertionError: never$"),
    "exit at a visit": ("def true_proteinuria(look):", "def true_proteinuria(look):\n    raise SystemExit", "ends the program"),
    "no population": ('groups=[Population("m', 'groups=[] and [Population("m', r"has no population; give one"),
}  # fmt: skip


def _copied(old: str, new: str, folder: Path) -> Path:
    for file in EXAMPLE.iterdir():
        if file.is_file():
            shutil.copy(file, folder / file.name)
    text = (EXAMPLE / "membranous.py").read_text("utf-8")
    assert old in text
    (folder / "membranous.py").write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder / "membranous.py"


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_one_line_with_its_file(name: str, tmp_path: Path) -> None:
    old, new, words = WRONG[name]
    with pytest.raises(InvalidFile, match=rf"membranous.py.*{words}") as caught:
        with_files(built_in(), [_copied(old, new, tmp_path)])
    assert "\n" not in str(caught.value)


def test_a_file_that_is_named_twice_is_there_once(tmp_path: Path) -> None:
    file = _copied("leak", "leak", tmp_path)
    once = with_files(built_in(), [file])
    again = with_files(once, [file, tmp_path / "." / "membranous.py"])
    assert list(again.diseases) == list(once.diseases)


@pytest.mark.parametrize("name", built_in().diseases)
def test_the_diseases_of_the_package_pass_the_trial_of_a_users_own(name: str) -> None:
    disease = built_in().disease(name)
    check_names(disease, built_in())
    check_patients(disease, built_in(), lambda work: work())


@pytest.mark.parametrize("wrong", [{"female_share": np.nan}, {"wider": 0.0}, {"age_range": (18.0, np.inf)}])
def test_a_population_that_there_cannot_be_is_refused_where_it_is_made(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidValue, match=f"population 'p': {next(iter(wrong))} is"):
        Population("p", "p", None, **wrong)  # pyright: ignore[reportArgumentType]

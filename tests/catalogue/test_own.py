"""A user's own drug is used by name with no edit of the package, and what is wrong in it is one line with file and line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from immunoreset.catalogue import built_in
from immunoreset.catalogue.own import with_files
from immunoreset.errors import InvalidFile
from immunoreset.study import run
from immunoreset.study_document import Study

EXAMPLE = Path(__file__).parents[2] / "examples" / "own-drug"


def test_the_example_is_under_sixty_lines_with_its_numbers() -> None:
    assert sum(len((EXAMPLE / f"anti_cd38.{kind}").read_text("utf-8").splitlines()) for kind in ("py", "toml")) < 60


def test_an_own_drug_is_given_by_name_and_its_concentration_and_effect_can_be_asked_for() -> None:
    result = run(Study.read(EXAMPLE / "after-car-t.toml").changed(twins=6))
    without, treated = result.arm("car-t"), result.arm("car-t-then-anti-cd38")
    assert not treated.failures and "anti_cd38.concentration" not in without.trajectories
    level = treated.trajectories["anti_cd38.concentration"]
    before, after = (int(np.searchsorted(result.days, day)) for day in (60.0, 60.5))
    assert np.all(level[:, before] == 0) and np.all(level[:, after] > 50) and treated.units["anti_cd38.concentration"] == "mg/L"
    left, usual = (arm.trajectories["long_lived_plasma_normal"][:, -1] for arm in (treated, without))
    assert np.all(left < usual)
    assert treated.mean("igg_change_percent_day180") < without.mean("igg_change_percent_day180") - 20


def test_numbers_of_an_own_drug_are_drawn_and_can_be_changed() -> None:
    catalogue = with_files(built_in(), [EXAMPLE / "anti_cd38.py"])
    assert catalogue.theta.table["anti_cd38.half_effect"].unit == "mg/L"
    assert catalogue.with_values({"anti_cd38.kill_long_lived": 0.1}).theta.table["anti_cd38.kill_long_lived"].value == 0.1
    from immunoreset.population import sample

    drawn = sample("cart", 50, seed=1, catalogue=catalogue).parameters["anti_cd38.kill_long_lived"]
    assert np.std(np.log(drawn)) == pytest.approx(0.47, rel=0.3)
    usual = sample("cart", 50, seed=1).parameters["car_t.expansion_max"]
    np.testing.assert_array_equal(sample("cart", 50, seed=1, catalogue=catalogue).parameters["car_t.expansion_max"], usual)


def listed_by(*arguments: str, **environment: str) -> str:
    """What `immunoreset ARGUMENTS` prints."""
    command = [sys.executable, "-c", "from immunoreset.cli import main; main()", *arguments]
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=True).stdout


def test_the_command_line_lists_the_numbers_of_files_that_its_user_names() -> None:
    file = str(EXAMPLE / "anti_cd38.py")
    listed = listed_by("--modules", file, "parameters", "anti_cd38")
    assert len(listed.splitlines()) == 7 and "anti_cd38.kill_long_lived" in listed
    assert listed_by("parameters", "anti_cd38", IMMUNORESET_MODULES=file) == listed


WRONG = {
    "effect": ("py", "kill_plasmablasts=my", "kill_plasmablast=my", r"py, line 2\d: no word of Effects 'kill_plasmablast'; did"),
    "number": ("py", "my.half_effect +", "my.half_efect +", r"py, line 2\d: no field of AntiCd38 'half_efect'; did you mean"),
    "missing": ("toml", "half_effect =", "half_effects =", r"toml, line 7: 'numbers.half_effects': module 'anti_cd38' has"),
    "word unit": ("toml", '0.02, unit = "1/day"', '0.02, unit = "mg/L"', r"py, line \d+: 'kill_long_lived' is in milligram"),
    "own unit": ("toml", '20.0, unit = "mg/L"', '20.0, unit = "mg"', r"py, line 2\d: DimensionalityError"),
    "bounds": ("toml", "value = 20.0", "value = 2000.0", r"toml, line 7: 'numbers.half_effect.value': 2000.0 is outside"),
    "standing": ("toml", '"assumed" }', '"guess" }', r"toml, line 3: .*standing 'guess'"),
    "syntax": ("py", "DRUG = ", "DRUG = = ", r"py, line \d+: invalid syntax"),
    "nothing": ("py", "DRUG = ", "THING = ", r"holds neither a DRUG nor a DISEASE"),
    "taken": ("py", '"anti-cd38"', '"rituximab"', r"there is a drug 'rituximab' already"),
    "import": ("py", "from typing import NamedTuple", "import no_such_package", r"py, line 3: ModuleNotFoundError"),
    "at rest": ("py", "concentration / (my.half_effect + concentration)", "1 + concentration / my.half_effect", "not at rest"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_one_line_with_file_and_line(name: str, tmp_path: Path) -> None:
    kind, old, new, words = WRONG[name]
    for file in ("anti_cd38.py", "anti_cd38.toml"):
        text = (EXAMPLE / file).read_text("utf-8")
        assert not file.endswith(kind) or old in text
        (tmp_path / file).write_text(text.replace(old, new, 1) if file.endswith(f".{kind}") else text, encoding="utf-8")
    with pytest.raises(InvalidFile, match=words) as caught:
        with_files(built_in(), [tmp_path / "anti_cd38.py"])
    assert "\n" not in str(caught.value)


MODULE = """
from typing import NamedTuple
from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Num
from immunoreset.therapy.drug import Drug
from immunoreset.therapy.families.doses import boluses
from immunoreset.therapy.language.items import Dose

class State(NamedTuple):
    level: Num

class Numbers(NamedTuple):
    loss: Num

def change(me, my, seen, on, rest):
    return State({change})

DRUG = Drug(name="own", meaning="", units=("mg",), forms=(Dose,), example="1 mg on day 0", kind="own",
            events=lambda items, recipients: boluses("own.level", "own", items, recipients),
            module=Module("own", __file__, State, Numbers, lambda my: State({start}), change))
"""
TABLE = """[states.level]
unit = "mg"
meaning = "amount"
tolerance = 1e-6
[numbers.loss]
value = 0.5
unit = "1/day"
bounds = [0.1, 1.0]
source = "chosen for this test"
standing = "assumed"
"""


@pytest.mark.parametrize(
    ("change", "start", "words"),
    [
        ("-my.loss * me.level", "5.0", "the untreated patient is not at rest: 'own.level' changes by -2.5 a day"),
        ("-my.loss * me.level * seen.lymphocyte", "0.0", r"line 16: no field of Signals 'lymphocyte'; did you mean"),
        ("-me.level", "0.0", r"the change of 'own.level' is in milligram, not in"),
        ("-my.loss * me.level - 1e-12", "0.0", "falls below zero"),
    ],
)
def test_a_module_must_rest_stay_above_zero_and_say_its_units(change: str, start: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(MODULE.format(change=change, start=start), encoding="utf-8")
    (tmp_path / "own.toml").write_text(TABLE, encoding="utf-8")
    with pytest.raises(InvalidFile, match=words):
        with_files(built_in(), [tmp_path / "own.py"])

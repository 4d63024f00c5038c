"""Calibration documents: what is refused, in one line that says what to do, before anything is simulated."""

from __future__ import annotations

from pathlib import Path

import pytest

from immunoreset.calibration.document import read_document
from immunoreset.calibration.plan import plan_of
from immunoreset.errors import ImmunoresetError, InvalidFile
from immunoreset.evidence import calibration_rows

EXAMPLE = Path("examples/calibration/two-numbers.toml")
GATE = Path("calibrations/model-0.3.toml")


def changed(tmp_path: Path, *pairs: tuple[str, str]) -> Path:
    """The example with some of its text replaced, beside its evidence."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "made-up-trial.toml").write_bytes((EXAMPLE.parent / "made-up-trial.toml").read_bytes())
    (tmp_path / "c.toml").write_text(text, encoding="utf-8")
    return tmp_path / "c.toml"


def test_the_example_plans_two_unknowns_and_four_rows() -> None:
    plan = plan_of(read_document(EXAMPLE))
    assert [own.name for own in plan.unknowns] == ["car_t.expansion_max", "cytokines.il6_gain"]
    assert plan.unknowns[1].sd == 0.5
    assert [row.target.kind for row in plan.rows] == ["mean", "geometric mean", "geometric mean", "share"]
    assert len({target.block for target in plan.targets}) == 1
    assert len(plan.unused) == len(calibration_rows())


def test_the_gate_is_calibrated_to_every_calibration_row_and_no_other() -> None:
    plan = plan_of(read_document(GATE))
    assert {row.row.id for row in plan.rows} == {row.id for row in calibration_rows()} and not plan.unused
    assert all(own.standing == "tuned" or own.name in plan.document.free for own in plan.unknowns) and len(plan.unknowns) > 50


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([("seed = 1", "sead = 1")], r"c.toml, line \d+: no key 'sead'.*did you mean 'seed'"),
        ([("points = 128", "point = 128")], "no key 'design.point'.*did you mean 'points'"),
        ([("car_t.expansion_max", "car_t.expansion")], "did you mean 'car_t.expansion_max'"),
        ([('"cytokines.il6_gain"]', '"cytokines.il6_gain", "kexp"]')], "named twice"),
        ([('"cytokines.il6_gain"]', '"rituximab.clearance"]'), ('"cytokines.il6_gain" = 0.5', "")], "reaches no patient"),
        ([('"cytokines.il6_gain"]', '"body.weight"]'), ('"cytokines.il6_gain" = 0.5', "")], "cannot be free"),
        ([('"cytokines.il6_gain" = 0.5', '"car_t.kill_max" = 0.5')], "not free"),
        ([('"cytokines.il6_gain" = 0.5', '"cytokines.il6_gain" = -1')], "give a number above 0"),
        ([('"cytokines.il6_gain" = 0.5', '"cytokines.il6_gain" = 1e308')], "line .*has the sd 1e[+]308.*give 0.001 to 10"),
        ([('"cytokines.il6_gain" = 0.5', '"cytokines.il6_gain" = 1e-300')], "line .*has the sd 1e-300.*give 0.001 to 10"),
        ([("stop = 60", "stop = 1e9")], r"c.toml, line \d+: 'arms.cells.stop' is 1000000000.*less than or equal to 7300"),
        ([("stop = 60", "start = -1e9")], r"c.toml, line \d+: 'arms.cells.start' is -1000000000.*greater than or equal to -1000"),
        ([("il6_peak in cells", "il6_peak of cells")], "is not 'READING in ARM'"),
        ([("il6_peak in cells", "il6_peak in cell")], "no arm in row.*did you mean 'cells'"),
        ([("il6_peak in cells", "il6_peak in cells less cells")], "without 'less'"),
        ([("il6_peak in cells", "six of them in cells")], "is no reading"),
        ([("made-up-trial/crs", "made-up-trial/crss")], "did you mean"),
        ([("made-up-trial/crs", "mueller-2024/doris-day180")], "cannot be calibrated to"),
        ([('population = "cart"', 'population = "crat"')], "did you mean 'cart'"),
        ([('population = "cart"', 'population = "cart"\nlisted = "five-patients"')], "either population or listed"),
        ([("cd19-car-t 1e6", "cd19-cart 1e6")], "arm 'cells'"),
        ([("stop = 60", "stop = -3")], "greater than or equal to 1"),
        ([("made-up-trial.toml", "no-such.toml")], "no-such.toml"),
        ([('free = ["car_t.expansion_max", "cytokines.il6_gain"]', 'free = ["standing wobbly"]')], "no standing 'wobbly'"),
    ],
)
def test_what_cannot_be_calibrated_is_refused_in_one_line(tmp_path: Path, pairs: list[tuple[str, str]], words: str) -> None:
    with pytest.raises(ImmunoresetError, match=words) as fault:
        plan_of(read_document(changed(tmp_path, *pairs)))
    assert "\n" not in str(fault.value)


def test_a_fault_of_the_users_own_evidence_is_told(tmp_path: Path) -> None:
    path = changed(tmp_path)
    own = tmp_path / "made-up-trial.toml"
    own.write_text(own.read_text().replace('family = "made-up CRS"', 'outcome = "crs_anny"'))
    with pytest.raises(InvalidFile, match=r"made-up-trial.toml.*crs_anny"):
        plan_of(read_document(path))

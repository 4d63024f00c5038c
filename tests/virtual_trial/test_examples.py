"""The worked documents run, on a small size, and show what they say they show."""

from pathlib import Path

import numpy as np
import pytest

from immunoreset.virtual_trial.document import TrialDocument
from immunoreset.virtual_trial.run import run_trial

EXAMPLES = Path(__file__).parents[2] / "examples" / "trials"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.toml"))


def small(name, patients=120, repeats=60):
    document = TrialDocument.read(EXAMPLES / f"{name}.toml").changed(patients=patients, repeats=repeats)
    return run_trial(document)


def test_there_is_an_example_of_every_kind():
    kinds = {TrialDocument.read(EXAMPLES / f"{name}.toml").kind for name in NAMES}
    assert kinds == {"phase-1", "phase-2", "phase-3", "power"}


@pytest.mark.parametrize("name", NAMES)
def test_example_runs_and_is_saved_whole(name, tmp_path):
    result = small(name)
    folder = result.save(tmp_path / name)
    assert sum(result.failures.values()) == 0
    written = {path.name for path in folder.iterdir()}
    assert {f"{table}.csv" for table in result.presented.tables} | {"report.html", "summary.json", "manifest.json"} == written
    assert set(result.presented.tables) == set(result.presented.meanings)
    page = (folder / "report.html").read_text("utf-8")
    assert "Protocol card" in page and page.count("<svg") >= 2 and "nan" not in page.split("</style>")[-1].replace("nance", "")


def test_more_cells_than_a_low_dose_do_not_help_and_boin12_sees_it():
    """Beyond 1e5 per kg benefit is complete; designs that look at toxicity alone go on to the highest dose far more often."""
    result = small("four-doses", patients=300, repeats=200).found
    benefit = result.benefit.mean(axis=0)
    assert benefit[0] < benefit[1] < benefit[2] and benefit[2] == pytest.approx(benefit[3], abs=0.02)
    chosen = {one.design: one.characteristics.selected for one in result.found}
    assert chosen["CRM"][4] > 0.25 and chosen["BOIN"][4] > 0.2
    assert chosen["BOIN12"][4] < 0.5 * min(chosen["CRM"][4], chosen["BOIN"][4])


def test_single_arm_agrees_with_enumeration():
    for one in small("single-arm-doris", repeats=400).found.found.values():
        error = np.sqrt(one.exact.claim * (1 - one.exact.claim) / one.trials)
        assert abs(one.go - one.exact.claim) < 4 * error + 1e-9
        assert np.isfinite(one.duration).all()


def test_phase_3_stops_early_with_effect_and_keeps_its_error_without():
    result = small("car-t-against-standard", patients=300, repeats=400).found
    for name, one in result.found.items():
        assert one.power > 0.9 and one.expected_patients < 54
        null = result.null[name]
        assert null.power < 0.025 + 4 * np.sqrt(0.025 * 0.975 / null.trials)
    assert result.found["Pocock"].expected_patients < result.found["O'Brien-Fleming"].expected_patients


def test_power_rises_with_patients_and_cells_need_the_fewest():
    curves = small("power-by-size", patients=300, repeats=200).found.curves
    assert curves.treatments == ("rituximab", "belimumab", "anifrolumab", "CAR-T")
    needed = dict(zip(curves.treatments, curves.needed, strict=True))
    assert needed["CAR-T"] == min(needed.values()) < 160
    assert (curves.power[:, -1] >= curves.power[:, 0]).all()

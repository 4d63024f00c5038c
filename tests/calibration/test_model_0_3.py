"""The calibration of model 0.3 that lies in the repository: it still fits what it rests on, and the guide says what it found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from immunoreset.calibration.document import read_document
from immunoreset.calibration.lock import lock_of, stale
from immunoreset.calibration.plan import plan_of
from immunoreset.catalogue import Theta
from immunoreset.inference.posterior import Posterior

FOLDER = Path("calibrations/model-0.3")
SUMMARY = json.loads((FOLDER / "summary.json").read_text(encoding="utf-8"))


def test_its_lock_still_fits() -> None:
    """Else a number, a row or the document has changed: run it again, and `python docs/refresh.py calibration`."""
    now = lock_of(plan_of(read_document(FOLDER.with_name("model-0.3.toml"))))
    lock = json.loads((FOLDER / "lock.json").read_text(encoding="utf-8"))
    assert stale(lock, now) == []
    name, *_ = lock["rows"]
    assert stale(lock | {"rows": lock["rows"] | {name: "another"}}, now) == [f"row '{name}'"]


def test_every_row_used_is_met_and_intervals_hold_the_truth() -> None:
    counts, coverage = SUMMARY["counts"], SUMMARY["coverage"]
    assert counts["used"] >= 51 and counts["used_inside_before"] == counts["used"]
    assert counts["used_inside_after"] >= 46, "fewer than expected of draws about the data"
    assert SUMMARY["r_hat"] < 1.05
    assert 0.86 <= coverage["engine_90"] <= 0.94 and coverage["truths"] >= 400 and 0.86 <= coverage["emulator_90"] <= 0.94


def test_its_draws_are_numbers_of_this_version() -> None:
    found = Posterior.read(FOLDER)
    assert len(found) == 400
    assert {theta.published for theta in found.thetas(5, Theta.current())} == {Theta.current()}


def test_the_guide_says_what_it_found(load_docs_script) -> None:
    page = Path("docs/calibration.md").read_text(encoding="utf-8")
    script = load_docs_script("calibration_page")
    assert all(script.tables(name) in page for name in script.NAMES)


@pytest.fixture
def load_docs_script(monkeypatch: pytest.MonkeyPatch):
    import importlib

    monkeypatch.syspath_prepend("docs")
    return importlib.import_module

"""A finished study made of invented curves, for tests of tables, files and pages that need no simulation; and the same
random examples in every run."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import settings

from immunoreset.disease.lupus.sledai import SIMULATED
from immunoreset.evidence import compare
from immunoreset.outcomes import OUTCOMES, Outcomes
from immunoreset.report.panels import PANELS
from immunoreset.results import ArmResult, StudyResult

PATIENTS, TWINS = 5, 8

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


def _arm(seed: int, failed: int) -> ArmResult:
    random = np.random.default_rng(seed)
    n = PATIENTS * TWINS
    patient, twin = np.divmod(np.arange(n), TWINS)
    is_failed = np.arange(n) < failed
    values = {}
    for name, outcome in OUTCOMES.items():
        drawn = (random.random(n) < 0.7).astype(float) if outcome.share else random.normal(50, 10, n)
        values[name] = np.where(is_failed, np.nan, drawn)
    curves = {panel.output: np.exp(random.normal(1, 0.3, (n, 1)) * np.ones((n, 12))) for panel in PANELS}
    curves["sledai_items"] = random.integers(0, 2 ** len(SIMULATED), (n, 1)) * np.ones((n, 12))
    failures = {"step limit reached on day 12": failed} if failed else {}
    names = [f"patient {number}" for number in range(1, PATIENTS + 1)]
    return ArmResult("an invented treatment", names, Outcomes(patient, twin, is_failed, values), curves, failures)


@pytest.fixture(scope="session")
def invented_result() -> StudyResult:
    arms = {"car-t": _arm(1, 2), "rituximab": _arm(2, 0)}
    manifest = {
        "study": {"description": "An invented study <b>with</b> markup & signs."},
        "version": "0.0.0",
        "python": "3.11",
        "numpy": "2",
        "seed": 7,
        "solver": {"method": "Rodas5P", "rtol": 1e-6, "start": -35, "stop": 730},
        "tolerance": {arm: {"rtol": 1e-6, "chosen": "as asked"} for arm in arms},
        "parameter_hash": "abc123",
        "parameters_by_standing": {"published": 66, "adapted": 24, "unverified": 13, "assumed": 234},
        "created": "2026-01-01T00:00:00Z",
    }
    comparisons = compare({name: arm.outcomes for name, arm in arms.items()})
    return StudyResult("An invented study", np.linspace(-35, 730, 12), arms, comparisons, manifest)


@pytest.fixture(scope="session")
def refresh() -> ModuleType:
    """The script that writes the parts of the documentation that come from the code."""
    spec = importlib.util.spec_from_file_location("refresh", Path(__file__).parent.parent / "docs" / "refresh.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

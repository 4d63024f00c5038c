"""A finished study made of invented curves, for tests of tables, files and pages that need no simulation; parts of a patient
whose surroundings are held still; and the same random examples in every run."""

from __future__ import annotations

import faulthandler
import importlib.util
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import settings

from immunoreset.catalogue.standard import typical
from immunoreset.disease.lupus import LUPUS
from immunoreset.disease.lupus.sledai import SIMULATED
from immunoreset.engine import Solution, simulate
from immunoreset.engine.trace import flat_values
from immunoreset.evidence import compare
from immunoreset.outcomes import Outcomes, outcomes_of
from immunoreset.patient.compose import compose
from immunoreset.patient.module import AnyModule, Module, Nothing
from immunoreset.patient.vocabulary import Effects, Signals
from immunoreset.report.panels import panels_of
from immunoreset.results import ArmResult, StudyResult

PATIENTS, TWINS = 5, 8

RUNNING = Path(__file__).parent.parent / ".pytest_cache" / "running.txt"
"""The test that runs, and, should the interpreter itself end in it, where each thread was; `make test` shows it then."""
_running = None


def pytest_sessionstart() -> None:
    global _running
    RUNNING.parent.mkdir(exist_ok=True)
    _running = RUNNING.open("w", encoding="utf-8")
    faulthandler.enable(_running)


def pytest_runtest_logstart(nodeid: str) -> None:
    assert _running is not None
    _running.seek(0)
    _running.truncate()
    _running.write(f"{nodeid}\n")
    _running.flush()


settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


def _arm(seed: int, failed: int) -> ArmResult:
    random = np.random.default_rng(seed)
    n = PATIENTS * TWINS
    patient, twin = np.divmod(np.arange(n), TWINS)
    is_failed = np.arange(n) < failed
    values = {}
    for name, outcome in outcomes_of(LUPUS).items():
        drawn = (random.random(n) < 0.7).astype(float) if outcome.share else random.normal(50, 10, n)
        values[name] = np.where(is_failed, np.nan, drawn)
    curves = {panel.output: np.exp(random.normal(1, 0.3, (n, 1)) * np.ones((n, 12))) for panel in panels_of(LUPUS)}
    curves["sledai_items"] = random.integers(0, 2 ** len(SIMULATED), (n, 1)) * np.ones((n, 12))
    failures = {"step limit reached on day 12": failed} if failed else {}
    names = [f"patient {number}" for number in range(1, PATIENTS + 1)]
    return ArmResult(
        "an invented treatment", names, Outcomes(patient, twin, is_failed, values), curves, failures, diseases=(LUPUS,)
    )


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


class _Surroundings(NamedTuple):
    """What other parts of a patient say, at entry."""

    inflammation: float = 1.0
    immune_complexes: float = 1.0
    blood_activity: float = 1.0
    marrow_reserve: float = 1.0
    weight: float = 65.0
    egfr: float = 110.0
    filtration_lost: float = 0.0
    inhibit_marrow: float = 0.0


@cache
def _surroundings(words: tuple[str, ...]) -> AnyModule:
    """A part that says these words, as they are at entry until it is told otherwise."""

    def said(me: _Surroundings, kind: Any) -> Any:
        return kind(**{word: getattr(me, word) for word in words if word in kind._fields})

    return Module(
        "surroundings",
        __file__,
        _Surroundings,
        Nothing,
        lambda my: _Surroundings(),
        offers=lambda me, my: said(me, Signals),
        does=lambda me, my, seen: said(me, Effects),
    )


def _reads(part: str, state: str) -> Callable[[Any, Any, Any], Any]:
    return lambda t, s, p: getattr(getattr(s, part), state)


@pytest.fixture(scope="session")
def held() -> Callable[..., Solution]:
    """Solves one part of a patient from `first` values (by 'module.state') while what it hears is held at `hears`.

    At entry it heard what stands in `_Surroundings`. Outputs are the states of the part, on `days` from 0.
    """

    def solve(part: AnyModule, days: Any, hears: Mapping[str, float], first: Any = None, **how: Any) -> Solution:
        patient = compose(part, _surroundings(tuple(hears)))
        values = typical(patient=patient) | {f"{part.name}.{name}": value for name, value in how.pop("numbers", {}).items()}
        names = [f"{module.name}.{state}" for module in patient.modules for state in module.state._fields]
        begins = dict(zip(names, flat_values(patient.initial(patient.build(values))), strict=True))
        begins |= {f"surroundings.{word}": said for word, said in hears.items()} | dict(first or {})
        return simulate(
            patient.model,
            parameters=values,
            initial=begins,
            start=0.0,
            stop=float(np.max(days)),
            grid=days,
            outputs={state: _reads(part.name, state) for state in part.state._fields},
            **{"rtol": 1e-10, "atol": 1e-12} | how,
        )

    return solve

"""The typical numbers of the long run, and invented courses whose states are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from immunoreset.catalogue import built_in
from immunoreset.disease.lupus.long_term import MODULES
from immunoreset.disease.lupus.long_term.numbers import own
from immunoreset.patient.course import Course

DAYS = np.concatenate([np.arange(-35.0, 0, 7), np.arange(0.0, 5500, 28)])


@pytest.fixture(scope="session")
def typical() -> dict[str, Any]:
    theta = built_in().theta.with_modules(MODULES)
    return {name: parameter.value for name, parameter in theta.table.items()}


@pytest.fixture
def numbers(typical: dict[str, Any]) -> Callable[..., Any]:
    """The numbers of a module, some of them changed."""

    def of(module: Any, **changed: Any) -> Any:
        return own(module, typical | {f"{module.name}.{name}": value for name, value in changed.items()}, module.numbers)

    return of


@pytest.fixture
def course(typical: dict[str, Any]) -> Callable[..., Course]:
    """`course(n, sledai_items=..., egfr=..., parameters={...})`: each curve one number, or an array that fits twins x days."""

    def of(n: int, *, parameters: dict[str, Any] | None = None, readouts: dict[str, Any] | None = None, **curves: Any) -> Course:
        usual = {
            "sledai_items": 0, "prednisolone": 0, "immunosuppressed": 0, "proteinuria": 0.2, "car_t_per_ul": 0,
            "inflammation": 1.0, "infections_per_100_days": 0.2,
        }  # fmt: skip
        shaped = {name: np.broadcast_to(np.asarray(value, float), (n, len(DAYS))) for name, value in (usual | curves).items()}
        kidney = {"nephritis.nephrons_lost_before": 0.0, "nephritis.filtration_inflamed": 0.0, "body.egfr": 100.0}
        p = typical | kidney | {"history.antimalarial": 0.0} | (parameters or {})
        return Course(DAYS, shaped, readouts or {}, p, np.zeros(n, dtype=bool), seed=3)

    return of

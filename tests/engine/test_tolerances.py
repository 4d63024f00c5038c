"""A tolerance that does not fit the size of a state is said; one that fits gives the digits that were asked for."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np
import pytest

from immunoreset.engine import Model, Solution, ToleranceWarning, bolus, simulate


class Oral(NamedTuple):
    gut: Any
    blood: Any


class Kinetics(NamedTuple):
    absorption: Any
    elimination: Any


MODEL = Model(
    lambda t, s, p: Oral(-p.absorption * s.gut, p.absorption * s.gut - p.elimination * s.blood), Oral, Kinetics
)  # fmt: skip
DAYS = np.linspace(0.1, 20.0, 200)


def swallowed(dose: float, *, patients: int = 1, **options: Any) -> Solution:
    return simulate(
        MODEL, parameters={"absorption": np.full(patients, 1.5), "elimination": 0.3}, initial={"gut": 0.0, "blood": 0.0},
        start=0.0, stop=20.0, events=[bolus("gut", 0.0, dose)], outputs={"blood": lambda t, s, p: s.blood}, grid=DAYS, **options,
    )  # fmt: skip


def error(found: Solution, dose: float) -> float:
    exact = dose * 1.5 / 1.2 * (np.exp(-0.3 * DAYS) - np.exp(-1.5 * DAYS))
    return float(np.abs(found.outputs["blood"][0] / exact - 1).max())


@pytest.mark.parametrize("dose", [1e-7, 1e-10, 1e-15])
def test_a_dose_far_below_the_tolerance_is_said_and_one_that_fits_is_exact(dose: float) -> None:
    with pytest.warns(ToleranceWarning, match=r"'gut', 'blood'.* atol is 1e-09.*smaller atol"):
        found = swallowed(dose)
    assert len(found.remarks) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitting = swallowed(dose, atol=1e-9 * dose)
    assert not fitting.remarks and error(fitting, dose) < 1e-4
    if dose < 1e-8:
        assert error(found, dose) > 10 * error(fitting, dose)


def test_only_the_states_that_do_not_fit_are_named() -> None:
    with pytest.warns(ToleranceWarning, match=r"^'blood': too small"):
        swallowed(1.0, atol={"gut": 1e-6, "blood": 1e-2})


@pytest.mark.parametrize("patients", [1, 30])
def test_a_state_that_is_large_once_or_always_zero_is_not_named(patients: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not swallowed(1.0, patients=patients, threads=3).remarks
        assert not swallowed(0.0, patients=patients).remarks

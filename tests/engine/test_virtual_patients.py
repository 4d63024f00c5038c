"""At the usual tolerance the courses of 200 virtual patients are right on every output, between the doses and after them.

The reference is the engine itself at rtol 1e-11, checked in turn against SciPy. Errors are relative to |y| plus a thousandth
of the patient's largest value of that output. Quantities that jump (SLEDAI-2K and what is counted from it) are left out.

A few patients run through cycles of relapse and killing by surviving CAR-T cells, in which errors of timing add up: for those
SciPy's LSODA at rtol 1e-6 differs by 140 to 380 times rtol too, so they are counted instead of being held to the limit.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from immunoreset.engine import Scheduled, Solution, simulate
from immunoreset.patient.model import MODEL, initial_state
from immunoreset.patient.outputs import OUTPUTS
from immunoreset.patient.parameters import build
from immunoreset.patient.state import State
from immunoreset.population import sample
from immunoreset.therapy.regimen import Regimen

COHORT = sample("cart", 200, seed=5)
ARMS = {
    "car-t": "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0",
    "rituximab": "rituximab 1000 mg on days 0 14",
}
DAYS = np.linspace(-35, 730, 154)
JUMPING = ("sledai_2k", "clinical_sledai", "doris", "lldas", "relapse_signs", "node_cleared", "crs_grade", "icans_grade")
SMOOTH = [name for name in OUTPUTS if name not in JUMPING]
RTOL = 1e-6


@cache
def course(arm: str, rtol: float, atol: float) -> Solution:
    return simulate(
        MODEL,
        parameters=COHORT.parameters,
        initial=initial_state,
        start=DAYS[0],
        stop=DAYS[-1],
        events=Regimen.parse(ARMS[arm]).events(COHORT, start=DAYS[0]),
        outputs={name: OUTPUTS[name].read for name in SMOOTH},
        grid=DAYS,
        rtol=rtol,
        atol=atol,
    )


def relative(found: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Largest error over the days, in units of |y| + 1e-3 max |y| + 1e-9; the days are the last axis."""
    size = np.abs(expected)
    return np.max(np.abs(found - expected) / (size + 1e-3 * size.max(axis=-1, keepdims=True) + 1e-9), axis=-1)


def scipy_course(arm: str, row: int) -> np.ndarray:
    """States (59, days) of one patient by SciPy, restarted at every dose."""
    patient = COHORT.select(np.arange(len(COHORT)) == row)
    p = build({name: float(np.ravel(value)[0]) for name, value in patient.parameters.items()})
    doses: list[tuple[float, Any, float]] = []
    for event in Regimen.parse(ARMS[arm]).events(patient, start=DAYS[0]):
        assert isinstance(event, Scheduled)
        days, values = np.broadcast_arrays(np.ravel(event.days), np.ravel(event.value))
        doses += [(float(day), event.action, float(value)) for day, value in zip(days, values, strict=True)]
    y, at, pieces = np.array(initial_state(p), dtype=float), float(DAYS[0]), []
    for day in [*sorted({day for day, _, _ in doses}), float(DAYS[-1])]:
        first = np.searchsorted(DAYS, at, side="right" if pieces else "left")
        inside = DAYS[first : np.searchsorted(DAYS, day, side="right")]
        piece = solve_ivp(
            lambda t, x: np.array(MODEL.derivative(t, State(*x), p)),
            (at, day),
            y,
            "LSODA",
            np.unique(np.append(inside, day)),
            rtol=1e-10,
            atol=1e-13,
            first_step=1e-6,
        )
        pieces.append(piece.y[:, : inside.size])
        y, at = piece.y[:, -1].copy(), day
        for _, action, value in (dose for dose in doses if dose[0] == day):
            for state, new in action(day, State(*y), p, value).items():
                y[State._fields.index(state)] = new
    return np.concatenate(pieces, axis=1)


@pytest.mark.parametrize(("arm", "row"), [("car-t", 3), ("car-t", 29), ("rituximab", 0)])
def test_the_reference_course_agrees_with_scipy(arm: str, row: int) -> None:
    ours = np.array([course(arm, 1e-11, 1e-14).outputs[name][row] for name in State._fields])
    assert np.max(relative(ours, scipy_course(arm, row))) < 3e-7


@pytest.mark.parametrize(("arm", "share_beyond_100"), [("car-t", 0.02), ("rituximab", 0.0)])
def test_errors_of_virtual_patients_stay_near_the_tolerance(arm: str, share_beyond_100: float) -> None:
    found, expected = course(arm, RTOL, 1e-9), course(arm, 1e-11, 1e-14)
    assert not found.failed.any() and not expected.failed.any()
    errors = np.array([relative(found.outputs[name], expected.outputs[name]) for name in SMOOTH])
    for name, error in zip(SMOOTH, errors, strict=True):
        assert np.median(error) < 10 * RTOL, name
    worst = errors.max(axis=0)
    assert np.mean(worst > 100 * RTOL) <= share_beyond_100 and worst.max() < 400 * RTOL

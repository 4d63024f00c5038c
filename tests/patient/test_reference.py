"""The patient's equations, solved by SciPy, agree with the reference trajectories of the model specification.

`data/typical_patient.csv` holds three arms of the model specification 0.2, computed with a separate implementation (DOP853,
rtol 1e-11): `cart` (fludarabine 25 mg/m2 on days -5, -4, -3, cyclophosphamide 1 g/m2 on day -3, 1e6 CAR-T cells/kg on day 0),
`rtx` (rituximab 1 g on days 0 and 14) and `none`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from immunoreset.catalogue.standard import STANDARD_PATIENT, typical
from immunoreset.disease.lupus.chart import sledai_score
from immunoreset.engine.trace import build, flat_values

STATES = tuple(STANDARD_PATIENT.states)
ReferenceArm = Callable[[str], dict[str, np.ndarray]]


def doses(name: str, p: Any) -> list[tuple[float, dict[str, float]]]:
    """What is added to which state on which day in one arm."""
    k = p.car_t
    fludarabine = {"fludarabine.central": 25 * p.body.surface_area * p.fludarabine.active_share}
    engrafting = 1e6 * p.body.weight * 1e-6 * k.engraftment_fraction
    infusion = {
        "car_t.activation": k.product_activation,
        "car_t.effector_blood": (1 - k.product_memory_share) * engrafting,
        "car_t.memory_blood": k.product_memory_share * engrafting,
    }
    return {
        "cart": [
            (-5.0, fludarabine),
            (-4.0, fludarabine),
            (-3.0, {**fludarabine, "cyclophosphamide.central": 1000 * p.body.surface_area}),
            (0.0, infusion),
        ],
        "rtx": [(0.0, {"rituximab.central": 1000.0}), (14.0, {"rituximab.central": 1000.0})],
        "none": [],
    }[name]


def grouped(values: Any) -> Any:
    """The state of these values, in the order of STATES."""
    return build(STANDARD_PATIENT.state, list(values))


def solve(name: str, p: Any, days: np.ndarray, *, start: float = -7.0, rtol: float = 1e-10) -> np.ndarray:
    """States (n, m) on `days` by SciPy, restarted at every dose."""
    y = np.array(flat_values(STANDARD_PATIENT.initial(p)), dtype=float)
    steps = [*doses(name, p), (float(days[-1]), {})]
    pieces, at = [np.empty((y.size, 0))], start
    for day, added in steps:
        inside = days[(days >= at) & (days < day)] if added else days[days >= at]
        asked = np.unique(np.append(inside, day))
        piece = solve_ivp(
            lambda t, x: np.array(flat_values(STANDARD_PATIENT.derivative(t, grouped(x), p))),
            (at, day),
            y,
            "LSODA",
            asked,
            rtol=rtol,
            atol=1e-12,
            first_step=1e-6,
        )
        assert piece.success, piece.message
        pieces.append(piece.y[:, : inside.size])
        y, at = piece.y[:, -1].copy(), day
        for state, amount in added.items():
            y[STATES.index(state)] += amount
    return np.concatenate(pieces, axis=1)


@pytest.mark.parametrize("name", ["cart", "rtx", "none"])
def test_every_state_and_output_matches_the_reference_trajectory(name: str, reference_arm: ReferenceArm) -> None:
    expected = reference_arm(name)
    days, p = expected["day"], STANDARD_PATIENT.build(typical())
    state = grouped(solve(name, p, days))
    for output in expected.keys() - {"day"}:
        if output == "sledai_2k":
            found = sledai_score(STANDARD_PATIENT.outputs["sledai_items"].read(days, state, p)).total.values
        else:
            found = STANDARD_PATIENT.outputs[output].read(days, state, p)
        allowed = 1e-6 * np.abs(expected[output]) + 1e-8
        difference = np.abs(found - expected[output])
        worst = int(np.argmax(difference / allowed))
        assert np.all(difference <= allowed), (
            f"{output} on day {days[worst]:g}: {found[worst]:g}, not {expected[output][worst]:g}"
        )


def test_car_t_resets_the_patient_and_rituximab_does_not(reference_arm: ReferenceArm) -> None:
    car_t, rituximab = reference_arm("cart"), reference_arm("rtx")
    year = int(np.flatnonzero(car_t["day"] == 365.0)[0])
    assert car_t["sledai_2k"][year] == 0 and car_t["autoreactive_tissue_fraction"][year] < 1e-3
    assert rituximab["sledai_2k"][year] == 16 and rituximab["lymph_node_fraction"].min() > 0.1

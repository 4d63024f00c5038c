"""The patient's equations, solved by SciPy, agree with the reference trajectories of the model specification.

`typical_patient_0.3.csv` holds four arms of version 0.3, computed with a separate implementation (rtol 1e-10): `cart`
(fludarabine 25 mg/m2 on days -5, -4, -3, cyclophosphamide 1 g/m2 on day -3, 1e6 CAR-T cells/kg on day 0), `reinfusion` (the
same, and again 270 days later), `rtx` (rituximab 1 g on days 0 and 14) and `none`; an autoreactive clone without a single cell
ends there. `typical_patient.csv` holds `cart`, `rtx` and
`none` of version 0.2 (DOP853, rtol 1e-11). What came after 0.3 is switched off: the rise of lymphocytes without inflammation,
ageing, loss of nephrons and of filtration, consumption of C4, and for what is read the pace and immune complexes of organs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from immunoreset.catalogue import built_in
from immunoreset.catalogue.standard import typical
from immunoreset.disease.lupus.chart import sledai_score
from immunoreset.engine.trace import build, flat_values
from immunoreset.patient.compose import compose
from immunoreset.patient.host import HOST

OF_THE_REFERENCE = (
    "fludarabine", "cyclophosphamide", "cd19-car-t", "rituximab", "belimumab", "anifrolumab", "tocilizumab", "prednisolone",
    "mycophenolate", "voclosporin", "background-care",
)  # fmt: skip
PATIENT = compose(
    *HOST, *built_in().disease("lupus").modules, *(built_in().drugs[name].module for name in OF_THE_REFERENCE)
)  # fmt: skip
STATES = tuple(PATIENT.states)
CLONE = ("autoreactive_loop.autoreactive_activated", "autoreactive_loop.autoreactive_memory")
ONE_CELL = 1e-6
ReferenceArm = Callable[..., dict[str, np.ndarray]]
ValuesOf = Callable[[str], dict[str, float]]
Change = Callable[[Any], Any]
Dose = Callable[[dict[str, float]], dict[str, float]]


def chemotherapy(day: float, p: Any, *, cyclophosphamide: float = 0.0) -> tuple[float, Dose]:
    """Fludarabine 25 mg/m2, and cyclophosphamide in mg/m2."""
    area = p.body.surface_area
    added = {"fludarabine.central": 25 * area * p.fludarabine.active_share, "cyclophosphamide.central": cyclophosphamide * area}

    def give(y: dict[str, float]) -> dict[str, float]:
        return {name: y[name] + amount for name, amount in added.items()}

    return day, give


def infusion(day: float, p: Any) -> tuple[float, Dose]:
    """1e6 cells/kg: those that can expand enter blood, the others are the first wave; fresh cells dilute old ones."""
    k, cells = p.car_t, p.body.weight * 1.0
    engrafting = k.engraftment_fraction * cells

    def give(y: dict[str, float]) -> dict[str, float]:
        present = sum(y[f"car_t.{pool}"] for pool in ("effector_blood", "effector_tissue", "memory_blood", "memory_tissue"))
        return {
            "car_t.activation": k.product_activation if present < k.absent_below else y["car_t.activation"],
            "car_t.effector_blood": y["car_t.effector_blood"] + (1 - k.product_memory_share) * engrafting,
            "car_t.memory_blood": y["car_t.memory_blood"] + k.product_memory_share * engrafting,
            "car_t.first_wave": y["car_t.first_wave"] + cells - engrafting,
            "car_t.exhaustion": y["car_t.exhaustion"] * present / (present + engrafting),
        }

    return day, give


def rituximab(day: float) -> tuple[float, Dose]:
    """1 g."""
    return day, lambda y: {"rituximab.central": y["rituximab.central"] + 1000.0}


def course_of_cells(day: float, p: Any) -> list[tuple[float, Dose]]:
    """Conditioning and cells on a day."""
    first = [chemotherapy(day - before, p) for before in (5, 4)]
    return [*first, chemotherapy(day - 3, p, cyclophosphamide=1000), infusion(day, p)]


def doses(name: str, p: Any) -> list[tuple[float, Dose]]:
    """What a dose of an arm makes of which states on which day."""
    return {
        "cart": course_of_cells(0.0, p),
        "reinfusion": [*course_of_cells(0.0, p), *course_of_cells(270.0, p)],
        "rtx": [rituximab(0.0), rituximab(14.0)],
        "none": [],
    }[name]


def grouped(values: Any) -> Any:
    """The state of these values, in the order of STATES."""
    return build(PATIENT.state, list(values))


def lone_cells(t: float, y: np.ndarray) -> float:
    """Above zero while a cell of the autoreactive clone is left in one of its pools."""
    return max(y[STATES.index(pool)] for pool in CLONE) - ONE_CELL


def solve(name: str, p: Any, days: np.ndarray, *, start: float, clone_ends: bool, rtol: float = 1e-10) -> np.ndarray:
    """States (n, m) on `days` by SciPy, restarted at every dose and, if asked, where the autoreactive clone ends.

    On a dose day the state is that before the dose.
    """
    y = np.array(flat_values(PATIENT.initial(p)), dtype=float)
    todo: list[tuple[float, Dose | None]] = [*doses(name, p), (float(days[-1]), None)]
    found, at = np.full((y.size, days.size), np.nan), start
    lone_cells.terminal, lone_cells.direction = True, -1  # type: ignore[attr-defined]
    while todo:
        day, dose = todo[0]
        piece = solve_ivp(
            lambda t, x: np.array(flat_values(PATIENT.derivative(t, grouped(x), p))),
            (at, day),
            y,
            "LSODA",
            np.unique(np.append(days[(days > at) & (days < day)], day)),
            events=lone_cells if clone_ends else None,
            rtol=rtol,
            atol=1e-12,
            first_step=1e-6,
        )
        assert piece.success, piece.message
        for column, when in enumerate(piece.t):
            found[:, days == when] = piece.y[:, [column]]
        found[:, days == at] = np.where(np.isnan(found[:, days == at]), y[:, None], found[:, days == at])
        if piece.status == 1:
            at, y = float(piece.t_events[0][0]), piece.y_events[0][0].copy()
            y[[STATES.index(pool) for pool in CLONE]] = 0.0
            continue
        at, y = day, piece.y[:, -1].copy()
        if dose:
            for state, value in dose(dict(zip(STATES, y, strict=True))).items():
                y[STATES.index(state)] = value
        todo.pop(0)
    return found


def worst_disagreement(
    name: str, p: Any, expected: dict[str, np.ndarray], organs_at_once: Change, **how: Any
) -> tuple[float, str]:
    """The largest difference in units of 1e-6 |y| + 1e-8, and where it is."""
    days = expected["day"]
    state, worst = organs_at_once(grouped(solve(name, p, days, **how))), (0.0, "")
    for output in expected.keys() - {"day"}:
        if output == "sledai_2k":
            found = sledai_score(PATIENT.outputs["sledai_items"].read(days, state, p)).total.values
        else:
            found = PATIENT.outputs[output].read(days, state, p)
        apart = np.abs(found - expected[output]) / (1e-6 * np.abs(expected[output]) + 1e-8)
        at = int(np.argmax(apart))
        worst = max(worst, (float(apart[at]), f"{output} on day {days[at]:g}: {found[at]:g}, not {expected[output][at]:g}"))
    return worst


@pytest.mark.parametrize("name", ["cart", "reinfusion", "rtx", "none"])
def test_every_state_and_output_matches_the_reference_trajectory(
    name: str, reference_arm: ReferenceArm, values_of: ValuesOf, organs_at_once: Change
) -> None:
    p = PATIENT.build(typical(patient=PATIENT, **values_of("0.3")))
    apart, where = worst_disagreement(name, p, reference_arm(name), organs_at_once, start=-35.0, clone_ends=True)
    assert apart <= 1, where


@pytest.mark.parametrize("name", ["cart", "rtx", "none"])
def test_null_values_give_version_0_2_back(
    name: str, reference_arm: ReferenceArm, values_of: ValuesOf, organs_at_once: Change
) -> None:
    p = PATIENT.build(typical(patient=PATIENT, **values_of("0.2")))
    apart, where = worst_disagreement(name, p, reference_arm(name, "0.2"), organs_at_once, start=-7.0, clone_ends=False)
    assert apart <= 1, where


def test_car_t_resets_the_patient_and_rituximab_does_not(reference_arm: ReferenceArm) -> None:
    car_t, rituximab = reference_arm("cart"), reference_arm("rtx")
    year = int(np.flatnonzero(car_t["day"] == 360.0)[0])
    assert car_t["sledai_2k_smooth"][year] < 0.1 and car_t["autoreactive_loop.autoreactive_memory"][year] < 1
    assert rituximab["sledai_2k_smooth"][year] > 15 and rituximab["lymph_node_fraction"].min() > 0.1


def test_the_same_product_given_again_does_not_expand(reference_arm: ReferenceArm) -> None:
    """The memory of the first response rejects it (10.1038/s41591-025-03718-3, one patient)."""
    course = reference_arm("reinfusion")
    first, second = (course["car_t_per_ul"][wanted].max() for wanted in (course["day"] < 200, course["day"] > 270))
    assert second < 0.1 * first

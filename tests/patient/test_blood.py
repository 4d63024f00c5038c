"""Platelets, haemoglobin and lymphocytes: what disease takes from them, what comes back when it goes, and conditioning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from immunoreset.catalogue.standard import MODEL, STANDARD_PATIENT, initial_state, patient_with, typical
from immunoreset.engine import Minimum, Solution, TimeOfMinimum, simulate
from immunoreset.engine.trace import flat_values
from immunoreset.patient.host import platelets, red_cells
from immunoreset.population import Cohort
from immunoreset.therapy.regimen import Regimen

Held = Callable[..., Solution]
Changed = Callable[[Any, Mapping[str, Any]], Any]
DAYS = np.array([0.0, 2.0, 10.0, 40.0, 150.0, 600.0])
TYPICAL = typical()
CELLS = "cd19-car-t 1e6 cells/kg on day 0"
CONDITIONING = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3"
COUNTS = {"platelets": (platelets.MODULE, "destruction"), "haemoglobin": (red_cells.MODULE, "haemolysis")}


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("left", [0.0, 0.4, 1.0, 2.0])
def test_a_count_comes_to_what_the_destruction_that_is_left_allows(count: str, left: float, held: Held) -> None:
    """Closed form: from b to b (1 + c) / (1 + c left), at the turnover times 1 + c left; with none left, to b (1 + c)."""
    part, taken = COUNTS[count]
    base, share, turnover = 40.0, 3.0, TYPICAL[f"{part.name}.turnover"]
    numbers = {"baseline": base, taken: share}
    found = held(part, DAYS, {"blood_activity": left, "marrow_reserve": 1.0}, numbers=numbers).outputs[count][0]
    target, rate = base * (1 + share) / (1 + share * left), turnover * (1 + share * left)
    np.testing.assert_allclose(found, target + (base - target) * np.exp(-rate * DAYS), rtol=1e-8)


def test_platelets_follow_the_marrow_reserve_through_two_stages(held: Held) -> None:
    """Half of the reserve: production falls by half of the share that goes with it, late by the time of maturation."""
    share, base = TYPICAL["platelets.share_with_reserve"], TYPICAL["platelets.baseline"]
    found = held(platelets.MODULE, np.linspace(0.0, 200.0, 201), {"blood_activity": 1.0, "marrow_reserve": 0.5}).outputs
    assert [found[name][0, -1] for name in found] == pytest.approx([base * (1 - share / 2)] * 3, rel=1e-6)
    halfway = [
        np.argmax(found[name][0] < base * (1 - share / 4)) for name in ("megakaryocytes", "platelets_in_marrow", "platelets")
    ]
    assert 0 < halfway[0] < halfway[1] < halfway[2] < 20


@pytest.mark.parametrize(("part", "share"), [(platelets.MODULE, 0.75), (red_cells.MODULE, 0.5)])
def test_only_a_share_of_production_goes_with_the_marrow_reserve(part: Any, share: float, held: Held) -> None:
    numbers = {"share_with_reserve": share}
    found = held(part, [0.0, 3000.0], {"blood_activity": 1.0, "marrow_reserve": 0.0}, numbers=numbers).outputs
    count = next(curve for name, curve in found.items() if name in COUNTS)
    assert count[0, 1] == pytest.approx((1 - share) * count[0, 0], rel=1e-6)


def course(treatment: str, stop: float = 90.0, **changes: Any) -> Solution:
    """The typical patient with lupus from day -14; the nadir of platelets and neutrophils after the first dose."""
    values = typical(**changes)
    people = Cohort(values, np.zeros(1, dtype=np.int64), 0, "cart", {})
    reads = {name: STANDARD_PATIENT.outputs[name].read for name in ("platelets", "neutrophils", "haemoglobin", "blood")}
    return simulate(
        MODEL,
        parameters=values,
        initial=initial_state,
        start=-14.0,
        stop=stop,
        events=Regimen.parse(treatment).events(people, founder_noise=False, start=-14.0) if treatment else (),
        outputs=reads,
        grid=np.linspace(-14.0, stop, 53),
        readouts={
            "lowest": Minimum("platelets"),
            "on": TimeOfMinimum("platelets"),
            "neutrophils": Minimum("neutrophils"),
            "neutrophils_on": TimeOfMinimum("neutrophils"),
            "haemoglobin": Minimum("haemoglobin"),
        },
    )


def test_conditioning_lowers_platelets_less_and_later_than_neutrophils() -> None:
    found = {name: float(values[0]) for name, values in course(f"{CONDITIONING}; {CELLS}").readouts.items()}
    platelets_left, neutrophils_left = found["lowest"] / TYPICAL["platelets.baseline"], found["neutrophils"] / 4.0
    assert neutrophils_left < 0.3 < 0.5 < platelets_left < 0.95, "near normal in lupus (10.1182/blood.2025028375)"
    assert found["lowest"] > 100 and 0 < found["on"] < 30
    assert found["haemoglobin"] < TYPICAL["red_cells.baseline"] and found["haemoglobin"] > 80


def test_the_nadir_is_the_deeper_the_more_conditioning_inhibits_the_marrow() -> None:
    shares = np.array([0.0, 0.35, 0.7, 1.0])
    found = course(CONDITIONING, **{"platelets.conditioning_share": shares}).readouts["lowest"]
    assert np.all(np.diff(found) < -1)


def test_a_thrombocytopenic_patient_rises_to_a_normal_count_when_the_disease_goes_and_stays_there() -> None:
    """Not back to the low count of entry, as a chain that chases that count would bring it."""
    base, share = 40.0, 4.0
    struck = course(f"{CONDITIONING}; {CELLS}", 730.0, **{"platelets.baseline": base, "platelets.destruction": share})
    count, left = struck.outputs["platelets"][0], struck.outputs["blood"][0, -1]
    assert left < 0.1, "what no autoreactive B cell drives"
    assert count[-1] == pytest.approx(base * (1 + share) / (1 + share * left), rel=0.01) and count[-1] > 140
    assert np.all(np.diff(count[struck.days > 30]) > 0)


@pytest.mark.parametrize("host", ["lymphoma", "leukaemia"])
def test_blood_of_oncology_rests_whatever_disease_would_destroy(host: str) -> None:
    patient = patient_with(host)
    values = typical(host, patient=patient, cPl=5.0, cHm=2.0, gL=0.9)
    p = patient.build(values)
    s = patient.initial(p)
    change = patient.derivative(0.0, s, p)
    for part in ("platelets", "red_cells", "lymphocytes"):
        assert np.allclose(flat_values(getattr(change, part)), 0.0, atol=1e-12), part


def test_lymphocytes_return_to_more_than_before_once_inflammation_has_gone(changed: Changed) -> None:
    p = STANDARD_PATIENT.build(TYPICAL)
    base, gain = TYPICAL["lymphocytes.baseline"], TYPICAL["lymphocytes.gain_without_inflammation"]

    def growth(inflammation: float, count: float) -> float:
        held = {"inflammation.inflammation": inflammation, "lymphocytes.host_lymphocytes": count}
        return STANDARD_PATIENT.derivative(0.0, changed(STANDARD_PATIENT.initial(p), held), p).lymphocytes.host_lymphocytes

    assert [growth(level, base * (1 + gain) / (1 + gain * level)) for level in (0.0, 0.5, 1.0, 2.0)] == pytest.approx([0.0] * 4)
    assert growth(0.0, base) > 0 > growth(2.0, base)
    assert gain > 0 and base * (1 + gain) < 2390, "controls have 2,390 per uL, lupus 1,460 (Sellam 2007)"


def test_white_cells_are_neutrophils_lymphocytes_and_the_others(changed: Changed) -> None:
    p = STANDARD_PATIENT.build(TYPICAL)
    s = changed(STANDARD_PATIENT.initial(p), {"neutrophils.neutrophils": 2.0, "lymphocytes.host_lymphocytes": 500.0})
    assert float(STANDARD_PATIENT.outputs["white_cells"].read(0.0, s, p)) == pytest.approx(2.0 + 0.5 + 0.3)

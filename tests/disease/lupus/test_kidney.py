"""Filtration: the acute part comes back, lost nephrons and age do not; what it clears stays longer when it falls. And C4."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from immunoreset.catalogue.standard import STANDARD_PATIENT, typical
from immunoreset.engine import Area, Solution
from immunoreset.therapy import fludarabine

Held = Callable[..., Solution]
Changed = Callable[..., Any]
TYPICAL = typical()


def moved(state: Any, values: Mapping[str, float]) -> Any:
    """A state with other values, by 'module.state'."""
    for name, value in values.items():
        module, field = name.split(".")
        state = state._replace(**{module: getattr(state, module)._replace(**{field: value})})
    return state


def read(output: str, numbers: Mapping[str, float] | None = None, **states: float) -> float:
    p = STANDARD_PATIENT.build(typical(**dict(numbers or {})))
    s = moved(STANDARD_PATIENT.initial(p), {name.replace("__", "."): value for name, value in states.items()})
    return float(STANDARD_PATIENT.outputs[output].read(0.0, s, p))


def test_filtration_at_entry_is_that_of_the_patient_whatever_was_lost_before() -> None:
    for lost in (0.0, 0.3, 0.8):
        assert read("egfr", {"EGFR": 90.0, "Dk0": lost, "ac": 0.3}) == pytest.approx(90.0, rel=1e-14)


def test_the_acute_part_comes_back_and_lost_nephrons_do_not() -> None:
    acute, entry = TYPICAL["nephritis.filtration_inflamed"], TYPICAL["body.egfr"]
    healed = read("egfr", nephritis__renal_inflammation=0.0)
    assert healed == pytest.approx(entry / (1 - acute / 2)) and healed > entry
    for lost in (0.25, 0.5):
        left = {"nephritis__nephrons_lost": lost}
        assert read("egfr", **left, nephritis__renal_inflammation=0.0) == pytest.approx((1 - lost) * healed)
        assert read("egfr", **left) == pytest.approx((1 - lost) * entry)


def test_severe_inflammation_takes_no_more_than_its_share() -> None:
    acute = TYPICAL["nephritis.filtration_inflamed"]
    levels = [read("egfr", nephritis__renal_inflammation=level) for level in (0.0, 0.5, 1.0, 3.0, 1e4)]
    assert np.all(np.diff(levels) < 0) and levels[-1] == pytest.approx((1 - acute) * levels[0], rel=1e-6)


def test_age_takes_filtration_in_everybody_and_disease_a_share_of_what_age_left() -> None:
    egfr, aged = TYPICAL["body.egfr"], read("egfr", body__years=10.0)
    assert aged == pytest.approx(egfr * np.exp(-8.0 / egfr)) and egfr - aged == pytest.approx(8.0, rel=0.05)
    assert 0 < read("egfr", body__years=1000.0) < 0.1
    assert read("egfr", body__years=10.0, nephritis__nephrons_lost=0.5) == pytest.approx(aged / 2)


def test_an_inflamed_kidney_loses_nephrons_by_the_square_of_inflammation_and_never_more_than_it_has() -> None:
    p = STANDARD_PATIENT.build(TYPICAL)
    s = STANDARD_PATIENT.initial(p)

    def loss(inflammation: float, lost: float) -> float:
        state = moved(s, {"nephritis.renal_inflammation": inflammation, "nephritis.nephrons_lost": lost})
        return STANDARD_PATIENT.derivative(0.0, state, p).nephritis.nephrons_lost

    assert loss(2.0, 0.1) == pytest.approx(4 * loss(1.0, 0.1)) and loss(0.0, 0.1) == 0
    assert loss(5.0, 1.0) == 0 and 365 * loss(1.0, 0.0) == pytest.approx(0.09, abs=0.002), "9 % a year"


@pytest.mark.parametrize("lost", [0.3, 0.6, 0.9])
def test_exposure_to_fludarabine_rises_as_filtration_falls(lost: float, held: Held) -> None:
    """The area under the curve goes with one over the clearance, of which the kidney's part falls."""

    def area(gone: float) -> float:
        hears = {"weight": 65.0, "egfr": 110.0, "filtration_lost": gone}
        found = held(fludarabine.MODULE, [0.0, 60.0], hears, {"fludarabine.central": 40.0}, readouts={"area": Area("central")})
        return float(found.readouts["area"][0])

    other = TYPICAL["fludarabine.clearance_nonrenal"]
    renal = 110.0 * TYPICAL["fludarabine.egfr_to_litres"] * TYPICAL["fludarabine.renal_slope"]
    expected = (other + renal) / (other + (1 - lost) * renal)
    assert area(lost) / area(0.0) == pytest.approx(expected, rel=1e-6) and expected > 1.1


def test_c4_is_consumed_by_complexes_and_back_without_them() -> None:
    normal, entry = TYPICAL["inflammation.c4_normal"], TYPICAL["inflammation.c4_baseline"]
    assert read("c4") == pytest.approx(entry) and entry < normal
    assert read("c4", autoantibody__anti_dsdna=0.0) == pytest.approx(normal)
    levels = [read("c4", autoantibody__anti_dsdna=titre, inflammation__inflammation=0.3) for titre in (50.0, 226.0, 900.0)]
    assert np.all(np.diff(levels) < 0) and levels[-1] > 0


def test_c4_is_what_c3_would_be_with_its_numbers_at_rest() -> None:
    """C4 has no state: with the numbers of C4 the equation of C3 rests at it."""
    as_c4 = {"inflammation.c3_normal": TYPICAL["inflammation.c4_normal"]}
    p = STANDARD_PATIENT.build(TYPICAL | as_c4 | {"inflammation.c3_baseline": TYPICAL["inflammation.c4_baseline"]})
    for titre, inflammation in ((40.0, 0.2), (226.0, 0.6), (700.0, 1.4)):
        states = {"autoantibody.anti_dsdna": titre, "inflammation.inflammation": inflammation}
        s = moved(STANDARD_PATIENT.initial(p), states)
        c4 = STANDARD_PATIENT.outputs["c4"].read(0.0, s, p)
        change = STANDARD_PATIENT.derivative(0.0, moved(s, {"inflammation.c3": float(c4)}), p).inflammation.c3
        assert change == pytest.approx(0.0, abs=1e-15)

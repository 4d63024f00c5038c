"""Every equation, word and output has the unit that it claims, by running it on quantities with units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from immunoreset.catalogue import Theta
from immunoreset.catalogue.standard import patient_with, typical
from immunoreset.disease.families import malignancy
from immunoreset.engine.trace import flat_values
from immunoreset.patient.compose import Patient, compose
from immunoreset.patient.with_units import WrongUnit, check_units, magnitude, quantities, registry
from immunoreset.patient.word_units import UNITS

Changed = Callable[[Any, Mapping[str, Any]], Any]
DISEASES = ("lupus", "lymphoma")

# Day 5 of a course in which every drug is in the body, so that every term of every equation counts.
CELLS = {
    "activation": 0.7,
    "effector_blood": 12.0,
    "effector_tissue": 90.0,
    "memory_blood": 2.0,
    "memory_tissue": 8.0,
    "first_wave": 5.0,
    "exhaustion": 0.1,
}
CHANGED = {
    "lymphocytes.host_lymphocytes": 120.0,
    "lymphocytes.homeostatic_cytokine": 3.0,
    "car_t.host_response": 0.1,
    "car_t.host_memory": 0.2,
    **{f"{product}.{state}": value for product in ("car_t", "car_t_rapid", "car_t_cd28") for state, value in CELLS.items()},
    "flare.flare_drive": 0.3,
    "b_cells.baff": 1.7,
    "cytokines.macrophages": 0.4,
    "cytokines.il6": 90.0,
    "cytokines.interferon_gamma": 60.0,
    "cytokines.endothelium": 0.2,
    "cytokines.priming": 1.5,
    "nephritis.nephrons_lost": 0.1,
    "nephritis.structural_proteinuria": 0.3,
    "nephritis.renal_inflammation": 0.8,
    "inflammation.inflammation": 0.7,
    "organs.joints": 0.9,
    "organs.constitution": 0.6,
    "organs.blood": 0.5,
    "organs.fatigue": 0.8,
    "body.years": 0.1,
    "neutrophils.marrow_reserve": 0.9,
    "platelets.megakaryocytes": 150.0,
    "platelets.platelets": 90.0,
    "red_cells.haemoglobin": 100.0,
    "malignancy.malignant_cells": 500.0,
    "fludarabine.central": 3.0,
    "fludarabine.peripheral_1": 2.0,
    "fludarabine.peripheral_2": 5.0,
    "cyclophosphamide.central": 40.0,
    "rituximab.central": 300.0,
    "rituximab.peripheral": 400.0,
    "obinutuzumab.central": 200.0,
    "obinutuzumab.peripheral": 100.0,
    "belimumab.central": 200.0,
    "belimumab.peripheral": 250.0,
    "anifrolumab.central": 100.0,
    "tocilizumab.central": 80.0,
    "tocilizumab.peripheral": 60.0,
}
INPUTS = {"Gd": 15.0, "soc": 0.1, "eMMF": 0.3, "eCNI": 1.0, "Dk0": 0.05, "zbar": -0.2, "hasRash": 1.0, "CRS_SHIFT": 0.5}


def values_of(patient: Patient) -> dict[str, float]:
    return typical(patient=patient, **INPUTS)


def units_of(patient: Patient) -> dict[str, str]:
    theta = Theta.current()
    return {f"{m.name}.{number}": theta.owner(m.name, number).unit for m in patient.modules for number in m.number_names}


def treated(patient: Patient, p: Any, changed: Changed) -> Any:
    """Day 5 of the course."""
    return changed(patient.initial(p), {name: value for name, value in CHANGED.items() if name in patient.states})


@pytest.fixture(params=DISEASES)
def patient(request: pytest.FixtureRequest) -> Patient:
    """The host, a disease and every drug."""
    return patient_with(request.param)


@pytest.fixture
def plain(patient: Patient, changed: Changed) -> tuple[Any, Any]:
    p = patient.build(values_of(patient))
    return treated(patient, p, changed), p


@pytest.fixture
def with_units(patient: Patient, plain: tuple[Any, Any]) -> tuple[Patient, Any, Any]:
    return quantities(patient, plain[0], values_of(patient), units_of(patient))


def test_every_change_word_and_concentration_has_its_unit(with_units: tuple[Patient, Any, Any]) -> None:
    check_units(*with_units)


def test_a_number_in_another_unit_is_found(patient: Patient, plain: tuple[Any, Any]) -> None:
    for numbers, unit, says in (
        (("lymphocytes.cytokine_turnover",), "1", r"the change of 'lymphocytes\.homeostatic_cytokine' is in .*, not in"),
        (("car_t.response_kill", "car_t.response_memory_kill"), "1", "'response_to_cells' is in .*, not in 1/day"),
    ):
        wrong = units_of(patient) | dict.fromkeys(numbers, unit)
        with pytest.raises(WrongUnit, match=says):
            check_units(*quantities(patient, plain[0], values_of(patient), wrong))


def test_units_change_no_rate(patient: Patient, plain: tuple[Any, Any], with_units: tuple[Patient, Any, Any]) -> None:
    worn, state, p = with_units
    rates = flat_values(patient.derivative(0.0, *plain)), flat_values(worn.derivative(0.0, state, p))
    for (name, entry), expected, found in zip(patient.states.items(), *rates, strict=True):
        assert magnitude(found, f"({entry.unit}) / day", name) == pytest.approx(expected, rel=1e-9, abs=1e-12), name


def test_every_output_has_its_unit(patient: Patient, changed: Changed) -> None:
    """With malignant cells, so that nothing that a laboratory counts is silent."""
    patient = compose(*patient.modules, malignancy.MODULE)
    values = values_of(patient)
    p = patient.build(values)
    state = treated(patient, p, changed)
    worn, state_with_units, p_with_units = quantities(patient, state, values, units_of(patient))
    assert len(patient.outputs) > 100
    for name, output in patient.outputs.items():
        found = magnitude(worn.outputs[name].read(0.0, state_with_units, p_with_units), output.unit, name)
        assert found == pytest.approx(float(output.read(0.0, state, p)), rel=1e-9, abs=1e-12), name


def test_initial_state_has_the_units_of_the_state(patient: Patient, with_units: tuple[Patient, Any, Any]) -> None:
    bare = patient.initial(patient.build(values_of(patient)))
    for module, group in zip(patient.modules, bare, strict=True):
        my = getattr(with_units[2], module.name)
        for field, expected, found in zip(module.fields, group, module.start(my), strict=True):
            entry = patient.states[f"{module.name}.{field}"]
            if hasattr(found, "units"):
                assert magnitude(found, entry.unit, entry.name) == pytest.approx(expected), entry.name
            else:
                assert found == 0.0 or entry.unit == "1", entry.name


def test_every_unit_is_known() -> None:
    theta = Theta.current()
    for unit in {*UNITS.values(), *(parameter.unit for parameter in theta.table.values())}:
        assert registry().Quantity(1.0, "dimensionless" if unit == "1" else unit).magnitude == 1.0


def test_equations_work_on_arrays_of_patients(patient: Patient, plain: tuple[Any, Any], changed: Changed) -> None:
    p = patient.build({name: np.full(3, value) for name, value in values_of(patient).items()})
    many = patient.derivative(0.0, treated(patient, p, changed), p)
    for name, single, several in zip(patient.states, *map(flat_values, (patient.derivative(0.0, *plain), many)), strict=True):
        assert np.shape(several) == (3,), name
        np.testing.assert_allclose(several, single, rtol=1e-12, atol=1e-15, err_msg=name)

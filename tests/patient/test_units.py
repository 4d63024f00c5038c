"""Every equation and output has the unit that it claims, by running it on quantities with units."""

from __future__ import annotations

import numpy as np
import pint
import pytest

from immunoreset.patient.model import derivative, initial_state
from immunoreset.patient.outputs import OUTPUTS
from immunoreset.patient.parameters import Parameters, build, table, typical
from immunoreset.patient.state import UNITS, State

REGISTRY = pint.UnitRegistry()
for definition in ("cell = [cell]", "IU = [antibody_activity]", "hundred_days = 100 * day"):
    REGISTRY.define(definition)

# Day 5 of a course in which every drug is in the body, so that every term of every equation counts.
CHANGED = {
    "host_lymphocytes": 120.0,
    "homeostatic_cytokine": 3.0,
    "car_t_activation": 0.7,
    "anti_car_response": 0.1,
    "car_t_effector_blood": 12.0,
    "car_t_effector_tissue": 90.0,
    "car_t_memory_blood": 2.0,
    "car_t_memory_tissue": 8.0,
    "flare_drive": 0.3,
    "baff": 1.7,
    "macrophages": 0.4,
    "il6": 90.0,
    "interferon_gamma": 60.0,
    "endothelium": 0.2,
    "kidney_damage": 0.1,
    "malignant_cells": 500.0,
    "fludarabine": 3.0,
    "fludarabine_peripheral_1": 2.0,
    "fludarabine_peripheral_2": 5.0,
    "cyclophosphamide": 40.0,
    "anti_cd20": 300.0,
    "anti_cd20_peripheral": 400.0,
    "belimumab": 200.0,
    "belimumab_peripheral": 250.0,
    "anifrolumab": 100.0,
    "tocilizumab": 80.0,
    "tocilizumab_peripheral": 60.0,
}
INPUTS = {"Gd": 15.0, "soc": 0.1, "eMMF": 0.3, "eCNI": 1.0, "kDam": 0.0001, "zbar": -0.2, "hasRash": 1.0, "CRS_SHIFT": 0.5}


def plain() -> tuple[State, Parameters]:
    p = build(typical(**INPUTS))
    return initial_state(p)._replace(**CHANGED), p


def with_units() -> tuple[State, Parameters]:
    state, _ = plain()
    values = typical(**INPUTS)
    parameters = build({name: REGISTRY.Quantity(value, table()[name].unit) for name, value in values.items()})
    return State(
        *(REGISTRY.Quantity(float(value), UNITS[field]) for field, value in zip(State._fields, state, strict=True))
    ), parameters


def magnitude(quantity: object, unit: str) -> float:
    return float(REGISTRY.Quantity(quantity).to(unit).magnitude)


def test_every_derivative_has_the_unit_of_its_state_per_day() -> None:
    bare, carried = derivative(0.0, *plain()), derivative(0.0, *with_units())
    for field, expected, found in zip(State._fields, bare, carried, strict=True):
        unit = f"({UNITS[field]}) / day"
        assert magnitude(found, unit) == pytest.approx(expected, rel=1e-9, abs=1e-12), field


@pytest.mark.parametrize("name", list(OUTPUTS))
def test_every_output_has_its_unit(name: str) -> None:
    read, unit = OUTPUTS[name].read, OUTPUTS[name].unit
    found = magnitude(read(0.0, *with_units()), "dimensionless" if unit == "1" else unit)
    assert found == pytest.approx(float(read(0.0, *plain())), rel=1e-9, abs=1e-12)


def test_initial_state_has_the_units_of_the_state() -> None:
    p = build({name: REGISTRY.Quantity(value, table()[name].unit) for name, value in typical().items()})
    bare = initial_state(build(typical()))
    for field, expected, found in zip(State._fields, bare, initial_state(p), strict=True):
        if isinstance(found, pint.Quantity):
            assert magnitude(found, "dimensionless" if UNITS[field] == "1" else UNITS[field]) == pytest.approx(expected), field
        else:
            assert found == 0.0 or UNITS[field] == "1", field


def test_equations_work_on_arrays_of_patients() -> None:
    one = derivative(0.0, *plain())
    values = {name: np.full(3, value) for name, value in typical(**INPUTS).items()}
    p = build(values)
    many = derivative(0.0, initial_state(p)._replace(**{field: np.full(3, value) for field, value in CHANGED.items()}), p)
    for field, single, several in zip(State._fields, one, many, strict=True):
        assert np.shape(several) == (3,), field
        np.testing.assert_allclose(several, single, rtol=1e-12, atol=1e-15, err_msg=field)

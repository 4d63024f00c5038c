"""The untreated patient rests, in lupus; oncology hosts have no autoimmune disease."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from immunoreset.catalogue import built_in
from immunoreset.catalogue.standard import STANDARD_PATIENT, patient_with, typical
from immunoreset.engine.trace import flat_values
from immunoreset.patient.compose import Patient

DISEASES = built_in().diseases


def rates(patient: Patient, p: Any) -> dict[str, tuple[float, float]]:
    """Untreated value and change per day of each state, by 'module.state'."""
    state = patient.initial(p)
    pairs = zip(flat_values(state), flat_values(patient.derivative(0.0, state, p)), strict=True)
    return dict(zip(patient.states, pairs, strict=True))


@pytest.mark.parametrize("variant", [{}, {"penA": 0.004}, {"s": 0.06, "eps": 0.12}, {"fLLd": 0.35}, {"U0": 6.0, "kIC": 0.12}])
def test_lupus_without_treatment_is_a_steady_state_but_for_time_and_lost_nephrons(variant: dict[str, float]) -> None:
    found = rates(STANDARD_PATIENT, STANDARD_PATIENT.build(typical(Dk0=0.2, kch=0.0005, **variant)))
    assert found.pop("body.years") == (0.0, pytest.approx(1 / 365.25, rel=1e-15))
    assert found.pop("nephritis.nephrons_lost") == (0.2, pytest.approx(0.0005 * 0.8, rel=1e-15))
    for name, (value, change) in found.items():
        assert abs(change) <= 1e-14 * max(1.0, abs(value)), name


@pytest.mark.parametrize("host", ["lymphoma", "leukaemia"])
def test_oncology_hosts_have_cancer_and_no_autoimmune_disease(host: str) -> None:
    patient = patient_with(host)
    values = typical(host, patient=patient)
    found = rates(patient, patient.build(values))
    of_lupus = {module.name for module in DISEASES["lupus"].modules}
    assert not of_lupus & {name.split(".")[0] for name in (*found, *values)}
    assert not {"sledai_items", "anti_dsdna", "proteinuria", "inflammation", "c3", "c4", "joints"} & set(patient.outputs)
    moving = {name for name, (value, change) in found.items() if abs(change) > 1e-14 * max(1.0, abs(value))}
    assert moving == {"malignancy.malignant_cells", "body.years"} and found["malignancy.malignant_cells"][1] > 0
    assert found["b_cells.naive_b_tissue"][0] == pytest.approx(0.2 * typical()["b_cells.naive_tissue"])


@pytest.mark.parametrize("disease", DISEASES)
def test_states_are_named_once_and_explained(disease: str) -> None:
    patient = patient_with(disease)
    assert all(state.unit and state.meaning and state.tolerance > 0 for state in patient.states.values())
    products = built_in().theta.products
    standard = [state for name, state in patient.states.items() if name.split(".")[0] not in products]
    symbols = [state.symbol for state in standard if state.symbol]
    assert len(symbols) >= len(standard) / 2
    assert len(set(symbols)) == len(symbols)
    assert len({state.name for state in patient.states.values()}) == len(patient.states)


def test_initial_state_follows_each_patient_of_an_array() -> None:
    p = STANDARD_PATIENT.build(typical(Dna0=np.array([50.0, 226.0]), U0=np.array([0.5, 2.2])))
    state = STANDARD_PATIENT.initial(p)
    assert np.asarray(state.autoantibody.anti_dsdna).tolist() == [50.0, 226.0]
    assert np.asarray(state.nephritis.proteinuria).tolist() == [0.5, 2.2]

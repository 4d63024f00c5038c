"""The standard patient, for those who write their own simulations: lupus, and every drug of this version.

from immunoreset import MODEL, initial_state, simulate, typical

simulate(MODEL, parameters=typical(), initial=initial_state, start=0.0, stop=365.0)
"""

from __future__ import annotations

from typing import Any

from immunoreset.catalogue.current import built_in
from immunoreset.patient.compose import Patient, compose

__all__ = ["MODEL", "STANDARD_PATIENT", "initial_state", "patient_with", "typical"]


def patient_with(disease: str) -> Patient:
    """The patient with a disease and every drug of this version."""
    catalogue = built_in()
    return compose(*catalogue.modules_of(catalogue.disease(disease)))


STANDARD_PATIENT = patient_with("lupus")
MODEL = STANDARD_PATIENT.model
initial_state = STANDARD_PATIENT.initial
EARLIER_SETS = {"cd28": "car_t_cd28", "4-1bb-rapid": "car_t_rapid"}
"""What the sets of some products were called before, still understood."""


def typical(*sets: str, patient: Patient = STANDARD_PATIENT, **overrides: Any) -> dict[str, Any]:
    """Numbers of the typical patient by 'module.number', after the named sets (hosts or products) and then single values.

    `overrides` are named by flat name, symbol or earlier name, and are floats or arrays over patients; `patient` is the one whose
    numbers are wanted. Raises UnknownName and InvalidValue.

    >>> typical("car_t_cd28", penA=0.004)["car_t.access_autoreactive"]
    0.004
    """
    theta = built_in().theta
    return theta.values_for(patient.modules, theta.typical(*(EARLIER_SETS.get(name, name) for name in sets), **overrides))

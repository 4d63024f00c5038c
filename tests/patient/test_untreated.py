"""The untreated patient rests, in lupus; oncology hosts have no autoimmune disease."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.patient.chart import sledai_score
from immunoreset.patient.model import derivative, initial_state
from immunoreset.patient.outputs import OUTPUTS
from immunoreset.patient.parameters import build, typical
from immunoreset.patient.state import MEANING, State

AUTOIMMUNE = (
    "autoreactive_memory",
    "autoreactive_activated",
    "follicular_help",
    "inflammation",
    "short_lived_plasma_autoreactive",
    "long_lived_plasma_autoreactive",
    "anti_dsdna",
    "renal_inflammation",
)


@pytest.mark.parametrize("variant", [{}, {"penA": 0.004}, {"s": 0.06, "eps": 0.12}, {"fLLd": 0.35}, {"U0": 6.0, "kIC": 0.12}])
def test_lupus_without_treatment_is_a_steady_state(variant: dict[str, float]) -> None:
    p = build(typical(**variant))
    state = initial_state(p)
    for field, value, change in zip(State._fields, state, derivative(0.0, state, p), strict=True):
        assert abs(change) <= 1e-14 * max(1.0, abs(value)), field


@pytest.mark.parametrize("host", ["lymphoma", "leukaemia"])
def test_oncology_hosts_have_cancer_and_no_autoimmune_disease(host: str) -> None:
    p = build(typical(host))
    state = initial_state(p)
    change = dict(zip(State._fields, derivative(0.0, state, p), strict=True))
    assert all(getattr(state, field) == 0 and change[field] == 0 for field in AUTOIMMUNE)
    assert state.proteinuria == p.organs.proteinuria_floor and state.c3 == p.organs.c3_normal
    assert sledai_score(OUTPUTS["sledai_items"].read(0.0, state, p)).total.value == 0
    assert change["malignant_cells"] > 0 and state.naive_b_tissue == pytest.approx(0.2 * typical()["b_cells.naive_tissue"])
    moving = {field for field, value in change.items() if abs(value) > 1e-12}
    assert moving == {"malignant_cells", "igg", "vaccine_antibody"}


def test_states_are_named_once_and_explained() -> None:
    assert tuple(MEANING) == State._fields and len(State._fields) == 59
    assert len({symbol for symbol, _, _ in MEANING.values()}) == 59


def test_initial_state_follows_each_patient_of_an_array() -> None:
    p = build(typical(Dna0=np.array([50.0, 226.0]), lup=np.array([0.0, 1.0])))
    state = initial_state(p)
    assert np.asarray(state.anti_dsdna).tolist() == [0.0, 226.0]
    assert np.asarray(state.proteinuria).tolist() == [0.12, 2.2]

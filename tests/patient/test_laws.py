"""Laws that hold whatever the numbers: cells and drugs are not made from nothing, effects go the right way."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.patient import b_cells, car_t, chemotherapy
from immunoreset.patient.effects import drug_effects
from immunoreset.patient.killing import attack
from immunoreset.patient.model import derivative, initial_state
from immunoreset.patient.parameters import Parameters, build, typical
from immunoreset.patient.state import State

CAR_T = ("car_t_effector_blood", "car_t_effector_tissue", "car_t_memory_blood", "car_t_memory_tissue")
DRUGS = State._fields[State._fields.index("fludarabine") :]


def patient(**overrides: float) -> tuple[State, Parameters]:
    p = build(typical(**overrides))
    return initial_state(p), p


def test_no_car_t_cell_and_no_drug_appears_by_itself() -> None:
    s, p = patient()
    change = derivative(0.0, s, p)
    assert all(getattr(change, field) == 0 for field in (*CAR_T, *DRUGS, "car_t_activation", "anti_car_response"))


def test_every_population_at_zero_can_only_grow() -> None:
    s, p = patient()
    active = s._replace(
        car_t_effector_blood=10.0, car_t_effector_tissue=80.0, car_t_memory_tissue=5.0, fludarabine=4.0, macrophages=0.5
    )
    for field in State._fields:
        if field != "flare_drive":
            assert getattr(derivative(0.0, active._replace(**{field: 0.0}), p), field) >= 0, field


def test_traffic_of_car_t_cells_neither_makes_nor_loses_cells() -> None:
    s, p = patient(dEB=0.0, dE0=0.05, dE1=0.08, dM=0.003)
    s = s._replace(car_t_effector_blood=10.0, car_t_effector_tissue=80.0, car_t_memory_blood=3.0, car_t_memory_tissue=20.0)
    change, drugs = derivative(0.0, s, p), drug_effects(s, p)
    total = sum(getattr(change, field) for field in CAR_T)
    rate = car_t.growth_rate(s, p, drugs.steroid) - car_t.death_rate(s, p, drugs.steroid)
    expected = rate * s.car_t_effector_tissue - p.car_t.memory_loss * s.car_t_memory_tissue
    assert total == pytest.approx(expected, rel=1e-12)


def test_drugs_leave_the_body_by_elimination_only() -> None:
    s, p = patient()
    s = s._replace(fludarabine=10.0, fludarabine_peripheral_1=7.0, fludarabine_peripheral_2=20.0)
    change = derivative(0.0, s, p)
    total = change.fludarabine + change.fludarabine_peripheral_1 + change.fludarabine_peripheral_2
    assert total == pytest.approx(-chemotherapy.fludarabine_elimination(s, p))


def test_proteinuria_speeds_up_the_loss_of_antibody_drugs() -> None:
    s, p = patient()
    given = s._replace(anti_cd20=500.0, anti_cd20_peripheral=0.0)
    losses = [derivative(0.0, given._replace(proteinuria=level), p).anti_cd20 for level in (0.1, 3.0, 8.0)]
    assert np.all(np.diff(losses) < 0)


def test_growth_of_car_t_cells_is_graded_by_the_cytokine_that_conditioning_frees() -> None:
    _, p = patient()
    s = State(*np.zeros(59))
    support = [car_t.cytokine_support(s._replace(homeostatic_cytokine=level), p) for level in (1.0, 2.8, 4.8)]
    assert support == pytest.approx([0.13, 0.54, 0.77], abs=0.01)  # none, half and full conditioning in the specification


def test_more_killers_kill_faster_but_never_beyond_the_maximum() -> None:
    s, p = patient()
    rates = [attack(s._replace(car_t_effector_tissue=killers), p).tissue for killers in (1.0, 100.0, 1e4, 1e8)]
    assert np.all(np.diff(rates) > 0) and rates[-1] < p.killing.kill_max


def test_a_sanctuary_protects_only_autoreactive_cells() -> None:
    usual, hidden = (patient(penA=access) for access in (0.9, 0.004))
    kill = [derivative(0.0, s._replace(car_t_effector_tissue=1e4), p) for s, p in (usual, hidden)]
    assert kill[1].autoreactive_memory > 0.01 * kill[0].autoreactive_memory > kill[0].autoreactive_memory
    assert kill[1].naive_b_tissue <= kill[0].naive_b_tissue


def test_b_cell_production_rises_when_the_periphery_is_empty_and_needs_marrow_reserve() -> None:
    s, p = patient()
    empty = s._replace(naive_b_tissue=0.0, naive_b_follicle=0.0)
    assert b_cells.production(empty, p) > b_cells.production(s, p)
    assert b_cells.production(empty._replace(marrow_reserve=0.5), p) == pytest.approx(b_cells.production(empty, p) / 2)


def test_belimumab_starves_transitional_cells_more_than_naive_ones() -> None:
    s, p = patient()
    change = derivative(0.0, s._replace(belimumab=500.0), p)
    assert change.immature_b / s.immature_b < change.naive_b_tissue / s.naive_b_tissue < 0
    assert change.memory_b_tissue == pytest.approx(0.0, abs=1e-9)


def test_steroid_dampens_expansion_cytokines_and_inflammation() -> None:
    values = [
        derivative(0.0, s._replace(car_t_effector_tissue=500.0, car_t_activation=1.0), p)
        for s, p in (patient(), patient(Gd=60.0))
    ]
    for field in ("car_t_effector_tissue", "interferon_gamma", "inflammation", "autoreactive_activated"):
        assert getattr(values[1], field) < getattr(values[0], field), field


def test_tocilizumab_raises_serum_il6_and_lowers_crp() -> None:
    s, p = patient()
    ill = s._replace(il6=300.0, macrophages=0.3, crp=60.0)
    without, with_drug = (derivative(0.0, ill._replace(tocilizumab=amount), p) for amount in (0.0, 500.0))
    assert with_drug.il6 > without.il6 and with_drug.crp < without.crp and with_drug.endothelium == without.endothelium

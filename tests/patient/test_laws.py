"""Laws that hold whatever the numbers: cells and drugs are not made from nothing, effects go the right way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from immunoreset.catalogue.standard import STANDARD_PATIENT, typical
from immunoreset.patient.host import b_cells
from immunoreset.therapy import fludarabine
from immunoreset.therapy.families import car_t

derivative = STANDARD_PATIENT.derivative
CAR_T = ("effector_blood", "effector_tissue", "memory_blood", "memory_tissue")
DRUGS = [module.name for module in STANDARD_PATIENT.modules if "therapy" in module.file]
Changed = Callable[[Any, Mapping[str, Any]], Any]


def patient(**overrides: float) -> tuple[Any, Any]:
    p = STANDARD_PATIENT.build(typical(**overrides))
    return STANDARD_PATIENT.initial(p), p


def test_no_car_t_cell_and_no_drug_appears_by_itself() -> None:
    change = derivative(0.0, *patient())
    assert sum(len(getattr(change, drug)) for drug in DRUGS) > 20
    assert all(value == 0 for drug in DRUGS for value in getattr(change, drug))


def test_every_population_at_zero_can_only_grow(changed: Changed) -> None:
    s, p = patient()
    cells = {"car_t.effector_blood": 10.0, "car_t.effector_tissue": 80.0, "car_t.memory_tissue": 5.0}
    active = changed(s, {**cells, "fludarabine.central": 4.0, "cytokines.macrophages": 0.5})
    for name in STANDARD_PATIENT.states:
        if name != "flare.flare_drive":
            module, field = name.split(".")
            change = derivative(0.0, changed(active, {name: 0.0}), p)
            assert getattr(getattr(change, module), field) >= 0, name


def test_traffic_of_car_t_cells_neither_makes_nor_loses_cells(changed: Changed) -> None:
    s, p = patient(dEB=0.0, dE0=0.05, dE1=0.08, dM=0.003)
    s = changed(s, dict(zip((f"car_t.{field}" for field in CAR_T), (10.0, 80.0, 3.0, 20.0), strict=True)))
    change, view = derivative(0.0, s, p), STANDARD_PATIENT.view(s, p)
    total = sum(getattr(change.car_t, field) for field in CAR_T)
    rate = car_t.growth_rate(s.car_t, p.car_t, view.seen, view.on) - car_t.death_rate(s.car_t, p.car_t, view.seen, view.on)
    expected = rate * s.car_t.effector_tissue - p.car_t.memory_loss * s.car_t.memory_tissue
    assert total == pytest.approx(expected, rel=1e-12)


def test_drugs_leave_the_body_by_elimination_only(changed: Changed) -> None:
    s, p = patient()
    s = changed(s, {"fludarabine.central": 10.0, "fludarabine.peripheral_1": 7.0, "fludarabine.peripheral_2": 20.0})
    total = sum(derivative(0.0, s, p).fludarabine)
    seen = STANDARD_PATIENT.view(s, p).seen
    assert total == pytest.approx(-fludarabine.elimination(s.fludarabine, p.fludarabine, seen))


@pytest.mark.parametrize("drug", ["rituximab", "obinutuzumab", "belimumab", "anifrolumab"])
def test_proteinuria_speeds_up_the_loss_of_antibody_drugs(drug: str, changed: Changed) -> None:
    s, p = patient()
    given = changed(s, {f"{drug}.central": 500.0})
    nephrotic = [changed(given, {"nephritis.proteinuria": level}) for level in (0.1, 3.0, 8.0)]
    losses = [getattr(derivative(0.0, state, p), drug).central for state in nephrotic]
    assert np.all(np.diff(losses) < 0)


def test_growth_of_car_t_cells_is_graded_by_the_cytokine_that_conditioning_frees() -> None:
    _, p = patient()
    support = [car_t.cytokine_support(p.car_t, level) for level in (1.0, 2.8, 4.8)]
    assert support == pytest.approx([0.13, 0.54, 0.77], abs=0.01)  # none, half and full conditioning in the specification


def test_more_killers_kill_faster_but_never_beyond_the_maximum(changed: Changed) -> None:
    s, p = patient()
    crowds = [changed(s, {"car_t.effector_tissue": killers}) for killers in (1.0, 100.0, 1e4, 1e8)]
    rates = [STANDARD_PATIENT.view(state, p).on.kill_b_tissue for state in crowds]
    assert np.all(np.diff(rates) > 0) and rates[-1] < p.car_t.kill_max


def test_two_products_together_kill_no_faster_than_the_maximum(changed: Changed) -> None:
    s, p = patient()
    cells = {f"{product}.effector_tissue": 1e8 for product in ("car_t", "car_t_rapid", "car_t_cd28")}
    assert STANDARD_PATIENT.view(changed(s, cells), p).on.kill_b_tissue < p.car_t.kill_max


def test_a_sanctuary_protects_only_autoreactive_cells(changed: Changed) -> None:
    usual, hidden = (patient(penA=access) for access in (0.9, 0.004))
    kill = [derivative(0.0, changed(s, {"car_t.effector_tissue": 1e4}), p) for s, p in (usual, hidden)]
    memory = [change.autoreactive_loop.autoreactive_memory for change in kill]
    assert memory[1] > 0.01 * memory[0] > memory[0]
    assert kill[1].b_cells.naive_b_tissue <= kill[0].b_cells.naive_b_tissue


def test_b_cell_production_rises_when_the_periphery_is_empty_and_needs_marrow_reserve(changed: Changed) -> None:
    s, p = patient()

    def production(state: Any) -> float:
        view = STANDARD_PATIENT.view(state, p)
        return b_cells.production(state.b_cells, p.b_cells, view.seen, view.rest)

    empty = changed(s, {"b_cells.naive_b_tissue": 0.0, "b_cells.naive_b_follicle": 0.0})
    assert production(empty) > production(s)
    assert production(changed(empty, {"neutrophils.marrow_reserve": 0.5})) == pytest.approx(production(empty) / 2)


def test_belimumab_starves_transitional_cells_more_than_naive_ones(changed: Changed) -> None:
    s, p = patient()
    change, cells = derivative(0.0, changed(s, {"belimumab.central": 500.0}), p).b_cells, s.b_cells
    assert change.immature_b / cells.immature_b < change.naive_b_tissue / cells.naive_b_tissue < 0
    assert change.memory_b_tissue == pytest.approx(0.0, abs=1e-9)


def test_steroid_dampens_expansion_cytokines_and_inflammation(changed: Changed) -> None:
    active = {"car_t.effector_tissue": 500.0, "car_t.activation": 1.0}
    without, dampened = (derivative(0.0, changed(s, active), p) for s, p in (patient(), patient(Gd=60.0)))
    assert dampened.car_t.effector_tissue < without.car_t.effector_tissue
    assert dampened.cytokines.interferon_gamma < without.cytokines.interferon_gamma
    assert dampened.inflammation.inflammation < without.inflammation.inflammation
    assert dampened.autoreactive_loop.autoreactive_activated < without.autoreactive_loop.autoreactive_activated


def test_tocilizumab_raises_serum_il6_and_lowers_crp(changed: Changed) -> None:
    s, p = patient()
    ill = changed(s, {"cytokines.il6": 300.0, "cytokines.macrophages": 0.3, "cytokines.crp": 60.0})
    treated = changed(ill, {"tocilizumab.central": 500.0})
    without, with_drug = (derivative(0.0, state, p).cytokines for state in (ill, treated))
    assert with_drug.il6 > without.il6 and with_drug.crp < without.crp and with_drug.endothelium == without.endothelium

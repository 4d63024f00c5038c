"""CAR-T cells: traffic, activation, expansion, contraction and memory.

Effector and memory cells live in blood and tissue. Growth needs activation (by antigen) and free IL-7 and IL-15, so the peak is
set by the space that conditioning makes and hardly by the dose.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from immunoreset.patient.lymphocytes import rejection


class CarT(NamedTuple):
    """The product and its life in the patient."""

    blood_to_tissue: Any
    tissue_to_blood: Any
    tissue_retention: Any
    product_activation: Any
    activation_rate: Any
    deactivation_rate: Any
    half_presence: Any
    half_antigen: Any
    expansion_max: Any
    half_cytokine: Any
    carrying_capacity: Any
    cytokine_consumption: Any
    blood_loss: Any
    effector_death: Any
    effector_death_without_antigen: Any
    memory_formation: Any
    memory_loss: Any
    memory_reactivation: Any
    engraftment_fraction: Any
    product_memory_share: Any
    founder_fraction: Any
    absent_below: Any
    copies_per_cell: Any


def cells(s: Any) -> Any:
    """All CAR-T cells of the body."""
    return s.car_t_effector_blood + s.car_t_effector_tissue + s.car_t_memory_blood + s.car_t_memory_tissue


def antigen_engaged(p: Any, antigen: Any) -> Any:
    """How well the antigen in tissue activates CAR-T cells, 0 to 1."""
    return antigen / (p.car_t.half_antigen + antigen)


def activation_change(s: Any, p: Any, engaged: Any) -> Any:
    """The division programme starts within a day of antigen and fades over six days without it."""
    k = p.car_t
    present = cells(s) / (cells(s) + k.half_presence)
    rise = k.activation_rate * engaged * (1 - s.car_t_activation) * present
    return rise - k.deactivation_rate * (1 - engaged) * s.car_t_activation


def cytokine_support(s: Any, p: Any) -> Any:
    """Share of maximal growth that the free IL-7 and IL-15 allow (Hill exponent 2)."""
    cytokine = s.homeostatic_cytokine * s.homeostatic_cytokine
    return cytokine / (p.car_t.half_cytokine * p.car_t.half_cytokine + cytokine)


def growth_rate(s: Any, p: Any, steroid: Any) -> Any:
    """Division of effectors in tissue, 1/day."""
    k = p.car_t
    supported = k.expansion_max * s.car_t_activation * cytokine_support(s, p)
    return supported * (1 - p.steroid.expansion_block * steroid) / (1 + cells(s) / k.carrying_capacity)


def death_rate(s: Any, p: Any, steroid: Any) -> Any:
    """Death of effectors in tissue: contraction when antigen is gone, glucocorticoid, rejection; 1/day."""
    k = p.car_t
    contraction = k.effector_death + k.effector_death_without_antigen * (1 - s.car_t_activation)
    return contraction + p.steroid.car_t_death * steroid + rejection(s, p)


def blood_loss_rate(s: Any, p: Any, lymphodepletion: Any) -> Any:
    """Loss of CAR-T cells in blood, 1/day."""
    return p.car_t.blood_loss + rejection(s, p) + p.chemotherapy.sensitivity_lymphocytes * lymphodepletion


def reactivation(s: Any, p: Any) -> Any:
    """Memory cells in tissue that become effectors again, Mcell/day."""
    return p.car_t.memory_reactivation * s.car_t_activation * cytokine_support(s, p) * s.car_t_memory_tissue


def effectors_to_tissue(s: Any, p: Any, engaged: Any) -> Any:
    """Net flow of effectors from blood to tissue; antigen holds them there, Mcell/day."""
    leaving = p.car_t.tissue_to_blood * (1 - p.car_t.tissue_retention * engaged)
    return p.car_t.blood_to_tissue * s.car_t_effector_blood - leaving * s.car_t_effector_tissue


def memory_to_tissue(s: Any, p: Any) -> Any:
    """Net flow of memory cells from blood to tissue, Mcell/day."""
    return p.car_t.blood_to_tissue * s.car_t_memory_blood - p.car_t.tissue_to_blood * s.car_t_memory_tissue


def effectors_in_tissue(s: Any, p: Any, drugs: Any) -> Any:
    """Growth less death, memory formation and later chemotherapy, with memory that returns; Mcell/day."""
    rate = (
        growth_rate(s, p, drugs.steroid)
        - death_rate(s, p, drugs.steroid)
        - p.car_t.memory_formation
        - p.chemotherapy.sensitivity_car_t_tissue * drugs.lymphodepletion
    )
    return rate * s.car_t_effector_tissue + reactivation(s, p)


def memory_in_tissue(s: Any, p: Any, drugs: Any) -> Any:
    """Memory formed less memory lost, rejected, reactivated or killed by later chemotherapy; Mcell/day."""
    loss = p.car_t.memory_loss + rejection(s, p) + p.chemotherapy.sensitivity_car_t_tissue * drugs.lymphodepletion
    return p.car_t.memory_formation * s.car_t_effector_tissue - loss * s.car_t_memory_tissue - reactivation(s, p)

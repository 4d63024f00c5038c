"""How fast CAR-T cells kill CD19-positive cells in tissue, blood and marrow; both sides can saturate it."""

from __future__ import annotations

from typing import Any, NamedTuple


class Killing(NamedTuple):
    """Speed of killing, access to each compartment, and what counts as a target."""

    kill_max: Any
    half_kill_tissue: Any
    half_kill_blood: Any
    memory_weight: Any
    access_marrow: Any
    access_follicle: Any
    access_autoreactive: Any
    access_malignant: Any
    plasmablast_cd19: Any
    precursor_antigen: Any
    malignant_blood_share: Any


class Attack(NamedTuple):
    """Killing by CAR-T cells at this moment."""

    antigen: Any  # CD19-positive cells seen in tissue, Mcell
    tissue: Any  # rate of kill of an accessible target in tissue, 1/day
    blood: Any  # the same in blood
    marrow: Any  # the same for precursors in the marrow
    cells_killed: Any  # targets killed in tissue and blood, Mcell/day


def mature_antigen(s: Any, p: Any) -> Any:
    """CD19-positive cells in tissue that CAR-T can reach, without marrow precursors."""
    k = p.killing
    normal = s.naive_b_tissue + s.naive_b_follicle + s.memory_b_tissue + s.memory_b_follicle
    autoreactive = k.access_autoreactive * (s.autoreactive_memory + s.autoreactive_activated)
    plasmablasts = k.plasmablast_cd19 * (s.short_lived_plasma_normal + s.short_lived_plasma_autoreactive)
    return normal + autoreactive + plasmablasts + s.malignant_cells


def blood_antigen(s: Any, p: Any) -> Any:
    """CD19-positive cells in blood."""
    return s.naive_b_blood + s.memory_b_blood + p.killing.malignant_blood_share * s.malignant_cells


def attack(s: Any, p: Any) -> Attack:
    """Rates of killing from the numbers of killers and targets."""
    k = p.killing
    mature = mature_antigen(s, p)
    antigen = mature + k.precursor_antigen * (s.pre_b + s.immature_b)
    in_blood = blood_antigen(s, p)
    killers = s.car_t_effector_tissue + k.memory_weight * s.car_t_memory_tissue
    killers_blood = s.car_t_effector_blood + k.memory_weight * s.car_t_memory_blood
    killers_marrow = k.access_marrow * killers
    tissue = k.kill_max * killers / (k.half_kill_tissue + killers + antigen)
    blood = k.kill_max * killers_blood / (k.half_kill_blood + killers_blood + in_blood)
    marrow = k.kill_max * killers_marrow / (k.half_kill_tissue + killers_marrow + s.pre_b + s.immature_b)
    return Attack(antigen, tissue, blood, marrow, cells_killed=tissue * mature + blood * in_blood)

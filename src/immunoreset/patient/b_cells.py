"""B cells: production in the marrow, circulation between blood, tissue and follicles, survival on BAFF.

The untreated pools are given; exchange and production rates that keep them steady follow from them in closed form.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class BCells(NamedTuple):
    """Birth, circulation and survival of naive and memory B cells, with the untreated pools."""

    production_feedback: Any
    production_without_pre_b: Any
    half_pre_b: Any
    pre_b_maturation: Any
    immature_release: Any
    immature_loss: Any
    transitional_baff_dependence: Any
    naive_release: Any
    naive_loss: Any
    naive_baff_dependence: Any
    baff_saturation: Any
    naive_follicle_entry: Any
    memory_release: Any
    memory_follicle_exit: Any
    memory_turnover: Any
    naive_blood: Any
    naive_tissue: Any
    naive_follicle: Any
    memory_blood: Any
    memory_tissue: Any
    memory_follicle: Any
    baff_loss: Any
    baff_consumption: Any


def naive_pool(p: Any) -> Any:
    """Naive B cells in tissue and follicles before treatment."""
    return p.b_cells.naive_tissue + p.b_cells.naive_follicle


def memory_pool(p: Any) -> Any:
    """Normal memory B cells in tissue and follicles before treatment."""
    return p.b_cells.memory_tissue + p.b_cells.memory_follicle


def tissue_pool(p: Any) -> Any:
    """All B cells of tissue before treatment; autoreactive ones exist only in lupus."""
    return naive_pool(p) + memory_pool(p) + p.body.lupus * (p.autoreactive_loop.memory + p.autoreactive_loop.activated)


def immature_pool(p: Any) -> Any:
    """Immature B cells before treatment: as many as replace the naive cells that die."""
    return p.b_cells.naive_loss * naive_pool(p) / p.b_cells.immature_release


def pre_b_pool(p: Any) -> Any:
    """Pre-B cells before treatment."""
    return (p.b_cells.immature_release + p.b_cells.immature_loss) * immature_pool(p) / p.b_cells.pre_b_maturation


def naive_return(p: Any) -> Any:
    """Rate of naive cells from blood to tissue, 1/day."""
    k = p.b_cells
    return (k.naive_loss * naive_pool(p) + k.naive_release * k.naive_tissue) / k.naive_blood


def naive_follicle_exit(p: Any) -> Any:
    """Rate of naive cells out of follicles, 1/day; a patient is possible only where this is positive."""
    k = p.b_cells
    return (k.naive_follicle_entry * k.naive_tissue - k.naive_loss * k.naive_follicle) / k.naive_follicle


def memory_return(p: Any) -> Any:
    """Rate of memory cells from blood to tissue, 1/day."""
    return p.b_cells.memory_release * p.b_cells.memory_tissue / p.b_cells.memory_blood


def memory_follicle_entry(p: Any) -> Any:
    """Rate of memory cells into follicles, 1/day."""
    return p.b_cells.memory_follicle_exit * p.b_cells.memory_follicle / p.b_cells.memory_tissue


def naive_share(s: Any, p: Any) -> Any:
    """Naive cells in tissue and follicles, fold of the untreated pool."""
    return (s.naive_b_tissue + s.naive_b_follicle) / naive_pool(p)


def tissue_b_cells(s: Any) -> Any:
    """All B cells in tissue and follicles, autoreactive ones included."""
    normal = s.naive_b_tissue + s.naive_b_follicle + s.memory_b_tissue + s.memory_b_follicle
    return normal + s.autoreactive_memory + s.autoreactive_activated


def production(s: Any, p: Any) -> Any:
    """Pre-B cells made per day: self-amplifying, faster when the periphery is empty, limited by the marrow reserve."""
    k = p.b_cells
    full, present = tissue_pool(p), tissue_b_cells(s)
    feedback = 1 + k.production_feedback * (full - present) / (full + present)
    pre_b = s.pre_b / pre_b_pool(p)
    seeded = k.production_without_pre_b
    amplified = (1 - seeded) * pre_b * (1 + k.half_pre_b) / (k.half_pre_b + pre_b)
    return k.pre_b_maturation * pre_b_pool(p) * s.marrow_reserve * feedback * (seeded + amplified)


def saturating_baff(p: Any, baff: Any) -> Any:
    """Survival signal of BAFF, 1 at the untreated level."""
    return (1 + p.b_cells.baff_saturation) * baff / (1 + p.b_cells.baff_saturation * baff)


def immature_death(s: Any, p: Any, baff: Any) -> Any:
    """Immature cells that die per day; more without BAFF."""
    k, signal = p.b_cells, saturating_baff(p, baff)
    return k.immature_loss * (1 + k.transitional_baff_dependence) / (1 + k.transitional_baff_dependence * signal) * s.immature_b


def naive_death_rate(p: Any, baff: Any) -> Any:
    """Death of naive cells, 1/day; more without BAFF."""
    k, signal = p.b_cells, saturating_baff(p, baff)
    return k.naive_loss * (1 + k.naive_baff_dependence) / (1 + k.naive_baff_dependence * signal)


def naive_to_blood(s: Any, p: Any) -> Any:
    """Net flow of naive cells from tissue to blood, Mcell/day."""
    return p.b_cells.naive_release * s.naive_b_tissue - naive_return(p) * s.naive_b_blood


def naive_to_follicle(s: Any, p: Any) -> Any:
    """Net flow of naive cells into follicles, Mcell/day."""
    return p.b_cells.naive_follicle_entry * s.naive_b_tissue - naive_follicle_exit(p) * s.naive_b_follicle


def memory_to_blood(s: Any, p: Any) -> Any:
    """Net flow of memory cells from tissue to blood, Mcell/day."""
    return p.b_cells.memory_release * s.memory_b_tissue - memory_return(p) * s.memory_b_blood


def memory_to_follicle(s: Any, p: Any) -> Any:
    """Net flow of memory cells into follicles, Mcell/day."""
    return memory_follicle_entry(p) * s.memory_b_tissue - p.b_cells.memory_follicle_exit * s.memory_b_follicle


def memory_renewal(s: Any, p: Any, present: Any, untreated: Any) -> Any:
    """Very slow return of memory towards what the naive pool sustains, Mcell/day."""
    return p.b_cells.memory_turnover * (untreated * naive_share(s, p) - present)


def blood_kill_rate(p: Any, killed_by_car_t: Any, drugs: Any) -> Any:
    """Kill of B cells in blood by CAR-T, conditioning and anti-CD20, 1/day."""
    return killed_by_car_t + p.chemotherapy.sensitivity_blood_b * drugs.lymphodepletion + p.anti_cd20.kill_blood * drugs.anti_cd20


def baff_change(s: Any, p: Any) -> Any:
    """BAFF accumulates when B cells no longer consume it."""
    k = p.b_cells
    return k.baff_loss + k.baff_consumption - (k.baff_loss + k.baff_consumption * tissue_b_cells(s) / tissue_pool(p)) * s.baff

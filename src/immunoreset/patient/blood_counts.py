"""What a laboratory would count in blood, before its noise and detection limits (`observe`)."""

from __future__ import annotations

from typing import Any, NamedTuple

from immunoreset.patient.b_cells import blood_kill_rate, memory_return
from immunoreset.patient.effects import drug_effects
from immunoreset.patient.killing import attack


class Assay(NamedTuple):
    """Shares and conversions of the laboratory, detection limits and noise."""

    t_cell_share: Any
    transitional_blood_share: Any
    plasmablast_blood_share: Any
    genomes_per_ug: Any
    other_leucocytes: Any
    neutrophil_count: Any
    percent: Any
    b_cell_limit: Any
    car_t_limit: Any
    node_limit: Any
    noise_car_t: Any
    noise_b_cells: Any
    noise_igg: Any
    noise_anti_dsdna: Any
    noise_c3: Any
    noise_proteinuria: Any
    noise_il6: Any


def car_t_per_ul(t: Any, s: Any, p: Any) -> Any:
    """CAR-T cells per uL of blood."""
    return (s.car_t_effector_blood + s.car_t_memory_blood) / p.body.blood_volume


def car_t_percent_of_t_cells(t: Any, s: Any, p: Any) -> Any:
    """CAR-T cells as percent of all T cells in blood."""
    found = car_t_per_ul(t, s, p)
    return p.assay.percent * found / (found + p.assay.t_cell_share * s.host_lymphocytes)


def car_t_copies_per_ug(t: Any, s: Any, p: Any) -> Any:
    """Copies of the CAR transgene per microgram of blood DNA."""
    k, found = p.assay, car_t_per_ul(t, s, p)
    malignant = p.killing.malignant_blood_share * s.malignant_cells / p.body.blood_volume
    nucleated = k.neutrophil_count * s.neutrophils + s.host_lymphocytes + k.other_leucocytes + found + malignant
    return k.genomes_per_ug * p.car_t.copies_per_cell * found / nucleated


def naive_b_per_ul(t: Any, s: Any, p: Any) -> Any:
    """Naive B cells per uL of blood."""
    return s.naive_b_blood / p.body.blood_volume


def transitional_b_per_ul(t: Any, s: Any, p: Any) -> Any:
    """Transitional B cells per uL of blood."""
    return p.assay.transitional_blood_share * s.immature_b / p.body.blood_volume


def memory_b_per_ul(t: Any, s: Any, p: Any) -> Any:
    """Memory B cells per uL of blood; the autoreactive ones on their way back to tissue are counted too."""
    drugs = drug_effects(s, p)
    returning = memory_return(p)
    surviving = returning / (returning + blood_kill_rate(p, attack(s, p).blood, drugs))
    autoreactive = p.autoreactive_loop.blood_ratio * s.autoreactive_memory * surviving
    return (s.memory_b_blood + autoreactive) / p.body.blood_volume


def plasmablasts_per_ul(t: Any, s: Any, p: Any) -> Any:
    """Plasmablasts per uL of blood."""
    short_lived = s.short_lived_plasma_normal + s.short_lived_plasma_autoreactive
    return p.assay.plasmablast_blood_share * short_lived / p.body.blood_volume


def cd20_positive_per_ul(t: Any, s: Any, p: Any) -> Any:
    """CD20-positive B cells, naive and memory, per uL of blood."""
    return naive_b_per_ul(t, s, p) + memory_b_per_ul(t, s, p)


def b_cells_per_ul(t: Any, s: Any, p: Any) -> Any:
    """CD19-positive B cells, plasmablasts included, per uL of blood."""
    return cd20_positive_per_ul(t, s, p) + plasmablasts_per_ul(t, s, p)


def lymphocytes_per_ul(t: Any, s: Any, p: Any) -> Any:
    """All lymphocytes per uL of blood: the patient's own, CAR-T and B cells."""
    return s.host_lymphocytes + car_t_per_ul(t, s, p) + b_cells_per_ul(t, s, p)

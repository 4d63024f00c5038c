"""What a laboratory would count in blood and lymph node, before its noise and detection limits (`observe`)."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.engine.arithmetic import where
from immunoreset.patient.module import Module, Nothing, Reading
from immunoreset.patient.vocabulary import Num, View


class Assay(NamedTuple):
    """Shares and conversions of the laboratory, detection limits and noise."""

    t_cell_share: Num
    transitional_blood_share: Num
    plasmablast_blood_share: Num
    genomes_per_ug: Num
    other_leucocytes: Num
    neutrophil_count: Num
    percent: Num
    b_cell_limit: Num
    car_t_limit: Num
    node_limit: Num
    noise_car_t: Num
    noise_b_cells: Num
    noise_igg: Num
    noise_anti_dsdna: Num
    noise_c3: Num
    noise_proteinuria: Num
    noise_il6: Num
    noise_egfr: Num
    noise_c4: Num
    noise_haemoglobin: Num
    noise_white_cells: Num
    noise_platelets: Num


def car_t_per_ul(my: Assay, view: View) -> Num:
    """CAR-T cells per uL of blood, all products together."""
    return view.found.car_t_blood / view.seen.blood_volume


def car_t_percent_of_t_cells(my: Assay, view: View) -> Num:
    """CAR-T cells as percent of all T cells in blood."""
    counted = car_t_per_ul(my, view)
    return my.percent * counted / (counted + my.t_cell_share * view.found.lymphocytes)


def car_t_copies_per_ug(my: Assay, view: View) -> Num:
    """Copies of the CAR transgene per microgram of blood DNA."""
    litres, found = view.seen.blood_volume, view.found
    cells = my.neutrophil_count * found.neutrophils + found.lymphocytes + my.other_leucocytes
    nucleated = cells + car_t_per_ul(my, view) + found.malignant_blood / litres
    return my.genomes_per_ug * (found.car_copies_blood / litres) / nucleated


def naive_b_per_ul(my: Assay, view: View) -> Num:
    """Naive B cells per uL of blood."""
    return view.found.naive_b_blood / view.seen.blood_volume


def transitional_b_per_ul(my: Assay, view: View) -> Num:
    """Transitional B cells per uL of blood."""
    return my.transitional_blood_share * view.found.immature_b / view.seen.blood_volume


def memory_b_per_ul(my: Assay, view: View) -> Num:
    """Memory B cells per uL of blood; the autoreactive ones on their way back to tissue are counted too."""
    return view.found.memory_b_blood / view.seen.blood_volume


def plasmablasts_per_ul(my: Assay, view: View) -> Num:
    """Plasmablasts per uL of blood."""
    return my.plasmablast_blood_share * view.found.plasmablasts / view.seen.blood_volume


def cd20_positive_per_ul(my: Assay, view: View) -> Num:
    """CD20-positive B cells, naive and memory, per uL of blood."""
    return naive_b_per_ul(my, view) + memory_b_per_ul(my, view)


def b_cells_per_ul(my: Assay, view: View) -> Num:
    """CD19-positive B cells, plasmablasts included, per uL of blood."""
    return cd20_positive_per_ul(my, view) + plasmablasts_per_ul(my, view)


def lymphocytes_per_ul(my: Assay, view: View) -> Num:
    """All lymphocytes per uL of blood: the patient's own, CAR-T and B cells."""
    return view.found.lymphocytes + car_t_per_ul(my, view) + b_cells_per_ul(my, view)


def lymph_node_fraction(my: Assay, view: View) -> Num:
    """B cells of lymphoid tissue, share of the untreated number; cleared below 1 %."""
    return view.found.tissue_b / view.untreated.tissue_b


def lymph_node_percent(my: Assay, view: View) -> Num:
    """B cells of lymphoid tissue, percent of the untreated number."""
    return my.percent * lymph_node_fraction(my, view)


def node_cleared(my: Assay, view: View) -> Num:
    """1 while a lymph-node biopsy would find no B cells, else 0."""
    return where(lymph_node_fraction(my, view) < my.node_limit, 1, 0)


def follicular_fraction(my: Assay, view: View) -> Num:
    """B cells that stay in follicles, share of the untreated number."""
    return view.found.follicular_b / view.untreated.follicular_b


def igg_percent(my: Assay, view: View) -> Num:
    """IgG, percent of the untreated level."""
    return my.percent * view.found.igg / view.untreated.igg


def vaccine_percent(my: Assay, view: View) -> Num:
    """Antibody from past vaccination, percent of the untreated level."""
    return my.percent * view.found.vaccine_antibody / view.untreated.vaccine_antibody


def white_cells(my: Assay, view: View) -> Num:
    """Leucocytes, Gcell/L; CAR-T and B cells are too few to be counted in."""
    return view.found.white_cells


MODULE = Module(
    "assay",
    __file__,
    Nothing,
    Assay,
    readings={
        "car_t_per_ul": Reading("CAR-T cells in blood", "cell/uL", car_t_per_ul),
        "car_t_percent_of_t_cells": Reading("CAR-T cells among T cells", "percent", car_t_percent_of_t_cells),
        "car_t_copies_per_ug": Reading("CAR transgene copies in blood DNA", "1/ug", car_t_copies_per_ug),
        "naive_b_per_ul": Reading("Naive B cells in blood", "cell/uL", naive_b_per_ul),
        "transitional_b_per_ul": Reading("Transitional B cells in blood", "cell/uL", transitional_b_per_ul),
        "memory_b_per_ul": Reading("Memory B cells in blood", "cell/uL", memory_b_per_ul),
        "plasmablasts_per_ul": Reading("Plasmablasts in blood", "cell/uL", plasmablasts_per_ul),
        "cd20_positive_per_ul": Reading("CD20-positive B cells in blood", "cell/uL", cd20_positive_per_ul),
        "b_cells_per_ul": Reading("B cells in blood", "cell/uL", b_cells_per_ul),
        "lymphocytes_per_ul": Reading("Lymphocytes in blood", "cell/uL", lymphocytes_per_ul),
        "lymph_node_fraction": Reading("Lymph-node B cells, share of untreated", "1", lymph_node_fraction),
        "lymph_node_percent": Reading("Lymph-node B cells, share of untreated", "percent", lymph_node_percent),
        "node_cleared": Reading("Lymph node cleared of B cells", "1", node_cleared),
        "follicular_fraction": Reading("Follicular B cells, share of untreated", "1", follicular_fraction),
        "igg_percent": Reading("IgG, share of untreated", "percent", igg_percent),
        "white_cells": Reading("Leucocytes", "Gcell/L", white_cells),
        "vaccine_percent": Reading("Vaccine antibody, share of untreated", "percent", vaccine_percent),
    },
)

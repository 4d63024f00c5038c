"""Risk of infection from low neutrophils, low lymphocytes and low IgG."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.engine.arithmetic import exp, log, maximum
from immunoreset.patient.module import Module, Nothing, Reading
from immunoreset.patient.vocabulary import Num, View


class Infection(NamedTuple):
    """Baseline hazard and the weight of each deficit."""

    baseline: Num
    weight_neutropenia: Num
    half_neutrophils: Num
    steep_neutrophils: Num
    weight_lymphopenia: Num
    half_lymphocytes: Num
    weight_low_igg: Num
    low_igg: Num
    steep_igg: Num


def hazard(my: Infection, view: View) -> Num:
    """Expected infections per 100 days at the present counts and IgG."""
    found = view.found
    left = maximum(found.neutrophils / my.half_neutrophils, 0.0)  # a count may lie below zero by what the solver allows
    neutropenia = 1 / (1 + left**my.steep_neutrophils)
    lymphopenia = 1 / (1 + (found.lymphocytes / my.half_lymphocytes) ** 2)
    igg_deficit = log(1 + (my.low_igg / found.igg) ** my.steep_igg) / my.steep_igg
    risk = my.weight_neutropenia * neutropenia + my.weight_lymphopenia * lymphopenia + my.weight_low_igg * igg_deficit
    return my.baseline * exp(risk)


MODULE = Module(
    "infection",
    __file__,
    Nothing,
    Infection,
    readings={"infections_per_100_days": Reading("Expected infections", "1/hundred_days", hazard)},
)

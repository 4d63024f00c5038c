"""Risk of infection from low neutrophils, low lymphocytes and low IgG."""

from __future__ import annotations

from typing import Any, NamedTuple

from immunoreset.engine.arithmetic import exp, log


class Infection(NamedTuple):
    """Baseline hazard and the weight of each deficit."""

    baseline: Any
    weight_neutropenia: Any
    half_neutrophils: Any
    steep_neutrophils: Any
    weight_lymphopenia: Any
    half_lymphocytes: Any
    weight_low_igg: Any
    low_igg: Any
    steep_igg: Any


def hazard(s: Any, p: Any) -> Any:
    """Expected infections per 100 days."""
    k = p.infection
    neutropenia = 1 / (1 + (s.neutrophils / k.half_neutrophils) ** k.steep_neutrophils)
    lymphopenia = 1 / (1 + (s.host_lymphocytes / k.half_lymphocytes) ** 2)
    igg_deficit = log(1 + (k.low_igg / s.igg) ** k.steep_igg) / k.steep_igg
    risk = k.weight_neutropenia * neutropenia + k.weight_lymphopenia * lymphopenia + k.weight_low_igg * igg_deficit
    return k.baseline * exp(risk)

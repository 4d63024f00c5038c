"""Lymphodepletion: fludarabine and cyclophosphamide, how long they stay and how fast they kill lymphocytes."""

from __future__ import annotations

from typing import Any, NamedTuple


class Chemotherapy(NamedTuple):
    """Kill per concentration, and the sensitivity of each cell relative to circulating T cells."""

    fludarabine_kill: Any
    cyclophosphamide_kill: Any
    sensitivity_lymphocytes: Any
    sensitivity_car_t_tissue: Any
    sensitivity_blood_b: Any
    sensitivity_naive_b: Any
    sensitivity_memory_b: Any
    sensitivity_autoreactive: Any
    sensitivity_plasmablasts: Any
    sensitivity_precursors: Any
    sensitivity_help: Any
    sensitivity_inflammation: Any
    sensitivity_malignant: Any


class Fludarabine(NamedTuple):
    """Three-compartment kinetics of F-ara-A, the active metabolite, scaled to weight and kidney function."""

    clearance_nonrenal: Any
    renal_slope: Any
    volume: Any
    volume_2: Any
    volume_3: Any
    exchange_2: Any
    exchange_3: Any
    active_share: Any
    reference_weight: Any
    weight_exponent: Any
    egfr_to_litres: Any


class Cyclophosphamide(NamedTuple):
    """One-compartment kinetics of the parent drug."""

    clearance: Any
    volume: Any


def relative_weight(p: Any) -> Any:
    """Body weight relative to the adult for whom the fludarabine kinetics were published."""
    return p.body.weight / p.fludarabine.reference_weight


def daily_clearance_scale(p: Any) -> Any:
    """Turns hourly clearances of the reference adult into daily ones of this patient (allometry)."""
    return p.body.hours_per_day * relative_weight(p) ** p.fludarabine.weight_exponent


def fludarabine_volume(p: Any) -> Any:
    """Central volume of F-ara-A in this patient."""
    return p.fludarabine.volume * relative_weight(p)


def fludarabine_concentration(s: Any, p: Any) -> Any:
    """F-ara-A in plasma."""
    return s.fludarabine / fludarabine_volume(p)


def cyclophosphamide_concentration(s: Any, p: Any) -> Any:
    """Cyclophosphamide in plasma."""
    return s.cyclophosphamide / p.cyclophosphamide.volume


def lymphodepletion(s: Any, p: Any) -> Any:
    """Rate at which circulating T cells are killed; other cells feel it times their own sensitivity."""
    k = p.chemotherapy
    return k.fludarabine_kill * fludarabine_concentration(s, p) + k.cyclophosphamide_kill * cyclophosphamide_concentration(s, p)


def fludarabine_elimination(s: Any, p: Any) -> Any:
    """F-ara-A cleared by the kidney and otherwise, mg per day."""
    k = p.fludarabine
    clearance = k.clearance_nonrenal + p.body.egfr * k.egfr_to_litres * k.renal_slope
    return clearance * daily_clearance_scale(p) * fludarabine_concentration(s, p)


def fludarabine_to_peripheral_1(s: Any, p: Any) -> Any:
    """Net flow of F-ara-A into the first peripheral compartment."""
    k = p.fludarabine
    peripheral = s.fludarabine_peripheral_1 / (k.volume_2 * relative_weight(p))
    return k.exchange_2 * daily_clearance_scale(p) * (fludarabine_concentration(s, p) - peripheral)


def fludarabine_to_peripheral_2(s: Any, p: Any) -> Any:
    """Net flow of F-ara-A into the second peripheral compartment."""
    k = p.fludarabine
    peripheral = s.fludarabine_peripheral_2 / (k.volume_3 * relative_weight(p))
    return k.exchange_3 * daily_clearance_scale(p) * (fludarabine_concentration(s, p) - peripheral)


def cyclophosphamide_elimination(s: Any, p: Any) -> Any:
    """Cyclophosphamide cleared, mg per day."""
    return p.cyclophosphamide.clearance * p.body.hours_per_day * cyclophosphamide_concentration(s, p)

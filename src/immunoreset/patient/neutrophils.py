"""Neutrophils: a reserve in the marrow, dividing progenitors and a chain of maturing cells (Friberg 2002)."""

from __future__ import annotations

from typing import Any, NamedTuple

from immunoreset.patient.chemotherapy import cyclophosphamide_concentration, fludarabine_concentration


class Neutrophils(NamedTuple):
    """Maturation, feedback, and what harms progenitors and the marrow reserve."""

    baseline: Any
    transit_time: Any
    transit_steps: Any
    feedback: Any
    feedback_floor: Any
    fludarabine_slope: Any
    cyclophosphamide_slope: Any
    macrophage_slope: Any
    reserve_recovery: Any
    reserve_loss_chemotherapy: Any
    reserve_loss_inflammation: Any


def transit_rate(p: Any) -> Any:
    """Passage from one stage of maturation to the next, 1/day."""
    return p.neutrophils.transit_steps / p.neutrophils.transit_time


def reserve_change(s: Any, p: Any, lymphodepletion: Any) -> Any:
    """The marrow reserve is spent by conditioning and inflammation and recovers over weeks or months."""
    k = p.neutrophils
    spent = k.reserve_loss_chemotherapy * lymphodepletion + k.reserve_loss_inflammation * s.macrophages
    return k.reserve_recovery * (1 - s.marrow_reserve) - spent * s.marrow_reserve


def inhibition(s: Any, p: Any) -> Any:
    """Inhibition of progenitor division by conditioning and inflammation; above 1 they die."""
    k = p.neutrophils
    drugs = k.fludarabine_slope * fludarabine_concentration(s, p) + k.cyclophosphamide_slope * cyclophosphamide_concentration(
        s, p
    )
    return drugs + k.macrophage_slope * s.macrophages


def division(s: Any, p: Any) -> Any:
    """Progenitors made per day; low neutrophil counts speed it up."""
    k = p.neutrophils
    feedback = ((k.baseline + k.feedback_floor) / (s.neutrophils + k.feedback_floor)) ** k.feedback
    return transit_rate(p) * s.neutrophil_progenitors * (1 - inhibition(s, p)) * s.marrow_reserve * feedback

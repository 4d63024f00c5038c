"""SLEDAI-2K of the simulated patient, and the remission and relapse that follow from it.

A patient scores the items that he or she can have (`has_...`), each while its cause is above the patient's own cut.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from immunoreset.engine.arithmetic import exp, where
from immunoreset.patient.antibodies import anti_dsdna_reading


class Sledai(NamedTuple):
    """Weights of the items, which of them a patient can score, and when."""

    weight_proteinuria: Any
    weight_sediment: Any
    weight_arthritis: Any
    weight_rash: Any
    weight_alopecia: Any
    weight_ulcers: Any
    weight_serositis: Any
    weight_vasculitis: Any
    weight_anti_dsdna: Any
    weight_low_c3: Any
    has_proteinuria: Any
    has_sediment: Any
    has_arthritis: Any
    has_rash: Any
    has_alopecia: Any
    has_ulcers: Any
    has_serositis: Any
    has_vasculitis: Any
    cut_proteinuria: Any
    cut_sediment: Any
    cut_arthritis: Any
    cut_rash: Any
    cut_alopecia: Any
    cut_ulcers: Any
    cut_serositis: Any
    cut_vasculitis: Any
    cut_c3: Any
    smooth_proteinuria: Any
    smooth_sediment: Any
    smooth_clinical: Any
    smooth_anti_dsdna: Any
    smooth_c3: Any
    lldas_limit: Any
    relapse_autoreactive: Any
    relapse_points: Any


class Item(NamedTuple):
    """One item of a patient."""

    above_cut: Any  # how far the cause is above the cut; the item scores where this is positive
    smooth: Any  # the same as a share of the points that rises from 0 to 1 around the cut
    points: Any


def _item(above_cut: Any, width: Any, points: Any) -> Item:
    return Item(above_cut, 1 / (1 + exp(-above_cut / width)), points)


def renal_items(s: Any, p: Any) -> tuple[Item, ...]:
    """Proteinuria and urinary sediment."""
    k = p.sledai
    return (
        _item(s.proteinuria - k.cut_proteinuria, k.smooth_proteinuria, k.has_proteinuria * k.weight_proteinuria),
        _item(s.renal_inflammation - k.cut_sediment, k.smooth_sediment, k.has_sediment * k.weight_sediment),
    )


def clinical_items(s: Any, p: Any) -> tuple[Item, ...]:
    """Items that systemic inflammation causes: joints, skin, mucosa, serosa, vessels."""
    k = p.sledai
    items = (
        (k.cut_arthritis, k.has_arthritis * k.weight_arthritis),
        (k.cut_rash, k.has_rash * k.weight_rash),
        (k.cut_alopecia, k.has_alopecia * k.weight_alopecia),
        (k.cut_ulcers, k.has_ulcers * k.weight_ulcers),
        (k.cut_serositis, k.has_serositis * k.weight_serositis),
        (k.cut_vasculitis, k.has_vasculitis * k.weight_vasculitis),
    )
    return tuple(_item(s.inflammation - cut, k.smooth_clinical, points) for cut, points in items)


def serological_items(s: Any, p: Any) -> tuple[Item, ...]:
    """Anti-dsDNA and low complement."""
    k, reading, cut = p.sledai, anti_dsdna_reading(s, p), p.antibodies.positive_above
    steep = (reading / cut) ** (1 / k.smooth_anti_dsdna)  # titres span decades, so this item is smooth in the logarithm
    return (
        Item(reading - cut, steep / (1 + steep), k.weight_anti_dsdna),
        _item(k.cut_c3 - s.c3, k.smooth_c3, k.weight_low_c3),
    )


def _points(items: tuple[Item, ...]) -> Any:
    """Points of all items whose cause is above the cut."""
    total = 0
    for item in items:
        total = total + item.points * where(item.above_cut > 0, 1, 0)
    return total


def sledai_2k(t: Any, s: Any, p: Any) -> Any:
    """SLEDAI-2K of the moment."""
    return _points(renal_items(s, p) + clinical_items(s, p) + serological_items(s, p))


def clinical_sledai(t: Any, s: Any, p: Any) -> Any:
    """SLEDAI-2K without anti-dsDNA and complement."""
    return _points(renal_items(s, p) + clinical_items(s, p))


def sledai_2k_smooth(t: Any, s: Any, p: Any) -> Any:
    """A smooth twin of SLEDAI-2K for fitting: each item rises over a narrow range around its cut."""
    total = 0
    for item in renal_items(s, p) + clinical_items(s, p) + serological_items(s, p):
        total = total + item.points * item.smooth
    return total


def doris(t: Any, s: Any, p: Any) -> Any:
    """1 in clinical remission (clinical SLEDAI-2K of 0), else 0; the physician's assessment is not simulated."""
    return where(clinical_sledai(t, s, p) > 0, 0, 1)


def lldas(t: Any, s: Any, p: Any) -> Any:
    """1 in low disease activity (SLEDAI-2K at most 4), else 0; drug doses and the physician's assessment are left out."""
    return where(sledai_2k(t, s, p) > p.sledai.lldas_limit, 0, 1)


def relapse_signs(t: Any, s: Any, p: Any) -> Any:
    """1 while autoreactive cells and clinical activity are both back; a relapse if activity had been low before."""
    loop = p.autoreactive_loop
    present = (s.autoreactive_memory + s.autoreactive_activated) / (loop.memory + loop.activated)
    cells_back = where(present > p.sledai.relapse_autoreactive, 1, 0)
    return cells_back * where(clinical_sledai(t, s, p) < p.sledai.relapse_points, 0, 1)

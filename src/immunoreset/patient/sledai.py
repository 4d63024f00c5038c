"""Which SLEDAI items the simulated patient shows: each item that he or she can have, while its cause is above the patient's cut.

The model says which items are present; `endpoints` makes scores, remission and responses of them, as it does for real patients
(`chart.py`). Only a smooth twin of the total, for fitting, is here.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from immunoreset.endpoints.lupus.sledai_items import BY_CODE
from immunoreset.engine.arithmetic import exp, where
from immunoreset.patient.antibodies import anti_dsdna_reading

SIMULATED = (  # SLEDAI items by code, in the order of the items below
    "PROTEINURIA",
    "HEMATURIA",
    "ARTHRITIS",
    "RASH",
    "ALOPECIA",
    "ULCERS",
    "PLEURISY",
    "VASCULITIS",
    "DNA",
    "LOWCOMP",
)
WEIGHTS = tuple(BY_CODE[code].weight for code in SIMULATED)


class Sledai(NamedTuple):
    """Which items a patient can show, and when; the physician's view of them."""

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
    severe_above: Any
    assessment_scale: Any
    relapse_autoreactive: Any
    relapse_points: Any


class Item(NamedTuple):
    """One item of a patient."""

    above_cut: Any  # how far the cause is above the cut; the item is there where this is positive
    smooth: Any  # the same as a share that rises from 0 to 1 around the cut
    possible: Any  # 1 if the patient can show it, else 0


def _item(above_cut: Any, width: Any, possible: Any) -> Item:
    return Item(above_cut, 1 / (1 + exp(-above_cut / width)), possible)


def renal_items(s: Any, p: Any) -> tuple[Item, ...]:
    """Proteinuria and urinary sediment."""
    k = p.sledai
    return (
        _item(s.proteinuria - k.cut_proteinuria, k.smooth_proteinuria, k.has_proteinuria),
        _item(s.renal_inflammation - k.cut_sediment, k.smooth_sediment, k.has_sediment),
    )


def clinical_items(s: Any, p: Any) -> tuple[Item, ...]:
    """Items that systemic inflammation causes: joints, skin, mucosa, serosa, vessels."""
    k = p.sledai
    items = (
        (k.cut_arthritis, k.has_arthritis),
        (k.cut_rash, k.has_rash),
        (k.cut_alopecia, k.has_alopecia),
        (k.cut_ulcers, k.has_ulcers),
        (k.cut_serositis, k.has_serositis),
        (k.cut_vasculitis, k.has_vasculitis),
    )
    return tuple(_item(s.inflammation - cut, k.smooth_clinical, possible) for cut, possible in items)


def serological_items(s: Any, p: Any) -> tuple[Item, ...]:
    """Anti-dsDNA and low complement."""
    k, reading, cut = p.sledai, anti_dsdna_reading(s, p), p.antibodies.positive_above
    steep = (reading / cut) ** (1 / k.smooth_anti_dsdna)  # titres span decades, so this item is smooth in the logarithm
    return (
        Item(reading - cut, steep / (1 + steep), 1),
        _item(k.cut_c3 - s.c3, k.smooth_c3, 1),
    )


def _items(s: Any, p: Any) -> tuple[Item, ...]:
    return renal_items(s, p) + clinical_items(s, p) + serological_items(s, p)


def sledai_items(t: Any, s: Any, p: Any) -> Any:
    """The items that are present, as one whole number: the first of SIMULATED counts 1, the next 2, then 4 and so on."""
    code, place = 0, 1
    for item in _items(s, p):
        code = code + place * item.possible * where(item.above_cut > 0, 1, 0)
        place = 2 * place
    return code


def sledai_2k_smooth(t: Any, s: Any, p: Any) -> Any:
    """A smooth twin of SLEDAI-2K for fitting: each item rises over a narrow range around its cut."""
    total = 0
    for item, weight in zip(_items(s, p), WEIGHTS, strict=True):
        total = total + weight * item.possible * item.smooth
    return total

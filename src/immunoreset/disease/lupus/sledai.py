"""Which SLEDAI items the simulated patient shows: each item that he or she can have, while its cause is above the patient's cut.

The model says which items are present; `endpoints` makes scores, remission and responses of them, as it does for real patients
(`chart.py`). Only a smooth twin of the total, for fitting, is here.
"""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.disease.lupus.autoantibody import assay_reading
from immunoreset.endpoints.lupus.sledai_items import BY_CODE
from immunoreset.engine.arithmetic import exp, where
from immunoreset.patient.module import Module, Nothing, Reading
from immunoreset.patient.vocabulary import Findings, Num, View

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

    has_proteinuria: Num
    has_sediment: Num
    has_arthritis: Num
    has_rash: Num
    has_alopecia: Num
    has_ulcers: Num
    has_serositis: Num
    has_vasculitis: Num
    cut_proteinuria: Num
    cut_sediment: Num
    cut_arthritis: Num
    cut_rash: Num
    cut_alopecia: Num
    cut_ulcers: Num
    cut_serositis: Num
    cut_vasculitis: Num
    cut_c3: Num
    smooth_proteinuria: Num
    smooth_sediment: Num
    smooth_clinical: Num
    smooth_anti_dsdna: Num
    smooth_c3: Num
    severe_above: Num
    assessment_scale: Num
    relapse_autoreactive: Num
    relapse_points: Num
    positive_above: Num
    assay_exponent: Num


class Item(NamedTuple):
    """One item of a patient."""

    above_cut: Num  # how far the cause is above the cut; the item is there where this is positive
    smooth: Num  # the same as a share that rises from 0 to 1 around the cut
    possible: Num  # 1 if the patient can show it, else 0


def _item(above_cut: Num, width: Num, possible: Num) -> Item:
    return Item(above_cut, 1 / (1 + exp(-above_cut / width)), possible)


def renal_items(my: Sledai, found: Findings) -> tuple[Item, ...]:
    """Proteinuria and urinary sediment."""
    return (
        _item(found.proteinuria - my.cut_proteinuria, my.smooth_proteinuria, my.has_proteinuria),
        _item(found.renal_inflammation - my.cut_sediment, my.smooth_sediment, my.has_sediment),
    )


def clinical_items(my: Sledai, found: Findings) -> tuple[Item, ...]:
    """Items that systemic inflammation causes: joints, skin, mucosa, serosa, vessels."""
    items = (
        (my.cut_arthritis, my.has_arthritis),
        (my.cut_rash, my.has_rash),
        (my.cut_alopecia, my.has_alopecia),
        (my.cut_ulcers, my.has_ulcers),
        (my.cut_serositis, my.has_serositis),
        (my.cut_vasculitis, my.has_vasculitis),
    )
    return tuple(_item(found.inflammation - cut, my.smooth_clinical, possible) for cut, possible in items)


def serological_items(my: Sledai, found: Findings) -> tuple[Item, ...]:
    """Anti-dsDNA and low complement."""
    reading, cut = assay_reading(found.anti_dsdna, my.positive_above, my.assay_exponent), my.positive_above
    steep = (reading / cut) ** (1 / my.smooth_anti_dsdna)  # titres span decades, so this item is smooth in the logarithm
    return (
        Item(reading - cut, steep / (1 + steep), 1),
        _item(my.cut_c3 - found.c3, my.smooth_c3, 1),
    )


def _items(my: Sledai, found: Findings) -> tuple[Item, ...]:
    return renal_items(my, found) + clinical_items(my, found) + serological_items(my, found)


def sledai_items(my: Sledai, view: View) -> Num:
    """The items that are present, as one whole number: the first of SIMULATED counts 1, the next 2, then 4 and so on."""
    code, place = 0, 1
    for item in _items(my, view.found):
        code = code + place * item.possible * where(item.above_cut > 0, 1, 0)
        place = 2 * place
    return code


def sledai_2k_smooth(my: Sledai, view: View) -> Num:
    """A smooth twin of SLEDAI-2K for fitting: each item rises over a narrow range around its cut."""
    total = 0
    for item, weight in zip(_items(my, view.found), WEIGHTS, strict=True):
        total = total + weight * item.possible * item.smooth
    return total


MODULE = Module(
    "sledai",
    __file__,
    Nothing,
    Sledai,
    readings={
        "sledai_items": Reading("SLEDAI items present, as one number", "1", sledai_items),
        "sledai_2k_smooth": Reading("SLEDAI-2K, smooth twin", "1", sledai_2k_smooth),
    },
)

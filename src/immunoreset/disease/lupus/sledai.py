"""Which SLEDAI items the simulated patient shows: each item that he or she can have, while its cause is above the patient's cut.

The cause of a clinical item is the activity of its organ; cytopenias follow the counts. A patient whose organ is quiet at entry
may have its item all the same, with a cut above the activity of entry: a flare can bring it out.

The model says which items are present; `endpoints` makes scores, remission and responses of them, as it does for real patients
(`chart.py`). Only a smooth twin of the total, for fitting, is here.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    "HEADACHE",
    "FEVER",
    "THROMBOCYTOPENIA",
    "LEUKOPENIA",
)
NERVOUS = ("SEIZURE", "PSYCHOSIS", "OBS", "VISUAL", "CRANIAL", "HEADACHE", "CVA")
"""What the one nervous sign of a patient is, by `nervous_kind`; all score alike, so that HEADACHE stands for them above."""
SEROUS = ("PLEURISY", "PERICARDITIS")
"""What serositis of a patient is, by `serous_kind`."""
WEIGHTS = tuple(BY_CODE[code].weight for code in SIMULATED)


class Shown(NamedTuple):
    """The `items`, by code, by which an organ shows; `sign` ends the names of the numbers of whether, and from which activity."""

    sign: str
    items: tuple[str, ...]


SHOWN: Mapping[str, Shown] = {
    "joints": Shown("arthritis", ("ARTHRITIS",)),
    "skin": Shown("rash", ("RASH",)),
    "mucosa": Shown("ulcers", ("ULCERS",)),
    "hair": Shown("alopecia", ("ALOPECIA",)),
    "serosa": Shown("serositis", ("PLEURISY",)),
    "nerves": Shown("nervous", ("HEADACHE",)),
    "vessels": Shown("vasculitis", ("VASCULITIS",)),
    "constitution": Shown("fever", ("FEVER",)),
    "blood": Shown("blood", ("THROMBOCYTOPENIA", "LEUKOPENIA")),
}
"""The organs, each with what it shows; counts decide the items of blood, and protein and sediment those of the kidney."""
OF_KIDNEY = ("PROTEINURIA", "HEMATURIA")


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
    has_nervous: Num
    has_fever: Num
    has_thrombocytopenia: Num
    has_leukopenia: Num
    has_blood: Num
    nervous_kind: Num
    serous_kind: Num
    cut_proteinuria: Num
    cut_sediment: Num
    cut_arthritis: Num
    cut_rash: Num
    cut_alopecia: Num
    cut_ulcers: Num
    cut_serositis: Num
    cut_vasculitis: Num
    cut_nervous: Num
    cut_fever: Num
    cut_blood: Num
    cut_c3: Num
    cut_c4: Num
    cut_platelets: Num
    cut_white_cells: Num
    smooth_proteinuria: Num
    smooth_sediment: Num
    smooth_clinical: Num
    smooth_anti_dsdna: Num
    smooth_c3: Num
    smooth_counts: Num
    severe_above: Num
    moderate_above: Num
    mild_above: Num
    assessment_scale: Num
    weight_joints: Num
    weight_skin: Num
    weight_mucosa: Num
    weight_hair: Num
    weight_serosa: Num
    weight_nerves: Num
    weight_vessels: Num
    weight_constitution: Num
    weight_blood: Num
    weight_kidney: Num
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


def renal_items(my: Sledai, found: Findings) -> dict[str, Item]:
    """Proteinuria and urinary sediment."""
    protein = _item(found.proteinuria - my.cut_proteinuria, my.smooth_proteinuria, my.has_proteinuria)
    sediment = _item(found.renal_inflammation - my.cut_sediment, my.smooth_sediment, my.has_sediment)
    return dict(zip(OF_KIDNEY, (protein, sediment), strict=True))


def organ_items(my: Sledai, found: Findings) -> dict[str, Item]:
    """Items of organs, each by the activity of its organ."""

    def item(organ: str, sign: str) -> Item:
        above_cut = getattr(found, organ) - getattr(my, f"cut_{sign}")
        return _item(above_cut, my.smooth_clinical, getattr(my, f"has_{sign}"))

    return {items[0]: item(organ, sign) for organ, (sign, items) in SHOWN.items() if organ != "blood"}


def blood_items(my: Sledai, found: Findings) -> dict[str, Item]:
    """Low counts, in those whose counts lupus had brought down at entry.

    Counts that fall under treatment in others are the treatment's (assumed).
    """
    low_platelets, few_white_cells = 1 - found.platelets / my.cut_platelets, 1 - found.white_cells / my.cut_white_cells
    platelets = _item(low_platelets, my.smooth_counts, my.has_thrombocytopenia)
    white_cells = _item(few_white_cells, my.smooth_counts, my.has_leukopenia)
    return dict(zip(SHOWN["blood"].items, (platelets, white_cells), strict=True))


def serological_items(my: Sledai, found: Findings) -> dict[str, Item]:
    """Anti-dsDNA, and low complement: C3 or C4."""
    reading, cut = assay_reading(found.anti_dsdna, my.positive_above, my.assay_exponent), my.positive_above
    steep = (reading / cut) ** (1 / my.smooth_anti_dsdna)  # titres span decades, so this item is smooth in the logarithm
    c3, c4 = _item(my.cut_c3 - found.c3, my.smooth_c3, 1), _item(1 - found.c4 / my.cut_c4, my.smooth_counts, 1)
    low = 1 - where(c3.above_cut > 0, 0, 1) * where(c4.above_cut > 0, 0, 1)
    return {
        "DNA": Item(reading - cut, steep / (1 + steep), 1),
        "LOWCOMP": Item(low, 1 - (1 - c3.smooth) * (1 - c4.smooth), 1),
    }


def _items(my: Sledai, found: Findings) -> tuple[Item, ...]:
    """The items of SIMULATED, in their order."""
    by_code = renal_items(my, found) | organ_items(my, found) | serological_items(my, found) | blood_items(my, found)
    return tuple(by_code[code] for code in SIMULATED)


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

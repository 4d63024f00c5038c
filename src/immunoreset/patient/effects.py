"""What all drugs in the body do at this moment, gathered once for the equations that need it."""

from __future__ import annotations

from typing import Any, NamedTuple

from immunoreset.patient.antibody_drugs import anti_cd20_effect, free_baff, il6_block, interferon_block
from immunoreset.patient.background import steroid_effect
from immunoreset.patient.chemotherapy import lymphodepletion


class DrugEffects(NamedTuple):
    """Effects of the drugs: rates per day or shares of the full effect."""

    lymphodepletion: Any  # 1/day
    anti_cd20: Any
    baff: Any  # free BAFF, fold
    interferon_block: Any
    il6_block: Any
    steroid: Any


def drug_effects(s: Any, p: Any) -> DrugEffects:
    """The effects of every drug at its present amount or dose."""
    return DrugEffects(
        lymphodepletion=lymphodepletion(s, p),
        anti_cd20=anti_cd20_effect(s, p),
        baff=free_baff(s, p),
        interferon_block=interferon_block(s, p),
        il6_block=il6_block(s, p),
        steroid=steroid_effect(p),
    )

"""Anakinra, a blocker of the IL-1 receptor: given for cytokine release and neurotoxicity that do not answer to other drugs."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals
from immunoreset.therapy.drug import Drug
from immunoreset.therapy.families.daily_rate import UnderTheSkin, daily_rate, empty
from immunoreset.therapy.language.items import Course, Rescue


class Anakinra(NamedTuple):
    """The dose (an input), kinetics scaled to weight, and what it blocks at full effect."""

    dose: Num
    absorption: Num
    clearance: Num
    clearance_weight_exponent: Num
    volume: Num
    volume_weight_exponent: Num
    reference_weight: Num
    half_effect: Num
    macrophage_block: Num
    endothelium_block: Num


def concentration(me: UnderTheSkin, my: Anakinra, seen: Signals) -> Num:
    """Anakinra in plasma, mg/L."""
    return me.central / (my.volume * (seen.weight / my.reference_weight) ** my.volume_weight_exponent)


def change(me: UnderTheSkin, my: Anakinra, seen: Signals, on: Effects, rest: Rest) -> UnderTheSkin:
    """Absorbed and cleared within hours, mg per day."""
    absorbed = my.absorption * me.depot
    clearance = my.clearance * (seen.weight / my.reference_weight) ** my.clearance_weight_exponent
    return UnderTheSkin(my.dose - absorbed, absorbed - clearance * concentration(me, my, seen))


def does(me: UnderTheSkin, my: Anakinra, seen: Signals) -> Effects:
    """Macrophages answer less, and vessels leak less."""
    plasma = concentration(me, my, seen)
    share = plasma / (my.half_effect + plasma)
    return Effects(block_macrophages=my.macrophage_block * share, block_endothelium=my.endothelium_block * share)


DRUG = Drug(
    name="anakinra",
    meaning="blocker of the IL-1 receptor; treats cytokine release and ICANS",
    units=("mg", "mg/kg"),
    forms=(Course, Rescue),
    example="100 mg twice daily if CRS grade >= 3 for 7 days at most 1",
    events=daily_rate("anakinra", "anakinra"),
    module=Module("anakinra", __file__, UnderTheSkin, Anakinra, empty, change, does=does, concentration=concentration),
    kind="cytokine blocker",
)

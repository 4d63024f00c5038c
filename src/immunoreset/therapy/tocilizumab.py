"""Tocilizumab, an antibody against the IL-6 receptor: given for cytokine release; cleared in part by a route that saturates."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals
from immunoreset.therapy.families.antibody import TwoCompartments, antibody, outflow, removed

HIGHEST_DOSE = 800.0  # mg, label


class Tocilizumab(NamedTuple):
    """Two-compartment kinetics with saturable elimination, and occupancy of the IL-6 receptor."""

    clearance: Num
    volume: Num
    exchange: Num
    volume_peripheral: Num
    elimination_max: Num
    half_elimination: Num
    half_occupancy: Num


def does(concentration: Num, my: Tocilizumab) -> Effects:
    """Occupies IL-6 receptors."""
    return Effects(block_il6=concentration / (my.half_occupancy + concentration))


def change(me: TwoCompartments, my: Tocilizumab, seen: Signals, on: Effects, rest: Rest) -> TwoCompartments:
    """Exchanged with the periphery, cleared by two routes; what is lost in urine is left out."""
    concentration = me.central / my.volume
    saturable = my.elimination_max * concentration / (my.half_elimination + concentration)
    lost = my.clearance * concentration + saturable + removed(on) * me.central
    return TwoCompartments(-outflow(me, my) - lost, outflow(me, my))


DRUG = antibody(
    "tocilizumab",
    file=__file__,
    numbers=Tocilizumab,
    does=does,
    change=change,
    meaning="antibody against the IL-6 receptor; at most 800 mg a dose",
    units=("mg/kg", "mg"),
    example="8 mg/kg if CRS grade >= 2 after 24 h at most 1",
    highest=HIGHEST_DOSE,
    rescue=True,
)

"""Belimumab, an antibody against BAFF, which naive and transitional B cells need to survive."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.vocabulary import Effects, Num
from immunoreset.therapy.families.antibody import IV, SC, antibody


class Belimumab(NamedTuple):
    """Two-compartment kinetics with a depot under the skin, and neutralisation of BAFF."""

    clearance: Num
    volume: Num
    exchange: Num
    volume_peripheral: Num
    absorption: Num
    bioavailability: Num
    half_neutralisation: Num


def does(concentration: Num, my: Belimumab) -> Effects:
    """Neutralises BAFF."""
    return Effects(block_baff=concentration / (my.half_neutralisation + concentration))


DRUG = antibody(
    "belimumab",
    file=__file__,
    numbers=Belimumab,
    does=does,
    meaning="antibody against BAFF, which naive and transitional B cells need to survive",
    units=("mg/kg", "mg"),
    example="10 mg/kg on days 0 14 28 then every 28 days until 364",
    routes=(IV, SC),
)

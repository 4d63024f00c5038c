"""Anifrolumab, an antibody against the interferon-alpha receptor; lowers inflammation."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.vocabulary import Effects, Num
from immunoreset.therapy.families.antibody import IV, SC, antibody, one_compartment


class Anifrolumab(NamedTuple):
    """One-compartment kinetics with a depot under the skin, and block of the interferon receptor."""

    clearance: Num
    volume: Num
    absorption: Num
    bioavailability: Num
    half_effect: Num
    inflammation_block: Num


def does(concentration: Num, my: Anifrolumab) -> Effects:
    """Blocks a part of the drive of inflammation."""
    return Effects(block_inflammation=my.inflammation_block * (concentration / (my.half_effect + concentration)))


DRUG = antibody(
    "anifrolumab",
    file=__file__,
    numbers=Anifrolumab,
    does=does,
    change=one_compartment,
    meaning="antibody against the interferon-alpha receptor; lowers inflammation",
    units=("mg",),
    example="300 mg every 28 days from 0 until 336",
    routes=(IV, SC),
)

"""Siltuximab, an antibody against IL-6 itself: unlike tocilizumab it does not raise IL-6 in serum, and does nothing for ICANS."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.vocabulary import Effects, Num
from immunoreset.therapy.families.antibody import antibody


class Siltuximab(NamedTuple):
    """Two-compartment kinetics, and the concentration that binds half of IL-6."""

    clearance: Num
    volume: Num
    exchange: Num
    volume_peripheral: Num
    half_binding: Num


def does(concentration: Num, my: Siltuximab) -> Effects:
    """Binds IL-6."""
    return Effects(block_free_il6=concentration / (my.half_binding + concentration))


DRUG = antibody(
    "siltuximab",
    file=__file__,
    numbers=Siltuximab,
    does=does,
    meaning="antibody against IL-6; treats cytokine release, not ICANS",
    units=("mg/kg", "mg"),
    example="11 mg/kg if CRS grade >= 3 after 48 h at most 1",
    kind="cytokine blocker",
    rescue=True,
)

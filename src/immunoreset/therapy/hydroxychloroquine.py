"""Hydroxychloroquine, an antimalarial: lowers the drive of inflammation, over months; more of it does less and less."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.vocabulary import Effects, Num
from immunoreset.therapy.families.background import background_drug


class Hydroxychloroquine(NamedTuple):
    """The dose and that at entry (inputs), kinetics in whole blood, and the drive of inflammation that is blocked."""

    dose: Num
    entry_dose: Num
    approach: Num
    clearance: Num
    bioavailability: Num
    base_share: Num
    half_effect: Num
    inflammation_block: Num


def sustained(dose: Num, my: Hydroxychloroquine) -> Num:
    """Concentration in whole blood that a dose of the sulphate sustains, mg/L."""
    return dose * my.base_share * my.bioavailability / my.clearance


def share(exposure: Num, my: Hydroxychloroquine) -> Num:
    """The share of inflammation's drive that is blocked."""
    return my.inflammation_block * exposure / (my.half_effect + exposure)


DRUG = background_drug(
    "hydroxychloroquine",
    file=__file__,
    numbers=Hydroxychloroquine,
    share=share,
    says=lambda blocked: Effects(block_inflammation=blocked),
    sustained=sustained,
    highest=1000.0,
    meaning="antimalarial; lowers the drive of inflammation, over months",
    units=("mg", "mg/kg"),
    example="400 mg daily from 0",
    aliases=("hcq",),
    suppresses=False,
    in_plasma=True,
)

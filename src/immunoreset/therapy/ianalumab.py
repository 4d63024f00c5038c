"""Ianalumab, an antibody against the receptor of BAFF: depletes B cells and takes the signal of BAFF from those left."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.vocabulary import Effects, Num
from immunoreset.therapy.families.antibody import IV, SC, antibody


class Ianalumab(NamedTuple):
    """Two-compartment kinetics with a depot, and what the antibody does at full effect."""

    absorption: Num
    bioavailability: Num
    clearance: Num
    volume: Num
    exchange: Num
    volume_peripheral: Num
    half_effect: Num
    kill_blood: Num
    kill_tissue: Num
    receptor_block: Num


def does(concentration: Num, my: Ianalumab) -> Effects:
    """Kills B cells, fast in blood and slowly in tissue, and blocks the receptor through which BAFF keeps them alive."""
    share = concentration / (my.half_effect + concentration)
    tissue = my.kill_tissue * share
    return Effects(
        kill_b_blood=my.kill_blood * share,
        kill_b_tissue=tissue,
        kill_b_follicle=tissue,
        kill_autoreactive_memory=tissue,
        kill_autoreactive_activated=tissue,
        block_baff=my.receptor_block * share,
    )


DRUG = antibody(
    "ianalumab",
    file=__file__,
    numbers=Ianalumab,
    does=does,
    routes=(SC, IV),
    meaning="antibody against the receptor of BAFF, under the skin; depletes B cells and takes BAFF from those left",
    units=("mg",),
    example="300 mg every 28 days from 0 until 336",
)

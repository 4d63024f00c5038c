"""Rituximab, an antibody against CD20: empties blood of B cells, lymph nodes less."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.vocabulary import Effects, Num, Signals
from immunoreset.therapy.families.antibody import antibody

CLASS = "anti-CD20 antibody"


class AntiCd20(NamedTuple):
    """Kinetics, and kill rates of an antibody against CD20 at full effect."""

    clearance: Num
    volume: Num
    exchange: Num
    volume_peripheral: Num
    half_effect: Num
    kill_blood: Num
    kill_tissue: Num
    kill_follicle: Num
    kill_autoreactive_memory: Num
    kill_autoreactive_activated: Num
    kill_immature: Num
    plasmablast_block: Num


def does(concentration: Num, my: AntiCd20) -> Effects:
    """Kills B cells, fast in blood and slowly in tissue; takes some precursors of autoreactive plasmablasts."""
    share = concentration / (my.half_effect + concentration)
    return Effects(
        kill_immature=my.kill_immature * share,
        kill_b_blood=my.kill_blood * share,
        kill_b_tissue=my.kill_tissue * share,
        kill_b_follicle=my.kill_follicle * share,
        kill_autoreactive_memory=my.kill_autoreactive_memory * share,
        kill_autoreactive_activated=my.kill_autoreactive_activated * share,
        block_autoreactive_plasmablasts=my.plasmablast_block * share,
    )


def occupies(concentration: Num, my: AntiCd20) -> Signals:
    """The share of CD20 that an engager of CD20 no longer finds."""
    return Signals(block_cd20=concentration / (my.half_effect + concentration))


DRUG = antibody(
    "rituximab",
    file=__file__,
    numbers=AntiCd20,
    does=does,
    offers=occupies,
    meaning="antibody against CD20; empties blood of B cells, lymph nodes less",
    units=("mg", "mg/m2"),
    example="1000 mg on days 0 14",
    kind=CLASS,
)

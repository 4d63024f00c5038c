"""Inebilizumab, an antibody against CD19: reaches precursors and plasmablasts, which antibodies against CD20 do not."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals
from immunoreset.therapy.families.antibody import TwoCompartments, antibody, cleared, outflow


class Inebilizumab(NamedTuple):
    """Two-compartment kinetics with elimination by the target, and kill rates at full effect."""

    clearance: Num
    volume: Num
    exchange: Num
    volume_peripheral: Num
    elimination_max: Num
    half_elimination: Num
    half_effect: Num
    kill_pre_b: Num
    kill_immature: Num
    kill_blood: Num
    kill_naive_tissue: Num
    kill_naive_follicle: Num
    kill_memory: Num
    kill_autoreactive: Num
    kill_plasmablasts: Num


def change(me: TwoCompartments, my: Inebilizumab, seen: Signals, on: Effects, rest: Rest) -> TwoCompartments:
    """Exchanged, cleared, and eliminated by its target."""
    in_plasma = me.central / my.volume
    by_target = my.elimination_max * in_plasma / (my.half_elimination + in_plasma)
    return TwoCompartments(-outflow(me, my) - cleared(me.central, my, on) - by_target, outflow(me, my))


def does(concentration: Num, my: Inebilizumab) -> Effects:
    """Kills B cells from the precursors in marrow to plasmablasts, fast in blood and slowly in tissue."""
    share = concentration / (my.half_effect + concentration)
    return Effects(
        kill_pre_b=my.kill_pre_b * share,
        kill_immature=my.kill_immature * share,
        kill_b_blood=my.kill_blood * share,
        kill_naive_tissue=my.kill_naive_tissue * share,
        kill_naive_follicle=my.kill_naive_follicle * share,
        kill_memory_tissue=my.kill_memory * share,
        kill_memory_follicle=my.kill_memory * share,
        kill_autoreactive_memory=my.kill_autoreactive * share,
        kill_autoreactive_activated=my.kill_autoreactive * share,
        kill_plasmablasts=my.kill_plasmablasts * share,
    )


DRUG = antibody(
    "inebilizumab",
    file=__file__,
    numbers=Inebilizumab,
    does=does,
    change=change,
    meaning="antibody against CD19; B cells from their precursors to plasmablasts",
    units=("mg",),
    example="300 mg on days 0 14 then every 182 days until 378",
)

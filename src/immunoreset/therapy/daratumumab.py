"""Daratumumab, an antibody against CD38: plasma cells, short- and long-lived, are lost, NK cells too; interferon acts less."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals
from immunoreset.therapy.families.antibody import SC, antibody, cleared, outflow


class State(NamedTuple):
    central: Num
    peripheral: Num
    target_lost: Num
    depot: Num


class Flow(NamedTuple):
    """Change of what is not under the skin."""

    central: Num
    peripheral: Num
    target_lost: Num


class Daratumumab(NamedTuple):
    """Two-compartment kinetics with a depot, elimination by a target that goes, and what a block of CD38 does."""

    absorption: Num
    bioavailability: Num
    clearance: Num
    volume: Num
    exchange: Num
    volume_peripheral: Num
    elimination_max: Num
    half_elimination: Num
    target_loss: Num
    trace: Num
    half_effect: Num
    kill_plasmablasts: Num
    kill_long_lived: Num
    kill_lymphocytes: Num
    inflammation_block: Num


def change(me: State, my: Daratumumab, seen: Signals, on: Effects, rest: Rest) -> Flow:
    """Exchanged, cleared, and eliminated by cells with CD38 as long as there are many."""
    in_plasma = me.central / my.volume
    by_target = my.elimination_max * (1 - me.target_lost) * in_plasma / (my.half_elimination + in_plasma)
    return Flow(
        central=-outflow(me, my) - cleared(me.central, my, on) - by_target,
        peripheral=outflow(me, my),
        target_lost=my.target_loss * (1 - me.target_lost) * in_plasma / (in_plasma + my.trace),
    )


def does(concentration: Num, my: Daratumumab) -> Effects:
    """Kills plasma cells and NK cells, and lowers the drive of inflammation."""
    share = concentration / (my.half_effect + concentration)
    return Effects(
        kill_plasmablasts=my.kill_plasmablasts * share,
        kill_long_lived=my.kill_long_lived * share,
        kill_lymphocytes=my.kill_lymphocytes * share,
        block_inflammation=my.inflammation_block * share,
    )


DRUG = antibody(
    "daratumumab",
    file=__file__,
    numbers=Daratumumab,
    does=does,
    change=change,
    state=State,
    routes=(SC,),
    meaning="antibody against CD38, under the skin; takes plasma cells, long-lived ones too",
    units=("mg",),
    example="1800 mg weekly from 0 until 49",
)

"""The kidney in lupus: inflamed, leaking protein and antibody, damaged in the end.

Proteinuria has two parts: one follows inflammation within a week, the other heals as podocytes are repaired, over months.
"""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals


class State(NamedTuple):
    renal_inflammation: Num
    proteinuria: Num
    structural_proteinuria: Num
    kidney_damage: Num


class Nephritis(NamedTuple):
    """What drives renal inflammation and proteinuria, and the loss of antibody in urine."""

    renal_turnover: Num
    renal_without_complexes: Num
    proteinuria_baseline: Num
    proteinuria_floor: Num
    proteinuria_recovery: Num
    structural_share: Num
    structural_repair: Num
    damage_rate: Num
    urinary_loss: Num
    half_urinary: Num


def start(my: Nephritis) -> State:
    """As at entry."""
    return State(1.0, my.proteinuria_baseline, my.structural_share * above_floor(my), 0.0)


def above_floor(my: Nephritis) -> Num:
    """Proteinuria at entry above what remains without inflammation, g/g."""
    return my.proteinuria_baseline - my.proteinuria_floor


def deposits(my: Nephritis, seen: Signals) -> Num:
    """The kidney is inflamed by systemic inflammation, mostly together with immune complexes."""
    return my.renal_without_complexes + (1 - my.renal_without_complexes) * seen.immune_complexes


def proteinuria_target(me: State, my: Nephritis, on: Effects) -> Num:
    """Proteinuria that inflammation, structure and damage would sustain; a calcineurin inhibitor lowers the inflamed part."""
    inflamed = (1 - my.structural_share) * above_floor(my) * me.renal_inflammation
    lasting = my.proteinuria_floor + me.kidney_damage + me.structural_proteinuria
    return lasting + inflamed * (1 - on.block_proteinuria)


def structural_change(me: State, my: Nephritis) -> Num:
    """The structural part follows renal inflammation slowly, g/g per day."""
    sustained = my.structural_share * above_floor(my) * me.renal_inflammation
    return my.structural_repair * (sustained - me.structural_proteinuria)


def change(me: State, my: Nephritis, seen: Signals, on: Effects, rest: Rest) -> State:
    """Proteinuria follows what sustains it, and its structural part at once; damage is lasting."""
    recovery, structural = my.proteinuria_recovery * (1 + on.hasten_renal_recovery), structural_change(me, my)
    return State(
        renal_inflammation=my.renal_turnover * (seen.inflammation * deposits(my, seen) - me.renal_inflammation),
        proteinuria=recovery * (proteinuria_target(me, my, on) - me.proteinuria) + structural,
        structural_proteinuria=structural,
        kidney_damage=my.damage_rate * me.renal_inflammation * me.renal_inflammation,
    )


def does(me: State, my: Nephritis, seen: Signals) -> Effects:
    """Loss of antibodies in urine, 1/day; matters in the nephrotic range."""
    return Effects(urinary_loss=my.urinary_loss * me.proteinuria * me.proteinuria / (me.proteinuria + my.half_urinary))


def shows(me: State, my: Nephritis, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """Protein in urine, and sediment by its cause."""
    return Findings(proteinuria=me.proteinuria, renal_inflammation=me.renal_inflammation)


MODULE = Module("nephritis", __file__, State, Nephritis, start, change, does=does, shows=shows)

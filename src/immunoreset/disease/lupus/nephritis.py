"""The kidney in lupus: inflamed, leaking protein and antibody, damaged in the end."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals


class State(NamedTuple):
    renal_inflammation: Num
    proteinuria: Num
    kidney_damage: Num


class Nephritis(NamedTuple):
    """What drives renal inflammation and proteinuria, and the loss of antibody in urine."""

    renal_turnover: Num
    renal_without_complexes: Num
    proteinuria_baseline: Num
    proteinuria_floor: Num
    proteinuria_recovery: Num
    damage_rate: Num
    urinary_loss: Num
    half_urinary: Num


def start(my: Nephritis) -> State:
    """As at entry."""
    return State(1.0, my.proteinuria_baseline, 0.0)


def deposits(my: Nephritis, seen: Signals) -> Num:
    """The kidney is inflamed by systemic inflammation, mostly together with immune complexes."""
    return my.renal_without_complexes + (1 - my.renal_without_complexes) * seen.immune_complexes


def proteinuria_target(me: State, my: Nephritis, on: Effects) -> Num:
    """Proteinuria that the present inflammation and damage would sustain; a calcineurin inhibitor lowers it."""
    inflamed = (my.proteinuria_baseline - my.proteinuria_floor) * me.renal_inflammation
    return my.proteinuria_floor + me.kidney_damage + inflamed * (1 - on.block_proteinuria)


def change(me: State, my: Nephritis, seen: Signals, on: Effects, rest: Rest) -> State:
    """Proteinuria follows renal inflammation above what damage leaves; damage is lasting."""
    recovery = my.proteinuria_recovery * (1 + on.hasten_renal_recovery)
    return State(
        renal_inflammation=my.renal_turnover * (seen.inflammation * deposits(my, seen) - me.renal_inflammation),
        proteinuria=recovery * (proteinuria_target(me, my, on) - me.proteinuria),
        kidney_damage=my.damage_rate * me.renal_inflammation * me.renal_inflammation,
    )


def does(me: State, my: Nephritis, seen: Signals) -> Effects:
    """Loss of antibodies in urine, 1/day; matters in the nephrotic range."""
    return Effects(urinary_loss=my.urinary_loss * me.proteinuria * me.proteinuria / (me.proteinuria + my.half_urinary))


def shows(me: State, my: Nephritis, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """Protein in urine, and sediment by its cause."""
    return Findings(proteinuria=me.proteinuria, renal_inflammation=me.renal_inflammation)


MODULE = Module("nephritis", __file__, State, Nephritis, start, change, does=does, shows=shows)

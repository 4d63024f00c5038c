"""The kidney in autoimmune disease: inflamed, leaking protein and antibody, losing nephrons for good.

Proteinuria has two parts: one follows inflammation within a week, the other heals as podocytes are repaired, over months.
Filtration falls while the kidney is inflamed, and for good with each nephron that is lost.
"""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals


class State(NamedTuple):
    renal_inflammation: Num
    proteinuria: Num
    structural_proteinuria: Num
    nephrons_lost: Num


class Nephritis(NamedTuple):
    """What drives renal inflammation and proteinuria, the loss of nephrons, and the loss of antibody in urine."""

    renal_turnover: Num
    renal_without_complexes: Num
    proteinuria_baseline: Num
    proteinuria_floor: Num
    proteinuria_recovery: Num
    structural_share: Num
    structural_repair: Num
    nephron_loss: Num
    nephrons_lost_before: Num
    filtration_inflamed: Num
    proteinuria_of_loss: Num
    urinary_loss: Num
    half_urinary: Num


def start(my: Nephritis) -> State:
    """As at entry."""
    return State(1.0, my.proteinuria_baseline, my.structural_share * above_floor(my), my.nephrons_lost_before)


def above_floor(my: Nephritis) -> Num:
    """Proteinuria at entry above what remains without inflammation, g/g."""
    return my.proteinuria_baseline - my.proteinuria_floor


def deposits(my: Nephritis, seen: Signals) -> Num:
    """The kidney is inflamed by systemic inflammation, mostly together with immune complexes."""
    return my.renal_without_complexes + (1 - my.renal_without_complexes) * seen.immune_complexes


def proteinuria_target(me: State, my: Nephritis, on: Effects) -> Num:
    """Proteinuria that inflammation, structure and lost nephrons sustain; a calcineurin inhibitor lowers the inflamed part."""
    inflamed = (1 - my.structural_share) * above_floor(my) * me.renal_inflammation
    scarred = my.proteinuria_of_loss * (me.nephrons_lost - my.nephrons_lost_before)
    lasting = my.proteinuria_floor + scarred + me.structural_proteinuria
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
        nephrons_lost=my.nephron_loss * me.renal_inflammation * me.renal_inflammation * (1 - me.nephrons_lost),
    )


def filtering(nephrons_lost: Num, inflamed: Num, renal_inflammation: Num) -> Num:
    """Filtration as a share of that of a healthy kidney: of the nephrons that are left, and less while they are inflamed.

    Severe inflammation takes the share `inflamed`, and that of entry (1) half of it.
    """
    squared = renal_inflammation * renal_inflammation
    return (1 - nephrons_lost) * (1 - inflamed * squared / (1 + squared))


def offers(me: State, my: Nephritis) -> Signals:
    """The share of the filtration at entry that is lost since."""
    now = filtering(me.nephrons_lost, my.filtration_inflamed, me.renal_inflammation)
    entry = filtering(my.nephrons_lost_before, my.filtration_inflamed, 1)
    return Signals(filtration_lost=1 - now / entry)


def does(me: State, my: Nephritis, seen: Signals) -> Effects:
    """Loss of antibodies in urine, 1/day; matters in the nephrotic range."""
    return Effects(urinary_loss=my.urinary_loss * me.proteinuria * me.proteinuria / (me.proteinuria + my.half_urinary))


def shows(me: State, my: Nephritis, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """Protein in urine, and sediment by its cause."""
    return Findings(proteinuria=me.proteinuria, renal_inflammation=me.renal_inflammation)


MODULE = Module("nephritis", __file__, State, Nephritis, start, change, offers, does, shows)

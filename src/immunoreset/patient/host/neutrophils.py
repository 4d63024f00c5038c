"""Neutrophils: a reserve in the marrow, dividing progenitors and a chain of maturing cells (Friberg 2002)."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals


class State(NamedTuple):
    marrow_reserve: Num
    neutrophil_progenitors: Num
    neutrophil_transit_1: Num
    neutrophil_transit_2: Num
    neutrophil_transit_3: Num
    neutrophils: Num


class Neutrophils(NamedTuple):
    """Maturation, feedback, and what harms progenitors and the marrow reserve."""

    baseline: Num
    transit_time: Num
    transit_steps: Num
    feedback: Num
    feedback_floor: Num
    macrophage_slope: Num
    reserve_recovery: Num
    reserve_loss_chemotherapy: Num
    reserve_loss_inflammation: Num
    other_leucocytes: Num
    cells_per_giga: Num


def start(my: Neutrophils) -> State:
    """A full reserve, and every stage at the untreated count."""
    return State(1.0, my.baseline, my.baseline, my.baseline, my.baseline, my.baseline)


def division(me: State, my: Neutrophils, stage: Num, inhibited: Num, faster: Num) -> Num:
    """Progenitors made per day; low neutrophil counts speed it up, as does a growth factor."""
    feedback = ((my.baseline + my.feedback_floor) / (me.neutrophils + my.feedback_floor)) ** my.feedback
    return stage * me.neutrophil_progenitors * (1 - inhibited) * me.marrow_reserve * feedback * faster


def change(me: State, my: Neutrophils, seen: Signals, on: Effects, rest: Rest) -> State:
    """The reserve is spent by conditioning and inflammation and recovers over weeks or months; cells pass from stage to stage."""
    stage = my.transit_steps / my.transit_time * (1 + on.hasten_maturation)
    spent = my.reserve_loss_chemotherapy * on.chemotherapy + my.reserve_loss_inflammation * seen.macrophages
    inhibited = on.inhibit_marrow + my.macrophage_slope * seen.macrophages
    return State(
        marrow_reserve=my.reserve_recovery * (1 - me.marrow_reserve) - spent * me.marrow_reserve,
        neutrophil_progenitors=division(me, my, stage, inhibited, 1 + on.hasten_division) - stage * me.neutrophil_progenitors,
        neutrophil_transit_1=stage * (me.neutrophil_progenitors - me.neutrophil_transit_1),
        neutrophil_transit_2=stage * (me.neutrophil_transit_1 - me.neutrophil_transit_2),
        neutrophil_transit_3=stage * (me.neutrophil_transit_2 - me.neutrophil_transit_3),
        neutrophils=stage * (me.neutrophil_transit_3 - me.neutrophils),
    )


def offers(me: State, my: Neutrophils) -> Signals:
    """The marrow reserve, on which B-cell production depends too."""
    return Signals(marrow_reserve=me.marrow_reserve)


def shows(me: State, my: Neutrophils, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """The count, and with it most of the white cells."""
    return Findings(neutrophils=me.neutrophils, white_cells=me.neutrophils + my.other_leucocytes / my.cells_per_giga)


MODULE = Module("neutrophils", __file__, State, Neutrophils, start, change, offers, shows=shows)

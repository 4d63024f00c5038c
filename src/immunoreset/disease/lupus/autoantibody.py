"""Autoreactive plasma cells and the anti-dsDNA that they make."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module, Reading
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals, View


class State(NamedTuple):
    short_lived_plasma_autoreactive: Num
    long_lived_plasma_autoreactive: Num
    anti_dsdna: Num


class Autoantibody(NamedTuple):
    """Untreated numbers and titre, how cells and antibody are lost, and how the assay reads the titre."""

    short_lived: Num
    long_lived: Num
    long_lived_loss: Num
    anti_dsdna_baseline: Num
    complex_loss: Num
    anti_dsdna_from_long_lived: Num
    assay_exponent: Num
    positive_above: Num
    short_lived_loss: Num
    sensitivity: Num


def start(my: Autoantibody) -> State:
    """Active disease."""
    return State(my.short_lived, my.long_lived, my.anti_dsdna_baseline)


def short_lived(me: State, my: Autoantibody) -> Num:
    """Short-lived cells, fold of active disease."""
    return me.short_lived_plasma_autoreactive / my.short_lived


def formation(my: Autoantibody, seen: Signals, on: Effects) -> Num:
    """Plasmablasts made from activated cells; anti-CD20 takes some of their precursors. Mcell/day."""
    left = 1 - on.block_autoreactive_plasmablasts
    return my.short_lived_loss * my.short_lived * seen.autoreactive_activated * left


def antibody_loss(my: Autoantibody, on: Effects) -> Num:
    """Anti-dsDNA is lost as IgG, and in immune complexes besides; 1/day."""
    return on.igg_catabolism + on.urinary_loss + my.complex_loss


def change(me: State, my: Autoantibody, seen: Signals, on: Effects, rest: Rest) -> State:
    """Short-lived cells: made less lost; long-lived ones follow them over years; the titre follows both."""
    lost = my.short_lived_loss + on.kill_plasmablasts + my.sensitivity * on.chemotherapy
    share, from_short = my.anti_dsdna_from_long_lived, short_lived(me, my)
    made = (1 - share) * from_short + share * me.long_lived_plasma_autoreactive / my.long_lived
    return State(
        short_lived_plasma_autoreactive=formation(my, seen, on) - lost * me.short_lived_plasma_autoreactive,
        long_lived_plasma_autoreactive=my.long_lived_loss * (my.long_lived * from_short - me.long_lived_plasma_autoreactive)
        - on.kill_long_lived * me.long_lived_plasma_autoreactive,
        anti_dsdna=antibody_loss(my, rest.on) * my.anti_dsdna_baseline * made - antibody_loss(my, on) * me.anti_dsdna,
    )


def offers(me: State, my: Autoantibody) -> Signals:
    """Plasmablasts, and immune complexes, which follow the titre."""
    return Signals(
        plasmablasts=me.short_lived_plasma_autoreactive,
        autoreactive_short_lived=short_lived(me, my),
        immune_complexes=me.anti_dsdna / my.anti_dsdna_baseline,
    )


def shows(me: State, my: Autoantibody, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """Plasmablasts and the true titre."""
    return Findings(plasmablasts=me.short_lived_plasma_autoreactive, anti_dsdna=me.anti_dsdna)


def anti_dsdna_reading(my: Autoantibody, view: View) -> Num:
    """Anti-dsDNA as the assay reads it, IU/mL; positive above 30: right at the cut-off, too steep away from it."""
    return assay_reading(view.found.anti_dsdna, my.positive_above, my.assay_exponent)


def assay_reading(titre: Num, cut: Num, exponent: Num) -> Num:
    """What the assay reads of a true titre, IU/mL."""
    return cut * (titre / cut) ** exponent


MODULE = Module(
    "autoantibody",
    __file__,
    State,
    Autoantibody,
    start,
    change,
    offers,
    shows=shows,
    readings={"anti_dsdna_reading": Reading("Anti-dsDNA", "IU/mL", anti_dsdna_reading)},
)

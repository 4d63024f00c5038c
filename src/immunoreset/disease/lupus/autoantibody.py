"""Autoreactive plasma cells and the anti-dsDNA that they make."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.disease.families.autoimmune.equations import Cells, antibody_change
from immunoreset.patient.module import Module, Reading
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals, View


class State(NamedTuple):
    short_lived_plasma_autoreactive: Num
    long_lived_plasma_autoreactive: Num
    anti_dsdna: Num
    emptied_autoreactive_niche: Num


class Autoantibody(NamedTuple):
    """Untreated numbers and titre, how cells and antibody are lost, and how the assay reads the titre."""

    short_lived: Num
    long_lived: Num
    long_lived_loss: Num
    niche_refill: Num
    anti_dsdna_baseline: Num
    complex_loss: Num
    anti_dsdna_from_long_lived: Num
    assay_exponent: Num
    positive_above: Num
    short_lived_loss: Num
    sensitivity: Num


def start(my: Autoantibody) -> State:
    """Active disease."""
    return State(my.short_lived, my.long_lived, my.anti_dsdna_baseline, 0.0)


def change(me: State, my: Autoantibody, seen: Signals, on: Effects, rest: Rest) -> State:
    """Plasma cells and the titre, as in every autoimmune disease."""
    share = my.anti_dsdna_from_long_lived
    return State(*antibody_change(Cells(*me), my, seen, on, rest, baseline=my.anti_dsdna_baseline, from_long_lived=share))


def offers(me: State, my: Autoantibody) -> Signals:
    """Plasma cells, and immune complexes, which follow the titre."""
    return Signals(
        plasmablasts=me.short_lived_plasma_autoreactive,
        long_lived_plasma=me.long_lived_plasma_autoreactive,
        autoreactive_short_lived=me.short_lived_plasma_autoreactive / my.short_lived,
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

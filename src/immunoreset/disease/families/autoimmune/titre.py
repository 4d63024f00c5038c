"""Autoreactive plasma cells and the titre of the autoantibody that they make, in fold of entry."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.disease.families.autoimmune.equations import Cells, antibody_change
from immunoreset.patient.module import Module, Reading
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals, View

AT_ENTRY, PERCENT = 1.0, 100.0


class State(NamedTuple):
    short_lived_plasma_autoreactive: Num
    long_lived_plasma_autoreactive: Num
    autoantibody: Num
    emptied_autoreactive_niche: Num


class Titre(NamedTuple):
    """Untreated numbers, how cells and antibody are lost, and the share of the antibody that long-lived cells make."""

    short_lived: Num
    long_lived: Num
    long_lived_loss: Num
    niche_refill: Num
    complex_loss: Num
    from_long_lived: Num
    short_lived_loss: Num
    sensitivity: Num


def change(me: State, my: Titre, seen: Signals, on: Effects, rest: Rest) -> State:
    """Plasma cells and the titre, as in every autoimmune disease."""
    return State(*antibody_change(Cells(*me), my, seen, on, rest, baseline=AT_ENTRY, from_long_lived=my.from_long_lived))


def offers(me: State, my: Titre) -> Signals:
    """Plasma cells, and the antibody that acts on the organs."""
    return Signals(
        plasmablasts=me.short_lived_plasma_autoreactive,
        long_lived_plasma=me.long_lived_plasma_autoreactive,
        autoreactive_short_lived=me.short_lived_plasma_autoreactive / my.short_lived,
        immune_complexes=me.autoantibody,
    )


def shows(me: State, my: Titre, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """Plasmablasts."""
    return Findings(plasmablasts=me.short_lived_plasma_autoreactive)


def autoantibody_percent(my: Titre, view: View) -> Num:
    """Titre of the autoantibody, % of entry."""
    return PERCENT * view.seen.immune_complexes


MODULE = Module(
    "titre",
    __file__,
    State,
    Titre,
    lambda my: State(my.short_lived, my.long_lived, AT_ENTRY, 0.0),
    change,
    offers,
    shows=shows,
    readings={"autoantibody_percent": Reading("Autoantibody, share of entry", "%", autoantibody_percent)},
)

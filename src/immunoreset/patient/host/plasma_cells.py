"""Plasma cells of normal specificity: short-lived ones with plasmablasts, which CAR-T sees in part, and long-lived ones."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals


class State(NamedTuple):
    short_lived_plasma_normal: Num
    long_lived_plasma_normal: Num
    emptied_niche: Num


class PlasmaCells(NamedTuple):
    """Untreated numbers, losses, and where normal plasmablasts come from."""

    short_lived_normal: Num
    long_lived_normal: Num
    short_lived_loss: Num
    long_lived_loss: Num
    niche_refill: Num
    share_from_memory: Num
    sensitivity: Num


def start(my: PlasmaCells) -> State:
    """The untreated numbers."""
    return State(my.short_lived_normal, my.long_lived_normal, 0.0)


def short_lived(me: State, my: PlasmaCells) -> Num:
    """Short-lived cells, fold of the untreated number."""
    return me.short_lived_plasma_normal / my.short_lived_normal


def formation(my: PlasmaCells, seen: Signals, rest: Rest) -> Num:
    """Plasmablasts made from memory and naive B cells, Mcell/day."""
    memory, naive = seen.memory_b / rest.seen.memory_b, seen.naive_b / rest.seen.naive_b
    sources = my.share_from_memory * memory + (1 - my.share_from_memory) * naive
    return my.short_lived_loss * my.short_lived_normal * sources


def change(me: State, my: PlasmaCells, seen: Signals, on: Effects, rest: Rest) -> State:
    """Short-lived cells: made less lost; long-lived ones follow them over a decade, and fill places that were emptied."""
    lost = my.short_lived_loss + on.kill_plasmablasts + my.sensitivity * on.chemotherapy
    sustained = my.long_lived_normal * short_lived(me, my)
    killed = on.kill_long_lived * me.long_lived_plasma_normal
    refilled = my.niche_refill * short_lived(me, my) * me.emptied_niche
    return State(
        short_lived_plasma_normal=formation(my, seen, rest) - lost * me.short_lived_plasma_normal,
        long_lived_plasma_normal=my.long_lived_loss * (sustained - me.long_lived_plasma_normal) + refilled - killed,
        emptied_niche=killed - refilled - my.long_lived_loss * me.emptied_niche,
    )


def offers(me: State, my: PlasmaCells) -> Signals:
    """Plasmablasts, long-lived cells, and both as folds of the untreated number."""
    return Signals(
        plasmablasts=me.short_lived_plasma_normal,
        long_lived_plasma=me.long_lived_plasma_normal,
        normal_short_lived=short_lived(me, my),
        normal_long_lived=me.long_lived_plasma_normal / my.long_lived_normal,
    )


def shows(me: State, my: PlasmaCells, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """Plasmablasts."""
    return Findings(plasmablasts=me.short_lived_plasma_normal)


MODULE = Module("plasma_cells", __file__, State, PlasmaCells, start, change, offers, shows=shows)

"""Serum antibodies: made by plasma cells, protected by FcRn, lost in urine."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals, igg_loss, usual_igg_loss


class State(NamedTuple):
    igg: Num
    iga: Num
    igm: Num
    vaccine_antibody: Num


class Antibodies(NamedTuple):
    """Untreated levels, who makes them and how they are lost."""

    igg_baseline: Num
    iga_baseline: Num
    igm_baseline: Num
    vaccine_baseline: Num
    igg_from_long_lived: Num
    igg_from_short_lived: Num
    igg_from_autoreactive: Num
    igg_loss_min: Num
    igg_loss_max: Num
    half_fcrn: Num
    vaccine_from_long_lived: Num
    iga_loss: Num
    iga_from_long_lived: Num
    igm_loss: Num
    igm_from_long_lived: Num


def start(my: Antibodies) -> State:
    """The untreated levels."""
    return State(my.igg_baseline, my.iga_baseline, my.igm_baseline, my.vaccine_baseline)


def igg_made(my: Antibodies, seen: Signals) -> Num:
    """Production of IgG by long-lived, short-lived and autoreactive plasma cells, as parts of the untreated whole."""
    return (
        my.igg_from_long_lived * seen.normal_long_lived
        + my.igg_from_short_lived * seen.normal_short_lived
        + my.igg_from_autoreactive * seen.autoreactive_short_lived
    )


def made(seen: Signals, from_long_lived: Num) -> Num:
    """Production by plasma cells of normal specificity, fold of untreated."""
    return from_long_lived * seen.normal_long_lived + (1 - from_long_lived) * seen.normal_short_lived


def change(me: State, my: Antibodies, seen: Signals, on: Effects, rest: Rest) -> State:
    """Production less loss; IgA is in large part from long-lived cells of the gut, IgM mostly from short-lived cells."""
    igg = igg_made(my, seen) / igg_made(my, rest.seen)
    vaccine = made(seen, my.vaccine_from_long_lived)
    return State(
        igg=usual_igg_loss(rest.on) * my.igg_baseline * igg - igg_loss(on) * me.igg,
        iga=my.iga_loss * (my.iga_baseline * made(seen, my.iga_from_long_lived) - me.iga) - on.exchange_plasma * me.iga,
        igm=my.igm_loss * (my.igm_baseline * made(seen, my.igm_from_long_lived) - me.igm) - on.exchange_plasma * me.igm,
        vaccine_antibody=usual_igg_loss(rest.on) * my.vaccine_baseline * vaccine - igg_loss(on) * me.vaccine_antibody,
    )


def does(me: State, my: Antibodies, seen: Signals) -> Effects:
    """IgG is broken down faster when much of it, given IgG too, competes for the FcRn that protects it."""
    igg = me.igg + seen.igg_given
    return Effects(igg_catabolism=my.igg_loss_min + (my.igg_loss_max - my.igg_loss_min) * igg / (my.half_fcrn + igg))


def shows(me: State, my: Antibodies, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """IgG, and antibody from past vaccination."""
    return Findings(igg=me.igg, vaccine_antibody=me.vaccine_antibody)


MODULE = Module("antibodies", __file__, State, Antibodies, start, change, does=does, shows=shows)

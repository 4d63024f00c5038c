"""Equations that lupus and other autoimmune diseases share: autoreactive plasma cells, their antibody, and inflammation."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from immunoreset.engine.arithmetic import exp
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals, igg_loss, usual_igg_loss


class Makers(Protocol):
    """Untreated numbers of plasma cells (Mcell), and how they are lost (1/day)."""

    @property
    def short_lived(self) -> Num: ...

    @property
    def long_lived(self) -> Num: ...

    @property
    def long_lived_loss(self) -> Num: ...

    @property
    def niche_refill(self) -> Num: ...

    @property
    def short_lived_loss(self) -> Num: ...

    @property
    def complex_loss(self) -> Num: ...

    @property
    def sensitivity(self) -> Num: ...


class Cells(NamedTuple):
    """Short- and long-lived autoreactive plasma cells (Mcell), their antibody, and places that killing emptied (Mcell)."""

    short_lived: Num
    long_lived: Num
    antibody: Num
    emptied_niche: Num


def plasmablasts_made(my: Makers, seen: Signals, on: Effects) -> Num:
    """Plasmablasts made from activated cells; anti-CD20 takes some of their precursors. Mcell/day."""
    left = 1 - on.block_autoreactive_plasmablasts
    return my.short_lived_loss * my.short_lived * seen.autoreactive_activated * left


def antibody_change(
    now: Cells, my: Makers, seen: Signals, on: Effects, rest: Rest, *, baseline: Num, from_long_lived: Num
) -> Cells:
    """Short-lived cells: made less lost; long-lived ones follow them over years, and fill places that killing emptied.

    The antibody follows both. It is lost as IgG, and in immune complexes besides.
    """
    lost = my.short_lived_loss + on.kill_plasmablasts + my.sensitivity * on.chemotherapy
    from_short = now.short_lived / my.short_lived
    killed = on.kill_long_lived * now.long_lived
    refilled = my.niche_refill * from_short * now.emptied_niche
    made = (1 - from_long_lived) * from_short + from_long_lived * now.long_lived / my.long_lived
    return Cells(
        short_lived=plasmablasts_made(my, seen, on) - lost * now.short_lived,
        long_lived=my.long_lived_loss * (my.long_lived * from_short - now.long_lived) + refilled - killed,
        antibody=(usual_igg_loss(rest.on) + my.complex_loss) * baseline * made - (igg_loss(on) + my.complex_loss) * now.antibody,
        emptied_niche=killed - refilled - my.long_lived_loss * now.emptied_niche,
    )


def inflammation_driven(causes: Num, seen: Signals, on: Effects) -> Num:
    """The level that its causes sustain: flares multiply them, treatment blocks them; fold of entry."""
    return causes * exp(seen.flare) * (1 - on.block_inflammation)


def inflammation_change(inflammation: Num, causes: Num, turnover: Num, sensitivity: Num, seen: Signals, on: Effects) -> Num:
    """Inflammation follows its drive; steroids and chemotherapy lower it directly. 1/day."""
    relief = on.relieve_inflammation + sensitivity * on.chemotherapy
    return turnover * (inflammation_driven(causes, seen, on) - inflammation) - relief * inflammation

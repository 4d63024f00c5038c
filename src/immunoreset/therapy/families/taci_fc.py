"""Fusions of TACI and Fc: they bind BAFF and APRIL, so that B cells and plasma cells lose what keeps them alive.

What is bound is kept for weeks, and free drug is cleared at once; the binding is at equilibrium throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from immunoreset.engine.arithmetic import sqrt
from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals
from immunoreset.therapy.drug import Caution, Drug, Event
from immunoreset.therapy.families.antibody import SC, doses_by_route
from immunoreset.therapy.language.items import Dose, Item
from immunoreset.therapy.recipients import Recipients

CLASS = "BAFF and APRIL inhibitor"
LOW_IGG = "with mycophenolate and high-dose glucocorticoid IgG fell below 3 g/L and a trial was stopped: stop below 3 g/L"


class State(NamedTuple):
    central: Num
    peripheral: Num
    target_gained: Num
    depot: Num


class TaciFc(NamedTuple):
    """Kinetics of drug and targets, apparent (over the share of a dose that reaches plasma), and what their block does."""

    absorption: Num
    clearance: Num
    volume: Num
    exchange: Num
    volume_peripheral: Num
    half_binding: Num
    complex_loss: Num
    target_loss: Num
    target_untreated: Num
    baff_block: Num
    kill_plasmablasts: Num
    kill_long_lived: Num


def start(my: TaciFc) -> State:
    """No drug; the targets are counted above their untreated level."""
    return State(0.0, 0.0, 0.0, 0.0)


def target(me: State, my: TaciFc) -> Num:
    """All target in plasma, mg/L."""
    return my.target_untreated + me.target_gained


def concentration(me: State, my: TaciFc, seen: Signals) -> Num:
    """All drug in plasma, free and bound, mg/L."""
    return me.central / my.volume


def free(me: State, my: TaciFc) -> Num:
    """Free drug, mg/L: the positive root of the equilibrium, written so that it is 0 without drug."""
    total = me.central / my.volume
    less = my.half_binding + target(me, my) - total
    return 2 * my.half_binding * total / (less + sqrt(less * less + 2 * 2 * my.half_binding * total))


def bound(me: State, my: TaciFc) -> Num:
    """Share of the targets that is bound."""
    return free(me, my) / (my.half_binding + free(me, my))


def change(me: State, my: TaciFc, seen: Signals, on: Effects, rest: Rest) -> State:
    """Free drug is cleared and exchanged, bound drug is lost with its target; both leave with exchanged plasma."""
    in_plasma, occupied = free(me, my), bound(me, my)
    complex_lost = my.complex_loss * my.volume * target(me, my) * occupied
    into_periphery = my.exchange * (in_plasma - me.peripheral / my.volume_peripheral)
    slower = (my.complex_loss - my.target_loss) * occupied  # bound target is lost at its own pace
    return State(
        central=my.absorption * me.depot
        - my.clearance * in_plasma
        - complex_lost
        - into_periphery
        - on.exchange_plasma * me.central,
        peripheral=into_periphery,
        target_gained=-my.target_loss * me.target_gained - slower * target(me, my) - on.exchange_plasma * target(me, my),
        depot=-my.absorption * me.depot,
    )


def does(me: State, my: TaciFc, seen: Signals) -> Effects:
    """Neutralises BAFF; plasma cells are lost without APRIL."""
    occupied = bound(me, my)
    return Effects(
        block_baff=my.baff_block * occupied,
        kill_plasmablasts=my.kill_plasmablasts * occupied,
        kill_long_lived=my.kill_long_lived * occupied,
    )


def taci_fc(name: str, *, file: str, meaning: str, example: str) -> Drug:
    """A fusion of TACI and Fc, given under the skin."""

    def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
        return doses_by_route(name, name, items, recipients, routes=(SC,))

    return Drug(
        name=name,
        meaning=meaning,
        units=("mg",),
        forms=(Dose,),
        example=example,
        events=events,
        module=Module(name, file, State, TaciFc, start, change, does=does, concentration=concentration, family=__file__),
        kind=CLASS,
        routes=(SC,),
        cautions=(Caution(("mycophenolate", "prednisolone"), f"{name}: {LOW_IGG}"),),
    )

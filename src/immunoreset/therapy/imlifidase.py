"""Imlifidase, an enzyme of bacteria that cuts IgG: autoantibodies and antibody drugs too are gone within a day, for a week."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals
from immunoreset.therapy.drug import Apart, Drug, Event
from immunoreset.therapy.families.doses import boluses
from immunoreset.therapy.language.items import Dose, Item
from immunoreset.therapy.recipients import Recipients


class State(NamedTuple):
    amount: Num


class Imlifidase(NamedTuple):
    """Loss of the enzyme, and how fast it cuts IgG."""

    loss: Num
    cleavage_max: Num
    half_effect: Num


def change(me: State, my: Imlifidase, seen: Signals, on: Effects, rest: Rest) -> State:
    """Lost, and exchanged with plasma."""
    return State(-(my.loss + on.exchange_plasma) * me.amount)


def does(me: State, my: Imlifidase, seen: Signals) -> Effects:
    """Cuts IgG."""
    return Effects(cleave_igg=my.cleavage_max * me.amount / (my.half_effect + me.amount))


def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    """A dose enters at once."""
    return boluses("imlifidase.amount", "imlifidase", items, recipients)


DRUG = Drug(
    name="imlifidase",
    meaning="enzyme that cuts IgG, autoantibodies and antibody drugs too; once",
    units=("mg/kg", "mg"),
    forms=(Dose,),
    example="0.25 mg/kg on day 0",
    events=events,
    module=Module("imlifidase", __file__, State, Imlifidase, lambda my: State(0.0), change, does=does),
    kind="enzyme",
    apart=(
        Apart("immunoglobulin", 4.0, "the enzyme would cut it; give immunoglobulin 4 days later or more"),
        Apart("imlifidase", np.inf, "antibodies against the enzyme come after the first dose; give it once"),
    ),
)

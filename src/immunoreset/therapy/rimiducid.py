"""Rimiducid, which brings caspase 9 together in cells that carry it as a safety gene: most of them die within minutes.

What survives keeps all its properties, so each later dose kills a smaller share.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from immunoreset.engine import bolus
from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals
from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.families.switch import CLASS
from immunoreset.therapy.language.items import Dose, Item
from immunoreset.therapy.recipients import Recipients, Value

FULL_DOSE = 0.4  # mg/kg, that of the trial


class State(NamedTuple):
    activity: Num


class Rimiducid(NamedTuple):
    """How fast the kill fades, the share that the first full dose kills, and how much weaker each later dose is."""

    fading: Num
    killed: Num
    weaker: Num


def change(me: State, my: Rimiducid, seen: Signals, on: Effects, rest: Rest) -> State:
    """The kill fades within the hour."""
    return State(-my.fading * me.activity)


def does(me: State, my: Rimiducid, seen: Signals) -> Effects:
    """Kills cells with the gene."""
    return Effects(kill_icasp9=me.activity)


def strength(share: Value, fading: Value) -> Value:
    """The kill (1/day) at a dose that ends, once it has faded, with this share of the cells killed.

    >>> round(float(np.exp(-strength(0.9, 100.0) / 100.0)), 12)  # survivors: the kill summed over time
    0.1
    """
    return -np.log1p(-np.asarray(share)) * fading


def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    """One event per dose, in proportion below the full dose; each kills a smaller share than the one before."""
    of: Any = {name: recipients.value(f"rimiducid.{name}") for name in Rimiducid._fields}
    given = sorted((day, item.amount) for item in items if isinstance(item, Dose) for day in item.days)
    found = []
    for place, (day, amount) in enumerate(given):
        recipients.require_started("rimiducid", day)
        share = min(amount / FULL_DOSE, 1.0) * of["killed"] * of["weaker"] ** place
        found.append(bolus("rimiducid.activity", day, np.reshape(strength(share, of["fading"]), (-1, 1)), name="rimiducid"))
    return tuple(found)


DRUG = Drug(
    name="rimiducid",
    meaning="kills nine in ten cells with inducible caspase 9 within minutes; full effect at 0.4 mg/kg, in proportion below",
    units=("mg/kg",),
    forms=(Dose,),
    example="0.4 mg/kg on day 10",
    events=events,
    module=Module("rimiducid", __file__, State, Rimiducid, lambda my: State(0.0), change, does=does),
    kind=CLASS,
    switches=("cd19-car-t-icasp9",),
)

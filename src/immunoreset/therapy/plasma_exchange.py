"""Plasma exchange: in a session of hours a part of whatever is in plasma leaves, antibodies of any kind and drugs among it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from immunoreset.engine import set_parameter
from immunoreset.engine.arithmetic import log
from immunoreset.patient.module import Module, Nothing
from immunoreset.patient.vocabulary import Effects, Num, Signals
from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.language.items import Dose, Item
from immunoreset.therapy.language.units import OWN
from immunoreset.therapy.recipients import Recipients


class PlasmaExchange(NamedTuple):
    """Whether a session runs (an input), how much is left after one, and how long it takes."""

    running: Num
    remaining: Num
    duration: Num


def does(me: Nothing, my: PlasmaExchange, seen: Signals) -> Effects:
    """Plasma leaves at the rate at which the known share is left at the end of a session."""
    return Effects(exchange_plasma=-my.running * log(my.remaining) / my.duration)


def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    """Sessions begin on their days and end some hours later; two on one day are one."""
    days = np.unique([day for item in items if isinstance(item, Dose) for day in item.days])
    for day in days:
        recipients.require_started("plasma-exchange", float(day))
    ends = days + np.max(recipients.value("plasma_exchange.duration"))
    occasions = np.sort(np.concatenate([days, ends]))
    running = np.isin(occasions, days).astype(float)
    return (set_parameter("plasma_exchange.running", occasions, running, name="plasma-exchange"),)


DRUG = Drug(
    name="plasma-exchange",
    meaning="sessions of one plasma volume: antibodies of any kind leave; give antibody drugs after one, not before",
    units=(OWN,),
    forms=(Dose,),
    example="on days 0 2 4 6 8",
    events=events,
    module=Module("plasma_exchange", __file__, Nothing, PlasmaExchange, does=does),
    kind="procedure",
    aliases=("plex", "plasmapheresis"),
)

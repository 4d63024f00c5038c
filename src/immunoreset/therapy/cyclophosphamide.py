"""Cyclophosphamide, an alkylating agent: one-compartment kinetics of the parent drug."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals
from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.families.doses import boluses
from immunoreset.therapy.language.items import Dose, Item
from immunoreset.therapy.recipients import Recipients


class State(NamedTuple):
    central: Num


class Cyclophosphamide(NamedTuple):
    """Kinetics, and what it kills."""

    clearance: Num
    volume: Num
    kill: Num
    neutrophil_slope: Num
    hours_per_day: Num


def concentration(me: State, my: Cyclophosphamide, seen: Signals) -> Num:
    """Cyclophosphamide in plasma, mg/L."""
    return me.central / my.volume


def change(me: State, my: Cyclophosphamide, seen: Signals, on: Effects, rest: Rest) -> State:
    """Cleared, mg per day."""
    return State(-(my.clearance * my.hours_per_day * concentration(me, my, seen)))


def does(me: State, my: Cyclophosphamide, seen: Signals) -> Effects:
    """Kills circulating T cells; other cells feel it times their own sensitivity. Inhibits the marrow."""
    plasma = concentration(me, my, seen)
    return Effects(chemotherapy=my.kill * plasma, inhibit_marrow=my.neutrophil_slope * plasma)


def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    """Doses enter the blood at once."""
    return boluses("cyclophosphamide.central", "cyclophosphamide", items, recipients)


MODULE = Module(
    "cyclophosphamide",
    __file__,
    State,
    Cyclophosphamide,
    lambda my: State(0.0),
    change,
    does=does,
    concentration=concentration,
)
DRUG = Drug(
    name="cyclophosphamide",
    meaning="alkylating agent that kills lymphocytes",
    units=("mg/m2", "mg/kg", "mg"),
    forms=(Dose,),
    example="1000 mg/m2 on day -3",
    events=events,
    module=MODULE,
    kind="chemotherapy",
)

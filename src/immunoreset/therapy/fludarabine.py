"""Fludarabine, a purine analogue: three-compartment kinetics of F-ara-A, scaled to weight and kidney function."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals, filtration
from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.families.doses import boluses
from immunoreset.therapy.language.items import Dose, Item
from immunoreset.therapy.recipients import Recipients


class State(NamedTuple):
    central: Num
    peripheral_1: Num
    peripheral_2: Num


class Fludarabine(NamedTuple):
    """Kinetics of F-ara-A, the active metabolite, and what it kills."""

    clearance_nonrenal: Num
    renal_slope: Num
    volume: Num
    volume_2: Num
    volume_3: Num
    exchange_2: Num
    exchange_3: Num
    active_share: Num
    reference_weight: Num
    weight_exponent: Num
    egfr_to_litres: Num
    kill: Num
    neutrophil_slope: Num
    hours_per_day: Num


def relative_weight(my: Fludarabine, seen: Signals) -> Num:
    """Body weight relative to the adult for whom the kinetics were published."""
    return seen.weight / my.reference_weight


def daily_scale(my: Fludarabine, seen: Signals) -> Num:
    """Turns hourly clearances of the reference adult into daily ones of this patient (allometry)."""
    return my.hours_per_day * relative_weight(my, seen) ** my.weight_exponent


def concentration(me: State, my: Fludarabine, seen: Signals) -> Num:
    """F-ara-A in plasma, mg/L."""
    return me.central / (my.volume * relative_weight(my, seen))


def elimination(me: State, my: Fludarabine, seen: Signals) -> Num:
    """F-ara-A cleared by the kidney and otherwise, mg per day."""
    clearance = my.clearance_nonrenal + filtration(seen) * my.egfr_to_litres * my.renal_slope
    return clearance * daily_scale(my, seen) * concentration(me, my, seen)


def change(me: State, my: Fludarabine, seen: Signals, on: Effects, rest: Rest) -> State:
    """Exchange with two peripheral compartments, and elimination."""
    plasma, weight, scale = concentration(me, my, seen), relative_weight(my, seen), daily_scale(my, seen)
    to_first = my.exchange_2 * scale * (plasma - me.peripheral_1 / (my.volume_2 * weight))
    to_second = my.exchange_3 * scale * (plasma - me.peripheral_2 / (my.volume_3 * weight))
    return State(-to_first - to_second - elimination(me, my, seen), to_first, to_second)


def does(me: State, my: Fludarabine, seen: Signals) -> Effects:
    """Kills circulating T cells; other cells feel it times their own sensitivity. Inhibits the marrow."""
    plasma = concentration(me, my, seen)
    return Effects(chemotherapy=my.kill * plasma, inhibit_marrow=my.neutrophil_slope * plasma)


def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    """Doses of the phosphate enter the body as F-ara-A, by molar mass."""
    return boluses("fludarabine.central", "fludarabine", items, recipients, factor=recipients.value("fludarabine.active_share"))


MODULE = Module(
    "fludarabine",
    __file__,
    State,
    Fludarabine,
    lambda my: State(0.0, 0.0, 0.0),
    change,
    does=does,
    concentration=concentration,
)
DRUG = Drug(
    name="fludarabine",
    meaning="purine analogue that kills lymphocytes; enters the body as its metabolite F-ara-A",
    units=("mg/m2", "mg"),
    forms=(Dose,),
    example="25 mg/m2 on days -5 -4 -3",
    events=events,
    module=MODULE,
    kind="chemotherapy",
)

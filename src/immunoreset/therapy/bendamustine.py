"""Bendamustine, an alkylating agent for conditioning: fewer lymphocytes are killed than by fludarabine and cyclophosphamide."""

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


class Bendamustine(NamedTuple):
    """The dose that counts as one, how long it works, and what it kills."""

    usual_dose: Num
    elimination: Num
    kill: Num
    neutrophil_slope: Num


def change(me: State, my: Bendamustine, seen: Signals, on: Effects, rest: Rest) -> State:
    """Works for about a day, usual doses per day."""
    return State(-(my.elimination * me.central))


def does(me: State, my: Bendamustine, seen: Signals) -> Effects:
    """Kills circulating T cells; other cells feel it times their own sensitivity. Inhibits the marrow."""
    return Effects(chemotherapy=my.kill * me.central, inhibit_marrow=my.neutrophil_slope * me.central)


def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    """Doses, counted in the usual one."""
    usual = recipients.value("bendamustine.usual_dose") * recipients.value("body.surface_area")
    return boluses("bendamustine.central", "bendamustine", items, recipients, factor=1 / usual)


DRUG = Drug(
    name="bendamustine",
    meaning="alkylating agent for conditioning, milder than fludarabine and cyclophosphamide",
    units=("mg/m2", "mg"),
    forms=(Dose,),
    example="90 mg/m2 on days -4 -3",
    events=events,
    module=Module("bendamustine", __file__, State, Bendamustine, lambda my: State(0.0), change, does=does),
    kind="chemotherapy",
)

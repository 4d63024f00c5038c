"""Cyclophosphamide as a treatment in pulses: as in conditioning, and with an effect on T-cell help that outlasts it by weeks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals
from immunoreset.therapy import cyclophosphamide
from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.families.doses import boluses
from immunoreset.therapy.language.items import Dose, Item
from immunoreset.therapy.recipients import Recipients


class State(NamedTuple):
    central: Num
    lasting: Num


class CyclophosphamidePulse(NamedTuple):
    """The numbers of cyclophosphamide, and how strong and long its lasting effect is."""

    clearance: Num
    volume: Num
    kill: Num
    neutrophil_slope: Num
    hours_per_day: Num
    help_block: Num
    half_lasting: Num
    lasting_loss: Num


def change(me: State, my: CyclophosphamidePulse, seen: Signals, on: Effects, rest: Rest) -> State:
    """Cleared, mg per day; each kill leaves an effect that fades over weeks."""
    plasma = me.central / my.volume
    return State(-(my.clearance * my.hours_per_day * plasma), my.kill * plasma - my.lasting_loss * me.lasting)


def does(me: State, my: CyclophosphamidePulse, seen: Signals) -> Effects:
    """As in conditioning; and blocks help."""
    plasma = me.central / my.volume
    return Effects(
        chemotherapy=my.kill * plasma,
        inhibit_marrow=my.neutrophil_slope * plasma,
        block_help=my.help_block * me.lasting / (my.half_lasting + me.lasting),
    )


def shows(me: State, my: CyclophosphamidePulse, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """An immunosuppressant works."""
    return Findings(immunosuppressants=me.lasting)


def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    """Doses enter the blood at once."""
    return boluses("cyclophosphamide_pulse.central", "cyclophosphamide-pulse", items, recipients)


DRUG = Drug(
    name="cyclophosphamide-pulse",
    meaning="cyclophosphamide as a treatment in pulses, with a lasting effect on T-cell help",
    units=cyclophosphamide.DRUG.units,
    forms=(Dose,),
    example="500 mg every 14 days from 0 until 70",
    events=events,
    module=Module(
        "cyclophosphamide_pulse",
        __file__,
        State,
        CyclophosphamidePulse,
        lambda my: State(0.0, 0.0),
        change,
        does=does,
        shows=shows,
        concentration=lambda me, my, seen: me.central / my.volume,
    ),
    kind="immunosuppressant in pulses",
)

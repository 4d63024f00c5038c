"""Background care as a whole: as good as it is in each patient, or lowering the drive of inflammation by so many percent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from immunoreset.patient.module import Module, Nothing
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals
from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.families.courses import steps
from immunoreset.therapy.language.items import Course, Item
from immunoreset.therapy.language.units import OWN
from immunoreset.therapy.recipients import Recipients, Value


class BackgroundCare(NamedTuple):
    """The share of inflammation's drive that it takes away (an input)."""

    level: Num


def does(me: Nothing, my: BackgroundCare, seen: Signals) -> Effects:
    """Blocks a part of the drive of inflammation."""
    return Effects(block_inflammation=my.level)


def shows(me: Nothing, my: BackgroundCare, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """Care is given."""
    return Findings(immunosuppressants=my.level)


def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    """The patient's own response, or the share that the regimen says."""

    def effect(course: Course, amount: float) -> Value:
        if course.unit == OWN:
            return amount * recipients.covariate("background_response", 0.0)
        return amount / 100

    return steps("background_care.level", "background-care", items, recipients, effect, highest=1.0)


DRUG = Drug(
    name="background-care",
    meaning="all other care: as good as it is in each patient, or lowering the drive of inflammation by so many percent",
    units=(OWN, "%"),
    forms=(Course,),
    example="from 0 until 364",
    events=events,
    module=Module("background_care", __file__, Nothing, BackgroundCare, does=does, shows=shows),
    kind="care",
)

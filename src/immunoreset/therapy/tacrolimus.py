"""Tacrolimus, a calcineurin inhibitor like voclosporin: what it does follows its concentration in whole blood."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals
from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.families.background import Exposure
from immunoreset.therapy.families.courses import milligrams, steps
from immunoreset.therapy.language.items import Course, Item
from immunoreset.therapy.recipients import Recipients

HIGHEST_DOSE = 30.0  # mg a day


class Tacrolimus(NamedTuple):
    """The dose (an input), kinetics, its level against the full effect of voclosporin, and what that does."""

    dose: Num
    approach: Num
    clearance: Num
    most_effect: Num
    half_effect: Num
    help_loss: Num
    upcr_fall: Num


def change(me: Exposure, my: Tacrolimus, seen: Signals, on: Effects, rest: Rest) -> Exposure:
    """Follows the dose within days."""
    return Exposure(my.approach * (my.dose / my.clearance - me.exposure))


def level(me: Exposure, my: Tacrolimus) -> Num:
    """Inhibition of calcineurin, 1 as under the full dose of voclosporin."""
    return my.most_effect * me.exposure / (my.half_effect + me.exposure)


def does(me: Exposure, my: Tacrolimus, seen: Signals) -> Effects:
    """Help is lost; proteinuria falls faster and further."""
    inhibited = level(me, my)
    return Effects(
        lose_help=my.help_loss * inhibited, block_proteinuria=my.upcr_fall * inhibited, hasten_renal_recovery=inhibited
    )  # fmt: skip


def shows(me: Exposure, my: Tacrolimus, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """An immunosuppressant is given."""
    return Findings(immunosuppressants=level(Exposure(my.dose / my.clearance), my))


def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    """The daily dose."""
    return steps("tacrolimus.dose", "tacrolimus", items, recipients, partial(milligrams, recipients), highest=HIGHEST_DOSE)


DRUG = Drug(
    name="tacrolimus",
    meaning="calcineurin inhibitor; its effect follows its concentration in whole blood",
    units=("mg", "mg/kg"),
    forms=(Course,),
    example="2 mg twice daily from 0 until 364",
    events=events,
    module=Module(
        "tacrolimus",
        __file__,
        Exposure,
        Tacrolimus,
        lambda my: Exposure(0.0),
        change,
        does=does,
        shows=shows,
        concentration=lambda me, my, seen: me.exposure,
    ),
    kind="small molecule",
)

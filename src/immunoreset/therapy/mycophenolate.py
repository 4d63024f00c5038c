"""Mycophenolate: lowers T-cell help to autoreactive B cells; full effect at 2 g a day, in proportion below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from immunoreset.patient.module import Module, Nothing
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals
from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.families.courses import since_entry, steps
from immunoreset.therapy.language.items import Course, Item
from immunoreset.therapy.recipients import Recipients, Value

FULL_DOSE = 2000.0  # mg a day, that of trials
MEDIAN_ADHERENCE = 0.625  # model specification section 4


class Mycophenolate(NamedTuple):
    """The share of help that is blocked now and was at entry (inputs), and that at the full dose."""

    effect: Num
    entry_effect: Num
    full_effect: Num


def does(me: Nothing, my: Mycophenolate, seen: Signals) -> Effects:
    """Blocks help, by as much more as it did at entry."""
    return Effects(block_help=(my.effect - my.entry_effect) / (1 - my.entry_effect))


def shows(me: Nothing, my: Mycophenolate, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """An immunosuppressant is given."""
    return Findings(immunosuppressants=my.effect)


def begin(t: Any, s: Any, p: Any, effect: Any) -> dict[str, Any]:
    """Taken since before entry."""
    return {"mycophenolate.effect": effect, "mycophenolate.entry_effect": effect}


def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    """The effect in proportion to the dose taken."""

    def effect(course: Course, amount: float) -> Value:
        share_of_full_dose = min(amount * course.times_a_day / FULL_DOSE, 1.0)
        own = recipients.covariate("mycophenolate_adherence", MEDIAN_ADHERENCE)
        adherence = own if course.adherence is None else course.adherence
        return full_effect * share_of_full_dose * adherence

    full_effect = recipients.value("mycophenolate.full_effect")
    before = since_entry("mycophenolate", items, recipients, effect, begin, highest=full_effect)
    return (*before, *steps("mycophenolate.effect", "mycophenolate", items, recipients, effect, highest=full_effect))


DRUG = Drug(
    name="mycophenolate",
    meaning="lowers T-cell help to autoreactive B cells; full effect at 2 g a day, in proportion below",
    units=("mg",),
    forms=(Course,),
    example="1 g twice daily from 0 until 364",
    events=events,
    module=Module("mycophenolate", __file__, Nothing, Mycophenolate, does=does, shows=shows),
    kind="small molecule",
    aliases=("mycophenolate-mofetil", "mmf"),
    since_entry=True,
)

"""Glucocorticoids: one dose in prednisolone equivalents above the dose at entry, to which every drug of the class adds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from immunoreset.patient.module import Module, Nothing
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals
from immunoreset.therapy.drug import Event
from immunoreset.therapy.families.courses import added_up, share_taken
from immunoreset.therapy.language.items import Course, Item
from immunoreset.therapy.recipients import Recipients, Value

CLASS = "glucocorticoid"


class Glucocorticoid(NamedTuple):
    """The dose (an input) and what it does at full effect."""

    dose: Num
    half_effect: Num
    cytokine_block: Num
    expansion_block: Num
    car_t_death: Num
    help_block: Num
    inflammation_fall: Num
    endothelium_block: Num


def does(me: Nothing, my: Glucocorticoid, seen: Signals) -> Effects:
    """Dampens cytokines, growth of CAR-T cells, help and inflammation, by the share of full effect at the present dose."""
    share = my.dose / (my.half_effect + my.dose)
    return Effects(
        glucocorticoid=share,
        block_cytokines=my.cytokine_block * share,
        block_expansion=my.expansion_block * share,
        kill_car_t_effectors=my.car_t_death * share,
        block_help=my.help_block * share,
        relieve_inflammation=my.inflammation_fall * share,
        block_endothelium=my.endothelium_block * share,
    )


def shows(me: Nothing, my: Glucocorticoid, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """The dose."""
    return Findings(prednisolone=my.dose)


MODULE = Module("glucocorticoid", __file__, Nothing, Glucocorticoid, does=does, shows=shows)


def add_glucocorticoid(t: Any, s: Any, p: Any, dose: Any) -> dict[str, Any]:
    """Raise the daily glucocorticoid above the entry dose by so many mg of prednisolone (lower it when negative)."""
    del t, s
    return {"glucocorticoid.dose": p.glucocorticoid.dose + dose}


def lower_glucocorticoid(t: Any, s: Any, p: Any, dose: Any) -> dict[str, Any]:
    """Take back a daily glucocorticoid dose at the end of its course."""
    return add_glucocorticoid(t, s, p, -dose)


def glucocorticoid_courses(drug: str, factor: float) -> Callable[[Sequence[Item], Recipients], tuple[Event, ...]]:
    """What courses of a glucocorticoid do; `factor` is its strength against prednisolone."""

    def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
        def daily(course: Course, amount: float) -> Value:
            return recipients.total(amount, course.unit) * (course.times_a_day * factor * share_taken(course))

        return added_up(drug, items, recipients, daily, add_glucocorticoid)

    return events

"""Glucocorticoids: one dose in prednisolone equivalents against that at entry, to which every drug of the class adds.

What is taken above the dose at entry dampens; what is left out of it, where the dose at entry is said, lets inflammation rise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from immunoreset.engine.arithmetic import maximum
from immunoreset.patient.module import Module, Nothing
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals
from immunoreset.therapy.drug import Event
from immunoreset.therapy.families.courses import added_up, share_taken, since_entry
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


class BelowEntry(NamedTuple):
    """What is left out of the dose at entry (an input), and how much the drive of inflammation rises for it."""

    withdrawn: Num
    half_effect: Num
    inflammation_rise: Num


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


def rises(me: Nothing, my: BelowEntry, seen: Signals) -> Effects:
    """The drive of inflammation rises with what is missing."""
    return Effects(block_inflammation=-(my.inflammation_rise * my.withdrawn / (my.half_effect + my.withdrawn)))


def shows_missing(me: Nothing, my: BelowEntry, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """The dose against that at entry."""
    return Findings(prednisolone=-my.withdrawn)


MODULE = Module("glucocorticoid", __file__, Nothing, Glucocorticoid, does=does, shows=shows)
BELOW = "glucocorticoid_below_entry"
BELOW_ENTRY = Module(BELOW, str(Path(__file__).with_name(f"{BELOW}.py")), Nothing, BelowEntry, does=rises, shows=shows_missing)
"""Part of a patient whose regimen says what he or she takes at entry."""


def add_glucocorticoid(t: Any, s: Any, p: Any, dose: Any) -> dict[str, Any]:
    """Raise the daily glucocorticoid by so many mg of prednisolone (lower it when negative).

    It is counted above the dose at entry, and below it where that is said.
    """
    del t, s
    below = getattr(p, BELOW, None)
    if below is None:
        return {"glucocorticoid.dose": p.glucocorticoid.dose + dose}
    now = p.glucocorticoid.dose - below.withdrawn + dose
    return {"glucocorticoid.dose": maximum(now, 0.0), f"{BELOW}.withdrawn": maximum(-now, 0.0)}


def taken_at_entry(t: Any, s: Any, p: Any, dose: Any) -> dict[str, Any]:
    """Say what is taken since before entry; the courses are counted against it."""
    del t, s
    return {f"{BELOW}.withdrawn": getattr(p, BELOW).withdrawn + dose}


def lower_glucocorticoid(t: Any, s: Any, p: Any, dose: Any) -> dict[str, Any]:
    """Take back a daily glucocorticoid dose at the end of its course."""
    return add_glucocorticoid(t, s, p, -dose)


def glucocorticoid_courses(drug: str, factor: float) -> Callable[[Sequence[Item], Recipients], tuple[Event, ...]]:
    """What courses of a glucocorticoid do; `factor` is its strength against prednisolone."""

    def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
        def daily(course: Course, amount: float) -> Value:
            return recipients.total(amount, course.unit) * (course.times_a_day * factor * share_taken(course))

        before = since_entry(drug, items, recipients, daily, taken_at_entry)
        return (*before, *added_up(drug, items, recipients, daily, add_glucocorticoid))

    return events

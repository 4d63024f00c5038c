"""Drugs that switch CAR cells on or off: tablets or infusions one by one, since hours matter, and the switches that they move.

A switch is the share of a construct that the drug has changed: it follows the level with its own rates on and off. A course can
be stopped by the patient's B cells, and a pause can begin with cytokine release.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from immunoreset.engine import Rule, Scheduled
from immunoreset.patient.compose import reading
from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals
from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.families.antibody import outflow
from immunoreset.therapy.families.courses import share_taken
from immunoreset.therapy.families.rescue import CHECK_EVERY_DAYS, watch
from immunoreset.therapy.language.items import Course, Item, Rescue
from immunoreset.therapy.recipients import Recipients, Value, per_dose

CLASS = "switch of CAR cells"
NOW = 0.001  # days from the look that begins a pause to its first tablet
KINETICS = ("absorption", "clearance", "volume", "exchange", "volume_peripheral", "half_effect", "steepness", "floor")
INPUTS = ("stopped", "paused_until")
_b_cells = reading("b_cells_per_ul")


def share_of_effect(concentration: Num, my: Any) -> Num:
    """Hill equation of the level, 0 to 1; smooth at zero, where a power alone has no slope."""
    scaled, floor = concentration / my.half_effect, my.floor * my.floor
    power = (scaled * scaled + floor) ** (my.steepness / 2) - floor ** (my.steepness / 2)
    return power / (1 + power)


def switch_drug(
    name: str,
    *,
    file: str,
    meaning: str,
    moves: tuple[str, ...],
    switches: tuple[str, ...],
    example: str,
    usual: tuple[float, int] | None = None,
    aliases: tuple[str, ...] = (),
    into: str = "depot",
) -> Drug:
    """A drug that `moves` the signals of these names, each a switch of constructs; `switches` are the products that have one.

    The numbers of a switch are its rates, `SIGNAL_on` and `SIGNAL_off`. `usual` is (mg, times a day) where no dose is written.
    """
    module = name.replace("-", "_")
    state: Any = NamedTuple("State", [(field, Num) for field in ("depot", "central", "peripheral", *moves)])  # type: ignore[misc]
    rates = [f"{switch}_{way}" for switch in moves for way in ("on", "off")]
    numbers: Any = NamedTuple("Numbers", [(field, Num) for field in (*KINETICS, *rates, *INPUTS)])  # type: ignore[misc]

    def change(me: Any, my: Any, seen: Signals, on: Effects, rest: Rest) -> Any:
        share, absorbed = share_of_effect(me.central / my.volume, my), my.absorption * me.depot

        def moved(switch: str) -> Num:
            now = getattr(me, switch)
            return getattr(my, f"{switch}_on") * share * (1 - now) - getattr(my, f"{switch}_off") * (1 - share) * now

        central = absorbed - my.clearance * (me.central / my.volume) - outflow(me, my)
        return state(-absorbed, central, outflow(me, my), *map(moved, moves))

    def offers(me: Any, my: Any) -> Signals:
        return Signals(**{switch: getattr(me, switch) for switch in moves})

    def concentration(me: Any, my: Any, seen: Signals) -> Num:
        return me.central / my.volume

    def take(t: Any, s: Any, p: Any, dose: Any) -> dict[str, Any]:
        """A dose, unless the course was stopped."""
        mine = getattr(s, module)
        return {f"{module}.{into}": getattr(mine, into) + dose * (1 - getattr(p, module).stopped)}

    def stop(t: Any, s: Any, p: Any, value: Any) -> dict[str, Any]:
        return {f"{module}.stopped": 1.0}

    def pause(t: Any, s: Any, p: Any, days: Any) -> dict[str, Any]:
        return {f"{module}.paused_until": t + days}

    def paused(t: Any, s: Any, p: Any) -> Any:
        return getattr(p, module).paused_until - t

    def pauses(item: Rescue, recipients: Recipients) -> tuple[Event, ...]:
        """The look that begins a pause, and the tablets while it lasts."""
        begins = watch(item, recipients, pause, item.for_days)
        doses = math.ceil(item.for_days * item.times_a_day) * item.at_most
        tablets = Rule(
            name=f"{name} for {item.toxicity}, doses",
            condition=paused,
            action=take,
            value=recipients.total(item.amount, item.unit),
            start=begins.start + begins.delay + NOW,
            stop=begins.stop + begins.delay + item.for_days,
            every=CHECK_EVERY_DAYS,
            at_most=doses,
            lock_out=1 / item.times_a_day,
        )
        return begins, tablets

    def stops(course: Course, recipients: Recipients) -> Event:
        """The look at B cells that ends a course."""
        limit, first = course.off_below, max(course.first_day, recipients.start)

        def few(t: Any, s: Any, p: Any) -> Any:
            return limit - _b_cells(t, s, p)

        return Rule(f"{name} off", few, stop, start=first, stop=course.last_day, every=CHECK_EVERY_DAYS)

    def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
        found: list[Event] = []
        for item in items:
            if isinstance(item, Course):
                recipients.require_started(name, item.first_day)
                days, amounts = doses_of(item, recipients)
                found.append(Scheduled(name, days, take, amounts))
                if item.off_below is not None:
                    found.append(stops(item, recipients))
            elif isinstance(item, Rescue):
                found += pauses(item, recipients)
        return tuple(found)

    part = Module(
        module, file, state, numbers, lambda my: state(*[0.0] * len(state._fields)), change, offers,
        concentration=concentration, family=__file__,
    )  # fmt: skip
    return Drug(
        name=name,
        meaning=meaning,
        units=("mg",),
        forms=(Course, Rescue),
        example=example,
        events=events,
        module=part,
        kind=CLASS,
        aliases=aliases,
        switches=switches,
        usual=usual,
    )


def doses_of(course: Course, recipients: Recipients) -> tuple[np.ndarray, Value]:
    """Days and sizes (mg) of all single doses of a course, which has an end."""
    days: list[float] = []
    amounts: list[float] = []
    for (begin, amount), (end, _) in zip(course.steps, course.steps[1:], strict=False):
        if amount > 0:
            times = np.arange(begin, end - 1e-9, 1 / course.times_a_day)
            days += times.tolist()
            amounts += [amount] * len(times)
    return np.array(days), per_dose(recipients.total(1.0, course.unit)) * share_taken(course) * np.array(amounts)

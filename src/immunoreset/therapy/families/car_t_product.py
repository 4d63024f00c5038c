"""A CAR-T product: its infusions, and the luck of their founder clones.

Few infused cells have a clone that can establish itself. Their number is a chance (Poisson), which matters at low doses only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from immunoreset.engine import Rule, Scheduled, random
from immunoreset.engine.arithmetic import maximum, where
from immunoreset.patient.module import Module
from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.families import car_t
from immunoreset.therapy.families.car_t_kinds import CD19, Kind
from immunoreset.therapy.families.rescue import crs_reaches
from immunoreset.therapy.language.items import Dose, Item
from immunoreset.therapy.recipients import Recipients, Value, per_dose

CELLS_PER_MILLION = 1e6
CLASS = "CAR-T product"
HELD_DAYS = 7.0  # days after the first part of a split dose until which a later one waits; then it is not given
_crs = crs_reaches(1)


def infuse_into(name: str) -> Callable[[Any, Any, Any, Any], dict[str, Any]]:
    """The action that adds cells (in millions) of a product to the blood, as effectors and memory; a fraction can expand.

    Where no cell of the product is left, they come with the activation of the product. Those that cannot expand are the first
    wave; those that can are fresh, and dilute cells that no longer expand.
    """

    def infuse(t: Any, s: Any, p: Any, millions: Any) -> dict[str, Any]:
        me, my = getattr(s, name), getattr(p, name)
        engrafting, present = my.engraftment_fraction * millions, car_t.cells(me)
        among = maximum(present + engrafting, my.absent_below)
        return {
            f"{name}.activation": where(present < my.absent_below, my.product_activation, me.activation),
            f"{name}.effector_blood": me.effector_blood + (1 - my.product_memory_share) * engrafting,
            f"{name}.memory_blood": me.memory_blood + my.product_memory_share * engrafting,
            f"{name}.first_wave": me.first_wave + (1 - my.engraftment_fraction) * millions,
            f"{name}.exhaustion": me.exhaustion * present / among,
        }

    return infuse


def founder_factor(name: str, cells: Value, recipients: Recipients, infusion: int) -> Value:
    """Founder clones drawn over founder clones expected, per patient; 1 when the noise is off, 0 where none is expected.

    `cells` is the number infused; `infusion` counts from 0, so that the same patient has the same luck in every arm.
    """
    if not recipients.founder_noise:
        return 1.0
    mean = np.broadcast_to(np.asarray(cells * recipients.value(f"{name}.founder_fraction"), dtype=float), recipients.ids.shape)
    drawn = random.poisson(recipients.seed, f"founder clones of infusion {infusion}", recipients.ids, mean)
    return np.divide(drawn, mean, out=np.zeros(mean.shape), where=mean > 0)


def no_crs(t: Any, s: Any, p: Any) -> Any:
    """Above zero while there is no cytokine release, not even fever."""
    return -_crs(t, s, p)


def infusions_of(name: str) -> Callable[[Sequence[Item], Recipients], tuple[Event, ...]]:
    """What the doses of a product do; infusions are counted over all products of the regimen."""
    infuse = infuse_into(name)

    def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
        doses = [(day, item) for item in items if isinstance(item, Dose) for day in item.days]
        found = []
        doses.sort(key=lambda pair: (pair[0], pair[1].amount))
        for place, (day, item) in enumerate(doses):
            recipients.require_started(item.drug, day)
            infusion = place + recipients.infusions_of_others(day, [own for own, _ in doses])
            infused = recipients.total(item.amount, item.unit)
            millions = infused / CELLS_PER_MILLION * founder_factor(name, infused, recipients, infusion)
            if item.if_no_crs:
                last = max(day, doses[0][0] + HELD_DAYS)
                part = f"{item.drug} infusion, part {place + 1}"
                found.append(Rule(part, no_crs, infuse, millions, start=day, stop=last, every=1.0))
            else:
                found.append(Scheduled(f"{item.drug} infusion", day, infuse, per_dose(millions)))
        return tuple(found)

    return events


def car_t_product(
    name: str,
    *,
    file: str,
    module: str,
    meaning: str,
    aliases: tuple[str, ...] = (),
    kind: Kind = CD19,
    example: str = "1e6 cells/kg on day 0",
    conditioned: bool = True,
    needs: str = "",
) -> Drug:
    """A product: its name in regimens, the file beside which its numbers stand, and what it is called among the modules.

    `kind` is what it sees and how it is switched; `conditioned` says whether it is given after lymphodepletion; `needs` is the
    drug without which it never works.
    """
    part = Module(
        module,
        file,
        car_t.State,
        car_t.numbers_of(kind),
        car_t.start,
        partial(car_t.change, kind=kind),
        partial(car_t.offers, kind=kind),
        partial(car_t.does, kind=kind),
        car_t.shows,
        family=car_t.__file__,
    )
    return Drug(
        name=name,
        meaning=meaning,
        units=("cells/kg", "cells"),
        forms=(Dose,),
        example=example,
        events=infusions_of(module),
        module=part,
        kind=CLASS,
        aliases=aliases,
        conditioned=conditioned,
        needs=needs,
    )

"""Antibody drugs with one or two compartments, cleared and lost in urine; a drug adds what it does at a concentration.

Nephrotic patients lose antibody drugs in the urine, as they lose their own IgG. An enzyme that cuts IgG cuts them too, and plasma
exchange takes them. Under the skin a dose waits in a depot, from which a part of it is absorbed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

import numpy as np

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals
from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.families.doses import boluses
from immunoreset.therapy.families.rescue import doses_if
from immunoreset.therapy.language.items import Dose, Item, Rescue
from immunoreset.therapy.recipients import Recipients

IV, SC = "IV", "SC"


class OneCompartment(NamedTuple):
    central: Num


class TwoCompartments(NamedTuple):
    central: Num
    peripheral: Num


class OneCompartmentAndDepot(NamedTuple):
    central: Num
    depot: Num


class TwoCompartmentsAndDepot(NamedTuple):
    central: Num
    peripheral: Num
    depot: Num


class Kinetics(Protocol):
    """Numbers that every antibody has: clearance (L/day) and volume (L)."""

    @property
    def clearance(self) -> Num: ...

    @property
    def volume(self) -> Num: ...


class Exchange(Protocol):
    """Numbers of two compartments: exchange (L/day), volumes of plasma and of the periphery (L)."""

    @property
    def volume(self) -> Num: ...

    @property
    def exchange(self) -> Num: ...

    @property
    def volume_peripheral(self) -> Num: ...


class ExchangeKinetics(Kinetics, Exchange, Protocol):
    """Numbers of two compartments from the first of which the drug is cleared."""


class Depot(Protocol):
    """Numbers of an antibody that can be given under the skin: absorption (1/day) and the share that reaches plasma."""

    @property
    def absorption(self) -> Num: ...

    @property
    def bioavailability(self) -> Num: ...


def removed(on: Effects) -> Num:
    """Lost to an enzyme that cuts IgG and to plasma exchange, 1/day."""
    return on.cleave_igg + on.exchange_plasma


def cleared(central: Num, my: Kinetics, on: Effects) -> Num:
    """Cleared, with what is lost in urine and what is removed, mg per day."""
    return (my.clearance / my.volume + on.urinary_loss + removed(on)) * central


def one_compartment(me: Any, my: Kinetics, seen: Signals, on: Effects, rest: Rest) -> OneCompartment:
    """Cleared from plasma."""
    return OneCompartment(-cleared(me.central, my, on))


def outflow(me: Any, my: Exchange) -> Num:
    """Net flow from plasma into the periphery, mg per day."""
    return my.exchange * (me.central / my.volume - me.peripheral / my.volume_peripheral)


def two_compartments(me: Any, my: ExchangeKinetics, seen: Signals, on: Effects, rest: Rest) -> TwoCompartments:
    """Exchanged with the periphery, and cleared from plasma."""
    return TwoCompartments(-outflow(me, my) - cleared(me.central, my, on), outflow(me, my))


def absorbed(me: Any, my: Depot) -> Num:
    """What reaches plasma from the depot, mg per day."""
    return my.bioavailability * my.absorption * me.depot


def with_depot(change: Callable[..., Any], state: type) -> Callable[..., Any]:
    """The same kinetics, with a depot under the skin."""

    def changed(me: Any, my: Any, seen: Signals, on: Effects, rest: Rest) -> Any:
        without = change(me, my, seen, on, rest)
        plasma = {**without._asdict(), "central": without.central + absorbed(me, my)}
        return state(**plasma, depot=-my.absorption * me.depot)

    return changed


def doses_by_route(
    module: str,
    drug: str,
    items: Sequence[Item],
    recipients: Recipients,
    *,
    routes: Sequence[str],
    factor: float = 1.0,
    highest: float = np.inf,
) -> tuple[Event, ...]:
    """Doses into the vein enter plasma, those under the skin the depot; the first of `routes` is the usual one."""
    found: list[Event] = []
    for route, place in ((IV, "central"), (SC, "depot")):
        given = [item for item in items if isinstance(item, Dose) and (item.route or routes[0]) == route]
        found += boluses(f"{module}.{place}", drug, given, recipients, factor=factor, highest=highest)
    return tuple(found)


def antibody(
    name: str,
    *,
    file: str,
    numbers: type,
    does: Callable[[Num, Any], Effects],
    meaning: str,
    units: tuple[str, ...],
    example: str,
    change: Callable[..., Any] = two_compartments,
    offers: Callable[[Num, Any], Signals] | None = None,
    state: type | None = None,
    routes: tuple[str, ...] = (IV,),
    highest: float = np.inf,
    kind: str = "antibody",
    rescue: bool = False,
) -> Drug:
    """An antibody drug: `does(concentration in mg/L, its numbers)` is its effect; a dose is at most `highest` mg.

    `change` is `two_compartments`, `one_compartment` or the drug's own kinetics, of two compartments or of a `state` of its own.
    `routes` are those by which it is given, the usual one first; one under the skin needs the numbers and the state of a depot,
    which is absorbed beside `change`. `offers` is what others see of it. With `rescue` it can be given once a grade is reached.
    """
    module = name.replace("-", "_")
    depot = SC in routes
    simple = (OneCompartment, OneCompartmentAndDepot) if change is one_compartment else (TwoCompartments, TwoCompartmentsAndDepot)
    states: Any = state or simple[depot]

    def start(my: Any) -> Any:
        return states(*[0.0] * len(states._fields))

    def effect(me: Any, my: Any, seen: Signals) -> Effects:
        return does(me.central / my.volume, my)

    def concentration(me: Any, my: Any, seen: Signals) -> Num:
        return me.central / my.volume

    def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
        given = doses_by_route(module, name, items, recipients, routes=routes, highest=highest)
        return (*given, *doses_if(f"{module}.central", items, recipients, highest=highest)) if rescue else given

    part = Module(
        module,
        file,
        states,
        numbers,
        start,
        with_depot(change, states) if depot else change,
        does=effect,
        concentration=concentration,
        family=__file__,
    )
    if offers is not None:
        seen_of = offers
        part = replace(part, offers=lambda me, my: seen_of(me.central / my.volume, my))
    return Drug(
        name=name,
        meaning=meaning,
        units=units,
        forms=(Dose, Rescue) if rescue else (Dose,),
        example=example,
        events=events,
        module=part,
        kind=kind,
        routes=routes,
    )

"""Antibody drugs with one or two compartments, cleared and lost in urine; a drug adds what it does at a concentration.

Nephrotic patients lose antibody drugs in the urine, as they lose their own IgG.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals
from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.families.doses import boluses
from immunoreset.therapy.language.items import Dose, Item
from immunoreset.therapy.recipients import Recipients


class OneCompartment(NamedTuple):
    central: Num


class TwoCompartments(NamedTuple):
    central: Num
    peripheral: Num


class Kinetics(Protocol):
    """Numbers that every antibody has: clearance (L/day) and volume (L)."""

    @property
    def clearance(self) -> Num: ...

    @property
    def volume(self) -> Num: ...


class ExchangeKinetics(Kinetics, Protocol):
    """Numbers of two compartments besides: exchange (L/day) and volume of the periphery (L)."""

    @property
    def exchange(self) -> Num: ...

    @property
    def volume_peripheral(self) -> Num: ...


def cleared(central: Num, my: Kinetics, on: Effects) -> Num:
    """Cleared, with what is lost in urine, mg per day."""
    return (my.clearance / my.volume + on.urinary_loss) * central


def one_compartment(me: OneCompartment, my: Kinetics, seen: Signals, on: Effects, rest: Rest) -> OneCompartment:
    """Cleared from plasma."""
    return OneCompartment(-cleared(me.central, my, on))


def outflow(me: TwoCompartments, my: ExchangeKinetics) -> Num:
    """Net flow from plasma into the periphery, mg per day."""
    return my.exchange * (me.central / my.volume - me.peripheral / my.volume_peripheral)


def two_compartments(me: TwoCompartments, my: ExchangeKinetics, seen: Signals, on: Effects, rest: Rest) -> TwoCompartments:
    """Exchanged with the periphery, and cleared from plasma."""
    return TwoCompartments(-outflow(me, my) - cleared(me.central, my, on), outflow(me, my))


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
    highest: float = np.inf,
    kind: str = "antibody",
) -> Drug:
    """An antibody drug: `does(concentration in mg/L, its numbers)` is its effect; a dose is at most `highest` mg.

    `change` is `two_compartments`, `one_compartment` or the drug's own kinetics of two compartments.
    """
    module = name.replace("-", "_")
    state: type = OneCompartment if change is one_compartment else TwoCompartments

    def start(my: Any) -> Any:
        return state(*[0.0] * len(state._fields))  # type: ignore[attr-defined]

    def effect(me: Any, my: Any, seen: Signals) -> Effects:
        return does(me.central / my.volume, my)

    def concentration(me: Any, my: Any, seen: Signals) -> Num:
        return me.central / my.volume

    def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
        return boluses(f"{module}.central", name, items, recipients, highest=highest)

    part = Module(
        module,
        file,
        state,
        numbers,
        start,
        change,
        does=effect,
        concentration=concentration,
        family=__file__,
    )
    return Drug(
        name=name, meaning=meaning, units=units, forms=(Dose,), example=example, events=events, module=part, kind=kind
    )  # fmt: skip

"""What the clinic knows about one drug: how it may be prescribed, and what it does to a patient."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from immunoreset.errors import InvalidRegimen
from immunoreset.patient.module import AnyModule
from immunoreset.therapy.language.items import DAILY, WEEKLY, Course, Dose, Item, Rescue
from immunoreset.therapy.language.units import OWN, given_in, number_text
from immunoreset.therapy.recipients import Recipients

IN_VIVO_CAR = "in-vivo CAR"
ANY_CAR = "any CAR cells"
Event = Any
"""An event of the engine: Scheduled or Rule."""

_FORM_IN_WORDS = {
    Dose: "single doses ('on days ...')",
    Course: "a course ('daily from DAY until DAY')",
    Rescue: "rescue ('if CRS grade >= 2')",
}

# Beyond any patient: a slip of the pen, not a dose
MOST_AMOUNT = {"mg": 1e5, "mg/m2": 1e5, "mg/kg": 1e4, "cells": 1e12, "cells/kg": 1e10}


class Apart(NamedTuple):
    """A drug that must not follow another within so many days, and why."""

    drug: str
    days: float
    why: str


class Caution(NamedTuple):
    """What a reader of a regimen is told where all of these drugs are in it."""

    drugs: tuple[str, ...]
    says: str


def nothing_to_remark(items: Sequence[Item]) -> list[str]:
    """What is said on the items of most drugs."""
    return []


@dataclass(frozen=True)
class Drug:
    """A drug: the units and forms it is prescribed in, and `events`, which turns its items into events of the engine.

    `module` is the part of the patient that the drug adds: its amount in the body, and what it does there. `kind` is the class
    that it belongs to; `aliases` are other names that a regimen may use. `routes` are the ways by which a dose enters, the
    usual one first. `apart` are drugs that must not follow it soon; `cautions` are said where it is given with others, `remarks`
    on its own items. `conditioned` is one that follows lymphodepletion. `switches` are the products that it switches (ANY_CAR:
    all), without which it does nothing; `usual` is the dose (mg, times a day) where none is written. `needs` is the drug without
    which a product never works. `since_entry` says whether it can be taken since before entry, `entry_module` what it adds to
    the patient only then, `times_a_day` how often a course of it can be taken.
    """

    name: str
    meaning: str
    units: tuple[str, ...]
    forms: tuple[type[Item], ...]
    example: str
    events: Callable[[Sequence[Item], Recipients], tuple[Event, ...]]
    module: AnyModule
    kind: str
    aliases: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    apart: tuple[Apart, ...] = ()
    cautions: tuple[Caution, ...] = ()
    remarks: Callable[[Sequence[Item]], list[str]] = nothing_to_remark
    conditioned: bool = False
    switches: tuple[str, ...] = ()
    usual: tuple[float, int] | None = None
    needs: str = ""
    since_entry: bool = False
    entry_module: AnyModule | None = None
    times_a_day: tuple[float, ...] = DAILY

    def prescribed(self, item: Item) -> Item:
        """The item under the name of the drug, without a route that is the usual one."""
        own = replace(item, drug=self.name)
        return replace(own, route="") if isinstance(own, Dose) and own.route in self.routes[:1] else own

    def modules(self, since_entry: bool = True) -> tuple[AnyModule, ...]:
        """What it adds to the patient; also what it adds only where it is taken since entry, if it is or may be."""
        return (self.module, self.entry_module) if since_entry and self.entry_module else (self.module,)

    def check(self, item: Item) -> None:
        """Raise unless the item is prescribed as this drug can be."""
        if not isinstance(item, self.forms):
            allowed = " or ".join(_FORM_IN_WORDS[form] for form in self.forms)
            raise InvalidRegimen(
                f"{self.name} cannot be given as {_FORM_IN_WORDS[type(item)]}; it is given as {allowed}, "
                f"for example '{self.name} {self.example}'"
            )
        if isinstance(item, Dose) and item.route and item.route not in self.routes:
            allowed = " or ".join(self.routes)
            given = f"it is given {allowed}" if self.routes else "it is given without a route"
            raise InvalidRegimen(f"{self.name} is not given {item.route}; {given}, for example '{self.name} {self.example}'")
        if item.unit not in self.units:
            allowed, asked = given_in(self.units), given_in((item.unit,))
            raise InvalidRegimen(f"{self.name} is given {allowed}, not {asked}; for example '{self.name} {self.example}'")
        if isinstance(item, Course):
            self._check_course(item)
        amount = max(amount for _, amount in item.steps) if isinstance(item, Course) else item.amount
        if amount > MOST_AMOUNT.get(item.unit, math.inf):
            most = f"{number_text(MOST_AMOUNT[item.unit])} {item.unit}"
            raise InvalidRegimen(f"{self.name} of {amount:g} {item.unit} is more than anybody is given; write at most {most}")
        if isinstance(item, Course) and item.adherence is not None and OWN in self.units:
            raise InvalidRegimen(f"{self.name} has no adherence; leave '(adherence {item.adherence:g})' out")
        if isinstance(item, Dose) and item.if_no_crs and not item.unit.startswith("cells"):
            raise InvalidRegimen(f"only cells wait for cytokine release to end, and {self.name} is none; leave 'if no CRS' out")
        if isinstance(item, Course) and self.switches and not item.ends:
            raise InvalidRegimen(f"{self.name} needs an end; write for example '{self.name} {self.example}'")
        if isinstance(item, Course) and item.off_below is not None and not self.switches:
            raise InvalidRegimen(f"{self.name} is not stopped by B cells; leave 'off when ...' out")
        if isinstance(item, Course) and item.unit == "%" and amount > 100:
            raise InvalidRegimen(f"{self.name} of more than 100 %; write at most 100 %")
        if isinstance(item, Rescue) and Course in self.forms and not item.for_days:
            raise InvalidRegimen(f"say for how long {self.name} is given, for example '{self.name} {self.example}'")
        if isinstance(item, Rescue) and Course not in self.forms and (item.for_days or item.times_a_day > 1):
            raise InvalidRegimen(f"{self.name} is given as a single dose; leave 'for ... days' and 'daily' out")

    def _check_course(self, item: Course) -> None:
        """Raise unless the drug can be taken so often, and since entry if it says so."""
        if item.times_a_day not in self.times_a_day:
            wrong, right = ("daily", "weekly") if WEEKLY in self.times_a_day else ("weekly", "daily")
            raise InvalidRegimen(f"{self.name} is taken {right}, not {wrong}; for example '{self.name} {self.example}'")
        if item.since_entry and not self.since_entry:
            why = "what it did before entry is not known"
            raise InvalidRegimen(f"{self.name} cannot be taken since entry: {why}; write the day on which it begins, 'from 0'")

"""Rescue from what CAR-T cells and engagers do: a rule that looks every 6 hours and acts once a grade is reached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from immunoreset.engine import Rule
from immunoreset.patient.compose import reading
from immunoreset.therapy.drug import Event
from immunoreset.therapy.language.items import Item, Rescue
from immunoreset.therapy.recipients import Recipients, Value

HOURS_PER_DAY = 24.0
CHECK_EVERY_DAYS = 0.25
WATCH_DAYS = 60.0

Condition = Callable[[Any, Any, Any], Any]
_crs_signal, _icans_signal, _neutrophils = reading("crs_signal"), reading("icans_signal"), reading("neutrophils")
NEUTROPENIA = {1: 2.0, 2: 1.5, 3: 1.0, 4: 0.5}
"""Neutrophils below which each grade begins, Gcell/L (CTCAE 5; grade 1, below the limit of the laboratory, as 2.0)."""


def crs_reaches(grade: int) -> Condition:
    """Above zero while the IL-6 signal is beyond the patient's own cut-point for that grade of cytokine release syndrome."""
    return lambda t, s, p: _crs_signal(t, s, p) - getattr(p.crs, f"cut_{grade}")


def icans_reaches(grade: int) -> Condition:
    """Above zero while the endothelium is beyond the patient's own cut-point for that grade of neurotoxicity."""
    return lambda t, s, p: _icans_signal(t, s, p) - getattr(p.icans, f"cut_{grade}")


def neutropenia_reaches(grade: int) -> Condition:
    """Above zero while neutrophils are below the limit of that grade."""
    return lambda t, s, p: NEUTROPENIA[grade] - _neutrophils(t, s, p)


def watch(item: Rescue, recipients: Recipients, action: Any, value: Value, **more: Any) -> Event:
    """The rule of a rescue item, from the first infusion or dose of an engager to day 60 after the last."""
    condition = {"CRS": crs_reaches, "ICANS": icans_reaches, "neutropenia": neutropenia_reaches}[item.toxicity](item.at_grade)
    days = recipients.releasing_days or (0.0,)
    return Rule(
        name=f"{item.drug} for {item.toxicity}",
        condition=condition,
        action=action,
        value=value,
        start=max(days[0], recipients.start),
        stop=days[-1] + WATCH_DAYS,
        every=CHECK_EVERY_DAYS,
        at_most=item.at_most,
        lock_out=max(item.apart_hours / HOURS_PER_DAY, item.for_days),
        delay=item.after_hours / HOURS_PER_DAY,
        **more,
    )


def courses_if(
    items: Sequence[Item], recipients: Recipients, daily: Callable[[Rescue], Value], add: Any, lower: Any
) -> list[Event]:
    """A course of each rescue item: the action `add` with its daily dose, and `lower` with the same after its days."""
    rescues = (item for item in items if isinstance(item, Rescue))
    return [watch(item, recipients, add, daily(item), afterwards=lower, after=item.for_days) for item in rescues]


def doses_if(state: str, items: Sequence[Item], recipients: Recipients, *, highest: float = np.inf) -> list[Event]:
    """A single dose of each rescue item, at most `highest` mg, that is added to the state at once."""

    def give(t: Any, s: Any, p: Any, dose: Any) -> dict[str, Any]:
        del t, p
        return {state: attrgetter(state)(s) + dose}

    def dose(item: Rescue) -> Value:
        return np.minimum(recipients.total(item.amount, item.unit), highest)

    return [watch(item, recipients, give, dose(item)) for item in items if isinstance(item, Rescue)]

"""Rescue from what CAR-T cells and engagers do: a rule that looks every 6 hours and acts once a grade is reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from immunoreset.engine import Rule
from immunoreset.patient.compose import reading
from immunoreset.therapy.drug import Event
from immunoreset.therapy.language.items import Rescue
from immunoreset.therapy.recipients import Recipients, Value

HOURS_PER_DAY = 24.0
CHECK_EVERY_DAYS = 0.25
WATCH_DAYS = 60.0

Condition = Callable[[Any, Any, Any], Any]
_crs_signal, _icans_signal = reading("crs_signal"), reading("icans_signal")


def crs_reaches(grade: int) -> Condition:
    """Above zero while the IL-6 signal is beyond the patient's own cut-point for that grade of cytokine release syndrome."""
    return lambda t, s, p: _crs_signal(t, s, p) - getattr(p.crs, f"cut_{grade}")


def icans_reaches(grade: int) -> Condition:
    """Above zero while the endothelium is beyond the patient's own cut-point for that grade of neurotoxicity."""
    return lambda t, s, p: _icans_signal(t, s, p) - getattr(p.icans, f"cut_{grade}")


def watch(item: Rescue, recipients: Recipients, action: Any, value: Value, **more: Any) -> Event:
    """The rule of a rescue item, from the first infusion or dose of an engager to day 60 after the last."""
    condition = {"CRS": crs_reaches, "ICANS": icans_reaches}[item.toxicity](item.at_grade)
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

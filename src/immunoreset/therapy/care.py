"""Rescue from the toxicities of CAR-T cells: tocilizumab for cytokine release, dexamethasone for neurotoxicity.

Rescue is a rule that looks at the patient every 6 hours and acts once a grade is reached.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from immunoreset.engine import Rule
from immunoreset.patient.toxicity import crs_signal, icans_signal
from immunoreset.therapy.background import add_glucocorticoid, glucocorticoid_courses
from immunoreset.therapy.conditioning import boluses
from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.items import Course, Dose, Item, Rescue
from immunoreset.therapy.recipients import Recipients, Value

HOURS_PER_DAY = 24.0
CHECK_EVERY_DAYS = 0.25
WATCH_DAYS = 60.0
TOCILIZUMAB_HIGHEST_DOSE = 800.0  # mg, label
PREDNISOLONE_PER_DEXAMETHASONE = 6.7  # model specification section 4

Condition = Callable[[Any, Any, Any], Any]


def crs_reaches(grade: int) -> Condition:
    """Above zero while the IL-6 signal is beyond the patient's own cut-point for that grade of cytokine release syndrome."""
    return lambda t, s, p: crs_signal(t, s, p) - getattr(p.crs, f"cut_{grade}")


def icans_reaches(grade: int) -> Condition:
    """Above zero while the endothelium is beyond the patient's own cut-point for that grade of neurotoxicity."""
    return lambda t, s, p: icans_signal(t, s, p) - getattr(p.icans, f"cut_{grade}")


def _watch(item: Rescue, recipients: Recipients, action: Any, value: Value, **more: Any) -> Event:
    condition = {"CRS": crs_reaches, "ICANS": icans_reaches}[item.toxicity](item.at_grade)
    infusions = recipients.infusion_days or (0.0,)
    return Rule(
        name=f"{item.drug} for {item.toxicity}",
        condition=condition,
        action=action,
        value=value,
        start=max(infusions[0], recipients.start),
        stop=infusions[-1] + WATCH_DAYS,
        every=CHECK_EVERY_DAYS,
        at_most=item.at_most,
        lock_out=max(item.apart_hours / HOURS_PER_DAY, item.for_days),
        delay=item.after_hours / HOURS_PER_DAY,
        **more,
    )


def give_tocilizumab(t: Any, s: Any, p: Any, dose: Any) -> dict[str, Any]:
    """Add a dose (mg) to the blood."""
    del t, p
    return {"tocilizumab": s.tocilizumab + dose}


def lower_glucocorticoid(t: Any, s: Any, p: Any, dose: Any) -> dict[str, Any]:
    """Take back a daily glucocorticoid dose at the end of its course."""
    return add_glucocorticoid(t, s, p, -dose)


def _tocilizumab(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    events = list(boluses("tocilizumab", "tocilizumab", items, recipients, highest=TOCILIZUMAB_HIGHEST_DOSE))
    for item in items:
        if isinstance(item, Rescue):
            dose = np.minimum(recipients.total(item.amount, item.unit), TOCILIZUMAB_HIGHEST_DOSE)
            events.append(_watch(item, recipients, give_tocilizumab, dose))
    return tuple(events)


def _dexamethasone(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    events = list(glucocorticoid_courses("dexamethasone", PREDNISOLONE_PER_DEXAMETHASONE)(items, recipients))
    for item in items:
        if isinstance(item, Rescue):
            daily = recipients.total(item.amount, item.unit) * (item.times_a_day * PREDNISOLONE_PER_DEXAMETHASONE)
            stop = {"afterwards": lower_glucocorticoid, "after": item.for_days}
            events.append(_watch(item, recipients, add_glucocorticoid, daily, **stop))
    return tuple(events)


CARE_DRUGS = (
    Drug(
        name="tocilizumab",
        meaning="antibody against the IL-6 receptor; at most 800 mg a dose",
        units=("mg/kg", "mg"),
        forms=(Dose, Rescue),
        example="8 mg/kg if CRS grade >= 2 after 24 h at most 1",
        events=_tocilizumab,
    ),
    Drug(
        name="dexamethasone",
        meaning="strong glucocorticoid, counted as 6.7 times prednisolone; treats ICANS",
        units=("mg", "mg/kg"),
        forms=(Course, Rescue),
        example="10 mg twice daily if ICANS grade >= 2 for 3 days",
        events=_dexamethasone,
    ),
)

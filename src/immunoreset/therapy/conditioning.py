"""Lymphodepletion before CAR-T cells: fludarabine and cyclophosphamide."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from immunoreset.engine import bolus
from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.items import Dose, Item
from immunoreset.therapy.recipients import Recipients, Value, per_dose


def boluses(
    state: str, drug: str, items: Sequence[Item], recipients: Recipients, *, factor: Value = 1.0, highest: float = np.inf
) -> tuple[Event, ...]:
    """One event per item: each dose (at most `highest` mg), times `factor`, is added to the amount in the body at once."""
    events = []
    for item in items:
        if isinstance(item, Dose):
            recipients.require_started(drug, item.first_day)
            days, doses_on_day = np.unique(item.days, return_counts=True)
            dose = np.minimum(recipients.total(item.amount, item.unit), highest) * factor
            events.append(bolus(state, days, per_dose(dose) * doses_on_day, name=drug))
    return tuple(events)


def _fludarabine(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    active_per_mg = recipients.value("fludarabine.active_share")  # F-ara-A in fludarabine phosphate, by molar mass
    return boluses("fludarabine", "fludarabine", items, recipients, factor=active_per_mg)


def _cyclophosphamide(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    return boluses("cyclophosphamide", "cyclophosphamide", items, recipients)


CONDITIONING_DRUGS = (
    Drug(
        name="fludarabine",
        meaning="purine analogue that kills lymphocytes; enters the body as its metabolite F-ara-A",
        units=("mg/m2", "mg"),
        forms=(Dose,),
        example="25 mg/m2 on days -5 -4 -3",
        events=_fludarabine,
    ),
    Drug(
        name="cyclophosphamide",
        meaning="alkylating agent that kills lymphocytes",
        units=("mg/m2", "mg/kg", "mg"),
        forms=(Dose,),
        example="1000 mg/m2 on day -3",
        events=_cyclophosphamide,
    ),
)

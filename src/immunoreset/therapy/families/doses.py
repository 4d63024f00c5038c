"""Single doses that enter the body at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from immunoreset.engine import bolus
from immunoreset.therapy.drug import Event
from immunoreset.therapy.language.items import Dose, Item
from immunoreset.therapy.recipients import Recipients, Value, per_dose


def boluses(
    state: str, drug: str, items: Sequence[Item], recipients: Recipients, *, factor: Value = 1.0, highest: float = np.inf
) -> tuple[Event, ...]:
    """One event per item: each dose (at most `highest` mg), times `factor`, is added to the state at once."""
    events = []
    for item in items:
        if isinstance(item, Dose):
            recipients.require_started(drug, item.first_day)
            days, doses_on_day = np.unique(item.days, return_counts=True)
            dose = np.minimum(recipients.total(item.amount, item.unit), highest) * factor
            events.append(bolus(state, days, per_dose(dose) * doses_on_day, name=drug))
    return tuple(events)


def shares_by_day(drug: str, items: Sequence[Item], recipients: Recipients, full_dose: float) -> dict[float, float]:
    """Share of the full dose that is given on each day; doses of one day add up, to the full one at most."""
    given: dict[float, float] = {}
    for item in items:
        if isinstance(item, Dose):
            recipients.require_started(drug, item.first_day)
            for day in item.days:
                given[day] = min(given.get(day, 0.0) + item.amount / full_dose, 1.0)
    return given

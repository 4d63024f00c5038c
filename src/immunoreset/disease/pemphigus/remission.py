"""Remission of pemphigus that comes by itself: the autoreactive cells are gone, whatever is given."""

from __future__ import annotations

from immunoreset.disease.families.autoimmune.natural_events import CELLS
from immunoreset.engine import Hazard
from immunoreset.engine.events import clears

REMISSION = "spontaneous remission"  # name of the random draws, in the record of events


def remission_rate(t: object, state: object, p: object) -> float:
    """Remissions per day, the same at all times and under every treatment."""
    return p.blisters.spontaneous_remission / p.body.days_per_year  # type: ignore[attr-defined]


EVENTS = (Hazard(REMISSION, remission_rate, clears(CELLS)),)

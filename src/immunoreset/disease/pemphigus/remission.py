"""Remission of pemphigus that comes by itself: the autoreactive cells are gone, whatever is given."""

from __future__ import annotations

from immunoreset.disease.families.autoimmune import natural_events as family
from immunoreset.engine import Hazard
from immunoreset.engine.events import Event, clears

REMISSION = "spontaneous remission"  # name of the random draws, in the record of events
CELLS = ("autoreactive_loop.autoreactive_activated", "autoreactive_loop.autoreactive_memory")


def remission_rate(t: object, state: object, p: object) -> float:
    """Remissions per day, the same at all times and under every treatment."""
    return p.blisters.spontaneous_remission / p.body.days_per_year  # type: ignore[attr-defined]


def natural_events(start: float, stop: float) -> tuple[Event, ...]:
    """What happens to every autoimmune disease, and remission at random."""
    return (*family.natural_events(start, stop), Hazard(REMISSION, remission_rate, clears(CELLS)))

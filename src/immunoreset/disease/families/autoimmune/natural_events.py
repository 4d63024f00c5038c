"""What happens in autoimmune disease without treatment: flares, and the end of the last autoreactive cell."""

from __future__ import annotations

import numpy as np

from immunoreset.disease.families.autoimmune import autoreactive_loop, flare
from immunoreset.engine import Extinction, Shock
from immunoreset.engine.events import Event

CELLS = ("autoreactive_loop.autoreactive_activated", "autoreactive_loop.autoreactive_memory")
FLARE = "flare"  # name of the random shocks, in the record of events


def flare_spread(p: object) -> float:
    """Standard deviation of the shocks of a patient with these numbers."""
    return flare.shock_spread(p.flare)  # type: ignore[attr-defined]


def natural_events(start: float, stop: float) -> tuple[Event, ...]:
    """What happens without treatment: flares, and the end of an autoreactive clone."""
    shocks = np.arange(start + flare.EVERY_DAYS, stop, flare.EVERY_DAYS, dtype=float)
    clone = Extinction("end of the autoreactive clone", CELLS, autoreactive_loop.ONE_CELL)
    if not len(shocks):
        return (clone,)
    return (Shock("flare.flare_drive", shocks, flare_spread, FLARE), clone)

"""Systemic lupus erythematosus: the autoreactive loop, antibodies, inflammation, organs and kidney; trials, chart, outcomes."""

from __future__ import annotations

import numpy as np

from immunoreset.disease.disease import Disease, Hooks
from immunoreset.disease.lupus import (
    activity_by_organ,
    autoantibody,
    autoreactive_loop,
    entry,
    flare,
    inflammation,
    long_term,
    nephritis,
    organs,
    sledai,
    trial,
)
from immunoreset.disease.lupus.long_term.course import deaths
from immunoreset.disease.lupus.outcomes import OUTCOMES, points_by_organ, read_outcomes, sledai_curve, visits
from immunoreset.disease.lupus.panels import PANELS
from immunoreset.disease.lupus.populations import POPULATIONS
from immunoreset.disease.lupus.presentation import admits, follows, present, settle
from immunoreset.disease.lupus.relapse import relapse_day
from immunoreset.engine import Extinction, Shock
from immunoreset.engine.events import Event

FLARE = "flare"  # name of the random shocks, in the record of events


def flare_spread(p: object) -> float:
    """Standard deviation of the shocks of a patient with these numbers."""
    return flare.shock_spread(p.flare)  # type: ignore[attr-defined]


def natural_events(start: float, stop: float) -> tuple[Event, ...]:
    """What happens without treatment: flares, and the end of an autoreactive clone."""
    shocks = np.arange(start + flare.EVERY_DAYS, stop, flare.EVERY_DAYS, dtype=float)
    cells = ("autoreactive_loop.autoreactive_activated", "autoreactive_loop.autoreactive_memory")
    clone = Extinction("end of the autoreactive clone", cells, autoreactive_loop.ONE_CELL)
    if not len(shocks):
        return (clone,)
    return (Shock("flare.flare_drive", shocks, flare_spread, FLARE), clone)


_PARTS = (flare, autoreactive_loop, autoantibody, inflammation, nephritis, organs, sledai, entry, trial)

LUPUS = Disease(
    name="lupus",
    title="systemic lupus erythematosus",
    modules=(
        *(part.MODULE for part in _PARTS),
        *long_term.MODULES,
    ),
    populations=POPULATIONS,
    hooks=Hooks(present, settle, admits),
    followed=(
        "anti_dsdna_reading",
        "c3",
        "c4",
        "proteinuria",
        "sledai_items",
        "inflammation",
        "renal_inflammation",
        *organs.ORGANS,
        "fatigue",
        "autoreactive_tissue_fraction",
    ),
    natural_events=natural_events,
    follows=follows,
    outcomes=OUTCOMES,
    read_outcomes=read_outcomes,
    scored_curves=lambda course: {"sledai_2k": sledai_curve(course)},
    points_by_organ=points_by_organ,
    visits=visits,
    relapse_day=relapse_day,
    deaths=deaths,
    organs_shown=activity_by_organ.organs_shown,
    organ_activity=activity_by_organ.activity_over_cuts,
    organ_panels=activity_by_organ.PANELS,
    panels=PANELS,
    scores=("SLEDAI-2K", "DORIS", "LLDAS", "SRI-4", "BICLA", "BILAG-2004"),
    known="Depletion and return of B cells, antibodies, complement, activity of nine organs, kidney function, blood counts, "
    "SLEDAI and BILAG, remission, relapse, damage, fatigue and death.",
    missed="Gut, eyes, heart muscle, lungs beyond serositis, blood pressure, clotting and pregnancy are not simulated.",
)

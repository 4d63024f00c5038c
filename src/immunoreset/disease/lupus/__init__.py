"""Systemic lupus erythematosus: the autoreactive loop, antibodies, inflammation, organs and kidney; trials, chart, outcomes."""

from __future__ import annotations

from immunoreset.disease.disease import Disease, Hooks
from immunoreset.disease.families.autoimmune import autoreactive_loop, flare, nephritis
from immunoreset.disease.families.autoimmune.natural_events import FLARE, flare_spread, natural_events
from immunoreset.disease.lupus import (
    activity_by_organ,
    autoantibody,
    entry,
    inflammation,
    long_term,
    organs,
    sledai,
    trial,
)
from immunoreset.disease.lupus.long_term.course import deaths
from immunoreset.disease.lupus.notes import notes
from immunoreset.disease.lupus.outcomes import OUTCOMES, points_by_organ, read_outcomes, sledai_curve, visits
from immunoreset.disease.lupus.panels import PANELS
from immunoreset.disease.lupus.populations import POPULATIONS
from immunoreset.disease.lupus.presentation import admits, follows, present, settle
from immunoreset.disease.lupus.relapse import relapse_day

__all__ = ["FLARE", "LUPUS", "flare_spread", "natural_events"]

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
    notes=notes,
    deaths=deaths,
    organs_shown=activity_by_organ.organs_shown,
    organ_activity=activity_by_organ.activity_over_cuts,
    organ_panels=activity_by_organ.PANELS,
    panels=PANELS,
    scores=("SLEDAI-2K", "DORIS", "LLDAS", "SRI-4", "BICLA", "BILAG-2004"),
    facts=(
        "sledai_2k",
        "sledai_2k_range",
        "nephritis",
        "class_v",
        "class_v_share",
        "egfr",
        "egfr_range",
        "upcr_g_per_g",
        "anti_dsdna_iu_per_ml",
        "c3_g_per_l",
        "igg_g_per_l",
    ),
    aliases=("sle",),
    known="Depletion and return of B cells, antibodies, complement, activity of nine organs, kidney function, blood counts, "
    "SLEDAI and BILAG, remission, relapse, damage, fatigue and death.",
    missed="Gut, eyes, heart muscle, lungs beyond serositis, blood pressure, clotting and pregnancy are not simulated.",
)

"""What a dermatologist finds of pemphigus: the area index, the dose of glucocorticoid, and remission off it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from immunoreset.disease.families.autoimmune.look import Floats, Item, Look
from immunoreset.disease.families.autoimmune.scored import Score, Scoring
from immunoreset.patient.outcome import Panel


def extent(look: Look) -> Floats:
    """Activity by the disease area index without the examiner's error; below a limit no blister is seen."""
    blisters = look.state("blisters")
    return look.number("blisters.pdai") * np.where(blisters < look.number("blisters.unseen_below"), 0.0, blisters)


def chart(look: Look) -> Mapping[str, Item]:
    """The items of a visit; the dose is that above the dose at entry, which is taken to be none."""
    noise = look.number("blisters.activity_noise")
    return {
        "PDAI": Item(look.read("PDAI", extent(look), noise)),
        "PREDNISONE": Item(look.read("PREDNISONE", look.state("prednisolone"), 0.0, digits=1)),
    }


def curves(look: Look) -> Mapping[str, Floats]:
    """Blisters of the state itself, on the scale of the area index, seen or not."""
    return {"pdai": look.number("blisters.pdai") * look.state("blisters")}


SCORING = Scoring(
    chart=chart,
    curves=curves,
    scores=(
        Score("pdai", "PDAI activity", "points", change=True),
        Score("pemphigus_lesion_free", "Free of lesions", share=True),
        Score("pemphigus_remission", "Complete remission off glucocorticoid", share=True),
    ),
)
PANELS = (
    Panel("pdai", "Blisters (PDAI activity)", "points"),
    Panel("autoantibody_percent", "Autoantibody", "% of entry"),
    Panel("autoreactive_tissue_fraction", "Autoreactive B cells", "× entry"),
)

"""What a neurologist finds of NMOSD: attacks, and the disability that they leave."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from immunoreset.disease.families.autoimmune import attacks
from immunoreset.disease.families.autoimmune.look import Floats, Item, Look
from immunoreset.disease.families.autoimmune.scored import Score, Scoring
from immunoreset.patient.outcome import Panel

PERCENT = 100.0


def edss(look: Look) -> Floats:
    """The EDSS: that of entry, and what attacks left."""
    left = attacks.left_by_attacks(look, "astrocytes.attack_leaves")
    return attacks.edss(look.number("astrocytes.disability_at_entry") + left)


def chart(look: Look) -> Mapping[str, Item]:
    """The items of a visit."""
    return {"EDSS": Item(attacks.solved(look, edss(look))), "RELAPSE": attacks.attacked(look)}


def curves(look: Look) -> Mapping[str, Floats]:
    """Disability, and the chance that an attack has come since day 0."""
    expected = look.state(attacks.EXPECTED)
    since = np.maximum(expected - expected[:, [look.course.place(0.0)]], 0.0)
    return {"edss": attacks.solved(look, edss(look)), "attack_chance_percent": PERCENT * (1 - np.exp(-since))}


SCORING = Scoring(
    chart=chart,
    curves=curves,
    own=lambda look, found: attacks.counts(look),
    scores=(*attacks.scores("Attack"), Score("edss", "EDSS", "points", change=True)),
)
PANELS = (
    Panel("attack_chance_percent", "Chance of an attack since day 0", "%"),
    Panel("edss", "Disability (EDSS)", "points"),
    Panel("autoantibody_percent", "Antibody against aquaporin-4", "% of entry"),
    Panel("autoreactive_tissue_fraction", "Autoreactive B cells", "× untreated", log=True),
)

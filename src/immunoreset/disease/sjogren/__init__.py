"""Sjögren's disease: systemic activity follows inflammation, glands recover slowly and scar, fatigue hardly follows."""

from immunoreset.disease.disease import Population
from immunoreset.disease.families.autoimmune.entry import Group
from immunoreset.disease.families.autoimmune.folder import Words, autoimmune_disease
from immunoreset.disease.sjogren import glands
from immunoreset.disease.sjogren.chart import PANELS, SCORING

WOMEN, AGE = 0.9, 55.0  # of people with the disease (Qin 2015)

SJOGREN = autoimmune_disease(
    "sjogren",
    "Sjögren's disease",
    file=__file__,
    organs=glands.MODULE,
    groups=(
        Population(
            name="sjogren",
            title="Sjögren's disease with systemic activity, as in trials",
            entry=Group(in_flare=True),
            female_share=WOMEN,
            age_median=AGE,
        ),
        Population(
            name="sjogren-refractory",
            title="refractory systemic Sjögren's disease, candidates for CAR-T cells",
            entry=Group(refractory=True),
            female_share=WOMEN,
            age_median=AGE,
        ),
    ),
    scoring=SCORING,
    scores=("ESSDAI", "ESSPRI", "Unstimulated flow of saliva"),
    panels=PANELS,
    aliases=("sjögren", "sjogrens"),
    words=Words(
        known="Systemic activity follows inflammation, a third of which no B cell drives; most of the antibody to Ro comes from "
        "long-lived plasma cells, so the titre falls slowly. Glands follow over a year and scar; fatigue hardly follows, so "
        "patients report little change where ESSDAI falls.",
        missed="No published rate for glands is known: their numbers are guesses. How far trial patients improve on placebo was "
        "set to one trial (ESSDAI -3.7), so that arm is no test. Lymphoma, single organs of ESSDAI and dry eyes are not "
        "simulated.",
    ),
)

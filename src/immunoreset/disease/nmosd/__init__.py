"""Neuromyelitis optica spectrum disorder with antibodies against aquaporin-4: attacks, each of which leaves disability."""

from immunoreset.disease.disease import Population
from immunoreset.disease.families.autoimmune.entry import Group
from immunoreset.disease.families.autoimmune.folder import Words, autoimmune_disease
from immunoreset.disease.nmosd import astrocytes
from immunoreset.disease.nmosd.chart import PANELS, SCORING

WOMEN, AGE = 0.80, 43.0  # of people with the disease (population numbers, unverified); age assumed
ON_STEROID = 0.35 / 0.85  # attacks a year on glucocorticoid over those without treatment (assumed)

NMOSD = autoimmune_disease(
    "nmosd",
    "neuromyelitis optica spectrum disorder",
    file=__file__,
    organs=astrocytes.MODULE,
    groups=(
        Population(
            name="nmosd",
            title="NMOSD with antibodies against aquaporin-4, without maintenance treatment",
            entry=Group(),
            female_share=WOMEN,
            age_median=AGE,
        ),
        Population(
            name="nmosd-on-steroid",
            title="NMOSD with antibodies against aquaporin-4, on a constant dose of glucocorticoid",
            entry=Group(factors={"astrocytes.attack_rate": ON_STEROID}),
            female_share=WOMEN,
            age_median=AGE,
        ),
        Population(
            name="nmosd-refractory",
            title="NMOSD with attacks on treatment, candidates for CAR-T cells",
            entry=Group(refractory=True),
            female_share=WOMEN,
            age_median=AGE,
        ),
    ),
    scoring=SCORING,
    scores=("attacks", "annualised attack rate", "EDSS"),
    panels=PANELS,
    aliases=("nmo", "neuromyelitis"),
    words=Words(
        known="Attacks come at random, at a rate that follows activated B cells and their flares and, to a small part, the "
        "antibody against aquaporin-4; each leaves disability. Rates are assumed, set to the placebo arms of two trials, so that "
        "antibodies against CD20 stop most attacks while the titre stays.",
        missed="Block of complement and of interleukin 6, which prevent attacks, is not simulated, nor what glucocorticoid of a "
        "regimen does to attacks: patients on a constant dose are a group of their own. What an attack hits, optic nerve or "
        "cord, and what is regained after it are left out.",
    ),
)

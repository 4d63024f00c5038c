"""Pemphigus vulgaris: antibodies to desmoglein alone make blisters, steeply; some patients go into remission by themselves."""

from immunoreset.disease.disease import Population
from immunoreset.disease.families.autoimmune.entry import Group
from immunoreset.disease.families.autoimmune.folder import Words, autoimmune_disease
from immunoreset.disease.pemphigus import blisters
from immunoreset.disease.pemphigus.chart import PANELS, SCORING
from immunoreset.disease.pemphigus.remission import EVENTS

WOMEN, AGE = 0.6, 55.0  # of people with the disease (share: population numbers; age assumed)

PEMPHIGUS = autoimmune_disease(
    "pemphigus",
    "pemphigus vulgaris",
    file=__file__,
    organs=blisters.MODULE,
    groups=(
        Population(
            name="pemphigus",
            title="newly diagnosed pemphigus vulgaris, as in trials",
            entry=Group(),
            female_share=WOMEN,
            age_median=AGE,
        ),
        Population(
            name="pemphigus-refractory",
            title="refractory pemphigus vulgaris, candidates for CAR-T cells",
            entry=Group(refractory=True),
            female_share=WOMEN,
            age_median=AGE,
        ),
    ),
    scoring=SCORING,
    scores=("PDAI", "Complete remission off glucocorticoid"),
    panels=PANELS,
    events=EVENTS,
    read_too=("prednisolone",),
    aliases=("pv",),
    words=Words(
        known="Blisters follow the antibody alone, and steeply: half of it makes most of the blisters, a tenth nearly none. "
        "Glucocorticoids hold blisters back while they are taken; a fifth of patients a year goes into remission by itself.",
        missed="With no other cause than the antibody, every patient without autoreactive B cells heals: complete response to "
        "CAR-T cells follows by construction, and nobody has published one. Rituximab does more here than in its trial. Mucosal "
        "and cutaneous disease, desmoglein 1 and 3, and drugs other than those of a regimen are not told apart.",
    ),
)

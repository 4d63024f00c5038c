"""Multiple sclerosis: B cells of the periphery drive relapses, those behind the barrier of the brain slow progression."""

from immunoreset.disease.disease import Population
from immunoreset.disease.families.autoimmune.entry import Group
from immunoreset.disease.families.autoimmune.folder import Words, autoimmune_disease
from immunoreset.disease.multiple_sclerosis import nervous_system
from immunoreset.disease.multiple_sclerosis.chart import PANELS, SCORING

WOMEN = 0.74  # of people with the disease (population numbers, unverified)
# Primary progressive: no relapses, as many women as men, older and more disabled at entry (assumed)
WOMEN_PRIMARY, MORE_DISABLED = 0.5, 1.5
IN_TRIALS = (18.0, 55.0)  # years of age

MULTIPLE_SCLEROSIS = autoimmune_disease(
    "multiple-sclerosis",
    "multiple sclerosis",
    file=__file__,
    organs=nervous_system.MODULE,
    groups=(
        Population(
            name="multiple-sclerosis",
            title="relapsing multiple sclerosis, as in trials of antibodies against CD20",
            entry=Group(),
            female_share=WOMEN,
            age_median=38,
            age_range=IN_TRIALS,
        ),
        Population(
            name="multiple-sclerosis-primary-progressive",
            title="primary progressive multiple sclerosis",
            entry=Group(
                factors={"nervous_system.relapse_rate": 0.0, "nervous_system.disability_at_entry": MORE_DISABLED},
            ),
            female_share=WOMEN_PRIMARY,
            age_median=45,
            age_range=IN_TRIALS,
        ),
        Population(
            name="multiple-sclerosis-refractory",
            title="multiple sclerosis active on treatment, candidates for CAR-T cells",
            entry=Group(refractory=True),
            female_share=WOMEN,
            age_median=40,
        ),
    ),
    scoring=SCORING,
    scores=("EDSS", "annualised relapse rate", "disability progression confirmed at 12 weeks"),
    panels=PANELS,
    aliases=("ms",),
    words=Words(
        known="Relapses follow activated B cells of the periphery; B cells of the cerebrospinal fluid keep themselves and "
        "microglia, and so slow progression. Antibodies do not reach these, CAR-T cells do in part. The numbers are assumed, set "
        "so that antibodies against CD20 do to relapses what trials saw.",
        missed="Confirmed progression of relapsing patients is more than twice what trials saw. By construction nobody relapses "
        "without B cells, so that CAR-T cells stop relapses in all; no published course after them says whether that is so. "
        "Lesions on scans, disability that a relapse causes for weeks, and drugs other than those that a regimen names are not "
        "simulated; interferon stands as background care.",
    ),
    events=nervous_system.EVENTS,
)

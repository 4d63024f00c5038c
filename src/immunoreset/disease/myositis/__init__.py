"""Idiopathic inflammatory myopathy with an autoantibody: inflamed muscle and skin, weakness that regenerates, fat that stays."""

from immunoreset.disease.disease import Population
from immunoreset.disease.families.autoimmune.entry import CARE, Group
from immunoreset.disease.families.autoimmune.folder import Words, autoimmune_disease
from immunoreset.disease.myositis import muscle
from immunoreset.disease.myositis.chart import PANELS, SCORING

WOMEN = 0.67  # of people with the disease (claims)

MYOSITIS = autoimmune_disease(
    "myositis",
    "idiopathic inflammatory myopathy",
    file=__file__,
    organs=muscle.MODULE,
    groups=(
        Population(
            name="myositis",
            title="active dermatomyositis and polymyositis, as in trials",
            entry=Group(in_flare=True),
            care_median=CARE,
            female_share=WOMEN,
            age_median=52,
        ),
        Population(
            name="myositis-refractory",
            title="refractory myositis, candidates for CAR-T cells",
            entry=Group(refractory=True),
            female_share=WOMEN,
            age_median=48,
        ),
    ),
    scoring=SCORING,
    scores=("TIS", "MMT-8", "CK"),
    panels=PANELS,
    aliases=("iim", "dermatomyositis"),
    words=Words(
        known="Inflammation of muscle and skin follows activated B cells, antibodies and follicular help; strength "
        "regenerates in about a month, fatty replacement stays. The six core measures give the total improvement "
        "score.",
        missed="Immunoglobulin does about half of what its trial saw. The one published relapse after CD19 cells, with Jo-1,"
        " is not reproduced one by one. Lungs, swallowing, calcinosis and cancer are not simulated; shares of the "
        "causes are assumed, set to trials of immunoglobulin and of rituximab.",
    ),
)

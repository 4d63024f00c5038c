"""Diffuse systemic sclerosis: inflamed skin that turns hard, alveolitis that can recede, and scars of skin and lung that stay."""

from immunoreset.disease.disease import Population
from immunoreset.disease.families.autoimmune.entry import CARE, Group
from immunoreset.disease.families.autoimmune.folder import Words, autoimmune_disease
from immunoreset.disease.systemic_sclerosis import sclerosis
from immunoreset.disease.systemic_sclerosis.chart import PANELS, SCORING

WOMEN, AGE = 0.91, 55.0  # of people with the disease (Coffey 2021, Olmsted County)

SYSTEMIC_SCLEROSIS = autoimmune_disease(
    "systemic-sclerosis",
    "systemic sclerosis",
    file=__file__,
    organs=sclerosis.MODULE,
    groups=(
        Population(
            name="systemic-sclerosis",
            title="early diffuse systemic sclerosis with lung disease, as in trials",
            entry=Group(),
            care_median=CARE,
            female_share=WOMEN,
            age_median=AGE,
        ),
        Population(
            name="systemic-sclerosis-refractory",
            title="refractory systemic sclerosis, candidates for CAR-T cells",
            entry=Group(refractory=True),
            female_share=WOMEN,
            age_median=45,
        ),
    ),
    scoring=SCORING,
    scores=("mRSS", "FVC", "DLCO", "ACR-CRISS", "Revised CRISS"),
    panels=PANELS,
    aliases=("ssc", "scleroderma"),
    words=Words(
        known="Hardening of skin follows its inflammation within months, alveolitis takes a part of lung capacity that "
        "comes back when it recedes, and fibrosis of the lung adds up and stays. Shares of the causes are assumed, "
        "set so that rituximab and CD19 cells do about what trials and series saw.",
        missed="After half a year a quiet lung stays flat, since fibrosis never heals here. Untreated lungs lose more than "
        "twice what they did in the placebo group of SENSCIS, since flares scar, and on mycophenolate capacity falls "
        "where it rose in its trial. Vessels, renal crisis, gut, heart and pulmonary hypertension are not simulated; "
        "mycophenolate and nintedanib are shares of an effect.",
    ),
)

"""ANCA-associated vasculitis: B cells and their antibody inflame small vessels, and untreated, take the kidney within months."""

from immunoreset.disease.anca_vasculitis import vessels
from immunoreset.disease.anca_vasculitis.chart import PANELS, SCORING
from immunoreset.disease.disease import Population
from immunoreset.disease.families.autoimmune import nephritis
from immunoreset.disease.families.autoimmune.entry import Group
from immunoreset.disease.families.autoimmune.folder import Words, autoimmune_disease

WOMEN, AGE = 0.48, 61.0  # of people with the disease (population numbers, unverified)

ANCA_VASCULITIS = autoimmune_disease(
    "anca-vasculitis",
    "ANCA-associated vasculitis",
    file=__file__,
    organs=(vessels.MODULE, nephritis.MODULE),
    groups=(
        Population(
            name="anca-vasculitis",
            title="active ANCA-associated vasculitis, as in trials",
            entry=Group(in_flare=True),
            female_share=WOMEN,
            age_median=55,
        ),
        Population(
            name="anca-vasculitis-refractory",
            title="refractory ANCA-associated vasculitis, candidates for CAR-T cells",
            entry=Group(refractory=True),
            female_share=WOMEN,
            age_median=AGE,
        ),
    ),
    scoring=SCORING,
    scores=("BVAS/WG", "remission without glucocorticoids", "eGFR"),
    panels=PANELS,
    read_too=("prednisolone", "egfr"),
    aliases=("aav", "gpa", "mpa"),
    words=Words(
        known="Vessels and granulomas follow activated B cells, their antibody and follicular help; rituximab reaches the "
        "autoreactive memory, so that remission may last. The kidney loses nephrons for as long as it is inflamed.",
        missed="Too many stay in remission after one course of rituximab, and too many relapse on its maintenance. No series"
        " of CD19 cells was found to compare with. Everybody has the kidney involved and nobody bleeds in the lung; "
        "PR3 and MPO are one disease; cyclophosphamide as induction is a fall of the drive of inflammation that a "
        "regimen gives as background care, and azathioprine is no drug of this version.",
    ),
)

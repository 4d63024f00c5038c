"""Myasthenia gravis: antibodies against the acetylcholine receptor, or against MuSK, make the end plate fail."""

from immunoreset.disease.disease import Population
from immunoreset.disease.families.autoimmune.entry import Group
from immunoreset.disease.families.autoimmune.folder import Words, autoimmune_disease
from immunoreset.disease.myasthenia_gravis import end_plate
from immunoreset.disease.myasthenia_gravis.chart import PANELS, SCORING

# Factors on numbers of the disease with antibodies to the receptor: 0.04 over 0.20, 1500 over 100, 30 over 1; IgG4 (assumed)
MUSK = {
    "titre.from_long_lived": 0.2,
    "rituximab.kill_autoreactive_activated": 15.0,
    "rituximab.kill_autoreactive_memory": 30.0,
    "end_plate.by_complement": 0.0,
}

MYASTHENIA_GRAVIS = autoimmune_disease(
    "myasthenia-gravis",
    "generalised myasthenia gravis",
    file=__file__,
    organs=end_plate.MODULE,
    groups=(
        Population(
            name="myasthenia-gravis",
            title="generalised myasthenia gravis with antibodies to the acetylcholine receptor, as in trials",
            entry=Group(),
            female_share=0.7,
            age_median=45,
        ),
        Population(
            name="myasthenia-gravis-musk",
            title="generalised myasthenia gravis with antibodies to MuSK",
            entry=Group(factors=MUSK),
            female_share=0.8,
            age_median=40,
        ),
        Population(
            name="myasthenia-gravis-refractory",
            title="refractory generalised myasthenia gravis with antibodies to the receptor, candidates for CAR-T cells",
            entry=Group(refractory=True),
            female_share=0.6,
            age_median=50,
        ),
    ),
    scoring=SCORING,
    scores=("MG-ADL", "QMG", "MG Composite", "minimal symptom expression"),
    panels=PANELS,
    aliases=("mg", "gmg", "myasthenia"),
    words=Words(
        known="The end plate fails as far as the antibody acts on it: MG-ADL, QMG, MG Composite and the danger of a crisis "
        "follow its titre within days. FcRn blockers lower the titre, blockers of C5 what antibodies to the receptor "
        "do; long-lived plasma cells keep a part of it after CD19 cells.",
        missed="On efgartigimod nearly everybody responds, more than in its trial, and hardly anybody is free of symptoms, "
        "fewer; few on placebo respond, and rituximab early in the disease brings nearly nobody to minimal "
        "manifestations, which most reached in a trial. Without an antibody hardly any weakness is left; ocular disease, "
        "thymoma and thymectomy, changes of pyridostigmine, withdrawal of background drugs and antibodies to LRP4 are"
        " not simulated.",
    ),
)

"""Stiff-person syndrome with antibodies to GAD65: stiffness that slows walking and follows inflammation within weeks."""

from immunoreset.disease.disease import Population
from immunoreset.disease.families.autoimmune.entry import Group
from immunoreset.disease.families.autoimmune.folder import Words, autoimmune_disease
from immunoreset.disease.stiff_person import stiffness
from immunoreset.disease.stiff_person.chart import PANELS, SCORING

WOMEN, AGE = 0.65, 45.0  # of people with the disease (assumed)

STIFF_PERSON = autoimmune_disease(
    "stiff-person",
    "stiff-person syndrome",
    file=__file__,
    organs=stiffness.MODULE,
    groups=(
        Population(
            name="stiff-person",
            title="stiff-person syndrome with antibodies to GAD65, as in trials",
            entry=Group(),
            female_share=WOMEN,
            age_median=AGE,
        ),
        Population(
            name="stiff-person-refractory",
            title="refractory stiff-person syndrome, candidates for CAR-T cells",
            entry=Group(refractory=True),
            female_share=WOMEN,
            age_median=AGE,
        ),
    ),
    scoring=SCORING,
    scores=("T25FW", "Distribution of stiffness index", "Modified Rankin scale"),
    panels=PANELS,
    aliases=("sps",),
    words=Words(
        known="Stiffness follows inflammation within about three weeks; time for the 25-foot walk, the stiffness index and "
        "disability follow stiffness. Shares of the causes are assumed, set so that CD19 cells do what one trial of 26 reported.",
        missed="Rituximab helps a little here and did not in its trial. Spasms, anxiety, eye movement, ataxia and drugs that "
        "relax muscles are not simulated, and who cannot walk at all is not told apart from who walks slowly.",
    ),
)

"""B-cell acute lymphoblastic leukaemia of children and young adults, a host of contrast."""

from pathlib import Path

from immunoreset.disease.disease import Disease, Population
from immunoreset.disease.families import malignancy
from immunoreset.disease.families.oncology import HOOKS, REFUSED, WIDER

LEUKAEMIA = Disease(
    name="leukaemia",
    title="B-cell acute lymphoblastic leukaemia",
    modules=(malignancy.MODULE,),
    populations=(
        Population(
            name="leukaemia",
            title="children and young adults with B-cell acute lymphoblastic leukaemia",
            entry=2.3,
            female_share=0.45,
            age_median=12,
            age_log_sd=0.45,
            age_range=(3.0, 25.0),
            wider=2.0,
            wider_numbers=WIDER,
        ),
    ),
    hooks=HOOKS,
    refuses=REFUSED,
    host=Path(__file__).with_name("host.toml"),
    aliases=("leukemia", "b-all"),
    known="Expansion, cytokine release, neurotoxicity and B-cell aplasia of CD19 CAR-T cells in leukaemia, as a contrast.",
    missed="Response of the leukaemia, CD19 escape and survival are not simulated.",
)

"""Large B-cell lymphoma of adults, a host of contrast: what the same cells do where there is no autoimmune disease."""

from pathlib import Path

from immunoreset.disease.disease import Disease, Population
from immunoreset.disease.families import malignancy
from immunoreset.disease.families.oncology import HOOKS, REFUSED, WIDER

LYMPHOMA = Disease(
    name="lymphoma",
    title="large B-cell lymphoma",
    modules=(malignancy.MODULE,),
    populations=(
        Population(
            name="lymphoma",
            title="adults with large B-cell lymphoma",
            entry=0.9,
            female_share=0.40,
            age_median=58,
            age_log_sd=0.20,
            wider=2.0,
            wider_numbers=WIDER,
        ),
    ),
    hooks=HOOKS,
    refuses=REFUSED,
    host=Path(__file__).with_name("host.toml"),
    aliases=("dlbcl", "lbcl"),
    known="Expansion, cytokine release, neurotoxicity and B-cell aplasia of CD19 CAR-T cells in cancer patients, as a contrast.",
    missed="Response of the cancer, CD19 escape and survival are not simulated.",
)

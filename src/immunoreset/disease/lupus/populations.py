"""Whom a study of lupus meets: refractory lupus for CAR-T cells, lupus trials, nephritis trials.

Numbers marked assumed have no published source; where one is named, the number is rounded from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from immunoreset.disease.disease import Population

# Shares of patients in whom lupus of an organ shows by its item at entry. Assumed but for what is named: in trials joints 89 %
# and skin and mucosa together 86 % active by BILAG (10.1016/S2665-9913(21)00317-9); refractory lupus chosen so that the mean
# SLEDAI-2K at entry is near 13.6 (pooled CAR-T cohorts 13.1), with active nervous disease excluded by most trials; nephritis
# about 12 (BLISS-LN 12.3).
_REFRACTORY = {
    "arthritis": 0.50, "rash": 0.40, "alopecia": 0.22, "ulcers": 0.18, "serositis": 0.22, "vasculitis": 0.05, "nervous": 0.0,
    "fever": 0.05,
}  # fmt: skip
_NON_RENAL = {
    "arthritis": 0.89, "rash": 0.70, "alopecia": 0.50, "ulcers": 0.35, "serositis": 0.10, "vasculitis": 0.08, "nervous": 0.03,
    "fever": 0.30,
}  # fmt: skip
_NEPHRITIS = {
    "arthritis": 0.20, "rash": 0.20, "alopecia": 0.12, "ulcers": 0.06, "serositis": 0.06, "vasculitis": 0.02, "nervous": 0.01,
    "fever": 0.10,
}  # fmt: skip


@dataclass(frozen=True)
class LupusEntry:
    """How lupus presents in a group of patients, and what they must have to enter."""

    item_shares: Mapping[str, float]
    anti_dsdna_median: str
    """Name of the number that is the median of the assay reading."""
    c3_median: str
    """Name of the number that is the median of C3."""
    c4_median: str
    """Name of the number that is the median of C4."""
    thrombocytopenia_share: float = 0.12
    """Share of patients in whom lupus destroys platelets (assumed)."""
    haemolysis_share: float = 0.05
    """Share of patients with immune haemolysis (assumed)."""
    nephritis_share: float = 0.0
    sediment_share: float = 0.8
    """Share of nephritis with active urinary sediment at entry (assumed)."""
    other_factor: str | None = None
    """Name of the factor on the share of inflammation that no autoreactive B cell drives."""
    lowest_sledai: float = 0.0
    lowest_proteinuria: float = 0.0
    enrolment_excess: str | None = None

    def __hash__(self) -> int:
        return hash((tuple(self.item_shares.items()), self.nephritis_share, self.lowest_sledai, self.lowest_proteinuria))


POPULATIONS = (
    Population(
        name="cart",
        title="refractory lupus, candidates for CAR-T cells",
        entry=LupusEntry(
            _REFRACTORY,
            anti_dsdna_median="entry.anti_dsdna_median_refractory",
            c3_median="entry.c3_median_refractory",
            c4_median="entry.c4_median_refractory",
            nephritis_share=0.75,
            sediment_share=0.75,  # so that SLEDAI-2K at entry stays in its band with the items that are new (assumed)
            thrombocytopenia_share=0.06,  # candidates need platelets for conditioning (assumed)
            other_factor="entry.other_in_refractory",
            lowest_sledai=8,
        ),
        female_share=0.88,  # pooled CAR-T cohorts, evidence.md
        age_median=32,
    ),
    Population(
        name="trial",
        title="active lupus without nephritis, as in trials",
        entry=LupusEntry(
            _NON_RENAL,
            anti_dsdna_median="entry.anti_dsdna_median_trial",
            c3_median="entry.c3_median_trial",
            c4_median="entry.c4_median_trial",
            lowest_sledai=6,
            enrolment_excess="trial.enrolment_excess",
        ),
        care_median="trial.care_median",
        female_share=0.93,  # TULIP
        age_median=41,
    ),
    Population(
        name="ln",
        title="lupus nephritis, as in trials",
        entry=LupusEntry(
            _NEPHRITIS,
            anti_dsdna_median="entry.anti_dsdna_median_nephritis",
            c3_median="entry.c3_median_nephritis",
            c4_median="entry.c4_median_nephritis",
            nephritis_share=1.0,
            sediment_share=0.87,  # SLEDAI at entry of BLISS-LN 12.2 to 12.5 (assumed)
            lowest_proteinuria=1.0,
            enrolment_excess="trial.enrolment_excess_nephritis",
        ),
        care_median="trial.care_median_nephritis",
        female_share=0.88,  # BLISS-LN
        age_median=32,
    ),
)

"""Whom a study meets: refractory lupus for CAR-T cells, lupus trials, nephritis trials, and the two cancers of contrast.

Numbers marked assumed have no published source; where one is named, the number is rounded from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from immunoreset.errors import unknown

# Shares of patients who have an item at entry. Assumed: chosen so that the median SLEDAI-2K at entry is about 15 (refractory),
# 11 (trials; TULIP 11.4) and 12 (nephritis; BLISS-LN 12.3).
_REFRACTORY = {"arthritis": 0.55, "rash": 0.45, "alopecia": 0.25, "ulcers": 0.20, "serositis": 0.25, "vasculitis": 0.06}
_NON_RENAL = {"arthritis": 0.90, "rash": 0.85, "alopecia": 0.50, "ulcers": 0.35, "serositis": 0.15, "vasculitis": 0.08}
_NEPHRITIS = {"arthritis": 0.20, "rash": 0.20, "alopecia": 0.12, "ulcers": 0.06, "serositis": 0.06, "vasculitis": 0.02}


@dataclass(frozen=True)
class Population:
    """What distinguishes a group of patients; everything else is as in parameters.toml."""

    name: str
    title: str
    sets: tuple[str, ...] = ()
    item_shares: Mapping[str, float] = field(default_factory=dict)
    nephritis_share: float = 0.0
    sediment_share: float = 0.8
    """Share of nephritis with active urinary sediment at entry (assumed)."""
    anti_dsdna_median: float = 300.0
    """Median of the assay reading, IU/mL; model specification, section 6 and parameters.csv."""
    lowest_sledai: float = 0.0
    lowest_proteinuria: float = 0.0
    enrolment_excess: str | None = None
    care_median: str | None = None
    female_share: float = 0.9
    age_median: float = 35.0
    age_log_sd: float = 0.30
    age_range: tuple[float, float] = (18.0, 75.0)
    burden_log_sd: float = 0.0
    wider: float = 1.0
    """Factor on the spread of CAR-T growth and host response in oncology (assumed: the specification says only "extra"; 2
    gives its spread of CAR-T peaks)."""

    @property
    def lupus(self) -> bool:
        """Whether the patients have lupus."""
        return not self.sets


POPULATIONS: Mapping[str, Population] = MappingProxyType(
    {
        population.name: population
        for population in (
            Population(
                name="cart",
                title="refractory lupus, candidates for CAR-T cells",
                item_shares=_REFRACTORY,
                nephritis_share=0.75,
                lowest_sledai=8,
                female_share=0.88,  # pooled CAR-T cohorts, evidence.md
                age_median=32,
            ),
            Population(
                name="trial",
                title="active lupus without nephritis, as in trials",
                item_shares=_NON_RENAL,
                anti_dsdna_median=80,
                lowest_sledai=6,
                enrolment_excess="trial.enrolment_excess",
                care_median="trial.care_median",
                female_share=0.93,  # TULIP
                age_median=41,
            ),
            Population(
                name="ln",
                title="lupus nephritis, as in trials",
                item_shares=_NEPHRITIS,
                nephritis_share=1.0,
                lowest_proteinuria=1.0,
                enrolment_excess="trial.enrolment_excess_nephritis",
                care_median="trial.care_median_nephritis",
                female_share=0.88,  # BLISS-LN
                age_median=32,
            ),
            Population(
                name="lymphoma",
                title="adults with large B-cell lymphoma",
                sets=("lymphoma",),
                female_share=0.40,
                age_median=58,
                age_log_sd=0.20,
                burden_log_sd=0.9,
                wider=2.0,
            ),
            Population(
                name="leukaemia",
                title="children and young adults with B-cell acute lymphoblastic leukaemia",
                sets=("leukaemia",),
                female_share=0.45,
                age_median=12,
                age_log_sd=0.45,
                age_range=(3.0, 25.0),
                burden_log_sd=2.3,
                wider=2.0,
            ),
        )
    }
)
WIDER_IN_ONCOLOGY = frozenset(
    {
        "car_t.expansion_max",
        "car_t.cytokine_consumption",
        "car_t.engraftment_fraction",
        "car_t.activation_rate",
        "car_t.effector_death_without_antigen",
        "neutrophils.reserve_recovery",
        "anti_car.growth",
    }
)


def find_population(name: str) -> Population:
    """The population of that name.

    >>> find_population("cart").nephritis_share
    0.75
    """
    if name not in POPULATIONS:
        raise unknown("population", name, POPULATIONS)
    return POPULATIONS[name]

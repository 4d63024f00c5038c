"""Chronicity: one number of a patient that makes the kidney heal slowly, scars stay and inflammation go on without B cells.

That the three go together and grow with age is assumed; no published number measures it. It is 0 on average at age 35 and -1.0
at age 21, in units of its standard deviation, and no clinic can measure it.
"""

from __future__ import annotations

import numpy as np

from immunoreset.disease.covariates import draw_age
from immunoreset.disease.disease import Population, Values
from immunoreset.disease.facts import Facts
from immunoreset.disease.families.autoimmune.nephritis import filtering
from immunoreset.patient.draws import Draws, within_bounds
from immunoreset.patient.theta import Theta

MIDDLE_AGE, AGE_LOG_SD = 35.0, 0.30
PROLIFERATIVE, MIXED, MEMBRANOUS = range(3)
# what chronicity does not explain, standard deviations of the logarithm or logit (assumed)
OTHER_LOG_SD, FLOOR_LOG_SD, STRUCTURAL_LOGIT_SD = 0.55, 0.5, 0.5
HIGHEST_OTHER = 0.6
LOWEST_STRUCTURAL = 0.005
EGFR_SD_NEPHRITIS, EGFR_SD = 45.0, 15.0  # BLISS-LN; assumed
HEALTHY_EGFR_SD, HEALTHY_AGE = 14.0, 30.0


def chronicity(population: Population, draws: Draws, facts: Facts, theta: Theta) -> np.ndarray:
    """Chronicity of each patient, standard deviations, (n,)."""
    with_age = theta.table["entry.chronicity_with_age"].value
    older = np.log(draw_age(population, draws, facts) / MIDDLE_AGE) / AGE_LOG_SD
    return with_age * older + np.sqrt(1 - with_age * with_age) * draws.normal("chronicity")


def class_of_nephritis(nephritis: np.ndarray, draws: Draws, facts: Facts, theta: Theta) -> np.ndarray:
    """PROLIFERATIVE (class III or IV, and who has no nephritis), MIXED (with V) or MEMBRANOUS (V alone), (n,)."""
    table = theta.table
    share = facts.class_v_share if facts.class_v_share is not None else table["entry.class_v_share"].value
    membranous = np.full(nephritis.shape, facts.class_v) if facts.class_v is not None else draws.happens("class V", share)
    alone = draws.happens("class V alone", table["entry.class_v_pure_share"].value)
    return np.where(nephritis & membranous, np.where(alone, MEMBRANOUS, MIXED), PROLIFERATIVE)


def lasting(
    chronicity: np.ndarray, kind: np.ndarray, other_factor: str | None, draws: Draws, theta: Theta
) -> Values:  # fmt: skip
    """What grows with chronicity: inflammation without B cells, the floor of proteinuria and its structural share."""
    table = theta.table

    def grown(name: str, effect: str, sd: float) -> np.ndarray:
        return table[effect].value * chronicity + sd * draws.normal(table[name].drawn_as)

    other, floor, structural = (
        grown("inflammation.weight_other", "entry.other_with_chronicity", OTHER_LOG_SD),
        grown("nephritis.proteinuria_floor", "entry.floor_with_chronicity", FLOOR_LOG_SD),
        grown("nephritis.structural_share", "entry.structural_with_chronicity", STRUCTURAL_LOGIT_SD),
    )
    factor = 1.0 if other_factor is None else table[other_factor].value
    usual, with_v = table["nephritis.structural_share"].value, table["entry.structural_share_class_v"].value
    alone, apart = table["entry.class_v_pure_share"].value, table["entry.structural_pure_over_mixed"].value
    around = np.where(kind == MEMBRANOUS, (1 - alone) * apart, -alone * apart)  # the median with a class V component
    logit = np.where(kind == PROLIFERATIVE, _logit(usual), _logit(with_v) + around)
    share = _share(logit + structural)
    drawn = {
        "inflammation.weight_other": np.minimum(factor * table["inflammation.weight_other"].value * np.exp(other), HIGHEST_OTHER),
        "nephritis.proteinuria_floor": table["nephritis.proteinuria_floor"].value * np.exp(floor),
        "nephritis.structural_share": np.maximum(share, LOWEST_STRUCTURAL),
    }
    return {name: within_bounds(table[name], values) for name, values in drawn.items()}


def egfr(nephritis: np.ndarray, draws: Draws, facts: Facts, theta: Theta) -> np.ndarray:
    """Filtration rate, mL/min per 1.73 m2, (n,); within a known range it is uniform."""
    parameter = theta.table["body.egfr"]
    if facts.egfr is not None:
        return np.full(draws.ids.shape, float(facts.egfr))
    if facts.egfr_range is not None:
        low, high = facts.egfr_range
        return low + (high - low) * draws.uniform(parameter.name)
    means = (theta.table[name].value for name in ("entry.egfr_nephritis", "entry.egfr_without_nephritis"))
    sick, well = (mean + sd * draws.normal(parameter.name) for mean, sd in zip(means, (EGFR_SD_NEPHRITIS, EGFR_SD), strict=True))
    return within_bounds(parameter, np.where(nephritis, sick, well))


def nephrons_lost(filtration: np.ndarray, age: np.ndarray, draws: Draws, theta: Theta) -> np.ndarray:
    """Share of nephrons lost before entry, (n,): what the healthy filtration of that age lacks, inflammation of entry apart."""
    table = theta.table
    healthy = table["entry.healthy_egfr"].value + HEALTHY_EGFR_SD * draws.normal("healthy filtration")
    healthy = healthy - table["body.egfr_lost_with_age"].value * np.maximum(age - HEALTHY_AGE, 0.0)
    left = filtration / (healthy * filtering(0, table["nephritis.filtration_inflamed"].value, 1))
    return within_bounds(table["nephritis.nephrons_lost_before"], 1 - left)


def _logit(share: float | np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.log(share / (1 - share))


def _share(logit: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logit))

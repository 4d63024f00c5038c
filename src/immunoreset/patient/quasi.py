"""Quasi-random patients for statistics: the named draws of a patient are the coordinates of one scrambled Sobol point.

A mean over them comes nearer to that of the whole population than one over as many patients drawn at random, most where an
outcome follows smoothly from few draws (Owen 1997, doi:10.1214/aos/1031594731). Studies keep the hashed draws of `draws.py`.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from immunoreset.errors import InvalidValue
from immunoreset.patient.draws import hashed

CAPACITY = 256  # coordinates of a point, more than are used, so that a name that is added leaves the others as they are
MOST_POINTS = 2**17
BITS = 52
DIMENSIONS = (
    "car_t.expansion_max", "car_t.engraftment_fraction", "killing.kill_max", "killing.half_kill_tissue",
    "cytokines.half_killing", "cytokines.il6_gain", "crs.shift", "icans.shift", "cytokines.interferon_per_car_t",
    "anti_car.growth", "anti_car.precursors", "b_cells.pre_b_maturation", "b_cells.half_pre_b", "b_cell_mass",
    "autoreactive_loop.half_help", "nephritis", "organs.proteinuria_baseline", "organs.weight_other",
    "antibodies.anti_dsdna_from_long_lived", "killing.access_autoreactive rare", "killing.access_autoreactive", "access",
    "flare.sd", "car_t.memory_formation", "car_t.memory_loss", "car_t.effector_death", "car_t.product_activation",
    "lymphocytes.baseline", "lymphocytes.cytokine_maximum", "neutrophils.baseline", "neutrophils.fludarabine_slope",
    "chemotherapy.fludarabine_kill", "chemotherapy.cyclophosphamide_kill", "anti-dsDNA reading",
    "organs.proteinuria_recovery", "organs.c3_baseline", "FcRn", "antibodies.igg_from_long_lived", "body.weight", "enrolment",
    "sediment", "arthritis", "rash", "alopecia", "ulcers", "serositis", "vasculitis", "lymphocytes.regrowth",
    "anti_car.kill_max", "b_cells.naive_loss", "b_cells.naive_blood", "b_cells.naive_tissue", "b_cells.naive_follicle",
    "b_cells.memory_blood", "b_cells.memory_tissue", "b_cells.memory_follicle", "neutrophils.transit_time",
    "neutrophils.reserve_recovery", "cytokines.tone", "cytokines.endothelium_turnover", "cytokines.half_endothelium",
    "autoreactive_loop.naive_share", "autoreactive_loop.help_floor", "autoreactive_loop.half_help_maintenance",
    "autoreactive_loop.memory_turnover", "autoreactive_loop.half_memory", "antibodies.complex_loss",
    "organs.proteinuria_floor", "antibodies.urinary_loss", "trial.care_median", "trial.care_median_nephritis",
    "car_t.activation_rate", "car_t.deactivation_rate", "car_t.cytokine_consumption", "car_t.effector_death_without_antigen",
    "anti_cd20.kill_blood", "anti_cd20.kill_tissue", "anti_cd20.kill_follicle", "anti_cd20.kill_autoreactive_memory",
    "anti_cd20.kill_autoreactive_activated", "anifrolumab.inflammation_block", "cut of arthritis", "cut of rash",
    "cut of alopecia", "cut of ulcers", "cut of serositis", "cut of vasculitis", "age", "sex", "adherence", "height",
    "background response", "malignancy.burden",
    "chronicity", "class V", "nephritis.structural_share", "body.egfr", "b_cells.production_without_pre_b",
    "nephritis.structural_repair", "steroid above target",
    "class V alone", "healthy filtration", "nephritis.nephron_loss", "nephritis.filtration_inflamed", "C4", "thrombocytopenia",
    "haemolysis", "platelets", "platelets over normal loss", "haemoglobin", "red cells over normal loss", "nervous", "fever",
    "cut of nervous", "cut of fever", "cut of blood",
    "organs.pace_joints", "organs.pace_skin", "organs.pace_mucosa", "organs.pace_hair", "organs.pace_serosa",
    "organs.pace_nerves", "organs.pace_vessels", "organs.pace_constitution", "organs.pace_blood", "organs.pace_fatigue",
    "organs.fatigue_without_activity", "lymphocytes.gain_without_inflammation", "nephritis.proteinuria_of_loss",
    "inflammation.c4_normal", "platelets.turnover", "red_cells.turnover", "arthritis can flare", "rash can flare",
    "alopecia can flare", "ulcers can flare", "serositis can flare", "vasculitis can flare", "nervous can flare",
    "fever can flare", "quiet arthritis", "quiet rash", "quiet alopecia", "quiet ulcers", "quiet serositis",
    "quiet vasculitis", "quiet nervous", "quiet fever", "nervous kind", "serous kind",
    "damage.hazard", "history.disease_years", "well_being.facit_well",
    "well_being.facit_fatigue", "antimalarial", "ancestry", "efgartigimod.catabolism_added", "antibody_clearance",
)  # fmt: skip
"""Names of draws in the order of their coordinates. A new name is added at the end, and none is ever moved. Numbers of drugs that
few studies give have none, since points keep only so many coordinates apart.

The draws that decide most of a CAR-T course come first, since few points fill the first coordinates best: some pairs of later
ones go together (correlation up to 0.9) among fewer than 512 patients; the first 20 do not among 64, nor the first 40 among 128,
nor the first 100 among 256.
"""
_PLACES = {name: place for place, name in enumerate(DIMENSIONS)}


def sobol(seed: int, name: str, attempt: int, ids: np.ndarray) -> np.ndarray:
    """A source of draws (see `draws.Source`): uniform between 0 and 1, (n,), for patients numbered from 0.

    A draw without a coordinate, and a second attempt at a patient, are hashed, which leaves the mean right. Raises InvalidValue
    for numbers that have no point.
    """
    if attempt or name not in _PLACES:
        return hashed(seed, name, attempt, ids)
    if ids.min(initial=0) < 0 or ids.max(initial=0) >= MOST_POINTS:
        raise InvalidValue(f"quasi-random patients are numbered from 0 to {MOST_POINTS - 1}; draw hashed ones for others")
    return _points(seed, int(ids.max(initial=0)).bit_length())[ids, _PLACES[name]]


@lru_cache(maxsize=8)
def _points(seed: int, doublings: int) -> np.ndarray:
    """The first 2^doublings points, (n, dimensions), in the middle of their cells, so that none is 0 or 1."""
    from scipy.stats import qmc  # takes a second to import, and few need it

    points = qmc.Sobol(CAPACITY, scramble=True, bits=BITS, rng=np.random.default_rng(seed)).random_base2(doublings)
    return points[:, : len(DIMENSIONS)] + 0.5 * 2.0**-BITS

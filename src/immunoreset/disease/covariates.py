"""Age, sex, height and body surface of virtual patients."""

from __future__ import annotations

import numpy as np

from immunoreset.disease.disease import Population
from immunoreset.disease.facts import Facts
from immunoreset.patient.draws import Draws

# Adult height in cm, mean and sd (general knowledge, unverified); body surface by Mosteller 1987 (10.1056/NEJM198710223171717).
HEIGHT_CM = {"F": (163.0, 6.5), "M": (176.0, 7.0)}
CHILD_HEIGHT_CM = 164.0
"""Children: height that gives the usual body surface, scaled from weight as (weight / 65 kg) ** (1/3)."""
ADULT_AGE = 18.0
_TYPICAL_WEIGHT = 65.0


def draw_sex(population: Population, draws: Draws, facts: Facts) -> np.ndarray:
    """`F` or `M` for each patient."""
    if facts.sex is not None:
        return np.full(draws.ids.shape, facts.sex)
    return np.where(draws.happens("sex", population.female_share), "F", "M")


def draw_age(population: Population, draws: Draws, facts: Facts) -> np.ndarray:
    """Age in years; within the known range it is uniform."""
    if facts.age is not None:
        return np.full(draws.ids.shape, float(facts.age))
    if facts.age_range is not None:
        low, high = facts.age_range
        return low + (high - low) * draws.uniform("age")
    return np.clip(draws.lognormal("age", population.age_median, population.age_log_sd), *population.age_range)


def draw_height(sex: np.ndarray, age: np.ndarray, weight: np.ndarray, draws: Draws) -> np.ndarray:
    """Height in cm: adults by sex, children by weight."""
    means = np.where(sex == "F", HEIGHT_CM["F"][0], HEIGHT_CM["M"][0])
    sds = np.where(sex == "F", HEIGHT_CM["F"][1], HEIGHT_CM["M"][1])
    adult = means + sds * np.clip(draws.normal("height"), -3, 3)
    child = CHILD_HEIGHT_CM * (weight / _TYPICAL_WEIGHT) ** (1 / 3)
    return np.where(age >= ADULT_AGE, adult, np.minimum(child, adult))


def body_surface(height_cm: np.ndarray, weight_kg: np.ndarray) -> np.ndarray:
    """Body surface in m2 (Mosteller)."""
    return np.sqrt(height_cm * weight_kg / 3600)

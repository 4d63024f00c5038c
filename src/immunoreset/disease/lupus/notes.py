"""What a clinic writes down at a visit of patients with lupus: items of the examination, scores of the clinician, laboratory.

The laboratory's readings are those that the visit judged, so that scoring what is written gives what the study reports.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from immunoreset.disease.lupus import chart
from immunoreset.disease.lupus.activity import activity_of
from immunoreset.disease.lupus.bilag_chart import due_to_lupus, haemolysis
from immunoreset.disease.lupus.long_term.course import kidney_replaced
from immunoreset.disease.lupus.outcomes import bilag_at, egfr_before
from immunoreset.disease.lupus.steroid import rescued
from immunoreset.disease.lupus.visit import Seen, see
from immunoreset.disease.note import Note
from immunoreset.endpoints.lupus.kidney import ADULT_FROM, creatinine_of_egfr
from immunoreset.endpoints.quantities import Egfr
from immunoreset.endpoints.scoring.lupus import BILAG_ITEMS
from immunoreset.endpoints.visits import DISEASE, OTHER
from immunoreset.patient.course import Course
from immunoreset.patient.observe import printed

Floats = NDArray[np.float64]

# Limits of a usual laboratory (general knowledge, unverified): lowest haemoglobin (g/L) and highest creatinine (mg/dL) by sex,
# lowest counts (10^9/L)
HAEMOGLOBIN_LIMITS, CREATININE_LIMITS = {"F": 120.0, "M": 130.0}, {"F": 1.1, "M": 1.3}
COUNT_LIMITS = {"WBC": 4.0, "NEUT": 1.8, "LYM": 1.0, "PLAT": 150.0}
COUNTS = {  # code: what a visit sees, and what it is a count of
    "WBC": ("white_cells", "leukocytes"),
    "NEUT": ("neutrophils", "neutrophils"),
    "LYM": ("lymphocytes", "lymphocytes"),
    "PLAT": ("platelets", "platelets"),
}


def notes(course: Course, place: int, covariates: Mapping[str, np.ndarray]) -> Iterator[Note]:
    """All that is written at the visit on a stored day; `covariates` may hold age in whole years and sex, one per twin."""
    at = np.array([place])
    seen, activity = see(course, at), activity_of(course, at)
    for code, answer in chart.own_items(activity.marks[:, 0], course.parameters).items():
        yield Note(code, answer.values)
    yield Note("HAEMOLYSIS", haemolysis(seen.haemoglobin, seen.organs["blood"], course.parameters)[:, 0].astype(float))
    yield Note("GI_ACTIVITY", 0.0)
    yield Note("PGA", np.asarray(activity.pga.value)[:, 0])
    grades = bilag_at(course, place).values
    yield from (Note(code, grades[:, column]) for column, code in enumerate(BILAG_ITEMS))
    yield Note("PREDNISONE", np.asarray(activity.prednisone.value)[:, 0])
    yield Note("TREATMENT_FAILURE", rescued(course, float(course.days[place])).astype(float))
    yield from _chemistry(course, course.days[at], seen, covariates)
    yield from _blood(course, seen, covariates.get("sex"))


def _chemistry(course: Course, day: Floats, seen: Seen, covariates: Mapping[str, np.ndarray]) -> Iterator[Note]:
    """Complement, antibody, protein in urine, filtration and creatinine; the last two not of kidneys that were replaced."""
    p = course.parameters
    egfr = printed(seen.egfr[:, 0])
    yield Note("C3", printed(seen.c3[:, 0]), lower=np.asarray(p["sledai.cut_c3"], dtype=float))
    yield Note("C4", printed(seen.c4[:, 0]), lower=np.asarray(p["sledai.cut_c4"], dtype=float))
    yield Note("DSDNA", printed(seen.anti_dsdna[:, 0]), upper=np.asarray(p["autoantibody.positive_above"], dtype=float))
    yield Note("UPCR", printed(seen.upcr[:, 0]))
    yield Note("KIDNEY_REPLACEMENT", kidney_replaced(course, day)[:, 0].astype(float))
    yield Note("EGFR", egfr)
    yield Note("EGFR_PREFLARE", egfr_before(course))
    if {"age", "sex"} <= set(covariates):
        serum = serum_creatinine(egfr, covariates["age"], covariates["sex"])
        yield Note("CREAT", printed(serum), upper=_by_sex(CREATININE_LIMITS, covariates["sex"]))


def serum_creatinine(egfr: Floats, age: np.ndarray, sex: np.ndarray) -> Floats:
    """Creatinine (mg/dL) of adults with this filtration (mL/min per 1.73 m2), nan of the young, whom its formula leaves out."""
    adult = age >= ADULT_FROM
    serum = creatinine_of_egfr(Egfr(egfr, Egfr.standard_unit()), age=np.where(adult, age, ADULT_FROM), sex=sex)
    return np.where(adult, serum.values, np.nan)


def _blood(course: Course, seen: Seen, sex: np.ndarray | None) -> Iterator[Note]:
    """Counts; low ones are put down to lupus or to the treatment."""
    cause = {count: np.where(due, DISEASE, OTHER).astype(float) for count, due in due_to_lupus(course.parameters).items()}
    lowest = np.nan if sex is None else _by_sex(HAEMOGLOBIN_LIMITS, sex)
    yield Note("HGB", printed(seen.haemoglobin[:, 0]), lower=lowest, cause=cause["haemoglobin"])
    for code, (seen_as, count) in COUNTS.items():
        yield Note(code, printed(getattr(seen, seen_as)[:, 0]), lower=COUNT_LIMITS[code], cause=cause[count])


def _by_sex(limits: Mapping[str, float], sex: np.ndarray) -> Floats:
    return np.where(sex == "M", limits["M"], limits["F"])

"""Outcomes of the long run, one per twin: damage, end-stage kidney disease, death, fatigue and physical health.

Damage, fatigue and physical health on a day are of those who live then: nan in the dead. Who died without end-stage kidney
disease counts as free of it. Nobody drops out: who leaves a trial goes on being followed for these.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from immunoreset.disease.lupus.chart import Activity
from immunoreset.disease.lupus.long_term import well_being
from immunoreset.disease.lupus.long_term.course import long_term
from immunoreset.disease.lupus.long_term.numbers import own
from immunoreset.disease.lupus.long_term.well_being import WellBeing
from immunoreset.patient.course import Course
from immunoreset.patient.outcome import Outcome

Floats = NDArray[np.float64]

YEAR = 365  # days, as other outcomes count years
YEARS = (1, 5, 10, 15)
YEAR_OF_PROGRESS, YEAR_OF_KIDNEY_FAILURE = 5, 10
DAY_OF_WELL_BEING = 360

OUTCOMES: dict[str, Outcome] = {
    "sdi_entry": Outcome("SLICC/ACR damage index at entry", "points"),
    **{
        f"sdi_year{year}": Outcome(f"SLICC/ACR damage index at year {year}, of the living", "points", on=year * YEAR)
        for year in YEARS
    },
    f"sdi_increase_year{YEAR_OF_PROGRESS}": Outcome(
        f"new damage by year {YEAR_OF_PROGRESS}, of the living",
        share=True,
        on=YEAR_OF_PROGRESS * YEAR,
        of_living=True,
    ),
    f"eskd_year{YEAR_OF_KIDNEY_FAILURE}": Outcome(f"end-stage kidney disease by year {YEAR_OF_KIDNEY_FAILURE}", share=True),
    "dialysis_day": Outcome("end-stage kidney disease, dialysis", "day"),
    "transplant_day": Outcome("kidney transplant", "day"),
    **{f"death_year{year}": Outcome(f"died by year {year}", share=True) for year in YEARS},
    "death_day": Outcome("death", "day"),
    **{
        f"{name}_day{DAY_OF_WELL_BEING}": Outcome(f"{label} at day {DAY_OF_WELL_BEING}", "points", on=DAY_OF_WELL_BEING)
        for name, label in (("facit_f", "FACIT-Fatigue"), ("sf36_pcs", "SF-36 PCS"))
    },
}


def read_outcomes(course: Course, activity: Callable[[Course, NDArray[np.int64], slice], Activity]) -> dict[str, Floats]:
    """All outcomes of the long run that the simulated days, and filtration and fatigue where they are, allow.

    `activity` says how active lupus truly is in some twins on stored days, given by their places.
    """
    seen = long_term(course)
    found = {"sdi_entry": seen.damage[:, 0], "death_day": seen.death_day}
    if "egfr" in course.curves:
        found |= {"dialysis_day": seen.kidney_failure_day, "transplant_day": seen.transplant_day}
    for year in (year for year in YEARS if year * YEAR <= course.days[-1]):
        last = year * YEAR
        damage = seen.damage[:, int(np.searchsorted(course.days, last, side="right")) - 1]
        found |= {f"sdi_year{year}": damage, f"death_year{year}": (seen.death_day <= last).astype(float)}
        if year == YEAR_OF_PROGRESS:
            progress = (damage > found["sdi_entry"]).astype(float)
            found[f"sdi_increase_year{year}"] = np.where(np.isnan(damage), np.nan, progress)
        if year == YEAR_OF_KIDNEY_FAILURE and "egfr" in course.curves:
            found[f"eskd_year{year}"] = (seen.kidney_failure_day <= last).astype(float)
    return found | _well_being(course, activity)


def _well_being(course: Course, activity: Callable[[Course, NDArray[np.int64], slice], Activity]) -> dict[str, Floats]:
    """Fatigue and physical health, without noise of the visit."""
    day = DAY_OF_WELL_BEING
    if "fatigue" not in course.curves or day not in course.days:
        return {}
    here = np.array([course.place(day)])
    my, damage = own(well_being.MODULE, course.parameters, WellBeing), long_term(course).damage[:, here]
    fatigue, pga = course.curves["fatigue"][:, here], np.asarray(activity(course, here, slice(None)).pga.value)
    return {
        f"facit_f_day{day}": well_being.facit_f(my, fatigue=fatigue, damage=damage)[:, 0],
        f"sf36_pcs_day{day}": well_being.sf36_pcs(my, fatigue=fatigue, damage=damage, pga=pga)[:, 0],
    }

"""Relapse of lupus after low disease activity, and its absence: read at visits every four weeks from the true activity."""

from __future__ import annotations

import numpy as np

from immunoreset.disease.families.autoimmune.autoreactive_loop import ONE_CELL
from immunoreset.disease.lupus import chart
from immunoreset.disease.lupus.activity import true_activity
from immunoreset.disease.lupus.long_term.course import dead
from immunoreset.endpoints.known import Answer
from immunoreset.patient.course import BETWEEN_VISITS, Course
from immunoreset.patient.signs import column

YEARS_OF_RELAPSE = (1, 5, 15)
YEAR = 365


def relapses(course: Course) -> dict[str, np.ndarray]:
    """How deep depletion went; relapse of those who came to low activity, and antibody without disease, as years go by."""
    p = course.parameters
    lowest = np.where(dead(course, course.days), np.inf, course.curves["autoreactive_tissue_fraction"]).min(axis=1)
    untreated = np.asarray(p["autoreactive_loop.activated"]) + np.asarray(p["autoreactive_loop.memory"])
    found = {"autoreactive_lowest_percent": 100 * np.where(lowest * untreated < ONE_CELL, 0.0, lowest)}
    visits_at = visit_days(course.days)
    if not len(visits_at):
        return found
    low, relapsed = first_low_activity_and_relapse(course, visits_at)
    found["relapse_day"] = relapsed
    for year in (year for year in YEARS_OF_RELAPSE if year * YEAR <= course.days[-1]):
        reached = low <= year * YEAR
        found[f"relapse_year{year}"] = np.where(reached, relapsed <= year * YEAR, np.nan)
        place = int(np.searchsorted(course.days, year * YEAR, side="right")) - 1
        positive = course.curves["anti_dsdna_reading"][:, place] > np.asarray(p["autoantibody.positive_above"])
        down = course.curves["autoreactive_tissue_fraction"][:, place] <= np.asarray(p["sledai.relapse_autoreactive"])
        found[f"antibody_alone_year{year}"] = np.where(down, positive, np.nan)
    return found


def visit_days(days: np.ndarray) -> np.ndarray:
    """Visits every four weeks after the infusion, each on the first stored day from then on: more visits see more relapses.

    >>> visit_days(np.array([0.0, 27.0, 30.0, 54.0, 60.0, 84.0, 90.0])).tolist()
    [30.0, 60.0, 84.0]
    """
    due = BETWEEN_VISITS * np.arange(1, int(max(days[-1], 0) // BETWEEN_VISITS) + 1)
    return np.unique(days[np.searchsorted(days, due)])


def relapse_day(course: Course, days: np.ndarray) -> np.ndarray:
    """The first visit with signs of relapse after one in low activity; nan if there is none."""
    return first_low_activity_and_relapse(course, days)[1]


def first_low_activity_and_relapse(course: Course, days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first visits in low activity, and with signs of relapse after it; nan if the patient sees none.

    Death ends both: who dies before a relapse never has one.
    """
    places, alive = np.array([course.place(day) for day in days]), ~dead(course, days)
    parts = []
    for twins in course.pieces():
        low = np.maximum.accumulate(true_activity(course, places, twins).lldas().yes, axis=1) & alive[twins]
        relapsed = low & relapse_signs(course, places, twins).yes
        parts.append([np.where(seen.any(axis=1), days[seen.argmax(axis=1)], np.nan) for seen in (low, relapsed)])
    first, again = (np.concatenate(one) for one in zip(*parts, strict=True))
    return first, again


def without_relapse(course: Course, day: float) -> np.ndarray:
    """Low disease activity was reached after the infusion, and no relapse followed up to `day`."""
    window = np.flatnonzero((course.days > 0) & (course.days <= day))
    return np.concatenate([_kept_low(course, window, piece) for piece in course.pieces()])


def _kept_low(course: Course, window: np.ndarray, twins: slice) -> np.ndarray:
    visits = true_activity(course, window, twins)
    reached = np.maximum.accumulate(visits.lldas().yes, axis=1)
    relapsed = (reached & relapse_signs(course, window, twins).yes).any(axis=1)
    return reached[:, -1] & ~relapsed


def relapse_signs(course: Course, places: np.ndarray, twins: slice) -> Answer:
    """Autoreactive cells and clinical activity are both back; a relapse if activity had been low before."""
    p = course.parameters_of(twins)
    cells = course.curves["autoreactive_tissue_fraction"][twins][:, places] > column(p["sledai.relapse_autoreactive"])
    clinical = chart.sledai_score(course.curves["sledai_items"][twins][:, places]).clinical
    return Answer.of(cells) & (clinical >= column(p["sledai.relapse_points"]))

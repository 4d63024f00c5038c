"""What the protocol of a trial does for the steroid of lupus: rescue, the taper to a target, and what patients still take."""

from __future__ import annotations

import numpy as np

from immunoreset.patient.course import BETWEEN_VISITS, Course
from immunoreset.patient.signs import column

TAPERED_BY = 280.0  # day: week 40
BACKGROUND_STEROID, TARGET_STEROID = 10.0, 7.5  # mg of prednisolone a day (assumed above the target; TULIP)


def rescued(course: Course, day: float) -> np.ndarray:
    """Who was given rescue up to a day: inflammation, without noise, was too high at a visit; visits are every four weeks."""
    visits = np.arange(BETWEEN_VISITS, min(day, course.days[-1]) + 1, BETWEEN_VISITS, dtype=float)
    limit = column(course.parameters["trial.rescue_above"])
    return np.any(course.between("inflammation", visits) > limit, axis=1)


def tapered(course: Course) -> np.ndarray:
    """Whose steroid could be tapered to the target by week 40; nobody's before."""
    if course.days[-1] < TAPERED_BY:
        return np.zeros(course.failed.shape, dtype=bool)
    quiet = course.between("inflammation", np.array([TAPERED_BY]))[:, 0] < np.asarray(course.parameters["trial.taper_below"])
    return np.asarray(quiet)


def background_steroid(course: Course, places: np.ndarray) -> np.ndarray:
    """Prednisolone that patients of a trial still take at visits, mg a day, twins x visits; who was given CAR-T cells stopped."""
    on = np.broadcast_to(np.asarray(course.parameters["trial.steroid_above_target"]), course.failed.shape) > 0
    if not on.any():
        return np.zeros((len(on), len(places)))
    late = course.days[places] >= TAPERED_BY
    dose = np.where(tapered(course)[:, None] & late, TARGET_STEROID, BACKGROUND_STEROID)
    given = np.logical_or.accumulate(course.curves["car_t_per_ul"] > 0, axis=1)[:, places]
    return np.where(on[:, None] & ~given, dose, 0.0)

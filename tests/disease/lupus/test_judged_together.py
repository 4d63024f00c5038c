"""Visits that are judged in one go are judged as each alone."""

from __future__ import annotations

import numpy as np

from immunoreset.disease.lupus.outcomes import bilag_at, judge_bilag
from immunoreset.study import simulate_arm
from immunoreset.study_reading import parse_study

STUDY = """
title = "judged together"
seed = 1
stop = 200
[patients]
population = "cart"
n = 30
[arms]
car-t = "cd19-car-t 1e6 cells/kg on day 0"
"""


def test_bilag_of_several_visits_is_that_of_each() -> None:
    course, _ = simulate_arm(parse_study(STUDY), "car-t")
    places = [0, *(course.place(day) for day in (28, 90, 180))]
    alone = []
    for place in places:
        course.noted.clear()
        alone.append(bilag_at(course, place))
    course.noted.clear()
    judge_bilag(course, places)
    for place, one in zip(places, alone, strict=True):
        found = course.noted["bilag", place]
        np.testing.assert_array_equal(found.low, one.low)
        np.testing.assert_array_equal(found.high, one.high)
    assert len({one.low.tobytes() for one in alone}) > 1

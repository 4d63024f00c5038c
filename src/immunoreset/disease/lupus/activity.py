"""How active lupus is in simulated patients: as visits show it, with their noise, and as it truly is."""

from __future__ import annotations

import numpy as np

from immunoreset.disease.lupus import chart
from immunoreset.disease.lupus.bilag_chart import haemolysis
from immunoreset.disease.lupus.organs import ORGANS
from immunoreset.disease.lupus.steroid import background_steroid
from immunoreset.disease.lupus.visit import see
from immunoreset.patient.course import Course


def activity_of(course: Course, places: np.ndarray) -> chart.Activity:
    """The chart of lupus activity at visits on some stored days, twins x days."""
    seen = see(course, places)
    return chart.Activity(
        marks=seen.marks,
        marks_before=see(course, course.visit_before(places)).marks,
        load=chart.assessed_load(seen.organs, seen.upcr, course.parameters),
        prednisolone=course.curves["prednisolone"][:, places],
        immunosuppressed=course.curves["immunosuppressed"][:, places],
        parameters=course.parameters,
        background_steroid=background_steroid(course, places),
        haemolysis=haemolysis(seen.haemoglobin, seen.organs["blood"], course.parameters),
    )


def true_activity(course: Course, places: np.ndarray, twins: slice) -> chart.Activity:
    """The same of some twins, as it is: without the noise of visits, and without the steroid of entry."""

    def curve(name: str, columns: np.ndarray) -> np.ndarray:
        return course.curves[name][twins][:, columns]

    parameters, organs = course.parameters_of(twins), {organ: curve(organ, places) for organ in ORGANS}
    return chart.Activity(
        marks=curve("sledai_items", places),
        marks_before=curve("sledai_items", course.visit_before(places)),
        load=chart.assessed_load(organs, curve("proteinuria", places), parameters),
        prednisolone=curve("prednisolone", places),
        immunosuppressed=curve("immunosuppressed", places),
        parameters=parameters,
        haemolysis=haemolysis(curve("haemoglobin", places), organs["blood"], parameters),
    )

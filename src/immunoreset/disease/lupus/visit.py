"""What a visit sees of a patient with lupus: the state with the noise of the physician and of the laboratory.

The noise is part of the observation, never of the state. The activity of organs and of the kidney carries that of the physician,
one deviate for all organs of a visit, which correlates with the visit before; laboratory values carry that of their assays, the
same as in a table of readings, and are judged as they are printed, so that what is written of a visit scores as the visit did.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from types import SimpleNamespace
from typing import Any

import numpy as np

from immunoreset.disease.lupus.autoantibody import assay_reading
from immunoreset.disease.lupus.bilag_chart import Findings
from immunoreset.disease.lupus.long_term.course import kidney_replaced
from immunoreset.disease.lupus.organs import ORGANS
from immunoreset.disease.lupus.sledai import Sledai, sledai_items
from immunoreset.patient.course import Course
from immunoreset.patient.observe import observe, printed, visit_deviates, visit_weeks
from immunoreset.patient.signs import column
from immunoreset.patient.vocabulary import Findings as VisitFindings

SEEN_AT_VISITS = (
    *ORGANS,
    "inflammation",
    "renal_inflammation",
    "proteinuria",
    "egfr",
    "c3",
    "c4",
    "anti_dsdna_reading",
    "haemoglobin",
    "white_cells",
    "neutrophils",
    "platelets",
)
COUNTS = ("haemoglobin", "white_cells", "neutrophils", "platelets")


@dataclass(frozen=True)
class Seen:
    """What visits show, all twins x visits: signs as one number, activity as scored, and the laboratory's readings."""

    marks: np.ndarray
    organs: Mapping[str, np.ndarray]
    renal_inflammation: np.ndarray
    upcr: np.ndarray
    """g/g"""
    egfr: np.ndarray
    """mL/min per 1.73 m2; nan once kidney replacement has begun, when it measures no filtration"""
    c3: np.ndarray
    """g/L, as are C4 and haemoglobin"""
    c4: np.ndarray
    anti_dsdna: np.ndarray
    """IU/mL"""
    haemoglobin: np.ndarray
    white_cells: np.ndarray
    """10^9/L, as are the other counts"""
    neutrophils: np.ndarray
    lymphocytes: np.ndarray
    platelets: np.ndarray

    def findings(self) -> Findings:
        """What BILAG asks, one value after the other: twins of the first visit, of the second and so on."""

        def flat(values: np.ndarray) -> np.ndarray:
            return np.ravel(values, order="F")

        measured = {name: flat(getattr(self, name)) for name in ("marks", "upcr", "egfr", *COUNTS, "lymphocytes")}
        return Findings({organ: flat(activity) for organ, activity in self.organs.items()}, **measured)


def see(course: Course, places: np.ndarray) -> Seen:
    """What visits on stored days, given by their places, show. At entry nobody errs: it decided enrolment.

    What a place shows is worked out once; ask for many at once, which costs little more than one.
    """
    wanted = [int(place) for place in places]
    new = [place for place in dict.fromkeys(wanted) if ("seen", place) not in course.noted]
    if new:
        fresh = _see(course, np.array(new))
        course.noted.update({("seen", place): (fresh, column) for column, place in enumerate(new)})
    return _together([course.noted["seen", place] for place in wanted])


def _together(found: Sequence[tuple[Seen, int]]) -> Seen:
    """One visit after the other, each as a column of what was seen."""
    columns = [column for _, column in found]
    first = found[0][0]
    if all(seen is first for seen, _ in found) and columns == list(range(first.marks.shape[1])):
        return first

    def joined(values: Callable[[Seen], np.ndarray]) -> np.ndarray:
        return np.stack([values(seen)[:, column] for seen, column in found], axis=1)

    organs = {organ: joined(lambda seen, organ=organ: seen.organs[organ]) for organ in first.organs}
    others = [field.name for field in fields(Seen) if field.name != "organs"]
    return Seen(organs=organs, **{name: joined(lambda seen, name=name: getattr(seen, name)) for name in others})


def _see(course: Course, places: np.ndarray) -> Seen:
    p, days, ids = course.parameters, course.days[places], course.ids_of()
    after_entry = days > 0

    def curve(name: str) -> np.ndarray:
        return np.asarray(course.curves[name][:, places], dtype=float)

    def error_of_physician(name: str) -> Any:
        return np.exp(column(p["trial.visit_noise"]) * _deviates(course, name)[:, visit_weeks(days)] * after_entry)

    def assayed(name: str) -> Any:
        true = curve(name)
        return np.where(after_entry, printed(observe(name, true, days, parameters=p, patients=ids, seed=course.seed)), true)

    error = error_of_physician("inflammation")
    organs = {organ: curve(organ) * error for organ in ORGANS}
    renal = curve("renal_inflammation") * error_of_physician("renal_inflammation")
    measured = {name: assayed(name) for name in ("proteinuria", "egfr", "c3", "c4", *COUNTS)}
    measured["egfr"] = np.where(kidney_replaced(course, days), np.nan, measured["egfr"])
    numbers: dict[str, Any] = {number: column(p[f"sledai.{number}"]) for number in Sledai._fields}
    my = Sledai(**numbers)
    antibody = assayed("anti_dsdna_reading")
    titre = assay_reading(antibody, my.positive_above, 1 / my.assay_exponent)
    found = VisitFindings(
        **organs,
        renal_inflammation=renal,
        anti_dsdna=titre,
        **{name: measured[name] for name in ("proteinuria", "c3", "c4", "platelets", "white_cells")},
    )
    marks = sledai_items(my, SimpleNamespace(found=found))  # type: ignore[arg-type]  # only findings make items
    others = column(p["assay.other_leucocytes"]) / column(p["assay.neutrophil_count"])
    lymphocytes = np.maximum(measured["white_cells"] - measured["neutrophils"] - others, 0.0)
    counts = {name: measured[name] for name in COUNTS} | {"lymphocytes": lymphocytes}
    serology = {"c3": measured["c3"], "c4": measured["c4"], "anti_dsdna": antibody}
    return Seen(np.asarray(marks, dtype=float), organs, renal, measured["proteinuria"], measured["egfr"], **serology, **counts)


def _deviates(course: Course, name: str) -> np.ndarray:
    """Deviates of what the physician sees in all four weeks of the courses, twins x weeks."""
    key = "deviates", name
    if key not in course.noted:
        correlation, weeks = float(np.max(course.parameters["trial.visit_correlation"])), int(visit_weeks(course.days[-1])) + 1
        patients, seed = course.ids_of(), course.seed
        course.noted[key] = visit_deviates(name, weeks, correlation=correlation, patients=patients, seed=seed)
    return course.noted[key]

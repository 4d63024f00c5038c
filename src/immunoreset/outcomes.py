"""What happened to each twin under one treatment: one number per twin and outcome.

An outcome that did not happen (B cells that never came back) and every outcome of a twin whose simulation failed are nan, never
zero; what does not apply (lupus activity in lymphoma) is not there. A yes or no is 1 or 0.

Who dies is judged as ICH E9(R1) has it: no response from that day on, no value on a later day, and nothing that would have come
later has come. Peaks and lowest values are those of the whole course.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from immunoreset.catalogue import built_in
from immunoreset.disease.disease import Disease
from immunoreset.followed import DAYS_OF_OUTCOMES, YEAR
from immunoreset.patient import signs
from immunoreset.patient.course import Course
from immunoreset.patient.outcome import Outcome, as_of_death

PER_DAYS = 100.0  # the hazard of infection is per 100 days


@dataclass(frozen=True)
class Outcomes:
    """Outcomes of one arm; all arrays have one entry per twin.

    `patient` is the row of the patient whom the twin resembles, `twin` its number among that patient's twins.
    """

    patient: np.ndarray
    twin: np.ndarray
    failed: np.ndarray
    values: dict[str, np.ndarray]

    def by_patient(self, name: str) -> np.ndarray:
        """The outcome as patients x twins: a column is one trial of the cohort. Nan where there is no such twin.

        >>> cohort = Outcomes(np.array([0, 0, 1]), np.array([0, 1, 0]), np.zeros(3, bool), {"day": np.array([9.0, 10.0, 8.0])})
        >>> cohort.by_patient("day").tolist()
        [[9.0, 10.0], [8.0, nan]]
        """
        table = np.full((int(self.patient.max()) + 1, int(self.twin.max()) + 1), np.nan)
        table[self.patient, self.twin] = self.values[name]
        return table


OF_CELLS: dict[str, Outcome] = {
    "car_t_peak_day": Outcome("CAR-T peak", "day"),
    "car_t_peak_percent_of_t_cells": Outcome("CAR-T at the peak, share of T cells", "%"),
    "car_t_peak_per_ul": Outcome("CAR-T at the peak", "cells/µL"),
    "car_t_cleared_day": Outcome("CAR-T cleared from blood", "day"),
    "b_cells_undetectable_day": Outcome("B cells no longer detected in blood", "day"),
    "b_cell_return_day": Outcome("B cells back in blood", "day"),
    "returning_b_cells_naive_percent": Outcome("naive or transitional among returning B cells", "%"),
    "node_cleared": Outcome("lymph node cleared of B cells", share=True),
}
OF_SAFETY: dict[str, Outcome] = {
    "crs_any": Outcome("cytokine release syndrome, any grade", share=True),
    "crs_grade2_plus": Outcome("cytokine release syndrome, grade 2 or more", share=True),
    "crs_grade3_plus": Outcome("cytokine release syndrome, grade 3 or more", share=True),
    "icans_any": Outcome("neurotoxicity, any grade", share=True),
    "icans_grade3_plus": Outcome("neurotoxicity, grade 3 or more", share=True),
    "infections_year": Outcome("infections expected in the first year", on=YEAR),
    "il6_peak": Outcome("IL-6 at the peak", "pg/mL"),
    "neutrophils_nadir": Outcome("neutrophils at the lowest", "10⁹/L"),
    "igg_change_percent_day180": Outcome("IgG, change at day 180", "%", on=180),
    "vaccine_antibody_change_percent_day180": Outcome("vaccine antibody, change at day 180", "%", on=180),
}


def outcomes_of(*diseases: Disease) -> dict[str, Outcome]:
    """Every outcome of patients with these diseases, in the order of a page: cells, the diseases, safety."""
    return {**OF_CELLS, **{name: about for disease in diseases for name, about in disease.outcomes.items()}, **OF_SAFETY}


OUTCOMES = outcomes_of(*built_in().diseases.values())


def read_outcomes(course: Course, disease: Disease) -> dict[str, np.ndarray]:
    """All outcomes that the simulated days allow; nan for twins that failed."""
    about, died = outcomes_of(disease), disease.deaths(course).day
    found = _cell_outcomes(course, died) | disease.read_outcomes(course) | _toxicity_outcomes(course) | _antibody_outcomes(course)
    judged = as_of_death({name: found[name] for name in about if name in found}, about, died)
    return {name: np.where(course.failed, np.nan, values) for name, values in judged.items()}


def _cell_outcomes(course: Course, died: np.ndarray) -> dict[str, np.ndarray]:
    """CAR-T cells, which only their arm has, B cells and the lymph node."""
    found = course.readouts
    back = found["b_cell_return_day"]
    infused = found["car_t_peak"] > 0
    return {
        "car_t_peak_day": np.where(infused, found["car_t_peak_day"], np.nan),
        "car_t_peak_percent_of_t_cells": np.where(infused, found["car_t_percent_peak"], np.nan),
        "car_t_peak_per_ul": np.where(infused, found["car_t_peak"], np.nan),
        "car_t_cleared_day": np.where(infused, found["car_t_cleared_day"], np.nan),
        "b_cells_undetectable_day": found["b_cells_undetectable_day"],
        "b_cell_return_day": back,
        "returning_b_cells_naive_percent": _naive_percent_at(course, np.where(back > died, np.nan, back)),
        "node_cleared": found["lymph_node_lowest"] < 100 * np.asarray(course.parameters["assay.node_limit"]),
    }


def _naive_percent_at(course: Course, day: np.ndarray) -> np.ndarray:
    """Naive and transitional cells among B cells on the first stored day after `day`."""
    came_back = np.isfinite(day)
    column = np.minimum(np.searchsorted(course.days, np.where(came_back, day, 0.0)), len(course.days) - 1)
    naive, transitional, memory = (
        course.curves[f"{kind}_b_per_ul"][np.arange(len(day)), column] for kind in ("naive", "transitional", "memory")
    )
    young = naive + transitional
    share = 100 * young / np.maximum(young + memory, np.finfo(float).tiny)
    return np.where(came_back, share, np.nan)


def _toxicity_outcomes(course: Course) -> dict[str, np.ndarray]:
    """Grades of the signs that a patient shows at the highest signal."""
    found, p = course.readouts, course.parameters
    crs, icans = signs.crs_grade(found["crs_signal_peak"], p), signs.icans_grade(found["icans_signal_peak"], p)
    return {
        "crs_any": (crs >= 1).values,
        "crs_grade2_plus": (crs >= 2).values,
        "crs_grade3_plus": (crs >= 3).values,
        "icans_any": (icans >= 1).values,
        "icans_grade3_plus": (icans >= 3).values,
        **expected_infections(course),
        "il6_peak": found["il6_peak"],
        "neutrophils_nadir": found["neutrophils_lowest"],
    }


def expected_infections(course: Course) -> dict[str, np.ndarray]:
    """Infections expected in the first year, where it was simulated to its end."""
    return {"infections_year": course.readouts["infections_year"] / PER_DAYS} if course.days[-1] >= YEAR else {}


def _antibody_outcomes(course: Course) -> dict[str, np.ndarray]:
    """Change of IgG and of vaccine antibody."""
    found = {}
    for day in DAYS_OF_OUTCOMES:
        if day in course.days:
            found[f"igg_change_percent_day{day}"] = course.on(day, "igg_percent") - 100
            found[f"vaccine_antibody_change_percent_day{day}"] = course.on(day, "vaccine_percent") - 100
    return found

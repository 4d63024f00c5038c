"""What happened to each twin under one treatment: one number per twin and outcome.

An outcome that did not happen (B cells that never came back), that does not apply (lupus activity in lymphoma) and every
outcome of a twin whose simulation failed are nan, never zero. A yes or no is 1 or 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.lupus import responses
from immunoreset.endpoints.quantities import Pga
from immunoreset.patient import chart

FLARE = "flare"  # name of the random shocks, in the record of events
DAYS_OF_OUTCOMES = (90, 180, 360, 540)
PER_DAYS = 100.0  # the hazard of infection is per 100 days
YEAR = 365.0  # days over which expected infections are added up
BETWEEN_VISITS = 28  # days; what is new in LLDAS and BILAG is new since the visit before
PIECE = 1000  # twins whose whole courses are judged at once, to bound memory


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


@dataclass(frozen=True)
class Outcome:
    """How an outcome is called on the page; a `share` is a yes or no per twin, `lupus` marks what only lupus has."""

    label: str
    unit: str = ""
    share: bool = False
    lupus: bool = False


OUTCOMES: dict[str, Outcome] = {
    "car_t_peak_day": Outcome("CAR-T peak", "day"),
    "car_t_peak_percent_of_t_cells": Outcome("CAR-T at the peak, share of T cells", "%"),
    "car_t_peak_per_ul": Outcome("CAR-T at the peak", "cells/µL"),
    "car_t_cleared_day": Outcome("CAR-T cleared from blood", "day"),
    "b_cells_undetectable_day": Outcome("B cells no longer detected in blood", "day"),
    "b_cell_return_day": Outcome("B cells back in blood", "day"),
    "returning_b_cells_naive_percent": Outcome("naive or transitional among returning B cells", "%"),
    "node_cleared": Outcome("lymph node cleared of B cells", share=True),
    "anti_dsdna_negative_day90": Outcome("anti-dsDNA negative at day 90", share=True, lupus=True),
    "c3_normal_day90": Outcome("C3 normal at day 90", share=True, lupus=True),
    "proteinuria_normal_day90": Outcome("proteinuria normal at day 90", share=True, lupus=True),
    "sledai_entry": Outcome("SLEDAI-2K at entry", "points", lupus=True),
    "sledai_day90": Outcome("SLEDAI-2K at day 90", "points", lupus=True),
    "sledai_day180": Outcome("SLEDAI-2K at day 180", "points", lupus=True),
    "sledai_day360": Outcome("SLEDAI-2K at day 360", "points", lupus=True),
    "doris_day90": Outcome("DORIS remission at day 90", share=True, lupus=True),
    "doris_day180": Outcome("DORIS remission at day 180", share=True, lupus=True),
    "drug_free_doris_day180": Outcome("drug-free DORIS remission at day 180", share=True, lupus=True),
    "sri4_day180": Outcome("SRI-4 response at day 180", share=True, lupus=True),
    "sri4_day360": Outcome("SRI-4 response at day 360", share=True, lupus=True),
    "bicla_day180": Outcome("BICLA response at day 180", share=True, lupus=True),
    "bicla_day360": Outcome("BICLA response at day 360", share=True, lupus=True),
    "lldas_day90": Outcome("low disease activity at day 90", share=True, lupus=True),
    "lldas_day180": Outcome("low disease activity at day 180", share=True, lupus=True),
    "remission_day540": Outcome("responded, without relapse by day 540", share=True, lupus=True),
    "crs_any": Outcome("cytokine release syndrome, any grade", share=True),
    "crs_grade2_plus": Outcome("cytokine release syndrome, grade 2 or more", share=True),
    "crs_grade3_plus": Outcome("cytokine release syndrome, grade 3 or more", share=True),
    "icans_any": Outcome("neurotoxicity, any grade", share=True),
    "icans_grade3_plus": Outcome("neurotoxicity, grade 3 or more", share=True),
    "infections_year": Outcome("infections expected in the first year"),
    "il6_peak": Outcome("IL-6 at the peak", "pg/mL"),
    "neutrophils_nadir": Outcome("neutrophils at the lowest", "10⁹/L"),
    "igg_change_percent_day180": Outcome("IgG, change at day 180", "%"),
    "vaccine_antibody_change_percent_day180": Outcome("vaccine antibody, change at day 180", "%"),
}


@dataclass(frozen=True)
class Course:
    """The solved courses of one arm, as outcomes need them: `curves` are twins x days, read-outs and parameters one per twin."""

    days: np.ndarray
    curves: Mapping[str, np.ndarray]
    readouts: Mapping[str, np.ndarray]
    parameters: Mapping[str, float | np.ndarray]
    failed: np.ndarray

    def on(self, day: float, curve: str) -> np.ndarray:
        """The curve on a stored day."""
        return self.curves[curve][:, self.place(day)]

    def place(self, day: float) -> int:
        """Place of a stored day."""
        return int(np.searchsorted(self.days, day))

    def visit_before(self, place: int | np.ndarray) -> np.ndarray:
        """Place of the last stored day at least four weeks earlier, or of the first stored day."""
        earlier = np.searchsorted(self.days, self.days[place] - BETWEEN_VISITS, side="right") - 1
        return np.maximum(earlier, 0)

    def activity(self, places: slice | np.ndarray, twins: slice = slice(None)) -> chart.Activity:
        """The chart of lupus activity on some stored days, twins x days."""
        at = np.arange(len(self.days))[places]

        def curve(name: str, columns: np.ndarray) -> np.ndarray:
            return self.curves[name][twins][:, columns]

        return chart.Activity(
            marks=curve("sledai_items", at),
            marks_before=curve("sledai_items", self.visit_before(at)),
            prednisolone=curve("prednisolone", at),
            immunosuppressed=curve("immunosuppressed", at),
            parameters=self._parameters_of(twins),
        )

    def pieces(self) -> Iterator[slice]:
        """The twins in pieces."""
        return (slice(first, first + PIECE) for first in range(0, len(self.failed), PIECE))

    def _parameters_of(self, twins: slice) -> dict[str, float | np.ndarray]:
        return {name: np.asarray(value)[twins] if np.ndim(value) else value for name, value in self.parameters.items()}


def read_outcomes(course: Course) -> dict[str, np.ndarray]:
    """All outcomes that the simulated days allow; nan for twins that failed."""
    outcomes = _cell_outcomes(course) | _toxicity_outcomes(course)
    entry = visit_at(course, 0)
    for day in DAYS_OF_OUTCOMES:
        if day in course.days:
            outcomes |= _outcomes_on(course, day, entry)
    wanted = {name: np.asarray(outcomes[name], dtype=float) for name in OUTCOMES if name in outcomes}
    without_lupus = np.asarray(course.parameters["body.lupus"]) == 0
    return {
        name: np.where(course.failed | (OUTCOMES[name].lupus & without_lupus), np.nan, values) for name, values in wanted.items()
    }


def _cell_outcomes(course: Course) -> dict[str, np.ndarray]:
    """CAR-T cells, which only their arm has, B cells and the lymph node."""
    found = course.readouts
    infused = found["car_t_peak"] > 0
    return {
        "car_t_peak_day": np.where(infused, found["car_t_peak_day"], np.nan),
        "car_t_peak_percent_of_t_cells": np.where(infused, found["car_t_percent_peak"], np.nan),
        "car_t_peak_per_ul": np.where(infused, found["car_t_peak"], np.nan),
        "car_t_cleared_day": np.where(infused, found["car_t_cleared_day"], np.nan),
        "b_cells_undetectable_day": found["b_cells_undetectable_day"],
        "b_cell_return_day": found["b_cell_return_day"],
        "returning_b_cells_naive_percent": _naive_percent_at(course, found["b_cell_return_day"]),
        "node_cleared": found["lymph_node_lowest"] < 100 * np.asarray(course.parameters["assay.node_limit"]),
        "sledai_entry": chart.sledai_score(course.curves["sledai_items"][:, 0]).total.values,
    }


def _naive_percent_at(course: Course, day: np.ndarray) -> np.ndarray:
    """Naive and transitional cells among B cells on the first stored day after `day`."""
    young = course.curves["naive_b_per_ul"] + course.curves["transitional_b_per_ul"]
    share = 100 * young / np.maximum(young + course.curves["memory_b_per_ul"], np.finfo(float).tiny)
    came_back = np.isfinite(day)
    column = np.minimum(np.searchsorted(course.days, np.where(came_back, day, 0.0)), len(course.days) - 1)
    return np.where(came_back, share[np.arange(len(day)), column], np.nan)


def _toxicity_outcomes(course: Course) -> dict[str, np.ndarray]:
    """Grades of the signs that a patient shows at the highest signal."""
    found, p = course.readouts, course.parameters
    crs, icans = chart.crs_grade(found["crs_signal_peak"], p), chart.icans_grade(found["icans_signal_peak"], p)
    return {
        "crs_any": (crs >= 1).values,
        "crs_grade2_plus": (crs >= 2).values,
        "crs_grade3_plus": (crs >= 3).values,
        "icans_any": (icans >= 1).values,
        "icans_grade3_plus": (icans >= 3).values,
        **({"infections_year": found["infections_year"] / PER_DAYS} if course.days[-1] >= YEAR else {}),
        "il6_peak": found["il6_peak"],
        "neutrophils_nadir": found["neutrophils_lowest"],
    }


def _outcomes_on(course: Course, day: int, entry: responses.Activity) -> dict[str, np.ndarray]:
    p = course.parameters
    judged = judged_on(course, course.place(day), entry)
    remission = f"remission_day{day}"
    return {
        f"anti_dsdna_negative_day{day}": course.on(day, "anti_dsdna_reading") <= p["antibodies.positive_above"],
        f"c3_normal_day{day}": course.on(day, "c3") >= p["sledai.cut_c3"],
        f"proteinuria_normal_day{day}": course.on(day, "proteinuria") <= p["sledai.cut_proteinuria"],
        **{f"{name}_day{day}": values for name, values in judged.items()},
        **({remission: _without_relapse(course, day)} if remission in OUTCOMES else {}),
        f"igg_change_percent_day{day}": course.on(day, "igg_percent") - 100,
        f"vaccine_antibody_change_percent_day{day}": course.on(day, "vaccine_percent") - 100,
    }


def judged_on(course: Course, place: int, entry: responses.Activity) -> dict[str, np.ndarray]:
    """SLEDAI, remission, low activity, SRI-4 and BICLA at a stored day, one per twin; a yes or no is 1 or 0.

    Responses are against `entry`, the `visit_at` the first stored day, and nan for a twin with too little activity then.
    """
    seen = course.activity(np.array([place]))
    visit = visit_at(course, place)
    evaluable = {"sri4": responses.sri_evaluable(entry.sledai, k=4), "bicla": responses.bicla_evaluable(entry.bilag)}
    found = {"sri4": responses.sri(entry, visit, k=4), "bicla": responses.bicla(entry, visit)}
    return {
        "sledai": seen.sledai.total.values[:, 0],
        "doris": seen.doris().values[:, 0],
        "drug_free_doris": seen.drug_free_doris().values[:, 0],
        "lldas": seen.lldas().values[:, 0],
        **{name: np.where(evaluable[name].yes, answer.values, np.nan) for name, answer in found.items()},
    }


def visit_at(course: Course, place: int) -> responses.Activity:
    """What the responses compare, one value per twin."""
    seen = course.activity(np.array([place]))
    return responses.Activity(
        sledai=seen.sledai.total.values[:, 0],
        bilag=_bilag(course, place),
        pga=Pga(np.asarray(seen.pga.value)[:, 0], "0-3"),
    )


def _bilag(course: Course, place: int) -> Range:
    before, now = (course.curves["proteinuria"][:, at] for at in (int(course.visit_before(place)), place))
    marks, inflammation = (course.curves[name][:, place] for name in ("sledai_items", "inflammation"))
    return chart.bilag(marks, inflammation, (now, before), course.parameters)


def sledai_curve(course: Course) -> np.ndarray:
    """SLEDAI-2K, twins x stored days."""
    return np.concatenate([chart.sledai_score(course.curves["sledai_items"][piece]).total.values for piece in course.pieces()])


def _without_relapse(course: Course, day: float) -> np.ndarray:
    """Low disease activity was reached after the infusion, and no relapse followed up to `day`."""
    window = np.flatnonzero((course.days > 0) & (course.days <= day))
    return np.concatenate([_kept_low(course, window, piece) for piece in course.pieces()])


def _kept_low(course: Course, window: np.ndarray, twins: slice) -> np.ndarray:
    visits = course.activity(window, twins)
    reached = np.maximum.accumulate(visits.lldas().yes, axis=1)
    relapsed = (reached & relapse_signs(course, window, twins).yes).any(axis=1)
    return reached[:, -1] & ~relapsed


def relapse_signs(course: Course, places: np.ndarray, twins: slice) -> Answer:
    """Autoreactive cells and clinical activity are both back; a relapse if activity had been low before."""
    p = course.activity(places, twins).parameters
    cells = course.curves["autoreactive_tissue_fraction"][twins][:, places] > _column(p["sledai.relapse_autoreactive"])
    clinical = chart.sledai_score(course.curves["sledai_items"][twins][:, places]).clinical
    return Answer.of(cells) & (clinical >= _column(p["sledai.relapse_points"]))


def _column(value: float | np.ndarray) -> np.ndarray:
    numbers = np.asarray(value, dtype=float)
    return numbers if numbers.ndim == 0 else numbers[:, None]

"""What a study follows: which quantities, on which days, and what is read exactly between them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from immunoreset.disease.disease import Disease
from immunoreset.engine import Area, FirstAbove, FirstBelow, Maximum, Minimum, TimeOfMaximum
from immunoreset.engine.readouts import Readout
from immunoreset.patient.theta import Theta

DAYS_OF_OUTCOMES = (90, 180, 360, 540)
YEAR = 365.0  # days over which expected infections are added up
CLEARED_AFTER = 21.0  # day; CAR-T have peaked by then, so that the first low count after it is clearance
B_CELLS_BACK = 5.0  # cells/uL, model specification section 7
_OF_CELLS = (
    "car_t_per_ul",
    "car_t_percent_of_t_cells",
    "car_t_copies_per_ug",
    "cd20_positive_per_ul",
    "naive_b_per_ul",
    "transitional_b_per_ul",
    "memory_b_per_ul",
    "plasmablasts_per_ul",
)
_OF_TREATMENT_AND_SAFETY = (
    "prednisolone",
    "immunosuppressed",
    "il6",
    "neutrophils",
    "white_cells",
    "platelets",
    "haemoglobin",
    "egfr",
    "infections_per_100_days",
    "crs_signal",
    "icans_signal",
    "lymph_node_percent",
    "igg_percent",
    "vaccine_percent",
)


def followed(*diseases: Disease) -> tuple[str, ...]:
    """Names of the readings that are kept of patients with these diseases."""
    return tuple(dict.fromkeys((*_OF_CELLS, *(n for disease in diseases for n in disease.followed), *_OF_TREATMENT_AND_SAFETY)))


def days_to_store(start: float, stop: float) -> np.ndarray:
    """Days on which trajectories are kept: close together while the cells expand, then further apart.

    >>> days = days_to_store(-35, 730)
    >>> len(days) < 200, set(DAYS_OF_OUTCOMES) <= set(days.tolist())
    (True, True)
    """
    pieces = (
        np.arange(-1000, -7, 7.0),
        np.arange(-7, 30, 1.0),
        np.arange(30, 120, 3.0),
        np.arange(120, 2 * 365, 6.0),
        np.arange(2 * 365, 20 * 365, 28.0),
        np.array(DAYS_OF_OUTCOMES, dtype=float),
        np.array([start, stop], dtype=float),
    )
    days = np.unique(np.concatenate(pieces))
    return days[(days >= start) & (days <= stop)]


def readouts(theta: Theta) -> Mapping[str, Readout]:
    """Peaks, lowest values and first days, exact between the stored days."""
    undetectable, cleared = (_value(theta, name) for name in ("assay.b_cell_limit", "assay.car_t_limit"))
    return {
        "car_t_peak": Maximum("car_t_per_ul"),
        "car_t_peak_day": TimeOfMaximum("car_t_per_ul"),
        "car_t_percent_peak": Maximum("car_t_percent_of_t_cells"),
        "car_t_cleared_day": FirstBelow("car_t_copies_per_ug", cleared, after=CLEARED_AFTER),
        "b_cells_undetectable_day": FirstBelow("cd20_positive_per_ul", undetectable),
        "b_cell_return_day": FirstAbove("cd20_positive_per_ul", B_CELLS_BACK, after=0.0),
        "lymph_node_lowest": Minimum("lymph_node_percent"),
        "neutrophils_lowest": Minimum("neutrophils"),
        "il6_peak": Maximum("il6"),
        "crs_signal_peak": Maximum("crs_signal"),
        "icans_signal_peak": Maximum("icans_signal"),
        "infections_year": Area("infections_per_100_days", 0.0, YEAR),
    }


def _value(theta: Theta, name: str) -> float:
    """A number by its flat name, without the birth certificates of all others."""
    return theta.changed.get(name, theta.published.table[name].value)

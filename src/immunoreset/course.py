"""The course of one patient: what is followed, on which days, and what happens by itself.

A study follows the same quantities under every treatment. Flares come as random shocks every four weeks, drawn by patient, so
that a twin has the same flares under every treatment; the last autoreactive cell can die out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from immunoreset.engine import Area, Extinction, FirstAbove, FirstBelow, Maximum, Minimum, Shock, TimeOfMaximum
from immunoreset.engine.arithmetic import exp, sqrt
from immunoreset.engine.events import Event
from immunoreset.engine.readouts import Readout
from immunoreset.outcomes import DAYS_OF_OUTCOMES, FLARE, YEAR
from immunoreset.patient.outputs import OUTPUTS
from immunoreset.patient.parameters import table

Reading = Callable[[Any, Any, Any], Any]

FLARE_EVERY_DAYS = 28
ONE_CELL = 1e-6  # of the unit of the pools, one million cells
CLEARED_AFTER = 21.0  # day; CAR-T have peaked by then, so that the first low count after it is clearance
B_CELLS_BACK = 5.0  # cells/uL, model specification section 7


def _percent_of_entry(state: str, baseline: Callable[[Any], Any]) -> Reading:
    return lambda t, s, p: p.assay.percent * getattr(s, state) / baseline(p)


def lymph_node_percent(t: Any, s: Any, p: Any) -> Any:
    """B cells of lymphoid tissue, percent of the untreated number."""
    return p.assay.percent * OUTPUTS["lymph_node_fraction"].read(t, s, p)


_FROM_PATIENT = (
    "car_t_per_ul",
    "car_t_percent_of_t_cells",
    "car_t_copies_per_ug",
    "cd20_positive_per_ul",
    "naive_b_per_ul",
    "transitional_b_per_ul",
    "memory_b_per_ul",
    "plasmablasts_per_ul",
    "anti_dsdna_reading",
    "c3",
    "proteinuria",
    "sledai_items",
    "inflammation",
    "autoreactive_tissue_fraction",
    "prednisolone",
    "immunosuppressed",
    "il6",
    "neutrophils",
    "infections_per_100_days",
    "crs_signal",
    "icans_signal",
)
FOLLOWED: Mapping[str, Reading] = {name: OUTPUTS[name].read for name in _FROM_PATIENT} | {
    "lymph_node_percent": lymph_node_percent,
    "igg_percent": _percent_of_entry("igg", lambda p: p.antibodies.igg_baseline),
    "vaccine_percent": _percent_of_entry("vaccine_antibody", lambda p: p.antibodies.vaccine_baseline),
}
UNITS: Mapping[str, str] = {name: OUTPUTS[name].unit for name in _FROM_PATIENT} | {
    "lymph_node_percent": "percent",
    "igg_percent": "percent",
    "vaccine_percent": "percent",
    "sledai_2k": "1",
}


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
        np.arange(120, 20 * 365, 6.0),
        np.array(DAYS_OF_OUTCOMES, dtype=float),
        np.array([start, stop], dtype=float),
    )
    days = np.unique(np.concatenate(pieces))
    return days[(days >= start) & (days <= stop)]


def readouts() -> dict[str, Readout]:
    """Peaks, lowest values and first days, exact between the stored days."""
    undetectable = table()["assay.b_cell_limit"].value
    return {
        "car_t_peak": Maximum("car_t_per_ul"),
        "car_t_peak_day": TimeOfMaximum("car_t_per_ul"),
        "car_t_percent_peak": Maximum("car_t_percent_of_t_cells"),
        "car_t_cleared_day": FirstBelow("car_t_copies_per_ug", table()["assay.car_t_limit"].value, after=CLEARED_AFTER),
        "b_cells_undetectable_day": FirstBelow("cd20_positive_per_ul", undetectable),
        "b_cell_return_day": FirstAbove("cd20_positive_per_ul", B_CELLS_BACK, after=0.0),
        "lymph_node_lowest": Minimum("lymph_node_percent"),
        "neutrophils_lowest": Minimum("neutrophils"),
        "il6_peak": Maximum("il6"),
        "crs_signal_peak": Maximum("crs_signal"),
        "icans_signal_peak": Maximum("icans_signal"),
        "infections_year": Area("infections_per_100_days", 0.0, YEAR),
    }


def flare_spread(p: Any) -> Any:
    """Standard deviation of one shock: it keeps the sampled Ornstein-Uhlenbeck process at its own spread."""
    decay = exp(-2 * p.flare.relaxation * FLARE_EVERY_DAYS)
    return p.flare.sd * sqrt(1 - decay)


def natural_events(start: float, stop: float) -> tuple[Event, ...]:
    """What happens without treatment: flares, and the end of an autoreactive clone."""
    shocks = np.arange(start + FLARE_EVERY_DAYS, stop, FLARE_EVERY_DAYS, dtype=float)
    clone = Extinction("end of the autoreactive clone", ("autoreactive_activated", "autoreactive_memory"), ONE_CELL)
    if not len(shocks):
        return (clone,)
    return (Shock("flare_drive", shocks, flare_spread, FLARE), clone)

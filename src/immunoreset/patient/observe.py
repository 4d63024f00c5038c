"""What a hospital would read: on its sampling days, with the noise and the detection limits of its assays.

A trial or a report sees these readings, never the state of the model. The noise of one reading depends on the study seed, the
patient, the analyte and the day only, so it is the same whatever other days or patients are looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset import errors
from immunoreset.engine import random

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Assay:
    """How one output is measured; `noise`, `limit` and `whole` are flat parameter names.

    Readings with the same `sample` come from one tube and share their noise. Readings below the limit are reported as 0. Where
    a reading is a part of a `whole` (percent), noise acts on the ratio of the part to the rest, so no part exceeds the whole.
    """

    output: str
    sample: str
    noise: str
    limit: str | None = None
    whole: str | None = None


def _b_cell_assay(output: str) -> Assay:
    return Assay(output, output, "assay.noise_b_cells", "assay.b_cell_limit")


ASSAYS: dict[str, Assay] = {
    assay.output: assay
    for assay in (
        Assay("car_t_per_ul", "car_t", "assay.noise_car_t"),
        Assay("car_t_percent_of_t_cells", "car_t", "assay.noise_car_t", whole="assay.percent"),
        Assay("car_t_copies_per_ug", "car_t_copies", "assay.noise_car_t", "assay.car_t_limit"),
        _b_cell_assay("naive_b_per_ul"),
        _b_cell_assay("transitional_b_per_ul"),
        _b_cell_assay("memory_b_per_ul"),
        _b_cell_assay("plasmablasts_per_ul"),
        _b_cell_assay("cd20_positive_per_ul"),
        _b_cell_assay("b_cells_per_ul"),
        Assay("igg", "igg", "assay.noise_igg"),
        Assay("anti_dsdna_reading", "anti_dsdna", "assay.noise_anti_dsdna"),
        Assay("c3", "c3", "assay.noise_c3"),
        Assay("proteinuria", "proteinuria", "assay.noise_proteinuria"),
        Assay("il6", "il6", "assay.noise_il6"),
        Assay("egfr", "egfr", "assay.noise_egfr"),
        Assay("c4", "c4", "assay.noise_c4"),
        Assay("haemoglobin", "haemoglobin", "assay.noise_haemoglobin"),
        Assay("white_cells", "white_cells", "assay.noise_white_cells"),
        Assay("neutrophils", "white_cells", "assay.noise_white_cells"),
        Assay("platelets", "platelets", "assay.noise_platelets"),
    )
}

DIGITS = 3  # significant ones that a laboratory prints (assumed)
_POWERS = np.array([float(f"1e{power}") for power in range(23)])  # exact, so that a printed reading is the nearest number
FOUR_WEEKS = 28.0  # days
FIRST_FOUR_WEEKS = -40  # no simulation starts earlier

# Sampling days (assumed): daily cytokines and dense CAR-T counts in the first weeks, then clinic visits.
SAMPLING_DAYS: dict[str, tuple[float, ...]] = {
    "il6": (-7, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 21, 28),
    "car_t": (1, 3, 5, 7, 9, 11, 14, 17, 21, 28, 42, 56, 84, 112, 140, 180, 270, 365, 540, 730),
    "clinic": (-7, 3, 7, 14, 28, 56, 84, 112, 140, 180, 210, 240, 270, 365, 450, 540, 635, 730),
}


def find_assay(output: str) -> Assay:
    """The assay that measures an output."""
    if output not in ASSAYS:
        raise errors.unknown("assay for output", output, ASSAYS)
    return ASSAYS[output]


def sampling_days(output: str) -> Array:
    """The days on which an output is sampled in routine care.

    >>> sampling_days("il6")[:3].tolist()
    [-7.0, 0.0, 1.0]
    """
    assay = find_assay(output)
    schedule = "il6" if assay.sample == "il6" else "car_t" if assay.sample.startswith("car_t") else "clinic"
    return np.array(SAMPLING_DAYS[schedule], dtype=float)


def at_days(grid: ArrayLike, trajectory: ArrayLike, days: ArrayLike) -> Array:
    """Values (n, m) of trajectories (n, k) on `grid` (k,) days at the sampling `days` (m,), by straight lines between grid days.

    Raises InvalidValue where a day lies outside the grid.
    """
    stored, asked = np.asarray(grid, dtype=float), np.asarray(days, dtype=float)
    outside = asked[(asked < stored[0]) | (asked > stored[-1])]
    if outside.size:
        raise errors.InvalidValue(
            f"day {outside[0]:g} was not simulated, only days {stored[0]:g} to {stored[-1]:g}: "
            "sample within these or simulate longer"
        )
    rows = np.atleast_2d(np.asarray(trajectory, dtype=float))
    return np.stack([np.interp(asked, stored, row) for row in rows])


def observe(
    output: str, true: ArrayLike, days: ArrayLike, *, parameters: Mapping[str, Any], patients: ArrayLike, seed: int
) -> Array:
    """Readings (n, m) of an output whose true values (n, m) on `days` (m,) are given, for `patients` (n,) by number.

    `parameters` are flat names with floats or (n,) arrays. A nan stays a nan: that sample does not exist.
    """
    assay = find_assay(output)
    ids = np.asarray(patients, dtype=np.int64)
    values, sampled = np.asarray(true, dtype=float), np.asarray(days, dtype=float)
    if values.shape != (ids.size, sampled.size):
        raise errors.InvalidValue(
            f"values of '{output}' have shape {values.shape}; give one row for each of {ids.size} patients "
            f"and one column for each of {sampled.size} days"
        )
    deviates = np.empty_like(values)
    for column, day in enumerate(sampled):
        deviates[:, column] = random.normal(seed, f"assay {assay.sample} on day {day + 0.0:g}", ids)[:, 0]
    factor = np.exp(_column(parameters[assay.noise]) * deviates)
    if assay.whole is None:
        readings = values * factor
    else:
        whole = _column(parameters[assay.whole])
        readings = whole * values * factor / (values * factor + whole - values)
    if assay.limit is None:
        return readings
    return np.where(readings < _column(parameters[assay.limit]), 0.0, readings)


def printed(readings: ArrayLike) -> Array:
    """Readings with the digits that a laboratory prints, in their shape.

    >>> printed([0.81149, 104.82, 1234.5, 0.0]).tolist()
    [0.811, 105.0, 1230.0, 0.0]
    """
    values = np.asarray(readings, dtype=float)
    known = np.where(np.isfinite(values) & (values != 0), np.abs(values), 1.0)
    places = DIGITS - 1 - np.floor(np.log10(known)).astype(int)
    scale = _POWERS[np.minimum(np.abs(places), len(_POWERS) - 1)]
    return np.where(places < 0, np.rint(values / scale) * scale, np.rint(values * scale) / scale)


def visit_weeks(days: ArrayLike) -> NDArray[np.int64]:
    """The number, from 0, of the four weeks to which days belong; `visit_deviates` has a column for each."""
    return np.floor(np.asarray(days, dtype=float) / FOUR_WEEKS).astype(int) - FIRST_FOUR_WEEKS


def visit_deviates(what: str, weeks: int, *, correlation: float, patients: ArrayLike, seed: int) -> Array:
    """Standard normal deviates (n, `weeks`) of what is seen at the visits of the first `weeks` times four weeks.

    Visits in the same four weeks share one; it correlates with that of the four weeks before. It depends on the study seed, the
    patient, `what` and those weeks only.
    """
    fresh = random.normal(seed, f"visit: {what}", np.asarray(patients, dtype=np.int64), weeks)
    found, left = np.asfortranarray(fresh), np.sqrt(1 - correlation * correlation)
    for week in range(1, weeks):
        found[:, week] = correlation * found[:, week - 1] + left * found[:, week]
    return found


def _column(value: Any) -> Array:
    """One number for all patients, or a column with one for each."""
    return np.asarray(value, dtype=float).reshape(-1, 1)

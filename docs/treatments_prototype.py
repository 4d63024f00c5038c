"""The part of docs/treatments.md on the prototype of the treatments: one typical patient under each."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from reset_page import table

from immunoreset.catalogue.standard import typical
from immunoreset.engine import simulate
from immunoreset.patient.course import prepare
from immunoreset.population import Cohort
from immunoreset.report.words import number
from immunoreset.therapy import Regimen

FILE = Path(__file__).resolve().parent / "treatments_prototype.toml"
READ = ("car_t_per_ul", "cd20_positive_per_ul", "lymph_node_percent", "anti_dsdna", "antibodies.igg")
STOP, STEP, DAYS = 365.0, 0.25, (28.0, 90.0, 365.0)
HEADS = (
    "treatment",
    "cells at their peak/µL, day",
    "B cells gone, back",
    "node, %",
    "anti-dsDNA, days 28, 90, 365",
    "IgG lowest, day 365",
)


def course_of(treatment: str) -> dict[str, Any]:
    """The numbers of the typical patient under a treatment, by the names of the table; None where nothing was reached."""
    patient = Cohort(typical(), np.arange(1), 1, "cart", {})
    ready = prepare(patient, Regimen.parse(treatment), start=-7.0, stop=STOP, chance=False)
    grid = np.arange(-7.0, STOP + STEP, STEP)
    found = simulate(ready.patient.model, **ready.arguments(), outputs=ready.readable(READ), grid=grid, rtol=1e-6)
    days, (cells, b_cells, node, titre, igg) = found.days, (found.outputs[name][0] for name in READ)
    gone = np.flatnonzero((b_cells < 1) & (days > 0))
    back = np.flatnonzero((b_cells > 5) & (days > days[gone[-1]])) if len(gone) else gone
    at = [int(np.searchsorted(days, day)) for day in DAYS]
    peak = int(np.argmax(cells))
    return {
        "peak": (float(cells[peak]), float(days[peak])) if cells[peak] > 1e-3 else None,
        "b_cells": (float(days[gone[0]]), float(days[back[0]]) if len(back) else np.nan) if len(gone) else None,
        "node": float(node.min()),
        "anti_dsdna": [float(titre[k] / titre[0]) for k in at],
        "igg": (float(igg.min()), float(igg[at[-1]])),
    }


def _both(ours: Any, prototype: Any) -> str:
    return f"{_cell(ours)} ({_cell(prototype)})"


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    values = np.atleast_1d(np.asarray(value, dtype=float))
    return ", ".join("–" if np.isnan(one) else "< 0.01" if 0 < one < 0.01 else number(one) for one in values)


def part() -> str:
    """The table: ours, and in brackets the prototype's."""
    rows = tomllib.loads(FILE.read_text("utf-8"))["rows"]
    lines = []
    for row in rows:
        ours = course_of(row["treatment"])
        cells = (_both(ours[name], row.get(name)) for name in ("peak", "b_cells", "node", "anti_dsdna", "igg"))
        lines.append((row["name"], *cells))
    return table(HEADS, lines) + "\n"

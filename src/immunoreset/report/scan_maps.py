"""A scan on the page: a map of each share over the steps of its axes, and all numbers as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from immunoreset.report.comparison_words import labelled
from immunoreset.report.figures import INK
from immunoreset.report.svg import inline_svg
from immunoreset.report.trial_figures import new_axes
from immunoreset.report.words import capitalised, interval, number
from immunoreset.results import summarise
from immunoreset.scan import Scan, ScanPoint

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CELL = (0.92, 0.5)  # inches
COLOUR_MAP, LIGHT_ABOVE = "YlOrBr", 0.6  # light to dark in grey too; letters are white on dark cells
TITLE_WIDTH = 12.5  # characters per inch of the title


def shown_in_words(scan: Scan, name: str) -> str:
    """What a column of the table says of an outcome."""
    outcome = scan.about[name]
    return labelled(capitalised(outcome.label), "" if outcome.share else "median", outcome.unit)


def maps_of(scan: Scan) -> list[str]:
    """A drawing of each shown outcome that is a share, as SVG."""
    shares = [name for name in scan.show if scan.about[name].share]
    return [inline_svg(draw_map(scan, name), f"{shown_in_words(scan, name)} at each combination") for name in shares]


def draw_map(scan: Scan, name: str) -> Figure:
    """The share at each combination, with its count: the first axis to the right, the second upwards."""
    columns, rows = scan.axes[0].steps, scan.axes[1].steps if len(scan.axes) > 1 else [None]
    shares = {point.steps: point.share(name) for point in scan.points if name in point.outcomes.values}
    width, height = len(columns) * CELL[0] + 0.95, len(rows) * CELL[1] + 1.05
    figure, axes = new_axes(width, height, left=0.8, below=0.55, above=0.5)
    grid = np.full((len(rows), len(columns)), np.nan)
    for y, row in enumerate(rows):
        for x, column in enumerate(columns):
            found = shares.get((column,) if row is None else (column, row))
            if found is None or not found.of:
                continue
            grid[y, x] = found.share
            colour = "white" if found.share > LIGHT_ABOVE else INK
            axes.text(x, y + 0.13, f"{100 * found.share:.0f} %", ha="center", va="center", fontsize=9, color=colour)
            axes.text(x, y - 0.2, f"{found.happened}/{found.of}", ha="center", va="center", fontsize=7, color=colour)
    axes.imshow(grid, cmap=COLOUR_MAP, vmin=0, vmax=1, origin="lower", aspect="auto")
    axes.set_xticks(range(len(columns)), [f"{step:g}" for step in columns])
    axes.set_yticks(range(len(rows)), ["" if step is None else f"{step:g}" for step in rows])
    axes.set_xlabel(scan.axes[0].title, fontsize=8.5, color=INK)
    if len(scan.axes) > 1:
        axes.set_ylabel(scan.axes[1].title, fontsize=8.5, color=INK)
    title = capitalised(scan.about[name].label).replace(", of ", ",\nof ")
    axes.set_title(title, fontsize=min(9, 9 * TITLE_WIDTH * width / max(map(len, title.split("\n")))), loc="left", color=INK)
    axes.spines[:].set_visible(False)
    return figure


def rows_of(scan: Scan) -> list[dict[str, Any]]:
    """The table: a row per combination, a cell per shown outcome."""
    return [
        {"steps": [f"{step:g}" for step in point.steps], "cells": [_cell(scan, point, name) for name in scan.show]}
        for point in scan.points
    ]


def _cell(scan: Scan, point: ScanPoint, name: str) -> Mapping[str, str]:
    blank = {"value": "–", "range": "", "count": ""}
    if name not in point.outcomes.values:
        return blank
    if scan.about[name].share:
        found = point.share(name)
        if not found.of:
            return blank
        ends = interval(100 * found.low, 100 * found.high)
        return {"value": f"{number(100 * found.share)} %", "range": f"({ends})", "count": f"{found.happened} of {found.of}"}
    told = summarise(name, point.outcomes.values[name], scan.about)
    if told["value"] is None:
        return blank
    missing = f"in {told['twins']} of {len(point.outcomes.failed)}" if told["without_value"] else ""
    return {"value": number(told["value"]), "range": f"({interval(told['low'], told['high'])})", "count": missing}  # type: ignore[arg-type]

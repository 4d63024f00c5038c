"""Panels over time: median, the middle 50 % and 90 % of the twins, and published points where they exist.

Colours are those of Okabe and Ito, told apart with any colour vision; arms differ in line style too, for prints in grey.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from immunoreset.evidence import PublishedPoint
from immunoreset.report.panels import Panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#555555", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
DASHES = ((), (4, 2), (1, 1.5), (6, 2, 1, 2), (8, 2), (2, 2), (3, 1, 1, 1, 1, 1))
POINT_COLOURS = ("#000000", "#E69F00", "#CC79A7")
POINT_MARKERS = ("o", "s", "D")
INK, SOFT = "#333333", "#666666"
SIZE_OF_PANEL = (2.9, 2.15)  # inches
MARGIN = {"left": 0.58, "right": 0.12, "top": 0.32, "bottom": 0.42}  # inches
LEGEND_HEIGHT = 0.3  # inches
HEADROOM = 1.08
LONGEST_TITLE = 36  # characters; a longer one is set smaller
# longest range of days -> distance of the ticks
TICKS = ((70, 15), (200, 60), (400, 90), (800, 180), (math.inf, 365))

Quantiles = Mapping[str, np.ndarray]  # output -> 5 x days


def dashes(arm: int) -> str:
    """The pattern of an arm's line as SVG writes it; empty for a continuous line."""
    return " ".join(f"{2 * length:g}" for length in DASHES[arm % len(DASHES)])


def mark(order: int) -> tuple[str, str]:
    """Colour and shape of the points of a source."""
    return POINT_COLOURS[order % len(POINT_COLOURS)], POINT_MARKERS[order % len(POINT_MARKERS)]


def _figure(panels: int, *, columns: int = 1, top: float = 0.0) -> tuple[Figure, list[Axes]]:
    """An empty grid; made without pyplot, which keeps global state and a window system."""
    from matplotlib.figure import Figure

    columns = min(columns, panels)
    rows = math.ceil(panels / columns)
    width, height = columns * SIZE_OF_PANEL[0], rows * SIZE_OF_PANEL[1] + top
    inner = (SIZE_OF_PANEL[0] - MARGIN["left"] - MARGIN["right"], SIZE_OF_PANEL[1] - MARGIN["top"] - MARGIN["bottom"])
    figure = Figure(figsize=(width, height))
    axes = []
    for number in range(panels):
        row, column = divmod(number, columns)
        left = column * SIZE_OF_PANEL[0] + MARGIN["left"]
        bottom = (rows - 1 - row) * SIZE_OF_PANEL[1] + MARGIN["bottom"]
        axes.append(figure.add_axes((left / width, bottom / height, inner[0] / width, inner[1] / height)))
    return figure, axes


def _dress(axes: Axes, panel: Panel, days: np.ndarray) -> None:
    """Title, unit, scale, range and the meaningful level; last, when the range of the data is known."""
    from matplotlib.ticker import LogLocator, MaxNLocator, MultipleLocator, NullLocator

    axes.set_title(panel.title, fontsize=min(9, 9 * LONGEST_TITLE / len(panel.title)), loc="left", color=INK)
    axes.set_ylabel(panel.unit, fontsize=8, color=INK)
    axes.set_xlabel("days since infusion", fontsize=7.5, color=INK, labelpad=2)
    axes.tick_params(labelsize=7.5, colors=INK, length=3)
    axes.spines[["top", "right"]].set_visible(False)
    first, last = max(panel.first_day, float(days[0])), min(panel.last_day, float(days[-1]))
    axes.set_xlim(first, last)
    axes.xaxis.set_major_locator(MultipleLocator(next(step for longest, step in TICKS if last - first <= longest)))
    if panel.line is not None:
        axes.axhline(panel.line, color="#888888", linewidth=0.8, linestyle=(0, (2, 2)))
        axes.set_title(f"- - {panel.line_meaning}", fontsize=7, loc="right", color=SOFT)
    if panel.log:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(numticks=8))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_locator(NullLocator())
    else:
        low, high = axes.dataLim.y0, axes.dataLim.y1
        axes.set_ylim(HEADROOM * low if low < 0 else 0, HEADROOM * high if high > 0 else 0 if low < 0 else 1)
        axes.yaxis.set_major_locator(MaxNLocator(6, integer=panel.whole))


def _shown(panel: Panel, days: np.ndarray, quantiles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The days of the panel, and values lifted to the floor where a logarithmic axis could not show them."""
    inside = (days >= panel.first_day) & (days <= panel.last_day)
    values = quantiles[:, inside]
    if panel.log and panel.floor is not None:
        values = np.maximum(values, panel.floor)
    return days[inside], values


def _curve(axes: Axes, panel: Panel, days: np.ndarray, quantiles: np.ndarray, *, arm: int, wide: bool) -> None:
    shown, (low, lower, median, upper, high) = _shown(panel, days, quantiles)
    colour = COLOURS[arm % len(COLOURS)]
    pattern = DASHES[arm % len(DASHES)]
    if wide:
        axes.fill_between(shown, low, high, color=colour, alpha=0.18, linewidth=0)
    axes.fill_between(shown, lower, upper, color=colour, alpha=0.35 if wide else 0.2, linewidth=0)
    axes.plot(shown, median, color=colour, linewidth=1.5, linestyle=(0, pattern) if pattern else "-")


def _points(axes: Axes, panel: Panel, points: Sequence[PublishedPoint], sources: Sequence[str]) -> None:
    """Published values; a range is a vertical bar, an SD of the day a horizontal one, a limit an arrow."""
    floor = panel.floor if panel.log and panel.floor else -math.inf
    for point in points:
        colour, marker = mark(sources.index(point.source.short))
        columns = zip(point.days, point.values, point.low, point.high, point.day_sd, point.limit, strict=True)
        for day, value, low, high, day_sd, limit in columns:
            if math.isfinite(low) and math.isfinite(high):
                axes.plot([day, day], [max(low, floor), high], color=colour, linewidth=1.8, zorder=4)
            if math.isfinite(day_sd):
                axes.plot([day - day_sd, day + day_sd], [value, value], color=colour, linewidth=1.8, zorder=4)
            if math.isfinite(value):
                symbol = {"above": "^", "below": "v"}.get(limit, marker)
                style = {"markersize": 5, "markeredgecolor": "white", "markeredgewidth": 0.6, "clip_on": False}
                axes.plot([day], [max(value, floor)], marker=symbol, color=colour, zorder=5, **style)


def draw_one_arm(
    days: np.ndarray, quantiles: Quantiles, panel: Panel, points: Sequence[PublishedPoint], sources: Sequence[str]
) -> Figure:
    """One quantity under one treatment, with its published points; `sources` gives each publication its mark."""
    figure, (axes,) = _figure(1)
    _curve(axes, panel, days, quantiles[panel.output], arm=0, wide=True)
    _points(axes, panel, [point for point in points if point.output == panel.output], sources)
    _dress(axes, panel, days)
    return figure


def draw_arms(days: np.ndarray, arms: Mapping[str, Quantiles], panel: Panel) -> Figure:
    """One quantity in several arms, left out where it does not apply: median and the middle 50 %."""
    figure, (axes,) = _figure(1)
    _arms(axes, days, arms, panel)
    return figure


def _arms(axes: Axes, days: np.ndarray, arms: Mapping[str, Quantiles], panel: Panel) -> None:
    for order, quantiles in enumerate(arms.values()):
        if panel.output in quantiles:
            _curve(axes, panel, days, quantiles[panel.output], arm=order, wide=False)
    _dress(axes, panel, days)


def draw_side_by_side(
    days: np.ndarray, arms: Mapping[str, Quantiles], panels: Sequence[Panel], *, names: Sequence[str], columns: int = 4
) -> Figure:
    """Several quantities under several treatments in one drawing with a legend, for use outside the page."""
    from matplotlib.lines import Line2D

    figure, grid = _figure(len(panels), columns=columns, top=LEGEND_HEIGHT)
    for axes, panel in zip(grid, panels, strict=True):
        _arms(axes, days, arms, panel)
    handles = []
    for order, name in enumerate(names):
        pattern = DASHES[order % len(DASHES)]
        line = (0, pattern) if pattern else "-"
        handles.append(Line2D([], [], color=COLOURS[order % len(COLOURS)], linewidth=1.5, linestyle=line, label=name))
    figure.legend(handles=handles, loc="upper left", ncols=len(handles), fontsize=8.5, frameon=False, labelcolor=INK)
    return figure

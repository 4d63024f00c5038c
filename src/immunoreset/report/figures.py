"""Small multiples as inline SVG: median, the middle 50 % and 90 % of the twins, and published points where they exist.

Colours are those of Okabe and Ito, told apart with any colour vision; arms differ in line style too, for prints in grey.
"""

from __future__ import annotations

import html
import io
import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from immunoreset.evidence import PublishedPoint
from immunoreset.report.panels import Panel

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#555555", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
LINES = ("-", "--", ":", "-.", (0, (5, 1)), (0, (1, 1)), (0, (3, 1, 1, 1)))
POINT_COLOURS = ("#000000", "#E69F00", "#CC79A7")
POINT_MARKERS = ("o", "s", "D")
INK = "#333333"
COLUMNS = 4
SIZE_OF_PANEL = (2.9, 2.1)  # inches
MARGIN = {"left": 0.55, "right": 0.1, "top": 0.65, "bottom": 0.45}  # inches
GAP = {"wspace": 0.32, "hspace": 0.52}  # of a panel

Quantiles = Mapping[str, np.ndarray]  # output -> 5 x days


def _figure(panels: int) -> tuple[Figure, list[Axes]]:
    """An empty grid; made without pyplot, which keeps global state and a window system."""
    from matplotlib.figure import Figure

    columns = min(COLUMNS, panels)
    rows = math.ceil(panels / columns)
    width, height = columns * SIZE_OF_PANEL[0], rows * SIZE_OF_PANEL[1] + MARGIN["top"]
    figure = Figure(figsize=(width, height))
    figure.subplots_adjust(
        left=MARGIN["left"] / width,
        right=1 - MARGIN["right"] / width,
        top=1 - MARGIN["top"] / height,
        bottom=MARGIN["bottom"] / height,
        **GAP,
    )
    axes = list(figure.subplots(rows, columns, squeeze=False).flat)
    for spare in axes[panels:]:
        spare.set_axis_off()
    return figure, axes[:panels]


def _dress(axes: Axes, panel: Panel, days: np.ndarray) -> None:
    """Title, unit, scale, range and the meaningful level; last, when the range of the data is known."""
    from matplotlib.ticker import NullLocator

    axes.set_title(panel.title, fontsize=9, loc="left", color=INK)
    axes.set_ylabel(panel.unit, fontsize=8, color=INK)
    axes.set_xlabel("days since infusion", fontsize=7, color=INK)
    axes.tick_params(labelsize=7, colors=INK)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlim(max(panel.first_day, float(days[0])), min(panel.last_day, float(days[-1])))
    if panel.line is not None:
        axes.axhline(panel.line, color="#999999", linewidth=0.8, linestyle=(0, (2, 2)))
        label = axes.annotate(panel.line_meaning, (1, panel.line), xycoords=("axes fraction", "data"), fontsize=6)
        label.set(ha="right", va="bottom", color="#666666")
    if panel.log:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_locator(NullLocator())
    else:
        axes.set_ylim(0, 1.05 * axes.dataLim.y1)


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
    if wide:
        axes.fill_between(shown, low, high, color=colour, alpha=0.18, linewidth=0)
    axes.fill_between(shown, lower, upper, color=colour, alpha=0.35 if wide else 0.22, linewidth=0)
    axes.plot(shown, median, color=colour, linewidth=1.4, linestyle=LINES[arm % len(LINES)])


def _points(axes: Axes, panel: Panel, points: Sequence[PublishedPoint], sources: Sequence[str]) -> None:
    """Published values; a range is a vertical bar, an SD of the day a horizontal one, a limit an arrow."""
    floor = panel.floor if panel.log and panel.floor else -math.inf
    for point in points:
        colour, marker = _mark(sources.index(point.source.short))
        columns = zip(point.days, point.values, point.low, point.high, point.day_sd, point.limit, strict=True)
        for day, value, low, high, day_sd, limit in columns:
            if math.isfinite(low) and math.isfinite(high):
                axes.plot([day, day], [max(low, floor), high], color=colour, linewidth=1.6, zorder=4)
            if math.isfinite(day_sd):
                axes.plot([day - day_sd, day + day_sd], [value, value], color=colour, linewidth=1.6, zorder=4)
            if math.isfinite(value):
                symbol = {"above": "^", "below": "v"}.get(limit, marker)
                axes.plot([day], [max(value, floor)], marker=symbol, markersize=4, color=colour, zorder=5)


def _mark(order: int) -> tuple[str, str]:
    return POINT_COLOURS[order % len(POINT_COLOURS)], POINT_MARKERS[order % len(POINT_MARKERS)]


def svg_document(figure: Figure) -> str:
    """The figure as an SVG file with selectable text and no outside resource, the same for the same numbers."""
    import matplotlib as mpl

    drawing = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "immunoreset", "font.family": "sans-serif"}):
        figure.savefig(drawing, format="svg", metadata={"Date": None, "Creator": None})
    text = re.sub(r"<metadata>.*?</metadata>", "", drawing.getvalue(), flags=re.DOTALL)
    return re.sub(r"(\d+\.\d{2})\d+", r"\1", text)


def inline_svg(figure: Figure, description: str) -> str:
    """The figure as an <svg> element of a page, as wide as the page, with a description for screen readers."""
    document = svg_document(figure)
    text = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', 'width="100%"', document[document.index("<svg") :], count=1)
    return text.replace("<svg ", f'<svg role="img" aria-label="{html.escape(description)}" ', 1)


def draw_one_arm(days: np.ndarray, quantiles: Quantiles, panels: Sequence[Panel], points: Sequence[PublishedPoint]) -> Figure:
    """One treatment: every quantity with median, 50 % and 90 % bands and its published points."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    present = [panel for panel in panels if panel.output in quantiles]
    sources = sorted({point.source.short for point in points})
    figure, grid = _figure(len(present))
    for axes, panel in zip(grid, present, strict=True):
        _curve(axes, panel, days, quantiles[panel.output], arm=0, wide=True)
        _points(axes, panel, [point for point in points if point.output == panel.output], sources)
        _dress(axes, panel, days)
    handles: list[Line2D | Patch] = [
        Line2D([], [], color=COLOURS[0], label="median of the twins"),
        Patch(facecolor=COLOURS[0], alpha=0.5, label="middle 50 %"),
        Patch(facecolor=COLOURS[0], alpha=0.18, label="middle 90 %"),
    ]
    for order, source in enumerate(sources):
        colour, marker = _mark(order)
        handles.append(Line2D([], [], color=colour, marker=marker, markersize=4, linestyle="none", label=source))
    if sources:
        limit = Line2D([], [], color=INK, marker="^", markersize=4, linestyle="none", label="known only to lie above (below)")
        handles.append(limit)
    _legend(figure, handles)
    return figure


def draw_side_by_side(days: np.ndarray, arms: Mapping[str, Quantiles], panels: Sequence[Panel]) -> Figure:
    """Several treatments in each panel: median and the middle 50 %."""
    from matplotlib.lines import Line2D

    first = next(iter(arms.values()))
    present = [panel for panel in panels if panel.output in first]
    figure, grid = _figure(len(present))
    for axes, panel in zip(grid, present, strict=True):
        for order, quantiles in enumerate(arms.values()):
            _curve(axes, panel, days, quantiles[panel.output], arm=order, wide=False)
        _dress(axes, panel, days)
    _legend(
        figure,
        [
            Line2D([], [], color=COLOURS[order % len(COLOURS)], linestyle=LINES[order % len(LINES)], label=name)
            for order, name in enumerate(arms)
        ],
    )
    return figure


def _legend(figure: Figure, handles: Sequence[Artist]) -> None:
    figure.legend(handles=list(handles), loc="upper left", ncols=len(handles), fontsize=8, frameon=False, labelcolor=INK)

"""Panels over time: median, the middle 50 % and 90 % of the twins, and published points where they exist.

Colours are those of Okabe and Ito, told apart with any colour vision; arms differ in line style too, for prints in grey.
"""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from immunoreset.evidence import PublishedPoint
from immunoreset.report.chart import HEIGHT, INK, LINE, SOFT, WIDTH, Chart, drawing, number
from immunoreset.report.panels import Panel

__all__ = [
    "COLOURS",
    "DASHES",
    "INK",
    "MOST_BANDS",
    "SOFT",
    "dashes",
    "draw_arms",
    "draw_one_arm",
    "draw_side_by_side",
    "mark",
    "pattern",
]

COLOURS = ("#0072B2", "#D55E00", "#555555", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
DASHES = ((), (4, 2), (1, 1.5), (6, 2, 1, 2), (8, 2), (2, 2), (3, 1, 1, 1, 1, 1))
MOST_BANDS = 5  # arms beyond which bands would hide each other
UNSURE, UNSURE_DASHES = 1, (3, 2)  # how what is not known of the numbers is drawn
POINT_COLOURS = ("#000000", "#E69F00", "#CC79A7")
POINT_MARKERS = ("o", "s", "D")
LEGEND_HEIGHT, LETTER_WIDTH = 21.6, 4.5  # points
HEADROOM, LOG_MARGIN = 1.08, 0.05
LEAST_PERCENT = 10.0  # at the top of an axis of shares
# longest range of days -> distance of the ticks
TICKS = ((70, 15), (200, 60), (400, 90), (800, 180), (math.inf, 365))

Quantiles = Mapping[str, np.ndarray]  # output -> 5 x days


def pattern(arm: int) -> tuple[float, ...]:
    """How the line of an arm is broken; arms that share a colour are broken differently."""
    return DASHES[(arm + arm // len(COLOURS)) % len(DASHES)]


def dashes(arm: int) -> str:
    """The pattern of an arm's line as SVG writes it; empty for a continuous line."""
    return " ".join(f"{2 * length:g}" for length in pattern(arm))


def mark(order: int) -> tuple[str, str]:
    """Colour and shape of the points of a source."""
    return POINT_COLOURS[order % len(POINT_COLOURS)], POINT_MARKERS[order % len(POINT_MARKERS)]


def _shown(panel: Panel, days: np.ndarray, quantiles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The days of the panel, and values lifted to the floor where a logarithmic axis could not show them."""
    inside = (days >= panel.first_day) & (days <= panel.last_day)
    values = quantiles[:, inside]
    if panel.log and panel.floor is not None:
        values = np.maximum(values, panel.floor)
    return days[inside], values


class _Mark(NamedTuple):
    """A published value: its day and value, the ends of its bar and of its spread of days, shape and colour."""

    day: float
    value: float
    low: float
    high: float
    day_sd: float
    shape: str
    colour: str


def _marks(panel: Panel, points: Sequence[PublishedPoint], sources: Sequence[str]) -> list[_Mark]:
    """Published values; a range is a vertical bar, an SD of the day a horizontal one, a limit an arrow."""
    floor = panel.floor if panel.log and panel.floor else -math.inf
    found = []
    for point in points:
        colour, shape = mark(sources.index(point.source.short))
        columns = zip(point.days, point.values, point.low, point.high, point.day_sd, point.limit, strict=True)
        for day, value, low, high, day_sd, limit in columns:
            symbol = {"above": "^", "below": "v"}.get(limit, shape)
            found.append(_Mark(day, max(value, floor), max(low, floor), high, day_sd, symbol, colour))
    return found


def _range(panel: Panel, curves: Sequence[np.ndarray], marks: Sequence[_Mark]) -> tuple[float, float]:
    """The values that an axis must show."""
    level = [] if panel.line is None else [panel.line]
    published = [value for one in marks for value in (one.value, one.low, one.high)]
    values = np.concatenate([*(curve.ravel() for curve in curves), published, level])
    values = values[np.isfinite(values) & ((values > 0) | (not panel.log))]
    low, high = (float(values.min()), float(values.max())) if values.size else (1.0, 1.0)
    if not panel.log:
        return HEADROOM * low if low < 0 else panel.floor or 0.0, HEADROOM * high if high > 0 else 0.0 if low < 0 else 1.0
    margin = (high / low) ** LOG_MARGIN if high > low else 10.0
    return low / margin, high * margin


def _chart(
    days: np.ndarray,
    arms: Mapping[int, np.ndarray],
    panel: Panel,
    marks: Sequence[_Mark] = (),
    *,
    wide: bool = False,
    edges: np.ndarray | None = None,
) -> str:
    """One quantity: median and, of few arms (place, quantiles), the middle 50 % of each, where `wide` the middle 90 % too.

    `edges` (2, days) are drawn as broken lines of a colour of their own.
    """
    shown = {arm: _shown(panel, days, quantiles) for arm, quantiles in arms.items()}
    first, last = max(panel.first_day, float(days[0])), min(panel.last_day, float(days[-1]))
    marks = [one for one in marks if first <= one.day <= last]
    curves = [values if wide else values[1:4] for _, values in shown.values()]
    unsure = [] if edges is None else [_shown(panel, days, edges)]
    curves += [values for _, values in unsure]
    chart = Chart.of((first, last), _range(panel, curves, marks), log=panel.log)
    for arm, (there, (low, lower, median, upper, high)) in shown.items():
        colour = COLOURS[arm % len(COLOURS)]
        if wide:
            chart.band(there, low, high, colour=colour, opacity=0.18)
        if len(shown) <= MOST_BANDS:
            chart.band(there, lower, upper, colour=colour, opacity=0.35 if wide else 0.2)
        chart.line(there, median, colour=colour, dashes=pattern(arm))
    for there, ends in unsure:
        for end in ends:
            chart.line(there, end, colour=COLOURS[UNSURE], width=1.2, dashes=UNSURE_DASHES)
    if panel.line is not None:
        chart.line([first, last], [panel.line] * 2, colour=LINE, width=0.8, dashes=(2, 2))
    for one in marks:
        if math.isfinite(one.low) and math.isfinite(one.high):
            chart.line([one.day] * 2, [one.low, one.high], colour=one.colour, width=1.8)
        if math.isfinite(one.day_sd):
            chart.line([one.day - one.day_sd, one.day + one.day_sd], [one.value] * 2, colour=one.colour, width=1.8)
        if math.isfinite(one.value):
            chart.mark(one.day, one.value, shape=one.shape, colour=one.colour)
    return chart.dressed(
        title=panel.title,
        remark="" if panel.line is None else f"- - {panel.line_meaning}",
        unit=panel.unit,
        day_step=next(step for longest, step in TICKS if last - first <= longest),
        whole=panel.whole,
    )


def draw_one_arm(
    days: np.ndarray, quantiles: Quantiles, panel: Panel, points: Sequence[PublishedPoint], sources: Sequence[str], words: str
) -> str:
    """One quantity under one treatment, with its published points; `sources` gives each publication its mark."""
    published = _marks(panel, [point for point in points if point.output == panel.output], sources)
    return drawing(_chart(days, {0: quantiles[panel.output]}, panel, published, wide=True), description=words)


def draw_unsure(days: np.ndarray, quantiles: np.ndarray, edges: np.ndarray, panel: Panel, words: str) -> str:
    """One quantity: the patients as bands about their median, and where the median lies over draws of the numbers as lines."""
    return drawing(_chart(days, {0: quantiles}, panel, wide=True, edges=edges), description=words)


def draw_arms(days: np.ndarray, arms: Mapping[str, Quantiles], panel: Panel, words: str) -> str:
    """One quantity in several arms, left out where it does not apply: median and the middle 50 %."""
    return drawing(_chart(days, _by_place(arms, panel), panel), description=words)


def draw_shares(days: np.ndarray, shares: Mapping[int, np.ndarray], title: str, words: str) -> str:
    """In how many patients something is there, in percent of those of each arm (its place); an axis of its own, 10 % at least."""
    inside = (days >= Panel.first_day) & (days <= Panel.last_day)
    there = days[inside]
    highest = max(LEAST_PERCENT, *(float(np.nanmax(share[inside], initial=0.0)) for share in shares.values()))
    chart = Chart.of((float(there[0]), float(there[-1])), (0.0, HEADROOM * highest))
    for arm, share in shares.items():
        chart.line(*_corners(there, share[inside]), colour=COLOURS[arm % len(COLOURS)], dashes=pattern(arm))
    step = next(step for longest, step in TICKS if there[-1] - there[0] <= longest)
    return drawing(chart.dressed(title=title, remark="", unit="% of patients", day_step=step, whole=False), description=words)


def _corners(days: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The points of a curve without those in the midst of a level stretch, which look the same without them."""
    level = values[1:] == values[:-1]
    kept = ~(np.concatenate([[False], level]) & np.concatenate([level, [False]]))
    return days[kept], values[kept]


def _by_place(arms: Mapping[str, Quantiles], panel: Panel) -> dict[int, np.ndarray]:
    return {place: found[panel.output] for place, found in enumerate(arms.values()) if panel.output in found}


def draw_side_by_side(
    days: np.ndarray, arms: Mapping[str, Quantiles], panels: Sequence[Panel], *, names: Sequence[str], columns: int = 4
) -> str:
    """Several quantities under several treatments in one SVG file with a legend, for use outside the page."""
    parts = []
    for place, panel in enumerate(panels):
        row, column = divmod(place, columns)
        at = f"translate({number(column * WIDTH)} {number(LEGEND_HEIGHT + row * HEIGHT)})"
        parts.append(f'<g transform="{at}">{_chart(days, _by_place(arms, panel), panel)}</g>')
    left = 8.0
    for place, name in enumerate(names):
        colour, dashed_by = COLOURS[place % len(COLOURS)], " ".join(number(1.5 * one) for one in pattern(place))
        dashed = f' stroke-dasharray="{dashed_by}"' if dashed_by else ""
        parts.append(f'<path d="M{number(left)} 11h18" stroke="{colour}" stroke-width="1.5"{dashed}/>')
        parts.append(f'<text x="{number(left + 22)}" y="14" font-size="8.5" fill="{INK}">{html.escape(name)}</text>')
        left += 40 + LETTER_WIDTH * len(name)
    rows = math.ceil(len(panels) / columns)
    return drawing("".join(parts), width=min(columns, len(panels)) * WIDTH, height=LEGEND_HEIGHT + rows * HEIGHT) + "\n"

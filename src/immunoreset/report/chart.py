"""A chart over time as SVG text, written directly: a page holds dozens, and a plotting library would take most of its time.

Lengths are in points (1/72 inch). What is drawn goes into an inner <svg>, which cuts off whatever lies outside the axes.
"""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

INK, SOFT, LINE = "#333333", "#666666", "#888888"
WIDTH, HEIGHT = 208.8, 154.8
LEFT, RIGHT, TOP, BOTTOM = 41.76, 8.64, 23.04, 30.24
MOST_TICKS, MOST_DECADES = 6, 8
TICK = 3.0
LONGEST_TITLE = 36  # characters; a longer one is set smaller
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)

Floats = NDArray[np.float64]


def number(value: float) -> str:
    """A coordinate with two decimals at most.

    >>> number(3.0), number(1 / 3)
    ('3', '0.33')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")


def linear_ticks(low: float, high: float, *, whole: bool = False) -> list[float]:
    """At most seven round numbers from `low` to `high`.

    >>> linear_ticks(0, 13), linear_ticks(0, 2, whole=True)
    ([0.0, 2.5, 5.0, 7.5, 10.0, 12.5], [0.0, 1.0, 2.0])
    """
    span = (high - low) / MOST_TICKS
    size = 10.0 ** math.floor(math.log10(span))
    steps = [factor * size for factor in (*STEPS, 20.0) if not whole or (factor * size) % 1 == 0]
    step = next((step for step in steps if step >= span * (1 - 1e-9)), 1.0)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [step * count for count in range(first, last + 1)]


def log_ticks(low: float, high: float) -> list[float]:
    """Powers of ten from `low` to `high`, every second or third where there are many; where there are not two, numbers between.

    >>> log_ticks(0.05, 300), log_ticks(3.0, 60.0), log_ticks(3.0, 6.0)
    ([0.1, 1.0, 10.0, 100.0], [5.0, 10.0, 20.0, 50.0], [3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0])
    """
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    if last - first < 1:
        between = [factor * 10.0**power for power in range(first - 1, last + 1) for factor in (1.0, 2.0, 5.0)]
        inside = [level for level in between if low * (1 - 1e-9) <= level <= high * (1 + 1e-9)]
        return inside if len(inside) > 1 else linear_ticks(low, high)
    stride = max(1, math.ceil((last - first + 1) / MOST_DECADES))
    return [10.0**power for power in range(first, last + 1, stride)]


@dataclass(frozen=True)
class Scale:
    """Maps values from `low` to `high` on points from `begin` to `end`."""

    low: float
    high: float
    begin: float
    end: float
    log: bool = False

    def __call__(self, values: ArrayLike) -> Floats:
        shown = np.asarray(values, dtype=float)
        low, high = self.low, self.high
        if self.log:
            shown, low, high = np.log(np.maximum(shown, np.finfo(float).tiny)), math.log(low), math.log(high)
        return self.begin + (shown - low) / (high - low) * (self.end - self.begin)


@dataclass(frozen=True)
class Chart:
    """The inside of one chart: scales, and what is drawn so far, below and above the axes."""

    x: Scale
    y: Scale
    inside: list[str] = field(default_factory=list)
    above: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, days: tuple[float, float], values: tuple[float, float], *, log: bool = False, log_across: bool = False) -> Chart:
        """An empty chart of these ranges."""
        x = Scale(*days, 0.0, WIDTH - LEFT - RIGHT, log_across)
        return cls(x, Scale(*values, HEIGHT - TOP - BOTTOM, 0.0, log))

    def band(self, days: Floats, low: Floats, high: Floats, *, colour: str, opacity: float) -> None:
        """The area between two curves."""
        edge = self._path(np.concatenate([days, days[::-1]]), np.concatenate([low, high[::-1]]))
        self.inside.append(f'<path d="{edge}Z" fill="{colour}" fill-opacity="{opacity}"/>')

    def line(self, days: ArrayLike, values: ArrayLike, *, colour: str, width: float = 1.5, dashes: Sequence[float] = ()) -> None:
        """A curve; the lengths of `dashes` are in widths of the line."""
        pattern = f' stroke-dasharray="{" ".join(number(width * one) for one in dashes)}"' if dashes else ""
        path = self._path(np.asarray(days, dtype=float), np.asarray(values, dtype=float))
        self.inside.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{number(width)}"{pattern}/>')

    def mark(self, day: float, value: float, *, shape: str, colour: str) -> None:
        """A point, which may overlap the axes."""
        place = f"translate({number(float(self.x(day)))} {number(float(self.y(value)))})"
        self.above.append(f'<path d="{MARKS[shape]}" transform="{place}" fill="{colour}" stroke="#fff" stroke-width="0.6"/>')

    def _path(self, days: Floats, values: Floats) -> str:
        known = np.isfinite(values)
        places = zip(self.x(days[known]).tolist(), self.y(values[known]).tolist(), strict=True)
        return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in places) if known.any() else "M0 0"

    def dressed(self, *, title: str, remark: str, unit: str, day_step: float, whole: bool) -> str:
        """The chart over time with its axes, title and units, as SVG text of WIDTH x HEIGHT at the origin."""
        days = [day_step * count for count in range(math.ceil(self.x.low / day_step), math.floor(self.x.high / day_step) + 1)]
        ticks = {day: f"{day:g}" for day in days}
        return self.with_axes(ticks, title=title, remark=remark, unit=unit, across="days since infusion", whole=whole)

    def with_axes(self, ticks: Mapping[float, str], *, title: str, remark: str, unit: str, across: str, whole: bool) -> str:
        """The chart with its axes, title and units, whatever lies across: the words of its `ticks` by place."""
        width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
        levels = log_ticks(self.y.low, self.y.high) if self.y.log else linear_ticks(self.y.low, self.y.high, whole=whole)
        places, up = self.x(list(ticks)).tolist(), self.y(levels).tolist()
        edges = [f"M0 0V{number(height)}H{number(width)}"]
        edges += [f"M{number(place)} {number(height)}v{TICK:g}" for place in places]
        edges += [f"M0 {number(place)}h{-TICK:g}" for place in up]
        words = [_text(place, height + 10.5, said, 7.5, "middle") for place, said in zip(places, ticks.values(), strict=True)]
        words += [_text(-5, place + 2.6, f"{level:g}", 7.5, "end") for place, level in zip(up, levels, strict=True)]
        words.append(_text(width / 2, height + 20.5, across, 7.5, "middle"))
        words.append(_text(0, 0, unit, 8, "middle", turned=f"translate({number(9 - LEFT)} {number(height / 2)}) rotate(-90)"))
        words.append(_text(0, -6, title, min(9.0, 9.0 * LONGEST_TITLE / max(len(title), 1)), "start"))
        if remark:
            words.append(_text(width, -6, remark, 7, "end", colour=SOFT))
        size = f'width="{number(width)}" height="{number(height)}"'
        return (
            f'<g transform="translate({number(LEFT)} {number(TOP)})"><svg {size}>{"".join(self.inside)}</svg>'
            f'<path d="{"".join(edges)}" fill="none" stroke="{INK}" stroke-width="0.8"/>{"".join(self.above)}{"".join(words)}</g>'
        )


MARKS = {
    "o": "M-2.5 0A2.5 2.5 0 1 1 2.5 0A2.5 2.5 0 1 1 -2.5 0Z",
    "s": "M-2.5 -2.5H2.5V2.5H-2.5Z",
    "D": "M0 -3.5L3.5 0L0 3.5L-3.5 0Z",
    "^": "M0 -2.5L2.5 2.5H-2.5Z",
    "v": "M0 2.5L2.5 -2.5H-2.5Z",
}


def _text(x: float, y: float, words: str, size: float, anchor: str, *, colour: str = INK, turned: str = "") -> str:
    place = f'transform="{turned}"' if turned else f'x="{number(x)}" y="{number(y)}"'
    return f'<text {place} font-size="{number(size)}" text-anchor="{anchor}" fill="{colour}">{html.escape(words)}</text>'


def drawing(inside: str, *, width: float = WIDTH, height: float = HEIGHT, description: str = "") -> str:
    """An <svg> element: with a description for screen readers as wide as its place in a page, without one a file."""
    if description:
        start = f'<svg role="img" aria-label="{html.escape(description)}" width="100%"'
    else:
        start = f'<svg xmlns="http://www.w3.org/2000/svg" width="{number(width)}pt" height="{number(height)}pt"'
    return f'{start} viewBox="0 0 {number(width)} {number(height)}" font-family="sans-serif">{inside}</svg>'

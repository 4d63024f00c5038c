"""Drawings of an analysis: a tornado for each headline, and whose numbers its variance hangs on. Standing is said in words."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import NamedTuple

from immunoreset.report.chart import INK, LINE, SOFT, drawing, number
from immunoreset.sensitivity_analysis.design import OTHERS

COLOURS = {
    "published": "#0072B2",
    "adapted": "#56B4E9",
    "calibrated": "#009E73",
    "tuned": "#E69F00",
    "unverified": "#CC79A7",
    "assumed": "#D55E00",
    OTHERS: "#8A8A8A",
}
"""Of Okabe and Ito, told apart with any colour vision; each standing is written too."""
WIDTH, LEFT, RIGHT = 290.0, 4.0, 64.0
ROW, BAR, TOP, BELOW = 22.0, 7.0, 26.0, 26.0
MOST_LETTERS = 52


class Bar(NamedTuple):
    """A factor with its total effect and interval, its standing, and whether the headline rises (+) or falls (−) with it."""

    name: str
    sign: str
    standing: str
    value: float
    low: float
    high: float


def tornado(title: str, bars: Sequence[Bar], description: str) -> str:
    """Total effects as bars with whiskers, the largest on top, 0 to 100 %; names above the bars, standing at their ends."""
    across, parts = WIDTH - LEFT - RIGHT, [_text(LEFT, 11, title, 9.5, weight="600")]
    height = TOP + ROW * len(bars) + BELOW

    def x(value: float) -> float:
        return LEFT + across * min(max(value, 0.0), 1.0)

    bottom = TOP + ROW * len(bars)
    for level in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(f'<path d="M{number(x(level))} {TOP - 6:g}V{number(bottom)}" stroke="#ddd" stroke-width="0.6"/>')
        parts.append(_text(x(level), bottom + 10, f"{100 * level:.0f}", 7.5, anchor="middle"))
    parts.append(_text(LEFT + across / 2, bottom + 20, "share of variance, total effect, %", 7.5, anchor="middle", colour=SOFT))
    for place, bar in enumerate(bars):
        top = TOP + ROW * place
        name = f"{bar.name} {bar.sign}".strip()
        parts.append(_text(LEFT, top + 4, name, min(8.0, 8.0 * MOST_LETTERS / max(len(name), 1))))
        middle = top + 7 + BAR / 2
        parts.append(
            f'<rect x="{number(LEFT)}" y="{number(top + 7)}" width="{number(x(bar.value) - LEFT)}" height="{BAR:g}" '
            f'fill="{COLOURS[bar.standing]}"/>'
        )
        ends = f"M{number(x(bar.low))} {number(middle - 2.5)}v5m0 -2.5H{number(x(bar.high))}m0 -2.5v5"
        parts.append(f'<path d="{ends}" fill="none" stroke="{INK}" stroke-width="0.9"/>')
        parts.append(_text(WIDTH - RIGHT + 6, middle + 2.7, bar.standing, 7.5, colour=SOFT))
    parts.append(f'<path d="M{LEFT:g} {TOP - 6:g}V{number(bottom)}" stroke="{LINE}" stroke-width="0.8"/>')
    return drawing("".join(parts), width=WIDTH, height=height, description=description)


def stacked(rows: Sequence[tuple[str, Sequence[float]]], names: Sequence[str], description: str) -> str:
    """For each headline the shares of standings, `names` in order, as one bar; a share that has room is written in it."""
    across, height = WIDTH - 2 * LEFT, 22.0
    parts = []
    for place, (title, shares) in enumerate(rows):
        top = 4 + height * place
        parts.append(_text(LEFT, top + 6, title, 8))
        begin = LEFT
        for name, share in zip(names, shares, strict=True):
            if not share > 0:
                continue
            width = across * share
            parts.append(
                f'<rect x="{number(begin)}" y="{number(top + 9)}" width="{number(width)}" height="9" fill="{COLOURS[name]}" '
                f'stroke="#fff" stroke-width="0.6"/>'
            )
            words = next((w for w in (f"{name} {100 * share:.0f}", f"{100 * share:.0f}") if 3.8 * len(w) < width), "")
            if words:
                parts.append(_text(begin + width / 2, top + 16, words, 7, anchor="middle", colour="#000", weight="600"))
            begin += width
    return drawing("".join(parts), width=WIDTH, height=4 + height * len(rows) + 2, description=description)


def _text(x: float, y: float, words: str, size: float, *, anchor: str = "start", colour: str = INK, weight: str = "400") -> str:
    style = "" if weight == "400" else f' font-weight="{weight}"'
    place = f'x="{number(x)}" y="{number(y)}" font-size="{number(size)}" text-anchor="{anchor}" fill="{colour}"'
    return f"<text {place}{style}>{html.escape(words)}</text>"

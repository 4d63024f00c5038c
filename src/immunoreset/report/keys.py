"""Small drawings between words: the keys of a legend, and the band of a published number with the simulated one upon it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from immunoreset.evidence import Comparison
from immunoreset.report.figures import COLOURS, INK, UNSURE, UNSURE_DASHES, dashes, mark

BAND_COLOUR, WIDTH, HEIGHT, MARGIN = "#D9D9D9", 150, 18, 6
VERDICT_COLOURS = {"inside": COLOURS[0], "outside": COLOURS[1]}
_SHAPES = {
    "o": '<circle cx="11" cy="6" r="3.5"/>',
    "s": '<rect x="7.5" y="2.5" width="7" height="7"/>',
    "D": '<path d="M11 1.5 15.5 6 11 10.5 6.5 6Z"/>',
    "^": '<path d="M11 2 15 9.5H7Z"/>',
}


class Key(NamedTuple):
    """One entry of a legend: a drawing (SVG) and its meaning."""

    drawing: str
    meaning: str


def _drawing(inside: str) -> str:
    return f'<svg class="key" width="22" height="12" viewBox="0 0 22 12" aria-hidden="true">{inside}</svg>'


def _line(arm: int) -> str:
    pattern = f' stroke-dasharray="{dashes(arm)}"' if dashes(arm) else ""
    return _drawing(f'<path d="M1 6H21" stroke="{COLOURS[arm % len(COLOURS)]}" stroke-width="2" fill="none"{pattern}/>')


def _patch(opacity: float) -> str:
    return _drawing(f'<rect x="1" y="1" width="20" height="10" fill="{COLOURS[0]}" fill-opacity="{opacity}"/>')


def keys_of_one_arm(sources: Sequence[str]) -> list[Key]:
    """The legend of the panels of one treatment with published points."""
    keys = [Key(_line(0), "median"), Key(_patch(0.5), "middle 50 %"), Key(_patch(0.18), "middle 90 %")]
    for order, source in enumerate(sources):
        colour, shape = mark(order)
        keys.append(Key(_drawing(f'<g fill="{colour}">{_SHAPES[shape]}</g>'), source))
    if sources:
        keys.append(Key(_drawing(f'<g fill="{INK}">{_SHAPES["^"]}</g>'), "known only to lie above (below, pointing down)"))
    return keys


def keys_of_arms(names: Iterable[str]) -> list[Key]:
    """The legend of panels that compare treatments."""
    return [Key(_line(order), name) for order, name in enumerate(names)]


def keys_of_unsure(of_numbers: str) -> list[Key]:
    """The legend of panels that show the patients as bands, and as broken lines what is not known of the numbers."""
    pattern = " ".join(f"{2 * length:g}" for length in UNSURE_DASHES)
    line = f'<path d="M1 3H21M1 9H21" stroke="{COLOURS[UNSURE]}" stroke-width="1.6" stroke-dasharray="{pattern}" fill="none"/>'
    return [*keys_of_one_arm(())[:3], Key(_drawing(line), of_numbers)]


def band_drawing(row: Comparison) -> str:
    """The band in grey, the simulated number as a dot with the interval of small trials, the published number as a black bar."""
    shown = [row.low, row.high, row.published, row.simulated, row.simulated_low, row.simulated_high]
    known = [value for value in shown if value is not None and math.isfinite(value)]
    low, high = (0.0, 1.0) if row.unit == "fraction" else (min(known), max(known))
    scale = (WIDTH - 2 * MARGIN) / (high - low or 1.0)

    def x(value: float) -> str:
        return f"{MARGIN + (value - low) * scale:.1f}"

    parts = [f'<rect x="{x(row.low)}" y="2" width="{(row.high - row.low) * scale:.1f}" height="14" fill="{BAND_COLOUR}"/>']
    colour = VERDICT_COLOURS[row.verdict]
    if row.simulated_low is not None and row.simulated_high is not None:
        parts.append(f'<path d="M{x(row.simulated_low)} 9H{x(row.simulated_high)}" stroke="{colour}" stroke-width="1.5"/>')
    if row.published is not None:
        parts.append(f'<path d="M{x(row.published)} 1V17" stroke="#000" stroke-width="2"/>')
    if row.simulated is not None:
        parts.append(f'<circle cx="{x(row.simulated)}" cy="9" r="4" fill="{colour}" stroke="#fff"/>')
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    return f'<svg class="band" {size} aria-hidden="true">{"".join(parts)}</svg>'

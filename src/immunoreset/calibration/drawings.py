"""Two drawings: rows beside their bands, and unknowns before and after. Each row says in words what the drawing shows."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from immunoreset.report.chart import drawing, number

NAMES, PLOT, STEP, HEAD = 210.0, 300.0, 15.0, 26.0
INK, SOFT, GREY, BLUE, ORANGE = "#222", "#5f5f5f", "#c4c9cf", "#0072B2", "#B5460F"


def _words(x: float, y: float, text: str, *, anchor: str = "start", colour: str = INK, size: float = 8) -> str:
    said = html.escape(text)
    return f'<text x="{number(x)}" y="{number(y)}" font-size="{size:g}" text-anchor="{anchor}" fill="{colour}">{said}</text>'


def _cut(text: str, most: int = 44) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def forest(rows: Sequence[dict[str, Any]]) -> str:
    """Each row on a scale of its own band: the band grey, before hollow, after filled; a square lies outside."""
    height = HEAD + STEP * len(rows) + 8
    inside = [
        _words(NAMES + PLOT * 0.25, 10, "band, low", anchor="middle", colour=SOFT),
        _words(NAMES + PLOT * 0.75, 10, "band, high", anchor="middle", colour=SOFT),
    ]
    for place, row in enumerate(rows):
        y = HEAD + STEP * place
        inside.append(_words(NAMES - 8, y + 3, _cut(row["row"]), anchor="end", colour=INK if row["used"] else SOFT))
        if row["low"] is None or row["high"] is None:
            continue
        width = row["high"] - row["low"] or 1.0

        def x(value: float, low: float = row["low"], width: float = width) -> float:
            return NAMES + PLOT * min(max(0.25 + 0.5 * (value - low) / width, 0.0), 1.0)

        inside.append(
            f'<rect x="{number(x(row["low"]))}" y="{number(y - 4)}" width="{number(PLOT / 2)}" height="8" fill="{GREY}"/>'
        )
        for name, fill in (("before", "#fff"), ("after", BLUE)):
            if row[name] is not None:
                inside.append(_mark(x(row[name]), y, row[f"{name}_verdict"] == "inside", fill))
    return drawing(
        "".join(inside), width=NAMES + PLOT + 12, height=height,
        description=f"{len(rows)} published rows: band, and simulated number before and after the calibration",
    )  # fmt: skip


def _mark(x: float, y: float, inside: bool, fill: str) -> str:
    colour = BLUE if inside else ORANGE
    fill = colour if fill != "#fff" else fill
    shape = f'<circle cx="{number(x)}" cy="{number(y)}" r="3.2"' if inside else (
        f'<rect x="{number(x - 3)}" y="{number(y - 3)}" width="6" height="6"'
    )  # fmt: skip
    return f'{shape} fill="{fill}" stroke="{colour}" stroke-width="1.2"/>'


def unknown_bars(unknowns: Sequence[dict[str, Any]]) -> str:
    """Each unknown in sds of its prior: the prior's 90 % grey, the posterior's 90 % as a bar with its median."""
    height = HEAD + STEP * len(unknowns) + 8

    def x(z: float) -> float:
        return NAMES + PLOT * (min(max(z, -3.0), 3.0) + 3.0) / 6.0

    inside = [
        _words(x(tick), 10, f"{tick:+d}" if tick else "as it is", anchor="middle", colour=SOFT) for tick in (-2, -1, 0, 1, 2)
    ]
    inside.append(f'<path d="M{number(x(0))} 16V{number(height - 4)}" stroke="{GREY}"/>')
    for place, own in enumerate(unknowns):
        y = HEAD + STEP * place
        inside.append(_words(NAMES - 8, y + 3, _cut(own["name"]), anchor="end"))
        left, right = x(-1.645), x(1.645)
        inside.append(f'<rect x="{number(left)}" y="{number(y - 4)}" width="{number(right - left)}" height="8" fill="{GREY}"/>')
        left, middle, right = (x(own[key]) for key in ("z_low", "z_median", "z_high"))
        colour = BLUE if own["earned"] == "calibrated" else ORANGE
        inside.append(f'<path d="M{number(left)} {number(y)}H{number(right)}" stroke="{colour}" stroke-width="2.4"/>')
        shape = "circle" if own["earned"] == "calibrated" else "rect"
        place_ = (
            f'cx="{number(middle)}" cy="{number(y)}" r="3"'
            if shape == "circle"
            else f'x="{number(middle - 3)}" y="{number(y - 3)}" width="6" height="6"'
        )
        inside.append(f'<{shape} {place_} fill="{colour}"/>')
    return drawing(
        "".join(inside), width=NAMES + PLOT + 12, height=height,
        description=f"{len(unknowns)} unknowns: 90 % of prior and posterior in standard deviations of the prior",
    )  # fmt: skip

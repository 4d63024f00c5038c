"""Figures of simulated trials: what happens by dose, what designs select, how they move, power, and where trials stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from immunoreset.report.figures import COLOURS, INK, pattern

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
HATCHES = ("", "///", "...", "\\\\\\", "xx", "--", "++")


class Estimate(NamedTuple):
    """A rate by dose or arm with the ends of its interval, each (D,)."""

    rate: Floats
    low: Floats
    high: Floats


def new_axes(width: float, height: float, *, below: float = 0.52, left: float = 0.62, above: float = 0.42) -> tuple[Figure, Axes]:
    """One panel; made without pyplot, which keeps global state. Margins in inches."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((left / width, below / height, (width - left - 0.15) / width, (height - below - above) / height))
    axes.tick_params(labelsize=8, colors=INK, length=3)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _legend(axes: Axes, columns: int) -> None:
    if not any(axes.get_legend_handles_labels()[1]):
        return
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=columns, fontsize=8, frameon=False, labelcolor=INK,
                handlelength=1.6, columnspacing=1.2, borderaxespad=0.2)  # fmt: skip


def _name_doses(axes: Axes, names: Sequence[str], label: str) -> None:
    axes.set_xticks(range(len(names)), [name.replace(", ", ",\n") for name in names], fontsize=8)
    axes.set_xlabel(label, fontsize=8.5, color=INK, labelpad=4)
    axes.set_xlim(-0.6, len(names) - 0.4)


def draw_rates(names: Sequence[str], series: Mapping[str, Estimate], *, label: str = "dose", joined: bool = True) -> Figure:
    """Shares of patients with each event, by dose or arm, with intervals."""
    lines = max((name.count("\n") for name in names), default=0)
    figure, axes = new_axes(6.2, 3.4 + 0.14 * lines, below=0.52 + 0.14 * lines, above=0.62 if any(series) else 0.2)
    width = 0.5 / max(len(series), 1)
    for order, (name, estimate) in enumerate(series.items()):
        place = np.arange(len(names)) + (order - (len(series) - 1) / 2) * width
        errors = np.abs(np.stack([estimate.rate - estimate.low, estimate.high - estimate.rate]))
        axes.errorbar(
            place, estimate.rate, yerr=errors, color=COLOURS[order % len(COLOURS)], marker=MARKERS[order % len(MARKERS)],
            linestyle="-" if joined else "", linewidth=0.9, markersize=4.5, capsize=2, elinewidth=1, label=name,
        )  # fmt: skip
    axes.set_ylim(-0.02, 1.02)
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}")
    axes.set_ylabel("patients, %", fontsize=8.5, color=INK)
    _name_doses(axes, names, label)
    _legend(axes, 3)
    return figure


def draw_bars(
    names: Sequence[str], designs: Mapping[str, tuple[Floats, Floats]], *, unit: str, percent: bool = True, label: str = "dose"
) -> Figure:
    """A value by dose for each design, with twice its standard error; values and errors (D,) each."""
    figure, axes = new_axes(7.4, 3.3, above=0.62 if len(designs) > 5 else 0.42)
    width = 0.84 / len(designs)
    factor = 100 if percent else 1
    for order, (name, (values, errors)) in enumerate(designs.items()):
        place = np.arange(len(names)) + (order - (len(designs) - 1) / 2) * width
        axes.bar(
            place, factor * values, width * 0.92, yerr=2 * factor * errors, color=COLOURS[order % len(COLOURS)],
            hatch=HATCHES[order % len(HATCHES)], edgecolor="white", linewidth=0.4,
            error_kw={"elinewidth": 0.9, "ecolor": INK}, label=name,
        )  # fmt: skip
    axes.set_ylabel(unit, fontsize=8.5, color=INK)
    axes.set_ylim(0, None)
    _name_doses(axes, names, label)
    _legend(axes, min(len(designs), 5))
    return figure


def draw_power(
    totals: Sequence[int], curves: Mapping[str, Estimate], *, wanted: float, formula: Mapping[str, Floats] | None = None
) -> Figure:
    """Power by number of patients with its interval; dotted, by the formula."""
    figure, axes = new_axes(6.4, 3.7, above=0.42)
    for order, (name, curve) in enumerate(curves.items()):
        colour = COLOURS[order % len(COLOURS)]
        axes.fill_between(totals, 100 * curve.low, 100 * curve.high, color=colour, alpha=0.2, linewidth=0)
        broken = pattern(order)
        axes.plot(
            totals, 100 * curve.rate, color=colour, marker=MARKERS[order % len(MARKERS)], markersize=4, linewidth=1.4,
            linestyle=(0, broken) if broken else "-", label=name,
        )  # fmt: skip
        if formula is not None and np.isfinite(formula[name]).any():
            axes.plot(totals, 100 * formula[name], color=colour, linewidth=0.8, linestyle=":")
    axes.axhline(100 * wanted, color="#888888", linewidth=0.8, linestyle=(0, (2, 2)))
    axes.set_ylim(0, 102)
    axes.set_ylabel("power, %", fontsize=8.5, color=INK)
    axes.set_xlabel("patients in both arms together", fontsize=8.5, color=INK)
    _legend(axes, 4)
    return figure


def draw_stops(looks: Sequence[str], parts: Mapping[str, Floats], *, label: str, title: str) -> Figure:
    """Share of trials that end at each look, by what they end with."""
    figure, axes = new_axes(3.7, 2.6, above=0.55)
    axes.set_title(title, fontsize=9.5, loc="left", color=INK, pad=18)
    place = np.arange(len(looks))
    bottom = np.zeros(len(looks))
    for order, (name, shares) in enumerate(parts.items()):
        axes.bar(
            place, 100 * shares, 0.6, bottom=bottom, color=COLOURS[order % len(COLOURS)], hatch=HATCHES[order % len(HATCHES)],
            edgecolor="white", linewidth=0.4, label=name,
        )  # fmt: skip
        bottom = bottom + 100 * shares
    axes.set_ylabel("trials, %", fontsize=8.5, color=INK)
    axes.set_ylim(0, max(float(bottom.max(initial=0)) * 1.05, 1))
    _name_doses(axes, looks, label)
    _legend(axes, 3)
    return figure

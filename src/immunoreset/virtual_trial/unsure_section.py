"""What the page and the terminal show of trials under draws of the numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from immunoreset.report.figures import COLOURS, DASHES, INK
from immunoreset.report.svg import inline_svg
from immunoreset.report.trial_figures import MARKERS, Floats, new_axes
from immunoreset.report.trial_page import Section, Table
from immunoreset.report.words import interval, number
from immunoreset.uncertainty.intervals import LEVEL
from immunoreset.virtual_trial.presented import Presented
from immunoreset.virtual_trial.unsure_trials import WANTED, Sureness, UnsureTrials

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_LINES = 7


def presented_with(presented: Presented, unsure: UnsureTrials) -> Presented:
    """What is shown of the trials, with how sure it is."""
    rows = [row._asdict() for row in unsure.rows()]
    return replace(
        presented,
        facts=[*presented.facts, ("Draws of the numbers", unsure.numbers.words)],
        sections=[*presented.sections, section_of(unsure)],
        tables={**presented.tables, "uncertainty": rows, "uncertainty_draws": unsure.draw_rows()},
        meanings={
            **presented.meanings,
            "uncertainty": "one row per operating characteristic: its mean and middle 90 % over the draws of the numbers",
            "uncertainty_draws": "one row per draw of the numbers and operating characteristic",
        },
    )


def section_of(unsure: UnsureTrials) -> Section:
    """The table of all characteristics over the draws, and the distribution of power where there is any."""
    text = [
        f"The same patients met the same trials under {unsure.numbers.words}. "
        "The power of a trial is a number of the model, and as unsure as the numbers that it comes from."
    ]
    prior = " (prior)" if unsure.numbers.is_prior else ""
    body, before = [], ""
    for row in unsure.rows():
        body.append(["" if row.design == before else row.design, *in_words(row)])
        before = row.design
    note = (
        f"Mean over the draws: of a power it is the assurance. Middle {100 * LEVEL:g} %: from what is not known of the numbers"
        f"{prior}. Chance of simulation: standard error within one draw, from simulating "
        "so many trials and no more; it is not part of what is unsure."
    )
    return Section(
        "How sure these numbers are",
        text,
        tables=[Table([headings(unsure), *body], note, wide=True)],
        grid=_drawings(unsure),
        grid_caption=(
            f"{len(unsure.values)} draws of the numbers{prior}: the share of draws in which so large a share of trials, or a "
            f"larger one, succeeds. Marks: with the numbers as they are. Vertical line: {100 * WANTED:g} %."
        ),
        new_page=True,
    )


def headings(unsure: UnsureTrials) -> list[str]:
    """What stands above the columns."""
    prior = " (prior)" if unsure.numbers.is_prior else ""
    return [
        "Design",
        "",
        "Numbers as they are",
        f"Mean over the draws{prior}",
        f"Middle {100 * LEVEL:g} %{prior}",
        f"Draws with {100 * WANTED:g} % or more",
        "Chance of simulation",
    ]


def in_words(row: Sureness) -> list[str]:
    """All of a row but its design."""
    unit = "" if row.kind == "number" else "fraction"
    chance = "–" if math.isnan(row.chance) else f"{100 * row.chance:.1f} %" if unit else number(row.chance)
    between = interval(row.low, row.high, unit) if np.isfinite([row.low, row.high]).all() else _open(row)
    enough = "" if math.isnan(row.enough) else number(row.enough, "fraction")
    mean = "–" if math.isinf(row.mean) else number(row.mean, unit)  # some draws never reach it
    return [row.measure, _reached(row.value, unit), mean, between, enough, chance]


def _reached(value: float, unit: str) -> str:
    return "not reached" if math.isinf(value) else number(value, unit)


def _open(row: Sureness) -> str:
    """An interval with an end that some draws never reach."""
    return "–" if math.isnan(row.low) else f"{_reached(row.low, '')} to {_reached(row.high, '')}"


def _drawings(unsure: UnsureTrials) -> list[str]:
    """The distribution of each power over the draws, designs or treatments together."""
    by_measure: dict[str, list[int]] = {}
    for place, one in enumerate(unsure.plain):
        if one.kind == "success":
            by_measure.setdefault(one.measure, []).append(place)
    figures = []
    for measure, places in by_measure.items():
        lines = {
            unsure.plain[place].design: (unsure.values[:, place], unsure.plain[place].value) for place in places[:MOST_LINES]
        }
        figures.append(inline_svg(draw_sureness(lines, measure), f"{measure} over the draws of the numbers"))
    return figures


def draw_sureness(lines: Mapping[str, tuple[Floats, float]], measure: str) -> Figure:
    """The share of draws in which a power is at least so large, by design; a mark where it is with the numbers as they are."""
    rows = math.ceil(len(lines) / 2)
    figure, axes = new_axes(3.7, 2.5 + 0.19 * rows, above=0.35 + 0.19 * rows)
    axes.set_title(measure, fontsize=9.5, loc="left", color=INK, pad=5 + 14 * rows)
    for order, (name, (values, plain)) in enumerate(lines.items()):
        colour, pattern = COLOURS[order % len(COLOURS)], DASHES[order % len(DASHES)]
        rising, shares = np.sort(values), 1 - np.arange(len(values) + 1) / len(values)
        axes.step(
            100 * np.concatenate([[0.0], rising, [1.0]]), 100 * np.concatenate([[1.0], shares]), where="pre", color=colour,
            linewidth=1.6, linestyle=(0, pattern) if pattern else "-", label=name,
        )  # fmt: skip
        shape = MARKERS[order % len(MARKERS)]
        axes.plot(100 * plain, 100 * (values >= plain).mean(), shape, color=colour, markersize=6, markeredgecolor="white")
    axes.axvline(100 * WANTED, color="#888888", linewidth=0.8, linestyle=(0, (2, 2)))
    axes.set_xlim(-2, 102)
    axes.set_ylim(-2, 102)
    axes.set_xlabel("share of trials, %", fontsize=8.5, color=INK)
    axes.set_ylabel("draws with at least this, %", fontsize=8.5, color=INK)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, fontsize=8, frameon=False, labelcolor=INK,
                handlelength=2.2, columnspacing=1.2, borderaxespad=0.2)  # fmt: skip
    return figure


def sureness_table(unsure: UnsureTrials) -> tuple[list[str], list[list[str]]]:
    """Headings and rows for a terminal."""
    return headings(unsure), [[row.design, *in_words(row)] for row in unsure.rows()]

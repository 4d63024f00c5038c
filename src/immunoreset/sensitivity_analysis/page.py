"""The page of an analysis of sensitivity: what decides each headline, how well it is known, and what was not moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from immunoreset.manifest import machine
from immunoreset.patient.birth_certificates import standing_counts
from immunoreset.report.words import capitalised, counted, number
from immunoreset.sensitivity_analysis import figures
from immunoreset.sensitivity_analysis.design import OTHERS
from immunoreset.sensitivity_analysis.pairs import Estimate
from immunoreset.sensitivity_analysis.result import Sensitivity
from immunoreset.sensitivity_analysis.tables import PATIENTS_AND_CHANCE, TOLD

BELOW_NOISE = "0 (below noise)"
LITTLE = 1e-3
"""Standard deviations between patients; a smaller effect of the screen is shown as 0."""
SHORTEST = 0.005
"""A share of which a bar can be seen."""
DARK = 0.55  # a share above which letters in a cell are white


class Cell(NamedTuple):
    """A share with its interval, in words, and how dark its cell is, 0 to 1."""

    words: str
    interval: str
    shade: float


def build_page(found: Sensitivity) -> str:
    """The whole page as text."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(loader=PackageLoader("immunoreset.report", "."), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("sensitivity_page.html.j2").render(**contents(found))


def contents(found: Sensitivity) -> Mapping[str, Any]:
    """What the template shows."""
    question, effects = found.question, found.effects
    names, shares = found.standing_shares
    titles = [one.title for one in question.headlines]
    order = _order(found)
    factors = [(found.factors.names[k], found.standings[k]) for k in order]
    made, counts = machine(), standing_counts(question.catalogue.theta.table)
    return {
        "title": f"Sensitivity: {found.study.title}",
        "description": " ".join(found.study.description.split()),
        "facts": _facts(found),
        "titles": titles,
        "meanings": [(one.title, one.name, one.meaning) for one in question.headlines],
        "unresolved": [title for title, known in zip(titles, found.resolved, strict=True) if not known],
        "tornados": [_tornado(found, int(place)) for place in np.flatnonzero(found.resolved)],
        "standing_drawing": figures.stacked(
            [(title, np.nan_to_num(shares.value[:, h]).tolist()) for h, title in enumerate(titles)],
            names,
            "Share of the sum of total effects by standing, for each headline; the table below has the numbers",
        ),
        "colours": figures.COLOURS,
        "standings": list(
            zip(names, [[share(shares, (k, h)) for h in range(len(titles))] for k in range(len(names))], strict=True)
        ),
        "total": [(*factors[row], [share(effects.total, (k, h)) for h in range(len(titles))]) for row, k in enumerate(order)],
        "first": [(*factors[row], [share(effects.first, (k, h)) for h in range(len(titles))]) for row, k in enumerate(order)],
        "single": [(*factors[row], [share(effects.single, (k, h)) for h in range(len(titles))]) for row, k in enumerate(order)],
        "patients": [share(effects.patients, (h,)) for h in range(len(titles))],
        "patients_and_chance": PATIENTS_AND_CHANCE,
        "screen": _screen(found),
        "held": sorted(found.held.items()),
        "left_out": list(question.dropped.items()),
        "others": OTHERS,
        "told": TOLD,
        "group": len(found.factors.columns[-1]) if found.factors.names[-1] == OTHERS else 0,
        "dark": DARK,
        "reasons": list(found.counts.reasons.items()),
        "origin": f"immunoreset {made['version']}, seed {found.settings.seed}. Parameters of the model: "
        f"{sum(counts.values())} ({', '.join(f'{count} {name}' for name, count in counts.items())}).",
    }


def share(found: Estimate, at: tuple[int, ...]) -> Cell:
    """A share of a variance in percent; below zero, which only noise can be, it is said so."""
    value, low, high = (float(part[at]) for part in (found.value, found.low, found.high))
    if not np.isfinite(value):
        return Cell("–", "", 0.0)
    if round(100 * value, 1) <= 0:
        words = BELOW_NOISE if round(100 * min(low, value), 1) < 0 else "0"
        return Cell(words, f"up to {_percent(high)}" if round(100 * high, 1) > 0 else "", 0.0)
    return Cell(_percent(value), f"{_percent(max(low, 0.0))}–{_percent(high)}", min(value, 1.0))


def _percent(value: float) -> str:
    percent = 100 * value
    return f"{percent:.0f}" if percent >= 10 or percent == 0 else f"{percent:.1f}"


def _order(found: Sensitivity) -> list[int]:
    """Factors by the sum of their total effects, the group last."""
    sums = np.nan_to_num(np.maximum(found.effects.total.value, 0.0)).sum(axis=1)
    order = [int(k) for k in np.argsort(-sums, kind="stable")]
    return sorted(order, key=lambda k: found.factors.names[k] == OTHERS)


def _sign(found: Sensitivity, name: str, place: int) -> str:
    """Whether the headline rises or falls with a number, where the screen can tell."""
    row = [one.name for one in found.question.unknowns].index(name)
    if found.screen.noise[row, place]:
        return ""
    return "(+)" if found.screen.effect[row, place] > 0 else "(−)"


def _tornado(found: Sensitivity, place: int) -> str:
    title, total = found.question.headlines[place].title, found.effects.total
    bars = []
    for name in found.strongest(found.headlines[place], TOLD):
        k = found.factors.names.index(name)
        value, low, high = (float(np.nan_to_num(part[k, place])) for part in (total.value, total.low, total.high))
        if value >= SHORTEST:
            bars.append(figures.Bar(name, _sign(found, name, place), found.standings[k], value, low, high))
    words = "; ".join(f"{bar.name} {100 * max(bar.value, 0):.0f} %" for bar in bars)
    return figures.tornado(capitalised(title), bars, f"Total effects on {title}: {words}")


def _facts(found: Sensitivity) -> list[tuple[str, str]]:
    question, settings, counts = found.question, found.settings, found.counts
    return [
        ("Arm", f"{question.arm}: {question.regimen}"),
        ("Patients", f"population '{question.population}', quasi-random in the screen, drawn anew for each row of total effects"),
        ("Unknowns", f"{len(question.unknowns)} numbers of the model reach this arm; {len(found.held)} of them were not moved"),
        ("Screen", f"each ±1 standard deviation of its prior on the same {settings.patients} patients"),
        (
            "Total effects",
            f"{counted(counts.rows, 'row')} of {settings.per_row} patients; {len(found.factors)} factors; intervals hold 95 % "
            "(rows drawn with replacement)",
        ),
        (
            "Without patients",
            f"{counts.without_patients:,} of {counts.points:,} points of the prior: rows were replaced, or the point left out",
        ),
        ("Other patients", f"{100 * counts.redrawn:.1f} % of patients were drawn anew when one factor changed (entry criteria)"),
        ("Failed", f"{sum(counts.failures.values()):,} of {counts.courses:,} courses of the rows"),
    ]


def _screen(found: Sensitivity) -> list[tuple[str, str, list[Cell]]]:
    """The unknowns with an effect to speak of that is no noise, by rank: in the unit of the headline, and in SD of patients."""
    screen, rows = found.screen, []
    in_spreads, noise = screen.in_spreads, screen.noise
    for k in screen.ranks():
        unknown = found.question.unknowns[k]
        if not np.any(~noise[k] & (np.abs(in_spreads[k]) >= LITTLE)):
            continue
        cells = []
        for h, headline in enumerate(found.question.headlines):
            effect = headline.scale_of_effects * screen.effect[k, h]
            told = Cell("noise" if screen.effect[k, h] else "0", "", 0.0)
            if not noise[k, h] and abs(in_spreads[k, h]) < LITTLE:
                told = Cell("0", "", 0.0)
            elif not noise[k, h]:
                told = Cell(_signed(effect), f"{_signed(in_spreads[k, h])} SD", min(abs(float(in_spreads[k, h])), 1.0))
            cells.append(told)
        rows.append((unknown.name, unknown.standing, cells))
    return rows


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + number(float(value))

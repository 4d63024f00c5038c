"""Figures of a balanced baseline: each covariate before and after, with what was published of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from immunoreset.baseline.balanced import Balanced
from immunoreset.baseline.covariates import COVARIATES
from immunoreset.baseline.statistics import Mean, Quantile, Sd, Share, Statistic
from immunoreset.evidence.bands import fraction
from immunoreset.report.chart import INK, LINE, Chart, drawing, linear_ticks, log_ticks
from immunoreset.report.figures import COLOURS
from immunoreset.report.words import capitalised

Floats = NDArray[np.float64]
BINS = 24
SHOWN = (0.002, 0.998)  # of the pool: the axis ends there, or at the last published number
HEADROOM = 1.25
SKEWED = 20  # times the median; where the highest value is above it, the axis is logarithmic
BEFORE, AFTER = LINE, COLOURS[0]
KEY = (
    "Dashed grey: all patients of the pool. Blue: the patients drawn. Black diamond: the published mean, with a bar of one SD "
    "to both sides, or the published share, with its 95 % interval as a grey band. Triangle: a published quantile. Dotted line: "
    "the limit of a published share. The axes leave out the outermost 0.2 % of the pool."
)


def figures_of(found: Balanced) -> list[str]:
    """An <svg> for each covariate of the table, in its order."""
    return [_figure(found, name) for name in dict.fromkeys(row.covariate for row in found.baseline.row)]


def _figure(found: Balanced, name: str) -> str:
    about, problem = COVARIATES[name], found.problem
    statistics = [one for place, one in enumerate(problem.statistics) if problem.covariate(place) == name]
    before, after = problem.pool[name], problem.pool[name][found.chosen]
    title = capitalised(about.label.split(";")[0])
    words = f"{title} before and after balancing, beside what was published"
    if about.yes_or_no:
        return drawing(_shares(title, before, after, statistics), description=words)
    return drawing(_histogram(title, about.unit, before, after, statistics), description=words)


def _histogram(title: str, unit: str, before: Floats, after: Floats, statistics: Sequence[Statistic]) -> str:
    """The percent of patients by value, and the published numbers above them."""
    log = bool(before.min() > 0 and before.max() > SKEWED * np.median(before))
    edges = _edges(before, statistics, log=log)
    heights = [100 * np.histogram(values, edges)[0] / len(values) for values in (before, after)]
    top = float(max(height.max() for height in heights)) or 1.0
    chart = Chart.of((float(edges[0]), float(edges[-1])), (0.0, HEADROOM * top), log_across=log)
    places = np.repeat(edges, 2)
    steps = [np.concatenate([[0.0], np.repeat(height, 2), [0.0]]) for height in heights]
    chart.band(places, np.zeros(len(places)), steps[1], colour=AFTER, opacity=0.35)
    chart.line(places, steps[1], colour=AFTER, width=1.0)
    chart.line(places, steps[0], colour=BEFORE, width=1.0, dashes=(3, 2))
    for one in statistics:
        _mark(chart, one, statistics, 1.12 * top)
    round_numbers = (log_ticks if log else linear_ticks)(float(edges[0]), float(edges[-1]))
    ticks = {tick: f"{tick:g}" for tick in round_numbers}
    return chart.with_axes(ticks, title=title, remark="", unit="% of patients", across=unit, whole=False)


def _mark(chart: Chart, one: Statistic, statistics: Sequence[Statistic], level: float) -> None:
    if isinstance(one, Sd):
        chart.line([one.mean - one.published, one.mean + one.published], [level, level], colour=INK, width=1.2)
    elif isinstance(one, Mean):
        chart.mark(one.published, level, shape="D", colour=INK)
    elif isinstance(one, Quantile):
        chart.mark(one.published, level, shape="v", colour=INK)
    elif isinstance(one, Share):
        for limit in (one.low, one.high):
            if np.isfinite(limit):
                chart.line([limit, limit], [0, level], colour=INK, width=0.8, dashes=(1, 2))


def _edges(values: Floats, statistics: Sequence[Statistic], *, log: bool) -> Floats:
    """Bins that hold most of the pool and all that was published; a covariate of few values has a bin for each."""
    shown = [one.published for one in statistics if isinstance(one, Mean | Quantile)]
    shown += [one.mean + sign * one.published for one in statistics if isinstance(one, Sd) for sign in (-1, 1)]
    shown += [limit for one in statistics if isinstance(one, Share) for limit in (one.low, one.high) if np.isfinite(limit)]
    low, high = np.quantile(values, SHOWN).tolist()
    low, high = min(low, *shown), max(high, *shown)
    different = np.unique(values)
    if 1 < len(different) <= 2 * BINS:
        width = float(np.diff(different).min())
        first = float(different[0]) - width / 2
        begin = first + width * np.floor((low - first) / width)
        return begin + width * np.arange(int(np.ceil((high - begin) / width)) + 1)
    if log:
        return np.geomspace(max(low, float(values.min())), high, BINS + 1)
    return np.linspace(low, high, BINS + 1) if high > low else np.array([low - 0.5, low + 0.5])


def _shares(title: str, before: Floats, after: Floats, statistics: Sequence[Statistic]) -> str:
    """The share of patients as two bars, and the published one across them."""
    chart = Chart.of((-0.75, 2.75), (0.0, 105.0))
    for place, values, colour in ((0.0, before, BEFORE), (2.0, after, AFTER)):
        height = 100 * float(values.mean())
        across = np.array([place - 0.3, place + 0.3])
        chart.band(across, np.zeros(2), np.full(2, height), colour=colour, opacity=0.35)
        chart.line([place - 0.3, place - 0.3, place + 0.3, place + 0.3], [0, height, height, 0], colour=colour, width=1.0)
    for one in statistics:
        if isinstance(one, Share):
            low, high = fraction(one.count, one.of)
            wide = np.array([-0.75, 2.75])
            chart.band(wide, np.full(2, 100 * low), np.full(2, 100 * high), colour=INK, opacity=0.15)
            chart.mark(1.0, 100 * one.published, shape="D", colour=INK)
    ticks = {0.0: "before", 1.0: "published", 2.0: "after"}
    return chart.with_axes(ticks, title=title, remark="", unit="% of patients", across="", whole=False)

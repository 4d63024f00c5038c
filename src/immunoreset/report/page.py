"""The report of a study: one self-contained HTML page that prints well and needs no network."""

from __future__ import annotations

from typing import Any

from immunoreset.evidence import Comparison, published_points
from immunoreset.outcomes import OUTCOMES
from immunoreset.report.figures import draw_one_arm, draw_side_by_side, inline_svg
from immunoreset.report.panels import PANELS, SIDE_BY_SIDE
from immunoreset.report.words import interval, number
from immunoreset.results import StudyResult

STANDINGS = {
    "published": "used as published",
    "adapted": "published, then adapted",
    "unverified": "recalled, to be checked against the paper",
    "assumed": "assumed by us",
}
TUNED = {True: "tuned to", False: "not tuned to", "indirectly": "indirectly"}


def _comparison_row(row: Comparison) -> dict[str, str]:
    unit = "" if row.unit == "fraction" else row.unit
    return {
        "label": row.label + (f", {unit}" if unit else ""),
        "published": row.published_text,
        "band": interval(row.low, row.high, row.unit),
        "how": row.band,
        "simulated": number(row.simulated, row.unit),
        "spread": interval(row.simulated_low, row.simulated_high, row.unit),
        "verdict": row.verdict,
        "tuned": TUNED[row.tuned],
        "standing": row.standing,
        "source": row.source,
        "missing": f"{row.without_value} of {row.twins + row.without_value} twins without a value" if row.without_value else "",
    }


def _outcome_rows(summary: dict[str, Any]) -> list[dict[str, Any]]:
    """Each outcome with one cell per arm, in the order of the outcome table."""
    arms = summary["arms"]
    rows = []
    for name, outcome in OUTCOMES.items():
        cells = [arm["outcomes"].get(name) for arm in arms.values()]
        if any(cell and cell["value"] is not None for cell in cells):
            label = outcome.label + (f", {outcome.unit}" if outcome.unit else "")
            rows.append({"label": label, "cells": [_cell(cell, outcome.share) for cell in cells]})
    return rows


def _cell(cell: dict[str, Any] | None, share: bool) -> str:
    if not cell or cell["value"] is None:
        return "–"
    if share:
        return number(cell["value"], "fraction")
    return f"{number(cell['value'])} ({interval(cell['low'], cell['high'])})"


def _points_in_words() -> list[dict[str, str]]:
    """What is drawn in each panel that has published points."""
    titles = {panel.output: panel.title for panel in PANELS}
    return [
        {"panel": titles[point.output], "label": point.label, "source": point.source.citation, "standing": point.standing}
        for point in published_points()
    ]


def _figures(result: StudyResult, with_points: bool) -> tuple[str, str]:
    points = published_points() if with_points else ()
    quantiles = {
        name: {panel.output: arm.quantiles(panel.output) for panel in PANELS if panel.output in arm.trajectories}
        for name, arm in result.arms.items()
    }
    first = next(iter(quantiles))
    one = draw_one_arm(result.days, quantiles[first], PANELS, points)
    described = f"Small multiples of the quantities followed under {first}, described by the tables of this page"
    side = ""
    if len(quantiles) > 1:
        panels = [panel for panel in PANELS if panel.output in SIDE_BY_SIDE]
        figure = draw_side_by_side(result.days, quantiles, panels)
        side = inline_svg(figure, "Small multiples that compare the treatments, described by the table above")
    return inline_svg(one, described), side


def build_page(result: StudyResult) -> str:
    """The whole page as text."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    manifest = result.manifest
    summary = result.summary()
    standing = manifest["parameters_by_standing"]
    total = sum(standing.values())
    one, side = _figures(result, bool(result.comparisons))
    first = next(iter(result.arms))
    twins_of_arm = len(result.arms[first].outcomes.failed)
    environment = Environment(loader=PackageLoader("immunoreset.report", "."), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("page.html.j2").render(
        title=result.title,
        description=manifest["study"]["description"],
        first_arm=first,
        arms=[{"name": name, "treatment": arm.treatment, "twins": arm.twins} for name, arm in result.arms.items()],
        patients=len(result.patients),
        twins=twins_of_arm,
        comparisons=[_comparison_row(row) for row in result.comparisons],
        inside=sum(row.verdict == "inside" for row in result.comparisons),
        untuned=sum(row.tuned is False for row in result.comparisons),
        points=_points_in_words() if result.comparisons else [],
        outcome_rows=_outcome_rows(summary),
        one_arm_figure=one,
        side_by_side_figure=side,
        standings=[
            {"name": f"{name}: {words}", "count": standing[name], "share": number(standing[name] / total, "fraction")}
            for name, words in STANDINGS.items()
        ],
        parameters=total,
        failures=[(name, arm.failures, int(arm.outcomes.failed.sum()), arm.twins) for name, arm in result.arms.items()],
        failed=result.failed,
        manifest=manifest,
    )

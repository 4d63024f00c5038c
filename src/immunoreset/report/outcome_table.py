"""The table of outcomes of a report: each outcome with one cell per arm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from immunoreset.patient.outcome import Outcome
from immunoreset.report.comparison_words import labelled
from immunoreset.report.words import capitalised, interval, number


def outcome_rows(arms: Mapping[str, Any], about: Mapping[str, Outcome]) -> list[dict[str, Any]]:
    """The outcomes of `about` that anybody in `arms` (those of a summary) has, in their order."""
    rows = []
    for name, outcome in about.items():
        cells = [arm["outcomes"].get(name) for arm in arms.values()]
        if any(cell and cell["value"] is not None for cell in cells):
            label = labelled(capitalised(outcome.label), "" if outcome.share else "median", outcome.unit)
            rows.append({"label": label, "cells": [_cell(cell, outcome.share) for cell in cells]})
    return rows


def _cell(cell: dict[str, Any] | None, share: bool) -> dict[str, str]:
    """Value and range, and for how many twins the thing happened where that is not all of them."""
    if not cell or cell["value"] is None:
        return {"value": "–", "range": "", "missing": ""}
    if share:
        return {"value": number(cell["value"], "fraction"), "range": "", "missing": ""}
    total = cell["twins"] + cell["without_value"]
    missing = f"in {cell['twins']} of {total}" if cell["without_value"] else ""
    return {"value": number(cell["value"]), "range": f"({interval(cell['low'], cell['high'])})", "missing": missing}

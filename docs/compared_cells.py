"""Cells of tables that set published rows beside simulated ones."""

from __future__ import annotations

from immunoreset.evidence import evidence
from immunoreset.report.comparison_words import LESS_KNOWN
from immunoreset.report.words import interval, number
from immunoreset.validation.compared import Compared, Simulated


def unit(row: Compared) -> str:
    return "fraction" if row.row.statistic.kind == "share" else ""


def name(row: Compared) -> str:
    """What was counted, on which day, of whom, and by whom."""
    found = evidence()
    who, day = found.cohorts.by_id[row.row.cohort].who, row.row.day
    when = "" if day is None else f", day {day:g}"
    return f"{row.row.quantity}{when}: {who} ({found.publications[row.row.publication].name.split(',')[0]})"


def published(row: Compared) -> str:
    """The published number, or text, and how well it is known."""
    less = LESS_KNOWN.get(row.row.standing, "")
    said = row.row.statistic.text if row.published is None else number(row.published, unit(row))
    return f"{row.row.statistic.limit}{said}" + (f" ({less})" if less else "")


def simulated(found: Simulated, unit: str) -> str:
    """The simulated number with what chance leaves."""
    return f"{number(found.value, unit)} ({interval(found.low, found.high, unit)})"

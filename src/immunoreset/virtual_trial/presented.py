"""What is shown of simulated trials, of whatever kind: parts of the page, tables for CSV files, and the summary."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from immunoreset.report.trial_figures import Estimate
from immunoreset.report.trial_page import Card, Section

Cell = float | int | str | bool
Row = dict[str, Cell]
Z95 = float(ndtri(0.975))
RESEARCH = (
    "Research only: the patients are virtual, drawn from a mechanistic model whose numbers are partly assumed "
    "(the command immunoreset parameters lists each with its standing). Rates are those of the model, not of a product."
)
ONCE = (
    "Every patient was simulated once under each dose or arm, with the same random numbers, so that doses, arms and "
    "rival designs "
    "meet the same patients. Simulated trials draw patients from this table with replacement."
)
DOSE_RESPONSE = (
    "The dose-response is the model's: the product expands on its target cells, so that beyond a low dose more infused "
    "cells change "
    "little in expansion, toxicity or benefit. Whether this holds for a product must be judged from its data."
)


@dataclass(frozen=True, eq=False)
class Presented:
    """Everything that a kind of trial shows; `tables` become CSV files, by name."""

    facts: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    tables: Mapping[str, Sequence[Row]]
    summary: Mapping[str, Any]
    assumptions: Sequence[str]
    cards: Sequence[Card] = field(default=())
    meanings: Mapping[str, str] = field(default_factory=dict)
    """What each table holds, by name."""


def wilson(share: NDArray[np.float64], number: int) -> Estimate:
    """A share of so many patients with its 95 % interval (Wilson).

    >>> [round(float(part), 3) for part in wilson(np.array(0.5), 100)]
    [0.5, 0.404, 0.596]
    """
    square = Z95**2
    centre = (share + square / (2 * number)) / (1 + square / number)
    reach = Z95 * np.sqrt(share * (1 - share) / number + square / (4 * number**2)) / (1 + square / number)
    return Estimate(share, np.maximum(centre - reach, 0.0), np.minimum(centre + reach, 1.0))


def percent(share: float, error: float | None = None) -> str:
    """A share in percent, with its standard error in brackets.

    >>> percent(0.3412, 0.0067), percent(float("nan"))
    ('34.1 (0.7)', '–')
    """
    if not math.isfinite(share):
        return "–"
    return f"{100 * share:.1f}" if error is None else f"{100 * share:.1f} ({100 * error:.1f})"


def mean(value: float, error: float | None = None) -> str:
    """A mean, with its standard error in brackets.

    >>> mean(12.348, 0.067), mean(float("nan"), 0.1)
    ('12.35 (0.07)', '–')
    """
    if not math.isfinite(value):
        return "–"
    return f"{value:.2f}" if error is None or not math.isfinite(error) else f"{value:.2f} ({error:.2f})"


def words(name: str) -> str:
    """The name of a measure as a reader knows it.

    >>> words("drug_free_doris"), words("sri4"), words("depleted")
    ('drug-free DORIS remission', 'SRI-4 response', 'B cells not detected by day 28')
    """
    return _WORDS.get(name, name.replace("_", " "))


_WORDS = {
    "depleted": "B cells not detected by day 28",
    "doris": "DORIS remission",
    "drug_free_doris": "drug-free DORIS remission",
    "lldas": "LLDAS",
    "sri4": "SRI-4 response",
    "bicla": "BICLA response",
    "sledai": "SLEDAI-2K",
    "dlt": "dose-limiting toxicity",
    "crs": "CRS",
    "icans": "ICANS",
}

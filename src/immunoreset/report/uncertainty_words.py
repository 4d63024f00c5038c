"""A study's intervals as a reader wants them: one row per outcome, with what each interval is of in plain words."""

from __future__ import annotations

import math
from typing import NamedTuple

from immunoreset.patient.outcome import Outcome
from immunoreset.report.words import capitalised, interval, number
from immunoreset.results import ArmResult
from immunoreset.uncertainty.draws import Numbers
from immunoreset.uncertainty.intervals import LEVEL, Ends, Intervals

FEW = 20
"""Draws below which an interval over draws is rough."""


class Row(NamedTuple):
    """An outcome of an arm in words: its value and its three intervals."""

    label: str
    value: str
    patients: str
    numbers: str
    trial: str


def headings(numbers: Numbers, trial_size: int) -> Row:
    """What stands above the columns; where no data have spoken, the word "prior" does."""
    of = "From what is not known of the numbers" + (" (prior)" if numbers.is_prior else "")
    trial = f"What a trial of {trial_size} would report" + (" (prior)" if numbers.is_prior else "")
    return Row("Outcome", "Value", "Between patients", of, trial)


def rows_of(arm: ArmResult) -> list[Row]:
    """Every outcome that anybody has, in the order of a page."""
    found = {name: arm.interval(name) for name in arm.about if name in arm.outcomes.values}
    return [row_of(arm.about[name], of) for name, of in found.items() if math.isfinite(of.value)]


def row_of(about: Outcome, of: Intervals) -> Row:
    """One outcome in words."""
    unit = "fraction" if about.share else ""
    named = ", ".join(part for part in ("" if about.share else "median", about.unit) if part)
    label = capitalised(about.label) + (f" ({named})" if named else "")
    ends = [_ends(each, unit) for each in (of.patients, of.numbers, of.trial)]
    return Row(label, number(of.value, unit), *ends)


def _ends(ends: Ends, unit: str) -> str:
    return interval(*ends, unit) if math.isfinite(ends.low) else "–"


def explained(numbers: Numbers) -> list[str]:
    """What the intervals are, and where the draws come from, for below a table."""
    few = [f"Fewer than {FEW} draws: the intervals of numbers and trials are rough."] if len(numbers) < FEW else []
    left = (
        [f"{len(numbers.left_out)} further numbers are not drawn: patients have them from elsewhere."] if numbers.left_out else []
    )
    return [
        f"Intervals hold the middle {100 * LEVEL:g} %. Numbers: {numbers.words}.",
        "Value and interval between patients: with the numbers of the model as they are. A share has no interval between "
        "patients: a patient has the outcome or not.",
        "A trial would report: numbers, patients and chance together.",
        *left,
        *few,
    ]

"""Published numbers beside simulated ones.

The simulated number is taken over all twins. Its low and high show what a trial as small as the published one would have
reported: twin 1 of every patient is one such trial, twin 2 the next; the middle 95 % of these trials lie between low and high.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from immunoreset.errors import InvalidValue
from immunoreset.evidence.published import TABLE_OF, PublishedNumber, published_numbers
from immunoreset.outcomes import Outcomes


@dataclass(frozen=True)
class Comparison:
    """One row of the table; None where a number is not known or could not be simulated."""

    quantity: str
    published: float | None
    low: float
    high: float
    source: str
    simulated: float | None
    simulated_low: float | None
    simulated_high: float | None
    verdict: str
    label: str
    unit: str
    published_text: str
    band: str
    standing: str
    tuned: bool | str
    tuned_to: str
    arm: str
    twins: int
    without_value: int
    statistic: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def tuning_in_words(rows: Sequence[Comparison]) -> str:
    """How many numbers of the table the model was tuned to, as the roles of the evidence say."""
    tuned = sum(row.tuned is True for row in rows)
    indirectly = sum(row.tuned == "indirectly" for row in rows)
    return (
        f"The model was tuned to {tuned} of these {len(rows)} numbers and indirectly, through numbers of the same patients, "
        f"to {indirectly} more"
    )


def _statistic(name: str, values: np.ndarray, axis: int | None) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a trial without a single value gives nan, which is what we want
        if name == "median":
            return np.nanmedian(values, axis=axis)
        if name == "sd":
            return np.nanstd(values, axis=axis, ddof=1)
        return np.nanmean(values, axis=axis)


def _digits(value: float) -> float | None:
    """Four significant digits; None for nan."""
    return float(f"{value:.4g}") if math.isfinite(value) else None


def numbers_of(diseases: Mapping[str, Collection[str]]) -> list[PublishedNumber]:
    """The published numbers that patients of these arms can be compared with; `diseases` are names by arm.

    The whole table belongs to the disease that it was made for; beside another stand only numbers of that disease itself.
    """
    return [number for number in published_numbers() if {number.disease, TABLE_OF} & set(diseases.get(number.arm, ()))]


def refuse_without_numbers(diseases: Mapping[str, Collection[str]]) -> None:
    """Raise InvalidValue unless there is a published number for some arm; `diseases` are names by arm."""
    if numbers_of(diseases):
        return
    numbers = published_numbers()
    arms = " and ".join(f"'{name}'" for name in dict.fromkeys(number.arm for number in numbers))
    treated = ", ".join(dict.fromkeys(name for names in diseases.values() for name in names))
    raise InvalidValue(
        f"compare_with: its published numbers are of {TABLE_OF}, under arms called {arms}, and none is for {treated} "
        f"in {', '.join(diseases)}; leave compare_with out (docs/diseases.md compares the other diseases)"
    )


def compare(arms: Mapping[str, Outcomes], numbers: Sequence[PublishedNumber] | None = None) -> list[Comparison]:
    """The comparison table for the arms that were simulated; numbers of other arms are left out."""
    rows = []
    for number in numbers if numbers is not None else published_numbers():
        outcomes = arms.get(number.arm)
        if outcomes is None or number.outcome not in outcomes.values:
            continue
        values = outcomes.values[number.outcome]
        simulated = float(_statistic(number.statistic, values, None))
        trials = _statistic(number.statistic, outcomes.by_patient(number.outcome), 0)
        trials = trials[np.isfinite(trials)]
        low, high = np.quantile(trials, [0.025, 0.975]) if len(trials) > 1 else (math.nan, math.nan)
        inside = math.isfinite(simulated) and number.low <= simulated <= number.high
        rows.append(
            Comparison(
                quantity=number.quantity,
                published=number.published,
                low=float(f"{number.low:.4g}"),
                high=float(f"{number.high:.4g}"),
                source=number.source.citation,
                simulated=_digits(simulated),
                simulated_low=_digits(float(low)),
                simulated_high=_digits(float(high)),
                verdict="inside" if inside else "outside",
                label=number.label,
                unit=number.unit,
                published_text=number.text,
                band=number.band,
                standing=number.standing,
                tuned=number.tuned,
                tuned_to=number.tuned_to,
                arm=number.arm,
                twins=int(np.isfinite(values).sum()),
                without_value=int((~np.isfinite(values)).sum()),
                statistic=number.statistic,
            )
        )
    return rows

"""Checkers of the reference files on group-sequential bounds and on sample sizes; each asserts every row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import numpy as np

from immunoreset.trial.group_sequential.boundaries import boundaries
from immunoreset.trial.group_sequential.design import BetaSpending, GroupSequential
from immunoreset.trial.sample_size.means import sample_size_means
from immunoreset.trial.sample_size.rates import sample_size_rates
from immunoreset.trial.sample_size.sizes import SampleSize
from immunoreset.trial.sample_size.survival import Schedule, sample_size_survival

Row = dict[str, str]


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text.split(";"))


def _optional(text: str) -> float | None:
    return None if text in ("", "NA") else float(text)


def _close(mine: Iterable[float], row: Row, *, column: str, within: float) -> None:
    expected = _numbers(row[column])
    found = tuple(mine)
    assert len(found) == len(expected), f"{column}: {len(found)} numbers for {len(expected)}, row {row}"
    away = max(abs(np.subtract(found, expected)))
    assert away < within, f"{column} is {away:.2g} away, row {row}"


def _looks(row: Row) -> int | tuple[float, ...]:
    rates = _numbers(row["informationRates"])
    count = len(rates)
    even = [(look + 1) / count for look in range(count)]
    return count if np.allclose(rates, even, rtol=0, atol=1e-8) else rates


def check_boundaries(rows: list[Row]) -> None:
    """Critical values, stage levels, inflation and average sample numbers within 1e-6."""
    for row in rows:
        design = GroupSequential(
            row["typeOfDesign"],
            looks=_looks(row),
            alpha=float(row["alpha"]),
            beta=float(row["beta"]),
            sides=int(row["sided"]),
            parameter=_optional(row["parameter"]),
        )
        plan = boundaries(design)
        columns = {
            "criticalValues": plan.critical,
            "stageLevels": plan.stage_levels,
            "alphaSpent": plan.alpha_spent,
            "shift": (plan.shift,),
            "inflationFactor": (plan.inflation,),
            "averageSampleNumber0": (plan.asn_h0,),
            "averageSampleNumber01": (plan.asn_h01,),
            "averageSampleNumber1": (plan.asn_h1,),
            "rejectionProbs": plan.rejection,
        }
        for column, mine in columns.items():
            _close(mine, row, column=column, within=1e-6)


def check_futility(rows: list[Row]) -> None:
    """Bounds for benefit and futility, beta spent and inflation within 1e-6."""
    for row in rows:
        futility = BetaSpending(row["betaSpending"], _optional(row["gammaB"]), binding=row["binding"].upper() == "TRUE")
        design = GroupSequential(
            row["alphaSpending"], looks=int(row["kMax"]), alpha=float(row["alpha"]), beta=float(row["beta"]), futility=futility
        )
        plan = boundaries(design)
        columns = {
            "criticalValues": plan.critical,
            "futilityBounds": plan.futility,
            "betaSpent": plan.beta_spent,
            "shift": (plan.shift,),
            "inflationFactor": (plan.inflation,),
        }
        for column, mine in columns.items():
            _close(mine, row, column=column, within=1e-6)


def _size(row: Row) -> SampleSize:
    alpha, power, sides, ratio = float(row["alpha"]), float(row["power"]), int(row["sided"]), float(row["ratio"])
    endpoint = row["endpoint"]
    if endpoint == "rate_two_arm_diff":
        return sample_size_rates(float(row["pi1"]), float(row["pi2"]), alpha=alpha, power=power, sides=sides, ratio=ratio)
    if endpoint in ("mean_two_arm_t", "mean_two_arm_z"):
        test = "t" if endpoint.endswith("t") else "z"
        return sample_size_means(
            float(row["alt"]), float(row["sd"]), alpha=alpha, power=power, sides=sides, ratio=ratio, test=test
        )
    named = re.fullmatch(r"survival_(schoenfeld|freedman)_accr(\d+)_fu(\d+)_med2_\d+", endpoint)
    assert named, f"unknown endpoint in row {row}"
    formula = "schoenfeld" if named[1] == "schoenfeld" else "freedman"
    schedule, median = Schedule(float(named[2]), float(named[3])), float(row["median2"])
    return sample_size_survival(
        float(row["hr"]), median, schedule, alpha=alpha, power=power, sides=sides, ratio=ratio, formula=formula
    )


def check_sample_sizes(rows: list[Row]) -> None:
    """Patients in all, and events, within 1e-3."""
    for row in rows:
        assert row["design"] == "fixed", f"unknown design in row {row}"
        size = _size(row)
        _close((size.total,), row, column="n", within=1e-3)
        if row["events"] != "NA":
            _close((size.events,), row, column="events", within=1e-3)


CHECKS: dict[str, Callable[[list[Row]], None]] = {
    "group_sequential_rpact.csv": check_boundaries,
    "group_sequential_futility_rpact.csv": check_futility,
    "sample_size_rpact.csv": check_sample_sizes,
}

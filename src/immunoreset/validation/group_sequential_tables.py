"""Group-sequential bounds and sample sizes beside rpact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from immunoreset.errors import InvalidFile
from immunoreset.trial.group_sequential.boundaries import boundaries
from immunoreset.trial.group_sequential.design import BetaSpending, GroupSequential
from immunoreset.trial.sample_size.means import sample_size_means
from immunoreset.trial.sample_size.rates import sample_size_rates
from immunoreset.trial.sample_size.sizes import SampleSize
from immunoreset.trial.sample_size.survival import Schedule, sample_size_survival
from immunoreset.validation.compare import Pair, Row, Rows, Table, Tolerance, numbers, optional

_PRINTED = "rpact's own convergence and ten printed digits"
_BOUNDS = {
    "criticalValues": Tolerance("z", 1e-6, _PRINTED),
    "stageLevels": Tolerance("p-value", 1e-6, _PRINTED),
    "alphaSpent": Tolerance("probability", 1e-6, _PRINTED),
    "shift": Tolerance("squared drift", 1e-6, _PRINTED),
    "inflationFactor": Tolerance("ratio", 1e-6, _PRINTED),
    "averageSampleNumber0": Tolerance("ratio", 1e-6, _PRINTED),
    "averageSampleNumber01": Tolerance("ratio", 1e-6, _PRINTED),
    "averageSampleNumber1": Tolerance("ratio", 1e-6, _PRINTED),
    "rejectionProbs": Tolerance("probability", 1e-6, _PRINTED),
}
_FUTILITY = {
    "criticalValues": Tolerance("z", 1e-6, _PRINTED),
    "futilityBounds": Tolerance("z", 1e-6, _PRINTED),
    "betaSpent": Tolerance("probability", 1e-6, _PRINTED),
    "shift": Tolerance("squared drift", 1e-6, _PRINTED),
    "inflationFactor": Tolerance("ratio", 1e-6, _PRINTED),
}
_SIZES = {
    "n": Tolerance("patients", 1e-3, "rpact's root finding; below a thousandth of a patient"),
    "events": Tolerance("events", 1e-3, "rpact's root finding; below a thousandth of an event"),
}


def _looks(row: Row) -> int | tuple[float, ...]:
    rates = numbers(row["informationRates"])
    even = np.arange(1, len(rates) + 1) / len(rates)
    return len(rates) if np.allclose(rates, even, rtol=0, atol=1e-8) else tuple(rates)


def _bounds(rows: Rows) -> Iterator[Pair]:
    for row in rows:
        design = GroupSequential(
            row["typeOfDesign"], looks=_looks(row), alpha=float(row["alpha"]), beta=float(row["beta"]),
            sides=int(row["sided"]), parameter=optional(row["parameter"]),
        )  # fmt: skip
        plan = boundaries(design)
        mine = (plan.critical, plan.stage_levels, plan.alpha_spent, [plan.shift], [plan.inflation], [plan.asn_h0])
        mine += ([plan.asn_h01], [plan.asn_h1], plan.rejection)
        for quantity, ours in zip(_BOUNDS, mine, strict=True):
            yield Pair(quantity, ours, numbers(row[quantity]))


def _futility(rows: Rows) -> Iterator[Pair]:
    for row in rows:
        spending = BetaSpending(row["betaSpending"], optional(row["gammaB"]), binding=row["binding"].upper() == "TRUE")
        design = GroupSequential(
            row["alphaSpending"], looks=int(row["kMax"]), alpha=float(row["alpha"]), beta=float(row["beta"]), futility=spending
        )
        plan = boundaries(design)
        mine = (plan.critical, plan.futility, plan.beta_spent, [plan.shift], [plan.inflation])
        for quantity, ours in zip(_FUTILITY, mine, strict=True):
            yield Pair(quantity, ours, numbers(row[quantity]))


def _size(row: Row) -> SampleSize:
    risks: dict[str, Any] = {"alpha": float(row["alpha"]), "power": float(row["power"]), "ratio": float(row["ratio"])}
    endpoint, sides = row["endpoint"], int(row["sided"])
    if endpoint == "rate_two_arm_diff":
        return sample_size_rates(float(row["pi1"]), float(row["pi2"]), sides=sides, **risks)
    if endpoint in ("mean_two_arm_t", "mean_two_arm_z"):
        test = "t" if endpoint.endswith("t") else "z"
        return sample_size_means(float(row["alt"]), float(row["sd"]), sides=sides, test=test, **risks)
    named = re.fullmatch(r"survival_(schoenfeld|freedman)_accr(\d+)_fu(\d+)_med2_\d+", endpoint)
    if named is None:
        raise InvalidFile(f"sample_size_rpact.csv: no endpoint '{endpoint}'; the file does not belong to this version")
    formula = "schoenfeld" if named[1] == "schoenfeld" else "freedman"
    schedule = Schedule(float(named[2]), float(named[3]))
    return sample_size_survival(float(row["hr"]), float(row["median2"]), schedule, sides=sides, formula=formula, **risks)


def _sizes(rows: Rows) -> Iterator[Pair]:
    for row in rows:
        size = _size(row)
        yield Pair("n", [size.total], numbers(row["n"]))
        if row["events"] != "NA":
            yield Pair("events", [size.events], numbers(row["events"]))


TABLES = (
    Table("group_sequential_rpact.csv", "Group-sequential bounds", "rpact", _bounds, _BOUNDS),
    Table("group_sequential_futility_rpact.csv", "Futility by beta spending", "rpact", _futility, _FUTILITY),
    Table("sample_size_rpact.csv", "Sample sizes", "rpact", _sizes, _SIZES),
)

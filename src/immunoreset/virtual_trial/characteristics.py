"""The operating characteristics of a trial document as plain numbers, whatever its kind, each with its chance of simulation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np

from immunoreset.virtual_trial.phase_1 import Found, Phase1Result
from immunoreset.virtual_trial.power import PowerCurves
from immunoreset.virtual_trial.randomised_result import RandomisedResult
from immunoreset.virtual_trial.randomised_trials import Phase3Result, PowerResult
from immunoreset.virtual_trial.single_arm import SingleArmResult
from immunoreset.virtual_trial.single_arm_trials import DAYS_OF_MONTH, Phase2Result

Kind = Literal["success", "share", "number"]
TRUTH = "the patients"
"""What stands in place of a design where the number is of the patients and not of trials."""


class Characteristic(NamedTuple):
    """A number of the trials of a design: `error` is the standard error that comes of simulating so many trials, nan for none.

    A "success" is a share of trials that do what the trial is made for: its power.
    """

    design: str
    measure: str
    value: float
    error: float
    kind: Kind

    @property
    def name(self) -> tuple[str, str]:
        return self.design, self.measure


def characteristics_of(found: Phase1Result | Phase2Result | Phase3Result | PowerResult) -> list[Characteristic]:
    """The main numbers of the trials of a document that exist, in the order of its designs."""
    match found:
        case Phase1Result():
            numbers = list(_of_phase_1(found))
        case Phase2Result():
            numbers = [one for name, each in found.found.items() for one in _of_single_arm(name, each)]
        case Phase3Result():
            numbers = [one for name, each in found.found.items() for one in _of_randomised(name, each)]
            numbers += [
                Characteristic(name, "claims without effect (type I error)", each.power, each.power_error, "share")
                for name, each in found.null.items()
            ]
        case PowerResult():
            numbers = list(_of_power(found.curves))
    return numbers


def _of_phase_1(result: Phase1Result) -> Iterator[Characteristic]:
    for scenario in result.scenarios:
        for dose, rate in zip(result.doses, scenario.source.rates()[0].tolist(), strict=True):
            yield Characteristic(TRUTH, f"toxicity at {dose}", rate, np.nan, "share")
    for one in result.found:
        yield from _of_design(one, result.doses)


def _of_design(one: Found, doses: tuple[str, ...]) -> Iterator[Characteristic]:
    made = one.characteristics
    for dose, value, error in zip(("no dose", *doses), made.selected.tolist(), made.selected_error.tolist(), strict=True):
        yield Characteristic(one.design, f"selects {dose}", value, error, "share")
    yield Characteristic(one.design, "patients", float(made.treated.sum()), np.nan, "number")
    yield Characteristic(one.design, "toxicities", float(made.toxic.sum()), np.nan, "number")
    yield Characteristic(one.design, "overdose risk", made.overdose_risk, made.overdose_risk_error, "share")
    yield Characteristic(one.design, "stopped early", made.stopped, made.stopped_error, "share")
    if np.isfinite(one.months[0]):
        yield Characteristic(one.design, "months", *one.months, "number")


def _of_single_arm(name: str, one: SingleArmResult) -> Iterator[Characteristic]:
    yield Characteristic(TRUTH, "response rate, as the trial counts it", one.rate, np.nan, "share")
    measures: tuple[tuple[str, float, Kind], ...] = (
        ("go", one.go, "success"),
        ("no go", one.futile, "share"),
        ("stop for safety", one.unsafe, "share"),
        ("early stop", one.early, "share"),
    )
    for measure, share, kind in measures:
        yield Characteristic(name, measure, share, _error(share, one.trials), kind)
    yield Characteristic(name, "patients", one.expected_patients, float(one.patients.std() / np.sqrt(one.trials)), "number")
    yield from _months(name, one.duration)


def _of_randomised(name: str, one: RandomisedResult) -> Iterator[Characteristic]:
    yield Characteristic(TRUTH, "effect, treatment minus control", one.truth, np.nan, "number")
    yield Characteristic(name, "power", one.power, one.power_error, "success")
    analysed = np.asarray(one.trial.looks)[one.look - 1]
    yield Characteristic(name, "patients", one.expected_patients, float(analysed.std() / np.sqrt(one.trials)), "number")
    yield from _months(name, one.duration)


def _months(name: str, days: np.ndarray) -> Iterator[Characteristic]:
    months = days / DAYS_OF_MONTH
    if np.isfinite(months).all():
        yield Characteristic(name, "months", float(months.mean()), float(months.std() / np.sqrt(len(months))), "number")


def _of_power(curves: PowerCurves) -> Iterator[Characteristic]:
    for place, name in enumerate(curves.treatments):
        yield Characteristic(name, "effect, treatment minus control", float(curves.effect[place]), np.nan, "number")
        for total, share in zip(curves.totals.tolist(), curves.power[place].tolist(), strict=True):
            yield Characteristic(name, f"power with {total} patients", share, _error(share, curves.trials), "success")
        needed = f"patients for {100 * curves.wanted:g} % power"
        yield Characteristic(name, needed, float(curves.needed[place]), np.nan, "number")


def _error(share: float, trials: int) -> float:
    return float(np.sqrt(share * (1 - share) / trials))

"""The test and the estimate of a simulated randomised trial, for each kind of endpoint, in many trials at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.cmh import cmh_test
from immunoreset.trial.analysis.log_rank import log_rank
from immunoreset.trial.analysis.means import MeanDifference, ancova
from immunoreset.trial.analysis.risk_difference import miettinen_nurminen
from immunoreset.trial.analysis.rmst import RestrictedMean, rmst_difference
from immunoreset.trial.analysis.tables import Tables, tabulate
from immunoreset.virtual_trial.endpoint import Change, Endpoint, Response, TimeTo

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEFT_OUT = -1


class Trials(NamedTuple):
    """The data of T trials, patients in order of entry (T, n): arm 1 is treatment, 0 control, LEFT_OUT without an answer."""

    arm: Ints
    stratum: Ints
    value: Floats
    event: Floats
    baseline: Floats

    def first(self, patients: int) -> Trials:
        """Only the first patients of each trial."""
        kept = slice(None), slice(patients)
        return Trials(self.arm[kept], self.stratum[kept], self.value[kept], self.event[kept], self.baseline[kept])


class Effect(NamedTuple):
    """Treatment minus control with its interval, each (T,)."""

    estimate: Floats
    lower: Floats
    upper: Floats


def statistic(endpoint: Endpoint, data: Trials) -> Floats:
    """z (T,) of the primary test, above 0 when the treatment is better.

    Responses: Cochran-Mantel-Haenszel. Changes: analysis of covariance. Times: stratified log-rank, or restricted means.
    Raises InvalidValue when an arm has nobody.
    """
    _check(data)
    if isinstance(endpoint, Response):
        return cmh_test(_tables(data)).z
    if isinstance(endpoint, Change):
        return _sign(endpoint) * _change(data, level=0.95).z
    if endpoint.test == "rmst":
        return _sign(endpoint) * _restricted(endpoint, data, level=0.95).z
    return _sign(endpoint) * log_rank(data.value, data.event, data.arm, stratum=data.stratum).z


def effect(endpoint: Endpoint, data: Trials, *, level: float) -> Effect:
    """Treatment minus control: of response rates (Miettinen-Nurminen), of adjusted changes, or of mean days up to the horizon."""
    if isinstance(endpoint, Response):
        found = miettinen_nurminen(_tables(data), level=level)
    elif isinstance(endpoint, Change):
        found = _change(data, level=level)
    else:
        found = _restricted(endpoint, data, level=level)
    return Effect(found.estimate, found.lower, found.upper)


def _sign(endpoint: Change | TimeTo) -> float:
    if isinstance(endpoint, Change):
        return -1.0 if endpoint.better == "lower" else 1.0
    return -1.0 if endpoint.good else 1.0


def _check(data: Trials) -> None:
    for number, name in ((1, "treatment"), (0, "control")):
        empty = ~(data.arm == number).any(axis=1)
        if empty.any():
            raise InvalidValue(
                f"trial {int(np.flatnonzero(empty)[0]) + 1}: nobody in the {name} arm among the first {data.arm.shape[1]} "
                "patients; look later"
            )


def _tables(data: Trials) -> Tables:
    return tabulate(data.value, data.arm, stratum=data.stratum, missing="leave out")


def _change(data: Trials, *, level: float) -> MeanDifference:
    """Adjusted for the value at entry, and for strata as far as every trial has patients in all of them."""
    labels = np.unique(data.stratum)
    whole = all(((data.stratum == label) & (data.arm != LEFT_OUT)).any(axis=1).all() for label in labels)
    stratum = data.stratum if whole else None
    return ancova(data.value, data.arm, covariates=[data.baseline], stratum=stratum, level=level)


def _restricted(endpoint: TimeTo, data: Trials, *, level: float) -> RestrictedMean:
    time = _carried_forward(data, horizon=endpoint.day)
    return rmst_difference(time, data.event, data.arm, horizon=endpoint.day, level=level)


def _carried_forward(data: Trials, *, horizon: float) -> Floats:
    """Times (T, n) in which the longest follow-up of an arm, if nobody's reached the horizon, counts as having done so.

    The survival curve of such an arm stays where drop-out left it; without this one unlucky trial would have no estimate.
    """
    time = data.value.copy()
    rows = np.arange(len(time))
    for number in (0, 1):
        days = np.where(data.arm == number, data.value, -np.inf)
        last = days.max(axis=1)
        censored = (days == last[:, None]) & (data.event == 0)
        short = (last < horizon) & censored.any(axis=1)
        time[rows[short], censored.argmax(axis=1)[short]] = horizon
    return time

"""What an interim look sees: the data up to a calendar day, and the statistic and information of each look.

Rows of z (T, K) go to `group_sequential.boundaries.read_looks`. Above 0 favours the treatment arm, when a response is good and an
event is bad.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.cmh import cmh_test
from immunoreset.trial.analysis.log_rank import log_rank
from immunoreset.trial.analysis.patients import Flags, Floats, Label, place
from immunoreset.trial.analysis.tables import tabulate


class Looks(NamedTuple):
    """z and information (..., K) of each look; the information is the variance of the score of the test."""

    z: Floats
    information: Floats

    @property
    def rates(self) -> Floats:
        """Information relative to that of the last look."""
        return self.information / self.information[..., -1:]


class Cut(NamedTuple):
    """Follow-up as known on a calendar day: time and event (..., n), and who had entered by then."""

    time: Floats
    event: Flags
    entered: Flags


def data_cut(entry: ArrayLike, time: ArrayLike, event: ArrayLike, *, day: ArrayLike) -> Cut:
    """Follow-up known on a calendar day, one or one per trial (T,), of patients who entered on `entry` (..., n).

    >>> cut = data_cut([0, 50, 120], [80, 70, 10], [1, 1, 1], day=100)
    >>> cut.time, cut.event, cut.entered
    (array([80., 50.,  0.]), array([ True, False, False]), array([ True,  True, False]))

    Raises InvalidValue for an entry that is missing.
    """
    entered, days = np.asarray(entry, dtype=float), np.asarray(time, dtype=float)
    if np.any(lost := ~np.isfinite(entered)):
        raise InvalidValue(f"entry of {place(lost)} is missing; give the calendar day on which the patient entered")
    today = np.asarray(day, dtype=float)[..., None]
    over = entered + days <= today  # the same sum as in `day_of_event`, so that a look on the day of an event sees it
    known = np.where(over, days, np.maximum(today - entered, 0))
    return Cut(known, (np.asarray(event) == 1) & over, np.broadcast_to(entered < today, known.shape))


def day_of_event(entry: ArrayLike, time: ArrayLike, event: ArrayLike, *, number: int) -> Floats:
    """The calendar day of the event of that number in each trial, infinite when there are fewer.

    >>> float(day_of_event([0, 50, 120], [80, 70, 10], [1, 0, 1], number=2))
    130.0
    """
    days = np.where(np.asarray(event) == 1, np.asarray(entry, dtype=float) + np.asarray(time, dtype=float), np.inf)
    if not 1 <= number <= days.shape[-1]:
        raise InvalidValue(f"event number {number}: give 1 to {days.shape[-1]}, the number of patients")
    return np.sort(days, axis=-1)[..., number - 1]


def survival_looks(
    entry: ArrayLike,
    time: ArrayLike,
    event: ArrayLike,
    arm: ArrayLike,
    *,
    days: Sequence[ArrayLike],
    stratum: ArrayLike | None = None,
    treatment: Label = 1,
    control: Label = 0,
    weight: tuple[float, float] = (0.0, 0.0),
) -> Looks:
    """Log-rank statistics at each of the calendar `days`, numbers or one per trial (T,), such as `day_of_event`.

    >>> entry, time = [0, 0, 10, 10, 20, 20], [50, 30, 60, 20, 70, 40]
    >>> survival_looks(entry, time, [1] * 6, [1, 0, 1, 0, 1, 0], days=[40, 90]).z.round(2)
    array([1.7 , 2.25])

    Raises InvalidValue when an arm has nobody at a look.
    """
    found = []
    for number, day in enumerate(days, start=1):
        cut = data_cut(entry, time, event, day=day)
        labels = np.broadcast_to(np.asarray(arm), cut.entered.shape)
        _check(cut.entered, labels, names=(treatment, control), look=number)
        found.append(
            log_rank(
                cut.time,
                cut.event,
                labels,
                stratum=stratum,
                rho=weight[0],
                gamma=weight[1],
                treatment=treatment,
                control=control,
                among=cut.entered,
            )
        )
    return Looks(np.stack([one.z for one in found], axis=-1), np.stack([one.variance for one in found], axis=-1))


def response_looks(
    known_on: ArrayLike,
    response: ArrayLike,
    arm: ArrayLike,
    *,
    days: Sequence[ArrayLike],
    stratum: ArrayLike | None = None,
    treatment: Label = 1,
    control: Label = 0,
) -> Looks:
    """Cochran-Mantel-Haenszel statistics at each of the calendar `days`, of responses known by then (`known_on`, (..., n)).

    >>> response_looks([1, 2, 3, 4, 5, 6], [1, 0, 1, 0, 1, 0], [1, 0, 1, 0, 1, 0], days=[4, 6]).z.round(2)
    array([1.73, 2.24])

    Raises InvalidValue when an arm has nobody at a look.
    """
    statistics, information = [], []
    for number, day in enumerate(days, start=1):
        known = np.asarray(known_on, dtype=float) <= np.asarray(day, dtype=float)[..., None]
        labels = np.broadcast_to(np.asarray(arm), np.broadcast_shapes(known.shape, np.shape(arm)))
        _check(known, labels, names=(treatment, control), look=number)
        seen = np.where(known, np.asarray(response, dtype=float), np.nan)
        data = tabulate(seen, labels, stratum=stratum, treatment=treatment, control=control, missing="leave out")
        statistics.append(cmh_test(data).z)
        information.append(_variance(data.treated, data.control, data.responders))
    return Looks(np.stack(statistics, axis=-1), np.stack(information, axis=-1))


def _variance(treated: Floats, control: Floats, responders: Floats) -> Floats:
    total = treated + control
    return (treated * control * responders * (total - responders) / np.maximum(total**2 * (total - 1), 1)).sum(axis=-1)


def _check(present: Flags, labels, *, names: tuple[Label, Label], look: int) -> None:
    for name in names:
        if not np.all((present & (labels == name)).any(axis=-1)):
            raise InvalidValue(f"look {look}: nobody in arm '{name}' has data yet, in at least one trial; give a later day")

"""Who is at risk when an event happens: the counts that every analysis of times is built on.

Patients are sorted once by stratum and time. A patient censored on a day is still at risk of the events of that day.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.patients import Flags, Floats, Ints, finite, place, strata_numbers


class Times(NamedTuple):
    """Follow-up of the patients who count (..., n), sorted by stratum and time; others come last and are not `used`.

    `order` gives the patients' first places; `first` and `last` are the positions of the first and last patient with the same
    stratum and time, `end` that of the last patient of the stratum.
    """

    time: Floats
    event: Flags
    used: Flags
    order: Ints
    stratum: Ints
    first: Ints
    last: Ints
    end: Ints


class RiskSets(NamedTuple):
    """Events and patients at risk, of both arms and of the treated, (..., n).

    There is one entry per distinct time and stratum, at its first patient; the other entries are 0.
    """

    time: Floats
    events: Floats
    events_treated: Floats
    at_risk: Floats
    at_risk_treated: Floats
    survival_before: Floats  # Kaplan-Meier of the stratum just before this time


def sort_times(time: ArrayLike, event: ArrayLike, *, used: Flags, stratum: ArrayLike | None = None) -> Times:
    """Check and sort times (..., n) in days; event is 1 where the event was seen and 0 where follow-up ended without it.

    Raises InvalidValue for a negative or missing time, and for an event that is neither 0 nor 1.
    """
    days = finite(time, what="time", among=used)
    seen = finite(event, what="event", among=used)
    if np.any(negative := (days < 0) & used):
        raise InvalidValue(f"time of {place(negative)} is {days[negative][0]:g}; times are days from randomisation, 0 or more")
    if np.any(wrong := (seen != 0) & (seen != 1) & used):
        raise InvalidValue(f"event of {place(wrong)} is {seen[wrong][0]:g}; give 1 for an event and 0 for none")
    numbers, strata = strata_numbers(stratum, among=used)
    parts = np.broadcast_arrays(days, seen.astype(bool), used, numbers)
    days, seen, members, numbers = parts
    numbers = np.where(members, numbers, strata)
    order = np.lexsort((days, numbers), axis=-1)
    days, seen, members, numbers = (np.take_along_axis(part, order, axis=-1) for part in (days, seen, members, numbers))
    new_stratum = _differs(numbers)
    new = new_stratum | _differs(days)
    first = _carry(new)
    return Times(days, seen & members, members, order, numbers, first, _carry_back(new), _carry_back(new_stratum))


def _differs(values: Floats | Ints) -> Flags:
    begins = np.ones(values.shape, dtype=bool)
    begins[..., 1:] = values[..., 1:] != values[..., :-1]
    return begins


def _carry(begins: Flags) -> Ints:
    """The position where the group of each entry begins."""
    positions = np.where(begins, np.arange(begins.shape[-1]), 0)
    return np.maximum.accumulate(positions, axis=-1)


def _carry_back(begins: Flags) -> Ints:
    """The position where the group of each entry ends."""
    ends = np.ones(begins.shape, dtype=bool)
    ends[..., :-1] = begins[..., 1:]
    positions = np.where(ends, np.arange(begins.shape[-1]), begins.shape[-1])
    return np.minimum.accumulate(positions[..., ::-1], axis=-1)[..., ::-1]


def between(values: Floats, begin: Ints, end: Ints) -> Floats:
    """Sums of values (..., n) from position begin to position end, both included."""
    sums = np.zeros((*values.shape[:-1], values.shape[-1] + 1))
    np.cumsum(values, axis=-1, out=sums[..., 1:])
    return np.take_along_axis(sums, end + 1, axis=-1) - np.take_along_axis(sums, begin, axis=-1)


def to_end(values: Floats, times: Times) -> Floats:
    """Sums of values (..., n) from each position to the end of its stratum; large values elsewhere take no digits away."""
    total = np.zeros(values.shape)
    for one in range(int(times.stratum.max(initial=0)) + 1):
        members = times.stratum == one
        sums = np.cumsum(np.where(members, values, 0.0)[..., ::-1], axis=-1)[..., ::-1]
        total = np.where(members, sums, total)
    return total


def counted(times: Times) -> Flags:
    """Patients (..., n), sorted, who are at risk when somebody of their stratum has the event; the others tell nothing."""
    begin = _carry(_differs(times.stratum))
    return times.used & (between(times.event.astype(float), begin, times.last) > 0)


def risk_sets(times: Times, treated: Flags) -> RiskSets:
    """Counts at each distinct time of each stratum; `treated` (..., n) is in the patients' own order."""
    arm = np.take_along_axis(np.broadcast_to(treated, times.time.shape), times.order, axis=-1) & times.used
    here = times.first == np.arange(times.time.shape[-1])
    counts = []
    for values, end in ((times.event, times.last), (times.event & arm, times.last), (times.used, times.end), (arm, times.end)):
        counts.append(np.where(here & times.used, between(values.astype(float), times.first, end), 0.0))
    events, _, at_risk, _ = counts
    return RiskSets(times.time, *counts, survival_before=_survival_before(times, events, at_risk))


def _survival_before(times: Times, events: Floats, at_risk: Floats) -> Floats:
    # a stratum whose last patient has the event ends there: the factor 0 is used by nobody after it
    ends = (events == at_risk) | (at_risk == 0)
    logs = np.where(ends, 0.0, np.log1p(-events / np.where(at_risk > 0, at_risk, 1) * ~ends))
    begins = _carry(_differs(times.stratum))
    before = between(logs, begins, times.first) - np.take_along_axis(logs, times.first, axis=-1)
    return np.exp(before)

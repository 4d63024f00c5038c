"""When a single-arm trial stops and why, as tables of two counts, and the exact chances of every end.

Both the simulated trials and the enumeration read these tables, so that they answer the same question.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import InvalidValue
from immunoreset.trial.phase2.bayesian_monitoring import SafetyTable
from immunoreset.trial.phase2.enumeration import StoppingTable, check_looks
from immunoreset.trial.phase2.two_endpoints import Joint, PairTable, checked_joint

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GO_ON, CLAIM, FUTILE, UNSAFE = 0, 1, 2, 3


@dataclass(frozen=True, eq=False)
class Monitor:
    """What each look after `looks` patients (K,) decides for every pair of counts, `codes` (K, N + 1, N + 1).

    Rows are responses, columns the second event (harm, or the other endpoint). Codes: 0 go on, 1 claim, 2 futile, 3 unsafe.
    """

    looks: tuple[int, ...]
    codes: Ints


class Ends(NamedTuple):
    """Chance of each end, of an end before the last look, and the average number of patients; `stop_at` (K,) by look."""

    claim: float
    futile: float
    unsafe: float
    early: float
    expected: float
    stop_at: Floats


def monitor(stopping: StoppingTable | PairTable, safety: SafetyTable | None = None) -> Monitor:
    """The looks of a stopping table and of a safety rule together; where both would stop, safety is the reason.

    >>> found = monitor(StoppingTable((10, 29), (1, 5)), SafetyTable((5, 10), (2, 4)))
    >>> found.looks, found.codes[1, 1, [3, 4]].tolist()
    ((5, 10, 29), [2, 3])

    Raises InvalidValue when the safety rule looks after more patients than the trial has.
    """
    most = stopping.looks[-1]
    watched: tuple[int, ...] = ()
    if safety is not None:
        check_looks(safety.looks)
        watched = safety.looks
        if watched[-1] > most:
            raise InvalidValue(f"the safety rule looks after {watched[-1]} patients, but the trial ends after {most}")
    looks = tuple(sorted({*stopping.looks, *watched}))
    events = np.arange(most + 1)
    codes = np.zeros((len(looks), most + 1, most + 1), dtype=np.int64)
    for place, patients in enumerate(looks):
        if patients in stopping.looks:
            codes[place] = _by_responses(stopping, stopping.looks.index(patients))
        if safety is not None and patients in watched:
            codes[place, :, events >= safety.stop_ge[watched.index(patients)]] = UNSAFE
    return Monitor(looks, codes)


def _by_responses(stopping: StoppingTable | PairTable, look: int) -> Ints:
    """Codes (N + 1, N + 1) of one look of the stopping table."""
    is_last = look == len(stopping.looks) - 1
    if isinstance(stopping, PairTable):
        return np.where(stopping.stops(look), FUTILE, CLAIM if is_last else GO_ON)
    responses = np.arange(stopping.looks[-1] + 1)[:, None]
    low, high = stopping.stop_le[look], stopping.upper[look]
    code = np.where(responses <= low, FUTILE, np.where(responses >= high, CLAIM, GO_ON))
    return np.broadcast_to(code, (len(responses), len(responses)))


def read_monitor(plan: Monitor, first: Ints, second: Ints) -> tuple[Ints, Ints]:
    """The patients (T,) at which each trial stops, and the code of its end, from counts at each look, both (T, K)."""
    codes = plan.codes[np.arange(len(plan.looks)), first, second]
    place = (codes != GO_ON).argmax(axis=1)
    return np.asarray(plan.looks)[place], np.take_along_axis(codes, place[:, None], axis=1)[:, 0]


def exact_ends(plan: Monitor, joint: Joint) -> Ends:
    """Chances of every end by following all pairs of counts, for patients who are independent draws of a joint rate.

    >>> found = exact_ends(monitor(StoppingTable((10, 29), (1, 5))), Joint(0.0, 0.3, 0.0, 0.7))
    >>> round(found.claim, 4), round(found.expected, 2)
    (0.8051, 26.16)
    """
    chance = checked_joint(joint)
    size = plan.looks[-1] + 1
    running = np.zeros((size, size))
    running[0, 0] = 1.0
    ends, stop_at = np.zeros(4), np.zeros(len(plan.looks))
    before = 0
    for look, (patients, codes) in enumerate(zip(plan.looks, plan.codes, strict=True)):
        for _ in range(before, patients):
            running = _one_more(running, chance)
        for code in (CLAIM, FUTILE, UNSAFE):
            share = float(running[codes == code].sum())
            ends[code] += share
            stop_at[look] += share
        running[codes != GO_ON] = 0.0
        before = patients
    expected = float(stop_at @ np.asarray(plan.looks, dtype=float))
    return Ends(float(ends[CLAIM]), float(ends[FUTILE]), float(ends[UNSAFE]), float(stop_at[:-1].sum()), expected, stop_at)


def _one_more(running: Floats, chance: Joint) -> Floats:
    grown = running * chance.neither
    grown[1:, 1:] += running[:-1, :-1] * chance.both
    grown[1:, :] += running[:-1, :] * chance.first_only
    grown[:, 1:] += running[:, :-1] * chance.second_only
    return grown

"""Days without a blood count: whether a count was below a threshold on every day, from the days on which it was measured.

Between two counts on the same side of the threshold the first is carried forward; between counts on different sides a
straight line is drawn. Before the first and after the last count nothing is known. This rule is our choice: no paper gives one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.endpoints.known import Answer, Booleans, Floats, Range
from immunoreset.errors import InvalidValue


class BelowByDay(NamedTuple):
    """Whether the count was low, patients x days; `filled` is how many days of each patient were not measured but inferred."""

    below: Answer
    filled: NDArray[np.int64]


def by_day(patient: ArrayLike, day: ArrayLike, value: ArrayLike, *, days: ArrayLike) -> tuple[NDArray, Floats]:
    """The patients of a long table, and their lowest value of each of `days` (nan: none measured), patients x days.

    >>> who, lowest = by_day(["a", "a", "b"], [0, 0.5, 2], [3.0, 2.5, 1.0], days=[0, 1, 2])
    >>> lowest
    array([[2.5, nan, nan],
           [nan, nan, 1. ]])
    """
    who, number = np.unique(np.asarray(patient), return_inverse=True)
    wanted, values = np.asarray(days, dtype=float), np.asarray(value, dtype=float)
    whole = np.floor(np.asarray(day, dtype=float))
    column = np.clip(np.searchsorted(wanted, whole), 0, len(wanted) - 1)
    used = (wanted[column] == whole) & ~np.isnan(values)
    lowest = np.full((len(who), len(wanted)), np.inf)
    np.minimum.at(lowest, (number[used], column[used]), values[used])
    return who, np.where(np.isinf(lowest), np.nan, lowest)


def below(counts: Range, days: ArrayLike, *, threshold: float, inclusive: bool, window: tuple[int, int]) -> BelowByDay:
    """Whether the count was below the threshold on each day of the window, both ends included.

    `counts`: one per patient and measured day, patients x days or days alone; `days`: the whole days of its columns, rising,
    also days outside the window, which help to fill it. `inclusive`: a count at the threshold is low. Raises InvalidValue for
    days that do not rise or do not fit the counts.

    >>> counts = Range.of([2.0, float("nan"), 0.4, float("nan")])
    >>> found = below(counts, [0, 1, 2, 3], threshold=0.5, inclusive=True, window=(0, 3))
    >>> found.below, int(found.filled)
    (Answer([ 0.  0.  1. nan]), 1)
    """
    at = np.asarray(days)
    if at.ndim != 1 or counts.low.shape[-1:] != at.shape or (at != np.floor(at)).any() or (np.diff(at) <= 0).any():
        raise InvalidValue(
            f"days must be whole, rising and one per count; there are {at.size} for counts of shape {counts.low.shape}"
        )
    grid = np.arange(window[0], window[1] + 1)
    first, last = min(grid[0], int(at.min())), max(grid[-1], int(at.max()))
    inside, there = slice(grid[0] - first, grid[-1] - first + 1), measured(counts)

    def filled(end: Floats) -> tuple[Booleans, Booleans, Booleans]:
        daily = np.full((*there.shape[:-1], last - first + 1), np.nan)
        daily[..., at.astype(int) - first] = np.where(there, end, np.nan)
        is_low, known = _fill(daily, threshold, inclusive)
        return is_low[..., inside], known[..., inside], ~np.isnan(daily[..., inside])

    (yes, known, seen), (maybe, _, _) = filled(counts.high), filled(counts.low)  # a lower count never makes fewer low days
    return BelowByDay(Answer(yes=known & yes, no=known & ~maybe), (known & ~seen).sum(axis=-1))


def measured(counts: Range) -> Booleans:
    """Where a count was measured, be it known by a limit only: it is not simply anything from 0 upwards."""
    return (counts.low > 0) | np.isfinite(counts.high)


def _fill(measured: Floats, threshold: float, inclusive: bool) -> tuple[Booleans, Booleans]:
    """Whether low, and whether known, for every day."""
    number = np.arange(measured.shape[-1])
    seen = ~np.isnan(measured)
    before = np.maximum.accumulate(np.where(seen, number, -1), axis=-1)
    after = np.minimum.accumulate(np.where(seen, number, len(number))[..., ::-1], axis=-1)[..., ::-1]
    known = (before >= 0) & (after < len(number))
    start, stop = np.maximum(before, 0), np.minimum(after, len(number) - 1)
    left, right = np.take_along_axis(measured, start, axis=-1), np.take_along_axis(measured, stop, axis=-1)
    share = (number - start) / np.maximum(stop - start, 1)
    low_left, low_right = _low(left, threshold, inclusive), _low(right, threshold, inclusive)
    between = np.where(low_left == low_right, left, left + (right - left) * share)
    return _low(between, threshold, inclusive), known


def _low(values: Floats, threshold: float, inclusive: bool) -> Booleans:
    numbers = Range(values, values)
    return (numbers <= threshold).yes if inclusive else (numbers < threshold).yes


def low_days(low: Booleans, *, consecutive: bool, stable_recovery: int) -> NDArray[np.int64]:
    """How many days count as low: all of them, or the longest run.

    A recovery of fewer than `stable_recovery` days between low days stays in the count.

    >>> days = np.array([1, 1, 0, 1, 0, 0, 0, 1], dtype=bool)
    >>> int(low_days(days, consecutive=False, stable_recovery=3)), int(low_days(days, consecutive=True, stable_recovery=1))
    (5, 2)
    """
    number = np.arange(low.shape[-1])
    before = np.maximum.accumulate(np.where(low, number, -1), axis=-1)
    after = np.minimum.accumulate(np.where(low, number, len(number))[..., ::-1], axis=-1)[..., ::-1]
    brief = (before >= 0) & (after < len(number)) & (after - before - 1 < stable_recovery)
    counted = low | brief
    if not consecutive:
        return counted.sum(axis=-1)
    last_high = np.maximum.accumulate(np.where(counted, -1, number), axis=-1)
    return (number - last_high).max(axis=-1, initial=0)

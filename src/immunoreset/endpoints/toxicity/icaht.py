"""Blood toxicity of immune effector cells (ICAHT): how long, and how far, neutrophils and platelets stay low.

Early grades count days up to day 30, late ones need two low measurements after it. Growth factor is recorded, never
corrected for. The platelet scale is a proposal of 2025; CAR-HEMATOTOX is not validated in autoimmune disease and not here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.endpoints.known import Answer, Booleans, Range
from immunoreset.endpoints.quantities import Neutrophils, Platelets, need
from immunoreset.endpoints.together import grade as highest_step
from immunoreset.endpoints.together import maximum
from immunoreset.endpoints.toxicity.findings import Number, YesNo
from immunoreset.endpoints.toxicity.missing_days import below, low_days, measured
from immunoreset.errors import unknown

CountMode = Literal["cumulative", "consecutive"]
COUNT_MODES = ("cumulative", "consecutive")
EARLY, LATE_PLATELETS = (0, 30), (31, 100)  # days from infusion, both included
STABLE_RECOVERY = 3  # days; a shorter recovery stays in the count
LOW_NEUTROPHILS, VERY_LOW_NEUTROPHILS = 0.5, 0.1  # 10^9/L, inclusive
LATE_NEUTROPHILS = (1.5, 1.0, 0.5, 0.1)  # 10^9/L, inclusive, grades 1 to 4
LOW_PLATELETS, VERY_LOW_PLATELETS = 50.0, 20.0  # 10^9/L, exclusive
LATE_PLATELET_LIMIT = 100.0  # 10^9/L, exclusive
WEEK, FORTNIGHT = 7, 14  # days that separate the grades
MEASUREMENTS = 2  # that make a late cytopenia more than transient


class Icaht(NamedTuple):
    """The grade, the days at or below each of the two limits, how many days were filled in, and whether G-CSF was given."""

    grade: Range
    low_days: Range
    very_low_days: Range
    filled_days: NDArray[np.int64]
    g_csf: Answer


class _Days(NamedTuple):
    number: Range
    always: Answer
    filled: NDArray[np.int64]


def early_neutrophils(
    neutrophils: Neutrophils,
    *,
    days: ArrayLike | None = None,
    count_mode: CountMode,
    g_csf: YesNo = None,
    last_day: Number = np.inf,
    stable_recovery: int = STABLE_RECOVERY,
) -> Icaht:
    """Early ICAHT of neutrophils, days 0 to 30: grade 0 to 4, a range where days without a count could change it.

    `neutrophils`: days, or patients x days, nan where not measured; `days`: the day of each column, 0, 1, 2, ... unless given.
    `count_mode`: all low days ("cumulative") or the longest run ("consecutive"). `last_day`: the last day that counts, one
    number or one per patient, where death or treatment of a relapse ends the count. `stable_recovery`: a recovery of fewer
    days stays in the count; 1 switches this off. Raises UnknownName for another count mode.

    >>> counts = Neutrophils([2.0] * 4 + [0.4] * 6 + [1.5] * 21, "10^9/L")
    >>> early_neutrophils(counts, count_mode="cumulative").grade
    Range(1)

    Source: Rejeski 2023, doi:10.1182/blood.2023020578, recalled; consecutive counting is a published variant; filling is ours.
    """
    counts = need(Neutrophils, neutrophils, "neutrophils").to("10^9/L")
    mode = _Counting(days, EARLY, count_mode, last_day, stable_recovery)
    low = mode.count(counts, LOW_NEUTROPHILS, inclusive=True)
    very_low = mode.count(counts, VERY_LOW_NEUTROPHILS, inclusive=True)
    found = highest_step(
        low.number >= 1,
        low.number >= WEEK,
        (low.number >= FORTNIGHT) | (very_low.number >= WEEK),
        low.always | (very_low.number >= FORTNIGHT),
    )
    return Icaht(found, low.number, very_low.number, low.filled, Answer.of(g_csf))


def late_neutrophils(neutrophils: Neutrophils, *, days: ArrayLike | None = None, count_mode: CountMode) -> Range:
    """Late ICAHT of neutrophils, after day 30: the worst grade that at least two measurements reach.

    `neutrophils`: measurements in order, or patients x measurements, nan where there is none; `days`: of each column, those up
    to day 30 are left out. "cumulative" counts any two measurements, "consecutive" two in a row. With fewer than two
    measurements the grade is open.

    >>> late_neutrophils(Neutrophils([0.9, 0.8], "10^9/L"), count_mode="cumulative")
    Range(2)

    Source: Rejeski 2023, doi:10.1182/blood.2023020578, recalled; that the two need not be in a row is our reading.
    """
    counts = _after(need(Neutrophils, neutrophils, "neutrophils").to("10^9/L"), days)
    return highest_step(*(_confirmed(counts, limit, count_mode, inclusive=True) for limit in LATE_NEUTROPHILS))


def early_platelets(
    platelets: Platelets,
    *,
    days: ArrayLike | None = None,
    count_mode: CountMode,
    last_day: Number = np.inf,
    stable_recovery: int = STABLE_RECOVERY,
) -> Icaht:
    """Early ICAHT of platelets, days 0 to 30; the arguments are those of `early_neutrophils`.

    >>> early_platelets(Platelets([150.0] * 6 + [45.0] * 7 + [130.0] * 18, "10^9/L"), count_mode="cumulative").grade
    Range(2)

    Source: T-ICAHT, a proposal of 2025 (ash-sap 12809257).
    """
    counts = need(Platelets, platelets, "platelets").to("10^9/L")
    mode = _Counting(days, EARLY, count_mode, last_day, stable_recovery)
    low = mode.count(counts, LOW_PLATELETS, inclusive=False)
    very_low = mode.count(counts, VERY_LOW_PLATELETS, inclusive=False)
    found = highest_step(low.number >= 1, low.number >= WEEK, very_low.number >= 1, very_low.number >= FORTNIGHT)
    return Icaht(found, low.number, very_low.number, low.filled, Answer.of(None))


def late_platelets(
    platelets: Platelets,
    *,
    days: ArrayLike,
    count_mode: CountMode,
    last_day: Number = np.inf,
    stable_recovery: int = STABLE_RECOVERY,
) -> Range:
    """Late ICAHT of platelets, days 31 to 100: a level counts once two measurements are below it.

    The arguments are those of `early_neutrophils`; only the step from grade 3 to 4 counts days.

    >>> late_platelets(Platelets([45.0, 40.0, 120.0], "10^9/L"), days=[35, 42, 60], count_mode="cumulative")
    Range(2)

    Source: T-ICAHT, a proposal of 2025 (ash-sap 12809257); two measurements below the same level are our reading.
    """
    counts = need(Platelets, platelets, "platelets").to("10^9/L")
    mode = _Counting(days, LATE_PLATELETS, count_mode, last_day, stable_recovery)
    very_low = mode.count(counts, VERY_LOW_PLATELETS, inclusive=False).number
    inside = _after(counts, days, last=LATE_PLATELETS[1])
    levels = (LATE_PLATELET_LIMIT, LOW_PLATELETS, VERY_LOW_PLATELETS)
    steps = [_confirmed(inside, limit, "cumulative", inclusive=False) for limit in levels]
    return highest_step(*steps, steps[-1] & (very_low >= FORTNIGHT))


def worst(first: Range, *others: Range) -> Range:
    """The final grade of a patient: the worst of the rows that were graded."""
    return maximum(first, *others)


@dataclass(frozen=True, eq=False)
class _Counting:
    """How low days are counted."""

    days: ArrayLike | None
    window: tuple[int, int]
    mode: CountMode
    last_day: Number
    stable_recovery: int

    def count(self, counts: Range, threshold: float, *, inclusive: bool) -> _Days:
        consecutive = _consecutive(self.mode)
        days = np.arange(counts.low.shape[-1]) if self.days is None else np.asarray(self.days)
        found = below(counts, days, threshold=threshold, inclusive=inclusive, window=self.window)
        grid = np.arange(self.window[0], self.window[1] + 1)
        last = Range.of(self.last_day)
        counted = Range.of(grid.astype(float)) <= Range(last.low[..., None], last.high[..., None])
        low = found.below & counted
        ends = [low_days(flags, consecutive=consecutive, stable_recovery=self.stable_recovery) for flags in (low.yes, ~low.no)]
        never_high, some_low = _all_days(found.below | ~counted), ~_all_days(~low)
        number = Range(ends[0].astype(float), ends[1].astype(float))
        return _Days(number, never_high & some_low, found.filled)


def _all_days(daily: Answer) -> Answer:
    return Answer(yes=np.asarray(daily.yes.all(axis=-1)), no=np.asarray(daily.no.any(axis=-1)))


def _consecutive(mode: str) -> bool:
    if mode not in COUNT_MODES:
        raise unknown("count mode", mode, COUNT_MODES)
    return mode == "consecutive"


def _after(counts: Range, days: ArrayLike | None, *, last: float = np.inf) -> Range:
    """The measurements that are later than day 30."""
    if days is None:
        return counts
    at = np.asarray(days)
    inside = (at > EARLY[1]) & (at <= last)
    return Range(counts.low[..., inside], counts.high[..., inside])


def _confirmed(counts: Range, limit: float, mode: CountMode, *, inclusive: bool) -> Answer:
    """Whether at least two measurements are low; open as long as there are fewer than two."""
    low = counts <= limit if inclusive else counts < limit
    there = measured(counts)
    surely, maybe = low.yes & there, ~low.no & there

    def enough(flags: Booleans) -> Booleans:
        if not _consecutive(mode):
            return np.asarray(flags.sum(axis=-1) >= MEASUREMENTS)
        order = np.argsort(~there, axis=-1, kind="stable")  # columns without a measurement move to the end
        side_by_side = np.take_along_axis(flags, order, axis=-1)
        return np.asarray((side_by_side[..., 1:] & side_by_side[..., :-1]).any(axis=-1))

    lacking = MEASUREMENTS - there.sum(axis=-1)
    possible = enough(maybe) | (lacking > 0) & (maybe.sum(axis=-1) + lacking >= MEASUREMENTS)
    return Answer(yes=enough(surely), no=~possible)

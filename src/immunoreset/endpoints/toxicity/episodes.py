"""Episodes of a toxicity: from a long table of assessments to when each began, when it ended and how bad it became.

Nothing is looped over: the last row at which something certainly, or perhaps, began or ended decides what is going on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.endpoints.known import Answer, Booleans, Floats, Range
from immunoreset.endpoints.toxicity.findings import spread
from immunoreset.errors import InvalidValue

Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Table:
    """Which rows belong to which patient: `first` and `last` hold, for every row, its patient's first and last row."""

    patient: NDArray
    day: Floats
    first: Rows
    last: Rows

    @classmethod
    def of(cls, patient: ArrayLike, day: ArrayLike) -> Table:
        """Raises InvalidValue unless each patient's rows stand together in the order of their days."""
        who, when = np.asarray(patient), np.asarray(day, dtype=float)
        if who.ndim != 1 or who.shape != when.shape or np.isnan(when).any():
            raise InvalidValue(
                f"patient and day need one value per row, none missing; their shapes are {who.shape} and {when.shape}"
            )
        new = np.ones(len(who), dtype=bool)
        new[1:] = who[1:] != who[:-1]
        starts = np.flatnonzero(new)
        if len(set(who[starts].tolist())) < len(starts):
            raise InvalidValue("the rows of one patient are not together: sort the table by patient and day")
        if (early := np.flatnonzero((np.diff(when) < 0) & ~new[1:])).size:
            row = early[0] + 1
            raise InvalidValue(
                f"row {row + 1}: day {when[row]:g} of patient {who[row]} follows day {when[row - 1]:g}: sort the table"
            )
        sizes = np.diff(np.append(starts, len(who)))
        return cls(who, when, np.repeat(starts, sizes), np.repeat(starts + sizes - 1, sizes))

    def latest(self, happened: Booleans) -> Rows:
        """For every row the last row up to it, of the same patient, at which something happened; -1 if there is none."""
        row = np.maximum.accumulate(np.where(happened, np.arange(len(happened)), -1)) if len(happened) else np.empty(0, dtype=int)
        return np.where(row >= self.first, row, -1)

    def within(self, happened: Answer, days: float) -> Answer:
        """Whether something happened at a row or at most `days` before it."""
        certain, possible = self.latest(happened.yes), self.latest(~happened.no)
        return Answer(
            yes=(certain >= 0) & (self.day - self.day[certain] <= days),
            no=(possible < 0) | (self.day - self.day[possible] > days),
        )


@dataclass(frozen=True, eq=False)
class Episodes:
    """One value per episode: `number` counts a patient's episodes from 1; `end` and `duration` are in days.

    An end between two limits was not seen: the signs were gone by the first, and proved to be gone by the second, which is
    infinite where the table ends before. `resolved` is no where the signs were there at the patient's last row.
    """

    patient: NDArray
    number: Rows
    start: Range
    end: Range
    maximum: Range
    resolved: Answer

    @property
    def duration(self) -> Range:
        return self.end - self.start


@dataclass(frozen=True, eq=False)
class Days:
    """The worst grade of each patient on each day that has an assessment."""

    patient: NDArray
    day: Floats
    grade: Range


@dataclass(frozen=True, eq=False)
class Course:
    """The grade of every assessment, the worst of every day, and the episodes."""

    grades: Range
    days: Days
    episodes: Episodes


@dataclass(frozen=True, eq=False)
class Spells:
    """When an episode is open.

    For every row: whether one is open just `before` it, and the rows of the latest certain `start` and of its `earliest`
    possible one, -1 for none. For every episode: the row at which it `begins`, the first row after it (`stop`), and whether
    its end was `proved`.
    """

    before: Answer
    start: Rows
    earliest: Rows
    begins: Rows
    stop: Rows
    proved: Booleans


def follow(table: Table, starts: Answer, *, ends: Answer) -> Spells:
    """An episode opens where `starts` is yes and lasts until `ends` is yes; no row may allow both."""
    off = table.latest(ends.yes)
    certain, possible = table.latest(starts.yes), table.latest(~starts.no)
    is_open, may_be_open = certain > off, possible > off
    before = Answer(yes=_shifted(table, is_open), no=~_shifted(table, may_be_open))
    opening, perhaps = is_open & ~before.yes, may_be_open & before.no
    begins = np.flatnonzero(opening)
    end_rows = np.append(np.flatnonzero(ends.yes), len(table.day))
    following = end_rows[np.searchsorted(end_rows, begins)]
    last = table.last[begins]
    return Spells(
        before=before,
        start=table.latest(opening),
        earliest=table.latest(perhaps),
        begins=begins,
        stop=np.minimum(following, last + 1),
        proved=following <= last,
    )


def _shifted(table: Table, flags: Booleans) -> Booleans:
    moved = np.zeros_like(flags)
    moved[1:] = flags[:-1]
    return moved & (table.first != np.arange(len(flags)))


def describe(table: Table, spells: Spells, *, present: Answer, grades: Range) -> Course:
    """The course from the open spells; `present` says where some sign of the toxicity was seen."""
    begins, stop = spells.begins, spells.stop
    last = table.last[begins]
    seen = table.latest(present.yes)[stop - 1]
    gone = np.minimum(seen + 1, last)
    end = Range(table.day[gone], np.where(spells.proved, table.day[np.minimum(stop, last)], np.inf))
    episodes = Episodes(
        patient=table.patient[begins],
        number=_count_within(table.first[begins]),
        start=Range(table.day[spells.earliest[begins]], table.day[begins]),
        end=end,
        maximum=_worst(grades, begins, stop),
        resolved=Answer(yes=spells.proved, no=seen == last),
    )
    return Course(grades, _daily(table, grades), episodes)


def of_grades(patient: ArrayLike, day: ArrayLike, grades: Range, *, at_least: int = 1) -> Course:
    """Episodes of a grade of `at_least`, from its first to the first assessment that is below.

    Raises InvalidValue for a table that is not sorted by patient and day.

    >>> course = of_grades(["a", "a", "a", "a"], [1, 2, 3, 5], Range.of([0, 2, 1, 0]))
    >>> course.episodes.start, course.episodes.duration, course.episodes.maximum
    (Range([2.] to [2.]), Range([3.] to [3.]), Range([2.] to [2.]))
    """
    table = Table.of(patient, day)
    grades = spread(grades, len(table.day))
    present = grades >= at_least
    return describe(table, follow(table, present, ends=~present), present=present, grades=grades)


def _worst(grades: Range, begins: Rows, stop: Rows) -> Range:
    """The greatest grade of each stretch of rows from `begins` to before `stop`."""
    if not len(begins):
        return Range(np.empty(0), np.empty(0))
    edges = np.column_stack([begins, stop]).ravel()
    low, high = (np.maximum.reduceat(np.append(ends, 0.0), edges)[::2] for ends in (grades.low, grades.high))
    return Range(low, high)


def _count_within(group: Rows) -> Rows:
    """1, 2, 3, ... within each run of equal values."""
    position = np.arange(len(group))
    new = np.ones(len(group), dtype=bool)
    new[1:] = group[1:] != group[:-1]
    return position - np.maximum.accumulate(np.where(new, position, 0)) + 1


def _daily(table: Table, grades: Range) -> Days:
    whole = np.floor(table.day)
    new = table.first == np.arange(len(whole))
    new[1:] |= whole[1:] != whole[:-1]
    begins = np.flatnonzero(new)
    return Days(
        table.patient[begins], whole[begins], _worst(grades, begins, np.append(begins[1:], len(whole)) if len(begins) else begins)
    )

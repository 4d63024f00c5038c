"""Checks of rows against each other, for some patients with all their rows: order in time, death, two values for one thing.

What remains is one value for each item of a visit. An interval (a drug taken from one day to another) gives its value to each
visit inside it; several glucocorticoids add up to prednisone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from immunoreset.endpoints.known import Floats
from immunoreset.exchange.block_checks import ITEMS, Flags, Places
from immunoreset.exchange.conversions import item_number
from immunoreset.exchange.dates import date_text
from immunoreset.exchange.day_zero import DayZero, find_day_zero
from immunoreset.exchange.gathered import Found, Gathered
from immunoreset.exchange.within_day import FACTORS, SIGNS, Cells, one_each

DEATH, PREDNISONE = item_number("DEATH"), item_number("PREDNISONE")


class Entries(NamedTuple):
    """One value for each item of a visit (m,), by patient and day."""

    patient: Places
    day: Floats
    item: Places
    value: Floats
    lower: Floats
    upper: Floats
    cause: Floats
    beyond: Floats

    def part(self, rows: slice | Places) -> Entries:
        """Some of them."""
        columns = (self.value[rows], self.lower[rows], self.upper[rows], self.cause[rows], self.beyond[rows])
        return Entries(self.patient[rows], self.day[rows], self.item[rows], *columns)


class Settled(NamedTuple):
    """What remains of gathered rows, and what became of the others; `idle` intervals contain no visit.

    `merged` counts by item the values of days with several.
    """

    entries: Entries
    zero: DayZero
    duplicates: int
    merged: Places
    idle: int


def settle(rows: Gathered, found: Found, *, in_order: Flags) -> Settled:
    """Check rows against each other and bring them to one value for each item of a visit.

    `in_order` tells for each file whether its rows must ascend in time for a patient and item.
    """
    zero = find_day_zero(rows, found)
    _check_order(rows, zero.time, found, in_order=in_order)
    _check_death(rows, zero.time, found)
    copies = _same_intervals(rows, zero.time, ~found.bad)
    visit_of, visit_patient, visit_day = _visits(rows, zero.time, rows.single & ~found.bad)
    single = np.flatnonzero(visit_of >= 0)
    intervals = np.flatnonzero(~rows.single & ~found.bad & ~copies)
    spread_row, spread_visit = _spread(rows, zero.time, intervals, visits=(visit_patient, visit_day))
    row, visit = np.concatenate((single, spread_row)), np.concatenate((visit_of[single], spread_visit))
    cells = Cells(row, visit, visit * len(ITEMS) + rows.item[row])
    cells, merged, duplicates = one_each(rows, zero.time, cells, found, visit_day=visit_day)
    still = np.zeros(len(visit_day), dtype=bool)
    still[cells.visit[rows.single[cells.row]]] = True
    cells = cells.take(still[cells.visit])
    entries = _entries(rows, cells, visit_patient=visit_patient, visit_day=visit_day)
    idle = len(intervals) - len(np.unique(spread_row))
    return Settled(entries, zero, duplicates + int(copies.sum()), merged, idle)


def _when(rows: Gathered, row: int) -> str:
    return f"day {rows.day[row]:g}" if np.isnan(rows.date[row]) else date_text(rows.date[row])


def _check_order(rows: Gathered, time: Floats, found: Found, *, in_order: Flags) -> None:
    """A row must not be earlier than the row before of the same file, patient and item."""
    key = (rows.file * rows.patients + rows.patient) * len(ITEMS) + rows.item
    order = np.argsort(key, kind="stable")
    before, after = order[:-1], order[1:]
    early = (key[before] == key[after]) & (time[after] < time[before]) & in_order[rows.file[after]]
    previous = dict(zip(after[early].tolist(), before[early].tolist(), strict=True))

    def reason(row: int) -> str:
        other = previous[row]
        return f"out of order: {_when(rows, row)} is earlier than {_when(rows, other)} on {rows.place(other, row)}"

    found.mark(np.sort(after[early]), rows.time_column, reason)


def _check_death(rows: Gathered, time: Floats, found: Found) -> None:
    """Nothing happens after death."""
    died = np.flatnonzero((rows.item == DEATH) & (rows.value == 1) & ~found.bad)
    if not len(died):
        return
    death, died_on = np.full(rows.patients, np.inf), np.full(rows.patients, -1)
    for row in died.tolist():
        if time[row] < death[rows.patient[row]]:
            death[rows.patient[row]], died_on[rows.patient[row]] = time[row], row

    def reason(row: int) -> str:
        other = int(died_on[rows.patient[row]])
        return f"after the death of this patient, {_when(rows, other)} on {rows.place(other, row)}"

    late = time > death[rows.patient]
    end = time + rows.lasting
    ends_late = ~late & np.isfinite(end) & (end > death[rows.patient])
    found.mark(late, rows.time_column, reason)
    found.mark(ends_late, "end", reason)


def _same_intervals(rows: Gathered, time: Floats, kept: Flags) -> Flags:
    """Intervals that say the same as an earlier one, word for word."""
    copies = np.zeros(len(rows), dtype=bool)
    intervals = np.flatnonzero(~rows.single & kept)
    columns = (rows.patient, rows.item, time, rows.lasting, rows.value, rows.lower, rows.upper, rows.cause, rows.beyond)
    copies[intervals] = pd.DataFrame({k: column[intervals] for k, column in enumerate(columns)}).duplicated().to_numpy()
    return copies


def _visits(rows: Gathered, time: Floats, kept: Flags) -> tuple[Places, Places, Floats]:
    """The visit of each row (-1 for those not kept), and the patient and day of each visit, by patient and day."""
    day_code, days = pd.factorize(time[kept], sort=True)
    row_visit, visits = pd.factorize(rows.patient[kept] * max(len(days), 1) + day_code, sort=True)
    visit_of = np.full(len(rows), -1)
    visit_of[kept] = row_visit
    patient, day = np.divmod(np.asarray(visits, dtype=np.int64), max(len(days), 1))
    return visit_of, patient, np.asarray(days, dtype=float)[day]


def _spread(rows: Gathered, time: Floats, intervals: Places, *, visits: tuple[Places, Floats]) -> tuple[Places, Places]:
    """Intervals and the visits inside them, in pairs of row and visit.

    On a day on which one interval of an item ends and the next begins, the next one counts, unless both have their times and the
    item has a worst value of the day.
    """
    patient, day = visits
    if not len(intervals) or not len(day):
        return intervals[:0], intervals[:0]
    starts = np.searchsorted(patient, np.arange(rows.patients + 1))
    first, last = np.zeros(len(intervals), dtype=np.int64), np.zeros(len(intervals), dtype=np.int64)
    begun = _begun(rows, time, intervals)
    both_count = (SIGNS[rows.item] != 0) & ~np.isnan(rows.clock)
    begun_at = _begun(rows, time, intervals[both_count[intervals]])
    for k, row in enumerate(intervals.tolist()):
        who = int(rows.patient[row])
        own = day[starts[who] : starts[who + 1]]
        end = time[row] + rows.lasting[row]
        next_one = who, int(rows.item[row]), float(end)
        followed = rows.lasting[row] > 0 and next_one in begun and not (both_count[row] and next_one in begun_at)
        first[k] = starts[who] + np.searchsorted(own, time[row])
        last[k] = starts[who] + np.searchsorted(own, end, side="left" if followed else "right")
    count = np.maximum(last - first, 0)
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(intervals, count), np.repeat(first, count) + offset


def _begun(rows: Gathered, time: Floats, intervals: Places) -> set[tuple[int, int, float]]:
    """Patient, item and first day of intervals."""
    return set(zip(rows.patient[intervals].tolist(), rows.item[intervals].tolist(), time[intervals].tolist(), strict=True))


def _entries(rows: Gathered, cells: Cells, *, visit_patient: Places, visit_day: Floats) -> Entries:
    """Cells as entries, with the glucocorticoids of a visit added up to prednisone."""
    item = rows.item[cells.row]
    dose = FACTORS[item] > 0
    value = np.where(dose, rows.value[cells.row] * FACTORS[item], rows.value[cells.row])
    beyond = rows.beyond[cells.row]
    new = ~dose
    doses = np.flatnonzero(dose)
    if len(doses):
        begins = np.ones(len(doses), dtype=bool)
        begins[1:] = cells.visit[doses[1:]] != cells.visit[doses[:-1]]
        heads = doses[begins]
        value[heads] = np.add.reduceat(value[doses], np.flatnonzero(begins))
        below, above = (end.reduceat(beyond[doses], np.flatnonzero(begins)) for end in (np.minimum, np.maximum))
        open_ended = (below < 0) & (above > 0)  # one below a limit and one above another: any sum
        value[heads[open_ended]] = np.nan
        beyond[heads] = np.where(open_ended, 0, np.where(below < 0, below, above))
        new[heads] = True
    row, visit = cells.row[new], cells.visit[new]
    return Entries(
        patient=visit_patient[visit],
        day=visit_day[visit],
        item=np.where(dose[new], PREDNISONE, item[new]),
        value=value[new],
        lower=rows.lower[row],
        upper=rows.upper[row],
        cause=rows.cause[row],
        beyond=beyond[new],
    )

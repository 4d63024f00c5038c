"""One value for each item of a visit: the same twice counts once, of several times of a day one is taken by the item's rule.

Records of one moment that the standard keeps apart (two positions, two repetitions, ...) are several values too. Two values for
one record, or on a day on which not every value has its time, are faults of all of them. What was recorded counts before what was
derived.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from immunoreset.endpoints.known import DECIMALS, Floats
from immunoreset.exchange.block_checks import ITEMS, Flags, Places
from immunoreset.exchange.conversions import item_number, prednisone_factors
from immunoreset.exchange.dates import SECONDS_PER_HOUR, SECONDS_PER_MINUTE
from immunoreset.exchange.gathered import Found, Gathered

FACTORS = np.zeros(len(ITEMS))  # mg of prednisone for 1 mg of a glucocorticoid, 0 for what is none
FACTORS[[item_number(code) for code in prednisone_factors()]] = list(prednisone_factors().values())
_SIGNS = {"highest": 1.0, "worst": 1.0, "lowest": -1.0, "latest": 0.0}
SIGNS = np.array([_SIGNS[item.in_a_day] for item in ITEMS])  # of a value, so that the one with the greatest is taken


class Cells(NamedTuple):
    """Values on their way to one for each item of a visit (m,): the `row` that each came from, its visit and its place."""

    row: Places
    visit: Places
    cell: Places

    def take(self, kept: Flags | Places) -> Cells:
        """Some of them."""
        return Cells(self.row[kept], self.visit[kept], self.cell[kept])


class OneEach(NamedTuple):
    """What remains, by item how many values were of days with several (items,), and how many rows said the same again."""

    cells: Cells
    merged: Places
    duplicates: int


def one_each(rows: Gathered, time: Floats, cells: Cells, found: Found, *, visit_day: Floats) -> OneEach:
    """One row for each item of a visit; `time` (n,) are days from day 0. Two values for one record are noted in `found`."""
    cells = _recorded_first(rows, cells)
    clock = _clocks(rows, time, cells, visit_day=visit_day)
    record = _records(rows, cells)
    order = np.lexsort((np.isnan(rows.value[cells.row]), record, clock, cells.cell))
    cells, clock, record = cells.take(order), clock[order], record[order]
    row = cells.row
    new = np.ones(len(row), dtype=bool)
    new[1:] = (cells.cell[1:] != cells.cell[:-1]) | (clock[1:] != clock[:-1]) | (record[1:] != record[:-1])
    if new.all():
        return OneEach(*_of_each_day(rows, cells, clock), duplicates=0)
    moment = np.cumsum(new) - 1
    first = row[np.flatnonzero(new)[moment]]
    again = ~new & ~np.isnan(rows.value[row])
    unlike = again & _differ(rows, row, first)
    clash = np.isin(moment, moment[unlike]) & ~np.isnan(rows.value[row])
    other = np.where(unlike, first, -1)
    partner = dict(zip(moment[unlike][::-1].tolist(), row[unlike][::-1].tolist(), strict=True))  # the first that differs
    told: dict[int, str] = {}
    for k in np.flatnonzero(clash).tolist():
        with_row = int(other[k]) if other[k] >= 0 else partner[int(moment[k])]
        if int(row[k]) not in told:
            told[int(row[k])] = _two_values(rows, int(row[k]), with_row, day=float(visit_day[cells.visit[k]]))
    found.mark(np.array(sorted(told), dtype=np.int64), "value", lambda one: told[one])
    same = again & ~clash & (rows.single[row] == rows.single[first]) & rows.single[row]
    left = np.flatnonzero(~found.bad[row])
    once = np.ones(len(left), dtype=bool)
    once[1:] = moment[left][1:] != moment[left][:-1]
    left = left[once]
    return OneEach(*_of_each_day(rows, cells.take(left), clock[left]), duplicates=int(same.sum()))


def _recorded_first(rows: Gathered, cells: Cells) -> Cells:
    """Without derived values where the cell has a recorded one."""
    derived = rows.derived[cells.row] > 0
    if not derived.any():
        return cells
    recorded = cells.cell[~derived & ~np.isnan(rows.value[cells.row])]
    return cells.take(~(derived & np.isin(cells.cell, recorded)))


def _records(rows: Gathered, cells: Cells) -> Floats:
    """What tells records of one moment apart (m,): everything where the item has a rule for them, else their order alone."""
    ruled = SIGNS[rows.item[cells.row]] != 0
    return np.where(ruled, rows.variant[cells.row], np.nan_to_num(rows.turn[cells.row], nan=-1.0))


def _clocks(rows: Gathered, time: Floats, cells: Cells, *, visit_day: Floats) -> Floats:
    """Time of day in seconds of each value (m,); one and the same where not every value of the cell has its time.

    An interval that began on an earlier day counts from midnight. Doses in intervals are of whole days, whatever their time.
    """
    clock = rows.clock[cells.row]
    if np.isnan(clock).all():
        return np.zeros(len(clock))
    interval = ~rows.single[cells.row]
    clock[interval & (time[cells.row] < visit_day[cells.visit]) & ~np.isnan(clock)] = 0
    clock[interval & (FACTORS[rows.item[cells.row]] > 0)] = np.nan
    untimed = np.isnan(clock) & ~np.isnan(rows.value[cells.row])
    clock[np.isin(cells.cell, cells.cell[untimed]) | np.isnan(clock)] = 0
    return clock


def _of_each_day(rows: Gathered, cells: Cells, clock: Floats) -> tuple[Cells, Places]:
    """Of values at different times of a day the one that counts, and by item how many values were of days with several."""
    new = np.ones(len(cells.cell), dtype=bool)
    new[1:] = cells.cell[1:] != cells.cell[:-1]
    if new.all():
        return cells, np.zeros(len(ITEMS), dtype=np.int64)
    value, item, day = rows.value[cells.row], rows.item[cells.row], np.cumsum(new) - 1
    given = ~np.isnan(value)
    several = given & (np.bincount(day, weights=given) > 1)[day]
    rank = np.where(given, value * SIGNS[item], -np.inf)
    sign = rows.beyond[cells.row] * SIGNS[item]
    furthest = np.where(sign > 0, np.inf, rank)  # one that may lie further than all others counts, whatever else is there
    order = np.lexsort((np.nan_to_num(rows.turn[cells.row], nan=-1.0), clock, sign, rank, furthest, cells.cell))
    last = np.flatnonzero(np.append(new[1:], True))  # each cell keeps its places
    return cells.take(order[last]), np.bincount(item[several], minlength=len(ITEMS))


def _differ(rows: Gathered, one: Places, other: Places) -> Flags:
    """Which rows say something else than the other of their cell; two dose intervals of one drug may be two doses or one."""
    differ = np.round(rows.value[one], DECIMALS) != np.round(rows.value[other], DECIMALS)
    for column in (rows.lower, rows.upper, rows.cause, rows.beyond):
        a, b = column[one], column[other]
        differ |= (a != b) & ~(np.isnan(a) & np.isnan(b))
    return differ | (FACTORS[rows.item[one]] > 0) & ~rows.single[one] & ~rows.single[other]


def _two_values(rows: Gathered, row: int, other: int, *, day: float) -> str:
    code, where = ITEMS[rows.item[row]].code, rows.place(other, row)
    here, there = float(rows.clock[row]), float(rows.clock[other])
    at = f" at {_clock_text(here)}" if here == there else ""
    alike = here == there or bool(np.isnan(here) and np.isnan(there))
    keep = "keep one" if alike else "keep one, or give every value its time of day"
    if rows.said(row) != rows.said(other):
        return f"{code} of day {day:g}{at} is {rows.said(row)} here and {rows.said(other)} on {where}; {keep}"
    if not rows.single[row] and not rows.single[other]:
        return f"{code} of day {day:g} is also given by {where}, whose interval overlaps; write one dose for each day"
    return f"{code} of day {day:g}{at} stands with other limits or another attribution on {where}; {keep}"


def _clock_text(clock: float) -> str:
    return f"{clock // SECONDS_PER_HOUR:02.0f}:{clock % SECONDS_PER_HOUR // SECONDS_PER_MINUTE:02.0f}"


def merged_notes(merged: Places) -> list[str]:
    """How many values (by item) were of days with several, and which of them was taken, in sentences.

    >>> merged = np.zeros(len(ITEMS), dtype=np.int64)
    >>> merged[item_number("TEMP")] = 412
    >>> merged_notes(merged)
    ['TEMP: 412 values of days with several, the highest of each day taken']
    """
    told = []
    for item, count in zip(ITEMS, merged.tolist(), strict=True):
        if count:
            taken = "yes taken over no" if item.kind == "yes_no" else f"the {item.in_a_day} of each day taken"
            told.append(f"{item.code}: {count:,} values of days with several, {taken}")
    return told

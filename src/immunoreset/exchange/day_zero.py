"""Day 0 of each patient: the infusion if one is written down, else where the days of the file count from, else the first date."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from immunoreset.endpoints.known import Floats
from immunoreset.exchange.block_checks import Places
from immunoreset.exchange.conversions import item_number
from immunoreset.exchange.dates import date_text
from immunoreset.exchange.gathered import Found, Gathered

INFUSION = item_number("INFUSION")
SAME_DAY = 1e-6


class DayZero(NamedTuple):
    """Days from day 0 (n,), nan where they cannot be told; and for how many patients day 0 was the first date for want of an
    infusion, was moved to an infusion on another day of the file, or was the first of several infusions."""

    time: Floats
    first_date: int
    moved: int
    several: int


def find_day_zero(rows: Gathered, found: Found) -> DayZero:
    """Days from day 0 of every row; dates and days that do not agree, or cannot be brought together, are faults."""
    n, patient = rows.patients, rows.patient
    infused = (rows.item == INFUSION) & (rows.value == 1)
    infusion_date = _first(patient[infused], rows.date[infused], n)
    infusion_day = _first(patient[infused], rows.day[infused], n)
    both = ~np.isnan(rows.date) & ~np.isnan(rows.day)
    witness = _first_row(patient, np.flatnonzero(both), n)
    counted_from = np.where(witness >= 0, (rows.date - rows.day)[witness], np.nan)  # the date of day 0 by the days of the file
    first_date = _first(patient[rows.single], rows.date[rows.single], n)
    first_date = np.where(np.isnan(first_date), _first(patient, rows.date, n), first_date)
    by_first_date = np.isnan(infusion_date) & np.isnan(infusion_day) & np.isnan(counted_from) & ~np.isnan(first_date)

    zero_date = np.where(np.isnan(infusion_date), counted_from + np.where(np.isnan(infusion_day), 0, infusion_day), infusion_date)
    zero_date = np.where(by_first_date, first_date, zero_date)
    zero_day = np.where(np.isnan(infusion_day), 0.0, infusion_day)
    related = ~np.isnan(counted_from)
    zero_day = np.where(related, zero_date - counted_from, zero_day)
    only_day, only_date = np.isnan(rows.date), np.isnan(rows.day)
    time = np.where(only_day, rows.day - zero_day[patient], rows.date - zero_date[patient])

    apart = both & (np.abs(rows.date - rows.day - counted_from[patient]) > SAME_DAY)
    found.mark(apart, "day", lambda row: _disagreement(rows, row, int(witness[patient[row]])))
    has_days = np.zeros(n, dtype=bool)
    has_days[patient[only_day]] = True
    unrelated = only_date & (has_days & by_first_date)[patient] | (only_date & np.isnan(time))
    advice = "other rows of this patient have days, and nothing says which date is day 0; give the date of INFUSION"
    found.mark(unrelated, "date", lambda row: advice)
    infusions = np.bincount(patient[infused], minlength=n)
    return DayZero(
        time=np.where(unrelated, np.nan, time),
        first_date=int((by_first_date & ~has_days).sum()),
        moved=int((zero_day != 0).sum()),
        several=int((infusions > 1).sum()),
    )


def _first(patient: Places, times: Floats, n: int) -> Floats:
    """The earliest time of each of n patients, nan where there is none."""
    first = np.full(n, np.inf)
    np.fmin.at(first, patient, times)
    return np.where(np.isinf(first), np.nan, first)


def _first_row(patient: Places, rows: Places, n: int) -> Places:
    """The first of these rows of each of n patients, -1 where there is none."""
    first = np.full(n, -1)
    first[patient[rows[::-1]]] = rows[::-1]
    return first


def _disagreement(rows: Gathered, row: int, witness: int) -> str:
    here = f"day {rows.day[row]:g} and {date_text(rows.date[row])} do not agree"
    return f"{here}: {rows.place(witness, row)} has day {rows.day[witness]:g} on {date_text(rows.date[witness])}"

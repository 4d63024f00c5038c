"""When things happened: SDTM study days, which know no day 0, become dates; who the subjects are and when they were treated.

A study day 1 is the reference date itself and -1 the day before it. A date always counts more than a study day.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from immunoreset.endpoints.known import Floats
from immunoreset.exchange.cdisc.blocks import Flags, Texts, each, truths
from immunoreset.exchange.cdisc.partial_dates import first_possible, is_partial, last_possible
from immunoreset.exchange.dates import date_text, numbers, read_dates

TOLD = ("SITEID", "RACE", "ETHNIC", "COUNTRY", "ARM", "ACTARM", "TRT01P", "TRT01A")  # that no score uses and ADSL has
NO_DAY_ZERO = "study days have no day 0: day 1 is the reference date, -1 the day before"


def from_reference(study_day: Floats) -> Floats:
    """Days from the reference date of study days, which go from -1 to 1; nan for a day 0.

    >>> from_reference(np.array([1.0, 8.0, -1.0])).tolist()
    [0.0, 7.0, -1.0]
    """
    return np.where(study_day >= 1, study_day - 1, np.where(study_day < 0, study_day, np.nan))


def date_number(text: str) -> float:
    """Days from 1970-01-01 of an ISO date; nan for anything else.

    >>> date_number("1970-01-11"), date_number("1970")
    (10.0, nan)
    """
    return float(read_dates([text]).number[0])


@dataclass
class Subject:
    """What DM or ADSL says about a subject: the day from which study days count, nan where not known; and `TOLD` by name."""

    reference: float = math.nan
    told: dict[str, str] = field(default_factory=dict)


@dataclass
class Subjects:
    """The subjects of DM and ADSL, and the infusions and deaths found so far as days from 1970-01-01.

    `listed_in` is the dataset that lists the subjects; without one, every subject is welcome.
    """

    listed_in: str = ""
    known: dict[str, Subject] = field(default_factory=dict)
    infused: dict[str, float] = field(default_factory=dict)
    deaths: dict[str, float] = field(default_factory=dict)

    def infuse(self, patient: str, date: float) -> None:
        """Note an infusion; the first one counts."""
        self.infused[patient] = min(date, self.infused.get(patient, math.inf))

    def die(self, patient: str, date: float) -> None:
        """Note a death, if its date is known."""
        if not math.isnan(date):
            self.deaths[patient] = min(date, self.deaths.get(patient, math.inf))

    def day_zero(self, patient: str) -> float:
        """The infusion, else the reference date, as days from 1970-01-01; nan if neither is known."""
        return self.infused.get(patient, self.known.get(patient, Subject()).reference)

    def references(self, patients: Texts) -> Floats:
        """The reference date of each patient (n,)."""
        return np.array(
            [self.known[name].reference if name in self.known else math.nan for name in patients.tolist()], dtype=float
        )

    def are_unknown(self, patients: Texts) -> Flags:
        """Who is not listed although there is a list (n,)."""
        if not self.listed_in:
            return np.zeros(len(patients), dtype=bool)
        return np.array([bool(name) and name not in self.known for name in patients.tolist()], dtype=bool)


@dataclass(frozen=True)
class Moments:
    """Dates and days (n,) as a store takes them, and which rows speak of a study day 0.

    `in_part` holds dates known only in part, where nothing else says when; their `dates` and `days` are empty.
    """

    dates: Texts
    days: Texts
    day_zero: Flags
    in_part: Texts

    @classmethod
    def of(cls, dates: Texts, days: Texts | None = None) -> Moments:
        """From dates, full or in part, and days that are counted already."""
        partial = truths(dates, is_partial)
        days = np.full(len(dates), "", dtype=object) if days is None else days
        unplaced = partial & (days == "")
        return cls(np.where(partial, "", dates), days, np.zeros(len(dates), dtype=bool), np.where(unplaced, dates, ""))

    @property
    def unplaced(self) -> Flags:
        """Rows of which only a part of the date is known."""
        return self.in_part != ""

    def take(self, rows: NDArray[np.int64]) -> Moments:
        """Some of them."""
        return Moments(self.dates[rows], self.days[rows], self.day_zero[rows], self.in_part[rows])


def certain(start: Moments, end: Moments) -> tuple[Moments, Moments, Flags]:
    """Intervals as far as they are certain, last possible start to first possible end, and which have no such day (n,)."""
    first, last = each(start.in_part, last_possible), each(end.in_part, first_possible)
    starts = Moments(
        np.where(start.unplaced, first, start.dates), start.days, start.day_zero, np.full(len(first), "", dtype=object)
    )
    ends = Moments(np.where(end.unplaced, last, end.dates), end.days, end.day_zero, starts.in_part)
    empty = np.array([bool(a and b and a[:10] > b[:10]) for a, b in zip(starts.dates, ends.dates, strict=True)], dtype=bool)
    return starts, ends, empty & (start.unplaced | end.unplaced)


def moments(dates: Texts, study_days: Texts, references: Floats) -> Moments:
    """Dates as they stand, or from study days where they are missing.

    Where the reference date is not known, days count from it all the same, beside the date if there is one, so that an infusion
    with both can bring the two together.

    >>> found = moments(np.array(["", "2025-03-04"], dtype=object), np.array(["3", "4"], dtype=object), np.array([20148.0] * 2))
    >>> found.dates.tolist(), found.days.tolist()
    (['2025-03-03', '2025-03-04'], ['', ''])
    """
    partial = truths(dates, is_partial)
    given, dates = dates, np.where(partial, "", dates)
    counted = numbers(study_days.tolist())
    days = from_reference(counted)
    referred = ~np.isnan(references)
    made, shown = dates.copy(), np.full(len(dates), "", dtype=object)
    for row in np.flatnonzero((dates == "") & ~np.isnan(days) & referred).tolist():
        made[row] = date_text(references[row] + days[row])
    for row in np.flatnonzero(~np.isnan(days) & ~referred).tolist():
        shown[row] = f"{days[row]:g}"
    unread = (study_days != "") & np.isnan(counted)
    shown[unread & (dates == "")] = study_days[unread & (dates == "")]
    unplaced = partial & (made == "") & (shown == "")
    return Moments(made, shown, (counted == 0) & (dates == ""), np.where(unplaced, given, ""))

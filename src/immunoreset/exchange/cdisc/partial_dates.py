"""Dates known in part, such as 2025 or 2026-03: what they leave possible, and what of an interval is certain all the same.

Nothing is imputed. A finding or an event with such a date has no day; a drug or sign is certain from the last day on which it can
have begun to the first day on which it can have ended, and open before and after.
"""

from __future__ import annotations

import calendar
import re
from typing import NamedTuple

from immunoreset.exchange.dates import FIRST_YEAR, LAST_YEAR

_PARTIAL = re.compile(r"(\d{4}|-)(?:-(\d\d|-)(?:-(\d\d|-)(?:T.*)?)?)?", re.ASCII)
DECEMBER = 12


class Span(NamedTuple):
    """The first and the last day that a date can mean, as ISO dates."""

    first: str
    last: str


def span(text: str) -> Span | None:
    """What a date known in part leaves possible; None for a full date, and for a text that is no date.

    >>> span("2026-02"), span("2025-03-09"), span("soon")
    (Span(first='2026-02-01', last='2026-02-28'), None, None)
    """
    found = _PARTIAL.fullmatch(text)
    if not found:
        return None
    year, month, day = (0 if not part or part == "-" else int(part) for part in found.groups())
    if (year and month and day) or month > DECEMBER or text == "-":
        return None
    years = (year, year) if year else (FIRST_YEAR, LAST_YEAR)
    if not FIRST_YEAR <= years[0] <= LAST_YEAR:
        return None
    months = (month, month) if month else (1, DECEMBER)
    last_day = calendar.monthrange(years[1], months[1])[1]
    days = (day, day) if day else (1, last_day)
    if days[1] > last_day:
        return None
    return Span(*(f"{y:04}-{m:02}-{d:02}" for y, m, d in zip(years, months, days, strict=True)))


def first_possible(text: str) -> str:
    """The first day that a date can mean: of a full date, itself."""
    found = span(text)
    return found.first if found else text


def last_possible(text: str) -> str:
    """The last day that a date can mean: of a full date, itself."""
    found = span(text)
    return found.last if found else text


def is_partial(text: str) -> bool:
    """Whether a text is a date known in part."""
    return span(text) is not None

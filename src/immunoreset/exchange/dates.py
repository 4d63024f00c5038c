"""Dates and days as they stand in a file: ISO dates that exist in the calendar, or days counted from the infusion."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd

from immunoreset.endpoints.known import Floats

EPOCH = date(1970, 1, 1)
FIRST_YEAR, LAST_YEAR = 1900, 2100
FURTHEST_DAY = 36_525.0  # a hundred years either way
ONGOING = ("ongoing", "continuing")
WITH_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?(?:Z|[+-]\d{2}:?\d{2})?")
SECONDS_PER_MINUTE, SECONDS_PER_HOUR = 60, 3600
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


class Times(NamedTuple):
    """Different words of a column read as times: `number` (n,) is nan where empty or faulty, `reason` says why by place.

    `clock` (n,) is the time of day in seconds, nan where there is none; None where no word has one.
    """

    number: Floats
    reason: dict[int, str]
    clock: Floats | None = None


def date_number(text: str) -> float:
    """Days from 1970-01-01 to an ISO date. Raises ValueError with the reason for anything else.

    >>> date_number("1970-02-01")
    31.0
    """
    if not ISO.fullmatch(text):
        raise ValueError(f"'{text}' is not a full ISO date; write YYYY-MM-DD")
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no date {text} in the calendar") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(f"{text} is impossible: years lie in {FIRST_YEAR} to {LAST_YEAR}")
    return float((found - EPOCH).days)


def date_text(number: float) -> str:
    """The ISO date of a number of days from 1970-01-01.

    >>> date_text(31.0)
    '1970-02-01'
    """
    return (EPOCH + timedelta(days=int(number))).isoformat()


def read_dates(words: Sequence[str]) -> Times:
    """Dates, with or without a time of day as the clock on the wall shows it; a time zone is not used.

    >>> read_dates(["1970-01-02", "2026-02-30", ""]).reason
    {1: 'there is no date 2026-02-30 in the calendar'}
    >>> read_dates(["1970-01-02", "1970-01-02T08:30"]).clock.tolist()
    [nan, 30600.0]
    """
    number, reason, clocks = np.full(len(words), np.nan), {}, {}
    for k, word in enumerate(words):
        if not word:
            continue
        timed = WITH_TIME.fullmatch(word)
        if timed:
            clocks[k] = SECONDS_PER_HOUR * int(timed[2]) + SECONDS_PER_MINUTE * int(timed[3]) + float(timed[4] or 0)
        try:
            number[k] = date_number(timed[1] if timed else word)
        except ValueError as error:
            reason[k] = str(error)
    if not clocks:
        return Times(number, reason)
    clock = np.full(len(words), np.nan)
    clock[list(clocks)] = list(clocks.values())
    return Times(number, reason, clock)


def read_days(words: Sequence[str]) -> Times:
    """Days, whole or not, negative before the infusion.

    >>> read_days(["-7", "28", "soon"]).reason
    {2: "'soon' is not a day: write a number counted from the infusion"}
    """
    number = numbers(words)
    reason = {}
    for k in np.flatnonzero(~(np.abs(number) <= FURTHEST_DAY)).tolist():
        if words[k]:
            far = np.isfinite(number[k])
            reason[k] = (
                f"day {words[k]} is impossible: days lie in {-FURTHEST_DAY:g} to {FURTHEST_DAY:g}"
                if far
                else f"'{words[k]}' is not a day: write a number counted from the infusion"
            )
            number[k] = np.nan
    return Times(number, reason)


def numbers(words: Sequence[str]) -> Floats:
    """Numbers (n,), nan for every word that is none."""
    found = np.asarray(pd.to_numeric(pd.Series(list(words), dtype=object), errors="coerce"), dtype=float)
    return np.where(np.isfinite(found), found, np.nan)


def read_ends(words: Sequence[str]) -> tuple[Times, Times]:
    """Ends of intervals: dates and days; 'ongoing' is infinite in both.

    >>> dates, days = read_ends(["1970-01-11", "28", "ongoing"])
    >>> dates.number.tolist(), days.number.tolist()
    ([10.0, nan, inf], [nan, 28.0, inf])
    """
    lasting = [word.lower() in ONGOING for word in words]
    like_date = [not one and bool(re.match(r"\d{3,4}-|.*[-/.:].*[-/.:]", word)) for word, one in zip(words, lasting, strict=True)]
    as_dates = read_dates([word if dated else "" for word, dated in zip(words, like_date, strict=True)])
    rest = ["" if dated or one else word for word, dated, one in zip(words, like_date, lasting, strict=True)]
    as_days = read_days(rest)
    for k in np.flatnonzero(lasting):
        as_dates.number[k] = as_days.number[k] = np.inf
    return as_dates, as_days

"""Dates as SAS counts them: days since 1 January 1960, date-times and times in seconds.

SAS knows no time zone and no date before 1582; what it cannot hold is refused.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from immunoreset.errors import InvalidValue

EPOCH = date(1960, 1, 1)
EPOCH_TIME = datetime(1960, 1, 1)
FIRST_DATE = date(1582, 1, 1)
SECONDS_PER_MINUTE, SECONDS_PER_HOUR, SECONDS_PER_DAY = 60, 3600, 86_400
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DATETIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d(:\d\d(\.\d{1,6})?)?", re.ASCII)


def sas_date(iso: str) -> int:
    """Days since 1960-01-01 of a full ISO date; raises InvalidValue for a partial or impossible date.

    >>> sas_date("1960-01-01"), sas_date("2026-01-01"), sas_date("1959-12-31")
    (0, 24107, -1)
    """
    if not _DATE.fullmatch(iso):
        raise InvalidValue(f"not a full date: '{iso}'; SAS needs year, month and day, as in 2026-01-31")
    try:
        day = date.fromisoformat(iso)
    except ValueError as error:
        raise InvalidValue(f"no such day: '{iso}'") from error
    return (_known_to_sas(day, iso) - EPOCH).days


def sas_datetime(iso: str) -> int | float:
    """Seconds since midnight of 1960-01-01; the seconds of the clock may be left out, a time zone may not be given.

    >>> sas_datetime("1960-01-02T00:00:01"), sas_datetime("1960-01-01T00:00:00.5")
    (86401, 0.5)
    """
    if not _DATETIME.fullmatch(iso):
        raise InvalidValue(f"not a full date and time without a time zone: '{iso}'; SAS needs one as in 2026-01-31T08:30:00")
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError as error:
        raise InvalidValue(f"no such date and time: '{iso}'") from error
    _known_to_sas(moment.date(), iso)
    return _whole((moment - EPOCH_TIME) / timedelta(seconds=1))


def sas_time(iso: str) -> int | float:
    """Seconds since midnight.

    >>> sas_time("08:30")
    30600
    """
    if not _TIME.fullmatch(iso):
        raise InvalidValue(f"not a time without a time zone: '{iso}'; write it as 08:30:00")
    try:
        clock = time.fromisoformat(iso)
    except ValueError as error:
        raise InvalidValue(f"no such time: '{iso}'") from error
    whole = clock.hour * SECONDS_PER_HOUR + clock.minute * SECONDS_PER_MINUTE + clock.second
    return _whole(whole + clock.microsecond / 1e6)


def iso_date(days: float) -> str:
    """The ISO date of a SAS date.

    >>> iso_date(24107)
    '2026-01-01'
    """
    if not float(days).is_integer():
        raise InvalidValue(f"not a whole number of days: {days}; a SAS date counts whole days since 1960-01-01")
    try:
        day = EPOCH + timedelta(days=int(days))
    except OverflowError as error:
        raise InvalidValue(f"no date: {days:.0f} days from 1960-01-01") from error
    return _known_to_sas(day, day.isoformat()).isoformat()


def iso_datetime(seconds: float) -> str:
    """The ISO date and time of a SAS date-time.

    >>> iso_datetime(86401), iso_datetime(0.5)
    ('1960-01-02T00:00:01', '1960-01-01T00:00:00.500000')
    """
    try:
        moment = EPOCH_TIME + timedelta(seconds=seconds)
    except OverflowError as error:
        raise InvalidValue(f"no date and time: {seconds:.0f} seconds from 1960-01-01") from error
    _known_to_sas(moment.date(), moment.isoformat())
    return moment.isoformat()


def iso_time(seconds: float) -> str:
    """The ISO time of a SAS time.

    >>> iso_time(30600)
    '08:30:00'
    """
    if not 0 <= seconds < SECONDS_PER_DAY:
        raise InvalidValue(f"no time of day: {seconds:g} seconds; a day has {SECONDS_PER_DAY}")
    return (EPOCH_TIME + timedelta(seconds=seconds)).time().isoformat()


def _known_to_sas(day: date, written: str) -> date:
    if day < FIRST_DATE:
        raise InvalidValue(f"before {FIRST_DATE}: '{written}'; SAS counts no earlier dates")
    return day


def _whole(number: float) -> int | float:
    return int(number) if number == int(number) else number


TO_SAS = {"date": sas_date, "datetime": sas_datetime, "time": sas_time}
FROM_SAS = {"date": iso_date, "datetime": iso_datetime, "time": iso_time}
"""From and to the ISO text, by the data type of a column."""

"""Only dates that exist are dates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.exchange.dates import FIRST_YEAR, LAST_YEAR, date_number, date_text, read_dates, read_days, read_ends


@given(st.dates())
def test_a_date_survives_being_read_and_written(date):
    if FIRST_YEAR <= date.year <= LAST_YEAR:
        assert date_text(date_number(date.isoformat())) == date.isoformat()
    else:
        assert read_dates([date.isoformat()]).reason


@pytest.mark.parametrize(
    "word",
    ["2026-02-30", "2025-02-29", "2025-13-01", "20250301", "2025-W09-6", "2025-3-1", "1.3.2025", "45717", "2025-03-01T25:00"],
)
def test_dates_that_do_not_exist_are_refused(word):
    read = read_dates([word])
    assert np.isnan(read.number[0]) and word[:4] in read.reason[0]


def test_leap_day_exists_in_a_leap_year():
    assert not read_dates(["2024-02-29"]).reason


def test_a_time_of_day_is_kept_beside_the_date():
    read = read_dates(["2025-03-01T08:30", "2025-03-01 08:30:00", "2025-03-01T08:30:01.5Z", "2025-03-01"])
    assert len(set(read.number.tolist())) == 1
    np.testing.assert_array_equal(read.clock, [30_600, 30_600, 30_601.5, np.nan])
    assert read_dates(["2025-03-01"]).clock is None


@pytest.mark.parametrize("word", ["D7", "40000", "-1e9", "nan", "inf", "week 4"])
def test_days_that_are_impossible_are_refused(word):
    read = read_days([word])
    assert np.isnan(read.number[0]) and word in read.reason[0]


def test_ends_are_dates_or_days_or_open():
    dates, days = read_ends(["2025-03-01", "28", "Ongoing", "", "1.3.2025", "-5"])
    np.testing.assert_array_equal(np.isnan(dates.number), [False, True, False, True, True, True])
    np.testing.assert_array_equal(days.number, [np.nan, 28, np.inf, np.nan, np.nan, -5])
    assert list(dates.reason) == [4] and not days.reason

"""SAS dates: published anchors, the calendar as the judge, and what SAS cannot hold."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.errors import InvalidValue
from immunoreset.exchange.sas_dates import iso_date, iso_datetime, iso_time, sas_date, sas_datetime, sas_time

DAYS = st.dates(min_value=date(1582, 1, 1))
MOMENTS = st.datetimes(min_value=datetime(1582, 1, 1), max_value=datetime(2100, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0)
)


@pytest.mark.parametrize(("iso", "days"), [("1960-01-01", 0), ("1959-12-31", -1), ("1970-01-01", 3653), ("2026-01-01", 24107)])
def test_known_days(iso, days):
    assert sas_date(iso) == days
    assert iso_date(days) == iso


@given(DAYS, st.integers(-1000, 1000))
def test_one_day_later_is_one_more(day, more):
    assert iso_date(sas_date(day.isoformat())) == day.isoformat()
    later = sas_date(day.isoformat()) + more
    if date(1582, 1, 1) <= day <= date(9990, 1, 1) and day + timedelta(days=more) >= date(1582, 1, 1):
        assert iso_date(later) == (day + timedelta(days=more)).isoformat()


@given(MOMENTS)
def test_a_moment_is_its_day_and_its_time_of_day(moment):
    day, clock = moment.isoformat().split("T")
    assert sas_datetime(moment.isoformat()) == sas_date(day) * 86_400 + sas_time(clock)
    assert iso_datetime(sas_datetime(moment.isoformat())) == moment.isoformat()
    assert iso_time(sas_time(clock)) == clock


@pytest.mark.parametrize("iso", ["2026", "2026-01", "2026-02-30", "20260101", "2026-01-01T10:00", "01/02/2026", "", "1581-12-31"])
def test_what_is_no_full_day_is_refused(iso):
    with pytest.raises(InvalidValue):
        sas_date(iso)


@pytest.mark.parametrize("iso", ["2026-01-01T10:00:00Z", "2026-01-01T10:00:00+02:00", "2026-01-01", "2026-01-01T25:00"])
def test_a_moment_with_a_zone_or_without_a_time_is_refused(iso):
    with pytest.raises(InvalidValue):
        sas_datetime(iso)


@pytest.mark.parametrize("days", [0.5, 1e12, float("nan"), -200_000])
def test_a_number_that_is_no_day_is_refused(days):
    with pytest.raises(InvalidValue):
        iso_date(days)


@pytest.mark.parametrize("seconds", [-1, 86_400])
def test_a_time_lies_within_its_day(seconds):
    with pytest.raises(InvalidValue):
        iso_time(seconds)

"""Deadlines against the published calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendar import Period, Roll, Unit, Year, add_months, end_of_day, month_bounds, parse_month, published
from core.errors import BadInput

D = date.fromisoformat


@pytest.mark.parametrize(
    ("start", "period", "day", "provisional"),
    [
        ("2026-09-30", Period(5, Unit.WORK_DAY), "2026-10-13", False),
        ("2026-02-13", Period(3, Unit.WORK_DAY), "2026-02-25", False),
        ("2022-03-15", Period(5, Unit.WORK_DAY, count_first_day=True), "2022-03-21", False),
        ("2026-09-01", Period(30, Unit.CALENDAR_DAY, roll=Roll.NEXT_WORK_DAY), "2026-10-08", False),
        ("2026-09-01", Period(30, Unit.CALENDAR_DAY), "2026-10-01", False),
        ("2026-09-01", Period(30, Unit.CALENDAR_DAY, count_first_day=True), "2026-09-30", False),
        ("2026-01-31", Period(1, Unit.MONTH), "2026-02-28", False),
        ("2024-01-31", Period(1, Unit.MONTH), "2024-02-29", False),
        ("2024-02-29", Period(1, Unit.YEAR), "2025-02-28", False),
        ("2026-12-30", Period(5, Unit.WORK_DAY), "2027-01-06", True),
        ("2026-12-20", Period(30, Unit.CALENDAR_DAY, roll=Roll.NEXT_WORK_DAY), "2027-01-19", True),
        ("2026-12-20", Period(30, Unit.CALENDAR_DAY), "2027-01-19", False),
        ("2026-10-10", Period(0, Unit.WORK_DAY), "2026-10-10", False),
        ("2003-05-01", Period(1, Unit.WORK_DAY), "2003-05-02", True),
    ],
)
def test_deadlines(start, period, day, provisional):
    due = published().deadline(D(start), period)
    assert (due.day, due.provisional) == (D(day), provisional)


@pytest.mark.parametrize("day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"])
def test_weekends_that_are_worked(day):
    assert published().is_workday(D(day))


def test_a_year_that_is_published_later_settles_its_deadlines():
    period = Period(5, Unit.WORK_DAY)
    before = published().deadline(D("2026-12-30"), period)
    later = published().with_year(2027, Year(frozenset({D("2027-01-01"), D("2027-01-04")}), frozenset()))
    after = later.deadline(D("2026-12-30"), period)
    assert before.provisional
    assert (after.day, after.provisional) == (D("2027-01-08"), False)


@settings(max_examples=100, deadline=None)
@given(st.dates(date(2005, 1, 1), date(2025, 12, 1)), st.integers(1, 60))
def test_as_many_working_days_lie_in_the_period_as_it_says(start, amount):
    calendar = published()
    due = calendar.deadline(start, Period(amount, Unit.WORK_DAY))
    assert calendar.workdays_between(start + timedelta(days=1), due.day) == amount
    assert calendar.is_workday(due.day)


@settings(max_examples=100, deadline=None)
@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.integers(0, 240))
def test_months_never_overflow(day, months):
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day


def test_months_and_ends_of_days():
    assert month_bounds(2028, 2) == (D("2028-02-01"), D("2028-02-29"))
    assert parse_month("2026年10月", D("2026-11-01")) == (2026, 10)
    assert parse_month("3月", D("2026-11-01")) == (2026, 3)
    for bad in ("13", "2026-13", "x", "", "0"):
        with pytest.raises(BadInput):
            parse_month(bad, D("2026-11-01"))
    assert end_of_day(D("2026-10-08"), ZoneInfo("Asia/Shanghai")) == datetime(2026, 10, 8, 16, tzinfo=UTC)

"""Days and deadlines: working days with holidays as data, periods in days, working days, months and years.

How periods are counted follows the Civil Code, articles 201–203: the day of the event does not count unless a rule says
so, a month ends on its corresponding day or on its last one, and a deadline on a statutory day off may roll on.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from core.errors import BadInput
from core.i18n import _


class Unit(StrEnum):
    """What a period is counted in."""

    CALENDAR_DAY = "calendar_day"
    WORK_DAY = "work_day"
    MONTH = "month"
    YEAR = "year"


class Roll(StrEnum):
    """What happens to a deadline that falls on a day off."""

    NEXT_WORK_DAY = "next_workday"
    NONE = "none"


@dataclass(frozen=True)
class Period:
    """A length of time as a rule states it."""

    amount: int
    unit: Unit
    count_first_day: bool = False
    roll: Roll = Roll.NONE


@dataclass(frozen=True)
class Due:
    """A deadline. ``provisional``: a year without published holidays was touched, weekends alone decided."""

    day: date
    provisional: bool = False

    @property
    def words(self) -> str:
        """The day as people read it, in the language of the moment: one that may still move says so."""
        mark = _(" (provisional: that year's holidays are not published)") if self.provisional else ""
        return self.day.isoformat() + mark


@dataclass(frozen=True)
class Year:
    """The published days off and the weekend days worked instead, of one year."""

    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Calendar:
    """Working days of the years that have been published."""

    years: Mapping[int, Year] = field(default_factory=dict)

    def knows(self, day: date) -> bool:
        """Whether the holidays of this day's year have been published."""
        return day.year in self.years

    def is_workday(self, day: date) -> bool:
        """Whether people work on this day; in an unpublished year weekends decide."""
        year = self.years.get(day.year)
        if year is not None:
            if day in year.workdays:
                return True
            if day in year.holidays:
                return False
        return day.weekday() < 5

    def with_year(self, number: int, year: Year) -> "Calendar":
        """The same calendar with one year published or replaced."""
        return Calendar({**self.years, number: year})

    def next_workday(self, day: date) -> date:
        """This day, or the first working day after it."""
        while not self.is_workday(day):
            day += timedelta(days=1)
        return day

    def previous_workday(self, day: date) -> date:
        """This day, or the last working day before it."""
        while not self.is_workday(day):
            day -= timedelta(days=1)
        return day

    def workdays_between(self, first: date, last: date) -> int:
        """How many working days there are from the first to the last day, both counted."""
        span = (last - first).days + 1
        return sum(self.is_workday(first + timedelta(days=offset)) for offset in range(max(span, 0)))

    def deadline(self, start: date, period: Period) -> Due:
        """The last day of a period that begins with an event on ``start``."""
        end = self._end(start, period)
        if period.roll is Roll.NEXT_WORK_DAY:
            end = self.next_workday(end)
        counted = period.unit is Unit.WORK_DAY or period.roll is Roll.NEXT_WORK_DAY
        touched = range(start.year, end.year + 1) if period.unit is Unit.WORK_DAY else (end.year,)
        return Due(end, provisional=counted and any(year not in self.years for year in touched))

    def _end(self, start: date, period: Period) -> date:
        if period.amount < 0:
            raise ValueError("a period is not negative")
        if period.unit is Unit.WORK_DAY:
            return self._after_workdays(start, period)
        if period.unit is Unit.CALENDAR_DAY:
            return start + timedelta(days=period.amount - (1 if period.count_first_day and period.amount else 0))
        return add_months(start, period.amount * (12 if period.unit is Unit.YEAR else 1))

    def _after_workdays(self, start: date, period: Period) -> date:
        day, left = start, period.amount
        if period.count_first_day and left and self.is_workday(start):
            left -= 1
        while left > 0:
            day += timedelta(days=1)
            left -= self.is_workday(day)
        return day


def add_months(day: date, months: int) -> date:
    """The corresponding day so many months later, or that month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@lru_cache(maxsize=1)
def published() -> Calendar:
    """The calendar of mainland China as far as it has been published, from the chinesecalendar package."""
    from chinese_calendar import constants

    years: dict[int, tuple[set[date], set[date]]] = {}
    for index, days in enumerate((constants.holidays, constants.workdays)):
        for day in days:
            years.setdefault(day.year, (set(), set()))[index].add(day)
    return Calendar({number: Year(frozenset(off), frozenset(on)) for number, (off, on) in years.items()})


def month_bounds(year: int, month: int) -> tuple[date, date]:
    """First and last day of a month."""
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def parse_month(text: str, today: date) -> tuple[int, int]:
    """A month typed as ``2026-10``, ``2026年10月`` or ``10月`` (of this year). Raises BadInput."""
    found = re.fullmatch(r"(?:([0-9]{4})[-./年])?([0-9]{1,2})月?", text)
    if not found or not 1 <= int(found[2]) <= 12 or not 1949 <= int(found[1] or today.year) <= 2100:
        raise BadInput("month_form", _("“{value}” is no month. Write it like 2026-10.").format(value=text[:40]))
    return int(found[1] or today.year), int(found[2])


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day ends in a zone, in UTC: a deadline is over from then on."""
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)

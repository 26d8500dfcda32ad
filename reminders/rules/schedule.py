"""When a reminder is due: points before and after a date, and which of them are sent, left out or too late on a day. Pure.

Working hours and days follow the association's calendar: what falls on a day off goes out on the last working day before
the date it warns of, or, once that date is over, on the next working day.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.calendar import Calendar, Unit
from core.errors import BadInput
from core.i18n import N_, _

CATCH_UP_DAYS = 7
LOOK_BACK_DAYS = 60
FARTHEST = 400
MOST_POINTS = 40
DAY = timedelta(days=1)


class State(StrEnum):
    """What became of one occurrence for one person."""

    SENT = "sent"
    COALESCED = "coalesced"
    MISSED = "missed"
    SNOOZED = "snoozed"

    @property
    def label(self) -> str:
        """Its name in the language of the moment."""
        return _(STATE_NAMES[self])


STATE_NAMES = {
    State.SENT: N_("sent"),
    State.COALESCED: N_("left out: a later one went out instead"),
    State.MISSED: N_("missed, not sent"),
    State.SNOOZED: N_("put off"),
}


@dataclass(frozen=True)
class Schedule:
    """Points in days from a date: negative before it, positive after it, 0 on it; after the last one every ``every`` units
    until ``until``. ``keeps_day``: also on a day off, for what the law wants on that very day.
    """

    points: tuple[int, ...]
    unit: Unit = Unit.CALENDAR_DAY
    every: int | None = None
    until: int | None = None
    keeps_day: bool = False

    @property
    def all_points(self) -> tuple[int, ...]:
        """Every point, repeats included, earliest first."""
        found = set(self.points)
        if self.every and self.until is not None and self.points:
            found |= set(range(max(self.points), self.until + 1, self.every))
        return tuple(sorted(found))

    def day(self, calendar: Calendar, anchor: date, point: int) -> date:
        """The day on which a point of a date is due. Later dates never have earlier days."""
        day = _moved(calendar, anchor, point, self.unit)
        if self.keeps_day:
            return day
        return calendar.next_workday(day) if point > 0 else calendar.previous_workday(day)

    def latest(self, calendar: Calendar, point: int, day: date) -> date:
        """The last date whose point is due by a day."""
        reach = abs(point) * 2 + FARTHEST // 10
        candidates = [day + timedelta(days=offset) for offset in range(-reach, reach + 1)]
        return candidates[bisect_right(candidates, day, key=lambda anchor: self.day(calendar, anchor, point)) - 1]


def _moved(calendar: Calendar, day: date, amount: int, unit: Unit) -> date:
    if unit is not Unit.WORK_DAY:
        return day + timedelta(days=amount)
    step, left = (DAY if amount > 0 else -DAY), abs(amount)
    while left:
        day += step
        left -= calendar.is_workday(day)
    return day


@dataclass(frozen=True)
class Window:
    """Dates later than ``after`` and not later than ``to``, whose point has this outcome now."""

    point: int
    state: State
    after: date
    to: date


def windows(schedule: Schedule, calendar: Calendar, today: date, since: date) -> list[Window]:
    """What a run has to look at: of each date only the latest point that has come is sent, earlier ones are left out, and
    those older than the catch-up limit are missed. Nothing before ``since``, the day the rule was switched on, counts.
    """
    return [window for window in _windows(schedule, calendar, today, since) if window.after < window.to]


def _windows(schedule: Schedule, calendar: Calendar, today: date, since: date) -> Iterator[Window]:
    points = schedule.all_points
    floor = max(since, today - CATCH_UP_DAYS * DAY) - DAY
    oldest = max(since, today - LOOK_BACK_DAYS * DAY) - DAY
    for index, point in enumerate(points):
        come = schedule.latest(calendar, point, today)
        too_old = schedule.latest(calendar, point, floor)
        following = schedule.latest(calendar, points[index + 1], today) if index + 1 < len(points) else date.min
        yield Window(point, State.SENT, max(too_old, following), come)
        yield Window(point, State.COALESCED, too_old, min(come, following))
        yield Window(point, State.MISSED, schedule.latest(calendar, point, oldest), too_old)


def coming(schedule: Schedule, calendar: Calendar, first: date, last: date) -> list[Window]:
    """For a preview: per point the dates whose day lies between two days, both included."""
    found = []
    for point in schedule.all_points:
        before, to = schedule.latest(calendar, point, first - DAY), schedule.latest(calendar, point, last)
        if before < to:
            found.append(Window(point, State.SENT, before, to))
    return found


BEFORE = r"-|前|提前|before"
AFTER = r"\+|后|逾期|逾期后|after"
ON_THE_DAY = ("0", "当天", "当日", "on")


def read_points(words: str) -> tuple[int, ...]:
    """``前60,前30,后3,当天`` (also -60, +3, 0) → points. Raises BadInput."""
    folded = unicodedata.normalize("NFKC", words).replace("、", ",").casefold()
    found = {_point(part.strip()) for part in folded.split(",") if part.strip()}
    if not found or len(found) > MOST_POINTS:
        raise _unreadable(words)
    return tuple(sorted(found))


def _point(word: str) -> int:
    if word in ON_THE_DAY:
        return 0
    match = re.fullmatch(rf"(?:(?P<before>{BEFORE})|(?P<after>{AFTER}))\s*(?P<days>[0-9]{{1,3}})\s*(?:天|日|d)?", word)
    if match is None or not 0 < int(match["days"]) <= FARTHEST:
        raise _unreadable(word)
    return -int(match["days"]) if match["before"] else int(match["days"])


def _unreadable(words: str) -> BadInput:
    text = _("“{value}” says no days. Write for example 前30,前7,当天,后3 (at most 400 days away).")
    return BadInput("points_form", text.format(value=words[:40]))


def check(schedule: Schedule) -> Schedule:
    """The schedule when it can work. Raises BadInput."""
    points = schedule.all_points
    wrong = schedule.every is not None and (schedule.every < 1 or schedule.until is None)
    if wrong or len(points) > MOST_POINTS or any(abs(point) > FARTHEST for point in points):
        text = _(
            "A rule has at most 40 days, and repeats every so many days until a day, for example every=3 until=后9."
        )
        raise BadInput("schedule_form", text)
    return schedule


def describe(schedule: Schedule) -> str:
    """The schedule in words."""
    unit = _("working days") if schedule.unit is Unit.WORK_DAY else _("calendar days")
    parts = [point_words(point) for point in schedule.points]
    text = _("{points} ({unit})").format(points=_(", ").join(parts), unit=unit)
    if schedule.every and schedule.until is not None:
        text += _("; then every {every} until {until}").format(every=schedule.every, until=point_words(schedule.until))
    return text + (_("; also on days off") if schedule.keeps_day else "")


def point_words(point: int) -> str:
    """``30 before`` / ``on the day`` / ``3 after``."""
    if point == 0:
        return _("on the day")
    return _("{days} before").format(days=-point) if point < 0 else _("{days} after").format(days=point)

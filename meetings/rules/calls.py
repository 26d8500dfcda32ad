"""Calling a meeting: its states, its notice, its words. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.calendar import Calendar, Period, Unit
from core.errors import BadInput, Conflict, RuleViolated
from core.i18n import N_, _

LONGEST_TITLE, LONGEST_AGENDA, LONGEST_PLACE = 200, 5000, 200


class State(StrEnum):
    """Where a meeting stands."""

    HELD = "held"
    CALLED = "called"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The state in the language of the moment."""
        return _(STATES[self])


STATES = {
    State.HELD: N_("held by screening"),
    State.CALLED: N_("called"),
    State.OPEN: N_("in session"),
    State.CLOSED: N_("closed"),
    State.CANCELLED: N_("cancelled"),
}


class Answer(StrEnum):
    """What somebody said to an invitation."""

    NONE = ""
    ATTENDING = "attending"
    EXCUSED = "excused"

    @property
    def label(self) -> str:
        """The answer in the language of the moment."""
        return _(ANSWERS[self])


ANSWERS = {Answer.NONE: N_("no answer"), Answer.ATTENDING: N_("attending"), Answer.EXCUSED: N_("excused")}


@dataclass(frozen=True)
class Notice:
    """Whether a call is in time: the first day on which the meeting may be, and whether holidays may still move it."""

    earliest: date
    in_time: bool
    provisional: bool


def notice_of(calendar: Calendar, today: date, day: date, period: Period) -> Notice:
    """The notice that a meeting on ``day`` has when it is called today. The day of the call does not count."""
    due = calendar.deadline(today, period)
    return Notice(due.day, day >= due.day, due.provisional)


def check_notice(notice: Notice, period: Period, *, waiver: str, waivable: bool) -> None:
    """Too short a notice needs a stated reason, where the body's rule takes one. Raises RuleViolated."""
    if notice.in_time:
        return
    text = _("This body must be called {period} before: on {day} at the earliest.").format(
        period=period_words(period), day=notice.earliest.isoformat()
    )
    if not waivable:
        raise RuleViolated("notice_too_short", text)
    if not waiver:
        raise RuleViolated("notice_too_short", text + " " + _("If it is urgent, add urgent=‹reason›."))


def period_words(period: Period) -> str:
    """A period as people say it."""
    if period.unit is Unit.WORK_DAY:
        return _("{count} working days").format(count=period.amount)
    return _("{count} days").format(count=period.amount)


def check_future(starts: datetime, now: datetime) -> None:
    """A meeting is called for a time to come. Raises BadInput."""
    if starts <= now:
        raise BadInput("meeting_past", _("That time is over. Give a time to come."))
    if starts > now + timedelta(days=730):
        raise BadInput("meeting_far", _("That is more than two years away."))


def check_words(raw: str, longest: int, name: str) -> str:
    """Title, agenda or place, trimmed. Raises BadInput when it is empty or too long."""
    words = raw.strip()
    if not words:
        raise BadInput("text_missing", _("Some text is needed here."))
    if len(words) > longest:
        text = _("The {name} is longer than {count} characters.")
        raise BadInput("text_too_long", text.format(name=name, count=longest))
    return words


def check_state(state: State, *allowed: State) -> None:
    """Refuse what does not fit where the meeting stands, and say where that is. Raises Conflict."""
    if state not in allowed:
        raise Conflict(
            "meeting_state", _("The meeting is {state}: this is not possible now.").format(state=state.label)
        )


def reminder_day(calendar: Calendar, day: date) -> date:
    """When to remind: on the last working day before a day."""
    return calendar.previous_workday(day - timedelta(days=1))

"""Periods counted anew when a year's holidays come: a running notice may become longer, never shorter."""

from datetime import date, timedelta
from functools import partial

from sqlalchemy import select

from announcements import notices, queries
from announcements.models import Announcement, Objection
from announcements.rules.kinds import Kind
from announcements.usecases.objections import RULE
from core.access import Permission
from core.calendar import Calendar, Period, Unit
from core.deadlines import Deadline, calendar_of
from core.i18n import in_every_language
from core.outbox import Message, Priority
from core.transaction import Tx
from people import audiences
from people.audiences import recipients


def recount(tx: Tx, before: Calendar, moved: list[tuple[Deadline, date]]) -> None:
    """Move the days by which objections are answered, and the last days of running notices; staff are told of these."""
    days = {deadline.subject: deadline.due_on for deadline, _former in moved if deadline.rule == RULE}
    for one in tx.session.scalars(select(Objection).where(Objection.state == "open")) if days else ():
        one.due_on = days.get(one.subject, one.due_on)
    after = calendar_of(tx.session)
    for notice in queries.running(tx.session, tx.today):
        last = _last_day(tx, notice, before, after)
        if last is not None and notice.runs_until is not None and last > notice.runs_until:
            _extend(tx, notice, notice.runs_until, last)


def _last_day(tx: Tx, one: Announcement, before: Calendar, after: Calendar) -> date | None:
    """The day on which as many working days have passed as were counted at first, and at least those of the law."""
    period = queries.rule_here(tx.association, Kind(one.kind), tx.today).period
    if period is None or period.unit is not Unit.WORK_DAY or one.runs_from is None or one.runs_until is None:
        return None
    first = one.runs_from if period.count_first_day else one.runs_from + timedelta(days=1)
    amount = max(before.workdays_between(first, one.runs_until), period.amount)
    return after.deadline(one.runs_from, Period(amount, Unit.WORK_DAY, period.count_first_day, period.roll)).day


def _extend(tx: Tx, one: Announcement, former: date, last: date) -> None:
    one.runs_until = last
    write = partial(notices.period_longer, reference=one.reference, title=one.title, former=former, last=last)
    key = f"{one.subject}:v{one.version}:until:{last.isoformat()}"
    buttons = [
        [{"labels": in_every_language(notices.tell_readers), "command": f"announce correct {one.reference}"}],
    ]
    staff = audiences.may(Permission.DRAFT_ANNOUNCEMENTS, tx.today)
    letter = Message(key, f"{one.subject}:period", in_every_language(write), buttons=buttons, priority=Priority.LEGAL)
    tx.notify(letter, recipients(staff))
    tx.record("announcement:period:extend", one.subject, {"former": str(former), "last": str(last)})

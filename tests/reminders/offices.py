"""An office with qualifications that end, and a rule that two people have switched on."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from bot import timers
from core.access import Permission
from core.db import open_session
from core.outbox import OutboxContent, OutboxMessage
from reminders import usecases
from reminders.models import ReminderSent
from tests.houses import furnish, system

ENDS = date(2026, 11, 20)
"""The clock of tests stands on Thursday 2026-10-08, 10:00; the ends below are counted from there."""


def office_with(house, *ends, unit="M-1"):
    """A furnished office whose first unit holds qualifications that end on these days."""
    office = furnish(house)
    for index, day in enumerate(ends):
        office.clerk.do(f"qualification set {unit} 资质{index + 1} {day}")
    return office


def switch_on(office, rule):
    """The clerk asks, the deputy agrees."""
    asked = office.clerk.do(f"reminder enable {rule}")
    assert asked.error is None, asked.text
    agreed = office.deputy.do(f"approval approve P-{asked.data['approval']}")
    assert agreed.error is None, agreed.text


def ledger(house):
    """(rule, subject, occurrence, person, state) of every row."""
    with open_session(house.engine, 1) as session:
        columns = (ReminderSent.rule, ReminderSent.subject, ReminderSent.occurrence, ReminderSent.person_id)
        rows = session.execute(select(*columns, ReminderSent.state).order_by(ReminderSent.id))
        return [tuple(row) for row in rows]


def states(house):
    """Occurrence → state, of a single subject and person."""
    return {row[2]: row[4] for row in ledger(house)}


def queued(house, rule=1):
    """(due_at, text, buttons) of every reminder of a rule that is in the outbox."""
    with open_session(house.engine, 1) as session:
        query = (
            select(OutboxMessage.due_at, OutboxContent.texts, OutboxContent.buttons)
            .join(OutboxContent, OutboxContent.id == OutboxMessage.content_id)
            .where(OutboxContent.subject == f"reminder:{rule}")
            .order_by(OutboxMessage.id)
        )
        return [(row[0], row[1]["zh_CN"], row[2]) for row in session.execute(query)]


def run(house):
    """The timer's part, as it runs every hour; returns what it says it did."""
    with system(house, 1, Permission.DELIVER) as tx:
        return usecases.send_due(tx)


def at(house, day, hour=10, minute=7):
    """Set the clock to a time in Shanghai."""
    moment = datetime.fromisoformat(f"{day}T{hour:02}:{minute:02}:00+08:00")
    house.clock.now = moment
    return moment


def days(first, last):
    """Every day between two, both included."""
    day = date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        yield day
        day += timedelta(days=1)


def tick(house):
    """One look of the timers at everything."""
    return timers.run_due(house)

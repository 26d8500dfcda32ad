"""Putting a reminder off by some working days: whoever got it, or the office for them."""

from datetime import date, timedelta

from core.access import Permission, usecase
from core.deadlines import calendar_of
from core.errors import BadInput, NotFound, RuleViolated
from core.i18n import _
from core.transaction import Tx
from people.models import Person
from reminders import queries
from reminders.models import ReminderSent, ReminderSnooze
from reminders.rules.schedule import State
from reminders.rules.shipped import Rule

LONGEST = 30


@usecase(Permission.ACKNOWLEDGE)
def snooze(tx: Tx, *, rule: Rule, days: int, subject: str = "") -> tuple[date, int]:
    """Hear of it again after so many working days. Without a subject: of all that the last reminder of the rule was about.

    Returns the day, and of how many subjects. Raises NotFound, BadInput, RuleViolated.
    """
    return _put_off(tx, rule, days, subject, tx.actor.person_id or 0)


@usecase(Permission.MANAGE_REMINDERS)
def snooze_for(tx: Tx, *, rule: Rule, days: int, person: Person, subject: str = "") -> tuple[date, int]:
    """The same for somebody else, who has asked for it."""
    return _put_off(tx, rule, days, subject, person.id)


def _put_off(tx: Tx, rule: Rule, days: int, subject: str, person_id: int) -> tuple[date, int]:
    if not 1 <= days <= LONGEST:
        raise BadInput("snooze_days", _("A reminder can be put off by 1 to {most} working days.").format(most=LONGEST))
    until = _later(tx, days)
    told = _told(tx, rule, subject, person_id)
    if rule.legal and any(until > entry.due_on for entry in told):
        _refuse_beyond(min(entry.due_on for entry in told), tx.today)
    for entry in told:
        _keep(tx, entry, until)
    data = {"until": until.isoformat(), "subjects": len(told), "person": f"person:{person_id}"}
    tx.record("reminder:rule:snooze", rule.subject, data)
    return until, len(told)


def _later(tx: Tx, days: int) -> date:
    calendar, day = calendar_of(tx.session), tx.today
    while days:
        day += timedelta(days=1)
        days -= calendar.is_workday(day)
    return day


def _told(tx: Tx, rule: Rule, subject: str, person_id: int) -> list[ReminderSent]:
    """What this person was told by the rule: of one subject, or of all that came with its last message."""
    entries = queries.told(tx.session, owner=subject, rule=rule.number, person_id=person_id, limit=1000)
    sent = [entry for entry in entries if entry.state == State.SENT]
    if not sent:
        raise NotFound("reminder_unknown", _("No such reminder was sent, so there is nothing to put off."))
    return list({entry.subject: entry for entry in sent if subject or entry.token == sent[0].token}.values())


def _refuse_beyond(due: date, today: date) -> None:
    if due <= today:
        raise RuleViolated("snooze_legal", _("This is required by a rule and is due already: it cannot be put off."))
    text = _("This is required by a rule and cannot be put off beyond {day}.")
    raise RuleViolated("snooze_beyond_deadline", text.format(day=due.isoformat()))


def _keep(tx: Tx, entry: ReminderSent, until: date) -> None:
    row = queries.find_snooze(tx.session, entry.rule, entry.subject, entry.person_id)
    if row is None:
        row = ReminderSnooze(rule=entry.rule, subject=entry.subject, person_id=entry.person_id)
        tx.session.add(row)
    row.due_on, row.until = entry.due_on, until
    row.made_by, row.made_at = tx.actor.person_id, tx.now

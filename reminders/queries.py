"""Reads about reminders: the rules as they stand, the ledger, what was put off, who switched the digest off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from core.calendar import Unit
from core.errors import NotFound
from core.i18n import _
from core.outbox import OutboxContent, OutboxMessage
from people.models import Person
from reminders.models import CalendarLink, DigestSwitch, ReminderRule, ReminderSent, ReminderSnooze
from reminders.rules.schedule import Schedule
from reminders.rules.shipped import Rule, shipped


def rules(session: Session) -> list[Rule]:
    """Every rule by number: the shipped ones, in this association's own version where somebody has touched them."""
    rows = {row.number: as_rule(row) for row in session.scalars(select(ReminderRule))}
    return [rule for _number, rule in sorted((shipped() | rows).items())]


def rule_by_number(session: Session, number: int) -> Rule:
    """The rule of this number. Raises NotFound."""
    row = row_of(session, number)
    found = as_rule(row) if row else shipped().get(number)
    if found is None:
        raise NotFound("reminder_rule_unknown", _("There is no such rule. `reminder list` shows them."))
    return found


def row_of(session: Session, number: int, *, lock: bool = False) -> ReminderRule | None:
    """The association's own version of a rule, when there is one."""
    query = select(ReminderRule).where(ReminderRule.number == number)
    return session.scalar(query.with_for_update() if lock else query)


def as_rule(row: ReminderRule) -> Rule:
    """The row as the pure part knows it."""
    schedule = Schedule(tuple(row.points), Unit(row.unit), row.every, row.until_point, row.keeps_day)
    return Rule(
        number=row.number,
        kind=row.kind,
        names=row.names,
        schedule=schedule,
        texts=row.texts,
        own=row.own,
        audience=row.audience or None,
        filters=row.filters or None,
        priority=row.priority,
        legal=row.legal,
        since=row.since,
        version=row.version,
    )


def told(
    session: Session, *, owner: str = "", rule: int | None = None, person_id: int | None = None, limit: int = 50
) -> list[ReminderSent]:
    """The ledger about something, or of a person, newest first."""
    query = select(ReminderSent).order_by(ReminderSent.id.desc()).limit(limit)
    if owner:
        query = query.where((ReminderSent.owner == owner) | (ReminderSent.subject == owner))
    if rule is not None:
        query = query.where(ReminderSent.rule == rule)
    if person_id is not None:
        query = query.where(ReminderSent.person_id == person_id)
    return list(session.scalars(query))


@dataclass(frozen=True)
class Copy:
    """What became of the message that carried a reminder."""

    state: str
    platform: str | None
    message_id: str | None
    error: str | None
    sent_at: datetime | None


def was_told_on(session: Session, owner: str, zone: ZoneInfo, day: date) -> bool:
    """Whether a rule has told those concerned of this on a day: then they need not be reminded of it in another way."""
    today = {entry.rule for entry in told(session, owner=owner) if entry.at.astimezone(zone).date() == day}
    return any(rule_by_number(session, number).own for number in today)


def copies(session: Session, entries: Sequence[ReminderSent]) -> dict[int, Copy]:
    """Ledger row → the message that carried it."""
    query = (
        select(
            ReminderSent.id,
            OutboxMessage.state,
            OutboxMessage.platform,
            OutboxMessage.message_id,
            OutboxMessage.error,
            OutboxMessage.sent_at,
        )
        .join(
            OutboxContent,
            and_(OutboxContent.key == ReminderSent.key, OutboxContent.association_id == ReminderSent.association_id),
        )
        .join(
            OutboxMessage,
            and_(OutboxMessage.content_id == OutboxContent.id, OutboxMessage.person_id == ReminderSent.person_id),
        )
        .where(ReminderSent.id.in_([entry.id for entry in entries]))
    )
    return {row[0]: Copy(*row[1:]) for row in session.execute(query)}


def snoozes(session: Session, rule: int, subject: str, day: date) -> dict[int, date]:
    """Person → the day until which they put this off, of those that still run."""
    query = select(ReminderSnooze.person_id, ReminderSnooze.until).where(
        ReminderSnooze.rule == rule, ReminderSnooze.subject == subject, ReminderSnooze.until > day
    )
    return {row[0]: row[1] for row in session.execute(query)}


def find_snooze(session: Session, rule: int, subject: str, person_id: int) -> ReminderSnooze | None:
    """What this person put off, over or not."""
    mine = (ReminderSnooze.rule == rule, ReminderSnooze.subject == subject, ReminderSnooze.person_id == person_id)
    return session.scalar(select(ReminderSnooze).where(*mine))


def names_of(session: Session, people: set[int]) -> dict[int, Person]:
    """Number → person."""
    return {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(people)))}


def digest_switch(session: Session, person_id: int) -> DigestSwitch | None:
    """The person's switch, when they do not want the digest."""
    return session.scalar(select(DigestSwitch).where(DigestSwitch.person_id == person_id))


def without_digest(session: Session) -> set[int]:
    """Everyone who has switched the digest off."""
    return set(session.scalars(select(DigestSwitch.person_id)))


def open_links(session: Session, person_id: int) -> list[CalendarLink]:
    """The person's addresses that work."""
    mine = (CalendarLink.person_id == person_id, CalendarLink.revoked_at.is_(None))
    return list(session.scalars(select(CalendarLink).where(*mine)))


def link_by_hash(session: Session, token_hash: str) -> CalendarLink | None:
    """The address with this hash, of whichever association, when it works."""
    query = select(CalendarLink).where(CalendarLink.token_hash == token_hash, CalendarLink.revoked_at.is_(None))
    return session.scalar(query, execution_options={"unscoped": True})

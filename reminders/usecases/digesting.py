"""The morning digest of the office: one message a person on working days, none when there is nothing."""

from core.access import Permission, permissions_of, usecase
from core.deadlines import calendar_of
from core.errors import Conflict
from core.i18n import _
from core.outbox import Message, Priority
from core.transaction import Tx
from people import queries as people
from people.audiences import ONE_PERSON
from people.models import Person
from reminders import queries
from reminders.digest import words_for
from reminders.models import DigestSwitch
from reminders.rules import moments

SPREAD_MINUTES = 8


def send_digests(tx: Tx) -> str:
    """The timer's part: each working morning, to everyone of the office who has not switched it off."""
    if not calendar_of(tx.session).is_workday(tx.today):
        return "a day off"
    if tx.now.astimezone(tx.association.timezone).time() > moments.CLOSES:
        return "too late today"
    off, sent = queries.without_digest(tx.session), 0
    for person, roles in people.people_list(tx.session, tx.today):
        if person.id not in off:
            sent += _send(tx, person, permissions_of(roles))
    if sent:
        tx.record("reminder:digest:send", f"digest:{tx.today.isoformat()}", {"people": sent})
    return f"{sent} digests"


def _send(tx: Tx, person: Person, allowed: frozenset[Permission]) -> int:
    text = words_for(tx, person, allowed)
    if not text:
        return 0
    language = person.language or tx.association.language
    message = Message(
        f"digest:{tx.today.isoformat()}:{person.id}",
        person.reference,
        {language: text},
        priority=Priority.NORMAL,
        due_at=moments.jittered(tx.now, tx.association.timezone, f"digest:{person.id}:{tx.today}", SPREAD_MINUTES),
    )
    tx.notify(message, ONE_PERSON, {"person": person.id})
    return 1


@usecase(Permission.USE_OFFICE)
def switch_digest(tx: Tx, *, on: bool) -> None:
    """Get the morning digest, or get it no more. Raises Conflict when it stands so already."""
    person_id = tx.actor.person_id or 0
    row = queries.digest_switch(tx.session, person_id)
    if (row is None) == on:
        raise Conflict("digest_unchanged", _("It is on already.") if on else _("It is off already."))
    if row is not None:
        tx.session.delete(row)
    else:
        tx.session.add(DigestSwitch(person_id=person_id, off_since=tx.now))
    tx.record(f"reminder:digest:{'on' if on else 'off'}", f"person:{person_id}")

"""What stands in a person's calendar: everything open with a date that they may see, without a word about any person."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor, Permission
from core.associations import Association, association_by_id
from core.db import enter
from core.i18n import _, speaking
from core.transaction import Tx
from people import queries as people
from reminders import queries
from reminders.kinds import KINDS, Kind
from reminders.rules.ical import Event, calendar_file
from reminders.usecases.linking import hash_of

BACK, AHEAD = timedelta(days=60), timedelta(days=400)
MOST = 5_000


def calendar_of(tx: Tx) -> str:
    """The calendar file of whoever acts: for the office of everything, for others of what concerns themselves."""
    with speaking(tx.actor.language or tx.association.language):
        events = [event for kind in KINDS.values() for event in _events(tx, kind)]
        return calendar_file(tx.association.name, sorted(events, key=lambda one: (one.day, one.uid)), tx.now)


def _events(tx: Tx, kind: Kind) -> list[Event]:
    due: Any = kind.due(tx).subquery("due")
    near = due.c.due_on.between(tx.today - BACK, tx.today + AHEAD)
    query = select(due.c.subject, due.c.owner, due.c.due_on).where(near, due.c.association_id == tx.association.id)
    if not tx.actor.may(Permission.MANAGE_REMINDERS):
        query = query.where(due.c.person_id == (tx.actor.person_id or 0))
    rows = tx.session.connection().execute(query.distinct().order_by(due.c.due_on, due.c.subject).limit(MOST))
    label = _(kind.label)
    return [
        Event(
            f"{kind.name}-{row.subject.replace(':', '-')}@{tx.association.code}.guildhall",
            row.due_on,
            f"{label} {_shown(kind, row.owner)}".strip(),
        )
        for row in rows
    ]


def _shown(kind: Kind, owner: str) -> str:
    """The reference; where the owner is a person it is left out, so that no calendar says whose term ends."""
    return "" if owner.startswith("person:") else kind.reference(owner)


def feed(session: Session, token: str, make: Any) -> str | None:
    """The file behind a secret address, with the rights its owner has today; None when it does not work.

    ``make(session, actor, association)`` gives the unit of work.
    """
    link = queries.link_by_hash(session, hash_of(token))
    if link is None:
        return None
    association: Association = association_by_id(session, link.association_id)
    enter(session, association.id)
    person = people.person_by_id(session, link.person_id)
    tx: Tx = make(session, Actor(person.name), association)
    tx.actor = people.actor_for(session, person, association, tx.today)
    if person.left_at is not None or not tx.actor.may(Permission.USE_OFFICE):
        return None
    return calendar_of(tx)

"""Entering people, changing what is known of them, and seeing them leave."""

from sqlalchemy import update

from core import approvals
from core.access import Permission, usecase
from core.errors import BadInput, Conflict
from core.i18n import LANGUAGES, _
from core.transaction import Tx
from people import holdings, queries, rules
from people.models import ChatIdentity, Invitation, Person, RoleGrant


@usecase(Permission.MANAGE_PEOPLE)
def add_person(tx: Tx, *, name: str, phone: str | None = None) -> Person:
    """Enter a person. They hold no role and no chat until they are given one."""
    number = rules.check_phone(phone) if phone else None
    person = Person(name=rules.check_name(name), phone=number, added_at=tx.now)
    tx.session.add(person)
    tx.session.flush()
    tx.record("person:entry:add", person.reference, person=person.id, personal={"name": person.name, "phone": number})
    return person


@usecase(Permission.MANAGE_PEOPLE)
def edit_person(tx: Tx, *, person: Person, name: str | None = None, phone: str | None = None) -> None:
    """Correct a person's name or telephone number; the audit keeps both spellings, sealed.

    A name is how somebody is found at the console, so that of a person who may do more than the actor stays.
    """
    check_within_reach(tx, person)
    former = {"name": person.name, "phone": person.phone}
    person.name = rules.check_name(name) if name else person.name
    person.phone = rules.check_phone(phone) if phone else person.phone
    now = {"name": person.name, "phone": person.phone}
    if now == former:
        raise BadInput("nothing_to_change", _("Say what to change, for example phone=13800000000."))
    tx.record("person:entry:edit", person.reference, person=person.id, personal={"from": former, "to": now})


@usecase(Permission.USE_OFFICE)
def choose_language(tx: Tx, *, language: str) -> None:
    """The language in which this person is addressed from now on."""
    if language not in LANGUAGES:
        raise BadInput("language_unknown", _("Choose zh_CN or en."))
    person = queries.person_by_id(tx.session, tx.actor.person_id or 0)
    person.language = language
    tx.record("person:language:choose", person.reference, {"language": language})


@usecase(Permission.MANAGE_PEOPLE, sensitive=True)
def remove_person(tx: Tx, *, person: Person, reason: str) -> None:
    """A person leaves the office: roles, chats, open codes, and what they asked for end now. The past stays."""
    rules.check_not_oneself(tx.actor.person_id, person.id)
    check_within_reach(tx, person)
    if person.left_at is not None:
        raise Conflict("person_left", _("This person has left."))
    leaders = queries.leaders_locked(tx.session, tx.today)
    if person.id in leaders:
        rules.check_leader_remains(leaders, person.id)
    person.left_at, person.identity_id = tx.now, None
    for column in (RoleGrant.revoked_at, ChatIdentity.ended_at, Invitation.revoked_at):
        held = column.class_.person_id == person.id
        tx.session.execute(update(column.class_).where(held, column.is_(None)).values({column.key: tx.now}))
    approvals.void(tx, person.id, _("Whoever asked for this has left."))
    for holding in holdings.HOLDINGS.values():
        holding.end(tx, person)
    tx.record("person:entry:leave", person.reference, person=person.id, personal={"reason": reason})


def check_within_reach(tx: Tx, person: Person) -> None:
    """Nobody acts on the account of somebody who may do more than they: that would be a way to those rights."""
    if tx.actor.person_id is not None:
        rules.check_reach(tx.actor.permissions, queries.permissions_now(tx, person.id))

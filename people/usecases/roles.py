"""Giving roles for a term, ending them, and telling people before and after a term ends."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from core import approvals
from core.access import Permission, Role, usecase
from core.errors import Conflict, NotAllowed, NotFound
from core.i18n import _, in_every_language
from core.outbox import Message, Priority
from core.transaction import Tx
from people import notices, queries, rules
from people.audiences import ONE_PERSON, holds_role, recipients
from people.models import Person, RoleGrant
from people.usecases.asking import OFFICERS, ask_officers

GRANT = "people.grant_role"
WATCHERS = (*OFFICERS, Role.SUPERVISOR)


@usecase(Permission.GRANT_ROLES, sensitive=True)
def grant_role(
    tx: Tx, *, person: Person, role: Role, starts: date | None = None, ends: date | None = None
) -> approvals.Approval | RoleGrant:
    """Give a role for a term. An officer who is neither the asker nor the person has to confirm.

    Where there is no such officer the role is given at once, and all who watch over the office are told so.
    """
    rules.check_not_oneself(tx.actor.person_id, person.id)
    rules.check_term(starts or tx.today, ends)
    if person.left_at is not None:
        raise Conflict("person_left", _("This person has left."))
    if role in queries.roles_of(tx.session, person.id, tx.today):
        raise Conflict("role_held", _("{name} holds this role already.").format(name=person.name))
    arguments = {"person": person.id, "role": role.value, "starts": _iso(starts or tx.today), "ends": _iso(ends)}
    if queries.leaders_besides(tx.session, (tx.actor.person_id or 0, person.id), tx.today) == 0:
        return _unconfirmed(tx, person, arguments)
    summary = _("{name}: role “{role}”").format(name=person.name, role=role.label)
    return ask_officers(tx, GRANT, person, arguments, summary)


@usecase(Permission.GRANT_ROLES, sensitive=True)
def appoint_first(tx: Tx, *, person: Person) -> RoleGrant:
    """The operator's part: the first secretary-general, or a new one when none is left in office.

    Raises NotAllowed for a person, and Conflict while a secretary-general is in office: then roles are given in chat.
    """
    if tx.actor.person_id is not None:
        raise NotAllowed("not_allowed", _("You may not do this. Ask the secretary-general for the right role."))
    if queries.holders_of(tx.session, Role.SECRETARY_GENERAL, tx.today):
        raise Conflict("leader_present", _("A secretary-general is in office. Roles are given in chat: `role grant`."))
    role = Role.SECRETARY_GENERAL.value
    arguments = {"person": person.id, "role": role, "starts": _iso(tx.today), "ends": None, "unconfirmed": True}
    return _enter(tx, arguments)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _unconfirmed(tx: Tx, person: Person, arguments: dict[str, Any]) -> RoleGrant:
    grant = _grant(tx, arguments | {"unconfirmed": True})
    write = partial(notices.granted_alone, Role(grant.role), person.name, tx.actor.name, tx.association.name)
    watching = holds_role(WATCHERS, tx.today) & Person.id.not_in([tx.actor.person_id or 0, person.id])
    message = Message(f"role:{grant.id}:unconfirmed", person.reference, in_every_language(write))
    tx.notify(message, recipients(watching & Person.left_at.is_(None)))
    return grant


def _grant(tx: Tx, arguments: dict[str, Any]) -> RoleGrant:
    grant = _enter(tx, arguments)
    write = partial(notices.role_granted, Role(grant.role), tx.association.name)
    _tell(tx, grant.person_id, f"role:{grant.id}:granted", write)
    return grant


def _enter(tx: Tx, arguments: dict[str, Any]) -> RoleGrant:
    ends = arguments["ends"]
    grant = RoleGrant(
        person_id=arguments["person"],
        role=arguments["role"],
        starts_on=date.fromisoformat(arguments["starts"]),
        ends_on=date.fromisoformat(ends) if ends else None,
        granted_by=tx.actor.person_id,
    )
    tx.session.add(grant)
    tx.session.flush()
    tx.record("person:role:grant", f"person:{grant.person_id}", arguments)
    return grant


def _tell(tx: Tx, person_id: int, key: str, write: Callable[[], str]) -> None:
    message = Message(key, f"person:{person_id}", in_every_language(write), priority=Priority.NORMAL)
    tx.notify(message, ONE_PERSON, {"person": person_id})


@usecase(Permission.GRANT_ROLES, sensitive=True)
def end_role(tx: Tx, *, person: Person, role: Role, reason: str) -> None:
    """Take a role away now, terms that have not begun included. The last secretary-general keeps it."""
    rules.check_not_oneself(tx.actor.person_id, person.id)
    if role is Role.SECRETARY_GENERAL:
        rules.check_leader_remains(queries.leaders_locked(tx.session, tx.today), person.id)
    grants = queries.coming_terms(tx.session, person.id, role, tx.today)
    if not grants:
        raise NotFound("role_not_held", _("{name} does not hold this role.").format(name=person.name))
    for grant in grants:
        grant.revoked_at = tx.now
    tx.record("person:role:end", person.reference, {"role": role.value}, person=person.id, personal={"reason": reason})
    _tell(tx, person.id, f"role:{grants[0].id}:ended", partial(notices.role_ended, role, tx.association.name))


def remind_terms(tx: Tx) -> str:
    """The timer's part: 30 and 7 days before a term ends, and when it has ended, its holder and the officers are told.

    A missed day is caught up once; each notice goes out once.
    """
    told = 0
    for grant, person in queries.ending_terms(tx.session, tx.today, rules.TERM_NOTICE_DAYS):
        stage = rules.term_stage(grant.ends_on or tx.today, tx.today)
        key = f"role:{grant.id}:{grant.ends_on}:{stage}"
        if stage is not None and not queries.was_queued(tx.session, key):
            told += _warn(tx, grant, person, key)
    return f"{told} notices of terms"


def _warn(tx: Tx, grant: RoleGrant, person: Person, key: str) -> int:
    ends = grant.ends_on or tx.today
    over, role = ends < tx.today, Role(grant.role)
    write = partial(notices.term_ended if over else notices.term_ends, role, person.name, ends, tx.association.name)
    last = role is Role.SECRETARY_GENERAL and not over and not _successor(tx, person, ends + timedelta(days=1))
    words = in_every_language(partial(notices.leaderless, write) if last else write)
    officers = holds_role(OFFICERS, tx.today) | (Person.id == person.id)
    sent = tx.notify(Message(key, person.reference, words), recipients(officers & Person.left_at.is_(None)))
    data = {"role": grant.role, "ends_on": ends.isoformat()}
    tx.record("person:role:lapse" if over else "person:role:remind", person.reference, data)
    return sent


def _successor(tx: Tx, person: Person, day: date) -> bool:
    return any(other.id != person.id for other in queries.holders_of(tx.session, Role.SECRETARY_GENERAL, day))


def _role_version(tx: Tx, arguments: dict[str, Any]) -> str:
    person = queries.person_by_id(tx.session, arguments["person"])
    gone = "left" if person.left_at is not None else ""
    return ",".join([*sorted(queries.roles_of(tx.session, person.id, tx.today)), gone])


approvals.APPROVABLE[GRANT] = approvals.Approvable(
    version=_role_version, execute=_grant, permission=Permission.GRANT_ROLES
)
approvals.RIGHTS.append(queries.permissions_now)

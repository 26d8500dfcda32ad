"""Bringing people in, giving and ending roles, linking and unlinking chats."""

from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import select, update

from core import approvals
from core.access import Permission, Role, usecase
from core.errors import BadInput, Conflict, NotAllowed, NotFound
from core.i18n import LANGUAGES, _, in_every_language
from core.outbox import Message, Priority
from core.transaction import Tx
from people import notices, queries, rules
from people.audiences import ONE_PERSON, open_roles
from people.models import ChatIdentity, Invitation, Person, RoleGrant


@usecase(Permission.MANAGE_PEOPLE)
def add_person(tx: Tx, *, name: str, phone: str | None = None) -> Person:
    """Enter a person. They hold no role and no chat until they are given one."""
    person = Person(name=rules.check_name(name), phone=phone, added_at=tx.now)
    tx.session.add(person)
    tx.session.flush()
    tx.record("person:entry:add", person.reference, person=person.id, personal={"name": person.name, "phone": phone})
    return person


@usecase(Permission.MANAGE_PEOPLE)
def invite(tx: Tx, *, person: Person) -> str:
    """A single-use code, valid 14 days, that links a chat account to this person; earlier codes end."""
    if person.left_at is not None:
        raise Conflict("person_left", _("This person has left."))
    open_codes = Invitation.used_at.is_(None) & Invitation.revoked_at.is_(None)
    tx.session.execute(
        update(Invitation).where(Invitation.person_id == person.id, open_codes).values(revoked_at=tx.now)
    )
    code = rules.new_code()
    expires = tx.now + rules.INVITATION_DAYS
    invitation = Invitation(person_id=person.id, code_hash=rules.code_hash(code), made_at=tx.now, expires_at=expires)
    tx.session.add(invitation)
    tx.record("person:invitation:make", person.reference, {"expires_at": expires.isoformat()})
    return code


@usecase(Permission.USE_OFFICE)
def join(tx: Tx, *, code: str, platform: str, account: str, chat: str) -> Person:
    """Link a chat account to the person an invitation was made for. The code is spent.

    Raises NotFound for a wrong, used, revoked or expired code (one text for all) and Conflict for an account that
    is linked to somebody else of this association.
    """
    found = queries.invitation_by_hash(tx.session, rules.code_hash(code))
    if found is None or not _usable(found[0], found[1], tx):
        raise NotFound("code_invalid", _("This code is not valid (any more). Ask the secretariat for a new one."))
    invitation, person, _association = found
    holder = _holder(tx, platform, account)
    if holder is not None and holder.person_id != person.id:
        raise Conflict("account_taken", _("This chat account is linked to somebody else. Send `leave` there first."))
    invitation.used_at = tx.now
    _link(tx, person, platform, account, chat)
    data = {"platform": platform}
    tx.record("person:chat:link", person.reference, data, person=person.id, personal={"account": account})
    return person


def _usable(invitation: Invitation, person: Person, tx: Tx) -> bool:
    fresh = invitation.used_at is None and invitation.revoked_at is None and invitation.expires_at > tx.now
    return fresh and person.left_at is None and invitation.association_id == tx.association.id


def _holder(tx: Tx, platform: str, account: str) -> ChatIdentity | None:
    return tx.session.scalar(
        select(ChatIdentity).where(
            ChatIdentity.platform == platform, ChatIdentity.account == account, ChatIdentity.ended_at.is_(None)
        )
    )


def _link(tx: Tx, person: Person, platform: str, account: str, chat: str) -> None:
    """One live chat per person and platform; the new one also receives the notices from now on."""
    live = ChatIdentity.ended_at.is_(None)
    same = (ChatIdentity.person_id == person.id, ChatIdentity.platform == platform, live)
    tx.session.execute(update(ChatIdentity).where(*same).values(ended_at=tx.now))
    identity = ChatIdentity(
        person_id=person.id, platform=platform, account=account, chat=chat, linked_at=tx.now, chosen_at=tx.now
    )
    tx.session.add(identity)
    tx.session.flush()
    person.identity_id = identity.id


@usecase(Permission.MANAGE_PEOPLE)
def link_console(tx: Tx, *, person: Person) -> None:
    """Let a person get notices at the console of this machine, under their name."""
    _link(tx, person, "console", person.name, person.name)
    tx.record("person:chat:link", person.reference, {"platform": "console"})


@usecase(Permission.USE_OFFICE)
def leave(tx: Tx, *, identity: ChatIdentity) -> None:
    """Unlink a chat: nothing is sent there any more, and its buttons and rights are gone at once."""
    if identity.person_id != tx.actor.person_id and not tx.actor.may(Permission.MANAGE_PEOPLE):
        raise NotAllowed("not_your_chat", _("This chat belongs to somebody else."))
    identity.ended_at = tx.now
    person = queries.person_by_id(tx.session, identity.person_id)
    if person.identity_id == identity.id:
        rest = [other for other in queries.identities_of(tx.session, [person.id]) if other.id != identity.id]
        person.identity_id = rest[-1].id if rest else None
    tx.record("person:chat:unlink", person.reference, {"platform": identity.platform})


@usecase(Permission.USE_OFFICE)
def choose_language(tx: Tx, *, language: str) -> None:
    """The language in which this person is addressed from now on."""
    if language not in LANGUAGES:
        raise BadInput("language_unknown", _("Choose zh_CN or en."))
    person = queries.person_by_id(tx.session, tx.actor.person_id or 0)
    person.language = language
    tx.record("person:language:choose", person.reference, {"language": language})


@usecase(Permission.MANAGE_PEOPLE)
def remove_person(tx: Tx, *, person: Person, reason: str) -> None:
    """A person leaves the office: roles, chats and open codes end now. Nothing about the past is deleted."""
    rules.check_not_oneself(tx.actor.person_id, person.id)
    leaders = [p.id for p in queries.holders_of(tx.session, Role.SECRETARY_GENERAL, tx.today)]
    if person.id in leaders:
        rules.check_leader_remains(leaders, person.id)
    person.left_at, person.identity_id = tx.now, None
    for column in (RoleGrant.revoked_at, ChatIdentity.ended_at, Invitation.revoked_at):
        held = column.class_.person_id == person.id
        tx.session.execute(update(column.class_).where(held, column.is_(None)).values({column.key: tx.now}))
    tx.record("person:entry:leave", person.reference, {"reason": reason})


@usecase(Permission.GRANT_ROLES, sensitive=True)
def grant_role(
    tx: Tx, *, person: Person, role: Role, starts: date | None = None, ends: date | None = None
) -> approvals.Approval | RoleGrant:
    """Give a role for a term. Another officer has to confirm, unless there is no other officer yet."""
    rules.check_not_oneself(tx.actor.person_id, person.id)
    rules.check_term(starts or tx.today, ends)
    if role in queries.roles_of(tx.session, person.id, tx.today):
        raise Conflict("role_held", _("{name} holds this role already.").format(name=person.name))
    arguments = {"person": person.id, "role": role.value, "starts": _iso(starts or tx.today), "ends": _iso(ends)}
    if queries.leaders_besides(tx.session, tx.actor.person_id, tx.today) == 0:
        return _grant(tx, arguments)
    summary = _("{name}: role “{role}”").format(name=person.name, role=role.label)
    return approvals.request(
        tx, GRANT, subject=person.reference, arguments=arguments, summary=summary, concerns=person.id
    )


GRANT = "people.grant_role"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _grant(tx: Tx, arguments: dict[str, Any]) -> RoleGrant:
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
    _tell(tx, grant.person_id, f"role:{grant.id}:granted", partial(_granted, Role(grant.role), tx.association.name))
    return grant


def _granted(role: Role, association: str) -> str:
    return notices.role_granted(role.label, association)


def _ended(role: Role, association: str) -> str:
    return notices.role_ended(role.label, association)


def _tell(tx: Tx, person_id: int, key: str, write: Any) -> None:
    message = Message(key, f"person:{person_id}", in_every_language(write), priority=Priority.NORMAL)
    tx.notify(message, ONE_PERSON, {"person": person_id})


@usecase(Permission.GRANT_ROLES, sensitive=True)
def end_role(tx: Tx, *, person: Person, role: Role, reason: str) -> None:
    """Take a role away now. The last secretary-general keeps it."""
    rules.check_not_oneself(tx.actor.person_id, person.id)
    if role is Role.SECRETARY_GENERAL:
        leaders = [p.id for p in queries.holders_of(tx.session, role, tx.today)]
        rules.check_leader_remains(leaders, person.id)
    held = (RoleGrant.person_id == person.id, RoleGrant.role == role.value, open_roles(tx.today))
    grant = tx.session.scalar(select(RoleGrant).where(*held))
    if grant is None:
        raise NotFound("role_not_held", _("{name} does not hold this role.").format(name=person.name))
    grant.revoked_at = tx.now
    tx.record("person:role:end", person.reference, {"role": role.value, "reason": reason})
    _tell(tx, person.id, f"role:{grant.id}:ended", partial(_ended, role, tx.association.name))


@usecase(Permission.DELIVER)
def mark_unreachable(tx: Tx, *, platform: str, chat: str, trouble: str, since: datetime) -> None:
    """Note that a chat takes no messages (blocked, deleted, archived) until the person writes again."""
    chats = (ChatIdentity.platform == platform, ChatIdentity.chat == chat, ChatIdentity.ended_at.is_(None))
    for identity in tx.session.scalars(select(ChatIdentity).where(*chats)):
        identity.unreachable_since, identity.trouble = since, trouble
    tx.record("person:chat:unreachable", f"chat:{platform}", {"platform": platform, "why": trouble})


@usecase(Permission.DELIVER)
def move_chat(tx: Tx, *, platform: str, chat: str, to: str) -> None:
    """The platform gave a chat a new id."""
    moved = update(ChatIdentity).where(ChatIdentity.platform == platform, ChatIdentity.chat == chat).values(chat=to)
    tx.session.execute(moved)
    tx.record("person:chat:move", f"chat:{platform}", {"platform": platform})


def reachable_again(identity: ChatIdentity) -> None:
    """A person who writes can be written to again."""
    identity.unreachable_since, identity.trouble, identity.failures = None, None, 0


def _role_version(tx: Tx, arguments: dict[str, Any]) -> str:
    roles = queries.roles_of(tx.session, arguments["person"], tx.today)
    return ",".join(sorted(roles))


def _role_declined(_tx: Tx, _arguments: dict[str, Any], _reason: str) -> None:
    """Nothing was done yet, so nothing has to be undone."""


approvals.APPROVABLE[GRANT] = approvals.Approvable(version=_role_version, execute=_grant, declined=_role_declined)

"""Linking chats to people and unlinking them: invitations, joining, leaving, what a platform says of a chat."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core import approvals
from core.access import Permission, usecase
from core.associations import Association
from core.errors import Conflict, NotAllowed, NotFound
from core.i18n import _, in_every_language
from core.outbox import Message, Priority
from core.transaction import Tx
from people import addresses, groups, notices, queries, rules
from people.audiences import at_chat
from people.models import ChatIdentity, Invitation, Person
from people.usecases.entries import check_within_reach


@usecase(Permission.MANAGE_PEOPLE, sensitive=True)
def invite(tx: Tx, *, person: Person) -> str:
    """A single-use code, valid 14 days, that links a chat account to this person; earlier codes end.

    Raises NotAllowed for a person who may do more than the actor: whoever holds the code could become them.
    """
    if person.left_at is not None:
        raise Conflict("person_left", _("This person has left."))
    check_within_reach(tx, person)
    _revoke_codes(tx, person)
    code = rules.new_code()
    expires = tx.now + rules.INVITATION_DAYS
    invitation = Invitation(person_id=person.id, code_hash=rules.code_hash(code), made_at=tx.now, expires_at=expires)
    tx.session.add(invitation)
    tx.record("person:invitation:make", person.reference, {"expires_at": expires.isoformat()})
    return code


def _revoke_codes(tx: Tx, person: Person) -> None:
    still_open = Invitation.used_at.is_(None) & Invitation.revoked_at.is_(None)
    mine = Invitation.person_id == person.id
    tx.session.execute(update(Invitation).where(mine, still_open).values(revoked_at=tx.now))


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
    holder = holder_of(tx, platform, account)
    if holder is not None and holder.person_id != person.id:
        raise Conflict("account_taken", _("This chat account is linked to somebody else. Send `leave` there first."))
    invitation.used_at = tx.now
    link_chat(tx, person, platform, account, chat)
    data = {"platform": platform}
    tx.record("person:chat:link", person.reference, data, person=person.id, personal={"account": account})
    return person


def _usable(invitation: Invitation, person: Person, tx: Tx) -> bool:
    fresh = invitation.used_at is None and invitation.revoked_at is None and invitation.expires_at > tx.now
    return fresh and person.left_at is None and invitation.association_id == tx.association.id


def holder_of(tx: Tx, platform: str, account: str) -> ChatIdentity | None:
    """The link of a chat account in this association, whoever it belongs to."""
    return tx.session.scalar(
        select(ChatIdentity).where(
            ChatIdentity.platform == platform, ChatIdentity.account == account, ChatIdentity.ended_at.is_(None)
        )
    )


def link_chat(tx: Tx, person: Person, platform: str, account: str, chat: str) -> None:
    """One live chat per person and platform; the new one also receives the notices from now on."""
    live = (ChatIdentity.person_id == person.id, ChatIdentity.platform == platform, ChatIdentity.ended_at.is_(None))
    for former in tx.session.scalars(select(ChatIdentity).where(*live)):
        former.ended_at = tx.now
        if former.account != account:
            _replaced(tx, person, former)
    tx.session.flush()
    identity = ChatIdentity(
        person_id=person.id, platform=platform, account=account, chat=chat, linked_at=tx.now, chosen_at=tx.now
    )
    tx.session.add(identity)
    tx.session.flush()
    person.identity_id = identity.id


def _replaced(tx: Tx, person: Person, former: ChatIdentity) -> None:
    """Another account took a chat's place: it is told, and what was asked for from there is asked for no more."""
    approvals.void(tx, person.id, _("The chat account of whoever asked for this has changed since."))
    association = tx.association.name
    texts = in_every_language(lambda: notices.chat_replaced(association))
    message = Message(f"chat:{former.id}:replaced", person.reference, texts, priority=Priority.URGENT)
    tx.notify(message, at_chat(former.id))


@usecase(Permission.MANAGE_PEOPLE)
def link_console(tx: Tx, *, person: Person) -> None:
    """Let a person get notices at the console of this machine, under their name."""
    link_chat(tx, person, "console", person.name, person.name)
    tx.record("person:chat:link", person.reference, {"platform": "console"})


@usecase(Permission.USE_OFFICE)
def leave(tx: Tx, *, identity: ChatIdentity) -> None:
    """Unlink a chat: nothing is sent there any more, and its buttons and rights are gone at once."""
    if identity.person_id != tx.actor.person_id:
        raise NotAllowed("not_your_chat", _("This chat belongs to somebody else."))
    identity.ended_at = tx.now
    person = queries.person_by_id(tx.session, identity.person_id)
    if person.identity_id == identity.id:
        rest = [other for other in queries.identities_of(tx.session, [person.id]) if other.id != identity.id]
        person.identity_id = rest[-1].id if rest else None
    tx.record("person:chat:unlink", person.reference, {"platform": identity.platform})


@usecase(Permission.DELIVER)
def mark_unreachable(tx: Tx, *, platform: str, chat: str, trouble: str, since: datetime) -> None:
    """Note that a chat takes no messages (blocked, deleted, archived) until the person writes again.

    Notices go to another chat of the person meanwhile, if there is one.
    """
    for identity in addresses.identities_at(tx.session, platform, chat):
        identity.unreachable_since, identity.trouble = since, trouble
        _address_anew(tx.session, identity.person_id)
    group = groups.group_at(tx.session, platform, chat)
    if group is not None:
        group.trouble = trouble
    tx.record("person:chat:unreachable", f"chat:{platform}", {"platform": platform, "why": trouble})


def _address_anew(session: Session, person_id: int) -> None:
    """Notices go to the chat that was chosen last of those that take messages; where none does, nothing changes."""
    person = queries.person_by_id(session, person_id)
    open_ones = [one for one in queries.identities_of(session, [person.id]) if one.unreachable_since is None]
    if open_ones:
        person.identity_id = max(open_ones, key=lambda one: (one.chosen_at, one.id)).id


@usecase(Permission.USE_OFFICE)
def choose_association(tx: Tx, *, association: Association, platform: str, account: str) -> None:
    """Speak with this association from now on, from this chat account. Raises NotFound when it is not linked there."""
    link: Any = ChatIdentity.__table__
    here = (link.c.platform == platform, link.c.account == account, link.c.ended_at.is_(None))
    chosen = update(link).where(*here, link.c.association_id == association.id).values(chosen_at=tx.now)
    if not tx.session.connection().execute(chosen).rowcount:
        raise NotFound("not_linked", _("This chat is not linked."))
    tx.record("person:association:choose", f"association:{association.code}", {"platform": platform})


@usecase(Permission.DELIVER)
def move_chat(tx: Tx, *, platform: str, chat: str, to: str) -> None:
    """The platform gave a chat a new id."""
    moved = update(ChatIdentity).where(ChatIdentity.platform == platform, ChatIdentity.chat == chat).values(chat=to)
    tx.session.execute(moved)
    group = groups.group_at(tx.session, platform, chat)
    if group is not None:
        group.chat, group.trouble = to, None
    tx.record("person:chat:move", f"chat:{platform}", {"platform": platform})


def reachable_again(session: Session, identity: ChatIdentity) -> None:
    """A person who writes can be written to again, in the chat they chose last."""
    identity.unreachable_since, identity.trouble, identity.failures = None, None, 0
    _address_anew(session, identity.person_id)

"""What reaches whom: the person a button was shown to, and chats that take messages no more, or again."""

from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.dialogues import STANDING
from bot.messages import Incoming
from bot.models import Dialogue, ShownButton
from core.access import Actor, Permission
from core.associations import association_by_id
from core.db import enter
from core.keys import KeyRing
from core.outbox import OutboxMessage
from core.screening import Screener
from core.transaction import Tx
from people import addresses, usecases


class Office(Protocol):
    """What is needed of the house."""

    @property
    def screener(self) -> Screener:
        """Reads outgoing texts."""

    @property
    def keys(self) -> KeyRing:
        """Seals personal data."""


def owner_of(session: Session, incoming: Incoming) -> int | None:
    """The person a button belongs to, in whichever association: it acts there, not where they spoke last."""
    token = incoming.button or ""
    if token[:1] in STANDING:
        home = STANDING[token[:1]].home(session, token[1:])
        return addresses.person_in(session, incoming.platform, incoming.account, home) if home else None
    key, dot, _index = token.partition(".")
    tables = (OutboxMessage,) if dot else (ShownButton, Dialogue)
    for table in tables:
        query = select(table.person_id).where(table.token == key)
        owner: int | None = session.scalar(query, execution_options={"unscoped": True})
        if owner is not None:
            return owner
    return None


def note(office: Office, session: Session, incoming: Incoming, now: datetime) -> None:
    """A person blocked us, or lets us write again: noted in every association that they are linked with."""
    for association_id in addresses.associations_at(session, incoming.platform, incoming.chat):
        enter(session, association_id)
        if incoming.reachable:
            for identity in addresses.identities_at(session, incoming.platform, incoming.chat):
                usecases.reachable_again(session, identity)
            session.flush()
            continue
        actor = Actor("platform", permissions=frozenset({Permission.DELIVER}))
        association = association_by_id(session, association_id)
        tx = Tx(session, actor, association, now, office.screener, office.keys, incoming.platform)
        usecases.mark_unreachable(
            tx, platform=incoming.platform, chat=incoming.chat, trouble="blocked_by_person", since=now
        )
        tx.finish()

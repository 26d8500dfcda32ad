"""Where notices to a person go: the reads that delivery needs. They look at one person at a time, or across associations."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from core.associations import Association
from people.models import ChatIdentity, Person

Place = tuple[int, str, str]
"""A person's id, a platform, and a chat on it."""


def ended_chats(session: Session, person_ids: Collection[int]) -> dict[Place, datetime]:
    """Chats of these people that are no longer theirs, with when that ended. Looks across associations."""
    query = select(ChatIdentity.person_id, ChatIdentity.platform, ChatIdentity.chat, ChatIdentity.ended_at)
    rows = session.execute(
        query.where(ChatIdentity.person_id.in_(person_ids)), execution_options={"unscoped": True}
    ).all()
    live = {tuple(row[:3]) for row in rows if row.ended_at is None}
    ended: dict[Place, datetime] = {}
    for row in rows:
        place = (row.person_id, row.platform, row.chat)
        if row.ended_at is not None and place not in live:
            ended[place] = max(row.ended_at, ended.get(place, row.ended_at))
    return ended


def associations_at(session: Session, platform: str, chat: str) -> list[int]:
    """The associations that somebody in this chat is linked with. Looks across associations."""
    here = (ChatIdentity.platform == platform, ChatIdentity.chat == chat, ChatIdentity.ended_at.is_(None))
    query = select(ChatIdentity.association_id).where(*here).distinct().order_by(ChatIdentity.association_id)
    return list(session.scalars(query, execution_options={"unscoped": True}))


def person_in(session: Session, platform: str, account: str, association_id: int) -> int | None:
    """Who an account is in one association; None when it is not linked there. Looks across associations."""
    mine = (ChatIdentity.platform == platform, ChatIdentity.account == account, ChatIdentity.ended_at.is_(None))
    query = select(ChatIdentity.person_id).where(*mine, ChatIdentity.association_id == association_id)
    return session.scalar(query, execution_options={"unscoped": True})


def identities_at(session: Session, platform: str, chat: str) -> list[ChatIdentity]:
    """The live links of this chat within the session's association."""
    here = (ChatIdentity.platform == platform, ChatIdentity.chat == chat, ChatIdentity.ended_at.is_(None))
    return list(session.scalars(select(ChatIdentity).where(*here)))


def linked_associations(session: Session, person_id: int) -> list[Association]:
    """Every association that the chat accounts of this person are linked with, by name. Looks across associations."""
    mine = aliased(ChatIdentity)
    query = (
        select(Association)
        .join(ChatIdentity, ChatIdentity.association_id == Association.id)
        .join(mine, and_(mine.platform == ChatIdentity.platform, mine.account == ChatIdentity.account))
        .join(Person, Person.id == ChatIdentity.person_id)
        .where(mine.person_id == person_id, mine.ended_at.is_(None), mine.platform != "console")
        .where(ChatIdentity.ended_at.is_(None), Person.left_at.is_(None))
        .distinct()
        .order_by(Association.name)
    )
    return list(session.scalars(query, execution_options={"unscoped": True}))


def present_chat(session: Session, person_id: int) -> tuple[str, str] | None:
    """``(platform, chat)`` where a person can be reached now: the chat they chose last, else another of theirs."""
    mine = (ChatIdentity.person_id == person_id, ChatIdentity.ended_at.is_(None))
    query = (
        select(ChatIdentity.platform, ChatIdentity.chat)
        .join(Person, Person.id == ChatIdentity.person_id)
        .where(*mine, ChatIdentity.unreachable_since.is_(None), Person.left_at.is_(None))
        .order_by((ChatIdentity.id == Person.identity_id).desc(), ChatIdentity.id.desc())
    )
    row = session.execute(query.limit(1)).first()
    return (row.platform, row.chat) if row else None

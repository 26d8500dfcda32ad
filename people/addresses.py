"""Where notices to a person go: the reads that delivery needs. They look at one person at a time, or across associations."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

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

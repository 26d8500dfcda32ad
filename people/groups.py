"""Groups and channels that belong to an association: linked by a code that staff post in them."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, null, select
from sqlalchemy.orm import Session

from core.associations import Association
from core.errors import NotFound
from core.i18n import _
from core.outbox import OutboxContent, OutboxMessage, Recipients, State
from people.models import GroupSighting, LinkedGroup, Person


def live_groups(session: Session) -> list[LinkedGroup]:
    """The groups that are linked now, oldest first."""
    query = select(LinkedGroup).where(LinkedGroup.chat.is_not(None), LinkedGroup.ended_at.is_(None))
    return list(session.scalars(query.order_by(LinkedGroup.id)))


def group_named(session: Session, words: str) -> LinkedGroup:
    """The linked group of this name or number. Raises NotFound."""
    for group in live_groups(session):
        if words.casefold() in (group.name.casefold(), f"g-{group.id}", str(group.id)):
            return group
    known = _(", ").join(group.name for group in live_groups(session)) or _("none")
    raise NotFound(
        "group_unknown", _("There is no linked group “{name}”. Linked: {known}").format(name=words, known=known)
    )


def group_at(session: Session, platform: str, chat: str) -> LinkedGroup | None:
    """The linked group of this chat."""
    here = (LinkedGroup.platform == platform, LinkedGroup.chat == chat, LinkedGroup.ended_at.is_(None))
    return session.scalar(select(LinkedGroup).where(*here))


def told_groups(session: Session, platform: str, chat: str) -> list[LinkedGroup]:
    """The linked group of this chat, when it has been told that what staff write in it is screened: the message arrived.

    Looks across associations.
    """
    arrived = (
        select(OutboxMessage.id)
        .join(OutboxContent, OutboxContent.id == OutboxMessage.content_id)
        .where(
            OutboxContent.association_id == LinkedGroup.association_id,
            OutboxContent.key == LinkedGroup.screening,
            OutboxMessage.state == State.SENT,
        )
    )
    here = (LinkedGroup.platform == platform, LinkedGroup.chat == chat, LinkedGroup.ended_at.is_(None))
    query = select(LinkedGroup).where(*here, LinkedGroup.screening.is_not(None), arrived.exists())
    return list(session.scalars(query, execution_options={"unscoped": True}))


def group_by_code(session: Session, code_hash: str) -> LinkedGroup | None:
    """The group that this code was made for, locked."""
    query = select(LinkedGroup).where(LinkedGroup.code_hash == code_hash, LinkedGroup.chat.is_(None))
    return session.scalar(query.with_for_update())


def to_groups(ids: Sequence[int]) -> Recipients:
    """The recipients that these groups are: no person, the chat of each, the association's language."""
    return (
        select(
            LinkedGroup.association_id.label("association_id"),
            null().label("person_id"),
            LinkedGroup.platform.label("platform"),
            LinkedGroup.chat.label("chat"),
            Association.language.label("language"),
        )
        .join(Association, Association.id == LinkedGroup.association_id)
        .where(LinkedGroup.id.in_(ids), LinkedGroup.ended_at.is_(None), LinkedGroup.chat.is_not(None))
    )


def seen_in(session: Session, group: LinkedGroup) -> set[int]:
    """Who has written or pressed something in a group: all that a platform lets us know of who is in it."""
    return set(session.scalars(select(GroupSighting.person_id).where(GroupSighting.group_id == group.id)))


def among(people: Collection[int]) -> ColumnElement[bool]:
    """The condition on Person that they are one of these."""
    return Person.id.in_(people)


def people_where(session: Session, condition: ColumnElement[bool]) -> dict[int, str]:
    """Number and name of everyone the condition names."""
    rows: Any = session.execute(select(Person.id, Person.name).where(condition).order_by(Person.id)).all()
    return {row[0]: row[1] for row in rows}

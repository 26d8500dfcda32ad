"""The proof of service of a version: every copy, every reminder, every unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from announcements.models import Acknowledgement, Announcement
from announcements.queries.texts import publication_key
from core.outbox import OutboxContent, OutboxMessage, State
from people import affiliations
from people.models import Person


@dataclass(frozen=True)
class Copy:
    """One recipient's copy of a version: how it fared, and when receipt was confirmed."""

    person_id: int | None
    name: str
    platform: str | None
    state: str
    message_id: str | None
    error: str | None
    sent_at: datetime | None
    acknowledged_at: datetime | None
    channel: str | None


def first_copies(announcement: Announcement, version: int) -> Select[OutboxMessage]:
    """The copies of a version, before anything is asked of them: one row a recipient."""
    key = publication_key(announcement, version)
    return (
        select(OutboxMessage)
        .join(OutboxContent, OutboxContent.id == OutboxMessage.content_id)
        .where(OutboxContent.key == key, OutboxContent.association_id == announcement.association_id)
    )


def copies(session: Session, announcement: Announcement, version: int) -> list[Copy]:
    """The proof of service of a version: every recipient, once."""
    message = OutboxMessage
    ack = and_(
        Acknowledgement.announcement_id == announcement.id,
        Acknowledgement.version == version,
        Acknowledgement.person_id == message.person_id,
    )
    rows = session.execute(
        first_copies(announcement, version)
        .join(Person, Person.id == message.person_id)
        .outerjoin(Acknowledgement, ack)
        .with_only_columns(
            message.person_id,
            Person.name,
            message.platform,
            message.state,
            message.message_id,
            message.error,
            message.sent_at,
            Acknowledgement.at.label("acknowledged_at"),
            Acknowledgement.channel,
        )
        .order_by(message.id)
    )
    return [Copy(**row._mapping) for row in rows]


@dataclass(frozen=True)
class Wave:
    """One message about an announcement beside the copies themselves: a reminder, a post to a group, another contact asked.

    ``key`` is what the outbox calls it; ``name`` the person, or empty for a group.
    """

    key: str
    name: str
    platform: str | None
    state: str
    message_id: str | None
    error: str | None
    sent_at: datetime | None


def waves(session: Session, announcement: Announcement, version: int) -> list[Wave]:
    """Every message about a version that is not one of its copies, in the order they were queued."""
    key = publication_key(announcement, version)
    query = (
        select(
            OutboxContent.key,
            Person.name,
            OutboxMessage.platform,
            OutboxMessage.state,
            OutboxMessage.message_id,
            OutboxMessage.error,
            OutboxMessage.sent_at,
        )
        .join(OutboxMessage, OutboxMessage.content_id == OutboxContent.id)
        .outerjoin(Person, Person.id == OutboxMessage.person_id)
        .where(OutboxContent.association_id == announcement.association_id, OutboxContent.key.startswith(f"{key}:"))
        .order_by(OutboxMessage.id)
    )
    return [Wave(row[0].removeprefix(f"{key}:"), row[1] or "", *row[2:]) for row in session.execute(query)]


@dataclass(frozen=True)
class UnitCopy:
    """How an announcement fared with one unit: it has been told when one of its people confirmed."""

    unit: str
    name: str
    people: int
    delivered: int
    confirmed: int


def by_unit(session: Session, found: Sequence[Copy]) -> list[UnitCopy]:
    """The copies counted by unit, in order of unit number; people of several units count with each."""
    units = affiliations.units_of(session, [copy.person_id for copy in found if copy.person_id is not None])
    counted: dict[tuple[str, str], list[int]] = {}
    for copy in found:
        for unit in units.get(copy.person_id or 0, ()):
            row = counted.setdefault(unit, [0, 0, 0])
            row[0] += 1
            row[1] += copy.state == State.SENT
            row[2] += copy.acknowledged_at is not None
    return [UnitCopy(*unit, *numbers) for unit, numbers in sorted(counted.items())]

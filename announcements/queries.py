"""Reads about announcements: what there is, and what became of each copy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, String, and_, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from announcements.models import Acknowledgement, Announcement, AnnouncementVersion
from core.errors import NotFound
from core.i18n import _
from core.outbox import OutboxContent, OutboxMessage, Recipients, State
from people.audiences import reachable
from people.models import Person


def announcement_by_number(session: Session, number: int, *, lock: bool = False) -> Announcement:
    """The announcement with this number. Raises NotFound."""
    query = select(Announcement).where(Announcement.number == number)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound("announcement_unknown", _("There is no such announcement. `announce list` shows them."))
    return found


def announcements(session: Session, *, words: str = "", limit: int = 20, offset: int = 0) -> list[Announcement]:
    """Announcements, newest first, optionally those whose number, title or text contains the words."""
    query = select(Announcement).order_by(Announcement.number.desc()).limit(limit).offset(offset)
    if words:
        columns = (Announcement.title, Announcement.body, Announcement.document_number)
        query = query.where(or_(*(column.contains(words, autoescape=True) for column in columns)))
    return list(session.scalars(query))


def versions_of(session: Session, announcement: Announcement) -> list[AnnouncementVersion]:
    """Every published text of an announcement, oldest first."""
    query = select(AnnouncementVersion).where(AnnouncementVersion.announcement_id == announcement.id)
    return list(session.scalars(query.order_by(AnnouncementVersion.version)))


def publication_key(announcement: Announcement, version: int) -> str:
    """The outbox key of a version's publication."""
    return f"{announcement.subject}:v{version}"


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


def _first_copies(announcement: Announcement, version: int) -> Select[OutboxMessage]:
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
        _first_copies(announcement, version)
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
class Report:
    """How many copies stand where; the parts add up to the audience."""

    audience: int
    acknowledged: int
    sent: int
    waiting: int
    failed: int
    unknown: int
    unreachable: int


WAITING = (State.PENDING, State.SENDING, State.HELD)
FAILED = (State.FAILED, State.DEAD, State.CANCELLED)


def report(session: Session, announcement: Announcement) -> Report:
    """The delivery report of the newest version. ``sent`` are those delivered but not yet confirmed."""
    version = announcement.version
    acknowledged = select(Acknowledgement.person_id).where(
        Acknowledgement.announcement_id == announcement.id, Acknowledgement.version == version
    )
    confirmed = OutboxMessage.person_id.in_(acknowledged)
    rows = session.execute(
        _first_copies(announcement, version)
        .with_only_columns(OutboxMessage.state, confirmed, func.count())
        .group_by(OutboxMessage.state, confirmed)
    ).all()
    acks = sum(count for _state, yes, count in rows if yes)
    rest = {state: count for state, yes, count in rows if not yes}
    return Report(
        audience=sum(count for _state, _yes, count in rows),
        acknowledged=acks,
        sent=rest.get(State.SENT, 0),
        waiting=sum(rest.get(state, 0) for state in WAITING),
        failed=sum(rest.get(state, 0) for state in FAILED),
        unknown=rest.get(State.UNKNOWN, 0),
        unreachable=rest.get(State.UNREACHABLE, 0),
    )


def unread(announcement: Announcement) -> Recipients:
    """``(association_id, person_id, platform, chat, language)`` of recipients of the newest version who have not confirmed it and can
    be reached now.
    """
    version = announcement.version
    acknowledged = select(Acknowledgement.person_id).where(
        Acknowledgement.announcement_id == announcement.id, Acknowledgement.version == version
    )
    got = _first_copies(announcement, version).with_only_columns(OutboxMessage.person_id)
    return reachable(Person.id.in_(got) & Person.id.not_in(acknowledged) & Person.left_at.is_(None))


def was_sent_to(session: Session, announcement: Announcement, person_id: int) -> bool:
    """Whether this person is among the recipients of the newest version."""
    query = _first_copies(announcement, announcement.version).where(OutboxMessage.person_id == person_id)
    return session.scalar(query.limit(1)) is not None


def awaiting_confirmation(session: Session, person_id: int) -> Sequence[Announcement]:
    """Published announcements that this person got but has not confirmed, oldest first."""
    subject = literal("announcement:") + cast(Announcement.number, String)
    got = (
        select(OutboxMessage.id)
        .join(OutboxContent, OutboxContent.id == OutboxMessage.content_id)
        .where(OutboxContent.subject == subject, OutboxMessage.person_id == person_id)
    )
    confirmed = select(Acknowledgement.id).where(
        Acknowledgement.announcement_id == Announcement.id,
        Acknowledgement.version == Announcement.version,
        Acknowledgement.person_id == person_id,
    )
    query = (
        select(Announcement)
        .where(Announcement.state == "published", got.exists(), ~confirmed.exists())
        .order_by(Announcement.number)
    )
    return list(session.scalars(query))


def acknowledgement_of(session: Session, announcement: Announcement, person_id: int) -> Acknowledgement | None:
    """A person's confirmation of the newest version."""
    return session.scalar(
        select(Acknowledgement).where(
            Acknowledgement.announcement_id == announcement.id,
            Acknowledgement.version == announcement.version,
            Acknowledgement.person_id == person_id,
        )
    )


def content_exists(session: Session, key: str) -> bool:
    """Whether something was queued under this key before."""
    return session.scalar(select(OutboxContent.id).where(OutboxContent.key == key)) is not None


def reached(announcement: Announcement) -> Recipients:
    """Everyone to whom the newest version went out, at the chat it went to."""
    return (
        _first_copies(announcement, announcement.version)
        .where(OutboxMessage.state.in_([State.SENT, State.SENDING, State.UNKNOWN]))
        .with_only_columns(
            OutboxMessage.association_id,
            OutboxMessage.person_id,
            OutboxMessage.platform,
            OutboxMessage.chat,
            OutboxMessage.language,
        )
    )

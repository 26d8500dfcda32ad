"""Reads about what became of each copy of an announcement: delivered, confirmed, not reachable."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, select
from sqlalchemy.orm import Session

from announcements.models import Acknowledgement, Announcement, OptOut
from announcements.queries.proof import first_copies
from announcements.queries.texts import publication_key
from core.outbox import OutboxContent, OutboxMessage, Recipients, State
from people import affiliations, audiences
from people.audiences import reachable
from people.models import Person


@dataclass(frozen=True)
class Report:
    """How many copies stand where; the parts add up to the audience. ``stopped`` were taken back by people."""

    audience: int
    acknowledged: int
    sent: int
    waiting: int
    failed: int
    unknown: int
    unreachable: int
    stopped: int = 0


WAITING = (State.PENDING, State.SENDING, State.HELD)
FAILED = (State.FAILED, State.DEAD)


def report(session: Session, announcement: Announcement) -> Report:
    """The delivery report of the newest version. ``sent`` are those delivered but not yet confirmed."""
    version = announcement.version
    acknowledged = select(Acknowledgement.person_id).where(
        Acknowledgement.announcement_id == announcement.id, Acknowledgement.version == version
    )
    confirmed = OutboxMessage.person_id.in_(acknowledged)
    rows = session.execute(
        first_copies(announcement, version)
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
        stopped=rest.get(State.CANCELLED, 0),
    )


def _confirmed(announcement: Announcement) -> Select[int]:
    return select(Acknowledgement.person_id).where(
        Acknowledgement.announcement_id == announcement.id, Acknowledgement.version == announcement.version
    )


def has_not_confirmed(announcement: Announcement) -> ColumnElement[bool]:
    """The condition on Person that they are a recipient of the newest version and have not confirmed it."""
    got = first_copies(announcement, announcement.version).with_only_columns(OutboxMessage.person_id)
    return and_(Person.id.in_(got), Person.id.not_in(_confirmed(announcement)), Person.left_at.is_(None))


def to_chase(announcement: Announcement, day: date) -> ColumnElement[bool]:
    """The condition on Person that they have not confirmed it, and that such notices are still for them on this day."""
    return and_(has_not_confirmed(announcement), audiences.still_meant(announcement.audience, day))


def unread(announcement: Announcement, day: date) -> Recipients:
    """``(association_id, person_id, platform, chat, language)`` of recipients of the newest version who have not confirmed it and can
    be reached now.
    """
    return reachable(to_chase(announcement, day))


def unread_elsewhere(announcement: Announcement, day: date) -> Recipients:
    """The other chats of those who have not confirmed."""
    return affiliations.other_chats(to_chase(announcement, day))


def colleagues_of_unread(announcement: Announcement) -> Recipients:
    """Other contacts of the units whose contact has not confirmed, unless they got it themselves. Units that left have none."""
    got = first_copies(announcement, announcement.version).with_only_columns(OutboxMessage.person_id)
    theirs = affiliations.of_units_of(has_not_confirmed(announcement))
    return reachable(and_(theirs, Person.id.not_in(got), Person.left_at.is_(None)))


def anybody_unread(session: Session, announcement: Announcement) -> bool:
    """Whether some recipient has not confirmed yet."""
    return session.scalar(select(Person.id).where(has_not_confirmed(announcement)).limit(1)) is not None


def wants(kind: str) -> ColumnElement[bool]:
    """The condition on Person that they have not opted out of a kind."""
    return Person.id.not_in(select(OptOut.person_id).where(OptOut.kind == kind))


def gone_out(session: Session, announcement: Announcement) -> int:
    """How many copies of the newest version have left, or may have."""
    waiting = [State.PENDING, State.HELD, State.UNREACHABLE, State.CANCELLED]
    key = publication_key(announcement, announcement.version)
    query = (
        select(func.count())
        .select_from(OutboxMessage)
        .join(OutboxContent, OutboxContent.id == OutboxMessage.content_id)
        .where(OutboxContent.key.in_([key, f"{key}:groups"]), OutboxMessage.state.not_in(waiting))
    )
    return session.scalar(query) or 0


def confirmed_beyond(session: Session, announcement: Announcement) -> int:
    """How many confirmed it who were not among its recipients: they read it in a group."""
    got = first_copies(announcement, announcement.version).with_only_columns(OutboxMessage.person_id)
    query = (
        select(func.count())
        .select_from(Acknowledgement)
        .where(
            Acknowledgement.announcement_id == announcement.id,
            Acknowledgement.version == announcement.version,
            Acknowledgement.person_id.not_in(got),
        )
    )
    return session.scalar(query) or 0


def was_posted(session: Session, announcement: Announcement) -> bool:
    """Whether the newest version was posted to a group."""
    return content_exists(session, f"{publication_key(announcement, announcement.version)}:groups")


def was_sent_to(session: Session, announcement: Announcement, person_id: int) -> bool:
    """Whether this person is among the recipients of the newest version."""
    query = first_copies(announcement, announcement.version).where(OutboxMessage.person_id == person_id)
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
        first_copies(announcement, announcement.version)
        .where(OutboxMessage.state.in_([State.SENT, State.SENDING, State.UNKNOWN]))
        .with_only_columns(
            OutboxMessage.association_id,
            OutboxMessage.person_id,
            OutboxMessage.platform,
            OutboxMessage.chat,
            OutboxMessage.language,
        )
    )

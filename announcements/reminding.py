"""What this package lets people be reminded of: texts they have not confirmed, and objections that wait for an answer."""

from sqlalchemy import and_, cast, literal
from sqlalchemy.types import String

from announcements.models import Acknowledgement, Announcement, Objection
from announcements.rules.objections import ObjectionState
from core.i18n import N_
from core.localday import local_day
from core.outbox import OutboxContent, OutboxMessage
from core.transaction import Tx
from reminders import kinds
from reminders.kinds import Due, Kind, columns, numbered


def _unconfirmed(tx: Tx) -> Due:
    """One row for each copy of the newest version that nobody has confirmed; the date is that of its publication."""
    subject = numbered("announcement", Announcement.number)
    key = subject + literal(":v") + cast(Announcement.version, String)
    same = and_(OutboxContent.key == key, OutboxContent.association_id == Announcement.association_id)
    confirmed = and_(
        Acknowledgement.announcement_id == Announcement.id,
        Acknowledgement.version == Announcement.version,
        Acknowledgement.person_id == OutboxMessage.person_id,
    )
    return (
        columns(
            association_id=Announcement.association_id,
            subject=subject,
            owner=subject,
            title=Announcement.title,
            due_on=local_day(Announcement.published_at, literal(tx.association.zone)),
            person_id=OutboxMessage.person_id,
            kind=Announcement.kind,
        )
        .join_from(Announcement, OutboxContent, same)
        .join(OutboxMessage, OutboxMessage.content_id == OutboxContent.id)
        .outerjoin(Acknowledgement, confirmed)
        .where(Announcement.state == "published", Acknowledgement.id.is_(None))
    )


def _undecided(_tx: Tx) -> Due:
    """Objections in time that nobody has ruled on; the author of the notice is the person concerned."""
    return (
        columns(
            association_id=Objection.association_id,
            subject=numbered("objection", Objection.number),
            owner=numbered("objection", Objection.number),
            title=Announcement.title,
            due_on=Objection.due_on,
            person_id=Announcement.author_id,
            kind=Announcement.kind,
        )
        .join_from(Objection, Announcement, Announcement.id == Objection.announcement_id)
        .where(Objection.state == ObjectionState.OPEN.value, Objection.due_on.is_not(None))
    )


def register() -> None:
    """Make the kinds known."""
    button = (N_("Confirm receipt"), "announce ack {reference}")
    kinds.register(
        Kind(
            "announcement",
            "公告",
            N_("notice that is not confirmed"),
            _unconfirmed,
            letter="A",
            filters=("kind",),
            button=button,
        )
    )
    label = N_("undecided objection")
    kinds.register(Kind("objection", "异议", label, _undecided, letter="O", filters=("kind",)))

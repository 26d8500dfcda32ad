"""What this package adds to the choice of an audience: who has not confirmed an announcement."""

import unicodedata
from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, select

from announcements.models import Acknowledgement, Announcement
from core.errors import BadInput
from core.i18n import N_, _
from core.outbox import OutboxContent, OutboxMessage
from people import audiences
from people.audiences import Criterion
from people.models import Person


def announcement_number(words: str) -> int:
    """The number in ``A-0012``, ``a12`` or ``12``. Raises BadInput."""
    digits = unicodedata.normalize("NFKC", words).strip().upper().removeprefix("A-").removeprefix("A")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise BadInput("announcement_form", _("Write an announcement like A-0012, or by its document number."))
    return int(digits)


def _unread(values: Sequence[str], _day: date) -> ColumnElement[bool]:
    """Recipients of the newest version who have not confirmed it, at the moment it is asked."""
    chosen = and_(
        Announcement.number.in_([int(value) for value in values]),
        Announcement.association_id == Person.association_id,
    )
    key = literal("announcement:") + cast(Announcement.number, String) + ":v" + cast(Announcement.version, String)
    got = (
        select(func.count())
        .select_from(Announcement)
        .join(
            OutboxContent, and_(OutboxContent.key == key, OutboxContent.association_id == Announcement.association_id)
        )
        .join(OutboxMessage, OutboxMessage.content_id == OutboxContent.id)
        .where(chosen, OutboxMessage.person_id == Person.id)
        .scalar_subquery()
    )
    confirmed = (
        select(func.count())
        .select_from(Announcement)
        .join(Acknowledgement, Acknowledgement.announcement_id == Announcement.id)
        .where(chosen, Acknowledgement.version == Announcement.version, Acknowledgement.person_id == Person.id)
        .scalar_subquery()
    )
    return got > confirmed


def register() -> None:
    """Make it known to the audiences."""
    audiences.register(
        Criterion(
            "unread",
            "未确认",
            N_("has not confirmed"),
            lambda words: str(announcement_number(words)),
            _unread,
            show=lambda value: f"A-{int(value):04d}",
        )
    )

"""Reads about announcements: the texts, their versions and templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from announcements.models import Announcement, AnnouncementTemplate, AnnouncementVersion, IssuedNumber, OptOut
from announcements.rules.document_number import DocumentNumber
from core.errors import BadInput, NotFound
from core.i18n import _


@dataclass(frozen=True)
class Search:
    """Which announcements to list; empty means all. Days are days of ``zone``."""

    words: str = ""
    kind: str | None = None
    state: str | None = None
    since: date | None = None
    until: date | None = None
    zone: tzinfo = UTC


def announcement_by_number(session: Session, number: int, *, lock: bool = False) -> Announcement:
    """The announcement with this number. Raises NotFound."""
    query = select(Announcement).where(Announcement.number == number)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound("announcement_unknown", _("There is no such announcement. `announce list` shows them."))
    return found


def announcement_by_id(session: Session, announcement_id: int) -> Announcement:
    """The announcement of this row."""
    return session.scalars(select(Announcement).where(Announcement.id == announcement_id)).one()


def announcement_named(session: Session, raw: str) -> Announcement:
    """The announcement of a reference such as A-0012, or of a document number however it is typed. Raises NotFound."""
    digits = raw.upper().removeprefix("A-").removeprefix("A")
    if digits.isascii() and digits.isdigit() and len(digits) <= 9:
        return announcement_by_number(session, int(digits))
    try:
        number = str(DocumentNumber.parse(raw))
    except BadInput:
        raise BadInput(
            "announcement_form", _("Write an announcement like A-0012, or by its document number.")
        ) from None
    found = session.scalar(select(Announcement).where(Announcement.document_number == number))
    if found is None:
        raise NotFound("announcement_unknown", _("There is no such announcement. `announce list` shows them."))
    return found


def announcements(session: Session, search: Search, *, limit: int = 20, offset: int = 0) -> list[Announcement]:
    """Announcements, newest first. ``words`` are looked for in number, title, text and elements."""
    query = select(Announcement).order_by(Announcement.number.desc()).limit(limit).offset(offset)
    if search.words:
        words = _as_numbered(search.words)
        columns = (Announcement.title, Announcement.body, Announcement.document_number)
        query = query.where(or_(*(column.contains(words, autoescape=True) for column in columns)))
    if search.kind:
        query = query.where(Announcement.kind == search.kind)
    if search.state:
        query = query.where(Announcement.state == search.state)
    moment = func.coalesce(Announcement.published_at, Announcement.made_at)
    if search.since:
        query = query.where(moment >= _midnight(search.since, search.zone))
    if search.until:
        query = query.where(moment < _midnight(search.until + timedelta(days=1), search.zone))
    return list(session.scalars(query))


def _as_numbered(words: str) -> str:
    try:
        return str(DocumentNumber.parse(words))
    except BadInput:
        return words


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone)


CONTACT = ("objection", "department", "phone", "address")


def last_contact(session: Session) -> dict[str, str]:
    """How and where to object, as the newest public notice that said so had it."""
    query = select(Announcement.elements).where(Announcement.kind == "public_notice", Announcement.version > 0)
    found = session.scalar(query.order_by(Announcement.published_at.desc()).limit(1)) or {}
    return {name: found[name] for name in CONTACT if name in found}


def versions_of(session: Session, announcement: Announcement) -> list[AnnouncementVersion]:
    """Every published text of an announcement, oldest first."""
    query = select(AnnouncementVersion).where(AnnouncementVersion.announcement_id == announcement.id)
    return list(session.scalars(query.order_by(AnnouncementVersion.version)))


def due_for_publication(session: Session, now: datetime) -> list[int]:
    """Numbers of approved announcements whose hour has come."""
    query = select(Announcement.number).where(Announcement.state == "scheduled", Announcement.scheduled_for <= now)
    return list(session.scalars(query.order_by(Announcement.scheduled_for, Announcement.number)))


def numbers_of(session: Session, year: int) -> list[tuple[IssuedNumber, Announcement]]:
    """Every document number given out in a year, in order, with what it was given to."""
    query = (
        select(IssuedNumber, Announcement)
        .join(Announcement, Announcement.id == IssuedNumber.announcement_id)
        .where(IssuedNumber.year == year)
        .order_by(IssuedNumber.code, IssuedNumber.number)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def issued(session: Session, number: DocumentNumber) -> IssuedNumber:
    """One number that was given out. Raises NotFound."""
    parts = (IssuedNumber.code == number.code, IssuedNumber.year == number.year, IssuedNumber.number == number.number)
    found = session.scalar(select(IssuedNumber).where(*parts).with_for_update())
    if found is None:
        raise NotFound("document_number_unknown", _("{number} was never given out.").format(number=number))
    return found


def own_templates(session: Session) -> Sequence[AnnouncementTemplate]:
    """The association's own templates, by name."""
    return list(session.scalars(select(AnnouncementTemplate).order_by(AnnouncementTemplate.name)))


def own_template(session: Session, name: str) -> AnnouncementTemplate | None:
    """One of the association's own templates."""
    return session.scalar(select(AnnouncementTemplate).where(AnnouncementTemplate.name == name))


def opt_outs_of(session: Session, person_id: int) -> list[OptOut]:
    """The kinds that a person does not want."""
    return list(session.scalars(select(OptOut).where(OptOut.person_id == person_id).order_by(OptOut.kind)))


def publication_key(announcement: Announcement, version: int) -> str:
    """The outbox key of a version's publication."""
    return f"{announcement.subject}:v{version}"

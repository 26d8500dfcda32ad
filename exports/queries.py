"""The only reads that join across the domains: everything the month's workbook is made of."""

from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from announcements.models import Announcement, AnnouncementVersion
from announcements.queries import report
from announcements.rules.document_number import DocumentNumber
from announcements.rules.kinds import Kind
from announcements.rules.lifecycle import State
from core.associations import Association
from core.i18n import speaking
from exports.models import ExportFile
from exports.sheets import MemberLine, NoticeLine
from membership.models import Unit
from membership.rules import categories, classes, standing


def member_lines(session: Session, begin: date, end: date) -> list[MemberLine]:
    """Every unit that was a member on any day of the period, by number."""
    present = (Unit.joined_on <= end) & (Unit.left_on.is_(None) | (Unit.left_on >= begin))
    units = session.scalars(select(Unit).where(present).order_by(Unit.number))
    with speaking("zh_CN"):
        return [
            MemberLine(
                number=unit.reference,
                name=unit.name,
                code=unit.code,
                category=categories.label(unit.category),
                rank=classes.label(unit.rank),
                region=unit.region,
                joined_on=unit.joined_on,
                left_on=unit.left_on,
                status=standing.Status(unit.status).label,
                engineers=unit.engineers,
            )
            for unit in units
        ]


def notice_lines(session: Session, association: Association, begin: date, end: date) -> list[NoticeLine]:
    """Announcements first published in the period, with the delivery of their newest version."""
    zone = association.timezone
    since, until = datetime.combine(begin, time.min, zone), datetime.combine(end, time.max, zone)
    first = (
        select(AnnouncementVersion.announcement_id)
        .where(AnnouncementVersion.version == 1, AnnouncementVersion.published_at.between(since, until))
        .scalar_subquery()
    )
    found = session.scalars(select(Announcement).where(Announcement.id.in_(first)).order_by(Announcement.number))
    with speaking("zh_CN"):
        return [_notice_line(session, association, announcement) for announcement in found]


def _notice_line(session: Session, association: Association, announcement: Announcement) -> NoticeLine:
    counted = report(session, announcement)
    published = announcement.published_at or announcement.made_at
    return NoticeLine(
        reference=announcement.reference,
        document_number=announcement.document_number or "",
        kind=Kind(announcement.kind).label,
        title=announcement.title,
        version=announcement.version,
        published_at=published.astimezone(association.timezone).replace(tzinfo=None),
        state=State(announcement.state).label,
        audience=counted.audience,
        acknowledged=counted.acknowledged,
        sent=counted.sent,
        waiting=counted.waiting,
        failed=counted.failed,
        unknown=counted.unknown,
        unreachable=counted.unreachable,
    )


def document_numbers(session: Session, year: int) -> tuple[int, int, int]:
    """First, last and count of the document numbers given out in a year."""
    numbers = sorted(
        DocumentNumber.parse(text).number
        for text in session.scalars(
            select(Announcement.document_number).where(Announcement.document_number.is_not(None))
        )
        if text and DocumentNumber.parse(text).year == year
    )
    return (numbers[0], numbers[-1], len(numbers)) if numbers else (0, 0, 0)


def newest_export(session: Session, kind: str, period: str) -> ExportFile | None:
    """The latest revision of a period's workbook."""
    query = select(ExportFile).where(ExportFile.kind == kind, ExportFile.period == period)
    return session.scalar(query.order_by(ExportFile.revision.desc()).limit(1))


def exports_made(session: Session, limit: int = 20) -> list[ExportFile]:
    """Workbooks, newest first."""
    return list(
        session.scalars(select(ExportFile).order_by(ExportFile.made_at.desc(), ExportFile.id.desc()).limit(limit))
    )


def revisions(session: Session, kind: str, period: str) -> int:
    """How many revisions of a period's workbook there are."""
    query = select(func.count()).select_from(ExportFile).where(ExportFile.kind == kind, ExportFile.period == period)
    return session.scalar(query) or 0

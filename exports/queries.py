"""The only reads that join across the domains: everything the month's workbook is made of."""

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from announcements.models import Announcement, AnnouncementVersion, IssuedNumber
from announcements.queries import report
from announcements.rules.kinds import Kind
from announcements.rules.lifecycle import State
from core.associations import Association
from core.errors import NotFound
from core.i18n import _, speaking
from exports.models import ExportFile
from exports.month import LateLine, MemberLine, NoticeLine
from membership.models import StatusChange, Unit
from membership.rules import categories, classes, standing


def member_lines(session: Session, begin: date, end: date) -> list[MemberLine]:
    """Every unit that was a member on any day of the period, by number, as it stood on its last day."""
    units = session.scalars(select(Unit).where(Unit.joined_on <= end).order_by(Unit.number)).all()
    steps: dict[int, list[StatusChange]] = {}
    later = select(StatusChange).where(StatusChange.former.is_not(None), StatusChange.on <= end)
    for step in session.scalars(later.order_by(StatusChange.on, StatusChange.id)):
        steps.setdefault(step.unit_id, []).append(step)
    with speaking("zh_CN"):
        lines = [_member_line(unit, steps.get(unit.id, [])) for unit in units]
    return [line for line in lines if any(last is None or last >= begin for _first, last in line.spells)]


def _member_line(unit: Unit, steps: Sequence[StatusChange]) -> MemberLine:
    status = standing.Status(steps[-1].status) if steps else standing.Status.ACTIVE
    spells = standing.spells(unit.joined_on, [(step.on, standing.Status(step.status)) for step in steps])
    return MemberLine(
        number=unit.reference,
        name=unit.name,
        code=unit.code,
        category=categories.label(unit.category),
        rank=classes.label(unit.rank),
        region=unit.region,
        joined_on=unit.joined_on,
        left_on=spells[-1][1],
        status=status.label,
        engineers=unit.engineers,
        spells=spells,
    )


def late_lines(session: Session, association: Association, begin: date, since: datetime) -> list[LateLine]:
    """Changes of membership from before a month that were entered after a moment, in the order of their entry."""
    query = (
        select(StatusChange, Unit)
        .join(Unit, Unit.id == StatusChange.unit_id)
        .where(StatusChange.on < begin, StatusChange.recorded_at > since)
        .order_by(StatusChange.recorded_at, StatusChange.id)
    )
    with speaking("zh_CN"):
        return [_late_line(association, step, unit) for step, unit in session.execute(query)]


def _late_line(association: Association, step: StatusChange, unit: Unit) -> LateLine:
    status = standing.Status(step.status)
    was = step.former is not None and standing.Status(step.former).member
    return LateLine(
        number=unit.reference,
        name=unit.name,
        change="入会" if step.former is None else f"{standing.Status(step.former).label} → {status.label}",
        on=step.on,
        recorded_at=step.recorded_at.astimezone(association.timezone).replace(tzinfo=None, microsecond=0),
        reason=step.reason,
        effect=int(status.member) - int(was),
    )


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
    """First and last of the document numbers given out in a year and how many there are, void ones included.

    Where the code word changed, the series are laid end to end: last − first + 1 is the count when none has a gap.
    """
    query = (
        select(func.min(IssuedNumber.number), func.max(IssuedNumber.number), func.count())
        .where(IssuedNumber.year == year)
        .group_by(IssuedNumber.code)
        .order_by(IssuedNumber.code)
    )
    series = [(row[0], row[1], row[2]) for row in session.execute(query)]
    if not series:
        return (0, 0, 0)
    span = sum(last - first + 1 for first, last, _count in series)
    return series[0][0], series[0][0] + span - 1, sum(count for _first, _last, count in series)


def newest_export(session: Session, kind: str, period: str) -> ExportFile | None:
    """The latest revision of a period's workbook."""
    query = select(ExportFile).where(ExportFile.kind == kind, ExportFile.period == period)
    return session.scalar(query.order_by(ExportFile.revision.desc()).limit(1))


def export_of(session: Session, kind: str, period: str, revision: int | None) -> ExportFile:
    """A period's workbook, the latest revision unless one is named. Raises NotFound."""
    query = select(ExportFile).where(ExportFile.kind == kind, ExportFile.period == period)
    if revision is not None:
        query = query.where(ExportFile.revision == revision)
    found = session.scalar(query.order_by(ExportFile.revision.desc()).limit(1))
    if found is None:
        raise NotFound("export_unknown", _("There is no such workbook. `export list` shows what was made."))
    return found


def exports_made(session: Session, limit: int = 20) -> list[ExportFile]:
    """Workbooks, newest first."""
    return list(
        session.scalars(select(ExportFile).order_by(ExportFile.made_at.desc(), ExportFile.id.desc()).limit(limit))
    )


def revisions(session: Session, kind: str, period: str) -> int:
    """How many revisions of a period's workbook there are."""
    query = select(func.count()).select_from(ExportFile).where(ExportFile.kind == kind, ExportFile.period == period)
    return session.scalar(query) or 0

"""Making workbooks: the month for the regulator, the proof of service of an announcement, the people of an audience."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from announcements import queries as announcement_queries
from announcements.models import Announcement
from core import attachments, audit
from core.access import Permission, usecase
from core.calendar import month_bounds
from core.errors import RuleViolated
from core.i18n import _
from core.transaction import Tx
from exports import (
    admission_sheets,
    dues,
    grade_sheets,
    grading_sheets,
    meeting_sheets,
    professional,
    proof,
    queries,
    revisions,
    screening,
    sheets,
    surveys,
    workbook,
)
from exports import month as month_sheets
from exports.models import ExportFile
from people import affiliations, saved

MONTH = "month"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Made:
    """A finished workbook: its bytes, the row that keeps it, and whether this very content had been made before."""

    name: str
    content: bytes
    file: ExportFile
    again: bool
    checks: list[month_sheets.Check]
    closed: bool


PARTS = (professional, admission_sheets, screening, meeting_sheets, surveys, dues, grading_sheets, grade_sheets)
"""What adds sheets to the month's workbook, in the order in which they stand there."""


@usecase(Permission.EXPORT)
def export_month(tx: Tx, *, year: int, month: int) -> Made:
    """The workbook of a month. The same content again gives the same file; changed content gives a new revision.

    Raises RuleViolated for a month that has not begun.
    """
    begin, end = month_bounds(year, month)
    if begin > tx.today:
        raise RuleViolated("month_not_begun", _("This month has not begun."))
    contents = _month(tx, begin, end)
    period = f"{year:04d}-{month:02d}"
    digest = sheets.content_hash(month_sheets.sheets(contents))
    known = queries.newest_export(tx.session, MONTH, period)
    if known is not None and known.content_hash == digest:
        name, _type, content = attachments.content_of(tx.session, known.attachment_id)
        tx.record("export:month:repeat", f"export:{period}", {"sha256": known.sha256, "revision": known.revision})
        return Made(name, content, known, again=True, checks=month_sheets.checks(contents), closed=contents.closed)
    return _make(tx, contents, period, digest, known)


def _make(tx: Tx, contents: month_sheets.Month, period: str, digest: str, former: ExportFile | None) -> Made:
    kept = revisions.snapshot(month_sheets.sheets(contents))
    if former is not None:
        contents = _corrected(tx, contents, kept, former)
    made_at = contents.made_at
    more = [contents.differences] if contents.differences else []
    pages = [month_sheets.cover(contents), *more, *month_sheets.sheets(contents)]
    content = workbook.write(pages, made_at, f"{tx.association.name} {period} 月报")
    suffix = f"-更正{contents.revision - 1}" if contents.revision > 1 else ""
    name = f"{tx.association.name}-{period}月报{suffix}.xlsx"
    stored = attachments.store(tx.session, name, content, XLSX, tx.now)
    cells = attachments.store(tx.session, f"{period}-{contents.revision}.cells", kept, "application/zlib", tx.now)
    opening, joined, left, closing = month_sheets.totals(contents)
    file = ExportFile(
        kind=MONTH,
        period=period,
        revision=contents.revision,
        attachment_id=stored.id,
        snapshot_id=cells.id,
        sha256=stored.sha256,
        content_hash=digest,
        figures={"opening": opening, "joined": joined, "left": left, "closing": closing},
        made_by=tx.actor.reference,
        made_at=tx.now,
    )
    tx.session.add(file)
    tx.record("export:month:make", f"export:{period}", {"sha256": stored.sha256, "revision": file.revision})
    return Made(stored.name, content, file, again=False, checks=month_sheets.checks(contents), closed=contents.closed)


def _corrected(tx: Tx, contents: month_sheets.Month, kept: bytes, former: ExportFile) -> month_sheets.Month:
    """The month as the next revision, with what it changed in the one before."""
    compared = None
    if former.snapshot_id is not None:
        _name, _type, old = attachments.content_of(tx.session, former.snapshot_id)
        compared = revisions.differences(revisions.read_snapshot(old), revisions.read_snapshot(kept))
    return replace(contents, revision=former.revision + 1, supersedes=former.sha256, differences=compared)


@usecase(Permission.EXPORT)
def get_export(tx: Tx, *, period: str, revision: int | None = None) -> tuple[ExportFile, str, bytes, int]:
    """A workbook that was made before, its name and bytes, and the number of its latest revision. Raises NotFound."""
    file = queries.export_of(tx.session, MONTH, period, revision)
    name, _type, content = attachments.content_of(tx.session, file.attachment_id)
    newest = queries.export_of(tx.session, MONTH, period, None).revision
    tx.record("export:month:get", f"export:{period}", {"sha256": file.sha256, "revision": file.revision})
    return file, name, content, newest


def _month(tx: Tx, begin: date, end: date) -> month_sheets.Month:
    before = queries.newest_export(tx.session, MONTH, (begin - timedelta(days=1)).strftime("%Y-%m"))
    seq, head = audit.head_of(tx.session, tx.association.id)
    return month_sheets.Month(
        association=tx.association.name,
        code=tx.association.code,
        period=begin.strftime("%Y-%m"),
        begin=begin,
        end=end,
        closed=end < tx.today,
        made_at=tx.now.astimezone(tx.association.timezone).replace(tzinfo=None, microsecond=0),
        made_by=tx.actor.name,
        audit_seq=seq,
        audit_head=head.hex(),
        members=queries.member_lines(tx.session, begin, end),
        notices=queries.notice_lines(tx.session, tx.association, begin, end),
        document_numbers=queries.document_numbers(tx.session, begin.year),
        former_closing=before.figures["closing"] if before else None,
        late=queries.late_lines(tx.session, tx.association, begin, before.made_at) if before else (),
        extra=[sheet for part in PARTS for sheet in part.month_sheets(tx, begin, end)],
        extra_checks=dues.month_checks(tx, begin, end),
    )


def export_last_month(tx: Tx) -> str:
    """The timer's part: make last month's workbook when nobody has."""
    last = tx.today.replace(day=1) - timedelta(days=1)
    made = export_month(tx, year=last.year, month=last.month)
    return f"{made.file.period} revision {made.file.revision} {made.file.sha256}"


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def proof_of_service(tx: Tx, *, announcement: Announcement) -> tuple[str, bytes]:
    """Name and bytes of the workbook that shows, for every recipient, when a version was sent and confirmed."""
    if not announcement.version:
        raise RuleViolated("not_published", _("It has not been published."))
    found = _proof(tx, announcement)
    made_at = tx.now.astimezone(tx.association.timezone).replace(tzinfo=None, microsecond=0)
    content = workbook.write(proof.sheets(found), made_at, f"{tx.association.name} 送达证明")
    name = f"{announcement.document_number or announcement.reference}-送达证明.xlsx"
    stored = attachments.store(tx.session, name, content, XLSX, tx.now)
    tx.record("export:proof:make", announcement.subject, {"sha256": stored.sha256, "rows": len(found.copies)})
    return stored.name, content


def _proof(tx: Tx, announcement: Announcement) -> proof.Proof:
    copies = announcement_queries.copies(tx.session, announcement, announcement.version)
    found = announcement_queries.versions_of(tx.session, announcement)
    names = saved.names_of(tx.session, [one.published_by for one in found if one.published_by])
    return proof.Proof(
        zone=tx.association.timezone,
        document_number=announcement.document_number or "",
        title=announcement.title,
        copies=copies,
        units=affiliations.units_of(tx.session, [copy.person_id for copy in copies if copy.person_id is not None]),
        by_unit=announcement_queries.by_unit(tx.session, copies),
        waves=announcement_queries.waves(tx.session, announcement, announcement.version),
        versions=[
            proof.VersionLine(
                version=one.version,
                published_at=one.published_at,
                released_by=names.get(one.published_by or 0, ""),
                title=one.title,
                recipients=one.recipients,
                recalled=one.recalled_at is not None,
            )
            for one in found
        ],
    )


@usecase(Permission.EXPORT)
def audience_list(tx: Tx, *, audience: Mapping[str, Sequence[str]], title: str) -> tuple[str, bytes]:
    """Name and bytes of a workbook with the exact people of an audience at this moment; that it was made is recorded."""
    found = saved.readers(tx.session, audience, tx.today)
    units = affiliations.units_of(tx.session, [one.person_id for one in found])
    rows = [
        (index, one.name, "、".join(name for _number, name in units.get(one.person_id, ())), one.platform or "无法送达")
        for index, one in enumerate(found, 1)
    ]
    columns = (
        sheets.Column("序号", "row", sheets.Kind.NUMBER, 8),
        sheets.Column("姓名", "name"),
        sheets.Column("单位", "unit", width=34),
        sheets.Column("渠道", "platform"),
    )
    made_at = tx.now.astimezone(tx.association.timezone).replace(tzinfo=None, microsecond=0)
    content = workbook.write([sheets.Sheet("收件人", "people", columns, rows, notes=(title,))], made_at, title)
    tx.record("export:audience:make", "export:audience", {"people": len(rows), "audience": dict(audience)})
    return "收件人.xlsx", content

"""Workbooks: the month, and the proof of service."""

import unicodedata
from typing import Annotated

from announcements.models import Announcement
from bot.commands.announcements import AnnouncementRef
from bot.messages import FileOut, Reply, Table
from bot.parameters import Parameter
from bot.registry import command
from core import calendar
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx
from exports import queries, usecases


def _read_month(tx: Tx, raw: str) -> tuple[int, int]:
    return calendar.parse_month(unicodedata.normalize("NFKC", raw).strip(), tx.today)


Month = Annotated[tuple[int, int], Parameter(N_("month"), _read_month, zh="月份", hint=N_("for example 2026-10"))]


@command(
    "export month",
    zh="导出 月报",
    summary=N_("The workbook of a month for the regulator"),
    permission=Permission.EXPORT,
)
def export_month(tx: Tx, month: Month) -> Reply:
    """Make the workbook, or give the one with the same content again."""
    made = usecases.export_month(tx, year=month[0], month=month[1])
    bad = [check for check in made.checks if not check.agrees]
    lines = [
        _("Workbook of {period}, revision {revision}").format(period=made.file.period, revision=made.file.revision),
        _("Members: {opening} + {joined} − {left} = {closing}").format(**made.file.figures),
        _("Checks: {good} of {all} agree").format(good=len(made.checks) - len(bad), all=len(made.checks)),
        "SHA-256: " + made.file.sha256,
    ]
    lines += [
        _("Does not agree: {check} ({expected} ≠ {found})").format(check=c.zh, expected=c.expected, found=c.found)
        for c in bad
    ]
    data = {"period": made.file.period, "sha256": made.file.sha256, "revision": made.file.revision, "again": made.again}
    data |= {"figures": made.file.figures, "content_hash": made.file.content_hash}
    return Reply("\n".join(lines), files=(FileOut(made.name, made.content, usecases.XLSX),), data=data)


@command("export list", zh="导出 列表", summary=N_("Workbooks that have been made"), permission=Permission.EXPORT)
def list_exports(tx: Tx) -> Reply:
    """Period, revision, hash and time of each workbook."""
    rows = tuple(
        (f.period, str(f.revision), tx.association.show(f.made_at), f.sha256[:16])
        for f in queries.exports_made(tx.session)
    )
    table = Table((_("Period"), _("Revision"), _("Made"), "SHA-256"), rows)
    return Reply(_("{count} workbooks").format(count=len(rows)), table=table, data=[list(row) for row in rows])


@command(
    "announce proof",
    zh="公告 证明",
    summary=N_("Proof of service: who got it when, who confirmed"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def proof(tx: Tx, announcement: AnnouncementRef) -> Reply:
    """The proof-of-service list as a workbook."""
    one: Announcement = announcement
    name, content = usecases.proof_of_service(tx, announcement=one)
    text = _("Proof of service of {number}").format(number=one.document_number)
    return Reply(text, files=(FileOut(name, content, usecases.XLSX),), data={"announcement": one.number})

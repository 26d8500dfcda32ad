"""Workbooks: the month, and the proof of service."""

import unicodedata
from typing import Annotated

from announcements.models import Announcement
from bot.commands.announcements import AnnouncementRef
from bot.messages import Button, FileOut, Reply, Table
from bot.parameters import Parameter, read_number
from bot.registry import command
from core import calendar
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx
from exports import queries, usecases


def _read_month(tx: Tx, raw: str) -> tuple[int, int]:
    return calendar.parse_month(unicodedata.normalize("NFKC", raw).strip(), tx.today)


Month = Annotated[tuple[int, int], Parameter(N_("month"), _read_month, zh="月份", hint=N_("for example 2026-10"))]
Revision = Annotated[int, Parameter(N_("revision"), read_number, zh="版次")]


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
    if not made.closed:
        lines.insert(1, _("This month is not over: the figures are those of now."))
    data = {"period": made.file.period, "sha256": made.file.sha256, "revision": made.file.revision, "again": made.again}
    data |= {"figures": made.file.figures, "content_hash": made.file.content_hash}
    return Reply("\n".join(lines), files=(FileOut(made.name, made.content, usecases.XLSX),), data=data)


@command("export list", zh="导出 列表", summary=N_("Workbooks that have been made"), permission=Permission.EXPORT)
def list_exports(tx: Tx) -> Reply:
    """Period, revision, hash and time of each workbook, and whether a later revision stands in its place."""
    found = queries.exports_made(tx.session)
    newest: dict[str, int] = {}
    for file in found:
        newest[file.period] = max(file.revision, newest.get(file.period, 0))
    rows = tuple(
        (f.period, str(f.revision), tx.association.show(f.made_at), _state(f.revision, newest[f.period]), f.sha256[:16])
        for f in found
    )
    table = Table((_("Period"), _("Revision"), _("Made"), _("State"), "SHA-256"), rows)
    buttons = tuple((Button(period, f"export get {period}"),) for period in list(newest)[:5])
    text = _("{count} workbooks").format(count=len(rows))
    return Reply(text, table=table, buttons=buttons, data=[list(row) for row in rows])


def _state(revision: int, newest: int) -> str:
    return _("in force") if revision == newest else _("superseded by revision {number}").format(number=newest)


@command(
    "export get",
    zh="导出 取回",
    summary=N_("A workbook that was made before, as it was"),
    permission=Permission.EXPORT,
)
def get_export(tx: Tx, month: Month, revision: Revision | None = None) -> Reply:
    """The kept file, byte for byte; a superseded one says so."""
    period = f"{month[0]:04d}-{month[1]:02d}"
    file, name, content, newest = usecases.get_export(tx, period=period, revision=revision)
    head = _("Workbook of {period}, revision {revision}").format(period=period, revision=file.revision)
    lines = [head, _state(file.revision, newest), "SHA-256: " + file.sha256]
    data = {"period": period, "revision": file.revision, "sha256": file.sha256, "newest": newest}
    return Reply("\n".join(lines), files=(FileOut(name, content, usecases.XLSX),), data=data)


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

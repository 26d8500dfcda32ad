"""Bringing in a roster: dry run, confirm, undo."""

from typing import Annotated, Any

from bot.commands.files import File
from bot.messages import Button, FileIn, FileOut, Progress, Reply
from bot.parameters import Flag, Parameter, plain
from bot.registry import command
from core.access import Permission
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from exports import registers
from membership import queries, usecases
from membership.models import ImportBatch
from membership.rules import categories, classes, roster
from membership.rules.roster import Row
from membership.usecases.rosters import Judged

SHOWN = 8


def _read_batch(tx: Tx, raw: str) -> ImportBatch:
    digits = plain(raw).upper().removeprefix("I-").removeprefix("I")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise BadInput("import_form", _("Write an import like I-0003."))
    return queries.batch_by_number(tx.session, int(digits), lock=True)


BatchRef = Annotated[ImportBatch, Parameter(N_("import"), _read_batch, zh="导入")]


@command(
    "member import",
    zh="会员 导入",
    summary=N_("Read a roster (xlsx, xls, csv) and show what it would change"),
    permission=Permission.IMPORT_MEMBERS,
)
def import_roster(tx: Tx, file: File, dry_run: Flag = False) -> Reply:
    """Judge every row. Nothing is changed until the import is confirmed, and nothing is sent to anyone."""
    sent: FileIn = file
    if dry_run:
        judged = usecases.judge(tx, sent.name, sent.content)
        return _shown(tx, judged, _("Dry run of {name}").format(name=sent.name), ())
    batch, judged = usecases.judge_import(tx, name=sent.name, content=sent.content)
    head = _("{reference}: {name}").format(reference=batch.reference, name=sent.name)
    good = judged.counts.get("insert", 0) + judged.counts.get("update", 0)
    confirm = Button(_("Bring in {count} rows").format(count=good), f"import confirm {batch.reference}")
    return _shown(tx, judged, head, ((confirm,),) if good else (), batch.reference)


def _shown(
    tx: Tx, judged: Judged, head: str, buttons: tuple[tuple[Button, ...], ...], reference: str | None = None
) -> Reply:
    lines = [head, _summary(judged)]
    hidden = sum(row.hidden for row in judged.rows)
    if hidden:
        lines.append(_("{count} hidden rows were read too.").format(count=hidden))
    if judged.skipped:
        lines.append(_("Hidden sheets were not read: {names}").format(names=", ".join(judged.skipped)))
    bad = [row for row in judged.rows if row.outcome == "error"]
    lines += [_problem_line(row) for row in bad[:SHOWN]]
    if len(bad) > SHOWN:
        lines.append(_("… and {count} more: see the workbook.").format(count=len(bad) - SHOWN))
    name, content = registers.recap_of(
        judged.rows, tx.now.astimezone(tx.association.timezone).replace(tzinfo=None, microsecond=0)
    )
    data = {"import": reference, "counts": judged.counts, "rows": [_as_data(row) for row in judged.rows]}
    return Reply("\n".join(lines), buttons=buttons, files=(FileOut(name, content, registers.XLSX),), data=data)


def _summary(judged: Judged) -> str:
    counts = {
        name: judged.counts.get(name, 0) for name in ("insert", "update", "unchanged", "error", "blank", "footer")
    }
    text = _(
        "{insert} new, {update} changed, {unchanged} unchanged, {error} wrong ({blank} blank, {footer} footer lines)"
    )
    return text.format(**counts)


def _problem_line(row: Row) -> str:
    problems = "; ".join(roster.problem_words(problem) for problem in row.problems)
    return _("Row {row} {name}: {problems}").format(row=row.row, name=row.name, problems=problems)


def _as_data(row: Row) -> dict[str, Any]:
    """One row as machines get it: names and days as text, nothing for blank and footer lines but their kind."""
    if row.outcome in ("blank", "footer"):
        return {"row": row.row, "outcome": row.outcome}
    found = {
        "row": row.row,
        "outcome": row.outcome,
        "problems": row.problems,
        "name": row.name,
        "code": row.code,
        "kind": categories.zh(row.kind),
        "class": classes.zh(row.rank) if row.rank else None,
        "joined": row.joined.isoformat() if row.joined else None,
        "phone": row.phone,
        "engineers": row.engineers,
        "valid_until": row.valid_until.isoformat() if row.valid_until else None,
        "region": row.region,
        "contact": row.contact,
    }
    return found | ({"hidden": True} if row.hidden else {})


@command(
    "import confirm",
    zh="导入 确认",
    summary=N_("Bring the good rows of a roster into the register"),
    permission=Permission.IMPORT_MEMBERS,
    sensitive=True,
)
def confirm(tx: Tx, batch: BatchRef, progress: Progress) -> Reply:
    """All good rows, or none; rows in error stay out."""
    counts = usecases.confirm_import(tx, batch=batch, progress=progress)
    text = _("{reference}: {inserted} entered, {updated} changed. Nobody was notified.")
    buttons = ((Button(_("Undo"), f"import undo {batch.reference}"), Button(_("Member list"), "member list")),)
    return Reply(text.format(reference=batch.reference, **counts), buttons=buttons, data=counts)


@command(
    "import undo",
    zh="导入 撤销",
    summary=N_("Take a confirmed import back"),
    permission=Permission.IMPORT_MEMBERS,
    sensitive=True,
    confirm=N_("Take this import back? What it entered is removed, what it changed is restored."),
)
def undo(tx: Tx, batch: BatchRef) -> Reply:
    """Undo, unless the register has moved on."""
    counts = usecases.undo_import(tx, batch=batch)
    text = _("{reference}: {removed} removed, {restored} restored.")
    return Reply(text.format(reference=batch.reference, **counts), data=counts)

"""Bringing in a roster: dry run, confirm, undo."""

from typing import Annotated, Any

from bot.commands.files import File
from bot.commands.register import change_line
from bot.messages import Button, FileIn, FileOut, Progress, Reply, Table
from bot.parameters import Flag, Parameter, plain, read_yes, yes_or_no
from bot.registry import command
from core.access import Permission
from core.attachments import clean_name
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from exports import registers
from membership import queries, usecases
from membership.models import ImportBatch
from membership.rules import categories, classes, roster
from membership.rules.roster import Row
from membership.usecases.rosters import EVERY_SHEET, Judged, Wanted

SHOWN = 8
STATES = {"judged": N_("waiting"), "confirmed": N_("brought in"), "undone": N_("taken back")}
OnlyBlank = Annotated[bool, Parameter(N_("only fill blanks"), read_yes, zh="只补空白", choices=yes_or_no, flag=True)]


def _read_batch(tx: Tx, raw: str) -> ImportBatch:
    digits = plain(raw).upper().removeprefix("I-").removeprefix("I")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise BadInput("import_form", _("Write an import like I-0003."))
    return queries.batch_by_number(tx.session, int(digits), lock=True)


BatchRef = Annotated[ImportBatch, Parameter(N_("import"), _read_batch, zh="导入")]


def _read_sheet_name(_tx: Tx, raw: str) -> str:
    text = plain(raw)
    return EVERY_SHEET if text.casefold() in ("全部", "所有", "all", EVERY_SHEET) else text[:60]


SheetName = Annotated[str, Parameter(N_("sheet"), _read_sheet_name, zh="工作表", hint=N_("its name, or all"))]


@command(
    "member import",
    zh="会员 导入",
    summary=N_("Read a roster (xlsx, xls, csv) and show what it would change"),
    permission=Permission.IMPORT_MEMBERS,
)
def import_roster(
    tx: Tx, file: File, dry_run: Flag = False, sheet: SheetName = "", only_blank: OnlyBlank = False
) -> Reply:
    """Judge every row. Nothing is changed until the import is confirmed, and nothing is sent to anyone.

    ``only_blank`` fills what the register leaves blank and overwrites nothing.
    """
    sent: FileIn = file
    wanted = Wanted(sheet, only_blank)
    if dry_run:
        judged = usecases.judge(tx, sent.name, sent.content, wanted)
        return _shown(tx, judged, _("Dry run of {name}").format(name=clean_name(sent.name)), ())
    batch, judged = usecases.judge_import(tx, name=sent.name, content=sent.content, wanted=wanted)
    head = _("{reference}: {name}").format(reference=batch.reference, name=clean_name(sent.name))
    good = judged.counts.get("insert", 0) + judged.counts.get("update", 0)
    rows = (
        [(Button(_("Bring in {count} rows").format(count=good), f"import confirm {batch.reference}"),)] if good else []
    )
    if judged.others:
        again = f"member import file=#{batch.attachment_id} sheet=all" + (" --only-blank" if only_blank else "")
        rows.append((Button(_("Read all {count} sheets").format(count=len(judged.others) + 1), again),))
    return _shown(tx, judged, head, tuple(rows), batch.reference)


def _shown(
    tx: Tx, judged: Judged, head: str, buttons: tuple[tuple[Button, ...], ...], reference: str | None = None
) -> Reply:
    bad = [row for row in judged.rows if row.outcome == "error"]
    changed = [row for row in judged.rows if row.outcome == "update"]
    lines = [head, _summary(judged), *_said(tx, judged)]
    lines += [_problem_line(row) for row in bad[:SHOWN]]
    if len(bad) > SHOWN:
        lines.append(_("… and {count} more: see the workbook.").format(count=len(bad) - SHOWN))
    lines += [_change_line(row) for row in changed[:SHOWN]]
    if len(changed) > SHOWN:
        lines.append(_("… and {count} more: see the workbook.").format(count=len(changed) - SHOWN))
    name, content = registers.recap_of(
        judged.rows, tx.now.astimezone(tx.association.timezone).replace(tzinfo=None, microsecond=0)
    )
    data = {"import": reference, "counts": judged.counts, "rows": [_as_data(row) for row in judged.rows]}
    return Reply("\n".join(lines), buttons=buttons, files=(FileOut(name, content, registers.XLSX),), data=data)


def _said(tx: Tx, judged: Judged) -> list[str]:
    """What is to be known of the file as a whole."""
    show = tx.association.show
    said = [
        _("This very file was uploaded before: {imports}").format(
            imports=_(", ").join(f"{b.reference} ({_(STATES[b.state])}, {show(b.made_at)})" for b in judged.before[:3])
        )
        if judged.before
        else "",
        _("The file was saved at {time}; {count} of these members were changed after that.").format(
            time=show(judged.saved), count=judged.newer
        )
        if judged.saved and judged.newer
        else "",
        _("{count} hidden rows were read too.").format(count=hidden)
        if (hidden := sum(row.hidden and row.outcome not in ("blank", "footer") for row in judged.rows))
        else "",
        _named(N_("Hidden columns were read too: {names}"), judged.hidden_columns),
        _named(N_("Hidden sheets were not read: {names}"), judged.skipped),
        _named(N_("Other sheets look like rosters and were not read: {names}"), judged.others),
        _named(N_("Columns that were not read: {names}"), judged.unread),
        _("An .xls file does not tell hidden rows or failed formulas. Save it as .xlsx to have them checked.")
        if judged.old
        else "",
    ]
    return [line for line in said if line]


def _named(text: str, names: list[str]) -> str:
    return _(text).format(names=_(", ").join(dict.fromkeys(names))) if names else ""


def _summary(judged: Judged) -> str:
    counts = {
        name: judged.counts.get(name, 0) for name in ("insert", "update", "unchanged", "error", "blank", "footer")
    }
    text = _(
        "{insert} new, {update} changed, {unchanged} unchanged, {error} wrong ({blank} blank, {footer} footer lines)"
    )
    return text.format(**counts)


def _place(row: Row) -> str:
    return f"{row.sheet} {row.row}".strip()


def _problem_line(row: Row) -> str:
    problems = "; ".join(roster.words_for(row))
    return _("Row {row} {name}: {problems}").format(row=_place(row), name=row.name, problems=problems)


def _change_line(row: Row) -> str:
    changes = "; ".join(change_line(fact, old, new) for fact, (old, new) in row.changes.items())
    return _("Row {row} {name}: {problems}").format(row=_place(row), name=row.name, problems=changes)


def _as_data(row: Row) -> dict[str, Any]:
    """One row as machines get it: names and days as text, nothing for blank and footer lines but their kind."""
    if row.outcome in ("blank", "footer"):
        return {"row": row.row, "outcome": row.outcome} | ({"sheet": row.sheet} if row.sheet else {})
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
    if row.outcome == "update":
        found["changes"] = usecases.changes_as_data(row.changes.items())
    return found | ({"hidden": True} if row.hidden else {}) | ({"sheet": row.sheet} if row.sheet else {})


@command(
    "import list",
    zh="导入 列表",
    summary=N_("Rosters that were uploaded, and what became of them"),
    permission=Permission.IMPORT_MEMBERS,
)
def list_imports(tx: Tx) -> Reply:
    """The latest imports."""
    found = queries.imports(tx.session)
    rows = tuple(
        (b.reference, name, tx.association.show(b.made_at), _(STATES[b.state]), _counted(b.counts)) for b, name in found
    )
    table = Table((_("Import"), _("File"), _("Uploaded"), _("State"), _("Rows")), rows)
    return Reply(_("{count} imports").format(count=len(rows)), table=table, data=[list(row) for row in rows])


def _counted(counts: dict[str, int]) -> str:
    return "+{insert} ~{update} !{error}".format_map({"insert": 0, "update": 0, "error": 0} | counts)


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

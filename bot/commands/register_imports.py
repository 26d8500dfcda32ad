"""Bringing spreadsheets into registers: judged row by row, confirmed, taken back."""

from typing import Any

from bot.commands.files import File
from bot.commands.register_parameters import RegisterName
from bot.commands.register_writing import change_lines
from bot.messages import Button, FileIn, FileOut, Progress, Reply
from bot.parameters import Number
from bot.registry import command
from core.access import Permission
from core.attachments import clean_name
from core.i18n import N_, _
from core.transaction import Tx
from exports import professional as exports
from membership.rules.registers.declaration import Register
from membership.usecases import registers as usecases
from membership.usecases.registers import Row

SHOWN = 8


@command(
    "register import",
    zh="登记 导入",
    summary=N_("Read a spreadsheet into a register and show what it would change"),
    permission=Permission.IMPORT_MEMBERS,
)
def import_register(tx: Tx, register: RegisterName, file: File) -> Reply:
    """Judge every row. Nothing is changed until the import is confirmed, and nothing is sent to anyone."""
    sent: FileIn = file
    made, judged = usecases.judge_register(tx, register=register, name=sent.name, content=sent.content)
    head = _("Import {number} into “{register}”: {name}")
    lines = [head.format(number=made.number, register=_(register.label), name=clean_name(sent.name))]
    text = _("{insert} new, {update} changed, {unchanged} unchanged, {error} wrong")
    lines.append(text.format(**judged.counts))
    if judged.unread:
        lines.append(_("Columns that were not read: {names}").format(names=_(", ").join(judged.unread)))
    lines += _first([_problems(row) for row in judged.rows if row.outcome == "error"])
    lines += _first([_changes(tx, register, row) for row in judged.rows if row.outcome == "update"])
    lines += _first([_said(row) for row in judged.rows if row.said and row.outcome in ("insert", "update")])
    good = judged.counts["insert"] + judged.counts["update"]
    label = _("Bring in {count} rows").format(count=good)
    buttons = ((Button(label, f"register import confirm {made.number}"),),) if good else ()
    name, content = exports.recap(tx, register=register, judged=judged)
    data = {"import": made.number, "counts": judged.counts, "rows": [_as_data(row) for row in judged.rows]}
    return Reply("\n".join(lines), buttons=buttons, files=(FileOut(name, content, exports.XLSX),), data=data)


def _first(lines: list[str]) -> list[str]:
    if len(lines) <= SHOWN:
        return lines
    return [*lines[:SHOWN], _("… and {count} more: see the workbook.").format(count=len(lines) - SHOWN)]


def _line(row: Row, text: str) -> str:
    name = row.unit.name if row.unit else ""
    return _("Row {row} {name}: {problems}").format(row=row.row, name=name, problems=text)


def _problems(row: Row) -> str:
    return _line(row, "; ".join(text for _code, text in row.problems))


def _changes(tx: Tx, register: Register, row: Row) -> str:
    return _line(row, "; ".join(change_lines(tx, register, row.changes)))


def _said(row: Row) -> str:
    return _line(row, "; ".join(row.said))


def _as_data(row: Row) -> dict[str, Any]:
    problems = [code for code, _text in row.problems]
    return {"row": row.row, "outcome": row.outcome, "problems": problems, "values": row.values}


@command(
    "register import confirm",
    zh="登记 导入 确认",
    summary=N_("Bring the good rows of a spreadsheet into its register"),
    permission=Permission.IMPORT_MEMBERS,
    sensitive=True,
)
def confirm(tx: Tx, number: Number, progress: Progress) -> Reply:
    """All good rows, or none; rows in error stay out."""
    done = usecases.confirm_register_import(tx, number=number, progress=progress)
    text = _("Import {number}: {inserted} entered, {updated} changed. Nobody was notified.")
    buttons = ((Button(_("Undo"), f"register import undo {number}"),),)
    return Reply(text.format(number=number, **done), buttons=buttons, data=done)


@command(
    "register import undo",
    zh="登记 导入 撤销",
    summary=N_("Take a confirmed import of a register back"),
    permission=Permission.IMPORT_MEMBERS,
    sensitive=True,
    confirm=N_("Take this import back? What it entered ends today, what it changed is restored."),
)
def undo(tx: Tx, number: Number) -> Reply:
    """Undo, unless the register has moved on."""
    done = usecases.undo_register_import(tx, number=number)
    text = _("Import {number}: {ended} ended, {restored} restored.")
    return Reply(text.format(number=number, **done), data=done)

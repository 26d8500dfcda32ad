"""Registers as figures and as workbooks: reports, exports, templates."""

from bot.commands.register_parameters import RegisterName
from bot.messages import Button, FileOut, Reply, Table
from bot.registry import command
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx
from exports import professional as exports


@command(
    "register report",
    zh="登记 报表",
    summary=N_("Exact figures of a register: completeness, balances, who falls short"),
    permission=Permission.VIEW_MEMBERS,
)
def report(tx: Tx, register: RegisterName) -> Reply:
    """The report of the register, as a table and, where one may export, as a workbook."""
    made = exports.report(tx, register=register)
    columns = tuple(_(column.label) for column in made.columns)
    rows = tuple(exports.in_words(made, row) for row in made.rows)
    totals = (exports.in_words(made, made.totals),) if made.totals and made.rows else ()
    head = _("{register}, as of {day}").format(register=_(register.label), day=tx.today.isoformat())
    data = {"columns": [column.name for column in made.columns], "rows": [list(row) for row in made.rows]}
    data |= {"totals": list(made.totals) if made.totals else None}
    lines = [head, *made.notes]
    if len(rows) > exports.MOST_ROWS:
        lines.append(
            _("The first {count} of {all} lines; `register export` has all.").format(
                count=exports.MOST_ROWS, all=len(rows)
            )
        )
    buttons = (
        ((Button(_("As a workbook"), f"register export {register.name}"),),) if tx.actor.may(Permission.EXPORT) else ()
    )
    return Reply("\n".join(lines), table=Table(columns, rows[: exports.MOST_ROWS] + totals), buttons=buttons, data=data)


@command(
    "register export",
    zh="登记 导出",
    summary=N_("All entries of a register and its report as a workbook"),
    permission=Permission.EXPORT,
)
def export(tx: Tx, register: RegisterName) -> Reply:
    """Entries in a form that can be imported again, and the report."""
    name, content, count = exports.export_register(tx, register=register)
    text = _("{register}: {count} entries").format(register=_(register.label), count=count)
    return Reply(text, files=(FileOut(name, content, exports.XLSX),), data={"count": count}, personal=True)


@command(
    "register template",
    zh="登记 模板",
    summary=N_("An empty workbook of a register, to be filled in and imported"),
    permission=Permission.EXPORT,
)
def template(tx: Tx, register: RegisterName) -> Reply:
    """Headings in Chinese, below them the names for machines, and a sheet that says what each field takes."""
    name, content = exports.template(tx, register=register)
    text = _("Fill it in and send it with `register import {name}`.").format(name=register.name)
    return Reply(text, files=(FileOut(name, content, exports.XLSX),), data={"register": register.name})

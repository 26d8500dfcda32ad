"""Professional registers as workbooks: entries, reports, templates, and their sheets in the month's workbook."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from hashlib import sha256
from typing import Any

from core.access import Permission, usecase
from core.i18n import _, speaking
from core.transaction import Tx
from exports import workbook
from exports.sheets import Cell, Column, Kind, Sheet
from membership.models import Unit
from membership.queries import register_values, staffing
from membership.queries import registers as queries
from membership.queries.registers import Chosen
from membership.rules.registers import catalogue, reading
from membership.rules.registers.declaration import Field, Register, Type
from membership.rules.registers.entries import validity
from membership.rules.registers.reports import Column as Figure
from membership.rules.registers.reports import Kind as FigureKind
from membership.rules.registers.reports import Line, Report, Snapshot, report_of
from membership.rules.registers.reports.engineers import staff_from
from membership.rules.registers.reports.kinds import GENERAL
from membership.rules.standing import Status
from membership.usecases.registers import Judged, Row

Stood = Mapping[str, tuple[Register, list[queries.Then]]]
"""Name of a register → the register and its entries as they stood."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 40
"""So many lines of a report are shown in a chat."""
UNIT = (
    Column("条目", "entry", width=9),
    Column("会员编号", "member", width=11),
    Column("单位名称", "member_name", width=30),
    Column("单位信用代码", "member_code", width=22),
)
KINDS = {
    Type.WHOLE: Kind.NUMBER,
    Type.MONEY: Kind.SCORE,
    Type.PERCENT: Kind.SCORE,
    Type.NUMBER: Kind.SCORE,
    Type.DATE: Kind.DATE,
}
UNITS = {Type.MONEY: "（元）", Type.PERCENT: "（%）"}
FIGURES = {
    FigureKind.NUMBER: Kind.NUMBER,
    FigureKind.MONEY: Kind.SCORE,
    FigureKind.PERCENT: Kind.SCORE,
    FigureKind.DATE: Kind.DATE,
}
OVERVIEW = (
    Column("登记册", "register", width=20),
    Column("名称", "name", width=22),
    Column("本月新增", "entered", Kind.NUMBER, 10),
    Column("本月终止", "ended", Kind.NUMBER, 10),
    Column("月末条目", "entries", Kind.NUMBER, 10),
    Column("月末有效", "in_force", Kind.NUMBER, 10),
    Column("月末过期", "expired", Kind.NUMBER, 10),
    Column("涉及单位", "units", Kind.NUMBER, 10),
)


def snapshot(tx: Tx, register: Register) -> Snapshot:
    """What the report of a register is made from, as of today."""
    wanted = report_of(register)
    if wanted.staff:
        return Snapshot(register, tx.today, {}, staffing.staff(tx.session, tx.today))
    names = {register.name, *wanted.needs}
    return Snapshot(register, tx.today, {name: queries.lines(tx.session, name) for name in names})


def report(tx: Tx, *, register: Register) -> Report:
    """The exact figures of a register as of today, in the language of the moment."""
    return report_of(register).make(snapshot(tx, register))


def in_words(made: Report, row: Iterable[Any]) -> tuple[str, ...]:
    """A line of a report as text."""
    return tuple(_said(column, cell) for column, cell in zip(made.columns, row, strict=True))


def _said(column: Figure, cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, int) and column.kind in (FigureKind.MONEY, FigureKind.PERCENT):
        return reading.hundredths(cell)
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def report_sheet(register: Register, made: Report) -> Sheet:
    """A report as a sheet; amounts in yuan, shares in percent, as exact numbers."""
    columns = tuple(_figure_column(column) for column in made.columns)
    rows = [_figure_row(made, row) for row in made.rows]
    totals = _figure_row(made, made.totals) if made.totals else None
    return Sheet(f"{register.zh}报表"[:31], f"{register.name}_report", columns, rows, totals, made.notes)


def _figure_column(column: Figure) -> Column:
    unit = {FigureKind.MONEY: "（元）", FigureKind.PERCENT: "（%）"}.get(column.kind, "")
    wide = 30 if column.name in ("name", "missing", "title", "rule") else 14
    return Column(_(column.label) + unit, column.name, FIGURES.get(column.kind, Kind.TEXT), wide)


def _figure_row(made: Report, row: Iterable[Any]) -> tuple[Cell, ...]:
    hundredths = (FigureKind.MONEY, FigureKind.PERCENT)
    return tuple(
        Decimal(cell).scaleb(-2) if column.kind in hundredths and isinstance(cell, int) else cell
        for column, cell in zip(made.columns, row, strict=True)
    )


def _columns(fields: Iterable[Field]) -> tuple[Column, ...]:
    return tuple(
        Column(
            one.label.texts["zh_CN"] + UNITS.get(one.type, ""), one.name, KINDS.get(one.type, Kind.TEXT), _width(one)
        )
        for one in fields
    )


def _width(one: Field) -> int:
    return {Type.TEXT: 24, Type.URL: 36, Type.CHOICES: 26, Type.CREDIT_CODE: 22, Type.PERIOD: 24}.get(one.type, 16)


def _cell(one: Field, value: Any, words: Mapping[str, str]) -> Cell:
    """A value as a cell: real numbers and dates, everything else in words."""
    if value in (None, "", []):
        return None
    if one.type in (Type.MONEY, Type.PERCENT):
        return Decimal(value).scaleb(-2)
    if one.type is Type.NUMBER:
        return Decimal(value)
    if one.type is Type.WHOLE:
        return int(value)
    return date.fromisoformat(value) if one.type is Type.DATE else words.get(one.name, "")


def _row(tx: Tx, register: Register, fields: Iterable[Field], number: int, unit: Unit, data: Any) -> tuple[Cell, ...]:
    words = register_values.shown(tx.session, register, data, files=False)
    head = (f"E-{number:04d}", unit.reference, unit.name, unit.code)
    return (*head, *(_cell(one, data.get(one.name), words) for one in fields))


def entries_sheet(tx: Tx, register: Register) -> Sheet:
    """All live entries with every field, in words that an import understands again."""
    rows = [
        _row(tx, register, register.fields, entry.number, entry.unit, entry.data)
        for entry in queries.entries(tx.session, Chosen(register))
    ]
    return Sheet(register.zh[:31], register.name, UNIT + _columns(register.fields), rows)


@usecase(Permission.EXPORT)
def export_register(tx: Tx, *, register: Register) -> tuple[str, bytes, int]:
    """Name and bytes of the workbook with all live entries and the report, and how many entries there are.

    It is not kept: it holds what is about people, which an erasure could not reach there.
    """
    with speaking("zh_CN"):
        sheets = [entries_sheet(tx, register), report_sheet(register, report(tx, register=register))]
    made_at = tx.now.astimezone(tx.association.timezone).replace(tzinfo=None, microsecond=0)
    content = workbook.write(sheets, made_at, f"{tx.association.name} {register.zh}")
    data = {"sha256": sha256(content).hexdigest(), "rows": len(sheets[0].rows)}
    tx.record("export:professional:make", f"export:{register.name}", data)
    return f"{register.zh}-{tx.today.isoformat()}.xlsx", content, len(sheets[0].rows)


def template(tx: Tx, *, register: Register) -> tuple[str, bytes]:
    """Name and bytes of an empty workbook: both headings, and a sheet that says what each field takes."""
    fields = [one for one in register.fields if not one.historic and one.type is not Type.ATTACHMENT]
    with speaking("zh_CN"):
        told = [(one.label, one.name, "必填" if one.required else "", _how(one, tx.today)) for one in fields]
    rows: list[tuple[Cell, ...]] = [(label.texts["zh_CN"], *more) for label, *more in told]
    columns = (
        Column("字段", "field", width=22),
        Column("机器名", "name", width=20),
        Column("必填", "required", width=8),
        Column("填写方法", "how", width=70),
    )
    made_at = tx.now.astimezone(tx.association.timezone).replace(tzinfo=None, microsecond=0)
    empty = Sheet(register.zh[:31], register.name, UNIT[1:] + _columns(fields), [])
    note = "会员编号、单位信用代码、单位名称三者填一项即可。空白单元格不改变已登记的内容。"
    return f"{register.zh}-模板.xlsx", workbook.write(
        [empty, Sheet("填写说明", "help", columns, rows, notes=(note,))], made_at
    )


def _how(one: Field, day: date) -> str:
    if one.items:
        return _(", ").join(_(item.label) for item in one.items if item.offered(day))
    return _(one.hint) if one.hint else reading.example(one.type) or _("any text")


def month_sheets(tx: Tx, begin: date, end: date) -> list[Sheet]:
    """The overview of all registers, and a sheet for each that has entries, as they stood at the end of the month.

    What is about a person stays out. Nothing at all before the first entry of any register.
    """
    zone = tx.association.timezone
    since, until = datetime.combine(begin, time.min, zone), datetime.combine(end, time.max, zone)
    moved = queries.movements(tx.session, since, until)
    stood = {one.name: (one, queries.as_of(tx.session, one.name, until, end)) for one in catalogue.registers().values()}
    with speaking("zh_CN"):
        pages = [page for register, then in stood.values() if then for page in _pages(tx, register, then, stood, end)]
        rows = [
            _overview(register, moved.get(name, queries.Movement()), then, end)
            for name, (register, then) in stood.items()
        ]
    return [Sheet("专业登记概况", "registers", OVERVIEW, rows), *pages] if pages or moved else []


def _pages(tx: Tx, register: Register, then: list[queries.Then], stood: Stood, end: date) -> list[Sheet]:
    """The entries of a register and, where it has one of its own, its report as of the end of the month."""
    entries = _then_sheet(tx, register, then)
    wanted = report_of(register)
    if wanted is GENERAL:
        return [entries]
    names = (staffing.ENGINEERS, staffing.FIGURES) if wanted.staff else (register.name, *wanted.needs)
    lines = {name: _lines(*stood[name]) for name in names}
    staff = staff_from(lines[staffing.ENGINEERS], lines[staffing.FIGURES], end) if wanted.staff else ()
    return [entries, report_sheet(register, wanted.make(Snapshot(register, end, lines, staff)))]


def _lines(register: Register, then: list[queries.Then]) -> list[Line]:
    ends = [validity(register, one.data)[1] for one in then]
    return [
        Line(one.number, one.unit.number, one.unit.name, one.data, day)
        for one, day in zip(then, ends, strict=True)
        if Status(one.unit.status).member
    ]


def _overview(register: Register, moved: queries.Movement, then: list[queries.Then], end: date) -> tuple[Cell, ...]:
    ends = [validity(register, one.data)[1] for one in then]
    expired = sum(day is not None and day < end for day in ends)
    units = len({one.unit.id for one in then})
    return (register.zh, register.name, moved.entered, moved.ended, len(then), len(then) - expired, expired, units)


def _then_sheet(tx: Tx, register: Register, then: list[queries.Then]) -> Sheet:
    fields = [one for one in register.fields if one.sheet and not one.personal]
    rows = [_row(tx, register, fields, one.number, one.unit, one.data) for one in then]
    return Sheet(register.zh[:31], register.name, UNIT + _columns(fields), rows)


OUTCOMES = {"insert": "新增", "update": "更新", "unchanged": "无变化", "error": "有误", "footer": "表尾"}
RECAP = (
    Column("原行号", "row", Kind.NUMBER, 8),
    Column("处理结果", "outcome", width=10),
    Column("问题", "problems", width=46),
    Column("问题代码", "problem_codes", width=24),
    Column("会员编号", "member", width=11),
    Column("单位名称", "member_name", width=30),
    Column("条目", "entry", width=9),
)


def recap(tx: Tx, *, register: Register, judged: Judged) -> tuple[str, bytes]:
    """Name and bytes of the recap of an import: every row with its number, what became of it and why."""
    rows = [_recap_row(row) for row in judged.rows]
    made_at = tx.now.astimezone(tx.association.timezone).replace(tzinfo=None, microsecond=0)
    return f"{register.zh}-导入结果.xlsx", workbook.write([Sheet("导入结果", "import", RECAP, rows)], made_at)


def _recap_row(row: Row) -> tuple[Cell, ...]:
    said = [text for _code, text in row.problems] + row.said
    codes = " ".join(code for code, _text in row.problems)
    unit = (row.unit.reference, row.unit.name) if row.unit else (None, None)
    entry = row.entry.reference if row.entry else None
    return (row.row, OUTCOMES[row.outcome], "；".join(said), codes, *unit, entry)

"""Spreadsheets of a register: where the headings stand, what a cell says, which lines are no entries. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.errors import BadInput
from core.i18n import _
from membership.rules.registers.declaration import Register, Type
from membership.rules.roster import Raw, folded
from membership.rules.roster.cells import is_blank, is_left_blank, trouble_of

UNIT: Mapping[str, tuple[str, ...]] = {
    "entry": ("条目", "entry", "条目编号"),
    "member": ("会员编号", "member"),
    "member_name": ("单位名称", "会员单位", "企业名称", "member_name", "member name"),
    "member_code": ("单位信用代码", "统一社会信用代码", "信用代码", "member_code", "credit code"),
}
NAMING = frozenset({"member", "member_name", "member_code", "entry"})
SEARCHED = 40
FOOTERS = (
    "合计",
    "总计",
    "小计",
    "注：",
    "注:",
    "备注：",
    "备注:",
    "填表",
    "制表",
    "说明",
    "会员编号、单位信用代码、单位名称三者",
)
NOT_IMPORTED = frozenset({Type.ATTACHMENT})


@dataclass(frozen=True)
class Heading:
    """The last line of the headings (from 0), column → what it holds, and the columns that mean nothing here."""

    last: int
    columns: Mapping[int, str]
    unread: tuple[str, ...]


def _compared(text: str) -> str:
    return folded(text).casefold().split("(")[0].strip("*:")


def _names(register: Register) -> dict[str, str]:
    """Heading as it is compared → what the column holds; fields of the register come before the unit's."""
    found = {_compared(word): name for name, words in UNIT.items() for word in words}
    for one in register.fields:
        if one.type not in NOT_IMPORTED:
            found |= {_compared(word): one.name for word in (one.name, *one.label.texts.values())}
    return found


def find_heading(register: Register, rows: Sequence[Sequence[Raw]]) -> Heading:
    """The first line that names a unit and a field, with the line for machines below it. Raises BadInput."""
    names = _names(register)
    for index, row in enumerate(rows[:SEARCHED]):
        columns = _columns(row, names)
        if not NAMING & set(columns.values()) or not set(columns.values()) & set(register.by_name):
            continue
        if len(set(columns.values())) < len(columns):
            twice = next(name for name in columns.values() if list(columns.values()).count(name) > 1)
            raise BadInput("header_twice", _("Two columns are headed “{heading}”. Remove one.").format(heading=twice))
        unread = [str(cell).strip() for place, cell in enumerate(row) if not is_blank(cell) and place not in columns]
        return Heading(_last(rows, index, columns, names), columns, tuple(unread))
    needed = _(", ").join(_(one.label) for one in register.fields if one.required)
    text = _(
        "No heading row was found. It needs the member (number, code or name) and: {fields}. `register template {name}` makes one."
    )
    raise BadInput("header_missing", text.format(fields=needed, name=register.name))


def _columns(row: Sequence[Raw], names: Mapping[str, str]) -> dict[int, str]:
    cells = ((place, names.get(_compared(cell))) for place, cell in enumerate(row) if isinstance(cell, str))
    return {place: name for place, name in cells if name is not None}


def _last(rows: Sequence[Sequence[Raw]], index: int, columns: Mapping[int, str], names: Mapping[str, str]) -> int:
    """Below the headings may stand their names for machines."""
    below = _columns(rows[index + 1], names) if index + 1 < len(rows) else {}
    return index + 1 if below and below == columns else index


def text_of(value: Raw) -> str:
    """A cell as it would be typed: numbers exactly as they show, days in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f")
    return str(value).strip()


def trouble(value: Raw) -> str | None:
    """A formula without a result or an error value."""
    return trouble_of(value)


def left_blank(value: Raw, kind: Type | None) -> bool:
    """Whether a cell says nothing; 无 is an answer where yes or no is asked."""
    return is_blank(value) if kind is Type.YES_NO else is_left_blank(value)


def is_footer(row: Sequence[Raw]) -> bool:
    """Whether a line below the entries says something about all of them."""
    said = [str(cell).strip() for cell in row if not is_blank(cell)]
    return bool(said) and said[0].replace(" ", "").startswith(FOOTERS)

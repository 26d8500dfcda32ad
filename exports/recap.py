"""The recap of a roster import: every row with its original number, what became of it, and why. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from exports.sheets import Cell, Column, Kind, Sheet
from membership.rules import categories, classes, roster

OUTCOMES = {
    "insert": "新增",
    "update": "更新",
    "unchanged": "无变化",
    "error": "有误",
    "blank": "空行",
    "footer": "表尾",
}
COLUMNS = (
    Column("原行号", "row", Kind.NUMBER, 8),
    Column("处理结果", "outcome", width=10),
    Column("问题", "problems", width=40),
    Column("问题代码", "problem_codes", width=22),
    Column("隐藏行", "hidden", width=8),
    Column("单位名称", "name", width=36),
    Column("统一社会信用代码", "code", width=22),
    Column("单位类别", "kind", width=20),
    Column("会籍", "class", width=14),
    Column("入会日期", "joined", Kind.DATE, 12),
    Column("联系人", "contact", width=10),
    Column("手机", "phone", width=14),
    Column("注安师人数", "engineers", Kind.NUMBER, 10),
    Column("资质有效期至", "valid_until", Kind.DATE, 12),
    Column("地区", "region", width=10),
)


class JudgedRow(Protocol):
    """A roster row as it was judged."""

    row: int
    outcome: str
    hidden: bool
    problems: list[str]
    name: str
    code: str
    kind: str | None
    rank: str | None
    joined: date | None
    phone: str
    engineers: int | None
    valid_until: date | None
    region: str
    contact: str


def sheet(rows: Sequence[JudgedRow]) -> Sheet:
    """The recap; blank rows are counted elsewhere and left out here."""
    return Sheet("导入结果", "import", COLUMNS, [_line(row) for row in rows if row.outcome != "blank"])


def _line(row: JudgedRow) -> tuple[Cell, ...]:
    return (
        row.row,
        OUTCOMES[row.outcome],
        "；".join(roster.problem_words(problem) for problem in row.problems),
        " ".join(row.problems),
        "是" if row.hidden else "",
        row.name,
        row.code,
        categories.zh(row.kind),
        classes.zh(row.rank) if row.rank else None,
        row.joined,
        row.contact,
        row.phone,
        row.engineers,
        row.valid_until,
        row.region,
    )

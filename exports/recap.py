"""The recap of a roster import: every row with its original number, what became of it, and why. Pure."""

from collections.abc import Sequence
from typing import Any

from exports.sheets import Cell, Column, Kind, Sheet
from membership.rules import categories, classes, roster
from membership.rules.roster import Row

OUTCOMES = {
    "insert": "新增",
    "update": "更新",
    "unchanged": "无变化",
    "error": "有误",
    "blank": "空行",
    "footer": "表尾",
}
FACTS = {
    "name": "单位名称",
    "category": "单位类别",
    "rank": "会籍",
    "region": "地区",
    "joined_on": "入会日期",
    "engineers": "注安师人数",
    "remark": "备注",
    "valid_until": "资质有效期至",
    "contact": "联系人",
    "phone": "手机",
}
COLUMNS = (
    Column("原行号", "row", Kind.NUMBER, 8),
    Column("处理结果", "outcome", width=10),
    Column("问题", "problems", width=40),
    Column("问题代码", "problem_codes", width=22),
    Column("变更内容（原 → 新）", "changes", width=40),
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
    Column("工作表", "sheet", width=12),
)


def sheet(rows: Sequence[Row]) -> Sheet:
    """The recap; blank rows are counted elsewhere and left out here."""
    shown = [_line(row) for row in rows if row.outcome != "blank"]
    return Sheet("导入结果", "import", COLUMNS, shown)


def _line(row: Row) -> tuple[Cell, ...]:
    return (
        row.row,
        OUTCOMES[row.outcome],
        "；".join(roster.words_for(row)),
        " ".join(row.problems),
        "；".join(f"{FACTS[fact]}：{_spelled(old)} → {_spelled(new)}" for fact, (old, new) in row.changes.items()),
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
        row.sheet,
    )


def _spelled(value: Any) -> str:
    """A fact in the words of the sheet."""
    if value is None or value == "":
        return "（空）"
    if value in categories.CATEGORIES:
        return categories.zh(value) or ""
    return classes.zh(value) if value in set(classes.MemberClass) else str(value)

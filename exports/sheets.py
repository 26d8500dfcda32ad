"""What stands in the month's workbook: titles, columns and rows as plain data. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

Cell = str | int | date | datetime | None


class Kind(StrEnum):
    """How a column is stored and shown."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"


@dataclass(frozen=True)
class Column:
    """A column: Chinese heading for people, a name that never changes for machines."""

    zh: str
    name: str
    kind: Kind = Kind.TEXT
    width: int = 14


@dataclass(frozen=True)
class Sheet:
    """One sheet. ``rows`` hold a cell for each column, in order; ``totals`` go under the data."""

    zh: str
    name: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    totals: tuple[Cell, ...] | None = None
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class MemberLine:
    """A unit as it stood in a month."""

    number: str
    name: str
    code: str
    category: str
    rank: str
    region: str
    joined_on: date
    left_on: date | None
    status: str
    engineers: int | None

    def stood(self, begin: date, end: date) -> tuple[int, int, int, int]:
        """Opening, joined, left, closing of this unit in a month: opening + joined − left = closing."""
        opening = self.joined_on < begin and (self.left_on is None or self.left_on >= begin)
        joined = begin <= self.joined_on <= end
        left = self.left_on is not None and begin <= self.left_on <= end
        closing = self.joined_on <= end and (self.left_on is None or self.left_on > end)
        return int(opening), int(joined), int(left), int(closing)


@dataclass(frozen=True)
class NoticeLine:
    """An announcement published in a month, with what became of its copies."""

    reference: str
    document_number: str
    kind: str
    title: str
    version: int
    published_at: datetime
    state: str
    audience: int
    acknowledged: int
    sent: int
    waiting: int
    failed: int
    unknown: int
    unreachable: int


@dataclass(frozen=True)
class Check:
    """One reconciliation: what was compared, both sides, and whether they agree."""

    zh: str
    name: str
    expected: int
    found: int

    @property
    def agrees(self) -> bool:
        """Whether both sides are equal."""
        return self.expected == self.found


@dataclass(frozen=True)
class Month:
    """Everything the month's workbook is made of."""

    association: str
    code: str
    period: str
    begin: date
    end: date
    closed: bool
    made_at: datetime
    made_by: str
    audit_seq: int
    audit_head: str
    members: Sequence[MemberLine]
    notices: Sequence[NoticeLine]
    document_numbers: tuple[int, int, int]
    former_closing: int | None
    extra: Sequence[Sheet] = ()


def totals(month: Month) -> tuple[int, int, int, int]:
    """Opening, joined, left and closing of the whole register."""
    stood = [line.stood(month.begin, month.end) for line in month.members]
    opening, joined, left, closing = (sum(part) for part in zip(*stood, strict=True)) if stood else (0, 0, 0, 0)
    return opening, joined, left, closing


def checks(month: Month) -> list[Check]:
    """The reconciliations of the month."""
    opening, joined, left, closing = totals(month)
    found = [Check("期初+新增−退出=期末（会员）", "members_balance", opening + joined - left, closing)]
    if month.former_closing is not None:
        found.append(Check("本月期初=上月报表期末（会员）", "members_continuity", month.former_closing, opening))
    for line in month.notices:
        parts = line.acknowledged + line.sent + line.waiting + line.failed + line.unknown + line.unreachable
        found.append(Check(f"{line.document_number} 各状态合计=应送达人数", "delivery_sum", line.audience, parts))
    first, last, count = month.document_numbers
    if count:
        found.append(Check("文号连续无缺号", "document_numbers", last - first + 1, count))
    return found


def cover(month: Month) -> Sheet:
    """What this file is, for whom, from when, and how it can be verified."""
    opening, joined, left, closing = totals(month)
    agreed = sum(check.agrees for check in checks(month))
    rows: list[tuple[Cell, ...]] = [
        ("协会名称", "association", month.association),
        ("统一社会信用代码", "code", month.code),
        ("报告期间", "period", month.period),
        ("期间起", "begin", month.begin),
        ("期间止", "end", month.end),
        ("期间状态", "state", "已结束" if month.closed else "未结束，数据截至生成时间"),
        ("生成时间", "made_at", month.made_at),
        ("生成人", "made_by", month.made_by),
        ("格式版本", "format", "guildhall-month/1"),
        ("会员期初", "opening", opening),
        ("本月新增", "joined", joined),
        ("本月退出", "left", left),
        ("会员期末", "closing", closing),
        ("本月公告数", "notices", len(month.notices)),
        ("零报告", "zero_report", "是" if not (joined or left or month.notices) else "否"),
        ("勾稽校验", "checks", f"{agreed}/{len(checks(month))} 项一致"),
        ("审计链末行", "audit_seq", month.audit_seq),
        ("审计链摘要", "audit_head", month.audit_head),
        ("内容摘要（SHA-256）", "content_hash", content_hash(sheets(month))),
    ]
    columns = (Column("项目", "item", width=24), Column("字段", "field", width=16), Column("内容", "value", width=70))
    note = "内容摘要按各工作表的单元格计算，与文件本身的摘要不同；文件摘要随文件另行提供。"
    return Sheet("封面", "cover", columns, rows, notes=(note,))


def members(month: Month) -> Sheet:
    """Every unit that was a member at any time of the month."""
    columns = (
        Column("会员编号", "member", width=11),
        Column("单位名称", "name", width=40),
        Column("统一社会信用代码", "code", width=22),
        Column("单位类别", "category", width=22),
        Column("会籍", "rank", width=14),
        Column("地区", "region", width=12),
        Column("入会日期", "joined_on", Kind.DATE, 12),
        Column("退出日期", "left_on", Kind.DATE, 12),
        Column("状态", "status", width=10),
        Column("注册安全工程师人数", "engineers", Kind.NUMBER, 12),
        Column("期初", "opening", Kind.NUMBER, 8),
        Column("新增", "joined", Kind.NUMBER, 8),
        Column("退出", "left", Kind.NUMBER, 8),
        Column("期末", "closing", Kind.NUMBER, 8),
    )
    rows: list[tuple[Cell, ...]] = []
    for m in month.members:
        stood = m.stood(month.begin, month.end)
        if any(stood):
            own = (m.number, *(getattr(m, column.name) for column in columns[1:10]))
            rows.append((*own, *stood))
    blank = (None,) * (len(columns) - 5)
    return Sheet("会员变动", "members", columns, rows, totals=("合计", *blank, *totals(month)))


def notices(month: Month) -> Sheet:
    """Announcements published in the month and how they were delivered."""
    columns = (
        Column("编号", "reference", width=10),
        Column("文号", "document_number", width=26),
        Column("类型", "kind", width=10),
        Column("标题", "title", width=44),
        Column("版本", "version", Kind.NUMBER, 8),
        Column("发布时间", "published_at", Kind.MOMENT, 18),
        Column("状态", "state", width=10),
        Column("应送达", "audience", Kind.NUMBER, 9),
        Column("已确认", "acknowledged", Kind.NUMBER, 9),
        Column("已送达未确认", "sent", Kind.NUMBER, 13),
        Column("待发送", "waiting", Kind.NUMBER, 9),
        Column("失败", "failed", Kind.NUMBER, 8),
        Column("结果不明", "unknown", Kind.NUMBER, 10),
        Column("无法送达", "unreachable", Kind.NUMBER, 10),
    )
    rows = [tuple(getattr(line, column.name) for column in columns) for line in month.notices]
    return Sheet("公告公示", "notices", columns, rows)


def reconciliation(month: Month) -> Sheet:
    """Every check with both its sides."""
    columns = (
        Column("校验项目", "check", width=50),
        Column("字段", "name", width=22),
        Column("应为", "expected", Kind.NUMBER, 10),
        Column("实为", "found", Kind.NUMBER, 10),
        Column("结果", "result", width=10),
    )
    rows = [(c.zh, c.name, c.expected, c.found, "一致" if c.agrees else "不一致") for c in checks(month)]
    return Sheet("勾稽校验", "reconciliation", columns, rows)


def sheets(month: Month) -> list[Sheet]:
    """The sheets behind the cover, in their fixed order."""
    return [members(month), notices(month), *month.extra, reconciliation(month)]


def content_hash(contents: Iterable[Sheet]) -> str:
    """SHA-256 over names, columns and cells of the sheets: equal for equal content, whenever it was made."""
    digest = sha256()
    for sheet in contents:
        digest.update(f"{sheet.name}\n{[column.name for column in sheet.columns]}\n".encode())
        for row in sheet.rows:
            digest.update((repr([_spelled(cell) for cell in row]) + "\n").encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _spelled(cell: Cell) -> str | int | None:
    return cell.isoformat() if isinstance(cell, date) else cell

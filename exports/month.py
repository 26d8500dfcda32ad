"""What stands in the month's workbook: its lines, its reconciliations and its sheets. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from exports.sheets import Cell, Column, Kind, Sheet, content_hash


@dataclass(frozen=True)
class MemberLine:
    """A unit as it stood at the end of a month. ``spells`` are its memberships: first day and last, None while it lasts."""

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
    spells: tuple[tuple[date, date | None], ...]

    def stood(self, begin: date, end: date) -> tuple[int, int, int, int]:
        """Opening, joined, left, closing of this unit in a month: opening + joined − left = closing."""
        opening = sum(first < begin and (last is None or last >= begin) for first, last in self.spells)
        joined = sum(begin <= first <= end for first, _last in self.spells)
        left = sum(last is not None and begin <= last <= end for _first, last in self.spells)
        closing = sum(first <= end and (last is None or last > end) for first, last in self.spells)
        return opening, joined, left, closing


@dataclass(frozen=True)
class LateLine:
    """A change of membership of an earlier month that was entered after that month's workbook had been made."""

    number: str
    name: str
    change: str
    on: date
    recorded_at: datetime
    reason: str
    effect: int


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
    late: Sequence[LateLine] = ()
    extra: Sequence[Sheet] = ()
    extra_checks: Sequence[Check] = ()
    revision: int = 1
    supersedes: str = ""
    differences: Sheet | None = None


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
        late = sum(line.effect for line in month.late)
        text = "本月期初=上月报表期末＋其后补录（会员）"
        found.append(Check(text, "members_continuity", month.former_closing + late, opening))
    for line in month.notices:
        parts = line.acknowledged + line.sent + line.waiting + line.failed + line.unknown + line.unreachable
        found.append(Check(f"{line.document_number} 各状态合计=应送达人数", "delivery_sum", line.audience, parts))
    first, last, count = month.document_numbers
    if count:
        found.append(Check("文号连续无缺号", "document_numbers", last - first + 1, count))
    return [*found, *month.extra_checks]


SIGNED = "制表人：＿＿＿＿＿＿　　审核人：＿＿＿＿＿＿　　签发人：＿＿＿＿＿＿　　日期：＿＿＿＿年＿＿月＿＿日（盖章）"


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
        ("报表版次", "revision", month.revision),
        ("取代的上一版（SHA-256）", "supersedes", month.supersedes or "无"),
        ("会员期初", "opening", opening),
        ("本月新增", "joined", joined),
        ("本月退出", "left", left),
        ("会员期末", "closing", closing),
        ("本月公告数", "notices", len(month.notices)),
        ("补录以前月份", "late", len(month.late)),
        ("零报告", "zero_report", "是" if not (joined or left or month.notices or month.late) else "否"),
        ("勾稽校验", "checks", f"{agreed}/{len(checks(month))} 项一致"),
        ("审计链末行", "audit_seq", month.audit_seq),
        ("审计链摘要", "audit_head", month.audit_head),
        ("内容摘要（SHA-256）", "content_hash", content_hash(sheets(month))),
    ]
    columns = (Column("项目", "item", width=24), Column("字段", "field", width=14), Column("内容", "value", width=68))
    note = "内容摘要按各工作表的单元格计算，与文件本身的摘要不同；文件摘要随文件另行提供。"
    return Sheet("封面", "cover", columns, rows, notes=(note, SIGNED))


def members(month: Month) -> Sheet:
    """Every unit that was a member at any time of the month."""
    columns = (
        Column("会员编号", "member", width=11),
        Column("单位名称", "name", width=34),
        Column("统一社会信用代码", "code", width=22),
        Column("单位类别", "category", width=22),
        Column("会籍", "rank", width=14),
        Column("地区", "region", width=9),
        Column("入会日期", "joined_on", Kind.DATE, 11),
        Column("退出日期", "left_on", Kind.DATE, 11),
        Column("状态", "status", width=8),
        Column("注册安全工程师人数", "engineers", Kind.NUMBER, 11),
        Column("期初", "opening", Kind.NUMBER, 6),
        Column("新增", "joined", Kind.NUMBER, 6),
        Column("退出", "left", Kind.NUMBER, 6),
        Column("期末", "closing", Kind.NUMBER, 6),
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
        Column("编号", "reference", width=9),
        Column("文号", "document_number", width=22),
        Column("类型", "kind", width=8),
        Column("标题", "title", width=36),
        Column("版本", "version", Kind.NUMBER, 6),
        Column("发布时间", "published_at", Kind.MOMENT, 17),
        Column("状态", "state", width=8),
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


def corrections(month: Month) -> Sheet:
    """What was entered late: changes of earlier months that their workbooks could not show."""
    columns = (
        Column("会员编号", "member", width=11),
        Column("单位名称", "name", width=40),
        Column("变动", "change", width=18),
        Column("变动日期", "on", Kind.DATE, 12),
        Column("录入时间", "recorded_at", Kind.MOMENT, 18),
        Column("理由", "reason", width=40),
        Column("对期初的影响", "effect", Kind.NUMBER, 12),
    )
    rows = [tuple(getattr(line, name) for name in LATE) for line in month.late]
    blank = (None,) * (len(columns) - 2)
    return Sheet("补录更正", "corrections", columns, rows, totals=("合计", *blank, sum(x.effect for x in month.late)))


LATE = ("number", "name", "change", "on", "recorded_at", "reason", "effect")


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
    return [members(month), notices(month), *month.extra, corrections(month), reconciliation(month)]

"""Two sheets of the month's workbook: what screening found in outgoing texts, and the register of entrustments."""

from datetime import date, datetime, time, timedelta

from core.holds import HoldState, ScreenedText
from core.i18n import speaking
from core.screening import FILE
from core.transaction import Tx
from delegated_tasks import queries as mandates
from delegated_tasks.models import Mandate
from delegated_tasks.rules import Level, describe_acts, is_live
from disciplinary import queries
from exports.sheets import Cell, Column, Kind, Sheet

SCREENED = (
    Column("筛查编号", "screened", width=11),
    Column("时间", "made_at", Kind.MOMENT, 18),
    Column("渠道", "channel", width=14),
    Column("所属事项", "subject", width=22),
    Column("类别", "categories", width=14),
    Column("严重度", "severity", width=10),
    Column("规则", "rules", width=40),
    Column("处置", "state", width=12),
    Column("放行人数", "releases", Kind.NUMBER, 10),
    Column("含监事", "supervisor", width=9),
    Column("误报规则数", "false_alarms", Kind.NUMBER, 11),
)
ENTRUSTED = (
    Column("委托编号", "mandate", width=11),
    Column("委托方", "principal", width=30),
    Column("级别", "level", width=12),
    Column("依据文件", "document", width=28),
    Column("受托事项", "acts", width=40),
    Column("起", "starts_on", Kind.DATE, 12),
    Column("止", "ends_on", Kind.DATE, 12),
    Column("提前终止", "ended_on", Kind.DATE, 12),
    Column("月末是否有效", "live", width=13),
    Column("可收费", "fee_allowed", width=9),
)
CATEGORIES = {FILE: "未能读取的附件"}
SEVERITIES = {"high": "高", "medium": "中", "low": "低"}
NOTE = "只列规则有所发现的文稿；正文不列入本表。未发现问题不等于合法。"


def month_sheets(tx: Tx, begin: date, end: date) -> list[Sheet]:
    """Both sheets for a month, in Chinese."""
    with speaking("zh_CN"):
        return [_screened(tx, begin, end), _entrusted(tx, begin, end)]


def _screened(tx: Tx, begin: date, end: date) -> Sheet:
    zone = tx.association.timezone
    first = datetime.combine(begin, time.min, zone)
    last = datetime.combine(end + timedelta(days=1), time.min, zone)
    found = queries.texts_between(tx.session, first, last)
    rows = [_line(tx, entry) for entry in found]
    return Sheet("权力滥用筛查", "screening", SCREENED, rows, notes=(NOTE,))


def _line(tx: Tx, entry: ScreenedText) -> tuple[Cell, ...]:
    releases = queries.releases_of(tx.session, entry)
    wrong = sum(not right for right in queries.marks_of(tx.session, entry).values())
    gravest = next((name for name in SEVERITIES if any(f["severity"] == name for f in entry.findings)), "low")
    return (
        entry.reference,
        entry.made_at.astimezone(tx.association.timezone).replace(tzinfo=None, microsecond=0),
        entry.channel.partition(":")[0],
        entry.subject,
        "、".join(sorted({CATEGORIES.get(f["category"], f["category"]) for f in entry.findings})),
        SEVERITIES[gravest],
        "、".join(sorted({finding["rule"] for finding in entry.findings})),
        HoldState(entry.state).label,
        len(releases),
        "是" if any(release.as_supervisor for release in releases) else "否",
        wrong,
    )


def _entrusted(tx: Tx, begin: date, end: date) -> Sheet:
    found = [one for one in mandates.mandates(tx.session) if one.starts_on <= end and one.last_day >= begin]
    rows = [_mandate(one, end) for one in sorted(found, key=lambda one: one.number)]
    return Sheet("受托事项台账", "mandates", ENTRUSTED, rows)


def _mandate(one: Mandate, end: date) -> tuple[Cell, ...]:
    live = "是" if is_live(one.starts_on, one.last_day, end) else "否"
    acts = describe_acts(one.acts)
    level = Level(one.level).label
    fee = "是" if one.fee_allowed else "否"
    days = (one.starts_on, one.ends_on, one.ended_on)
    return (one.reference, one.principal, level, one.document, acts, *days, live, fee)
